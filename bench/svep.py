"""The nightly sweep over three million open limits, against the bare SQL that claims the rungs that have fallen due.

The bare side claims ten thousand rungs with one UPDATE … FROM (SELECT … FOR UPDATE SKIP LOCKED) … RETURNING and reads
the answer. Vaka's side is `lat_falla`: it claims the same rungs, finds who holds each post, and notes on each rung whom
it was given to and by which letter. Between rounds the rungs are put back and the table is vacuumed, untimed.
The rest of the sweep is timed apart, with nothing due: what a sweep costs that finds nothing new to do.
"""

import time

import psycopg
from grund import NU, Rad, databas, kvot, lagg_in_folk, median, oppna, skriv_tabell, turas_om
from sqlalchemy import text

from tjanster.app import Vaka
from tjanster.scheduler.svep import svepa
from tjanster.scheduler.trappan import lat_falla

FRISTER, FORFALLNA, VARV = 3_000_000, 10_000, 7
MAL = 1.5

# A decision has the law's limit and the municipality's own goal beside it: two open limits a case. The first rung of
# one limit in a hundred has its day today; the limits themselves pass later. The index of words, which no sweep reads, and
# the checking of foreign keys are left out so that the data is made in a few minutes.
FYLL = """
SET LOCAL ROLE NONE;
SET LOCAL session_replication_role = replica;
DROP INDEX arende_sok;
ALTER TABLE paminnelse SET (autovacuum_enabled = off);
INSERT INTO arende (id, nummer, process, tillstand, version, enhet, handlaggare, dag, uppgifter, registrerad, andrad,
                    regelversion, processversion)
SELECT n, 'BES-2026-' || lpad(n::text, 7, '0'), 'beslut', 'beviljat', 1, enheter[1 + n % cardinality(enheter)],
       CASE WHEN n % 5 > 0 THEN folk[1 + n % cardinality(folk)] END, date '2026-08-01',
       '{"lagrum": "sol_2025", "insats": "kontaktperson", "kon": "kvinna"}', now(), now(), :regel, :process
  FROM generate_series(1, :antal / 2) n, (SELECT CAST(:enheter AS text[]) AS enheter, CAST(:folk AS bigint[]) AS folk) x;
INSERT INTO frist (id, arende_id, namn, slag, start, forfaller, regel, regelversion, status, omgang)
SELECT n, (n + 1) / 2, 'verkstallighet', CASE n % 2 WHEN 0 THEN 'lag' ELSE 'mal' END, date '2026-08-01',
       CASE WHEN n % (:antal / :forfallna) = 0 THEN date '2026-09-10' ELSE date '2026-10-01' + (n % 400)::int END,
       'beslut/verkstallighet/nationell/2025-07-01', :regel, 'lopande', 1
  FROM generate_series(1, :antal) n;
INSERT INTO paminnelse (frist_id, omgang, trappsteg, dag, nar, roll, bradskande, aven_ledig_dag)
SELECT n, 1, 2, CASE WHEN n % (:antal / :forfallna) = 0 THEN date '2026-09-07' ELSE date '2026-09-10' + (n % 400)::int END,
       '3 arbetsdagar före', (ARRAY['handlaggare', 'handlaggare', 'enhetschef', 'avdelningschef'])[1 + n / 100 % 4],
       false, false
  FROM generate_series(1, :antal) n
"""
TA = """
UPDATE paminnelse p SET fallen = %(nu)s, ikapp = p.dag < %(idag)s
  FROM (SELECT id FROM paminnelse WHERE fallen IS NULL AND dag <= %(idag)s ORDER BY id FOR UPDATE SKIP LOCKED) q
 WHERE p.id = q.id RETURNING p.id, p.frist_id, p.roll
"""
ATERSTALL = """
UPDATE paminnelse SET fallen = NULL, ikapp = NULL, till_roll = NULL, till_enhet = NULL, mottagare = '{}', nycklar = '{}'
 WHERE fallen IS NOT NULL
"""


def fyll(vaka: Vaka) -> None:
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        folk = lagg_in_folk(conn, vaka)
        varden = {
            "antal": FRISTER, "forfallna": FORFALLNA, "regel": s.regelversion, "process": s.processversioner["beslut"],
            "enheter": list(s.kommun.enheter), "folk": [i for (roll, _), i in folk.items() if roll == "handlaggare"],
        }  # fmt: skip
        for sats in FYLL.split(";"):
            conn.execute(text(sats), {k: v for k, v in varden.items() if f":{k}" in sats})
    with psycopg.connect(vaka.settings.databas.get_secret_value(), autocommit=True) as admin:  # type: ignore[union-attr]
        admin.execute("VACUUM ANALYZE")


def kor() -> list[Rad]:
    """The measurement: the claiming as a ratio, and the rest of the sweep in seconds."""
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        fyll(vaka)
        with psycopg.connect(url, options="-c timezone=Europe/Stockholm") as ra:

            def aterstall() -> None:
                ra.execute(ATERSTALL)
                ra.commit()
                ra.autocommit = True
                ra.execute("VACUUM paminnelse")
                ra.execute("CHECKPOINT")
                ra.autocommit = False

            def vakas() -> float:
                aterstall()
                start = time.perf_counter()
                fall = lat_falla(vaka.motor, vaka.sammanhang, NU)
                tid = time.perf_counter() - start
                assert fall.fallna == FORFALLNA, fall
                return tid

            def bara() -> float:
                aterstall()
                start = time.perf_counter()
                rader = ra.execute(TA, {"nu": NU, "idag": NU.date()}).fetchall()
                ra.commit()
                tid = time.perf_counter() - start
                assert len(rader) == FORFALLNA
                return tid

            egna, bara_tider = turas_om(vakas, bara, VARV)
        resten = []
        for _ in range(VARV):
            start = time.perf_counter()
            svepa(vaka, NU)
            resten.append(time.perf_counter() - start)
        vaka.stang()
    q = kvot(egna, bara_tider)
    return [
        Rad(
            f"Svep: {FORFALLNA} trappsteg av {FRISTER} öppna frister",
            f"{q:.2f} gånger bar SQL ({median(egna):.2f} s mot {median(bara_tider):.2f} s)",
            f"≤ {MAL}", q <= MAL,
        ),
        Rad("Svep: första, med morgonbrev", f"{resten[0]:.2f} s"),
        Rad("Svep: ett till, när inget är nytt", f"{median(resten[1:]):.2f} s"),
    ]  # fmt: skip


if __name__ == "__main__":
    skriv_tabell(kor())
