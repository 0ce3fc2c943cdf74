"""Three million limits reckoned anew when a municipality takes a day off, against a walk over days with `holidays`.

Vaka's side looks each limit up in tables that are empty when the clock starts. The walk does a sample, and its time is scaled.
Both compare with the stored day and keep those that moved. Every round has date objects of its own, as when they come
from a database.

Then what writing costs: read 300,000 open limits, reckon, and write back the two in a hundred that moved, against
writing back all of them.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import psycopg
from grund import Rad, databas, kvot, median, oppna, skriv_tabell, turas_om
from vandring import lattare

from regler import Regelverk, las_in_texter
from regler.motor.omrakning import Fraga, Tabell

FRISTER, BUNT, PROV, VARV = 3_000_000, 100_000, 10_000, 7
SKRIVNA, SKRIVVARV = 300_000, 5
MAL, SKRIVMAL = 40, 0.10
FORSTA, DAGAR = date(2026, 1, 1), 730
LEDIG = date(2027, 5, 7)  # the Friday after Kristi himmelsfärdsdag
SVAR = Fraga("synpunkt", "svar")
NOLL = timedelta(0)

FRIST = """
svar:
  rubrik: Svar
  raknas_fran: inkom
  galler:
    - {fran: 2020-01-01, tid: 10 arbetsdagar, lagrum: null, kalla: Mätning, kontrollerad: 2026-11-22}
"""
KALENDER = """
lediga_dagar:
  - {dag: LEDIG, varfor: klämdag, kalla: Mätning}
"""
FYLL = """
SET LOCAL session_replication_role = replica;
ALTER TABLE paminnelse SET (autovacuum_enabled = off);
INSERT INTO frist (id, arende_id, namn, slag, start, forfaller, regel, regelversion, status, omgang)
SELECT n, n, 'svar', 'lag', dag.start, dag.slut, 'synpunkt/svar', %(regel)s, 'lopande', 1
  FROM generate_series(1, %(antal)s) n
  JOIN unnest(%(start)s::date[], %(slut)s::date[]) WITH ORDINALITY dag(start, slut, nr)
    ON dag.nr = 1 + n %% cardinality(%(start)s::date[])
"""
LAS = "SELECT id, 'svar', start, forfaller FROM frist WHERE status = 'lopande'"
SKRIV = "UPDATE frist SET forfaller = ny.dag FROM unnest(%s::bigint[], %s::date[]) ny(id, dag) WHERE frist.id = ny.id"


def regelverk(*, ledig: bool) -> Regelverk:
    """Ten working days, with or without the new day off. A national one, so that no municipality is needed."""
    filer = {"regler/frister/synpunkt.yaml": FRIST}
    if ledig:
        filer["regler/kalender/sverige.yaml"] = KALENDER.replace("LEDIG", str(LEDIG))
    return las_in_texter(filer, None)


def andrade(rader: Iterable[tuple[int, str, date, date]], tabeller: Mapping[str, Tabell]) -> Iterator[tuple[int, date]]:
    """The limits that moved, with their new day."""
    for nr, fraga, start, lagrad in rader:
        dag = tabeller[fraga][start]
        if dag != lagrad:
            yield nr, dag


def lagrade() -> list[tuple[date, date]]:
    """Each start day with the last day that the old rules give."""
    tabell = Tabell(regelverk(ledig=False), SVAR)
    ut = []
    for nr in range(DAGAR):
        start = FORSTA + timedelta(days=nr)
        slut = tabell[start]
        assert isinstance(slut, date)
        ut.append((start, slut))
    return ut


def rakna() -> Rad:
    """Three million, in memory, a hundred thousand at a time as a database would hand them over."""
    par = lagrade()
    nya = regelverk(ledig=True)
    ga = lattare(range(2026, 2030), 10, [LEDIG])

    def buntar(antal: int) -> Iterator[list[tuple[int, str, date, date]]]:
        for forsta in range(0, antal, BUNT):
            yield [
                (nr, "svar", start + NOLL, slut + NOLL)
                for nr in range(forsta, min(forsta + BUNT, antal))
                for start, slut in (par[nr * 7919 % DAGAR],)
            ]

    def vakas(antal: int) -> tuple[float, list[tuple[int, date]]]:
        tid, flyttade = 0.0, []
        tabeller = {"svar": Tabell(nya, SVAR)}
        for bunt in buntar(antal):
            borjan = time.process_time()
            flyttade += andrade(bunt, tabeller)
            tid += time.process_time() - borjan
        return tid, flyttade

    def vandring(antal: int) -> tuple[float, list[tuple[int, date]]]:
        tid, flyttade = 0.0, []
        for bunt in buntar(antal):
            borjan = time.process_time()
            flyttade += ((nr, dag) for nr, _, start, lagrad in bunt if (dag := ga(start)) != lagrad)
            tid += time.process_time() - borjan
        return tid, flyttade

    assert vakas(PROV)[1] == vandring(PROV)[1] != []
    egna, andras = turas_om(lambda: vakas(FRISTER)[0], lambda: vandring(PROV)[0] * FRISTER / PROV, VARV)
    q = kvot(andras, egna)
    return Rad(
        f"Omräkning: {FRISTER} frister mot vandring över dagar",
        f"{q:.0f} gånger så snabbt ({median(egna):.2f} s mot {median(andras):.0f} s)", f"≥ {MAL}", q >= MAL,
    )  # fmt: skip


def skriv() -> Iterator[Rad]:
    """Reading, reckoning and writing back to PostgreSQL."""
    nya = regelverk(ledig=True)
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        par = lagrade()
        varden = {
            "antal": SKRIVNA,
            "regel": vaka.sammanhang.regelversion,
            "start": [a for a, _ in par],
            "slut": [b for _, b in par],
        }
        vaka.stang()
        with psycopg.connect(url) as ra:
            for sats in FYLL.split(";"):
                ra.execute(sats, {k: v for k, v in varden.items() if f"%({k})s" in sats})
            ra.commit()

            def omrakna(alla: bool) -> float:
                ra.execute("UPDATE frist SET forfaller = d.slut FROM unnest(%s::date[], %s::date[]) d(start, slut) "
                           "WHERE frist.start = d.start AND forfaller <> d.slut", (varden["start"], varden["slut"]))  # fmt: skip
                ra.commit()
                ra.autocommit = True
                ra.execute("VACUUM ANALYZE frist")
                ra.execute("CHECKPOINT")
                ra.autocommit = False
                borjan = time.perf_counter()
                tabell = Tabell(nya, SVAR)
                rader = ra.execute(LAS).fetchall()
                if alla:
                    andringar = [(nr, tabell[start]) for nr, _, start, _ in rader]
                else:
                    andringar = list(andrade(rader, {"svar": tabell}))
                ra.execute(SKRIV, ([nr for nr, _ in andringar], [dag for _, dag in andringar]))
                ra.commit()
                tid = time.perf_counter() - borjan
                antal.append(len(andringar))
                return tid

            antal: list[int] = []
            bara, alla = turas_om(lambda: omrakna(False), lambda: omrakna(True), SKRIVVARV)
    q = kvot(bara, alla)
    yield Rad(
        f"Omräkning: skriva de {min(antal)} som flyttats av {max(antal)}",
        f"{q:.3f} av att skriva alla ({median(bara):.2f} s mot {median(alla):.1f} s)", f"≤ {SKRIVMAL}", q <= SKRIVMAL,
    )  # fmt: skip


def kor() -> list[Rad]:
    """The measurement: times faster than the walk, and the share of the cost of writing everything."""
    return [rakna(), *skriv()]


if __name__ == "__main__":
    skriv_tabell(kor())
