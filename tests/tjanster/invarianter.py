"""What must be so in the database whatever has happened, asked in SQL and told in sentences when it isn't."""

import re
from datetime import datetime
from functools import cache
from html import unescape
from typing import Any

from sqlalchemy import Connection, select, text

from arbetsfloden import PROCESSER
from notiser import KATALOG, Falt, rendera
from tests.bygg import KONTAKT
from tjanster.arenden.behorighet import far_se, las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.klocka import svensk

PERSONNUMMER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")
_SLUT = {p.namn: p.slut for p in PROCESSER.values()}

FRAGOR = {
    "händelserna är inte numrerade 1..version": """
        SELECT a.nummer FROM arende a LEFT JOIN handelse h ON h.arende_id = a.id GROUP BY a.id
        HAVING count(h.id) <> a.version OR max(h.lopnr) IS DISTINCT FROM a.version OR min(h.lopnr) IS DISTINCT FROM 1""",
    "tillståndet är inte den sista händelsens": """
        SELECT a.nummer FROM arende a JOIN handelse h ON h.arende_id = a.id AND h.lopnr = a.version
         WHERE h.till <> a.tillstand""",
    "en händelse börjar inte där den förra slutade": """
        SELECT a.nummer || '#' || h.lopnr FROM handelse h JOIN arende a ON a.id = h.arende_id
          LEFT JOIN handelse f ON f.arende_id = h.arende_id AND f.lopnr = h.lopnr - 1
         WHERE h.fran IS DISTINCT FROM f.till""",
    "fristerna är inte de som händelserna startade": """
        SELECT a.nummer FROM arende a
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM handelse h, jsonb_array_elements(coalesce(h.foljder->'startade', '[]'))
                              WHERE h.arende_id = a.id) s ON true
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM handelse h,
                                    jsonb_array_elements(coalesce(h.foljder->'omraknade', '[]')) o
                              WHERE h.arende_id = a.id AND o->>'slag' = 'mal' AND o->>'fran' IS NULL) m ON true
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM frist f WHERE f.arende_id = a.id) f ON true
         WHERE s.n + m.n <> f.n""",
    "mötta frister är inte de som händelserna mötte": """
        SELECT a.nummer FROM arende a
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM handelse h, jsonb_array_elements(coalesce(h.foljder->'motta', '[]')) m
                              WHERE h.arende_id = a.id AND h.handelse <> 'andra' AND m->>'utfall' = 'mott') s ON true
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM frist f WHERE f.arende_id = a.id AND f.status = 'mott') f ON true
         WHERE s.n <> f.n""",
    "en frist går i ett avslutat ärende": """
        SELECT a.nummer FROM arende a JOIN frist f ON f.arende_id = a.id
         WHERE f.status IN ('lopande', 'pausad') AND a.avslutad IS NOT NULL""",
    "fristakterna är inte händelsernas": """
        SELECT a.nummer FROM arende a
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM handelse h, jsonb_array_elements(coalesce(h.foljder->'frist', '[]'))
                              WHERE h.arende_id = a.id) h ON true
          LEFT JOIN LATERAL (SELECT count(*) AS n FROM fristakt k JOIN frist f ON f.id = k.frist_id
                              WHERE f.arende_id = a.id) k ON true
         WHERE h.n <> k.n""",
    "pausad utan att vara pausad av någon, eller tvärtom": """
        SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id
         WHERE f.status IN ('lopande', 'pausad') AND (f.status = 'pausad') IS DISTINCT FROM
               coalesce((SELECT k.slag = 'pausad' FROM fristakt k WHERE k.frist_id = f.id ORDER BY k.id DESC LIMIT 1), false)""",
    "ett trappsteg väntar fast fristen inte går eller har flyttats": """
        SELECT a.nummer FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
         WHERE p.fallen IS NULL AND (f.status <> 'lopande' OR p.omgang <> f.omgang)""",
    "ett trappsteg har fallit två gånger": """
        SELECT a.nummer FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
         GROUP BY a.nummer, p.frist_id, p.omgang, p.trappsteg HAVING count(*) > 1""",
    "ett trappsteg har inte en nyckel för varje mottagare": """
        SELECT a.nummer FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
         WHERE cardinality(p.mottagare) <> cardinality(p.nycklar)
            OR (cardinality(p.mottagare) > 0) <> (p.till_roll IS NOT NULL)
            OR (p.fallen IS NULL AND cardinality(p.mottagare) > 0)""",
    "ett brådskande trappsteg har fallit utan notis": """
        SELECT a.nummer FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
         CROSS JOIN unnest(p.nycklar) k
         WHERE p.bradskande AND NOT EXISTS (SELECT 1 FROM notis n WHERE n.nyckel = k)""",
    "en notis om ett trappsteg som inte har fallit": """
        SELECT n.nyckel FROM notis n WHERE n.nyckel LIKE 'trappsteg:%' AND NOT EXISTS (
               SELECT 1 FROM paminnelse p WHERE p.fallen IS NOT NULL AND n.nyckel = ANY(p.nycklar))""",
    "ett brott mot en frist som hölls": """
        SELECT a.nummer FROM fristbrott b JOIN frist f ON f.id = b.frist_id JOIN arende a ON a.id = f.arende_id
         WHERE f.slag <> 'lag' OR (f.status = 'mott' AND f.mott <= b.forfoll AND f.forfaller_tid IS NULL)""",
    "en frist som möttes för sent saknar brott": """
        SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id
         WHERE f.slag = 'lag' AND f.status = 'mott' AND f.mott > f.forfaller
           AND NOT EXISTS (SELECT 1 FROM fristbrott b WHERE b.frist_id = f.id)""",
    "en bilaga är inte den som händelserna bifogade eller tog bort": """
        SELECT a.nummer FROM bilaga b JOIN arende a ON a.id = b.arende_id
         WHERE NOT EXISTS (SELECT 1 FROM handelse h WHERE h.arende_id = b.arende_id AND h.foljder->'bilagor' @> to_jsonb(b.id))
            OR (b.borttagen IS NOT NULL) <> EXISTS (
               SELECT 1 FROM handelse h WHERE h.arende_id = b.arende_id AND h.foljder->>'bilaga_borttagen' = b.id::text)""",
    "två av samma öppna frist": """
        SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id WHERE f.status IN ('lopande', 'pausad')
         GROUP BY a.nummer, f.namn, f.slag HAVING count(*) > 1""",
    "någon fick brev om sin egen handling": """
        SELECT n.nyckel FROM notis n JOIN arende a ON a.nummer = n.arendenummer
          JOIN handelse h ON h.arende_id = a.id AND n.nyckel LIKE a.nummer || ':' || h.lopnr || ':%'
         WHERE h.av = n.anvandare_id""",
}


def brustet(conn: Connection, s: Sammanhang, *, svept: datetime | None = None, utan_mottagare: int = 0) -> list[str]:
    """Every rule that doesn't hold, as a sentence with where. svept: a sweep has just been run as of that time, and
    said of so many rungs that there was nobody to tell."""
    ut = []
    for mening, fraga in FRAGOR.items():
        var = list(conn.execute(text(fraga)).scalars())
        if var:
            ut.append(f"{mening}: {var[:3]}")
    ut += [*_notiser_och_handelser(conn), *_lasratt(conn, s), *_lediga_dagar(conn, s), *_morgonbrev(conn)]
    if svept is not None:
        ut += [*_trappor(conn, s, svept, utan_mottagare), *_brott(conn, svept), *_brev_for_trappsteg(conn, s, svept)]
    return ut


def _notiser_och_handelser(conn: Connection) -> list[str]:
    """A step's notices are there if and only if its event is and says so."""
    sagda: set[tuple[str, str]] = set()
    stumma: list[str] = []
    for r in conn.execute(
        text("""SELECT a.nummer || ':' || h.lopnr AS nyckel, h.foljder, a.externt_id IS NOT NULL AND h.tid = (h.dag + time '12:00') AT TIME ZONE 'Europe/Stockholm' AS last_in
                  FROM handelse h JOIN arende a ON a.id = h.arende_id""")
    ):
        for mall, roller in r.foljder.get("notiser", {}).items():
            # What a file tells of the past is told to nobody; it stands on the lists.
            if not roller and not r.last_in and set(KATALOG[mall].mottagare) - {"inlamnare"}:
                stumma.append(f"ingen fick veta, och det står inte: {r.nyckel} {mall}")
            if any(not roll.startswith("ingen") for roll in roller):
                sagda.add((r.nyckel, mall))
        if r.foljder.get("spridd_till"):
            sagda.add((r.nyckel, "atgard_spridd"))
    lagda = {
        (":".join(r.nyckel.split(":")[:2]), r.mall)
        for r in conn.execute(text("SELECT nyckel, mall FROM notis"))
        if not r.nyckel.startswith(("morgonbrev:", "trappsteg:", "loggdag:", "loggkontroll:", "overlamning:"))
    }
    ut = [f"händelsen säger att ett brev lagts, men det finns inte: {x}" for x in sorted(sagda - lagda)]
    return ut + stumma + [f"ett brev utan händelse: {x}" for x in sorted(lagda - sagda)]


def _lasratt(conn: Connection, s: Sammanhang) -> list[str]:
    sats = (
        select(t.notis.c.nyckel, t.notis.c.anvandare_id, t.notis.c.skapad, t.notis.c.mall, t.arende)
        .join(t.arende, t.arende.c.nummer == t.notis.c.arendenummer)
        .where(t.notis.c.anvandare_id.is_not(None), t.notis.c.mall != "atgard_spridd")
    )
    ut = []
    las = cache(lambda vem, dag: las_aktor(conn, vem, dag))
    for r in conn.execute(sats).mappings():
        aktor = las(r["anvandare_id"], svensk(r["skapad"]).date())
        har = aktor is not None and (
            far_se(aktor, s.kommun, PROCESSER[r["process"]], r)
            or "administrator" in aktor.roller
        )
        if not har and not _bytte(conn, r["id"]) and not _stangd_ute(conn, r["id"], r["skapad"]):
            ut.append(f"brev till en som inte får läsa ärendet: {r['nyckel']}")
    return ut


def _bytte(conn: Connection, arende_id: int) -> bool:
    """The case has changed hands, so today's right to read says nothing of that day's."""
    sats = text("SELECT 1 FROM handelse WHERE arende_id = :a AND (uppgifter ? 'enhet' OR handelse IN ('tilldela', 'lamna_tillbaka')) AND lopnr > 1")
    return conn.execute(sats, {"a": arende_id}).first() is not None


def _stangd_ute(conn: Connection, arende_id: int, sedan: datetime) -> bool:
    """Since then the case was protected, or somebody was recused: the letter went to one who could read it then."""
    sats = text(
        "SELECT 1 FROM handelse WHERE arende_id = :a AND tid >= :t AND handelse IN ('skydda', 'anmal_jav', 'satt_at_sidan')"
    )
    return conn.execute(sats, {"a": arende_id, "t": sedan}).first() is not None


def _lediga_dagar(conn: Connection, s: Sammanhang) -> list[str]:
    """Nothing may go on a day off, but what is urgent by its kind, or by a rung that says so."""
    ut = []
    sats = text("""
        SELECT n.nyckel, n.mall, n.tidigast, EXISTS (
               SELECT 1 FROM paminnelse p WHERE p.aven_ledig_dag AND n.nyckel = ANY(p.nycklar)) AS regeln_sager
          FROM notis n""")
    for r in conn.execute(sats):
        ledig = not s.regelverk.kalender.arbetsdag(svensk(r.tidigast).date())
        if ledig and not KATALOG[r.mall].bradskande and not r.regeln_sager:
            ut.append(f"brev på en ledig dag: {r.nyckel}")
    return ut


def _morgonbrev(conn: Connection) -> list[str]:
    ut, sedda = [], set()
    for r in conn.execute(text("SELECT nyckel, anvandare_id, tidigast, falt FROM notis WHERE mall = 'morgonbrev'")):
        vem_dag = (r.anvandare_id, svensk(r.tidigast).date())
        if vem_dag in sedda:
            ut.append(f"två morgonbrev samma dag: {r.nyckel}")
        sedda.add(vem_dag)
        if not r.nyckel.endswith(vem_dag[1].isoformat()) or not r.falt["rader"]:
            ut.append(f"morgonbrev för fel dag, eller tomt: {r.nyckel}")
    return ut


def _trappor(conn: Connection, s: Sammanhang, nu: datetime, utan_mottagare: int) -> list[str]:
    """Each rung whose day has come, of each running limit, has fallen, or was counted as having nobody to go to; none
    stands there that the ladder hasn't."""
    ut = []
    vantar = []
    har: dict[tuple[int, int], dict[int, Any]] = {}
    for r in conn.execute(select(t.paminnelse)):
        har.setdefault((r.frist_id, r.omgang), {})[r.trappsteg] = r
    a = t.arende.c
    sats = select(t.frist, a.nummer, a.process, a.externt_id).join(t.arende).where(t.frist.c.status == "lopande")
    for f in conn.execute(sats):
        finns = har.get((f.id, f.omgang), {})
        # What was read in from another system has no reminders of the days before it was.
        ska = {
            x.nummer: d for x, d in s.regelverk.trappdagar(f.process, f.namn, f.start, f.forfaller)
            if x.nummer in finns or f.externt_id is None
        }  # fmt: skip
        if {n: r.dag for n, r in finns.items()} != ska:
            ut.append(f"fel trappsteg: {f.nummer} {f.namn} {f.slag}: {ska} men {[(n, r.dag) for n, r in finns.items()]}")
        vantar += [f"{f.nummer} {f.namn} {r.dag}" for r in finns.values() if r.dag <= nu.date() and r.fallen is None]
    if len(vantar) != utan_mottagare:
        ut.append(f"{len(vantar)} trappsteg har inte fallit, {utan_mottagare} räknade som utan mottagare: {vantar[:3]}")
    return ut


def _brott(conn: Connection, nu: datetime) -> list[str]:
    sats = text("""
        SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id
         WHERE f.slag = 'lag' AND f.status = 'lopande' AND f.forfaller < :idag
           AND NOT EXISTS (SELECT 1 FROM fristbrott b WHERE b.frist_id = f.id)""")
    return [f"passerad frist utan brott: {n}" for n in conn.execute(sats, {"idag": nu.date()}).scalars()]


def _brev_for_trappsteg(conn: Connection, s: Sammanhang, nu: datetime) -> list[str]:
    """A rung dealt to a morning letter stands in that letter. After a sweep in the morning of a working day no rung waits for a letter of an earlier day, or of that day when its reader's hour has come."""
    ut = []
    klockan = {p.id: p.brev.klockan for p in Bemanning.las(conn, s.kommun, nu.date()).personer.values()}
    morgon = min(klockan.values()) <= nu.hour < 12 and s.regelverk.kalender.arbetsdag(nu.date())
    brev = {r.nyckel: r for r in conn.execute(text("SELECT nyckel, skapad, falt FROM notis WHERE mall = 'morgonbrev'"))}
    sats = text("""
        SELECT a.nummer, f.status, p.dag, p.fallen, p.nycklar FROM paminnelse p JOIN frist f ON f.id = p.frist_id
          JOIN arende a ON a.id = f.arende_id WHERE NOT p.bradskande AND f.status = 'lopande' AND f.omgang = p.omgang""")
    for r in conn.execute(sats):
        for nyckel in r.nycklar:
            if nyckel not in brev:
                dag, idag = nyckel[-10:], nu.date().isoformat()
                if morgon and (dag < idag or (dag == idag and klockan[int(nyckel.split(":")[1])] <= nu.hour)):
                    ut.append(f"trappsteg utan sitt brev: {r.nummer} {r.dag} {nyckel}")
            elif r.nummer not in {rad["arendenummer"] for rad in brev[nyckel].falt["rader"]}:
                ut.append(f"brevet talar inte om trappsteget: {r.nummer} {nyckel}")
    return ut


def personer_i_brev(conn: Connection) -> list[str]:
    """Every letter there is, written out in both its forms, and searched for names, addresses, numbers and free text."""
    fritt = set(conn.scalars(text("SELECT namn FROM anvandare UNION SELECT anvandarnamn || '@' FROM anvandare UNION SELECT epost FROM anvandare")))
    fritt |= {*KONTAKT.values(), "Påhittad", "påhittad", "Pappersblanketten", "Vägen 1"}
    ut = []
    for r in conn.execute(text("SELECT nyckel, mall, falt FROM notis")):
        brev = rendera(r.mall, Falt.from_dict(r.falt), bas_url="https://vaka.example")
        rent = " ".join(unescape(re.sub(r"<[^>]+>", " ", brev.html)).split())
        ut += [f"{varde!r} i {r.nyckel}" for varde in fritt for ett in (brev.amne, brev.text, brev.html, rent) if varde and varde in ett]
        ut += [f"något som liknar ett personnummer i {r.nyckel}" for ett in (brev.text, rent) if PERSONNUMMER.search(ett)]
    return ut
