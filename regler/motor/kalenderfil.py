"""kalender/: the files → days off, the year to which they are filled in, and the wheel of the year."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from regler.motor.arshjul import Arshjulspost
from regler.motor.dag import Niva
from regler.motor.daterat import granska_kalla, skrivet
from regler.motor.formfel import hel
from regler.motor.kalender import Kalender
from regler.motor.modeller import KalenderModell
from regler.motor.regelfiler import Regelfiler
from regler.motor.yamltrad import Trad

Dagar = tuple[tuple[date, str], ...]


class Kalenderbok(NamedTuple):
    """What the calendar files of both levels say together. `ifylld_till` None = no file says."""

    kalender: Kalender
    ifylld_till: int | None
    arshjul: tuple[Arshjulspost, ...]


def las_kalender(filer: Regelfiler) -> Kalenderbok:
    """Every calendar file; a municipality's part of the wheel replaces the nation's of the same name."""
    lediga: dict[Niva, dict[date, str]] = {"nationell": {}, "lokal": {}}
    arshjul: dict[str, Arshjulspost] = {}
    ar: list[int] = []
    for niva, _, trad in filer.i_mapp("kalender"):
        _granska_kallor(trad, niva)
        if (modell := hel(trad, KalenderModell)) is None:
            continue
        for i, ledig in enumerate(modell.lediga_dagar):
            if ledig.dag in lediga[niva]:
                trad.anmark(("lediga_dagar", i, "dag"), f"{ledig.dag} står redan som ledig dag")
            lediga[niva][ledig.dag] = ledig.varfor
        ar += [] if modell.ifylld_till is None else [modell.ifylld_till]
        for namn, post in modell.arshjul.items():
            plats = ("arshjul", namn)
            if namn in arshjul and arshjul[namn].niva == niva:
                trad.anmark(plats, f"finns redan i {arshjul[namn].fil}: ta bort den ena", nyckel=True)
            arshjul[namn] = Arshjulspost(namn, post, niva, trad.fil, trad.vid(plats, nyckel=True)[0])
    kalender = _kalender(tuple(lediga["lokal"].items()), tuple(lediga["nationell"].items()))
    return Kalenderbok(kalender, max(ar, default=None), tuple(arshjul.values()))


def _granska_kallor(trad: Trad, niva: Niva) -> None:
    hjul = skrivet(trad, ("arshjul",))
    for namn, rad in hjul.items() if isinstance(hjul, dict) else ():
        if isinstance(rad, dict):
            granska_kalla(trad, ("arshjul", namn), rad, nationell=niva == "nationell")


@lru_cache(maxsize=32)
def _kalender(lokala: Dagar, nationella: Dagar) -> Kalender:
    """One table per set of days off: twelve municipalities without own days share one."""
    return Kalender(MappingProxyType(dict(lokala)), MappingProxyType(dict(nationella)))
