"""The morning letter: one to each person and working morning, about what is late, near, theirs to decide, or new.

It is written when the hour that the person has chosen has come, of what is so then. On a morning that they haven't chosen, a
letter comes only when a rung that must not wait fell to them. A rung that fell for a letter which was never written (the
watch stopped in between) is dealt to the next one instead.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Engine, any_, bindparam, func, literal, select, text

from notiser import Falt, NyNotis, Rad, lagg_i_utkorg, ta_samlade
from regler import KLOCKSLAG
from tjanster.arenden.bemanning import Bemanning, Person
from tjanster.arenden.krets import Krets
from tjanster.arenden.notera import brev_till
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.morgondelar import (
    HOGST,
    Innehall,
    att_besluta,
    brevrad,
    lasare,
    ledare,
    nya,
    samlade,
    slapp_for_gamla,
)
from tjanster.scheduler.trappan import (
    BREVLAS,
    FORST,
    Fall,
    Plats,
    dela_ut,
    en_bunt,
    hitta,
    morgonbrevets_dag,
    morgonnyckel,
    skrivna_brev,
)

_FORR = datetime(2000, 1, 2, tzinfo=SVENSK_TID)
# A rung of a municipality's own goal may wait for the one weekday that somebody has chosen, and that day may be off.
_MALEN_VANTAR = timedelta(days=45)

# Each case is looked up by its number. PostgreSQL takes far too many limits to be running, since most that were due by a day were met long
# ago, and would rather read every case there ever was.
_NARA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id
  FROM frist f CROSS JOIN LATERAL (SELECT * FROM arende WHERE id = f.arende_id LIMIT 1) a
 WHERE f.status = 'lopande' AND f.forfaller <= :horisont
 ORDER BY f.forfaller, a.id
""")
_FALLNA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id, p.roll, p.till_roll, p.mottagare
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen >= :malens_sedan AND (p.fallen >= :sedan OR f.slag = 'mal')
   AND p.nycklar && ARRAY(SELECT 'morgonbrev:' || m || ':' || :dag FROM unnest(p.mottagare) m)
   AND f.status = 'lopande'
 ORDER BY f.forfaller NULLS LAST, a.id
""")
_OSKRIVNA = text("""
SELECT p.id, p.dag, p.roll, p.bradskande, p.aven_ledig_dag, p.nycklar, f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid,
       a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga, f.status = 'lopande' AND f.omgang = p.omgang AS behovs,
       EXISTS (SELECT 1 FROM notis n WHERE n.nyckel = ANY(p.nycklar)) AS nagon_fick
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen >= :malens_sedan AND (p.fallen >= :sedan OR f.slag = 'mal') AND NOT p.bradskande
   AND EXISTS (SELECT 1 FROM unnest(p.nycklar) k
                WHERE (right(k, 10) < :dag OR (right(k, 10) = :dag AND split_part(k, ':', 2)::bigint = ANY(:mogna)))
                  AND NOT EXISTS (SELECT 1 FROM notis n WHERE n.nyckel = k))
 ORDER BY p.id
""").bindparams(bindparam("mogna", type_=ARRAY(BigInteger)))
# The last morning that was done with: everybody's hour had come. Before people had hours of their own, one that wrote letters.
_SENASTE_MORGONEN = text("""
SELECT nu FROM svep
 WHERE slut IS NOT NULL AND (utfall->>'brev_klara' = 'true' OR (NOT utfall ? 'brev_klara' AND (utfall->>'morgonbrev')::int > 0))
 ORDER BY id DESC LIMIT 1
""")


@dataclass(frozen=True)
class Morgon:
    """How many letters were written, and whether everybody's hour had come."""

    brev: int = 0
    klar: bool = False


def skriv_morgonbrev(motor: Engine, s: Sammanhang, nu: datetime, fall: Fall | None = None) -> Morgon:
    """Write the letters whose hour has come. One a person and working morning; how often it is asked makes no difference."""
    dag = morgonbrevets_dag(s, nu)
    if dag != nu.date() or nu.hour < KLOCKSLAG[0]:
        return Morgon()
    fall = Fall() if fall is None else fall
    with systemet(motor) as conn:
        conn.execute(select(func.pg_advisory_xact_lock(BREVLAS)))
        bemanning = Bemanning.las(conn, s.kommun, dag)
        mogna = {i: p for i, p in bemanning.personer.items() if p.brev.mogen(nu)}
        if not mogna:
            return Morgon(klar=not bemanning.personer)
        efter: Plats | None = FORST
        fall.sparade.clear()
        utan = fall.utan_mottagare
        while efter is not None:  # what another node had claimed and not got further with
            efter = en_bunt(conn, s, bemanning, nu, fall, efter)
        fall.utan_mottagare = utan
        slapp_for_gamla(conn, bemanning, nu)
        sedan = _sedan(conn, dag, mogna)
        _dela_om(conn, s, bemanning, nu, sedan)
        har_brev = skrivna_brev(conn, {morgonnyckel(i, dag) for i in mogna})
        vantar = {i: p for i, p in mogna.items() if morgonnyckel(i, dag) not in har_brev}
        brev = _skriv(conn, s, bemanning, nu, vantar, sedan)
    return Morgon(brev, len(mogna) == len(bemanning.personer))


def _sedan(conn: Connection, dag: date, mogna: Iterable[int]) -> dict[str, Any]:
    """From when on a fallen rung may still wait for its letter."""
    senaste = (conn.execute(_SENASTE_MORGONEN).scalar() or _FORR).astimezone(SVENSK_TID)
    sedan = datetime.combine(senaste.date() - timedelta(days=1), time(0), SVENSK_TID)
    return {"sedan": sedan, "malens_sedan": sedan - _MALEN_VANTAR, "dag": dag.isoformat(), "mogna": list(mogna)}


def _skriv(
    conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, vantar: dict[int, Person], sedan: dict[str, Any]
) -> int:
    dag, kalender = nu.date(), s.regelverk.kalender
    horisont = kalender.plus_arbetsdagar(dag, 3)
    dagens = {val: val.dagens(kalender, dag) for val in {p.brev for p in vantar.values()}}
    hela = {i for i, p in vantar.items() if dagens[p.brev]}
    brevens: dict[int, Innehall] = defaultdict(lambda: Innehall(horisont))
    _sent_och_nara(conn, s, bemanning, nu, horisont, hela, brevens)
    _fallna(conn, s, nu, vantar, hela, sedan, brevens)
    samlat = samlade(conn, s, bemanning, nu, hela)
    brevens = {i: brevens[i] for i in brevens.keys() | samlat.rader.keys() if vantar[i].epost}
    dagliga = {i: brevens[i] for i in brevens.keys() & hela}
    besluta = att_besluta(conn, s, bemanning, nu, horisont, dagliga)
    redan = {i: [*b.nummer, *(r.arendenummer for d in (samlat, besluta) for r in d.rader.get(i, ()))] for i, b in dagliga.items()}
    nytt = nya(conn, s, bemanning, nu, {i: vantar[i].brev.forra(kalender, dag) for i in dagliga}, redan)
    leder = ledare(bemanning)
    brev: list[NyNotis] = []
    for i, b in brevens.items():
        rader = (*b.aldst_forst(), *(r for d in (besluta, samlat, nytt) for r in d.rader.get(i, ())))[:HOGST]
        falt = Falt(
            kommun=s.kommun.namn, lank="/", lank_fler="/sena" if i in leder else "/", rader=rader, bara_trappan=i not in hela,
            antal_sena=b.antal["sena"], antal_nara=b.antal["nara"], antal_besluta=besluta.antal[i],
            antal_nya=samlat.antal[i] + nytt.antal[i],
        )  # fmt: skip
        brev.append(brev_till(vantar[i], "morgonbrev", falt, nyckel=morgonnyckel(i, dag), nu=nu, tidigast=nu))
    ta_samlade(conn, [n for i in brevens for n in samlat.notiser.get(i, ())], samlat.inaktuella)
    return lagg_i_utkorg(conn, brev) if brev else 0


def _sent_och_nara(
    conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, horisont: date, hela: set[int], brevens: dict[int, Innehall]
) -> None:
    """The officer's own cases, and a manager's units."""
    mottagare: dict[tuple[Any, ...], dict[int, bool]] = {}
    for rad in conn.execute(_NARA, {"horisont": horisont}) if hela else ():
        nyckel = (rad.enhet, rad.handlaggare, rad.process, krets := Krets.av(rad))
        if nyckel not in mottagare:
            alla = lasare(bemanning, rad.enhet, rad.handlaggare, rad.process, krets)
            mottagare[nyckel] = {i: tom for i, tom in alla.items() if i in hela}
        skrivna: dict[bool, Rad] = {}
        for person, tom in mottagare[nyckel].items():
            if tom not in skrivna:
                skrivna[tom] = brevrad(s, rad, nu, tom=tom, roll="enhetschef")
            brevens[person].lagg(rad, skrivna[tom])


def _fallna(
    conn: Connection, s: Sammanhang, nu: datetime, vantar: dict[int, Person], hela: set[int], sedan: dict[str, Any],
    brevens: dict[int, Innehall],
) -> None:  # fmt: skip
    """The rungs addressed to them. What stands in the letter already says as much, or more: that a post is empty."""
    for rad in conn.execute(_FALLNA, {k: sedan[k] for k in ("sedan", "malens_sedan", "dag")}):
        krets = Krets.av(rad)
        for person in filter(krets.slapper_in, vantar.keys() & set(rad.mottagare)):
            if person not in hela and rad.slag == "mal" and vantar[person].brev.morgonbrev:
                continue  # waits for the next morning that they have chosen
            if not brevens[person].har(rad.frist_id):
                brevens[person].lagg(rad, brevrad(s, rad, nu, tom=rad.till_roll != rad.roll, roll=rad.roll))


def _dela_om(conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, sedan: dict[str, Any]) -> None:
    """Rungs dealt to letters that are not written yet: dealt anew to today's, by today's appointments. Those of a limit
    that has been met or moved since are not needed any more; one that nobody can be told of waits again."""
    alla = conn.execute(_OSKRIVNA, sedan).all()
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
            # One parameter however many: a watch that was away for long has more of them than a statement may have parameters.
            alla_av = any_(literal(vilka, ARRAY(BigInteger)))
            conn.execute(t.paminnelse.update().where(t.paminnelse.c.id == alla_av).values(nytt))
