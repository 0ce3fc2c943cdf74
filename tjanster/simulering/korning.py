"""Live a municipality's time day by day on a virtual clock: register, work, sweep, by the same path as everybody.

Each morning the real sweep, with its reminders and letters. Then what comes in that day, and then people take the steps that
they have time for, the nearest limit first, as *Min dag* puts them. Nothing asks the wall clock.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select, text

from arbetsfloden import PROCESSER
from notiser import Avsandare, Brevlada, skicka_vantande
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.handelse import Begaran, Kvitto, utfor
from tjanster.arenden.registrera import registrera
from tjanster.db import t
from tjanster.demo.berattelser import HANDLAGGARE, OPPEN_UPPGIFT, Dag
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.svep import svepa
from tjanster.simulering import folk as folket
from tjanster.simulering.modell import Ankomst, Modell, ankomster, dagar, per_ar
from tjanster.simulering.resultat import Resultat, rakna
from tjanster.simulering.vagar import Moment, dra_vag

SVEPTID = time(7, 0)
OPPNAR = time(8, 0)
MELLAN = timedelta(seconds=10)
"""Between two events of a day, so that their order is that of the clock."""
SENT_SVAR = ("hog_belastning", "resursbrist", "annat")
"""What people answer when the form asks why a step came late: the first of these that the municipality's list has."""
ERSATTER = {"registrator": ("kvalitetsledare",), "handlaggare": ("enhetschef", "avdelningschef"), "enhetschef": ("avdelningschef",)}
"""Who does a role's work when nobody of that role is there: an empty post is covered by the level above."""
GER_UPP = 5
"""After so many refusals of the same step nobody tries it again; the result tells."""

_KO = text("SELECT nummer FROM arende WHERE avslutad IS NULL AND klardag IS NULL ORDER BY narmast NULLS LAST, id")

Framsteg = Callable[[int, int], None]


@dataclass(frozen=True)
class Korning:
    """What is to be simulated. fran, till: days, both included. personal: the factor of the staff's time. brev: the outbox is
    emptied into the open mailbox each day; it never leaves the database. The numbers of cases are as in `modell.per_ar`."""

    modell: Modell
    fran: date
    till: date
    fro: int = 1
    personal: float = 1.0
    arenden: int | None = None
    invanare: int | None = None
    brev: bool = True

    @property
    def volym(self) -> dict[str, float]:
        return per_ar(self.modell, arenden=self.arenden, invanare=self.invanare)


def simulera(vaka: Vaka, korning: Korning, framsteg: Framsteg | None = None) -> Resultat:
    """Live the days in a database without people and cases, and count what came of it. Goes by the rules that `vaka` has.

    framsteg: told (days done, of how many). On the way the clock stands at the day that is lived, and afterwards at real time.
    """
    liv = _Liv(vaka, korning)
    borjade = klocka.maskintid()
    try:
        liv.kor(framsteg or (lambda klart, alla: None))
    finally:
        klocka.stall(None)
    with vaka.systemet() as conn:
        return rakna(
            conn, korning.fran, korning.till, nekade=dict(liv.nekade), svepfel=liv.svepfel, utan_mottagare=liv.utan_mottagare,
            belaggning=liv.belaggning(), sekunder=klocka.maskintid() - borjade,
        )  # fmt: skip


@dataclass
class _Arende:
    """A case on its way: what is left to do, from which day, and how many minutes are left of the next step."""

    nummer: str
    enhet: str
    kvar: list[Moment]
    fran: date
    minuter: float
    handlaggare: folket.Person | None = None
    nekad: int = 0


@dataclass
class _Liv:
    vaka: Vaka
    k: Korning
    nu: datetime = field(init=False)
    nekade: Counter[str] = field(default_factory=Counter)
    svepfel: list[str] = field(default_factory=list)
    utan_mottagare: int = 0
    arenden: dict[str, _Arende] = field(default_factory=dict)
    tid: dict[str, float] = field(default_factory=dict)
    anvant: Counter[str] = field(default_factory=Counter)
    hade: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        k, s = self.k, self.vaka.sammanhang
        self.kalender = s.regelverk.kalender
        self.folk = folket.bemanna(k.modell, s.kommun, self.kalender, k.volym, k.fran, k.till, k.fro, k.personal)
        with self.vaka.systemet() as conn:
            ider = folket.lagg_in(conn, s.kommun, self.folk, k.fran)
            self.aktorer: dict[str, Aktor] = {}
            for namn, id_ in ider.items():
                aktor = las_aktor(conn, id_, k.fran)
                assert aktor is not None
                self.aktorer[namn] = aktor
        self.poster: dict[tuple[str, str], list[folket.Person]] = defaultdict(list)
        for p in self.folk:
            self.poster[p.roll, p.enhet].append(p)
        self.narmast: dict[tuple[str, str], tuple[folket.Person, ...]] = {}

    def kor(self, framsteg: Framsteg) -> None:
        k, s = self.k, self.vaka.sammanhang
        kommer = defaultdict(list)
        for a in ankomster(k.modell, self.kalender, folket.arbetsenheter(s.kommun), k.volym, k.fran, k.till, k.fro):
            kommer[a.dag].append(a)
        alla = (k.till - k.fran).days + 1
        for nr, dag in enumerate(dagar(k.fran, k.till), 1):
            self.morgon(dag)
            if self.kalender.arbetsdag(dag):
                self.nu = datetime.combine(dag, OPPNAR, SVENSK_TID)
                for ankomst in kommer[dag]:
                    self.ta_in(ankomst)
                self.arbeta(dag)
            framsteg(nr, alla)
        self.morgon(k.till + timedelta(days=1))  # so that what ended on the last day counts

    def morgon(self, dag: date) -> None:
        """As the watch does every night, days off too."""
        self.nu = datetime.combine(dag, SVEPTID, SVENSK_TID)
        klocka.stall(self.nu)
        utfall = svepa(self.vaka, self.nu)
        self.svepfel += utfall.fel
        self.utan_mottagare = utfall.utan_mottagare
        if self.kalender.arbetsdag(dag):
            self.skicka()

    def skicka(self) -> None:
        """Into the open mailbox in the same database, whatever server is set."""
        if self.k.brev:
            st = self.vaka.settings
            avsandare = Avsandare(bas_url=st.url, namn=f"Vaka {self.vaka.sammanhang.kommun.namn}", adress=st.avsandare)
            skicka_vantande(self.vaka.motor, Brevlada(), self.nu, avsandare=avsandare)

    def ta_in(self, ankomst: Ankomst) -> None:
        vag = dra_vag(self.k.modell, self.vaka.sammanhang.listor, ankomst, self.k.fro)
        process = PROCESSER[ankomst.process]
        aktor = self.aktorer[self.som_kan(vag.roll, ankomst.enhet)[0].anvandarnamn] if vag.roll else None
        try:
            with self.vaka.som(aktor) as conn:
                kvitto = registrera(
                    conn, self.vaka.sammanhang, process, self.fyll(vag.data, None), av=aktor, nu=self.nu, kontakt=vag.kontakt,
                    bekraftat=True,
                )  # fmt: skip
        except Nej as nej:
            self.nekade[f"{ankomst.process}, registrera: {nej}"] += 1
            return
        self.nu += MELLAN
        arende = _Arende(kvitto.nummer, ankomst.enhet, list(vag.moment), ankomst.dag, 0.0)
        self.arenden[kvitto.nummer] = arende
        self.nasta(arende)

    def nasta(self, arende: _Arende) -> None:
        """The next step may be begun when what it waits for has come."""
        if arende.kvar:
            steg, arende.nekad = arende.kvar[0], 0
            arende.fran = self.kalender.plus_arbetsdagar(self.nu.date(), steg.vantan) if steg.vantan else self.nu.date()
            arende.minuter = steg.minuter
        else:
            self.arenden.pop(arende.nummer, None)

    # -- a day's work ---------------------------------------------------------------------------------------------------

    def arbeta(self, dag: date) -> None:
        """Everybody who is there works until the time or the work is out."""
        self.tid = {p.anvandarnamn: p.minuter for p in self.folk if p.minuter and dag not in p.ledig}
        for p in self.folk:
            self.hade[p.roll] += round(self.tid.get(p.anvandarnamn, 0.0) * 1000)
        fore = dict(self.tid)
        for arende in self.kon():
            while arende.kvar and arende.fran <= dag and self.gor(arende):
                pass
        for p in self.folk:
            self.anvant[p.roll] += round((fore.get(p.anvandarnamn, 0.0) - self.tid.get(p.anvandarnamn, 0.0)) * 1000)

    def kon(self) -> list[_Arende]:
        """Those that somebody has something to do with, the nearest limit first."""
        with self.vaka.systemet() as conn:
            return [self.arenden[n] for n in conn.execute(_KO).scalars() if n in self.arenden]

    def gor(self, arende: _Arende) -> bool:
        """Work on the case's next step; True when it was taken today and the next one may be looked at."""
        steg, vem = arende.kvar[0], None
        for p in self.som_far(steg, arende):
            har = self.tid.get(p.anvandarnamn, 0.0)
            if har > 0:
                vem = p
                gjort = min(har, arende.minuter)
                self.tid[p.anvandarnamn] -= gjort
                arende.minuter -= gjort
                if arende.minuter <= 0:
                    break
        if vem is None or arende.minuter > 0:
            return False
        return self.ta(arende, steg, vem)

    def ta(self, arende: _Arende, steg: Moment, vem: folket.Person) -> bool:
        aktor = self.aktorer[vem.anvandarnamn]
        try:
            kvitto = self.utfor(arende, steg, aktor)
        except Nej as nej:
            self.nekade[f"{steg.process}, {steg.handelse}: {nej}"] += 1
            arende.nekad += 1
            arende.fran = self.nu.date() + timedelta(days=1)
            if arende.nekad >= GER_UPP:
                del self.arenden[arende.nummer]
            return False
        self.nu += MELLAN
        arende.kvar.pop(0)
        if kvitto.nya_arenden:
            del self.arenden[arende.nummer]
            arende.nummer = kvitto.nya_arenden[-1]
            self.arenden[arende.nummer] = arende
        self.nasta(arende)
        return True

    def utfor(self, arende: _Arende, steg: Moment, aktor: Aktor) -> Kvitto:
        """By the one path; when the form asks why it came late, answer and try again, as a person would."""
        orsaksfalt = PROCESSER[steg.process].orsaksfalt
        mer: dict[str, Any] = {}
        while True:
            try:
                with self.vaka.som(aktor) as conn:
                    data = self.fyll(steg.data, conn, arende) | mer
                    begaran = Begaran(arende.nummer, steg.handelse, self.nu, aktor, data, steg.skal, bekraftat=True)
                    return utfor(conn, self.vaka.sammanhang, begaran)
            except OgiltigaUppgifter as nej:
                if set(nej.falt) != {orsaksfalt} or mer:
                    raise
                listnamn = PROCESSER[steg.process].modell.beskrivna()[orsaksfalt].listnamn or ""
                koder = self.vaka.sammanhang.listor[listnamn]
                mer = {orsaksfalt: next((kod for kod in SENT_SVAR if kod in koder), min(koder))}

    def som_kan(self, roll: str, enhet: str) -> tuple[folket.Person, ...]:
        """Those who hold the role nearest the unit."""
        nyckel = (roll, enhet)
        if nyckel not in self.narmast:
            alla = (tuple(self.poster.get((roll, e), ())) for e in self.vaka.sammanhang.kommun.vagen_upp(enhet))
            self.narmast[nyckel] = next((p for p in alla if p), ())
        return self.narmast[nyckel]

    def som_far(self, steg: Moment, arende: _Arende) -> Iterator[folket.Person]:
        """Who takes the step today: the case's officer before the others of the role. Officers see another's case only where the
        process lets them. When nobody of them is at work others cover the post (ERSATTER)."""
        roll, dess = steg.roll, arende.handlaggare
        if roll == "handlaggare" and dess is not None:
            ser = "handlaggare" in PROCESSER[steg.process].synlig_for
            egna = (dess, *(p for p in self.som_kan(roll, arende.enhet) if ser and p is not dess))
        else:
            egna = self.som_kan(roll, arende.enhet)
        for r in (roll, *ERSATTER.get(roll, ())):
            har = [p for p in (egna if r == roll else self.som_kan(r, arende.enhet)) if p.anvandarnamn in self.tid]
            if har:
                yield from har
                return

    def fyll(self, data: Mapping[str, Any], conn: Connection | None, arende: _Arende | None = None) -> dict[str, Any]:
        return {k: self.varde(v, conn, arende) for k, v in data.items()}

    def varde(self, v: Any, conn: Connection | None, arende: _Arende | None) -> Any:
        if isinstance(v, Mapping):
            return self.fyll(v, conn, arende)
        if isinstance(v, (list, tuple)):
            return [self.varde(x, conn, arende) for x in v]
        if isinstance(v, Dag):
            return (self.nu.date() + timedelta(days=v.dagar)).isoformat()
        if v == HANDLAGGARE and arende is not None:
            arende.handlaggare = arende.handlaggare or self.valj_handlaggare(arende)
            return arende.handlaggare.anvandarnamn
        if v == OPPEN_UPPGIFT and conn is not None and arende is not None:
            u, a = t.uppgift.c, t.arende.c
            sats = select(u.id).join(t.arende, a.id == u.arende_id).where(a.nummer == arende.nummer, u.klar.is_(None))
            return str(conn.execute(sats.order_by(u.id).limit(1)).scalar_one())
        return v

    def valj_handlaggare(self, arende: _Arende) -> folket.Person:
        """In turn among the department's officers, by the case's own number."""
        alla = self.som_kan("handlaggare", arende.enhet)
        return alla[int(arende.nummer.rpartition("-")[2]) % len(alla)]

    def belaggning(self) -> dict[str, float]:
        """Role → the share of its time that was used."""
        return {roll: round(self.anvant[roll] / hade, 3) for roll, hade in sorted(self.hade.items()) if hade}
