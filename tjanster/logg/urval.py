"""Which readings of a month are to be looked at: drawn at random, the doubtful ones more likely, the same again from the
same seed. Pure: no database, no clock."""

import hashlib
import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from regler import Kalender, Regelverk

VARFOR = {
    "skyddad": "Skyddad identitet", "utan_tilldelning": "Läste utan att vara tilldelad", "samma_efternamn": "Samma efternamn",
    "udda_tid": "Utanför arbetstid",
}  # fmt: skip
STICKPROV = ("loggkontroll/stickprov_egen", "loggkontroll/stickprov")
BORJAN, SLUT = 6, 20


@dataclass(frozen=True)
class Lasning:
    """A reading as the drawing sees it."""

    id: int
    tid: datetime
    tilldelad: bool
    skyddad: bool
    samma_efternamn: bool = False


@dataclass(frozen=True)
class Dragen:
    """A reading that was drawn, with its weight and what gave it."""

    id: int
    vikt: float
    varfor: tuple[str, ...]


def regeln(regelverk: Regelverk, dag: date) -> Mapping[str, float]:
    """Sizes and weights that hold on the day: the municipality's own, else those that come with Vaka."""
    nyckel = next(namn for namn in STICKPROV if namn in regelverk.skyldigheter)
    return regelverk.skyldighet(nyckel, dag).varde


def skalen(las: Lasning, kalender: Kalender) -> tuple[str, ...]:
    """What makes the reading worth a look, in the order of VARFOR."""
    udda = not BORJAN <= las.tid.hour < SLUT or not kalender.arbetsdag(las.tid.date())
    sanna = {
        "skyddad": las.skyddad, "utan_tilldelning": not las.tilldelad, "samma_efternamn": las.samma_efternamn, "udda_tid": udda,
    }  # fmt: skip
    return tuple(namn for namn in VARFOR if sanna[namn])


def storlek(alla: int, regel: Mapping[str, float]) -> int:
    """How many of so many readings are drawn: at least `antal`, or `procent` of them, at most `hogst`."""
    return min(alla, int(regel["hogst"]), max(int(regel["antal"]), math.ceil(alla * regel["procent"] / 100)))


def dra(lasningar: Iterable[Lasning], fro: str, antal: int, regel: Mapping[str, float], kalender: Kalender) -> list[Dragen]:
    """Weighted sampling without replacement (Efraimidis and Spirakis 2006, A-ES): each reading waits for a time that
    its weight shortens, and the first ones are taken. The wait comes from the seed and the reading's number, so the order
    in which they are given makes no difference."""

    def vantan() -> Iterable[tuple[float, int, Dragen]]:
        for las in lasningar:
            varfor = skalen(las, kalender)
            vikt = math.prod(float(regel[namn]) for namn in varfor)
            yield -math.log(_slump(fro, las.id)) / vikt, las.id, Dragen(las.id, vikt, varfor)

    return [dragen for _, _, dragen in heapq.nsmallest(antal, vantan())]


def _slump(fro: str, id_: int) -> float:
    """A number above 0 and at most 1 that nobody can foretell without the seed."""
    tal = int.from_bytes(hashlib.sha256(f"{fro}:{id_}".encode()).digest()[:7], "big")
    return (tal + 1) / 2**56
