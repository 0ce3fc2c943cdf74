"""The ordinary way to count working days: step from day to day and ask `holidays`, with one object that is kept."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import holidays

EN_DAG = timedelta(days=1)
Vandring = Callable[[date], date]


def roda_dagar(ar: Iterable[int]) -> list[date]:
    """The days off of the years, the eves too."""
    return sorted(holidays.country_holidays("SE", years=ar, categories=("public", "de_facto"), include_sundays=False))


def vanlig(ar: Iterable[int], antal: int) -> Vandring:
    """With the package's own public days, and the three eves of lag (1930:173) 2 § written beside them."""
    sverige = holidays.country_holidays("SE", years=ar, include_sundays=False)

    def afton(dag: date) -> bool:
        return (dag.month, dag.day) in ((12, 24), (12, 31)) or (
            dag.month == 6 and 19 <= dag.day <= 25 and dag.weekday() == 4
        )

    def ga(dag: date) -> date:
        kvar = antal
        while kvar:
            dag += EN_DAG
            if dag.weekday() < 5 and dag not in sverige and not afton(dag):
                kvar -= 1
        return dag

    return ga


def lattare(ar: Iterable[int], antal: int, lediga: Iterable[date] = ()) -> Vandring:
    """With the eves and the municipality's own days off in the same table: as little as such a loop can do."""
    sverige = holidays.country_holidays("SE", years=ar, categories=("public", "de_facto"), include_sundays=False)
    sverige.update(dict.fromkeys(lediga, "ledig"))

    def ga(dag: date) -> date:
        kvar = antal
        while kvar:
            dag += EN_DAG
            if dag.weekday() < 5 and dag not in sverige:
                kvar -= 1
        return dag

    return ga
