"""All reads: lists by nearest limit, search, and one whole case. Everything goes through the circle of who may see."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    true,
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


def villkor(
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime, f: Any = None
) -> list[ColumnElement[bool]]:
    """The selection as conditions over the case table. f: each case's nearest limit, when the selection asks for its day."""
    a = t.arende.c
    ut: list[ColumnElement[bool]] = [synliga(aktor, s.kommun) if aktor is not None else true()]
    if not urval.aven_avslutade:
        ut.append(a.avslutad.is_(None) if urval.vilande else a.klardag.is_(None))
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
) -> list[Arenderad]:
    """Cases by nearest due day, late first, unless `ordning` says otherwise; those to be done at once by the day they began. aktor
    None: the whole municipality (command line and reports)."""
    a, f = t.arende.c, _narmast()
    kolumner = [
        a.nummer, a.process, a.tillstand, a.enhet, a.dag, a.uppgifter, a.version, a.avslutad, a.handlaggare,
        t.anvandare.c.namn.label("handlaggare_namn"), f.c.namn.label("frist"), f.c.slag, f.c.forfaller, f.c.forfaller_tid,
        f.c.status,
    ]  # fmt: skip
    sats = (
        _bas(kolumner, f)
        .where(*villkor(conn, s, aktor, urval, nu, f), *([extra] if extra is not None else []))
        .order_by(*_ordna(s, ordning, f))
        .limit(per_sida)
        .offset((sida - 1) * per_sida)
    )
    return [_rad(s, r, nu) for r in conn.execute(sats).mappings()]


def _ordna(s: Sammanhang, ordning: Ordning, f: Any) -> list[ColumnElement[Any]]:
    """What people read decides the order, not the codes behind it; å, ä and ö come last."""
    a = t.arende.c

    def i_ordning(kolumn: Any, texter: dict[str, str]) -> ColumnElement[Any]:
        koder = sorted(texter, key=lambda kod: svensk_ordning(texter[kod]))
        return func.array_position(literal(koder, ARRAY(String)), kolumn)

    efter: dict[str, ColumnElement[Any]] = {
        # What is to be done at once has no last day; it stands where the day it began would put it, never at the end.
        "frist": func.coalesce(f.c.forfaller, f.c.start),
        "arende": i_ordning(a.process, {p.namn: p.ental for p in PROCESSER.values()}),
        "enhet": i_ordning(a.enhet, {kod: e.namn for kod, e in s.kommun.enheter.items()}),
        "tillstand": i_ordning(a.tillstand, {k: v for p in PROCESSER.values() for k, v in p.tillstand.items()}),
        "handlaggare": func.translate(func.lower(t.anvandare.c.namn), "åäö", "{|}").collate("C"),
        "dag": a.dag,
    }
    uttryck = efter[ordning.namn]
    return [a.avslutad.is_not(None), (uttryck.desc() if ordning.fallande else uttryck).nulls_last(), a.id]


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
    # The nearest limit of each case is looked up only when it is asked for: it costs more than the counting.
    bas = _bas([func.count()], f) if urval.fran_dag or urval.till_dag else select(func.count()).select_from(t.arende)
    sats = bas.where(*villkor(conn, s, aktor, urval, nu, f), *([extra] if extra is not None else []))
    return int(conn.execute(sats).scalar_one())


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
    egen = or_(a.krets.is_not(None), func.cardinality(a.javiga) > 0)
    agda = sorted(bemanning.enheter_agda_av(aktor.id))
    sarskilda = [
        r.id
        for r in conn.execute(select(a.id, a.enhet, a.krets, a.javiga).where(utan, egen))
        if aktor.id in {p.id for p in bemanning.agare(r.enhet, None, Krets.av(r)).personer}
    ]
    return and_(utan, or_(and_(a.enhet.in_(agda), ~egen), a.id.in_(sarskilda)))


def rapporterade_av(aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: cases that this person reported."""
    return t.arende.c.registrerad_av == aktor.id


def hitta_id(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None) -> int | None:
    """The row of a case that the person may see; None otherwise."""
    a = t.arende.c
    sats = select(a.id).where(a.nummer == nummer)
    if aktor is not None:
        sats = sats.where(synliga(aktor, s.kommun))
    return conn.execute(sats).scalar_one_or_none()


def sena_per_enhet(
    conn: Connection, s: Sammanhang, aktor: Aktor, enheter: frozenset[str], horisont: date, nu: datetime
) -> dict[str, tuple[int, int]]:
    """Unit → (late, near) among the cases that the person may see; near = due on `horisont` at the latest."""
    a = t.arende.c
    sent, nara = ar_sent(nu), ar_nara(nu, horisont)
    sats = (
        select(a.enhet, func.count().filter(sent), func.count().filter(nara))
        .where(*villkor(conn, s, aktor, Urval(enheter=enheter), nu), or_(sent, nara))
        .group_by(a.enhet)
    )
    return {r[0]: (r[1], r[2]) for r in conn.execute(sats)}


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
