"""The parts of a morning letter that no limit brings: what is theirs to decide, what is new, what they asked to have gathered.

They fill a letter that is written anyway; only what was gathered is a reason to write one. What a person decides on day after
day would else be a letter day after day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Text, bindparam, select, text

from arbetsfloden import PROCESSER, ROLLER
from notiser import KATALOG, Rad, dagtext, slapp_samlade, ta_samlade
from tjanster.arenden.behorighet import far_se, las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.krets import OPPEN, Krets
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.klocka import SVENSK_TID
from tjanster.scheduler.trappan import ar_passerad, dagar_kvar, fristens_namn

BREVROLLER = frozenset({"enhetschef", "avdelningschef"})
SER_SENA = frozenset({"handlaggare", "registrator", "kvalitetsledare"}) | BREVROLLER
HOGST = 1000
HOGST_PER_DEL = 50
# What was gathered goes by itself after so long: longer than from one chosen weekday to the next, days off and all.
SAMLAS_HOGST = timedelta(days=21)

_NARMAST = """
LEFT JOIN LATERAL (
  SELECT f.namn AS frist, f.slag, f.forfaller, f.forfaller_tid FROM frist f
   WHERE f.arende_id = a.id AND f.status = 'lopande' ORDER BY f.forfaller NULLS LAST, f.id LIMIT 1) f ON true
"""
_ARENDET = "a.nummer, a.process, a.tillstand, a.enhet, a.handlaggare, a.registrerad_av, a.krets, a.javiga, a.avslutad"
_FRISTEN = "f.frist, f.slag, f.forfaller, f.forfaller_tid"
# Those that are near or late stand among those already. Something is waited for in them all, so those that are done with aren't read.
_ATT_FORDELA = """a.handlaggare IS NULL AND a.klardag IS NULL AND a.avslutad IS NULL AND NOT (a.process || ':' || a.tillstand) = ANY(:vilande)
   AND NOT coalesce(a.narmast_status = 'lopande' AND a.narmast_forfaller <= :horisont, false)"""
_SOM_ENHETENS = text(f"""
SELECT {_ARENDET}, {_FRISTEN}, a.antal FROM (
  SELECT a.*, row_number() OVER (PARTITION BY a.enhet, a.process ORDER BY a.dag, a.id) AS ordning,
         count(*) OVER (PARTITION BY a.enhet, a.process) AS antal
    FROM arende a
   WHERE {_ATT_FORDELA} AND a.krets IS NULL AND cardinality(a.javiga) = 0 AND (a.process || ':' || a.enhet) = ANY(:grupper)) a
  {_NARMAST} WHERE a.ordning <= :hogst ORDER BY a.dag, a.id
""").bindparams(*(bindparam(k, type_=ARRAY(Text)) for k in ("vilande", "grupper")))  # noqa: S608 -- only words of the program's own
_SARSKILDA = text(f"""
SELECT {_ARENDET}, {_FRISTEN}, 1 AS antal FROM arende a {_NARMAST}
 WHERE {_ATT_FORDELA} AND (a.krets IS NOT NULL OR cardinality(a.javiga) > 0) ORDER BY a.dag, a.id
""").bindparams(bindparam("vilande", type_=ARRAY(Text)))  # noqa: S608 -- only words of the program's own
_NYA = text(f"""
SELECT {_ARENDET}, {_FRISTEN}, x.till, x.nar, x.av FROM (
  SELECT a.id, NULL::bigint AS till, a.registrerad AS nar, a.registrerad_av AS av FROM arende a WHERE a.registrerad >= :sedan
  UNION ALL
  SELECT h.arende_id, (h.foljder->>'handlaggare')::bigint, h.tid, h.av FROM handelse h
   WHERE h.handelse = 'tilldela' AND h.dag >= :dag AND h.tid >= :sedan) x
  JOIN arende a ON a.id = x.id {_NARMAST}
 WHERE a.avslutad IS NULL ORDER BY x.till IS NULL, x.nar DESC LIMIT 5000
""")  # noqa: S608 -- only words of the program's own
_SAMLADE = text(f"""
SELECT {_ARENDET}, {_FRISTEN}, n.id AS notis, n.anvandare_id, n.mall, n.falt->>'lank' AS lank
  FROM notis n JOIN arende a ON a.nummer = n.arendenummer {_NARMAST}
 WHERE n.status = 'samlas' AND n.anvandare_id = ANY(:vilka) ORDER BY n.id
""").bindparams(bindparam("vilka", type_=ARRAY(BigInteger)))  # noqa: S608 -- only words of the program's own


@dataclass
class Del:
    """A part of everybody's letters: person → the rows that fit, and how many there are in all."""

    rader: dict[int, list[Rad]] = field(default_factory=lambda: defaultdict(list))
    antal: Counter[int] = field(default_factory=Counter)
    notiser: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    inaktuella: list[int] = field(default_factory=list)

    def lagg(self, person: int, rad: Rad, antal: int = 1) -> None:
        self.antal[person] += antal
        if len(self.rader[person]) < HOGST_PER_DEL:
            self.rader[person].append(rad)


@dataclass
class Innehall:
    """What one person's letter says of limits. `rader`: a limit's number → its day and its row; the letter has room for HOGST."""

    horisont: date
    rader: dict[int, tuple[date, Rad]] = field(default_factory=dict)
    antal: Counter[str] = field(default_factory=Counter)
    nummer: set[str] = field(default_factory=set)
    _sedda: set[int] = field(default_factory=set)
    _inom: set[str] = field(default_factory=set)
    _utom: set[tuple[str, str, str]] = field(default_factory=set)

    def har(self, frist_id: int) -> bool:
        return frist_id in self._sedda

    def lagg(self, rad: Any, brevets: Rad) -> None:
        self._sedda.add(rad.frist_id)
        self.antal["sena" if brevets.passerad else "nara"] += 1
        self.nummer.add(rad.nummer)
        if rad.forfaller is not None and rad.forfaller <= self.horisont:
            self._inom.add(rad.nummer)
        elif rad.handlaggare is None and Krets.av(rad) == OPPEN and rad.tillstand not in PROCESSER[rad.process].vilande:
            self._utom.add((rad.nummer, rad.process, rad.enhet))
        if len(self.rader) < HOGST:
            self.rader[rad.frist_id] = (rad.forfaller or date.max, brevets)

    def aldst_forst(self) -> tuple[Rad, ...]:
        return tuple(rad for _, rad in sorted(self.rader.values(), key=lambda par: par[0]))

    def i_gruppen(self, process: str, enhet: str) -> int:
        """How many of the unit's cases without officer stand here without any limit that is near."""
        return sum((p, e) == (process, enhet) and nummer not in self._inom for nummer, p, e in self._utom)


def ledare(bemanning: Bemanning) -> frozenset[int]:
    """Those who have a page of what is late."""
    return frozenset(p.id for roll in SER_SENA for e in bemanning.kommun.enheter for p in bemanning.pa(roll, e))


def lasare(bemanning: Bemanning, enhet: str, handlaggare: int | None, process: str, krets: Krets) -> dict[int, bool]:
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


def brevrad(
    s: Sammanhang, rad: Any, nu: datetime, *, tom: bool = False, roll: str = "enhetschef", grupp: str | None = None,
    vad: str | None = None, lank: str | None = None,
) -> Rad:  # fmt: skip
    process = PROCESSER[rad.process]
    return Rad(
        arendenummer=rad.nummer,
        lank=lank or f"/arende/{rad.nummer}",
        process=process.ental,
        steg=process.tillstand[rad.tillstand],
        frist=fristens_namn(s, rad) if rad.frist else None,
        forfaller=dagtext(rad.forfaller_tid or rad.forfaller),
        dagar=dagar_kvar(rad, nu),
        enhet=s.kommun.enheter[rad.enhet].namn,
        roll=ROLLER[roll].lower(),
        passerad=ar_passerad(rad, nu),
        tom_post=tom and not rad.javiga,
        grupp=grupp,
        vad=vad,
    )


def att_besluta(
    conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, horisont: date, brevens: Mapping[int, Innehall]
) -> Del:
    """Cases without officer, to the one who owns them, that don't stand in the letter already."""
    ut = Del()
    if not brevens:
        return ut
    alla = {(p.namn, enhet): bemanning.hitta("enhetschef", enhet, None, p) for p in PROCESSER.values() for enhet in s.kommun.enheter}
    agare = {grupp: traff for grupp, traff in alla.items() if brevens.keys() & {p.id for p in traff.personer}}
    varden = {
        "vilande": [f"{p.namn}:{tillstand}" for p in PROCESSER.values() for tillstand in p.vilande], "horisont": horisont,
        "grupper": [f"{process}:{enhet}" for process, enhet in agare], "hogst": HOGST_PER_DEL,
    }  # fmt: skip
    raknade: set[tuple[str, str]] = set()
    for rad in conn.execute(_SOM_ENHETENS, varden):
        grupp = (rad.process, rad.enhet)
        traff = agare[grupp]
        for i in brevens.keys() & {p.id for p in traff.personer}:
            if grupp not in raknade:
                ut.antal[i] += rad.antal - brevens[i].i_gruppen(*grupp)
            if rad.nummer not in brevens[i].nummer:
                ut.lagg(i, brevrad(s, rad, nu, tom=traff.ersatter and traff.roll != "enhetschef", grupp="besluta"), 0)
        raknade.add(grupp)
    for rad in conn.execute(_SARSKILDA, {k: varden[k] for k in ("vilande", "horisont")}):
        for p in bemanning.hitta("enhetschef", rad.enhet, None, PROCESSER[rad.process], krets=Krets.av(rad)).personer:
            if p.id in brevens and rad.nummer not in brevens[p.id].nummer:
                ut.lagg(p.id, brevrad(s, rad, nu, grupp="besluta"))
    return ut


def nya(
    conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, sedan: Mapping[int, date], redan: Mapping[int, Iterable[str]]
) -> Del:
    """What has come to a manager's units, or been given to an officer, since the morning of their letter before (`sedan`);
    never what they did themselves, nor what the letter says already (`redan`: case numbers)."""
    ut = Del()
    if not sedan:
        return ut
    sagt = {i: set(nummer) for i, nummer in redan.items()}
    fran = {i: datetime.combine(dag, time(bemanning.personer[i].brev.klockan), SVENSK_TID) for i, dag in sedan.items()}
    forst = min(fran.values())
    for rad in conn.execute(_NYA, {"sedan": forst, "dag": forst.date()}):
        krets = Krets.av(rad)
        till = rad.till
        if till is None:
            mottagare = lasare(bemanning, rad.enhet, rad.handlaggare, rad.process, krets)
        else:
            mottagare = {till: False} if till == rad.handlaggare and krets.slapper_in(till) else {}
        for i in mottagare.keys() & fran.keys():
            if rad.av != i and rad.nar >= fran[i] and rad.nummer not in sagt[i]:
                sagt[i].add(rad.nummer)
                ut.lagg(i, brevrad(s, rad, nu, grupp="nya", vad=None if till is None else KATALOG["arende_tilldelat"].i_morgonbrevet))
    return ut


def samlade(conn: Connection, s: Sammanhang, bemanning: Bemanning, nu: datetime, vilka: Iterable[int]) -> Del:
    """Notices that these persons wanted to have in their letter. One whose case they may not see any more is taken back."""
    ut = Del()
    aktorer: dict[int, Any] = {}
    for rad in conn.execute(_SAMLADE, {"vilka": list(vilka)}):
        i = rad.anvandare_id
        if i not in aktorer:
            aktorer[i] = las_aktor(conn, i, nu.date())
        # A measure or a task from elsewhere is told to one who may not open its case; the link leads to their own page.
        if not Krets.av(rad).slapper_in(i) or (
            rad.lank != "/" and (aktorer[i] is None or not far_se(aktorer[i], s.kommun, PROCESSER[rad.process], rad._mapping))
        ):
            ut.inaktuella.append(rad.notis)
        elif len(ut.notiser[i]) < HOGST_PER_DEL:  # the rest come in the next letter
            ut.notiser[i].append(rad.notis)
            ut.lagg(i, brevrad(s, rad, nu, grupp="nya", vad=KATALOG[rad.mall].i_morgonbrevet, lank=rad.lank))
    return ut


def slapp_for_gamla(conn: Connection, bemanning: Bemanning, nu: datetime) -> None:
    """Nothing waits for a letter that won't come: the municipality's choice has changed, or no letter came for weeks. What
    waits for a closed account is taken back."""
    n = t.notis.c
    vantar = set(conn.execute(select(n.anvandare_id).where(n.status == "samlas").distinct()).scalars())
    if not vantar:
        return
    slapp_samlade(conn, {i for i in vantar if i in bemanning.personer and not bemanning.personer[i].brev.samlar}, nu)
    slapp_samlade(conn, vantar & bemanning.personer.keys(), nu, fore=nu - SAMLAS_HOGST)
    borta = vantar - bemanning.personer.keys()
    if borta:
        ider = conn.execute(select(n.id).where(n.status == "samlas", n.anvandare_id.in_(borta))).scalars()
        ta_samlade(conn, (), ider)
