"""One persisted event by the real path, against the very same statements sent by bare psycopg.

For each case of the bare side `utfor` is first run in a transaction that is rolled back, while every statement and its
parameters are written down as the driver got them. Timed is then the replay of those statements, with commit, on one
open connection. So both sides do the same work in the database, and the difference is Vaka's own: deciding, checking,
building rows. The connection pool's ping before use counts against Vaka.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import psycopg
from grund import NU, Rad, databas, kvot, lagg_in_folk, median, oppna, skriv_tabell, turas_om
from sqlalchemy import event

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.registrera import registrera
from tjanster.db.knippe import VAL

VARV = 200
MAL = 0.65
Sats = tuple[str, Any, bool]

SYNPUNKT = {
    "kanal": "telefon", "slag": "klagomal", "kategori": "bemotande", "text": "Påhittad synpunkt. " * 20,
    "vill_ha_svar": True, "inkom": "2026-09-07", "enhet": "familjehem",
}  # fmt: skip
AVVIKELSE = {
    "enhet": "familjehem", "handelsedatum": "2026-09-06", "typ": "rutin", "beskrivning": "Påhittad händelse. " * 20,
}  # fmt: skip


class Steget(ABC):
    """A step to measure: how a case is brought to it, who takes it, and with what."""

    def __init__(self, vaka: Vaka, folk: Mapping[tuple[str, str], int]) -> None:
        self.vaka = vaka
        with vaka.systemet() as conn:
            self.aktor = {roll: las_aktor(conn, i, NU.date()) for (roll, _), i in folk.items()}
            for roll in ("enhetschef", "handlaggare"):
                self.aktor[roll] = las_aktor(conn, folk[roll, "familjehem"], NU.date())

    def ny(self, process: str, som: Aktor | None, data: Mapping[str, Any], kontakt: Any = None) -> str:
        with self.vaka.systemet() as conn:
            s = self.vaka.sammanhang
            return registrera(conn, s, PROCESSER[process], data, av=som, nu=NU, kontakt=kontakt).nummer

    def gor(self, nummer: str, handelse: str, som: str, **data: Any) -> None:
        with self.vaka.systemet() as conn:
            utfor(conn, self.vaka.sammanhang, Begaran(nummer, handelse, NU, self.aktor[som], data))

    @abstractmethod
    def forbered(self) -> str:
        """A new case on the brink of the step; its number."""

    @abstractmethod
    def begaran(self, nummer: str) -> Begaran: ...


class Besvara(Steget):
    """Answer a complaint: one limit met, its ladder dropped, a letter to the one who left it."""

    def forbered(self) -> str:
        kontakt = {"namn": "Påhittad Person", "epost": "paahittad@exempel.example"}
        nummer = self.ny("synpunkt", self.aktor["registrator"], SYNPUNKT, kontakt)
        self.gor(nummer, "fordela", "registrator", enhet="familjehem")
        self.gor(nummer, "handlagg", "handlaggare")
        return nummer

    def begaran(self, nummer: str) -> Begaran:
        data = {"svar": "Påhittat svar. " * 20, "besvarad": "2026-09-07"}
        return Begaran(nummer, "besvara", NU, self.aktor["handlaggare"], data)


class LamnaOver(Steget):
    """Hand a deviation over to another unit: one limit met, one started with its ladder, a letter to the manager."""

    def forbered(self) -> str:
        nummer = self.ny("avvikelse", self.aktor["enhetschef"], AVVIKELSE)
        self.gor(nummer, "ta_emot", "enhetschef")
        return nummer

    def begaran(self, nummer: str) -> Begaran:
        return Begaran(
            nummer, "lamna_over_enhet", NU, self.aktor["enhetschef"], {"ny_enhet": "oppenvard"}, "Hände hos dem."
        )


def spela_in(vaka: Vaka, begaran: Begaran) -> list[Sats]:
    """The statements that the event sends, as the driver got them. Nothing is left behind."""
    satser: list[Sats] = []

    def hor(conn: Any, cursor: Any, sats: str, parametrar: Any, context: Any, many: bool) -> None:
        if knippe := context.execution_options.get(VAL):
            satser.extend((s, rader if len(rader) > 1 else rader[0], len(rader) > 1) for s, rader in knippe.driverns())
        else:
            satser.append((sats, parametrar, many))

    with vaka.systemet() as conn:
        event.listen(vaka.motor, "before_cursor_execute", hor)
        try:
            utfor(conn, vaka.sammanhang, begaran)
        finally:
            event.remove(vaka.motor, "before_cursor_execute", hor)
            conn.rollback()
    return satser


def spela_upp(conn: psycopg.Connection, satser: list[Sats]) -> None:
    for sats, parametrar, many in satser:
        with conn.cursor() as cur:
            if many:
                cur.executemany(sats, parametrar)
            else:
                cur.execute(sats, parametrar)
                if cur.description:
                    cur.fetchall()
    conn.commit()


def mat(vaka: Vaka, ra: psycopg.Connection, steg: Steget) -> tuple[float, float, float, int]:
    """Ratio (bare time / Vaka's time), milliseconds of Vaka's and of the bare side, and number of statements.

    A round is one event each, side by side, so that what else the machine does falls on both.
    """
    egna = [steg.begaran(steg.forbered()) for _ in range(VARV + 1)]
    inspelade = [spela_in(vaka, steg.begaran(steg.forbered())) for _ in range(VARV + 1)]
    antal = len(inspelade[0])

    def vakas() -> float:
        begaran = egna.pop()
        start = time.perf_counter()
        with vaka.systemet() as conn:
            utfor(conn, vaka.sammanhang, begaran)
        return time.perf_counter() - start

    def bara() -> float:
        satser = inspelade.pop()
        start = time.perf_counter()
        spela_upp(ra, satser)
        return time.perf_counter() - start

    vara_tider, bara_tider = turas_om(vakas, bara, VARV)
    return kvot(bara_tider, vara_tider), 1000 * median(vara_tider), 1000 * median(bara_tider), antal


def kor() -> list[Rad]:
    """The measurement: each step with the server's ordinary commit, and without waiting for the disk."""
    rader: list[Rad] = []
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        with vaka.systemet() as conn:
            folk = lagg_in_folk(conn, vaka)
        with psycopg.connect(url, options="-c timezone=Europe/Stockholm") as ra:
            for klass, namn in ((Besvara, "besvara synpunkt"), (LamnaOver, "lämna över avvikelse")):
                steg = klass(vaka, folk)
                for vantar, hur in ((True, ""), (False, ", utan väntan på disken")):
                    vanta_pa_disken(url, vantar)
                    q, egen, bar, antal = mat(vaka, ra, steg)
                    rader.append(
                        Rad(
                            f"Händelse: {namn}{hur}",
                            f"{q:.2f} av psycopg ({egen:.2f} ms mot {bar:.2f} ms, {antal} satser)",
                            f"≥ {MAL}" if vantar else "",
                            q >= MAL if vantar else None,
                        )
                    )
        vaka.stang()
    return rader


def vanta_pa_disken(url: str, vantar: bool) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"ALTER SYSTEM SET synchronous_commit = {'on' if vantar else 'off'}")
        admin.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    skriv_tabell(kor())
