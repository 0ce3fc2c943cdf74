"""All reads: lists by nearest limit, search, and one whole case. Everything goes through the circle of who may see."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    and_,
    any_,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from arbetsfloden import PROCESSER, visa
from tjanster.arenden.behorighet import Aktor, handlagger, synliga
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.krets import Krets
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokfraga import fragan
from tjanster.arenden.urvalsvillkor import ar_nara, ar_sent, urvalsvillkor
from tjanster.db import t

SIDA = 50
MANGA = 1000
"""From so many on, walking the limits is quicker than sorting the cases."""


class Arenderad(NamedTuple):
    """One case in a list."""

    nummer: str
    process: str
    sort: str
    kort: str
    tillstand: str
    tillstand_text: str
    enhet: str
    enhet_namn: str
    dag: date
    frist: str | None
    frist_rubrik: str | None
    forfaller: date | None
    sen: bool
    pausad: bool
    handlaggare: int | None
    handlaggare_namn: str | None
    version: int
    oppet: bool


@dataclass(frozen=True)
class Ordning:
    """In which order a list stands: one of ORDNINGAR, from the top or turned round."""

    namn: str = "frist"
    fallande: bool = False


ORDNINGAR = ("frist", "arende", "enhet", "tillstand", "handlaggare", "dag")


@dataclass(frozen=True)
class Urval:
    """What a list should hold. None = no such filter. `sena`: only those whose limit has passed; `nara`: due on that day at
    the latest, and not late; `fran_dag`, `till_dag`: the nearest limit is due within those days; `vilande`: also those where
    nothing is waited for.

    `inkom`, `klara`: first and last day of when they came in, or were done with, either may be None. `langre_an`: took more days
    than that. `typ`, `orsak`: by those fields. `ej_uppfoljda`: measures that should have been taken by then are not followed up."""

    process: str | None = None
    tillstand: str | None = None
    enheter: frozenset[str] | None = None
    handlaggare: int | None = None
    utan_handlaggare: bool = False
    aven_avslutade: bool = False
    bara_avslutade: bool = False
    vilande: bool = False
    sena: bool = False
    fran_dag: date | None = None
    till_dag: date | None = None
    text: str | None = None
    nara: date | None = None
    inkom: tuple[date | None, date | None] = (None, None)
    klara: tuple[date | None, date | None] = (None, None)
    langre_an: int | None = None
    typ: str | None = None
    orsak: str | None = None
    ej_uppfoljda: date | None = None

    @property
    def efter_frist(self) -> bool:
        """Is the day of a case's nearest limit asked about?"""
        return self.fran_dag is not None or self.till_dag is not None


def villkor(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, f: Any = None
) -> list[ColumnElement[bool]]:
    """The selection as conditions over the case table. f: each case's nearest limit, when the selection asks for its day."""
    a = t.arende.c
    ut: list[ColumnElement[bool]] = [synliga(aktor, s.kommun) if aktor is not None else true()]
    if not urval.aven_avslutade:
        # What is not done with is not closed either: said too, so that the database may go by the officer.
        ut += [a.avslutad.is_(None)] if urval.vilande else [a.klardag.is_(None), a.avslutad.is_(None)]
    elif urval.bara_avslutade:
        ut.append(a.avslutad.is_not(None))
    for kolumn, varde in ((a.process, urval.process), (a.tillstand, urval.tillstand), (a.handlaggare, urval.handlaggare)):
        if varde is not None:
            ut.append(kolumn == varde)
    if urval.enheter is not None:
        ut.append(a.enhet.in_(sorted(urval.enheter)))
    if urval.utan_handlaggare:
        ut.append(a.handlaggare.is_(None))
    ut += urvalsvillkor(urval, nu)
    if urval.fran_dag is not None:
        ut.append(f.c.forfaller >= urval.fran_dag)
    if urval.till_dag is not None:
        ut.append(f.c.forfaller <= urval.till_dag)
    if urval.text:
        ut.append(_sokt(conn, s, urval.text))
    return ut


def _sokt(conn: Connection, s: Sammanhang, text: str) -> ColumnElement[bool]:
    sats = fragan(conn, s, text).sats
    traff = func.vaka_sok(cast(sats, TSQUERY)).table_valued(column("id"), column("rang"))
    return t.arende.c.id.in_(select(traff.c.id)) if sats else false()


@cache
def _narmast() -> Any:
    """The nearest open limit of each case."""
    f = t.frist.c
    return (
        select(f.namn, f.slag, f.start, f.forfaller, f.forfaller_tid, f.status)
        .where(f.arende_id == t.arende.c.id, f.status.in_(("lopande", "pausad")))
        .order_by((f.status == "pausad"), f.forfaller.nulls_last(), f.forfaller_tid.nulls_last(), f.id)
        .limit(1)
        .lateral("f")
    )


def _bas(kolumner: list[Any], f: Any) -> Select[Any]:
    a, n = t.arende, t.anvandare
    return select(*kolumner).select_from(a.outerjoin(f, true()).outerjoin(n, n.c.id == a.c.handlaggare))


def lista(
    conn: Connection,
    s: Sammanhang,
    aktor: Aktor | None,
    urval: Urval,
    nu: datetime,
    *,
    sida: int = 1,
    per_sida: int = SIDA,
    extra: ColumnElement[bool] | None = None,
    ordning: Ordning = Ordning(),
    hur_manga: int | None = None,
) -> list[Arenderad]:
    """Cases by nearest due day, late first, unless `ordning` says otherwise; those to be done at once by the day they began. aktor
    None: the whole municipality (command line and reports). hur_manga: how many there are, when that is known."""
    start = (sida - 1) * per_sida
    if urval.aven_avslutade and not urval.bara_avslutade:
        ids = _oppna_och_slutna(conn, s, aktor, urval, nu, start, per_sida, extra, ordning)
    else:
        ids = _ordnade(conn, s, aktor, urval, nu, start, per_sida, extra, ordning, hur_manga)
    return list(med_id(conn, s, ids, nu).values())


def med_id(conn: Connection, s: Sammanhang, ids: Sequence[int], nu: datetime) -> dict[int, Arenderad]:
    """Row number → case, in the order of `ids`, as far as the connection's person may see them."""
    if not ids:
        return {}
    a, f = t.arende.c, _narmast()
    kolumner = [
        a.id, a.nummer, a.process, a.tillstand, a.enhet, a.dag, a.uppgifter, a.version, a.avslutad, a.handlaggare,
        t.anvandare.c.namn.label("handlaggare_namn"), f.c.namn.label("frist"), f.c.slag, f.c.forfaller, f.c.forfaller_tid,
        f.c.status,
    ]  # fmt: skip
    rader = {r["id"]: r for r in conn.execute(_bas(kolumner, f).where(a.id == any_(literal(list(ids), ARRAY(BigInteger))))).mappings()}
    return {i: _rad(s, rader[i], nu) for i in ids if i in rader}


def _oppna_och_slutna(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, start: int, antal_: int,
    extra: ColumnElement[bool] | None, ordning: Ordning,
) -> list[int]:  # fmt: skip
    """Open ones come before closed ones, so that a page is mostly of one sort, and each has its own way."""
    oppna = replace(urval, aven_avslutade=False, vilande=True)
    ids = _ordnade(conn, s, aktor, oppna, nu, start, antal_, extra, ordning)
    if len(ids) < antal_:
        fore = start + len(ids) if ids else antal(conn, s, aktor, oppna, nu, extra)
        slutna = replace(urval, bara_avslutade=True)
        ids += _ordnade(conn, s, aktor, slutna, nu, max(0, start - fore), antal_ - len(ids), extra, ordning)
    return ids


def _ordnade(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, start: int, antal_: int,
    extra: ColumnElement[bool] | None, ordning: Ordning, hur_manga: int | None = None,
) -> list[int]:  # fmt: skip
    """Row numbers of one page. Where there are many, the limits are walked from the nearest on until the page is full;
    else every case's nearest limit is looked up and they are sorted. Only then are the cases themselves read."""
    f = _narmast()
    valda = [*villkor(conn, s, aktor, urval, nu, f), *_om(extra)]
    efter_frist = ordning.namn == "frist" and not urval.bara_avslutade
    if efter_frist and not ordning.fallande and not urval.efter_frist and urval.text is None:
        if hur_manga is None:
            borjan = select(literal(1)).select_from(t.arende).where(*valda).limit(MANGA).subquery()
            hur_manga = conn.execute(select(func.count()).select_from(borjan)).scalar_one()
        if hur_manga >= MANGA:
            # PostgreSQL can't know how few limits it takes to fill a page among so many.
            conn.execute(select(func.set_config("enable_sort", "off", True)))
            ids = list(conn.execute(_vandra(valda).limit(antal_).offset(start)).scalars())
            conn.execute(select(func.set_config("enable_sort", "on", True)))
            if len(ids) == antal_:  # what has no limit comes last, and is not walked by
                return ids
    fran = t.arende
    if efter_frist or urval.efter_frist:
        fran = fran.outerjoin(f, true())
    if ordning.namn == "handlaggare":
        fran = fran.outerjoin(t.anvandare, t.anvandare.c.id == t.arende.c.handlaggare)
    nycklar = _ordna(s, ordning, f) if ordning.namn != "frist" or efter_frist else [t.arende.c.id]
    return list(conn.execute(select(t.arende.c.id).select_from(fran).where(*valda).order_by(*nycklar).limit(antal_).offset(start)).scalars())


def _vandra(valda: list[ColumnElement[bool]]) -> Select[Any]:
    """The open limits by day, each the nearest of its case: the same order as sorting gives."""
    f, g = t.frist.alias("v"), t.frist.alias("g")
    oppen = ("lopande", "pausad")

    def narhet(x: Any) -> Any:
        return tuple_(x.c.status == "pausad", func.coalesce(x.c.forfaller, cast("infinity", Date)), x.c.id)

    narmare = select(literal(1)).where(g.c.arende_id == f.c.arende_id, g.c.status.in_(oppen), narhet(g) < narhet(f)).exists()
    return (
        select(f.c.arende_id)
        .select_from(f.join(t.arende, t.arende.c.id == f.c.arende_id))
        .where(f.c.status.in_(oppen), ~narmare, *valda)
        .order_by(func.coalesce(f.c.forfaller, f.c.start), f.c.arende_id)
    )


def _ordna(s: Sammanhang, ordning: Ordning, f: Any) -> list[ColumnElement[Any]]:
    """What people read decides the order, not the codes behind it; å, ä and ö come last."""
    a = t.arende.c

    def i_ordning(kolumn: Any, texter: dict[str, str]) -> ColumnElement[Any]:
        koder = sorted(texter, key=lambda kod: svensk_ordning(texter[kod]))
        return func.array_position(literal(koder, ARRAY(String)), kolumn)

    efter: dict[str, Callable[[], ColumnElement[Any]]] = {
        # What is to be done at once has no last day; it stands where the day it began would put it, never at the end.
        "frist": lambda: func.coalesce(f.c.forfaller, f.c.start),
        "arende": lambda: i_ordning(a.process, {p.namn: p.ental for p in PROCESSER.values()}),
        "enhet": lambda: i_ordning(a.enhet, {kod: e.namn for kod, e in s.kommun.enheter.items()}),
        "tillstand": lambda: i_ordning(a.tillstand, {k: v for p in PROCESSER.values() for k, v in p.tillstand.items()}),
        "handlaggare": lambda: func.translate(func.lower(t.anvandare.c.namn), "åäö", "{|}").collate("C"),
        "dag": lambda: a.dag,
    }
    uttryck = efter[ordning.namn]()
    return [(uttryck.desc() if ordning.fallande else uttryck).nulls_last(), a.id]


def svensk_ordning(text: str) -> str:
    """By which Swedish words are sorted."""
    return text.casefold().translate(str.maketrans("åäö", "{|}"))


def antal(
    conn: Connection,
    s: Sammanhang,
    aktor: Aktor | None,
    urval: Urval,
    nu: datetime,
    extra: ColumnElement[bool] | None = None,
) -> int:
    """How many the same list holds."""
    f = _narmast()
    fran = t.arende.outerjoin(f, true()) if urval.efter_frist else t.arende
    sats = select(func.count()).select_from(fran).where(*villkor(conn, s, aktor, urval, nu, f), *_om(extra))
    return int(conn.execute(sats).scalar_one())


def _om(extra: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    return [] if extra is None else [extra]


def _rad(s: Sammanhang, r: Any, nu: datetime) -> Arenderad:
    process = PROCESSER[r["process"]]
    sen = r["status"] == "lopande" and (
        nu > r["forfaller_tid"] if r["forfaller_tid"] else r["forfaller"] is not None and nu.date() > r["forfaller"]
    )
    return Arenderad(
        nummer=r["nummer"],
        process=process.namn,
        sort=process.ental,
        kort=kort(s, process.namn, r["uppgifter"]),
        tillstand=r["tillstand"],
        tillstand_text=process.tillstand[r["tillstand"]],
        enhet=r["enhet"],
        enhet_namn=s.kommun.enheter[r["enhet"]].namn if r["enhet"] in s.kommun.enheter else r["enhet"],
        dag=r["dag"],
        frist=r["frist"],
        frist_rubrik=frist_rubrik(s, process.namn, r["frist"], r["slag"]),
        forfaller=r["forfaller"],
        sen=bool(sen),
        pausad=r["status"] == "pausad",
        handlaggare=r["handlaggare"],
        handlaggare_namn=r["handlaggare_namn"],
        version=r["version"],
        oppet=r["avslutad"] is None,
    )


def frist_rubrik(s: Sammanhang, process: str, frist: str | None, slag: str = "lag") -> str | None:
    """The limit's title; a goal beside the law says that it is one."""
    if frist is None:
        return None
    poster = s.regelverk.frister(process)
    return (poster[frist].rubrik if frist in poster else frist) + (" (kommunens mål)" if slag == "mal" else "")


def kort(s: Sammanhang, process: str, uppgifter: dict[str, Any]) -> str:
    """A case in a few words: its coded fields, never its free text."""
    p = PROCESSER[process]
    delar = [
        visa(p, namn, uppgifter[namn], s.listor)
        for namn, f in p.modell.beskrivna().items()
        if f.slag == "val" and f.lista and namn in p.oppnas_med and uppgifter.get(namn)
    ]
    return " · ".join(delar)


def handlaggare_i(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime) -> dict[str, str]:
    """Who handles open cases in the units of the selection, by name: account → name."""
    a, n = t.arende.c, t.anvandare.c
    sats = (
        select(n.id, n.namn)
        .join(t.arende, a.handlaggare == n.id)
        .where(*villkor(conn, s, aktor, Urval(enheter=urval.enheter), nu), n.id != aktor.id)
        .distinct()
        .order_by(n.namn)
    )
    return {str(r.id): r.namn for r in conn.execute(sats)}


def mina(conn: Connection, bemanning: Bemanning, aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: cases whose next step this person owns — its officer, or the owner of a case that has none."""
    a = t.arende.c
    return or_(handlagger(aktor, bemanning.kommun, a.handlaggare, a.enhet), att_fordela(conn, bemanning, aktor))


def att_fordela(conn: Connection, bemanning: Bemanning, aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: cases without officer that this person owns. Most have the circle of their unit, so that the unit tells; the few
    that name persons or keep some out are asked one by one."""
    a = t.arende.c
    utan = and_(a.handlaggare.is_(None), a.avslutad.is_(None))
    egen = or_(a.krets.is_not(None), func.cardinality(a.javiga) > literal_column("0"))
    agda = sorted(bemanning.enheter_agda_av(aktor.id))
    sarskilda = [
        r.id
        for r in conn.execute(select(a.id, a.enhet, a.krets, a.javiga).where(utan, egen))
        if aktor.id in {p.id for p in bemanning.agare(r.enhet, None, Krets.av(r)).personer}
    ]
    return and_(utan, or_(and_(a.enhet.in_(agda), ~egen), a.id.in_(sarskilda)))


def hitta_id(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None) -> int | None:
    """The row of a case that the person may see; None otherwise."""
    a = t.arende.c
    sats = select(a.id).where(a.nummer == nummer)
    if aktor is not None:
        sats = sats.where(synliga(aktor, s.kommun))
    return conn.execute(sats).scalar_one_or_none()


class Brattom(NamedTuple):
    """What is late or near in one unit: how many of each, and the rows of all, the nearest limit first."""

    sena: int
    nara: int
    ids: list[int]


def sena_per_enhet(
    conn: Connection, s: Sammanhang, aktor: Aktor, enheter: frozenset[str], horisont: date, nu: datetime
) -> dict[str, Brattom]:
    """Unit → what is late or near among the cases that the person may see; near = due on `horisont` at the latest."""
    a, f = t.arende.c, _narmast()
    sent, nara = ar_sent(nu), ar_nara(nu, horisont)
    sats = (
        select(a.enhet, a.id, sent)
        .select_from(t.arende.outerjoin(f, true()))
        .where(*villkor(conn, s, aktor, Urval(enheter=enheter), nu), or_(sent, nara))
        .order_by(*_ordna(s, Ordning(), f))
    )
    per: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for enhet, i, ar_sen in conn.execute(sats):
        per[enhet].append((i, ar_sen))
    return {
        enhet: Brattom(sum(x for _, x in alla), sum(not x for _, x in alla), [i for i, _ in alla]) for enhet, alla in per.items()
    }


def tysta_enheter(conn: Connection, enheter: frozenset[str], idag: date, dagar: int = 90) -> frozenset[str]:
    """Units that have reported no deviation for so long: underreporting must show (krav A9)."""
    a = t.arende.c
    har = set(
        conn.execute(
            select(a.enhet)
            .where(a.process == "avvikelse", a.dag >= idag - timedelta(days=dagar), a.enhet.in_(sorted(enheter)))
            .distinct()
        ).scalars()
    )
    return enheter - har
