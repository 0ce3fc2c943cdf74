"""A municipality with 100,000 cases of five years, a tenth of them open, written straight into the tables."""

from datetime import date

from grund import lagg_in_folk
from sqlalchemy import text

from tjanster.app import Vaka

ANTAL = 100_000
# fmt: off
ARENDEN = """
INSERT INTO arende (id, nummer, process, tillstand, version, enhet, handlaggare, registrerad_av, dag, uppgifter, registrerad, andrad,
                    avslutad, klardag, regelversion, processversion)
SELECT n, upper(left(p, 3)) || '-2026-' || lpad(n::text, 6, '0'), p,
       CASE WHEN klar THEN CASE p WHEN 'beslut' THEN 'verkstallt' ELSE 'avslutad' END ELSE CASE p
            WHEN 'avvikelse' THEN (ARRAY['rapporterad', 'mottagen', 'utredd', 'atgarder_beslutade'])[1 + n % 4]
            WHEN 'lex_sarah' THEN (ARRAY['mottagen', 'utreds', 'atgarder_beslutade'])[1 + n % 3]
            WHEN 'synpunkt' THEN (ARRAY['fordelad', 'handlaggs'])[1 + n % 2]
            ELSE (ARRAY['beviljat', 'ej_verkstallt'])[1 + n % 2] END END,
       3, enheter[1 + (n * 7919) % cardinality(enheter)], CASE WHEN n % 5 > 0 THEN folk[1 + n % cardinality(folk)] END,
       folk[1 + n % cardinality(folk)], d,
       jsonb_build_object('enhet', enheter[1 + (n * 7919) % cardinality(enheter)]) || CASE p
         WHEN 'synpunkt' THEN jsonb_build_object(
           'kanal', 'telefon', 'slag', 'klagomal', 'kategori', 'bemotande', 'vill_ha_svar', true, 'inkom', d::text, 'text', ord)
         WHEN 'beslut' THEN jsonb_build_object(
           'externt_id', 'D-' || n, 'beslutsdatum', d::text, 'lagrum', 'sol_2025', 'insats', 'kontaktperson', 'kon', 'kvinna')
         ELSE jsonb_build_object(
           'handelsedatum', d::text, 'rapporterad', d::text, 'beskrivning', ord, 'utredning', utredning,
           'orsaker', jsonb_build_array((ARRAY['kommunikation', 'utbildning', 'rutiner', 'organisation', 'teknik'])[1 + n % 5]),
           'atgarder', jsonb_build_array(jsonb_build_object(
               'text', 'Påhittad åtgärd ' || n, 'ansvarig', 'Enhetschef', 'senast', (d + 60)::text,
               'enheter', jsonb_build_array(enheter[1 + (n * 31) % cardinality(enheter)]))))
           || CASE p WHEN 'avvikelse' THEN jsonb_build_object('typ', (ARRAY['rutin', 'information', 'lag', 'samverkan'])[1 + n % 4])
                     ELSE jsonb_build_object('lagomrade', 'sol') END END,
       d, d, CASE WHEN klar AND p <> 'beslut' THEN (d + 20 + n % 60)::timestamptz END, CASE WHEN klar THEN d + (20 + n % 60)::int END,
       :regel, :process
  FROM (SELECT n, d, repeat('Påhittad händelse nummer ' || n || '. ', 25) ord,
               (SELECT string_agg(md5(n::text || i), ' ') FROM generate_series(1, 30) i) utredning,
               CASE WHEN n % 20 < 9 THEN 'avvikelse' WHEN n % 20 < 13 THEN 'synpunkt' WHEN n % 20 < 19 THEN 'beslut' ELSE 'lex_sarah' END p,
               n < CAST(:antal AS int) * 0.9 klar
          FROM (SELECT n, CAST(:nu AS date) - ((CAST(:antal AS int) - n) * 1826 / CAST(:antal AS int))::int d FROM generate_series(1, CAST(:antal AS int)) n) dagar) x,
       (SELECT CAST(:enheter AS text[]) AS enheter, CAST(:folk AS bigint[]) AS folk) y
"""
FRISTER = """
INSERT INTO frist (id, arende_id, namn, slag, start, forfaller, regel, regelversion, status, omgang, mott)
SELECT a.id * 2 + k, a.id, CASE k WHEN 0 THEN CASE a.process WHEN 'synpunkt' THEN 'bekraftelse' ELSE 'mottagande' END
       ELSE CASE a.process WHEN 'synpunkt' THEN 'svar' WHEN 'beslut' THEN 'verkstallighet' ELSE 'utredning' END END, 'lag', a.dag,
       CASE WHEN a.klardag IS NULL THEN CAST(:nu AS date) - 13 + (a.id % 120)::int ELSE a.dag + 30 END, 'x', :regel,
       CASE WHEN a.klardag IS NULL AND k = 1 THEN 'lopande' ELSE 'mott' END, 1, CASE WHEN a.klardag IS NULL AND k = 1 THEN NULL ELSE a.dag END
  FROM arende a, generate_series(0, 1) k WHERE k = 1 OR a.process IN ('synpunkt', 'avvikelse')
"""
NARMAST = """
UPDATE arende a SET narmast = f.forfaller, narmast_frist = f.namn, narmast_slag = f.slag, narmast_status = f.status, narmast_forfaller = f.forfaller
  FROM frist f WHERE f.arende_id = a.id AND f.status = 'lopande'
"""
UPPGIFTER = """
INSERT INTO uppgift (id, arende_id, slag, text, enhet, senast, atgard, skapad, klar)
SELECT a.id, a.id, 'sprid_atgard', 'Ta ställning', a.uppgifter->'atgarder'->0->'enheter'->>0, (a.uppgifter->'atgarder'->0->>'senast')::date,
       a.nummer || '/1', CAST(:nu AS date), CASE WHEN a.klardag IS NOT NULL THEN CAST(:nu AS date) END
  FROM arende a
 WHERE a.uppgifter ? 'atgarder' AND a.uppgifter->'atgarder'->0->'enheter'->>0 <> a.enhet
"""
HANDELSER = """
INSERT INTO handelse (arende_id, lopnr, handelse, till, av, dag, tid, uppgifter, foljder, regelversion, processversion)
SELECT a.id, k, CASE k WHEN 1 THEN 'skapa' ELSE 'ta_emot' END, a.tillstand, a.registrerad_av, a.dag, a.registrerad,
       CASE k WHEN 1 THEN (SELECT jsonb_object_agg(key, jsonb_build_array(NULL, value)) FROM jsonb_each(a.uppgifter)) ELSE '{}' END,
       '{}', :regel, :process
  FROM arende a, generate_series(1, 2) k
"""
# fmt: on


def fyll(vaka: Vaka, idag: date, antal: int = ANTAL) -> dict[tuple[str, str], int]:
    """Fill an empty database and let PostgreSQL count it; returns (role, unit) → one account."""
    s = vaka.sammanhang
    with vaka.motor.begin() as conn:
        conn.execute(text("SET LOCAL ROLE NONE"))
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        folk = lagg_in_folk(conn, vaka)
        varden = {
            "regel": s.regelversion, "process": s.processversioner["beslut"], "enheter": list(s.kommun.enheter), "antal": antal, "nu": idag,
            "folk": [i for (roll, _), i in folk.items() if roll == "handlaggare"],
        }  # fmt: skip
        for sats in (ARENDEN, FRISTER, NARMAST, UPPGIFTER, HANDELSER):
            conn.execute(text(sats), {k: v for k, v in varden.items() if f":{k}" in sats})
    with vaka.motor.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("SET ROLE NONE"))  # who may not own a table may not count it either
        conn.execute(text("VACUUM ANALYZE"))
    return folk
