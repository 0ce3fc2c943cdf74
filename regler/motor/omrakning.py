"""Many limits reckoned anew at once.

A last day follows from the question and the start day, and millions of limits share a few thousand of those. So each is
worked out once, when it is first met, and for every other limit it is two look-ups.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from regler.motor.fel import Regelfraga
from regler.motor.fraga import Fristsvar, Regelverk

_BORTA: Final = object()  # equals no stored day
_FINNS_INTE: Final = frozenset({"okand_process", "okand_frist", "ingen_rad"})


class Fraga(NamedTuple):
    """What is asked of the rules, all but the start: which limit, the law's or the municipality's own goal beside it,
    the case fields that pick the row, and the day that does when it isn't the start day."""

    process: str
    frist: str
    mal: bool = False
    falt: tuple[tuple[str, str], ...] = ()
    rad_dag: date | None = None


class Tabell(dict[date, object]):
    """Start → last day by one question. Hour limits: time → time, both in UTC, since an hour comes twice in October.

    `svar` has the whole answers of the starts that were asked for; None where the rules have no such limit or goal.
    """

    def __init__(self, regelverk: Regelverk, fraga: Fraga) -> None:
        super().__init__()
        self.svar: dict[date, Fristsvar | None] = {}
        self._regelverk = regelverk
        self._fraga = fraga

    def __missing__(self, start: date) -> object:
        svar = self.svar[start] = self._svara(start)
        slut: object = svar.forfaller if svar is not None else _BORTA
        dag = self[start] = slut.astimezone(UTC) if isinstance(slut, datetime) else slut
        return dag

    def _svara(self, start: date) -> Fristsvar | None:
        process, frist, mal, falt, rad_dag = self._fraga
        try:
            svar = self._regelverk.frist(process, frist, start, falt=dict(falt), rad_dag=rad_dag)
        except Regelfraga as fel:
            if fel.kod in _FINNS_INTE:
                return None
            raise
        return svar.mal if mal else svar


class Tabeller(dict[Fraga, Tabell]):
    """Question → its table by one set of rules, made when it is first asked for."""

    def __init__(self, regelverk: Regelverk) -> None:
        super().__init__()
        self._regelverk = regelverk

    def __missing__(self, fraga: Fraga) -> Tabell:
        tabell = self[fraga] = Tabell(self._regelverk, fraga)
        return tabell
