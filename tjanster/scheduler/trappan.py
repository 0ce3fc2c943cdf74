"""Rungs of the ladders that have fallen due: claimed row by row, given to people, noted.

A rung falls once whichever node claims it; a missed night is caught up by the next sweep, which asks what has fallen
due and not what hour it is. A rung that nobody in the whole municipality can be told of waits, and is counted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, Connection, Engine, Text, bindparam, func, select, text

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, NyNotis, dagtext, lagg_i_utkorg
from tjanster.arenden.arendelista import frist_rubrik
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.krets import Krets
from tjanster.arenden.notera import brev_till, nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db.krets import systemet

SAMTIDIGT = 5000
# Nodes that deal out rungs share this lock; the one that writes the letters waits for them, so that no rung is dealt to
# a letter that has just gone without it.
BREVLAS = 5_391_200_262
Plats = tuple[date, int]
"""Where a rung stands among those that wait: by day, then by number, as the index of them does. To ask by number alone would go through
every rung there ever was."""
FORST: Plats = (date.min, 0)

_TA = text("""
SELECT p.id, p.dag, p.roll, p.bradskande, p.aven_ledig_dag, p.nycklar, f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid,
       a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.krets, a.javiga
  FROM (SELECT id, frist_id, dag, roll, bradskande, aven_ledig_dag, nycklar FROM paminnelse
         WHERE fallen IS NULL AND dag <= :idag AND (dag, id) > (:efter_dag, :efter) ORDER BY dag, id LIMIT :antal
           FOR UPDATE SKIP LOCKED) p
  JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id ORDER BY p.dag, p.id
""")
_SKRIVNA = text("SELECT nyckel FROM notis WHERE nyckel = ANY(:nycklar)").bindparams(
    bindparam("nycklar", type_=ARRAY(Text))
)
# Thousands of rungs go to a few groups of people: each group's words are sent once, and each rung's number in its group.
_NOTERA = text("""
UPDATE paminnelse p SET fallen = coalesce(p.fallen, :nu), ikapp = coalesce(p.ikapp, p.dag < :idag), till_roll = v.roll,
       till_enhet = v.enhet, mottagare = string_to_array(v.mottagare, ',')::bigint[], nycklar = string_to_array(v.nycklar, ' ')
  FROM unnest(string_to_array(:id, ',')::bigint[], string_to_array(:grupp, ',')::bigint[]) AS r(id, grupp)
  JOIN unnest(:roll, :enhet, :mottagare, :nycklar) WITH ORDINALITY AS v(roll, enhet, mottagare, nycklar, grupp) USING (grupp)
 WHERE p.id = r.id
""").bindparams(*(bindparam(k, type_=ARRAY(Text)) for k in ("roll", "enhet", "mottagare", "nycklar")))


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
    fall, bemanning = Fall(), None
    efter: Plats | None = FORST
    while efter is not None:
        with systemet(motor) as conn:
            conn.execute(select(func.pg_advisory_xact_lock_shared(BREVLAS)))
            bemanning = bemanning or Bemanning.las(conn, s.kommun, nu.date())
            efter = en_bunt(conn, s, bemanning, nu, fall, efter)
    return fall


def en_bunt(conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, fall: Fall, efter: Plats) -> Plats | None:
    """The next batch of rungs, the oldest first; the place of its last one, or None when there are no more after it."""
    dag, sist = efter
    rader = conn.execute(_TA, {"idag": nu.date(), "efter_dag": dag, "efter": sist, "antal": SAMTIDIGT}).all()
    if rader:
        dela_ut(conn, s, bemanning, rader, nu, fall)
    return (rader[-1].dag, rader[-1].id) if len(rader) == SAMTIDIGT else None


def dela_ut(conn: Connection, s: Sammanhang, bemanning: Bemanning, rader: Any, nu: datetime, fall: Fall) -> None:
    """Give rungs to people. Who already had the rung in a letter keeps that one.

    What the law's time asks for is told the very next working morning, whatever somebody has chosen; a municipality's own goal
    waits for the next morning that they have chosen."""
    brevdag = morgonbrevets_dag(s, nu)
    nastabrev = s.regelverk.kalender.nasta_arbetsdag(brevdag, False)
    traffar = [(rad, traff) for rad in rader if (traff := hitta(bemanning, rad, fall)).personer]
    fall.utan_mottagare += len(rader) - len(traffar)
    mottagare = {p.id: p for traff in fall.sparade.values() for p in traff.personer}
    skrivna = skrivna_brev(conn, {morgonnyckel(i, brevdag) for i in mottagare} | {k for rad, _ in traffar for k in rad.nycklar})
    nasta = {i: nastabrev if morgonnyckel(i, brevdag) in skrivna else brevdag for i in mottagare}
    lagens = {i: morgonnyckel(i, dag) for i, dag in nasta.items()}
    malens = {i: morgonnyckel(i, mottagare[i].brev.nasta(s.regelverk.kalender, dag)) for i, dag in nasta.items()}
    grupper: dict[tuple[str, str, str, str], int] = {}
    vilken: list[int] = []
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
            nycklar = malens if rad.slag == "mal" else lagens
            egna = [fatt.get(str(p.id)) or nycklar[p.id] for p in traff.personer]
        grupp = (traff.roll, traff.enhet, ",".join(str(p.id) for p in traff.personer), " ".join(egna))
        vilken.append(grupper.setdefault(grupp, len(grupper) + 1))
    if grupper:
        roller, enheter, mottagna, nycklar = (list(kolumn) for kolumn in zip(*grupper, strict=True))
        varden = {
            "id": ",".join(str(rad.id) for rad, _ in traffar), "grupp": ",".join(map(str, vilken)),
            "roll": roller, "enhet": enheter, "mottagare": mottagna, "nycklar": nycklar,
        }  # fmt: skip
        conn.execute(_NOTERA, varden | {"nu": nu, "idag": nu.date()})
    if notiser:
        lagg_i_utkorg(conn, notiser)


def skrivna_brev(conn: Connection, nycklar: set[str]) -> set[str]:
    """Which of these keys have a notice in the outbox, sent or not."""
    return set(conn.execute(_SKRIVNA, {"nycklar": list(nycklar)}).scalars())


def hitta(bemanning: Bemanning, rad: Any, fall: Fall) -> Traff:
    nyckel = (rad.roll, rad.enhet, rad.handlaggare, rad.process, krets := Krets.av(rad))
    if nyckel not in fall.sparade:
        process = PROCESSER[rad.process]
        fall.sparade[nyckel] = bemanning.hitta(rad.roll, rad.enhet, rad.handlaggare, process, krets=krets)
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
    falt = Falt(
        kommun=s.kommun.namn,
        lank=f"/arende/{rad.nummer}",
        arendenummer=rad.nummer,
        process=process.ental,
        steg=process.tillstand[rad.tillstand],
        frist=fristens_namn(s, rad),
        forfaller=dagtext(rad.forfaller_tid or rad.forfaller),
        dagar=dagar_kvar(rad, nu),
        enhet=s.kommun.enheter[rad.enhet].namn,
        roll=ROLLER[rad.roll].lower(),
        passerad=passerad,
        tom_post=traff.ersatter and traff.roll != rad.roll and not rad.javiga,
    )
    tidigast = nu if rad.aven_ledig_dag else nasta_brevtid(s, nu, bradskande=False)
    return brev_till(person, mall, falt, nyckel=f"trappsteg:{rad.id}:{person.id}", nu=nu, tidigast=tidigast, bradskande=True)


def fristens_namn(s: Sammanhang, rad: Any) -> str:
    """The limit's name; a municipality's own goal says that it is one, so that nobody takes it for the law's day."""
    namn = frist_rubrik(s, rad.process, rad.frist) or rad.frist
    return f"Kommunens mål: {namn[:1].lower()}{namn[1:]}"[:80] if rad.slag == "mal" else namn


def dagar_kvar(rad: Any, nu: datetime) -> int | None:
    """Days to the due day, below zero when it has passed; None when there is none."""
    return None if rad.forfaller is None else int((rad.forfaller - nu.date()).days)


def ar_passerad(rad: Any, nu: datetime) -> bool:
    if rad.forfaller is None:
        return False
    return bool(nu > rad.forfaller_tid if rad.forfaller_tid is not None else nu.date() > rad.forfaller)
