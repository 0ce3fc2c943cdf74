"""Who may see a case and in which roles a person meets it. Every answer comes from appointments on a given day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, all_, and_, any_, false, literal, or_, select

from arbetsfloden import PROCESSER, Process
from regler import Kommun
from tjanster.db import t


@dataclass(frozen=True)
class Aktor:
    """A person who acts, with the appointments that hold today: (role, unit)."""

    id: int
    namn: str
    uppdrag: tuple[tuple[str, str], ...]

    @property
    def roller(self) -> frozenset[str]:
        return frozenset(roll for roll, _ in self.uppdrag)


def las_aktor(conn: Connection, anvandare_id: int, dag: date) -> Aktor | None:
    """The person with the appointments that hold on `dag`, each once even when both a hand and a group gave it; None when
    the account is closed or unknown."""
    a, u = t.anvandare.c, t.uppdrag.c
    rader = conn.execute(
        select(a.id, a.namn, u.roll, u.enhet)
        .select_from(
            t.anvandare.outerjoin(
                t.uppdrag, and_(u.anvandare_id == a.id, u.fran <= dag, or_(u.till.is_(None), u.till >= dag))
            )
        )
        .where(a.id == anvandare_id, a.aktiv)
    ).all()
    if not rader:
        return None
    return Aktor(rader[0].id, rader[0].namn, tuple(dict.fromkeys((r.roll, r.enhet) for r in rader if r.roll is not None)))


def roller_i(aktor: Aktor, kommun: Kommun, enhet: str) -> frozenset[str]:
    """The roles the person holds for a unit: appointments on it or on a unit above it."""
    ovanfor = set(kommun.vagen_upp(enhet))
    return frozenset(roll for roll, e in aktor.uppdrag if e in ovanfor)


def enheter_for(aktor: Aktor, kommun: Kommun, roller: Iterable[str]) -> frozenset[str]:
    """All units where the person holds any of the roles."""
    roller = frozenset(roller)
    return frozenset(e for roll, enhet in aktor.uppdrag if roll in roller for e in kommun.undertrad(enhet))


def far_se(aktor: Aktor, kommun: Kommun, process: Process, rad: Mapping[str, Any]) -> bool:
    """May this person open the case: a role that the process lets see on its unit, its officer, or the reporter of
    a deviation. A case with a protected identity is for those it names and nobody else; one who is recused never sees
    it. Anything unknown is no. rad: the case's row."""
    if aktor.id in rad["javiga"]:
        return False
    if rad["krets"] is not None:
        return aktor.id in rad["krets"]
    if rad["handlaggare"] == aktor.id:
        return True
    if process.namn == "avvikelse" and rad["registrerad_av"] == aktor.id:
        return True
    return bool(roller_i(aktor, kommun, rad["enhet"]) & frozenset(process.synlig_for))


def synliga(aktor: Aktor, kommun: Kommun) -> ColumnElement[bool]:
    """The same as `far_se`, as a WHERE clause over the case table."""
    a = t.arende.c
    vagar: list[ColumnElement[bool]] = [
        a.handlaggare == aktor.id,
        and_(a.process == "avvikelse", a.registrerad_av == aktor.id),
    ]
    for process in PROCESSER.values():
        enheter = enheter_for(aktor, kommun, process.synlig_for)
        vagar.append(and_(a.process == process.namn, a.enhet.in_(sorted(enheter))) if enheter else false())
    oppet = and_(a.krets.is_(None), or_(*vagar))
    return and_(literal(aktor.id) != all_(a.javiga), or_(oppet, literal(aktor.id) == any_(a.krets)))


def krets(aktor: Aktor, kommun: Kommun) -> frozenset[str]:
    """The person's circle for the database's own lock: `process:enhet`, or `process:*` where it is the whole municipality."""
    ut: set[str] = set()
    for process in PROCESSER.values():
        enheter = enheter_for(aktor, kommun, process.synlig_for)
        ut |= {f"{process.namn}:*"} if len(enheter) == len(kommun.enheter) else {f"{process.namn}:{e}" for e in enheter}
    return frozenset(ut)
