"""What comes back across units and processes: the causes, the patterns that repeat themselves, and what the measures led to.

Causes are sought at system level (krav B7), and a measure decided in one unit must reach all that could have the same fault
(B8). Everything is of cases that came in during a period, as they stand now. The cases are read once, those alike in all that is
told are put together as they are read, and the rest is counted of those few: behind the database's own lock a year's cases are
what takes time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, villkor
from tjanster.arenden.urvalsvillkor import BESLUTADE, MED_ATGARDER
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle
from tjanster.rapporter.maskning import maska

MED_ORSAKER = tuple(p.namn for p in PROCESSER.values() if "orsaker" in p.modell.beskrivna())
MED_TYP = tuple(namn for namn in MED_ORSAKER if "typ" in PROCESSER[namn].oppnas_med)
FONSTER = timedelta(days=90)
MINST = 3
"""So many alike in the window are a pattern."""
PER_SIDA = 20
MONSTER_FORST = 20
"""So many patterns are shown until one asks for all."""

SEN, BESLUTAD, UTAN = "sen", "beslutad", "utan"
"""A measure in its own unit: its day has passed without follow-up; not yet; its case ended without one. Else what the
follow-up said: ja, delvis, nej."""
SVARAT, VANTAR = "svarat", "vantar"
"""A measure in a unit that it was spread to: it has taken a stand, or is still to (or SEN)."""

LIKA = table(
    "lika", column("process", String), column("enhet", String), column("orsaker", JSONB), column("typ", String), column("lage", String),
    column("i_perioden", Boolean), column("nyss", Boolean), column("fore", Boolean), column("antal", BigInteger),
    column("atgarder", BigInteger), column("nummer", Text),
)  # fmt: skip
"""What `_lika` gives."""


class Monster(NamedTuple):
    """The same unit, type and cause, again and again. typ None: the process has none. fore: in the window before."""

    process: str
    enhet: str
    typ: str | None
    orsak: str
    antal: int
    fore: int

    @property
    def okar(self) -> bool:
        return self.antal > self.fore


class Atgard(NamedTuple):
    """A measure and how it goes in each unit. kod: the case and which of its measures."""

    kod: str
    nummer: str
    process: str
    text: str
    senast: date | None
    per_enhet: Mapping[str, str]


class Rakning(NamedTuple):
    """How it goes with all measures, in the units where they were decided and in those that they were spread to: state →
    number; None = hidden."""

    egna: Mapping[str, int | None]
    spridda: Mapping[str, int | None]

    @property
    def beslutade(self) -> int | None:
        return _summa(self.egna)

    @property
    def till_andra(self) -> int | None:
        return _summa(self.spridda)


def _summa(per: Mapping[str, int | None]) -> int | None:
    """The sum, when none of its parts is hidden."""
    return None if None in per.values() else sum(n or 0 for n in per.values())


class Overblick(NamedTuple):
    """What a page tells of the cases. orsaker: cause → process → number, the most common first; a case counts in each of its
    causes. utredda: how many cases have been looked into, of `alla`. atgarder: one page of them."""

    orsaker: dict[str, dict[str, int]]
    utredda: int
    alla: int
    monster: list[Monster]
    rakning: Rakning
    atgarder: list[Atgard]


def overblick(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, slut: date, *, minst: int = MINST, sida: int = 1
) -> Overblick:
    """All that is told of the selection's cases. aktor None: the numbers of the whole municipality, for one who sees no cases, with
    the small ones of measures hidden so that they can't be worked out. slut: the last day of the window that patterns are
    sought in; minst: so many alike make one. sida: which page of measures."""
    varden = {"idag": nu.date().isoformat(), "minst": minst, "per_sida": PER_SIDA, "hoppa_over": (sida - 1) * PER_SIDA}
    svar = conn.execute(_svar(med_sidan=aktor is not None).add_cte(_lika(conn, s, aktor, urval, nu, slut)), varden).one()
    per, utredda, alla = _per_orsak(svar.orsaker)
    egna = dict.fromkeys((BESLUTAD, SEN, "ja", "delvis", "nej", UTAN), 0) | dict(svar.klara) | dict(svar.kvar)
    spridda = _spridda(conn, svar.nummer, nu.date())
    tal = Rakning(egna, spridda) if aktor else Rakning(_maskad(egna), _maskad(spridda))
    matris: list[Atgard] = []
    if aktor:
        fyllt = sida * PER_SIDA <= egna[SEN]  # they come first: no other need be unpacked to find which stand on the page
        matris = _matris(conn, svar.sidan if fyllt else _sidan_av_alla(conn, s, aktor, urval, nu, varden), nu.date())
    return Overblick(per, utredda, alla, [Monster(*m) for m in svar.monster], tal, matris)


def orsaker(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime) -> dict[str, dict[str, int]]:
    """The causes alone."""
    a = t.arende.c
    inom = (*villkor(conn, s, aktor, replace(urval, aven_avslutade=True), nu), a.process.in_(MED_ORSAKER))
    return _per_orsak(conn.execute(select(a.process, a.orsaker, func.count()).where(*inom).group_by(a.process, a.orsaker)).all())[0]


@cache
def _svar(*, med_sidan: bool) -> Select[Any]:
    """All that is told of `LIKA`. Written once, since only those and the values differ. med_sidan: with one page of measures."""
    kvar = _en_och_en(_bland(_nummer(LIKA.c.lage == BESLUTAD)))
    delar = {"orsaker": _orsaker(), "monster": _monster(), "klara": _klara(), "kvar": _kvar(kvar)} | ({"sidan": _sida(kvar)} if med_sidan else {})
    return select(_nummer().label("nummer"), *(_som_lista(x).label(namn) for namn, x in delar.items()))


def _lika(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, slut: date) -> CTE:
    """The cases of the period and of the two windows, as far as they are counted: how many are alike, with how many measures, and
    their row numbers. nyss: in the latter window; fore: in the one before it. lage: how it goes with measures, but for what is late."""
    a, (fran, till), ((nyss, _), (forst, fore)) = t.arende.c, urval.inkom, fonster(slut)
    assert fran is not None
    assert till is not None
    brett = replace(urval, aven_avslutade=True, inkom=(min(fran, forst), max(till, slut)))
    grund = (
        a.process, a.enhet, a.orsaker, case((a.process.in_(MED_TYP), a.typ)).label("typ"), _lage().label("lage"),
        a.dag.between(fran, till).label("i_perioden"), a.dag.between(nyss, slut).label("nyss"), a.dag.between(forst, fore).label("fore"),
    )  # fmt: skip
    return (
        select(
            *grund, func.count().label("antal"), func.sum(func.jsonb_array_length(a.atgarder)).label("atgarder"),
            func.string_agg(cast(a.id, Text), ",").label("nummer"),
        )
        .where(*villkor(conn, s, aktor, brett, nu), a.process.in_({*MED_ORSAKER, *MED_ATGARDER}))
        .group_by(*grund)
        .cte(LIKA.name)
    )  # fmt: skip


def _lage() -> ColumnElement[str]:
    a = t.arende.c
    return case((a.tillstand == BESLUTADE, BESLUTAD), else_=func.coalesce(a.hjalpte, UTAN))


def _som_lista(sats: Select[Any]) -> ColumnElement[Any]:
    """A question's rows as one value: a list of lists."""
    rader = sats.subquery()
    return select(func.coalesce(func.jsonb_agg(func.jsonb_build_array(*rader.c)), func.jsonb_build_array())).scalar_subquery()


def _orsaker() -> Select[Any]:
    """Few sets of causes are chosen: one row for each, with how many cases chose it."""
    x = LIKA.c
    return select(x.process, x.orsaker, func.sum(x.antal)).where(x.i_perioden, x.process.in_(MED_ORSAKER)).group_by(x.process, x.orsaker)


def _per_orsak(rader: Sequence[tuple[str, list[str] | None, int]]) -> tuple[dict[str, dict[str, int]], int, int]:
    per: dict[str, Counter[str]] = defaultdict(Counter)
    utredda = alla = 0
    for process, valda, antal in rader:
        alla += antal
        utredda += antal if valda is not None else 0
        for orsak in valda or ():
            per[orsak][process] += antal
    ordnade = sorted(per.items(), key=lambda x: (-x[1].total(), x[0]))
    return {orsak: dict(tal) for orsak, tal in ordnade}, utredda, alla


def fonster(slut: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The window that ends on that day, and the one before it."""
    nu, fore = slut - FONSTER + timedelta(days=1), slut - 2 * FONSTER + timedelta(days=1)
    return (nu, slut), (fore, nu - timedelta(days=1))


def _monster() -> Select[Any]:
    """What has come back in the latter window: what grows the most first."""
    x = LIKA.c
    ett = func.jsonb_array_elements_text(x.orsaker).table_valued(column("value", Text), name="orsak")
    antal, fore = (func.coalesce(func.sum(x.antal).filter(nar), 0) for nar in (x.nyss, x.fore))
    return (
        select(x.process, x.enhet, x.typ, ett.c.value, antal.label("antal"), fore.label("fore"))
        .join(ett, literal(True))
        .where(or_(x.nyss, x.fore), x.process.in_(MED_ORSAKER), or_(x.process.not_in(MED_TYP), x.typ.is_not(None)))
        .group_by(x.process, x.enhet, x.typ, ett.c.value)
        .having(antal >= bindparam("minst", type_=Integer))
        .order_by((antal - fore).desc(), antal.desc(), x.enhet, x.typ, ett.c.value)
    )


# -- measures ----------------------------------------------------------------------------------------------------------


def _klara() -> Select[Any]:
    """How many measures there are of the period's cases that no longer wait for theirs, by what was said of them."""
    x = LIKA.c
    klara = (x.i_perioden, x.process.in_(MED_ATGARDER), x.lage != BESLUTAD, x.atgarder > 0)
    return select(x.lage, func.sum(x.atgarder)).where(*klara).group_by(x.lage)


def _nummer(*bara: ColumnElement[bool]) -> ColumnElement[Any]:
    """Row numbers of the period's cases that may have measures, as PostgreSQL writes them: ten thousand numbers that go back where
    they came from are never Python's."""
    x = LIKA.c
    nummer = func.coalesce(func.string_agg(x.nummer, ","), "")
    return select(func.concat("{", nummer, "}")).where(x.i_perioden, x.process.in_(MED_ATGARDER), *bara).scalar_subquery()


def _bland(nummer: ColumnElement[str], kolumn: ColumnElement[int] = t.arende.c.id) -> ColumnElement[bool]:
    """Is the case one of those? As a value that isn't there yet when the question is planned: to look at it took as long as to answer."""
    lista = ARRAY(BigInteger)
    return kolumn == func.any(cast(select(cast(nummer, lista)).scalar_subquery(), lista))


def _en_och_en(*vilka: ColumnElement[bool]) -> CTE:
    """Each measure of those cases by its number, and how it goes with it where it was decided."""
    a = t.arende.c
    nr = func.generate_series(1, func.jsonb_array_length(a.atgarder)).label("nr")
    x = select(a.id, a.nummer, a.process, a.enhet, a.atgarder, _lage().label("lage"), nr).where(*vilka).subquery("x").c
    den = x.atgarder[x.nr - 1]
    lage = case((and_(x.lage == BESLUTAD, den["senast"].astext < bindparam("idag", type_=Text)), SEN), else_=x.lage)
    return select(x.id, x.nummer, x.process, x.enhet, x.nr, den.label("den"), den["senast"].astext.label("senast"), lage.label("lage")).cte("atgard")


def _kvar(kvar: CTE) -> Select[Any]:
    """How many of the measures that wait for theirs are late, and how many not yet."""
    return select(kvar.c.lage, func.count()).group_by(kvar.c.lage)


def _spritt_lage(idag: date) -> ColumnElement[str]:
    u = t.uppgift.c
    return case((u.klar.is_not(None), SVARAT), (u.senast < idag, SEN), else_=VANTAR)


def _spridda(conn: Connection, nummer: str, idag: date) -> dict[str, int]:
    """How it goes in other units with the measures of those cases. Which they are has passed the lock; it isn't asked for each
    task once more, since what is told is how many."""
    u = t.uppgift.c
    raknade = (func.count(u.klar), func.count().filter(_spritt_lage(idag) == SEN), func.count())
    with i_systemets_stalle(conn):
        svarat, sena, alla = conn.execute(select(*raknade).where(u.atgard.is_not(None), _bland(literal(nummer, Text), u.arende_id))).one()
    return {SVARAT: svarat, VANTAR: alla - svarat - sena, SEN: sena}


def _maskad(per: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers that are parts of a whole, the small ones hidden; all when the whole is small too."""
    dolda, dold_summa = maska({(k,): n for k, n in per.items()})
    return {k: None if (dold_summa and n) or (k,) in dolda else n for k, n in per.items()}


def maskade_orsaker(per: Mapping[str, Mapping[str, int]]) -> dict[str, int | None]:
    """The causes of all processes together, the small numbers hidden, and last."""
    per_orsak = _maskad({orsak: sum(tal.values()) for orsak, tal in per.items()})
    return dict(sorted(per_orsak.items(), key=lambda x: (x[1] is None, -(x[1] or 0), x[0])))


def _sidan_av_alla(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime, varden: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """A page that others than those overdue stand on."""
    inom = (*villkor(conn, s, aktor, replace(urval, aven_avslutade=True), nu), t.arende.c.process.in_(MED_ATGARDER))
    return conn.execute(_sida(_en_och_en(*inom)), varden).all()


class _PaSidan(NamedTuple):
    id: int
    nummer: str
    process: str
    enhet: str
    nr: int
    den: dict[str, Any]
    lage: str

    @property
    def kod(self) -> str:
        return f"{self.nummer}/{self.nr}"


def _sida(atgard: CTE) -> Select[Any]:
    """One page of the measures, those overdue first, then the latest day first."""
    x = atgard.c
    return (
        select(*(x[namn] for namn in _PaSidan._fields))
        .order_by((x.lage == SEN).desc(), x.senast.desc().nulls_last(), x.id, x.nr)
        .limit(bindparam("per_sida", type_=Integer))
        .offset(bindparam("hoppa_over", type_=Integer))
    )


def _matris(conn: Connection, sidans: Iterable[Sequence[Any]], idag: date) -> list[Atgard]:
    """Those measures one by one, with how each goes in every unit that it concerns. Their own words are told, since those are
    what spreads; nothing else of the case is."""
    u, visas = t.uppgift.c, [_PaSidan(*rad) for rad in sidans]
    spridda: dict[str, dict[str, str]] = defaultdict(dict)
    if visas:
        dessa = (u.arende_id.in_(sorted({x.id for x in visas})), u.atgard.in_(sorted(x.kod for x in visas)))
        for atgard, enhet, hur in conn.execute(select(u.atgard, u.enhet, _spritt_lage(idag)).where(*dessa)):
            spridda[atgard][enhet] = hur
    return [_atgard(x, spridda.get(x.kod, {})) for x in visas]


def _atgard(x: _PaSidan, spridda: Mapping[str, str]) -> Atgard:
    senast = date.fromisoformat(x.den["senast"]) if x.den.get("senast") else None
    return Atgard(x.kod, x.nummer, x.process, x.den.get("text") or "", senast, {x.enhet: x.lage, **spridda})


def enheter_i(s: Sammanhang, atgarder: Iterable[Atgard]) -> list[str]:
    """The units that any of the measures concerns, in the order of the organisation."""
    finns = {e for x in atgarder for e in x.per_enhet}
    return [e for e in s.kommun.enheter if e in finns]
