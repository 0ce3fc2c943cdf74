"""What comes back across units and processes: the causes, the patterns that repeat themselves, and what the measures led to.

Causes are sought at system level (krav B7), and a measure decided in one unit must reach all that could have the same fault
(B8). Everything is of cases that came in during a period, as they stand now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, column, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, villkor
from tjanster.arenden.urvalsvillkor import BESLUTADE, MED_ATGARDER
from tjanster.db import t
from tjanster.rapporter.maskning import maska

MED_ORSAKER = tuple(p.namn for p in PROCESSER.values() if "orsaker" in p.modell.beskrivna())
MED_TYP = tuple(namn for namn in MED_ORSAKER if "typ" in PROCESSER[namn].oppnas_med)
FONSTER = timedelta(days=90)
MINST = 3
"""So many alike in the window are a pattern."""
PER_SIDA = 20

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


def orsaker(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime
) -> tuple[dict[str, dict[str, int]], int, int]:
    """Cause → process → number, the most common first; how many cases have been looked into, and of how many. A case counts in
    each of its causes. aktor None: the whole municipality, for one who sees no cases."""
    a = t.arende.c
    # Few sets of causes are chosen, and the cases are wide: they are read once.
    sats = (
        select(a.process, a.orsaker, func.count())
        .where(*villkor(conn, s, aktor, _alla(urval), nu), a.process.in_(MED_ORSAKER))
        .group_by(a.process, a.orsaker)
    )
    per: dict[str, Counter[str]] = defaultdict(Counter)
    utredda = alla = 0
    for process, valda, antal in conn.execute(sats):
        alla += antal
        utredda += antal if valda is not None else 0
        for orsak in valda or ():
            per[orsak][process] += antal
    ordnade = sorted(per.items(), key=lambda x: (-x[1].total(), x[0]))
    return {orsak: dict(tal) for orsak, tal in ordnade}, utredda, alla


def _alla(urval: Urval) -> Urval:
    return replace(urval, aven_avslutade=True)


def fonster(slut: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The window that ends on that day, and the one before it."""
    nu, fore = slut - FONSTER + timedelta(days=1), slut - 2 * FONSTER + timedelta(days=1)
    return (nu, slut), (fore, nu - timedelta(days=1))


def monster(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, slut: date, minst: int = MINST) -> list[Monster]:
    """What has come back in the window that ends on `slut`: what grows the most first."""
    a = t.arende.c
    (nyss, sist), (forst, _) = fonster(slut)
    typ = case((a.process.in_(MED_TYP), a.typ))
    inom = (
        select(a.process, a.enhet, typ.label("typ"), a.orsaker.label("orsaker"), (a.dag >= nyss).label("nyss"))
        .where(*villkor(conn, s, aktor, replace(_alla(urval), inkom=(forst, sist)), nu), a.process.in_(MED_ORSAKER))
        .cte("inom")
    )
    i = inom.c
    ett = func.jsonb_array_elements_text(i.orsaker).table_valued(column("value", Text), name="orsak")
    antal, fore = func.count().filter(i.nyss), func.count().filter(~i.nyss)
    sats = (
        select(i.process, i.enhet, i.typ, ett.c.value, antal, fore)
        .join(ett, literal(True))
        .where(or_(i.process.not_in(MED_TYP), i.typ.is_not(None)))
        .group_by(i.process, i.enhet, i.typ, ett.c.value)
        .having(antal >= minst)
        .order_by((antal - fore).desc(), antal.desc(), i.enhet, i.typ, ett.c.value)
    )
    return [Monster(*r) for r in conn.execute(sats)]


# -- measures ----------------------------------------------------------------------------------------------------------


def _atgarder(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime) -> tuple[Any, Any]:
    """Each measure of the selection's cases as a row: the case table and the measures, to select from."""
    a = t.arende.c
    varje = func.jsonb_array_elements(a.atgarder)
    rader = varje.table_valued(column("value", JSONB), with_ordinality="nr").render_derived(name="atgard")
    bas = select().select_from(t.arende.join(rader, literal(True)))
    return bas.where(*villkor(conn, s, aktor, _alla(urval), nu), a.process.in_(MED_ATGARDER)), rader.c


def _eget_lage(senast: Any, idag: date) -> ColumnElement[str]:
    """How it goes with a measure where it was decided."""
    a = t.arende.c
    kvar = a.tillstand == BESLUTADE
    return case(
        (and_(kvar, senast < idag.isoformat()), SEN), (kvar, BESLUTAD), else_=func.coalesce(a.hjalpte, UTAN)
    )


def _spritt_lage(idag: date) -> ColumnElement[str]:
    u = t.uppgift.c
    return case((u.klar.is_not(None), SVARAT), (u.senast < idag, SEN), else_=VANTAR)


def rakning(conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, *, maskad: bool = False) -> Rakning:
    """How many measures there are of each state, counted by the database. maskad: small numbers hidden, with others so that
    they can't be worked out."""
    idag, (bas, x) = nu.date(), _atgarder(conn, s, aktor, urval, nu)
    lage = _eget_lage(x.value["senast"].astext, idag)
    egna = dict.fromkeys((BESLUTAD, SEN, "ja", "delvis", "nej", UTAN), 0)
    egna |= {r[0]: r[1] for r in conn.execute(bas.add_columns(lage.label("lage"), func.count()).group_by("lage"))}
    a, u = t.arende.c, t.uppgift.c
    spritt = _spritt_lage(idag)
    sats = (
        select(spritt.label("lage"), func.count())
        .join(t.arende, a.id == u.arende_id)
        .where(u.atgard.is_not(None), *villkor(conn, s, aktor, _alla(urval), nu), a.process.in_(MED_ATGARDER))
        .group_by("lage")
    )
    spridda = dict.fromkeys((SVARAT, VANTAR, SEN), 0) | {r[0]: r[1] for r in conn.execute(sats)}
    return Rakning(_maskad(egna), _maskad(spridda)) if maskad else Rakning(egna, spridda)


def _maskad(per: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers that are parts of a whole, the small ones hidden; all when the whole is small too."""
    dolda, dold_summa = maska({(k,): n for k, n in per.items()})
    return {k: None if (dold_summa and n) or (k,) in dolda else n for k, n in per.items()}


def maskade_orsaker(per: Mapping[str, Mapping[str, int]]) -> dict[str, int | None]:
    """The causes of all processes together, the small numbers hidden, and last."""
    per_orsak = _maskad({orsak: sum(tal.values()) for orsak, tal in per.items()})
    return dict(sorted(per_orsak.items(), key=lambda x: (x[1] is None, -(x[1] or 0), x[0])))


def matris(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime, sida: int = 1) -> list[Atgard]:
    """The measures one by one, those overdue first, then the latest day first, with how each goes in every unit that it
    concerns. Their own words are told, since those are what spreads; nothing else of the case is."""
    idag, (bas, x), a, u = nu.date(), _atgarder(conn, s, aktor, urval, nu), t.arende.c, t.uppgift.c
    lage, kod = _eget_lage(x.value["senast"].astext, idag), a.nummer + "/" + cast(x.nr, Text)
    sats = bas.add_columns(
        kod.label("kod"), a.id, a.nummer, a.process, a.enhet, lage.label("lage"), x.value["text"].astext.label("text"),
        x.value["senast"].astext.label("senast"),
    ).order_by(
        (lage == SEN).desc(), x.value["senast"].astext.desc().nulls_last(), a.id, x.nr
    ).limit(PER_SIDA).offset((sida - 1) * PER_SIDA)  # fmt: skip
    rader = conn.execute(sats).all()
    uppgifter = conn.execute(
        select(u.atgard, u.enhet, _spritt_lage(idag))
        .where(u.arende_id.in_(sorted({r.id for r in rader})), u.atgard.in_([r.kod for r in rader]))
    ).all() if rader else []  # fmt: skip
    spridda: dict[str, dict[str, str]] = {}
    for atgard, enhet, hur in uppgifter:
        spridda.setdefault(atgard, {})[enhet] = hur
    return [
        Atgard(
            r.kod, r.nummer, r.process, r.text or "", date.fromisoformat(r.senast) if r.senast else None,
            {r.enhet: r.lage, **spridda.get(r.kod, {})},
        )
        for r in rader
    ]  # fmt: skip


def enheter_i(s: Sammanhang, atgarder: Iterable[Atgard]) -> list[str]:
    """The units that any of the measures concerns, in the order of the organisation."""
    finns = {e for x in atgarder for e in x.per_enhet}
    return [e for e in s.kommun.enheter if e in finns]
