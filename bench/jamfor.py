"""What a rule change does to 100,000 open cases: `vaka regler jamfor`'s own work, against reading the same rows.

Half of the cases are decisions, with a limit by law and often the municipality's own goal beside it; the rest are
complaints and deviations. The set to compare gives complaints fifteen working days instead of ten from 1 August, and
home care eight instead of ten. The bare side sends the very statements that the comparison sent, by psycopg, and
fetches every row.
"""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
from grund import NU, Rad, databas, kvot, median, oppna, skriv_tabell, turas_om
from sqlalchemy import event

from regler import Fristsvar, Regelverk, las_in_texter
from regler.motor.redigera import lagg_till_rad
from tjanster.app import Vaka
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.regelstyrning import jamfor

ARENDEN, VARV = 100_000, 5
MAL = 10.0
PREFIX = {"beslut": "BES", "synpunkt": "SYN", "avvikelse": "AVV"}
# Process, state, limit, the case's fields but the days; one in four each.
SLAG: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("beslut", "beviljat", "verkstallighet", {"lagrum": "sol_2025", "insats": "hemtjanst"}),
    ("beslut", "beviljat", "verkstallighet", {"lagrum": "lss", "insats": "kontaktperson"}),
    ("synpunkt", "handlaggs", "svar", {"kanal": "telefon"}),
    ("avvikelse", "mottagen", "utredning", {"typ": "rutin"}),
)
GRUND = {"kalla": "Mätning", "kontrollerad": "2026-11-22"}
ANDRINGAR = (
    ("synpunkt", "svar", {"fran": "2026-08-01", "tid": "15 arbetsdagar"}),
    ("beslut", "verkstallighet",
     {"fran": "2026-08-01", "nar": {"insats": "hemtjanst"}, "tid": "8 arbetsdagar", "mal": "ja"}),
)  # fmt: skip
Rader = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def nya_regler(regelverk: Regelverk) -> Regelverk:
    """The active set with a new dated row in two of its files."""
    filer = dict(regelverk.filer)
    for process, frist, rad in ANDRINGAR:
        fil = f"config/{regelverk.kommun.kod}/regler/frister/{process}.yaml"
        filer[fil] = lagg_till_rad(filer[fil], frist, rad | GRUND)
    return las_in_texter(filer, regelverk.kommun.kod)


def rader(s: Sammanhang) -> Rader:
    """The cases and their open limits, as the rules of today give them."""
    enheter = list(s.kommun.enheter)
    arenden: list[tuple[Any, ...]] = []
    frister: list[tuple[Any, ...]] = []
    for nr in range(1, ARENDEN + 1):
        process, tillstand, frist, falt = SLAG[nr % len(SLAG)]
        dag = NU.date() - timedelta(days=nr // len(SLAG) * 7 % 180)
        uppgifter = falt | {s.regelverk.regel(process, frist).raknas_fran: dag.isoformat()}
        arenden.append((
            nr, f"{PREFIX[process]}-2026-{nr:06}", process, tillstand, 1, enheter[nr % len(enheter)], dag,
            json.dumps(uppgifter), NU, NU, s.regelversion, s.processversioner[process],
        ))  # fmt: skip
        for slag, svar in _svar(s.regelverk, process, frist, dag, falt):
            frister.append((
                len(frister) + 1, nr, frist, slag, dag, svar.forfaller, svar.regel.id, s.regelversion, "lopande", 1,
            ))  # fmt: skip
    return arenden, frister


def _svar(
    regelverk: Regelverk, process: str, frist: str, dag: date, falt: dict[str, str]
) -> Iterator[tuple[str, Fristsvar]]:
    svar = regelverk.frist(process, frist, dag, falt=falt)
    yield "lag", svar
    if svar.mal is not None:
        yield "mal", svar.mal


def fyll(url: str, s: Sammanhang) -> int:
    """Put them in the database; returns how many limits there are."""
    arenden, frister = rader(s)
    with psycopg.connect(url) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("DROP INDEX arende_sok")
        for tabell, kolumner, alla in (
            ("arende", "id, nummer, process, tillstand, version, enhet, dag, uppgifter, registrerad, andrad, regelversion, "
             "processversion", arenden),
            ("frist", "id, arende_id, namn, slag, start, forfaller, regel, regelversion, status, omgang", frister),
        ):  # fmt: skip
            with conn.cursor().copy(f"COPY {tabell} ({kolumner}) FROM STDIN") as kopia:
                for rad in alla:
                    kopia.write_row(rad)
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM ANALYZE")
    return len(frister)


def satser_i(vaka: Vaka, ny: Regelverk) -> list[tuple[str, Any]]:
    """The statements that the comparison sends, as the driver got them."""
    satser: list[tuple[str, Any]] = []

    def hor(conn: Any, cursor: Any, sats: str, parametrar: Any, context: Any, many: bool) -> None:
        satser.append((sats, parametrar))

    event.listen(vaka.motor, "before_cursor_execute", hor)
    with vaka.systemet() as conn:
        jamfor(conn, vaka.sammanhang, ny, NU)
    event.remove(vaka.motor, "before_cursor_execute", hor)
    return satser


def kor() -> list[Rad]:
    """The measurement: seconds for the comparison, and how many times the bare reading that is."""
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        antal = fyll(url, vaka.sammanhang)
        ny = nya_regler(vaka.sammanhang.regelverk)
        satser = satser_i(vaka, ny)
        flyttade = set()

        def vakas() -> float:
            start = time.perf_counter()
            with vaka.systemet() as conn:
                jamforelse = jamfor(conn, vaka.sammanhang, ny, NU)
            tid = time.perf_counter() - start
            assert jamforelse.verkan.oppna_arenden == ARENDEN
            flyttade.add(len(jamforelse.verkan.flyttas))
            return tid

        with psycopg.connect(url, options="-c timezone=Europe/Stockholm") as ra:

            def bara() -> float:
                start = time.perf_counter()
                for sats, parametrar in satser:
                    ra.execute(sats, parametrar, prepare=False).fetchall()
                tid = time.perf_counter() - start
                ra.rollback()
                return tid

            egna, bara_tider = turas_om(vakas, bara, VARV)
        vaka.stang()
    tid = median(egna)
    return [
        Rad(
            f"Jämför regler: {ARENDEN} öppna ärenden med {antal} frister, {flyttade.pop()} ändras",
            f"{tid:.1f} s, {kvot(egna, bara_tider):.1f} gånger bar läsning ({median(bara_tider):.1f} s)",
            f"< {MAL:.0f} s", tid < MAL,
        )
    ]  # fmt: skip


if __name__ == "__main__":
    skriv_tabell(kor())
