"""The interim number that stands for the person in reports to IVO (lag.md 13): ÅÅÅÅMMDD-T and three digits, or -TF and
two. The third character after the hyphen is even for a woman and odd for a man. The same number is kept throughout.

Which day the first eight digits should be isn't said in what we have read; without another one given the decision's
day is proposed, since Vaka doesn't know when anybody was born.
"""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Connection, text

KVINNA, MAN = "kvinna", "man"


class Nummerfel(ValueError):
    """No number can be proposed. Says why."""


def nasta_lediga(dag: date, kon: str | None, upptagna: Collection[str]) -> str:
    """The first number for the day and sex that isn't taken. Raises Nummerfel."""
    if kon not in (KVINNA, MAN):
        raise Nummerfel("Kön ska vara ifyllt innan ett tillfälligt nummer kan föreslås: det avgör siffran.")
    for nummer in _alla(dag, udda=kon == MAN):
        if nummer not in upptagna:
            return nummer
    raise Nummerfel(f"Alla tillfälliga nummer för {dag} är upptagna. Välj en annan dag.")


def _alla(dag: date, udda: bool) -> Iterator[str]:
    siffror = [str(n) for n in range(udda, 10, 2)]
    for hundra in range(10):
        for mitt in siffror:
            for sist in range(10):
                yield f"{dag:%Y%m%d}-T{hundra}{mitt}{sist}"
    for forst in siffror:
        for sist in range(10):
            yield f"{dag:%Y%m%d}-TF{forst}{sist}"


def upptagna_nummer(conn: Connection) -> set[str]:
    """All interim numbers in use, in any case."""
    sats = text(
        "SELECT uppgifter ->> 'tillfalligt_nummer' FROM arende "
        "WHERE process = 'beslut' AND uppgifter ->> 'tillfalligt_nummer' IS NOT NULL"
    )
    return set(conn.execute(sats).scalars())


def foresla_nummer(conn: Connection, dag: date, kon: str | None) -> str:
    """The next free interim number for the day and sex. Raises Nummerfel."""
    return nasta_lediga(dag, kon, upptagna_nummer(conn))
