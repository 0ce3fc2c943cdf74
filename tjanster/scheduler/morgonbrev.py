"""The morning letter: one to each person and working morning, about all that is late or near.

A rung that fell for a letter which was never written (the watch stopped in between) is dealt to the next one instead.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, NyNotis, Rad, dagtext, lagg_i_utkorg
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.krets import Krets
from tjanster.arenden.notera import MORGON
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.trappan import (
    BREVLAS,
    Fall,
    ar_passerad,
    dela_ut,
    en_bunt,
    fristens_namn,
    hitta,
    morgonbrevets_dag,
    morgonnyckel,
    skrivna_brev,
)

BREVROLLER = frozenset({"enhetschef", "avdelningschef"})
HOGST = 1000
_FORR = datetime(2000, 1, 2, tzinfo=SVENSK_TID)

_NARA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id
  FROM frist f JOIN arende a ON a.id = f.arende_id
 WHERE f.status = 'lopande' AND f.forfaller <= :horisont
 ORDER BY f.forfaller, a.id
""")
_FALLNA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id, p.roll, p.till_roll, p.mottagare
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen >= :sedan AND p.nycklar && ARRAY(SELECT 'morgonbrev:' || m || ':' || :dag FROM unnest(p.mottagare) m)
   AND f.status = 'lopande'
 ORDER BY f.forfaller NULLS LAST, a.id
""")
_OSKRIVNA = text("""
SELECT p.id, p.dag, p.roll, p.bradskande, p.aven_ledig_dag, p.nycklar, f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid,
       a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.status = 'lopande' AND f.omgang = p.omgang AS behovs,
       EXISTS (SELECT 1 FROM notis n WHERE n.nyckel = ANY(p.nycklar)) AS nagon_fick
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen >= :sedan AND NOT p.bradskande
   AND EXISTS (SELECT 1 FROM unnest(p.nycklar) k
                WHERE right(k, 10) <= :dag AND NOT EXISTS (SELECT 1 FROM notis n WHERE n.nyckel = k))
 ORDER BY p.id
""")
_SENASTE_BREVEN = text(
    "SELECT nu FROM svep WHERE slut IS NOT NULL AND (utfall->>'morgonbrev')::int > 0 ORDER BY id DESC LIMIT 1"
)


def skriv_morgonbrev(motor: Engine, s: Sammanhang, nu: datetime, fall: Fall | None = None) -> int:
    """One letter to each person about all that is late or near: the officer's own cases, a manager's units, and the
    rungs addressed to them. Oldest first. Written once a working morning; how often it is asked makes no difference."""
    dag = morgonbrevets_dag(s, nu)
    if dag != nu.date():
        return 0
    horisont = s.regelverk.kalender.plus_arbetsdagar(dag, 3)
    fall = Fall() if fall is None else fall
    with systemet(motor) as conn:
        conn.execute(select(func.pg_advisory_xact_lock(BREVLAS)))
        bemanning = Bemanning.las(conn, s.kommun, dag)
        efter: int | None = 0
        fall.sparade.clear()
        utan = fall.utan_mottagare
        while efter is not None:  # what another node had claimed and not got further with
            efter = en_bunt(conn, s, bemanning, nu, fall, efter)
        fall.utan_mottagare = utan
        senaste = conn.execute(_SENASTE_BREVEN).scalar()
        sedan = datetime.combine((senaste or _FORR).date() - timedelta(days=1), time(0), SVENSK_TID)
        _dela_om(conn, s, bemanning, nu, sedan)
        innehall: dict[int, dict[int, tuple[date, Rad]]] = {}
        mottagare: dict[tuple[Any, ...], dict[int, bool]] = {}
        har_brev = skrivna_brev(conn, {morgonnyckel(i, dag) for i in bemanning.personer})
        vantar = {i for i in bemanning.personer if morgonnyckel(i, dag) not in har_brev}
        for rad in conn.execute(_NARA, {"horisont": horisont}):
            nyckel = (rad.enhet, rad.handlaggare, rad.process, krets := Krets.av(rad))
            if nyckel not in mottagare:
                lasare = _lasare(bemanning, rad.enhet, rad.handlaggare, rad.process, krets)
                mottagare[nyckel] = {i: tom for i, tom in lasare.items() if i in vantar}
            skrivna: dict[bool, Rad] = {}
            for person, tom in mottagare[nyckel].items():
                brevets = innehall.setdefault(person, {})
                if len(brevets) < HOGST:  # they come oldest first; what doesn't fit needn't be written
                    if tom not in skrivna:
                        skrivna[tom] = _rad(s, rad, nu, tom, "enhetschef")
                    brevets[rad.frist_id] = (rad.forfaller, skrivna[tom])
        for rad in conn.execute(_FALLNA, {"dag": dag.isoformat(), "sedan": sedan}):
            tom, krets = rad.till_roll != rad.roll, Krets.av(rad)
            for person in filter(krets.slapper_in, vantar.intersection(rad.mottagare)):
                # What stands in the letter already says as much, or more: that a post is empty.
                if rad.frist_id not in (brevets := innehall.setdefault(person, {})):
                    brevets[rad.frist_id] = (rad.forfaller or date.max, _rad(s, rad, nu, tom, rad.roll))
        tidigast = max(nu, datetime.combine(dag, MORGON, SVENSK_TID))
        brev = [
            NyNotis(
                mall="morgonbrev",
                falt=Falt(kommun=s.kommun.namn, lank="/", rader=_aldst_forst(rader)),
                adress=p.epost,
                anvandare_id=p.id,
                nyckel=morgonnyckel(p.id, dag),
                skapad=nu,
                tidigast=tidigast,
            )
            for i, rader in innehall.items()
            if (p := bemanning.personer.get(i)) is not None and p.epost
        ]
        return lagg_i_utkorg(conn, brev) if brev else 0


def _aldst_forst(rader: dict[int, tuple[date, Rad]]) -> tuple[Rad, ...]:
    return tuple(rad for _, rad in sorted(rader.values(), key=lambda par: par[0])[:HOGST])


def _dela_om(conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, sedan: datetime) -> None:
    """Rungs dealt to letters that are not written yet: dealt anew to today's, by today's appointments. Those of a limit
    that has been met or moved since are not needed any more; one that nobody can be told of waits again."""
    alla = conn.execute(_OSKRIVNA, {"sedan": sedan, "dag": nu.date().isoformat()}).all()
    rader, om = [r for r in alla if r.behovs], Fall()
    if rader:
        dela_ut(conn, s, bemanning, rader, nu, om)
    utan = [r.id for r in rader if not r.nagon_fick and not hitta(bemanning, r, om).personer]
    tomt: dict[str, Any] = {"till_roll": None, "till_enhet": None, "mottagare": [], "nycklar": []}
    for vilka, nytt in (
        ([r.id for r in alla if not r.behovs and not r.nagon_fick], tomt),
        (utan, tomt | {"fallen": None, "ikapp": None}),
    ):
        if vilka:
            conn.execute(t.paminnelse.update().where(t.paminnelse.c.id.in_(vilka)).values(nytt))


def _lasare(
    bemanning: Bemanning, enhet: str, handlaggare: int | None, process: str, krets: Krets
) -> dict[int, bool]:
    """Who finds the case in the morning letter, and whether they stand in for an empty post."""
    sort = PROCESSER[process]
    agare = bemanning.hitta("handlaggare" if handlaggare else "enhetschef", enhet, handlaggare, sort, krets=krets)
    ut = {p.id: agare.ersatter and agare.roll not in ("handlaggare", "enhetschef") for p in agare.personer}
    for roll in BREVROLLER & frozenset(sort.synlig_for):
        for e in bemanning.kommun.vagen_upp(enhet):
            for p in bemanning.pa(roll, e):
                if krets.slapper_in(p.id):
                    ut.setdefault(p.id, False)
    return ut


def _rad(s: Sammanhang, rad: Any, nu: datetime, tom: bool, roll: str) -> Rad:
    process = PROCESSER[rad.process]
    return Rad(
        arendenummer=rad.nummer,
        lank=f"/arende/{rad.nummer}",
        process=process.ental,
        steg=process.tillstand[rad.tillstand],
        frist=fristens_namn(s, rad),
        forfaller=dagtext(rad.forfaller_tid or rad.forfaller),
        enhet=s.kommun.enheter[rad.enhet].namn,
        roll=ROLLER[roll].lower(),
        passerad=ar_passerad(rad, nu),
        tom_post=tom and not rad.javiga,
    )
