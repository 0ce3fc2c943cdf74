"""What comes back across units and processes: the causes, the patterns that repeat themselves, and what the measures led to.

Causes are sought at system level (krav B7), and a measure decided in one unit must reach all that could have the same fault
(B8). Everything is of cases that came in during a period, as they stand now. The cases are read once, and all is counted
of what was read: behind the database's own lock a year's cases are what takes time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
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
    inom = _inom(conn, s, aktor, urval, nu, slut)
    atgard = _atgarder(inom, nu.date())
    delar = [_orsaker(inom), _monster(inom, slut, minst), _egna(atgard)]
    if aktor:
        delar.append(_sida(atgard, sida))
    rad = conn.execute(select(*(_som_lista(x) for x in delar), _med_atgarder(inom))).one()
    per, utredda, alla = _per_orsak(rad[0])
    egna = dict.fromkeys((BESLUTAD, SEN, "ja", "delvis", "nej", UTAN), 0) | dict(rad[2])
    spridda = dict.fromkeys((SVARAT, VANTAR, SEN), 0) | _spridda(conn, rad[-1], nu.date())
    tal = Rakning(egna, spridda) if aktor else Rakning(_maskad(egna), _maskad(spridda))
    matris = _matris(conn, rad[3], nu.date()) if aktor else []
    return Overblick(per, utredda, alla, [Monster(*m) for m in rad[1]], tal, matris)


def orsaker(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime) -> dict[str, dict[str, int]]:
    """The causes alone."""
    sats = select(_som_lista(_orsaker(_inom(conn, s, aktor, urval, nu))))
    return _per_orsak(conn.execute(sats).scalar_one())[0]


def _inom(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, slut: date | None = None) -> CTE:
    """The cases of the period, as far as they are counted, and of the two windows when their last day is given."""
    a, (fran, till) = t.arende.c, urval.inkom
    assert fran is not None
    assert till is not None
    dagar = (min(fran, fonster(slut)[1][0]), max(till, slut)) if slut else (fran, till)
    brett = replace(urval, aven_avslutade=True, inkom=dagar)
    return (
        select(
            a.id, a.nummer, a.process, a.enhet, a.dag, a.orsaker, a.atgarder, a.tillstand, a.hjalpte,
            case((a.process.in_(MED_TYP), a.typ)).label("typ"), a.dag.between(fran, till).label("i_perioden"),
        )
        .where(*villkor(conn, s, aktor, brett, nu), a.process.in_({*MED_ORSAKER, *MED_ATGARDER}))
        .cte("inom")
    )  # fmt: skip


def _som_lista(sats: Select[Any]) -> ColumnElement[Any]:
    """A question's rows as one value: a list of lists."""
    rader = sats.subquery()
    return select(func.coalesce(func.jsonb_agg(func.jsonb_build_array(*rader.c)), func.jsonb_build_array())).scalar_subquery()


def _orsaker(inom: CTE) -> Select[Any]:
    """Few sets of causes are chosen: one row for each, with how many cases chose it."""
    i = inom.c
    return select(i.process, i.orsaker, func.count()).where(i.i_perioden, i.process.in_(MED_ORSAKER)).group_by(i.process, i.orsaker)


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


def _monster(inom: CTE, slut: date, minst: int) -> Select[Any]:
    """What has come back in the window that ends on `slut`: what grows the most first."""
    i, ((nyss, _), (forst, _)) = inom.c, fonster(slut)
    ett = func.jsonb_array_elements_text(i.orsaker).table_valued(column("value", Text), name="orsak")
    antal, fore = func.count().filter(i.dag >= nyss), func.count().filter(i.dag < nyss)
    return (
        select(i.process, i.enhet, i.typ, ett.c.value, antal.label("antal"), fore.label("fore"))
        .join(ett, literal(True))
        .where(i.dag.between(forst, slut), i.process.in_(MED_ORSAKER), or_(i.process.not_in(MED_TYP), i.typ.is_not(None)))
        .group_by(i.process, i.enhet, i.typ, ett.c.value)
        .having(antal >= minst)
        .order_by((antal - fore).desc(), antal.desc(), i.enhet, i.typ, ett.c.value)
    )


# -- measures ----------------------------------------------------------------------------------------------------------


def _atgarder(inom: CTE, idag: date) -> CTE:
    """Each measure of the period's cases, and how it goes with it where it was decided."""
    i = inom.c
    x = func.jsonb_array_elements(i.atgarder).table_valued(column("value", JSONB), with_ordinality="nr").render_derived(name="x")
    senast, kvar = x.c.value["senast"].astext, i.tillstand == BESLUTADE
    lage = case((and_(kvar, senast < idag.isoformat()), SEN), (kvar, BESLUTAD), else_=func.coalesce(i.hjalpte, UTAN))
    return (
        select(i.id, x.c.nr, lage.label("lage"), senast.label("senast"))
        .join(x, literal(True))
        .where(i.i_perioden, i.process.in_(MED_ATGARDER))
        .cte("atgard")
    )


def _egna(atgard: CTE) -> Select[Any]:
    return select(atgard.c.lage, func.count()).group_by(atgard.c.lage)


def _spritt_lage(idag: date) -> ColumnElement[str]:
    u = t.uppgift.c
    return case((u.klar.is_not(None), SVARAT), (u.senast < idag, SEN), else_=VANTAR)


def _med_atgarder(inom: CTE) -> ColumnElement[Any]:
    """Row numbers of the period's cases that may have measures."""
    i = inom.c
    return select(func.array_agg(i.id)).where(i.i_perioden, i.process.in_(MED_ATGARDER)).scalar_subquery()


def _spridda(conn: Connection, arenden: Sequence[int] | None, idag: date) -> dict[str, int]:
    """How it goes in other units with the measures of those cases. Which they are has passed the lock; it isn't asked for each
    task once more, since what is told is how many."""
    u, lage = t.uppgift.c, _spritt_lage(idag)
    vilka = u.arende_id == func.any(literal(arenden or [], ARRAY(BigInteger)))
    sats = select(lage.label("lage"), func.count().label("antal")).where(u.atgard.is_not(None), vilka).group_by("lage")
    with i_systemets_stalle(conn):
        return {rad.lage: rad.antal for rad in conn.execute(sats)}


def _maskad(per: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers that are parts of a whole, the small ones hidden; all when the whole is small too."""
    dolda, dold_summa = maska({(k,): n for k, n in per.items()})
    return {k: None if (dold_summa and n) or (k,) in dolda else n for k, n in per.items()}


def maskade_orsaker(per: Mapping[str, Mapping[str, int]]) -> dict[str, int | None]:
    """The causes of all processes together, the small numbers hidden, and last."""
    per_orsak = _maskad({orsak: sum(tal.values()) for orsak, tal in per.items()})
    return dict(sorted(per_orsak.items(), key=lambda x: (x[1] is None, -(x[1] or 0), x[0])))


def _sida(atgard: CTE, sida: int) -> Select[Any]:
    """One page of the measures, those overdue first, then the latest day first."""
    x = atgard.c
    return (
        select(x.id, x.nr, x.lage)
        .order_by((x.lage == SEN).desc(), x.senast.desc().nulls_last(), x.id, x.nr)
        .limit(PER_SIDA)
        .offset((sida - 1) * PER_SIDA)
    )


def _matris(conn: Connection, sidans: Sequence[tuple[int, int, str]], idag: date) -> list[Atgard]:
    """Those measures one by one, with how each goes in every unit that it concerns. Their own words are told, since those are
    what spreads; nothing else of the case is."""
    if not sidans:
        return []
    a, u = t.arende.c, t.uppgift.c
    arenden = {
        r.id: r for r in conn.execute(
            select(a.id, a.nummer, a.process, a.enhet, a.atgarder).where(a.id.in_(sorted({id_ for id_, _, _ in sidans})))
        )
    }  # fmt: skip
    koder = {(id_, nr): f"{arenden[id_].nummer}/{nr}" for id_, nr, _ in sidans if id_ in arenden}
    spridda: dict[str, dict[str, str]] = defaultdict(dict)
    for atgard, enhet, hur in conn.execute(
        select(u.atgard, u.enhet, _spritt_lage(idag)).where(u.arende_id.in_(sorted(arenden)), u.atgard.in_(sorted(koder.values())))
    ):
        spridda[atgard][enhet] = hur
    return [_atgard(arenden[id_], koder[id_, nr], nr, lage, spridda) for id_, nr, lage in sidans if id_ in arenden]


def _atgard(arende: Any, kod: str, nr: int, lage: str, spridda: Mapping[str, Mapping[str, str]]) -> Atgard:
    den = arende.atgarder[nr - 1]
    senast = date.fromisoformat(den["senast"]) if den.get("senast") else None
    return Atgard(kod, arende.nummer, arende.process, den.get("text") or "", senast, {arende.enhet: lage, **spridda.get(kod, {})})


def enheter_i(s: Sammanhang, atgarder: Iterable[Atgard]) -> list[str]:
    """The units that any of the measures concerns, in the order of the organisation."""
    finns = {e for x in atgarder for e in x.per_enhet}
    return [e for e in s.kommun.enheter if e in finns]
