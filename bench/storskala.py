"""Ten million cases with thirty million limits, against a tenth of them: the whole sweep, and what watch and web hold in memory.

By hand (`bench/storskala.py --stor`, half an hour and some thirty gigabytes of disk; `bench/storskala.py 100000` tries that it runs).
Ten years of a county's cases: two in a hundred are open, the newest. What there is to do is as much in both: as many rungs due today, limits just
passed and limits near; everything else is ten times as much. Each closed limit was met, one in three had one rung fall, one in fifty was late, and one case in two hundred
once had a limit paused. No events are laid in, since no sweep reads them; the index of words is left out for the same reason.

The two databases are on the same server and swept in turn, each by a process of its own. Every round is the first sweep of a morning, with yesterday's
done: rungs dealt and letters written. Which tables were read from end to end is asked of the database's own counters.
"""

import json
import re
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
from grund import NU, ROT, Rad, databas, kvot, lagg_in_folk, median, miljo, oppna, skriv_tabell, turas_om
from klienter import Sida
from sidor import Fragare, inlogg, server
from start import ledig_port

from tjanster.db import migrera, session
from tjanster.scheduler.svep import svepa

ARENDEN, BUNT, VARV = 10_000_000, 500_000, 5
MAL, MAL_MINNE = 1.5, 1.1
TABELLER = ("arende", "frist", "paminnelse", "fristbrott", "fristakt")
# fmt: off
FYLL = """
INSERT INTO arende (id, nummer, process, tillstand, version, enhet, handlaggare, dag, uppgifter, registrerad, andrad, avslutad, klardag,
                    regelversion, processversion)
SELECT n, upper(left(p, 3)) || to_char(d, '-YYYY-') || lpad((n %% 10000000)::text, 7, '0'), p,
       CASE WHEN klar THEN CASE p WHEN 'beslut' THEN 'verkstallt' ELSE 'avslutad' END
            ELSE CASE p WHEN 'avvikelse' THEN 'mottagen' WHEN 'lex_sarah' THEN 'utreds' WHEN 'synpunkt' THEN 'handlaggs' ELSE 'beviljat' END END,
       4, (%(enheter)s::text[])[1 + (n * 7919) %% cardinality((%(enheter)s::text[]))], CASE WHEN n %% 5 > 0 THEN (%(folk)s::bigint[])[1 + n %% cardinality((%(folk)s::bigint[]))] END, d,
       jsonb_build_object('enhet', (%(enheter)s::text[])[1 + (n * 7919) %% cardinality((%(enheter)s::text[]))]) || CASE p
         WHEN 'synpunkt' THEN jsonb_build_object(
           'kanal', 'telefon', 'slag', 'klagomal', 'kategori', 'bemotande', 'vill_ha_svar', true, 'inkom', d, 'text', 'Påhittad synpunkt nummer ' || n)
         WHEN 'beslut' THEN jsonb_build_object('externt_id', 'D-' || n, 'beslutsdatum', d, 'lagrum', 'sol_2025', 'insats', 'kontaktperson', 'kon', 'kvinna')
         ELSE jsonb_build_object('handelsedatum', d, 'rapporterad', d, 'beskrivning', 'Påhittad händelse nummer ' || n)
           || CASE p WHEN 'avvikelse' THEN jsonb_build_object('typ', 'rutin') ELSE jsonb_build_object('lagomrade', 'sol') END END,
       d, d, CASE WHEN klar AND p <> 'beslut' THEN (d + 40)::timestamptz END, CASE WHEN klar THEN d + 40 END, %(regel)s, %(process)s
  FROM (SELECT n, n <= %(klara)s::bigint klar, %(idag)s::date - 45 - ((%(antal)s::bigint - n) * 3650 / %(antal)s::bigint)::int d,
               (ARRAY['avvikelse', 'synpunkt', 'beslut', 'avvikelse', 'beslut', 'lex_sarah'])[1 + n %% 6] p
          FROM generate_series(%(forsta)s::bigint, %(sista)s::bigint) n) x;
INSERT INTO frist (id, arende_id, namn, slag, start, forfaller, regel, regelversion, status, omgang, mott)
SELECT a.id * 3 + k, a.id,
       CASE WHEN k < 2 THEN CASE a.process WHEN 'synpunkt' THEN 'svar' WHEN 'beslut' THEN 'verkstallighet' ELSE 'utredning' END
            ELSE CASE a.process WHEN 'synpunkt' THEN 'bekraftelse' WHEN 'beslut' THEN 'aterupptagande' ELSE 'mottagande' END END,
       CASE k WHEN 1 THEN 'mal' ELSE 'lag' END, a.dag,
       CASE WHEN a.id <= %(klara)s::bigint OR k = 2 THEN a.dag + 30
            WHEN a.id - %(klara)s::bigint <= %(passerade)s::bigint AND k = 0 THEN %(idag)s::date - 1
            WHEN a.id - %(klara)s::bigint <= %(forfallna)s::bigint THEN %(idag)s::date + 2 ELSE %(idag)s::date + 40 + (a.id %% 300)::int END,
       a.process || '/frist/lokal/2022-01-01', %(regel)s, CASE WHEN a.id <= %(klara)s::bigint OR k = 2 THEN 'mott' ELSE 'lopande' END, 1,
       CASE WHEN a.id <= %(klara)s::bigint OR k = 2 THEN a.dag + 20 END
  FROM arende a, generate_series(0, 2) k WHERE a.id BETWEEN %(forsta)s AND %(sista)s;
INSERT INTO paminnelse (frist_id, omgang, trappsteg, dag, nar, roll, bradskande, aven_ledig_dag, fallen, ikapp, till_roll, till_enhet, mottagare, nycklar)
SELECT n, 1, 1, %(idag)s::date - 60, '3 arbetsdagar före', 'enhetschef', false, false, %(nu)s::timestamptz - interval '60 days', false, 'enhetschef', (%(enheter)s::text[])[1],
       (%(folk)s::bigint[])[1:1], ARRAY['morgonbrev:' || (%(folk)s::bigint[])[1] || ':2020-01-02']
  FROM generate_series(%(forsta)s::bigint * 3, least(%(sista)s, %(klara)s::bigint)::bigint * 3 + 2, 3) n;
INSERT INTO paminnelse (frist_id, omgang, trappsteg, dag, nar, roll, bradskande, aven_ledig_dag)
SELECT f.id, 1, steg, CASE WHEN steg = 1 AND f.slag = 'lag' AND f.arende_id - %(klara)s::bigint <= %(forfallna)s::bigint THEN %(idag)s::date ELSE %(idag)s::date + 30 + steg * 5 END,
       'så många dagar före', (ARRAY['handlaggare', 'enhetschef', 'avdelningschef'])[steg], false, false
  FROM frist f, generate_series(1, 3) steg WHERE f.status = 'lopande' AND f.arende_id BETWEEN %(forsta)s AND %(sista)s;
INSERT INTO fristbrott (frist_id, forfoll, upptackt, orsak)
SELECT n * 3, %(idag)s::date - 100, %(nu)s, 'resursbrist' FROM generate_series(%(forsta)s::bigint, least(%(sista)s, %(klara)s::bigint)::bigint) n WHERE n %% 50 = 0;
INSERT INTO fristakt (frist_id, slag, dag, skal, tid)
SELECT n * 3, slag, %(idag)s::date - 100, 'Påhittat skäl', %(nu)s
  FROM generate_series(%(forsta)s::bigint, least(%(sista)s, %(klara)s::bigint)::bigint) n, unnest(ARRAY['pausad', 'startad_igen']) slag WHERE n %% 200 = 0
"""
EFTERAT = """
UPDATE arende a SET narmast = f.forfaller, narmast_frist = f.namn, narmast_slag = f.slag, narmast_status = f.status, narmast_forfaller = f.forfaller
  FROM (SELECT DISTINCT ON (arende_id) * FROM frist WHERE status = 'lopande' ORDER BY arende_id, forfaller, id) f WHERE f.arende_id = a.id;
INSERT INTO svep (start, slut, nu, utfall) SELECT dag, dag, dag, '{"brev_klara": true, "morgonbrev": 1}' FROM (SELECT %(nu)s::timestamptz - interval '1 day' AS dag) x
"""
ATERSTALL = """
UPDATE paminnelse SET fallen = NULL, ikapp = NULL, till_roll = NULL, till_enhet = NULL, mottagare = '{}', nycklar = '{}' WHERE fallen >= %(nu)s;
DELETE FROM fristbrott WHERE upptackt >= %(nu)s AND orsak IS NULL;
DELETE FROM notis;
DELETE FROM svep WHERE nu >= %(nu)s
"""
# fmt: on
SNABBT = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '8GB'", "autovacuum = off", "maintenance_work_mem = '1GB'")


def index(conn: psycopg.Connection) -> list[tuple[str, str]]:
    """The indexes that no constraint needs, and the statements that make them."""
    return conn.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND NOT EXISTS "
        "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname)", ([*TABELLER],),
    ).fetchall()  # fmt: skip


def installningar(url: str, rader: tuple[str, ...]) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        for rad in rader:
            admin.execute(f"ALTER SYSTEM SET {rad}" if rad else "ALTER SYSTEM RESET ALL")
        admin.execute("SELECT pg_reload_conf()")


def fyll(url: str, mapp: Path, antal: int, att_gora: int) -> dict[tuple[str, str], int]:
    """Build one database, without waiting for the disk; (role, unit) → an account. Then it is vacuumed, analyzed and on the disk."""
    vaka = oppna(url, mapp)
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        folk = lagg_in_folk(conn, vaka)
    vaka.stang()
    varden = {
        "antal": antal, "klara": antal - antal // 50, "forfallna": att_gora, "passerade": att_gora // 10, "idag": NU.date(), "nu": NU,
        "regel": s.regelversion, "process": s.processversioner["beslut"], "enheter": list(s.kommun.enheter),
        "folk": [i for (roll, _), i in folk.items() if roll == "handlaggare"],
    }  # fmt: skip
    with psycopg.connect(url, options="-c timezone=Europe/Stockholm") as conn:
        conn.execute("SET session_replication_role = replica")
        indexen = index(conn)
        for namn, _ in indexen:
            conn.execute(f"DROP INDEX {namn}")
        for forsta in range(1, antal + 1, BUNT):
            for sats in FYLL.split(";"):
                bunt = varden | {"forsta": forsta, "sista": min(forsta + BUNT - 1, antal)}
                conn.execute(sats, {k: v for k, v in bunt.items() if f"%({k})s" in sats})
            conn.commit()
            print(f"  {min(forsta + BUNT - 1, antal)} ärenden", file=sys.stderr, flush=True)
        for namn, sats in indexen:
            if namn != "arende_sok":
                conn.execute(sats)
        for sats in EFTERAT.split(";"):
            conn.execute(sats, {"nu": NU} if "%(nu)s" in sats else None)
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM (ANALYZE)")
        conn.execute("CHECKPOINT")
    return folk


def minne(pid: int | str = "self") -> dict[str, float]:
    """What a process holds, and the most it has held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return {namn: int(re.findall(rf"{falt}:\s+(\d+)", status)[0]) / 1024 for namn, falt in (("nu", "VmRSS"), ("mest", "VmHWM"))}


def vakt(url: str, mapp: Path) -> None:
    """A watch that sweeps once a line, untimed put back to the morning before."""
    vaka = oppna(url, mapp)
    sys.stdin.readline()
    print("redo", flush=True)
    with psycopg.connect(url, options="-c timezone=Europe/Stockholm", autocommit=True) as ra:
        for _ in sys.stdin:
            for sats in ATERSTALL.split(";"):
                ra.execute(sats, {"nu": NU} if "%(nu)s" in sats else None)
            ra.execute("VACUUM paminnelse, fristbrott, notis")
            ra.execute("CHECKPOINT")
            start = time.perf_counter()
            utfall = svepa(vaka, NU)
            tid = time.perf_counter() - start
            svar = {"tid": tid, "satser": 0, "trappsteg": utfall.trappsteg, "brutna": utfall.brutna, "brev": utfall.morgonbrev, "fel": utfall.fel[:3]}
            print(json.dumps(svar | minne()), flush=True)
    vaka.stang()


def hela_lasningar(url: str) -> dict[str, int]:
    """Table → how many times it has been read from end to end. Of those that grow with every case."""
    with psycopg.connect(url) as conn:
        fraga = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)"
        return dict(conn.execute(fraga, (["arende", "frist", "paminnelse"],)).fetchall())


def webbens_minne(url: str, mapp: Path, folk: dict[tuple[str, str], int]) -> float:
    """MB that the web holds when all the pages have been asked for, a few times."""
    vaka = oppna(url, mapp)
    huvuden = inlogg(vaka, folk["enhetschef", "familjehem"])[0]
    vaka.stang()
    omgivning = miljo(
        mapp, VAKA_DATABAS=url, VAKA_DATA=str(mapp), VAKA_KOMMUN="exempelkommun", VAKA_HEMLIGHET="prov" * 8, VAKA_URL="http://127.0.0.1",
        VAKA_AVSANDARE="vaka@vaka.example", VAKA_SMTP="smtp://127.0.0.1:25", VAKA_DEMO="ja",
    )  # fmt: skip
    port = ledig_port()
    kommando = [str(Path(sys.executable).parent / "vaka"), "start", "--roll", "webb", "--port", str(port)]
    with server(kommando, port, omgivning, "/logga-in") as process:
        for vag in ("/", "/enhet", "/sena", "/laget", "/rapporter") * 3:
            status, _ = Fragare(port, vag, huvuden).hamta()
            assert status == 200, (vag, status)
        return minne(process.pid)["nu"]


def kor(arenden: int) -> list[Rad]:
    """The measurement, by the clock."""
    att_gora = min(10_000, arenden // 10 // 100)
    with databas() as (liten, mapp):
        installningar(liten, SNABBT)
        with psycopg.connect(liten, autocommit=True) as admin:
            admin.execute("CREATE DATABASE stor")
        storre = liten.replace("/bench?", "/stor?")
        motor = session.motor(storre, storlek=2)
        migrera.migrera(motor)
        motor.dispose()
        folk = {url: fyll(url, mapp, antal, att_gora) for url, antal in ((liten, arenden // 10), (storre, arenden))}
        installningar(liten, ("",))
        storlek = {}
        with psycopg.connect(liten) as conn:
            for url, namn in ((liten, "bench"), (storre, "stor")):
                storlek[url] = conn.execute("SELECT pg_database_size(%s)", (namn,)).fetchone()[0] / 1e9  # type: ignore[index]
        fore = {url: hela_lasningar(url) for url in storlek}
        sagt: dict[str, list[dict[str, float]]] = {url: [] for url in storlek}
        with ExitStack() as vakter:
            vakt_for = {
                url: Sida(vakter, [sys.executable, __file__, "vakt", url, str(mapp)], 1, {}, miljo(mapp, PYTHONPATH=str(ROT))) for url in storlek
            }

            def svep(url: str) -> float:
                vakt_for[url].sag("svep")
                svar = json.loads(vakt_for[url].svar()[0])
                sagt[url].append(svar)
                assert svar["trappsteg"] == att_gora, svar
                return float(svar["tid"])

            sma, stora = turas_om(lambda: svep(liten), lambda: svep(storre), VARV)
        q, sist = kvot(stora, sma), {url: svar[-1] for url, svar in sagt.items()}
        lasta = {namn: antal - fore[storre][namn] for namn, antal in hela_lasningar(storre).items() if antal > fore[storre][namn]}
        webb = {url: webbens_minne(url, mapp, folk[url]) for url in storlek}
    okning = sist[storre]["mest"] / sist[liten]["mest"]
    return [
        Rad(
            f"Svep: {arenden} ärenden och {3 * arenden} frister mot en tiondel",
            f"{q:.2f} gånger ({median(stora):.2f} s mot {median(sma):.2f} s; {storlek[storre]:.1f} mot {storlek[liten]:.1f} GB)",
            f"≤ {MAL}", q <= MAL,
        ),
        Rad("Svep: det fanns att göra", f"{sist[storre]['trappsteg']} trappsteg, {sist[storre]['brutna']} passerade, {sist[storre]['brev']} brev"),
        Rad("Svep: stora tabeller som lästes från början till slut", ", ".join(f"{k} {v} ggr" for k, v in lasta.items()) or "ingen", "ingen", not lasta),
        Rad("Minne: bevakningen, som mest", f"{sist[storre]['mest']:.0f} MB mot {sist[liten]['mest']:.0f}", f"≤ {MAL_MINNE} ggr", okning <= MAL_MINNE),
        Rad("Minne: webben efter sidorna", f"{webb[storre]:.0f} MB mot {webb[liten]:.0f}", f"≤ {MAL_MINNE} ggr", webb[storre] / webb[liten] <= MAL_MINNE),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["vakt"]:
        vakt(sys.argv[2], Path(sys.argv[3]))
    else:
        skriv_tabell(kor(ARENDEN if "--stor" in sys.argv else int(sys.argv[1])))
