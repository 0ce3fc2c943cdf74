"""The Swedish calendar: days off, working days and the ends of time limits.

Working days are found in a prefix table (how many up to each day), so that adding n of them is two look-ups, not n.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import holidays

from regler.motor.fel import Regelfraga

# The years that `holidays` knows for Sweden. Outside them it answers "no day off", which would be a wrong yes.
FORSTA_AR: Final = 1953
SISTA_AR: Final = 2100
VECKODAGAR: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_AFTNAR: Final = ("Midsommarafton", "Julafton", "Nyårsafton")
_FRAN_BORJAN: Final = (2000, 2050)
_BORJAN: Final = date(FORSTA_AR, 1, 1)
_SLUT: Final = date(SISTA_AR - 1, 12, 31)


@dataclass(frozen=True, slots=True)  # read faster than a tuple with names
class _Tabell:
    bas: int  # ordinal of the first day
    sista: int  # ordinal of the last day that may be asked for
    antal: list[int]  # [ordinal - bas] -> working days up to and including the day
    arbetsdagar: list[date]  # in order
    vardag: list[int]  # [ordinal - bas] -> the day itself, or the next vardag after it


@lru_cache(maxsize=8)
def _helgdagar(fran_ar: int, till_ar: int) -> Mapping[date, str]:
    """Public days and the three eves of lag (1930:173) 2 §; Sundays and Saturdays not included."""
    dagar = holidays.country_holidays(
        "SE", years=range(fran_ar, till_ar + 1), categories=("public", "de_facto"), language="sv"
    )
    return MappingProxyType({dag: dagar[dag] for dag in sorted(dagar)})


class Kalenderdag(NamedTuple):
    """One day of a year. `vardag`: a last day by Swedish law may fall on it, even when the municipality is closed."""

    dag: date
    arbetsdag: bool
    vardag: bool
    varfor: str

    def som_dict(self) -> dict[str, str | bool]:
        """The day as the command line and the API show it."""
        return {"dag": self.dag.isoformat(), "arbetsdag": self.arbetsdag, "vardag": self.vardag, "varfor": self.varfor}


class Kalender:
    """Days off in Sweden, with days the nation (`nationella`) or one municipality (`lokala`) has added: day -> why.

    A municipality's own day off is no working day, but it doesn't move the last day of a limit set by law:
    lag (1930:173) 2 § counts what is a holiday for everybody.
    """

    def __init__(self, lokala: Mapping[date, str] | None = None, nationella: Mapping[date, str] | None = None) -> None:
        self._lokala = dict(lokala or {})
        self._nationella = dict(nationella or {})
        self._ar = _FRAN_BORJAN
        self._tabell = self._bygg(*_FRAN_BORJAN)

    # -- what kind of day ---------------------------------------------------------------------------------------------

    def arbetsdag(self, dag: date) -> bool:
        """True when the offices are open."""
        tabell, i = self._plats(dag)
        return tabell.antal[i] > (tabell.antal[i - 1] if i else 0)

    def vardag(self, dag: date) -> bool:
        """True when a last day may fall on it: no Saturday, Sunday, holiday or one of the three eves."""
        tabell, i = self._plats(dag)
        return tabell.vardag[i] == tabell.bas + i

    def varfor(self, dag: date) -> str:
        """Why the day counts or not, in words: 'onsdag', 'långfredagen är helgdag', 'julafton räknas som helgdag'."""
        self._plats(dag)
        namn = self._nationella.get(dag) or _helgdagar(*self._ar).get(dag)
        if namn in _AFTNAR:
            return f"{namn.lower()} räknas som helgdag"
        if namn is not None:
            return f"{_liten(namn)} är helgdag"
        if dag in self._lokala:
            return f"ledig dag i kommunen: {self._lokala[dag]}"
        return VECKODAGAR[dag.weekday()]

    def aret(self, ar: int) -> tuple[Kalenderdag, ...]:
        """Every day of a year, in order. Raises Regelfraga for a year outside the calendar."""
        forsta = date(ar, 1, 1)
        dagar = (forsta + timedelta(days=i) for i in range(366 if isleap(ar) else 365))
        return tuple(Kalenderdag(dag, self.arbetsdag(dag), self.vardag(dag), self.varfor(dag)) for dag in dagar)

    # -- from one day to another --------------------------------------------------------------------------------------

    def nasta_arbetsdag(self, dag: date, inklusive: bool = False) -> date:
        """The first working day after `dag`, or `dag` itself when `inklusive` and it is one."""
        return dag if inklusive and self.arbetsdag(dag) else self.plus_arbetsdagar(dag, 1)

    def forra_arbetsdag(self, dag: date, inklusive: bool = False) -> date:
        """The last working day before `dag`, or `dag` itself when `inklusive` and it is one."""
        return dag if inklusive and self.arbetsdag(dag) else self.minus_arbetsdagar(dag, 1)

    def plus_arbetsdagar(self, dag: date, antal: int) -> date:
        """The `antal`:th working day after `dag`. `dag` is day zero and never counts; 0 gives `dag` back."""
        if antal <= 0:
            return self.minus_arbetsdagar(dag, -antal) if antal else dag
        tabell = self._tabell
        ordinal = dag.toordinal()
        if not tabell.bas <= ordinal <= tabell.sista:
            tabell, _ = self._plats(dag)
        try:
            return tabell.arbetsdagar[tabell.antal[ordinal - tabell.bas] + antal - 1]
        except IndexError:
            self._plats(min(_flytta(dag, antal * 3 + 14), _SLUT))  # of fourteen days at least five are working days
        tabell, i = self._plats(dag)
        nummer = tabell.antal[i] + antal - 1
        if nummer >= len(tabell.arbetsdagar):
            raise _utanfor(str(dag))
        return tabell.arbetsdagar[nummer]

    def minus_arbetsdagar(self, dag: date, antal: int) -> date:
        """The `antal`:th working day before `dag`; 0 gives `dag` back."""
        if antal == 0:
            return dag
        if antal < 0:
            return self.plus_arbetsdagar(dag, -antal)
        tidigare = _flytta(dag, -1)
        tabell, i = self._plats(tidigare)
        if tabell.antal[i] < antal:
            self._plats(max(_flytta(dag, -antal * 3 - 14), _BORJAN))
            tabell, i = self._plats(tidigare)
        if tabell.antal[i] < antal:
            raise _utanfor(str(dag))
        return tabell.arbetsdagar[tabell.antal[i] - antal]

    def antal_arbetsdagar(self, fran: date, till: date) -> int:
        """How many working days from and including `fran` up to but not including `till`; never below zero."""
        if till <= fran:
            return 0
        fore_fran, fore_till = _flytta(fran, -1), _flytta(till, -1)
        self._plats(fore_fran)
        tabell, j = self._plats(fore_till)
        return tabell.antal[j] - tabell.antal[fore_fran.toordinal() - tabell.bas]

    def rulla(self, dag: date) -> date:
        """`dag`, or the next vardag when it falls on a day off.

        Lag (1930:173) om beräkning av lagstadgad tid, 2 §, in our words: when the time within which something must at
        the latest be done ends on a Sunday, another holiday, a Saturday, midsommarafton, julafton or nyårsafton, it may
        be done on the next weekday.
        """
        tabell, i = self._plats(dag)
        return date.fromordinal(tabell.vardag[i])

    def rulla_utan_aftnar(self, dag: date) -> date:
        """`dag`, or the next day that is no Saturday, Sunday or public holiday.

        Förordning (EEG, Euratom) 1182/71, artikel 3.4, in our words: a period in other than hours whose last day is a
        public holiday, a Sunday or a Saturday ends with the next working day. The three eves of lag (1930:173) 2 § are
        no public holidays (lag 1989:253) and aren't taken as such here, which gives the earlier day. Read from memory,
        not checked against the regulation.
        """
        while dag.weekday() >= 5 or self._ar_helgdag(dag):
            dag = _flytta(dag, 1)
        return dag

    def _ar_helgdag(self, dag: date) -> bool:
        self._plats(dag)
        return dag in self._nationella or _helgdagar(*self._ar).get(dag, _AFTNAR[0]) not in _AFTNAR

    # -- the table ----------------------------------------------------------------------------------------------------

    def _plats(self, dag: date) -> tuple[_Tabell, int]:
        """The table that holds `dag` and its place there. Grows when a day outside is asked for."""
        tabell = self._tabell
        ordinal = dag.toordinal()
        if tabell.bas <= ordinal <= tabell.sista:
            return tabell, ordinal - tabell.bas
        if not FORSTA_AR <= dag.year < SISTA_AR:
            raise _utanfor(str(dag))
        forsta, sista = self._ar
        ar = (max(FORSTA_AR, min(forsta, dag.year - 10)), min(SISTA_AR, max(sista, dag.year + 10)))
        tabell = self._bygg(*ar)
        self._ar, self._tabell = ar, tabell
        return tabell, ordinal - tabell.bas

    def _bygg(self, fran_ar: int, till_ar: int) -> _Tabell:
        bas, slut = date(fran_ar, 1, 1).toordinal(), date(till_ar, 12, 31).toordinal()
        lediga = {dag.toordinal() for dag in (*_helgdagar(fran_ar, till_ar), *self._nationella)}
        lokala = {dag.toordinal() for dag in self._lokala}
        antal: list[int] = []
        arbetsdagar: list[date] = []
        vardag: list[int] = []
        for ordinal in range(bas, slut + 1):
            # Ordinal 1 is a Monday: 6 and 0 are Saturday and Sunday.
            ar_vardag = ordinal % 7 not in (6, 0) and ordinal not in lediga
            if ar_vardag and ordinal not in lokala:
                arbetsdagar.append(date.fromordinal(ordinal))
            antal.append(len(arbetsdagar))
            vardag.append(ordinal if ar_vardag else 0)
        nasta = 0
        for i in range(len(vardag) - 1, -1, -1):
            nasta = vardag[i] or nasta
            vardag[i] = nasta
        sista = min(date(till_ar, 12, 1), _SLUT)
        return _Tabell(bas, sista.toordinal(), antal, arbetsdagar, vardag)


def plus_manader(dag: date, antal: int) -> date:
    """`antal` months after `dag`.

    Lag (1930:173) 1 §, in our words: a time in weeks, months or years ends on the day that by its weekday or its number
    in the month answers to the day it is counted from; is there no such day in the last month, it ends on its last.
    Förordning 1182/71 artikel 3.2 c says the same (from memory, not checked).
    """
    manad = dag.year * 12 + dag.month - 1 + antal
    ar, manad = divmod(manad, 12)
    if not FORSTA_AR <= ar <= SISTA_AR:
        raise _utanfor(str(dag))
    return date(ar, manad + 1, min(dag.day, monthrange(ar, manad + 1)[1]))


def plus_dagar(dag: date, antal: int) -> date:
    """`antal` calendar days after `dag`; `dag` itself is day zero."""
    return _flytta(dag, antal)


def _flytta(dag: date, antal: int) -> date:
    try:
        return dag + timedelta(days=antal)
    except OverflowError:
        raise _utanfor(str(dag)) from None


def _utanfor(dag: str) -> Regelfraga:
    mening = f"{dag} ligger utanför kalendern, som går från {FORSTA_AR} till {SISTA_AR - 1}"
    return Regelfraga("utanfor_kalendern", mening, {"fran": mening})


def _liten(namn: str) -> str:
    return namn if namn.startswith("Kristi") else namn[0].lower() + namn[1:]
