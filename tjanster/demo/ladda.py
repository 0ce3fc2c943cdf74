"""Load Exempelkommun: people, and cases driven through their months by the one path, so that every history is real.

All is one transaction. A start that is stopped on the way leaves nothing behind and the next begins afresh.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Engine, func, select, text

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import Begaran, Kvitto, utfor
from tjanster.arenden.registrera import registrera
from tjanster.db import t
from tjanster.demo import brev, ivo, personal
from tjanster.demo.berattelser import (
    HANDLAGGARE,
    OPPEN_UPPGIFT,
    Berattelse,
    Dag,
    Nummer,
    alla,
)
from tjanster.demo.beslut import LAGRUM
from tjanster.demo.plan import Punkt, planera
from tjanster.klocka import SVENSK_TID, midnatt
from tjanster.scheduler.svep import svepa

KOMMUN = "exempelkommun"
SVEPTID = time(7, 0)
# What people answer when the form asks why a step came late and the story doesn't say.
ANNARS_SENT = {"forseningsorsak": "hog_belastning", "orsak": "resursbrist"}
Framsteg = Callable[[int, int], None]


class Demofel(RuntimeError):
    """The demo can't be loaded here."""


@dataclass(frozen=True)
class Demo:
    """What the demo holds. laddad: it was loaded now; otherwise it was there already."""

    laddad: bool
    arenden: int
    anvandare: tuple[personal.Demokonto, ...]
    losenord: str = personal.LOSENORD


def ladda(vaka: Vaka, nu: datetime, *, framsteg: Framsteg | None = None) -> Demo:
    """Load the made-up municipality as it would be at `nu` (with zone), unless the database has people already.

    framsteg: told (done, of how many) on the way. Raises Demofel for another municipality than Exempelkommun.
    """
    if vaka.sammanhang.kommun.kod != KOMMUN:
        raise Demofel(f"Demon hör till {KOMMUN}, men här körs {vaka.sammanhang.kommun.kod}. Sätt VAKA_KOMMUN={KOMMUN}.")
    with vaka.systemet() as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('vaka demo'))"))
        laddad = conn.execute(select(t.anvandare.c.id).limit(1)).first() is None
        if laddad:
            _Inlasning(conn, vaka, nu, framsteg or (lambda klart, totalt: None)).kor()
            brev.notera_gamla(conn, nu)
        antal = int(conn.execute(select(func.count()).select_from(t.arende)).scalar_one())
    if laddad:
        brev.lagg_i_brevladan(vaka, nu)
    return Demo(laddad, antal, personal.konton(vaka.sammanhang.kommun))


class _Forbindelse:
    """One connection where the sweep expects an engine: each of its transactions becomes a part of the load's."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._conn.begin_nested():
            yield self._conn

    def update_execution_options(self, **_: Any) -> None:
        """The connection bears them already."""

    def connect(self) -> AbstractContextManager[Connection]:
        return self.begin()


@dataclass
class _Arende:
    """A story under way: its cases so far (the last goes on), and the unit that has it."""

    enhet: str
    nummer: list[str] = field(default_factory=list)


class _Inlasning:
    def __init__(self, conn: Connection, vaka: Vaka, nu: datetime, framsteg: Framsteg) -> None:
        self.conn, self.s, self.nu, self.framsteg = conn, vaka.sammanhang, nu, framsteg
        self.vaka = replace(vaka, motor=cast(Engine, _Forbindelse(conn)))
        self.berattelser = alla()
        self.lage: list[_Arende] = [_Arende(b.enhet) for b in self.berattelser]
        self.namn = {b.namn: nr for nr, b in enumerate(self.berattelser) if b.namn}
        self.ider: Mapping[str, int] = {}
        self.aktorer: dict[str, Aktor] = {}

    def kor(self) -> None:
        kalender = self.s.regelverk.kalender
        punkter = planera(self.berattelser, kalender, self.nu)
        dag = punkter[0].tid.date()
        self.ider = personal.lagg_in(self.conn, self.s.kommun, midnatt(date(dag.year - 1, 1, 1)))
        dagar = (self.nu.date() - dag).days + 1
        totalt, klart = len(punkter) + dagar, 0
        while dag <= self.nu.date():
            # As the scheduler does: every night, days off too. What nobody is waiting for costs next to nothing.
            svepa(self.vaka, min(self.nu, datetime.combine(dag, SVEPTID, SVENSK_TID)))
            klart += 1
            while punkter and punkter[0].tid.date() == dag:
                punkt = punkter.pop(0)
                try:
                    self.en(punkt)
                except Nej as nej:
                    raise Demofel(f"{self.var_i(punkt)}: {nej}") from nej
                klart += 1
            self.framsteg(klart, totalt)
            dag += timedelta(days=1)

    def en(self, punkt: Punkt) -> None:
        """One thing happens."""
        if punkt.kvartalsslut is not None:
            for i, rad in enumerate(ivo.att_rapportera(self.conn, punkt.kvartalsslut)):
                self.rapportera(rad, punkt.tid + i * timedelta(minutes=6))
            return
        b, lage = self.berattelser[punkt.berattelse], self.lage[punkt.berattelse]
        if punkt.steg == 0:
            data = self.fyll(b.data, punkt.tid, lage)
            kvitto = self.ta(b, punkt.tid, data, lambda d: registrera(
                self.conn, self.s, PROCESSER[b.process], d, bekraftat=True, av=self.aktor(b.vem, lage.enhet), nu=punkt.tid,
                kontakt=b.kontakt,
            ))  # fmt: skip
            lage.nummer.append(kvitto.nummer)
            return
        hand = b.steg[punkt.steg - 1]
        data = self.fyll(hand.data, punkt.tid, lage)
        av = self.aktor(hand.vem, lage.enhet)
        kvitto = self.ta(b, punkt.tid, data, lambda d: utfor(
            self.conn, self.s, Begaran(lage.nummer[-1], hand.handelse, punkt.tid, av, d, hand.skal, bekraftat=True)
        ))  # fmt: skip
        lage.nummer += kvitto.nya_arenden
        lage.enhet = data.get("ny_enhet") or data.get("enhet") or lage.enhet

    def var_i(self, punkt: Punkt) -> str:
        """The place in the stories, for the one who mends them after a process has changed."""
        if punkt.berattelse < 0:
            return f"Demons IVO-rapport {punkt.tid:%Y-%m-%d}"
        b = self.berattelser[punkt.berattelse]
        steg = b.steg[punkt.steg - 1].handelse if punkt.steg else "registrera"
        return (
            f"Demons berättelse {punkt.berattelse} ({b.process}, {b.enhet}, {b.start} dagar), steg {punkt.steg} {steg}"
        )

    def ta(self, b: Berattelse, tid: datetime, data: dict[str, Any], gor: Callable[[dict[str, Any]], Kvitto]) -> Kvitto:
        """Fill in the form; when it asks why the step came late, answer and try again, as a person would."""
        try:
            with self.conn.begin_nested():
                return gor(data)
        except OgiltigaUppgifter as nej:
            if set(nej.falt) != {PROCESSER[b.process].orsaksfalt}:
                raise
            with self.conn.begin_nested():
                return gor(data | {f: ANNARS_SENT[f] for f in nej.falt})

    def rapportera(self, rad: ivo.Rapport, tid: datetime) -> None:
        """The officer fills in what IVO asks for and notes that it has been handed in."""
        nr = next(i for i, lage in enumerate(self.lage) if rad.nummer in lage.nummer)
        b, lage = self.berattelser[nr], self.lage[nr]
        av = self.aktor("handlaggare", lage.enhet)
        if b.ivo and rad.forsta:
            data = self.fyll(b.ivo, tid, lage)
            utfor(self.conn, self.s, Begaran(rad.nummer, "fyll_i_ivo_underlag", tid, av, data))
        tid += timedelta(minutes=3)
        data = {"ivo_rapporter": [rad.som_data(tid.date())]}
        utfor(self.conn, self.s, Begaran(rad.nummer, "rapportera_ivo", tid, av, data))

    def aktor(self, vem: str, enhet: str) -> Aktor | None:
        """Who acts: a role on the unit or a user name; nobody for the system."""
        if not vem:
            return None
        namn = vem if vem in self.ider else personal.med_roll(self.s.kommun, vem, enhet).anvandarnamn
        if namn not in self.aktorer:
            aktor = las_aktor(self.conn, self.ider[namn], self.nu.date())
            assert aktor is not None
            self.aktorer[namn] = aktor
        return self.aktorer[namn]

    def fyll(self, data: Mapping[str, Any], tid: datetime, lage: _Arende) -> dict[str, Any]:
        """The story's words for days, people and other cases put into what a form would hold."""
        return {k: self.varde(v, tid, data, lage) for k, v in data.items()}

    def varde(self, v: Any, tid: datetime, data: Mapping[str, Any], lage: _Arende) -> Any:
        if isinstance(v, Mapping):
            return {k: self.varde(x, tid, v, lage) for k, x in v.items()}
        if isinstance(v, list):
            return [self.varde(x, tid, data, lage) for x in v]
        if isinstance(v, Dag):
            dag = tid.date() + timedelta(days=v.dagar)
            return (
                self.s.regelverk.kalender.plus_arbetsdagar(dag, v.arbetsdagar) if v.arbetsdagar else dag
            ).isoformat()
        if isinstance(v, Nummer):
            nummer = self.lage[self.namn[v.berattelse]].nummer[v.led]
            return nummer if v.atgard is None else f"{nummer}/{v.atgard}"
        if v == HANDLAGGARE:
            return personal.med_roll(self.s.kommun, "handlaggare", lage.enhet).anvandarnamn
        if v == OPPEN_UPPGIFT:
            return str(self.oppen_uppgift(lage.nummer[-1]))
        if v == LAGRUM:
            if data["enhet"] in self.s.kommun.undertrad("funktionsstod") and data["insats"] != "boendestod":
                return "lss"
            return "sol_2025" if self.varde(data["beslutsdatum"], tid, data, lage) >= "2025-07-01" else "sol_2001"
        return v

    def oppen_uppgift(self, nummer: str) -> int:
        u, a = t.uppgift.c, t.arende.c
        sats = select(u.id).join(t.arende, a.id == u.arende_id).where(a.nummer == nummer, u.klar.is_(None))
        return int(self.conn.execute(sats.order_by(u.id).limit(1)).scalar_one())
