"""Rungs of the ladders that have fallen due: claimed row by row, given to people, noted.

A rung falls once whichever node claims it; a missed night is caught up by the next sweep, which asks what has fallen
due and not what hour it is. A rung that nobody in the whole municipality can be told of waits, and is counted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Engine, Text, bindparam, func, select, text

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, NyNotis, dagtext, lagg_i_utkorg
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.fragor import frist_rubrik
from tjanster.arenden.notera import nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

SAMTIDIGT = 2000
# Nodes that deal out rungs share this lock; the one that writes the letters waits for them, so that no rung is dealt to
# a letter that has just gone without it.
BREVLAS = 5_391_200_262

_TA = text("""
SELECT p.id, p.dag, p.roll, p.bradskande, p.aven_ledig_dag, p.nycklar, f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid,
       a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare
  FROM (SELECT id, frist_id, dag, roll, bradskande, aven_ledig_dag, nycklar FROM paminnelse
         WHERE fallen IS NULL AND dag <= :idag AND id > :efter ORDER BY id LIMIT :antal
           FOR UPDATE SKIP LOCKED) p
  JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id ORDER BY p.id
""")
_NOTERA = text("""
UPDATE paminnelse p SET fallen = coalesce(p.fallen, :nu), ikapp = coalesce(p.ikapp, p.dag < :idag),
       till_roll = v.roll, till_enhet = v.enhet, mottagare = string_to_array(v.mottagare, ',')::bigint[], nycklar = string_to_array(v.nycklar, ' ')
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
            conn.execute(select(func.pg_advisory_xact_lock_shared(BREVLAS)))
            senast = en_bunt(conn, s, Bemanning.las(conn, s.kommun, nu.date()), nu, fall, efter)
        if senast is None:
            return fall
        efter = senast
        fall.sparade.clear()


def en_bunt(conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, fall: Fall, efter: int) -> int | None:
    """The next batch of rungs; its last id, or None when there were no more."""
    rader = conn.execute(_TA, {"idag": nu.date(), "efter": efter, "antal": SAMTIDIGT}).all()
    if not rader:
        return None
    dela_ut(conn, s, bemanning, rader, nu, fall)
    return int(rader[-1].id)


def dela_ut(conn: Connection, s: Sammanhang, bemanning: Bemanning, rader: Any, nu: datetime, fall: Fall) -> None:
    """Give rungs to people. Who already had the rung in a letter keeps that one."""
    brevdag = morgonbrevets_dag(s, nu)
    nastabrev = s.regelverk.kalender.nasta_arbetsdag(brevdag, False)
    traffar = [(rad, traff) for rad in rader if (traff := hitta(bemanning, rad, fall)).personer]
    fall.utan_mottagare += len(rader) - len(traffar)
    nycklar = {morgonnyckel(p.id, brevdag) for _, traff in traffar for p in traff.personer}
    nycklar |= {k for rad, _ in traffar for k in rad.nycklar}
    n = t.notis.c.nyckel
    skrivna = set(conn.execute(select(n).where(n.in_(nycklar))).scalars()) if nycklar else set()
    kolumner: dict[str, list[Any]] = {k: [] for k in ("id", "roll", "enhet", "mottagare", "nycklar")}
    notiser: list[NyNotis] = []
    for rad, traff in traffar:
        fall.fallna += 1
        fall.ikapp += rad.dag < nu.date()
        if rad.bradskande:
            nya = [_bradskande(s, rad, traff, p, nu) for p in traff.personer]
            notiser += nya
            egna = [ny.nyckel for ny in nya]
            fall.bradskande += 1
        else:
            fatt = {k.split(":")[1]: k for k in rad.nycklar if k in skrivna}
            egna = [
                fatt.get(str(p.id)) or morgonnyckel(p.id, nastabrev if morgonnyckel(p.id, brevdag) in skrivna else brevdag)
                for p in traff.personer
            ]
        kolumner["id"].append(rad.id)
        kolumner["roll"].append(traff.roll)
        kolumner["enhet"].append(traff.enhet)
        kolumner["mottagare"].append(",".join(str(p.id) for p in traff.personer))
        kolumner["nycklar"].append(" ".join(egna))
    if kolumner["id"]:
        conn.execute(_NOTERA, kolumner | {"nu": nu, "idag": nu.date()})
    if notiser:
        lagg_i_utkorg(conn, notiser)


def hitta(bemanning: Bemanning, rad: Any, fall: Fall) -> Traff:
    nyckel = (rad.roll, rad.enhet, rad.handlaggare, rad.process)
    if nyckel not in fall.sparade:
        fall.sparade[nyckel] = bemanning.hitta(rad.roll, rad.enhet, rad.handlaggare, PROCESSER[rad.process])
    return fall.sparade[nyckel]


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
    passerad = ar_passerad(rad, nu)
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
            passerad=passerad,
            tom_post=traff.ersatter and traff.roll != rad.roll,
        ),
        adress=person.epost or "",
        anvandare_id=person.id,
        nyckel=f"trappsteg:{rad.id}:{person.id}",
        skapad=nu,
        tidigast=nu if rad.aven_ledig_dag else nasta_brevtid(s, nu, bradskande=False),
        bradskande=True,
    )


def fristens_namn(s: Sammanhang, rad: Any) -> str:
    """The limit's name; a municipality's own goal says that it is one, so that nobody takes it for the law's day."""
    namn = frist_rubrik(s, rad.process, rad.frist) or rad.frist
    return f"Kommunens mål: {namn[:1].lower()}{namn[1:]}"[:80] if rad.slag == "mal" else namn


def ar_passerad(rad: Any, nu: datetime) -> bool:
    if rad.forfaller is None:
        return False
    return bool(nu > rad.forfaller_tid if rad.forfaller_tid is not None else nu.date() > rad.forfaller)
