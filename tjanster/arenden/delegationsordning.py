"""The order of delegation as it holds on one day in one unit: who may decide what, who holds the posts, what is mine."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from arbetsfloden import PROCESSER, ROLLER, innefattade
from tjanster.arenden.behorighet import Aktor, roller_i
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.sammanhang import Sammanhang


@dataclass(frozen=True)
class Post:
    """Who holds a role for the unit: on it or nearest above, `enhet` says where. Nobody = an empty post."""

    roll: str
    personer: tuple[str, ...]
    enhet: str | None


@dataclass(frozen=True)
class Punkt:
    """A row of the order. poster: each role that may decide. jag: may the one who looks decide it for the unit?"""

    process: str
    punkt: str | None
    rubrik: str
    steg: tuple[str, ...]
    poster: tuple[Post, ...]
    enheter: tuple[str, ...]
    kalla: str
    rad: str
    jag: bool

    @property
    def tom(self) -> bool:
        """Is there nobody at all who may decide it?"""
        return not any(p.personer for p in self.poster)

    def som_dict(self) -> dict[str, Any]:
        return asdict(self) | {"tom": self.tom}


def ordningen(
    conn: Connection, s: Sammanhang, enhet: str, dag: date, aktor: Aktor | None = None
) -> dict[str, tuple[Punkt, ...]]:
    """The rows that hold on `dag` for the unit, by process and point. aktor None: nobody's own view."""
    bemanning = Bemanning.kring(conn, s.kommun, dag, enhet)
    egna = innefattade(roller_i(aktor, s.kommun, enhet)) if aktor else frozenset()
    ut: dict[str, list[Punkt]] = {}
    for rad in s.regelverk.alla_delegation:
        if rad.process in PROCESSER and rad.galler_enhet(dag, enhet):
            ut.setdefault(rad.process, []).append(_punkt(s, bemanning, rad, enhet, egna))
    return {p: tuple(sorted(ut[p], key=lambda x: _ordning(x.punkt))) for p in PROCESSER if p in ut}


def _punkt(s: Sammanhang, bemanning: Bemanning, rad: Any, enhet: str, egna: Iterable[str]) -> Punkt:
    process, poster = PROCESSER[rad.process], []
    for roll in rad.far:
        traff = bemanning.innehavare(roll, enhet)
        poster.append(
            Post(ROLLER[roll], tuple(p.namn for p in traff[0]), s.enhetsnamn(traff[1])) if traff else Post(ROLLER[roll], (), None)
        )
    mina = [namn for namn in rad.steg if set(egna) & set(process.hitta(namn).vem)]
    return Punkt(
        process.namn, rad.punkt, rad.rubrik, tuple(process.hitta(namn).rubrik for namn in rad.steg), tuple(poster),
        tuple(s.enhetsnamn(e) for e in rad.enheter or ()), rad.kalla, rad.id, bool(set(egna) & set(rad.far) and mina),
    )  # fmt: skip


def _ordning(punkt: str | None) -> tuple[tuple[int, int, str], ...]:
    """4.2 before 4.10; a row without a point last."""
    if punkt is None:
        return ((2, 0, ""),)
    return tuple((0, int(x), "") if x.isdecimal() else (1, 0, x) for x in punkt.split("."))
