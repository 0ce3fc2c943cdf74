"""Waiting proposals as a person sees them: what they hold, why they take two, and who may answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER, Process, Steg
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.fel import Nej
from tjanster.arenden.forslag import avslagshinder, bekraftelsehinder, forstas_mandat, steget
from tjanster.arenden.historik import Handelsebild
from tjanster.arenden.lage import Lage
from tjanster.arenden.regelprov import delegationsmening
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

HOGST = 50


@dataclass(frozen=True)
class Forslagsbild:
    """One proposal on the case page. innehall: (heading, before, proposed); dag: the heading of the day that becomes the day
    of the confirmation; eget: the one who looks made it; the hinders: why they may not confirm, or not decline."""

    id: int
    handelse: str
    rubrik: str
    vem: str
    tid: datetime
    skal: str | None
    varfor: str
    delegation: str | None
    innehall: tuple[tuple[str, str | None, str | None], ...]
    dag: str | None
    blir: str | None
    eget: bool
    bekrafta_hinder: tuple[str, ...]
    avsla_hinder: tuple[str, ...]


def forslagsbilder(
    conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor | None, historik: Iterable[Handelsebild], idag: date
) -> tuple[Forslagsbild, ...]:
    """The case's waiting proposals, the oldest first. aktor None: the command line, which answers none."""
    berattat = {h.lopnr: h for h in historik}
    return tuple(_bild(conn, s, lage, aktor, f, berattat[f["lopnr"]], idag) for f in lage.forslag)


def _bild(
    conn: Connection, s: Sammanhang, lage: Lage, aktor: Aktor | None, f: dict[str, Any], h: Handelsebild, idag: date
) -> Forslagsbild:
    steg, bekrafta, avsla = None, ["Besvaras av en person"], ["Besvaras av en person"]
    try:
        steg = steget(lage, f)
        if aktor is not None:
            forstas = forstas_mandat(conn, s, lage, steg, f["av"], idag)
            avsla = avslagshinder(conn, s, lage, steg, f["av"], aktor, idag)
            bekrafta = bekraftelsehinder(conn, s, lage, steg, f["av"], forstas, aktor, idag)
    except Nej as nej:
        bekrafta = avsla = nej.skal
    return Forslagsbild(
        id=f["id"], handelse=f["handelse"], rubrik=steg.rubrik if steg else f["handelse"], vem=h.vem, tid=f["tid"], skal=f["skal"],
        varfor=f["varfor"], delegation=delegationsmening(f["delegation"]) if f["delegation"] else None, innehall=h.andringar,
        dag=_dagen(lage.process, steg, f["uppgifter"]) if steg else None,
        blir=lage.process.tillstand[steg.till] if steg and steg.till and steg.till != lage.rad["tillstand"] else None,
        eget=aktor is not None and aktor.id == f["av"], bekrafta_hinder=tuple(bekrafta), avsla_hinder=tuple(avsla),
    )  # fmt: skip


def _dagen(process: Process, steg: Steg, uppgifter: dict[str, Any]) -> str | None:
    """The step's own day, when nobody has set another than the day that it happens."""
    if steg.dag is None or steg.dag not in steg.falt or steg.dag in uppgifter:
        return None
    falt = process.modell.beskrivna()[steg.dag]
    return falt.rubrik if falt.vid_registrering else None


@dataclass(frozen=True)
class Vantarad:
    """A proposal in the list of what waits for somebody."""

    nummer: str
    sort: str
    rubrik: str
    vem: str
    tid: datetime


def vantar_pa(conn: Connection, s: Sammanhang, aktor: Aktor, idag: date) -> list[Vantarad]:
    """The proposals that this person may answer, the oldest first."""
    a, f, n = t.arende.c, t.forslag.c, t.anvandare.c
    sats = (
        select(
            a.id, a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.registrerad_av, a.krets, a.javiga,
            f.handelse, f.av, f.tid, n.namn,
        )
        .join(t.arende, a.id == f.arende_id)
        .join(t.anvandare, n.id == f.av)
        .where(f.utfall.is_(None), f.av != aktor.id, synliga(aktor, s.kommun))
        .order_by(f.id)
    )  # fmt: skip
    ut = []
    for r in conn.execute(sats).mappings():
        lage = Lage(dict(r))
        if len(ut) < HOGST and (steg := _ska_svara(conn, s, lage, r, aktor, idag)) is not None:
            ut.append(Vantarad(r["nummer"], PROCESSER[r["process"]].ental, steg.rubrik, r["namn"], r["tid"]))
    return ut


def _ska_svara(conn: Connection, s: Sammanhang, lage: Lage, rad: Any, aktor: Aktor, idag: date) -> Steg | None:
    """The step, when the person may confirm it, or when nobody may any more and they can decline it."""
    try:
        steg = steget(lage, rad)
    except Nej:
        return None
    forstas = forstas_mandat(conn, s, lage, steg, rad["av"], idag)
    if not forstas:
        return steg if not avslagshinder(conn, s, lage, steg, rad["av"], aktor, idag) else None
    return steg if not bekraftelsehinder(conn, s, lage, steg, rad["av"], forstas, aktor, idag) else None
