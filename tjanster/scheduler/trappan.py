"""Rungs of the ladders that have fallen due: claimed row by row, given to people, noted.

A rung falls once whichever node claims it; a missed night is caught up by the next sweep, which asks what has fallen
due and not what hour it is. A rung that nobody in the whole municipality can be told of waits, and is counted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Engine, Text, bindparam, text

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, NyNotis, Rad, dagtext, lagg_i_utkorg
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.fragor import frist_rubrik
from tjanster.arenden.notera import MORGON, nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.klocka import SVENSK_TID

SAMTIDIGT = 2000
BREVROLLER = frozenset({"enhetschef", "avdelningschef"})

_TA = text("""
SELECT p.id, p.dag, p.roll, p.bradskande, p.aven_ledig_dag, f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid,
       a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare
  FROM (SELECT id, frist_id, dag, roll, bradskande, aven_ledig_dag FROM paminnelse
         WHERE fallen IS NULL AND dag <= :idag AND id > :efter ORDER BY id LIMIT :antal
           FOR UPDATE SKIP LOCKED) p
  JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id ORDER BY p.id
""")
_NOTERA = text("""
UPDATE paminnelse p SET fallen = :nu, ikapp = p.dag < :idag, till_roll = v.roll, till_enhet = v.enhet,
       mottagare = string_to_array(v.mottagare, ',')::bigint[], nycklar = string_to_array(v.nycklar, ' ')
  FROM unnest(:id, :roll, :enhet, :mottagare, :nycklar) AS v(id, roll, enhet, mottagare, nycklar) WHERE p.id = v.id
""").bindparams(
    bindparam("id", type_=ARRAY(BigInteger)),
    bindparam("roll", type_=ARRAY(Text)),
    bindparam("enhet", type_=ARRAY(Text)),
    bindparam("mottagare", type_=ARRAY(Text)),
    bindparam("nycklar", type_=ARRAY(Text)),
)


@dataclass
class Fall:
    """What the claiming did."""

    fallna: int = 0
    ikapp: int = 0
    bradskande: int = 0
    utan_mottagare: int = 0
    sparade: dict[tuple[Any, ...], Traff] = field(default_factory=dict)


def lat_falla(motor: Engine, s: Sammanhang, nu: datetime) -> Fall:
    """Let every rung fall that is due on or before today, in batches of a transaction each."""
    fall, efter = Fall(), 0
    while True:
        with motor.begin() as conn:
            bemanning = Bemanning.las(conn, s.kommun, nu.date())
            rader = conn.execute(_TA, {"idag": nu.date(), "efter": efter, "antal": SAMTIDIGT}).all()
            if not rader:
                return fall
            efter = rader[-1].id
            _dela_ut(conn, s, bemanning, rader, nu, fall)
        fall.sparade.clear()


def _dela_ut(conn: Connection, s: Sammanhang, bemanning: Bemanning, rader: Any, nu: datetime, fall: Fall) -> None:
    brevdag = morgonbrevets_dag(s, nu)
    nastabrev = s.regelverk.kalender.nasta_arbetsdag(brevdag, False)
    skrivna = set(
        conn.execute(text("SELECT anvandare_id FROM notis WHERE mall = 'morgonbrev' AND nyckel LIKE :m"),
                     {"m": f"morgonbrev:%:{brevdag.isoformat()}"}).scalars()
    )  # fmt: skip
    kolumner: dict[str, list[Any]] = {k: [] for k in ("id", "roll", "enhet", "mottagare", "nycklar")}
    notiser: list[NyNotis] = []
    for rad in rader:
        nyckel = (rad.roll, rad.enhet, rad.handlaggare, rad.process)
        traff = fall.sparade.get(nyckel)
        if traff is None:
            traff = bemanning.hitta(rad.roll, rad.enhet, rad.handlaggare, PROCESSER[rad.process])
            fall.sparade[nyckel] = traff
        if not traff.personer:
            fall.utan_mottagare += 1
            continue
        fall.fallna += 1
        fall.ikapp += rad.dag < nu.date()
        if rad.bradskande:
            nya = [_bradskande(s, rad, traff, p, nu) for p in traff.personer]
            notiser += nya
            nycklar = [n.nyckel for n in nya]
            fall.bradskande += 1
        else:
            nycklar = [morgonnyckel(p.id, nastabrev if p.id in skrivna else brevdag) for p in traff.personer]
        kolumner["id"].append(rad.id)
        kolumner["roll"].append(traff.roll)
        kolumner["enhet"].append(traff.enhet)
        kolumner["mottagare"].append(",".join(str(p.id) for p in traff.personer))
        kolumner["nycklar"].append(" ".join(nycklar))
    if kolumner["id"]:
        conn.execute(_NOTERA, kolumner | {"nu": nu, "idag": nu.date()})
    if notiser:
        lagg_i_utkorg(conn, notiser)


def morgonnyckel(person: int, dag: date) -> str:
    """One letter a person and working morning."""
    return f"morgonbrev:{person}:{dag.isoformat()}"


def morgonbrevets_dag(s: Sammanhang, nu: datetime) -> date:
    """The morning whose letter is next: today's on a working day until noon, else the next working day's.

    After noon today's letter is not begun any more; what falls then comes in the next.
    """
    if s.regelverk.kalender.arbetsdag(nu.date()) and nu.timetz().replace(tzinfo=None) < time(12, 0):
        return nu.date()
    return s.regelverk.kalender.nasta_arbetsdag(nu.date(), False)


def _bradskande(s: Sammanhang, rad: Any, traff: Traff, person: Person, nu: datetime) -> NyNotis:
    passerad = rad.forfaller is not None and (
        nu > rad.forfaller_tid if rad.forfaller_tid is not None else nu.date() > rad.forfaller
    )
    mall = "frist_utan_dag" if rad.forfaller is None else "frist_passerad" if passerad else "frist_narmar_sig"
    process = PROCESSER[rad.process]
    return NyNotis(
        mall=mall,
        falt=Falt(
            kommun=s.kommun.namn,
            lank=f"/arende/{rad.nummer}",
            arendenummer=rad.nummer,
            process=process.ental,
            steg=process.tillstand[rad.tillstand],
            frist=fristens_namn(s, rad),
            forfaller=dagtext(rad.forfaller_tid or rad.forfaller),
            enhet=s.kommun.enheter[rad.enhet].namn,
            roll=ROLLER[rad.roll].lower(),
            passerad=bool(passerad),
            tom_post=traff.ersatter and traff.roll != rad.roll,
        ),
        adress=person.epost or "",
        anvandare_id=person.id,
        nyckel=f"trappsteg:{rad.id}:{person.id}",
        skapad=nu,
        tidigast=nu if rad.aven_ledig_dag else nasta_brevtid(s, nu, bradskande=False),
        bradskande=True,
    )


_NARA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id
  FROM frist f JOIN arende a ON a.id = f.arende_id
 WHERE f.status = 'lopande' AND f.forfaller <= :horisont
 ORDER BY f.forfaller, a.id
""")
_FALLNA = text("""
SELECT a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, f.namn AS frist, f.forfaller, f.forfaller_tid,
       f.slag, f.id AS frist_id, p.roll, p.till_roll, p.mottagare
  FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen >= :sedan AND p.nycklar && ARRAY(SELECT 'morgonbrev:' || m || ':' || :dag FROM unnest(p.mottagare) m)
   AND f.status = 'lopande'
 ORDER BY f.forfaller NULLS LAST, a.id
""")
HOGST = 1000


def skriv_morgonbrev(motor: Engine, s: Sammanhang, nu: datetime) -> int:
    """One letter to each person about all that is late or near: the officer's own cases, a manager's units, and the
    rungs addressed to them. Oldest first. Written once a working morning; how often it is asked makes no difference."""
    dag = morgonbrevets_dag(s, nu)
    if dag != nu.date():
        return 0
    horisont = s.regelverk.kalender.plus_arbetsdagar(dag, 3)
    with motor.begin() as conn:
        bemanning = Bemanning.las(conn, s.kommun, dag)
        innehall: dict[int, dict[int, Rad]] = {}
        mottagare: dict[tuple[Any, ...], dict[int, bool]] = {}
        for rad in conn.execute(_NARA, {"horisont": horisont}):
            nyckel = (rad.enhet, rad.handlaggare, rad.process)
            if nyckel not in mottagare:
                mottagare[nyckel] = _lasare(bemanning, rad.enhet, rad.handlaggare, rad.process)
            for person, tom in mottagare[nyckel].items():
                innehall.setdefault(person, {})[rad.frist_id] = _rad(s, rad, nu, tom, "enhetschef")
        sedan = datetime.combine(s.regelverk.kalender.forra_arbetsdag(dag, False), time(0), SVENSK_TID)
        for rad in conn.execute(_FALLNA, {"dag": dag.isoformat(), "sedan": sedan}):
            tom = rad.till_roll != rad.roll
            for person in rad.mottagare:
                # What stands in the letter already says as much, or more: that a post is empty.
                innehall.setdefault(person, {}).setdefault(rad.frist_id, _rad(s, rad, nu, tom, rad.roll))
        tidigast = max(nu, datetime.combine(dag, MORGON, SVENSK_TID))
        brev = [
            NyNotis(
                mall="morgonbrev",
                falt=Falt(kommun=s.kommun.namn, lank="/", rader=tuple(list(rader.values())[:HOGST])),
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


def fristens_namn(s: Sammanhang, rad: Any) -> str:
    """The limit's name; a municipality's own goal says that it is one, so that nobody takes it for the law's day."""
    namn = frist_rubrik(s, rad.process, rad.frist) or rad.frist
    return f"Kommunens mål: {namn[:1].lower()}{namn[1:]}"[:80] if rad.slag == "mal" else namn


def _lasare(bemanning: Bemanning, enhet: str, handlaggare: int | None, process: str) -> dict[int, bool]:
    """Who finds the case in the morning letter, and whether they stand in for an empty post."""
    sort = PROCESSER[process]
    agare = bemanning.hitta("handlaggare" if handlaggare else "enhetschef", enhet, handlaggare, sort)
    ut = {p.id: agare.ersatter and agare.roll not in ("handlaggare", "enhetschef") for p in agare.personer}
    for roll in BREVROLLER & frozenset(sort.synlig_for):
        for e in bemanning.kommun.vagen_upp(enhet):
            for p in bemanning.pa(roll, e):
                ut.setdefault(p.id, False)
    return ut


def _rad(s: Sammanhang, rad: Any, nu: datetime, tom: bool, roll: str) -> Rad:
    process = PROCESSER[rad.process]
    passerad = rad.forfaller is not None and (
        nu > rad.forfaller_tid if rad.forfaller_tid is not None else nu.date() > rad.forfaller
    )
    return Rad(
        arendenummer=rad.nummer,
        lank=f"/arende/{rad.nummer}",
        process=process.ental,
        steg=process.tillstand[rad.tillstand],
        frist=fristens_namn(s, rad),
        forfaller=dagtext(rad.forfaller_tid or rad.forfaller),
        enhet=s.kommun.enheter[rad.enhet].namn,
        roll=ROLLER[roll].lower(),
        passerad=bool(passerad),
        tom_post=tom,
    )


__all__ = ["Fall", "lat_falla", "skriv_morgonbrev"]
