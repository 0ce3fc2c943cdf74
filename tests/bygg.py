"""Builders with defaults: a test says only what matters to it. All people and cases are made up."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, text

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.filgranskning import NyBilaga
from tjanster.arenden.handelse import Begaran, Kvitto, utfor
from tjanster.arenden.registrera import registrera
from tjanster.db import t
from tjanster.klocka import SVENSK_TID

# A Monday, an ordinary working day.
NU = datetime(2026, 9, 7, 9, 0, tzinfo=SVENSK_TID)

# name: (role, unit). Exempelkommun's units; 'frida' works in another department than the others.
PERSONAL = {
    "mia": ("medarbetare", "familjehem"),
    "hanna": ("handlaggare", "familjehem"),
    "hugo": ("handlaggare", "familjehem"),
    "elin": ("enhetschef", "familjehem"),
    "eva": ("enhetschef", "oppenvard"),
    "anders": ("avdelningschef", "ifo"),
    "kim": ("kvalitetsledare", "socialforvaltningen"),
    "rut": ("registrator", "socialforvaltningen"),
    "adam": ("administrator", "socialforvaltningen"),
    "rolf": ("revisor", "socialforvaltningen"),
    "frida": ("handlaggare", "hemtjanst_norr"),
}

SYNPUNKT = {
    "kanal": "telefon", "slag": "klagomal", "kategori": "bemotande", "text": "Påhittad synpunkt", "vill_ha_svar": True,
    "inkom": "2026-09-07", "enhet": "familjehem",
}  # fmt: skip
AVVIKELSE = {
    "enhet": "familjehem", "handelsedatum": "2026-09-06", "typ": "rutin", "beskrivning": "Påhittad händelse",
}  # fmt: skip
LEX_SARAH = {
    "enhet": "familjehem", "lagomrade": "sol", "handelsedatum": "2026-09-06", "beskrivning": "Påhittad händelse",
}  # fmt: skip
BESLUT = {
    "externt_id": "D-1", "beslutsdatum": "2026-09-07", "lagrum": "sol_2025", "insats": "kontaktperson", "kon": "kvinna",
    "enhet": "familjehem",
}  # fmt: skip
OLOVLIG_LASNING = {"enhet": "familjehem", "lasningar": "17", "varfor": "Påhittad: inget i arbetet förklarar den"}
FORVALT = {
    "synpunkt": SYNPUNKT, "avvikelse": AVVIKELSE, "lex_sarah": LEX_SARAH, "beslut": BESLUT, "olovlig_lasning": OLOVLIG_LASNING,
}  # fmt: skip
KONTAKT = {"namn": "Påhittad Person", "epost": "paahittad@exempel.example"}


def lagg_in_personal(conn: Connection, personal: dict[str, tuple[str, str]] | None = None) -> dict[str, int]:
    """Accounts with an appointment each, since 2020; returns name → row number."""
    personal = personal or PERSONAL
    rader = [
        {
            "anvandarnamn": namn, "namn": f"{namn.title()} Påhittad", "epost": f"{namn}@vaka.example", "losen": None,
            "aktiv": True, "misslyckade": 0, "skapad": NU,
        }
        for namn in personal
    ]  # fmt: skip
    nya = t.anvandare.insert().returning(t.anvandare.c.id, sort_by_parameter_order=True)
    ut = dict(zip(personal, conn.execute(nya, rader).scalars(), strict=True))
    uppdrag = [
        {"anvandare_id": ut[namn], "roll": roll, "enhet": enhet, "fran": date(2020, 1, 1)} for namn, (roll, enhet) in personal.items()
    ]
    conn.execute(t.uppdrag.insert(), uppdrag)
    return ut


@dataclass
class Bygge:
    """Drives the program as its people would. `som` is a name in PERSONAL; None is the system."""

    vaka: Vaka
    nu: datetime = NU
    _id: dict[str, int] = field(default_factory=dict)

    def aktor(self, som: str | None, nu: datetime | None = None) -> Aktor | None:
        if som is None:
            return None
        with self.vaka.systemet() as conn:
            if som not in self._id:
                fraga = select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == som)
                self._id[som] = conn.execute(fraga).scalar_one()
            return las_aktor(conn, self._id[som], (nu or self.nu).date())

    def ny(
        self, process: str, som: str | None = "rut", *, nu: datetime | None = None, kontakt: Any = None, bekraftat: bool = False,
        **data: Any,
    ) -> str:  # fmt: skip
        """Open a case; returns its number. What isn't said has a default; None takes a default away."""
        nu = nu or self.nu
        if process == "beslut" and som == "rut":
            som = "hanna"
        fyllt = {k: v for k, v in (FORVALT[process] | data).items() if v is not None}
        with self.vaka.systemet() as conn:
            return registrera(
                conn, self.vaka.sammanhang, PROCESSER[process], fyllt, av=self.aktor(som, nu), nu=nu, kontakt=kontakt,
                bekraftat=bekraftat,
            ).nummer

    def gor(
        self, nummer: str, handelse: str, som: str | None = "elin", *, nu: datetime | None = None,
        version: int | None = None, skal: str | None = None, **data: Any,
    ) -> Kvitto:  # fmt: skip
        """Take a step, by the one path, in a transaction of its own."""
        nu = nu or self.nu
        with self.vaka.systemet() as conn:
            begaran = Begaran(nummer, handelse, nu, self.aktor(som, nu), data, skal, version)
            return utfor(conn, self.vaka.sammanhang, begaran)

    def bifoga(self, nummer: str, *namn: str, som: str = "elin", nu: datetime | None = None) -> Kvitto:
        """Attach small text files with these names, whatever they end in."""
        filer = tuple(NyBilaga(ett, "text/plain", f"Påhittad {ett}".encode()) for ett in namn or ("underlag.txt",))
        nu = nu or self.nu
        with self.vaka.systemet() as conn:
            begaran = Begaran(nummer, "bifoga", nu, self.aktor(som, nu), bilagor=filer)
            return utfor(conn, self.vaka.sammanhang, begaran)

    def oppen(self) -> Connection:
        """A connection with the owner's rights, which begins and ends its transactions as the test says; never shared."""
        conn = self.vaka.motor.connect()
        conn.detach()
        conn.execute(text("SET ROLE NONE"))
        conn.commit()
        return conn

    def rad(self, nummer: str) -> dict[str, Any]:
        with self.vaka.systemet() as conn:
            return dict(conn.execute(select(t.arende).where(t.arende.c.nummer == nummer)).mappings().one())

    def frister(self, nummer: str) -> list[dict[str, Any]]:
        with self.vaka.systemet() as conn:
            sats = (
                select(t.frist)
                .join(t.arende, t.arende.c.id == t.frist.c.arende_id)
                .where(t.arende.c.nummer == nummer)
                .order_by(t.frist.c.id)
            )
            return [dict(r) for r in conn.execute(sats).mappings()]

    def handelser(self, nummer: str) -> list[dict[str, Any]]:
        with self.vaka.systemet() as conn:
            sats = (
                select(t.handelse)
                .join(t.arende, t.arende.c.id == t.handelse.c.arende_id)
                .where(t.arende.c.nummer == nummer)
                .order_by(t.handelse.c.lopnr)
            )
            return [dict(r) for r in conn.execute(sats).mappings()]

    def notiser(self, mall: str | None = None) -> list[dict[str, Any]]:
        with self.vaka.systemet() as conn:
            sats = select(t.notis).order_by(t.notis.c.id)
            return [dict(r) for r in conn.execute(sats).mappings() if mall in (None, r["mall"])]
