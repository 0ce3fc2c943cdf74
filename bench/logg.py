"""The log: sealing and verifying many rows, and what it costs a reading that it is written down."""

from datetime import timedelta

from grund import NU, Rad, databas, klockad, kvot, lagg_in_folk, median, oppna, skriv_tabell, turas_om
from sqlalchemy import text

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden import arendebild
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.registrera import registrera
from tjanster.db import session
from tjanster.logg import forsegla, verifiera

ANTAL = 1_000_000
VARV, LASNINGAR = 10, 20
AVVIKELSE = {"enhet": "familjehem", "handelsedatum": "2026-09-06", "typ": "rutin", "beskrivning": "Påhittad händelse"}
FYLL = """
INSERT INTO lasning (arende_id, av, tid, enhet, vad, tilldelad, skyddad)
SELECT 1, 1, now() + g * interval '1 second', 'familjehem', 'sida', true, false FROM generate_series(1, :antal) g
"""


def _lasare(vaka: Vaka, aktor: Aktor, anteckna: object) -> float:
    """Seconds for one reading of a case, with this in the place where it is written down."""
    egen, arendebild.anteckna = arendebild.anteckna, anteckna  # type: ignore[assignment]
    try:
        with klockad() as tid:
            for _ in range(LASNINGAR):
                with vaka.som(aktor) as conn:
                    visa_arende(conn, vaka.sammanhang, "AVV-2026-0001", aktor, NU)
        return tid() / LASNINGAR
    finally:
        arendebild.anteckna = egen


def kor() -> list[Rad]:
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        with vaka.systemet() as conn:
            folk = lagg_in_folk(conn, vaka, 2)
            registrera(conn, vaka.sammanhang, PROCESSER["avvikelse"], AVVIKELSE, av=None, nu=NU)
            aktor = las_aktor(conn, folk["enhetschef", "familjehem"], NU.date())
        assert aktor is not None
        egen = arendebild.anteckna
        med, utan = turas_om(
            lambda: _lasare(vaka, aktor, egen), lambda: _lasare(vaka, aktor, lambda *_: None), VARV
        )
        agare = session.motor(url, storlek=1)
        with agare.begin() as conn:
            conn.execute(text(FYLL), {"antal": ANTAL})
        agare.dispose()
        with klockad() as tid:
            rader = forsegla(vaka, NU).rader
        forsegla(vaka, NU + timedelta(days=1))
        prov = verifiera(vaka, NU + timedelta(days=1))
        vaka.stang()
    assert prov.hel
    return [
        Rad("logg: förseglade rader i sekunden", f"{rader / tid():,.0f}", "> 5 000", rader / tid() > 5_000),
        Rad("logg: prövade rader i sekunden", f"{prov.rader / prov.sekunder:,.0f}", "> 5 000", prov.rader / prov.sekunder > 5_000),
        Rad("logg: läsning med / utan rad i loggen", f"{kvot(med, utan):.2f} ({1000 * median(med):.1f} ms)"),
    ]


if __name__ == "__main__":
    skriv_tabell(kor())
