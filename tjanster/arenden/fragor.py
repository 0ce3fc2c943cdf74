"""All reads: lists by nearest limit, search, and one whole case. Everything goes through the circle of who may see."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Subquery,
    Text,
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
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY

from arbetsfloden import PROCESSER
from regler import Kommun
from tjanster.arenden.behorighet import Aktor, handlagger, synliga
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.krets import Krets
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokfraga import fragan
from tjanster.arenden.urvalsvillkor import ar_nara, ar_sent, tidsvillkor, urvalsvillkor
from tjanster.db import t
from tjanster.db.fardig import Fardig

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
    conn: Connection, s: Sammanhang, aktor: Aktor | None, urval: Urval, nu: datetime
) -> list[ColumnElement[bool]]:
    """The selection as conditions over the case table."""
    return [synliga(aktor, s.kommun) if aktor is not None else true(), *_valda(conn, s, urval, nu)]


def _valda(conn: Connection, s: Sammanhang, urval: Urval, nu: datetime) -> list[ColumnElement[bool]]:
    sokt = [_sokt(conn, s, urval.text)] if urval.text else []
    return [*_alltid(urval), *tidsvillkor(urval, nu), *sokt]


def _alltid(urval: Urval) -> list[ColumnElement[bool]]:
    """The conditions that mean the same at any time."""
    a = t.arende.c
    ut = urvalsvillkor(urval)
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
    if urval.fran_dag is not None:
        ut.append(a.narmast_forfaller >= urval.fran_dag)
    if urval.till_dag is not None:
        ut.append(a.narmast_forfaller <= urval.till_dag)
    return ut


def _sokt(conn: Connection, s: Sammanhang, text: str) -> ColumnElement[bool]:
    sats = fragan(conn, s, text).sats
    traff = func.vaka_sok(cast(sats, TSQUERY)).table_valued(column("id"), column("rang"))
    return t.arende.c.id.in_(select(traff.c.id)) if sats else false()


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
    """Cases by nearest due day, late first, unless `ordning` says otherwise; those to be done at once by the day they began.
    Open ones before closed. aktor None: the whole municipality (command line and reports)."""
    valda = [*villkor(conn, s, aktor, urval, nu), *_om(extra)]
    sats = _listan(s.kommun, urval, valda, sida, per_sida, ordning)
    return [_rad(s, r, nu) for r in conn.execute(sats).all()]


def lista_och_antal(
    conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime, *, sida: int = 1, per_sida: int = SIDA,
    ordning: Ordning = Ordning(),
) -> tuple[list[Arenderad], int]:  # fmt: skip
    """One page of the same list, and how many there are on all its pages."""
    if urval.text is None and not urval.sena and urval.nara is None:
        rader = _fardig_lista(s.kommun, aktor, urval, sida, per_sida, ordning).rader(conn)
    else:
        sats = _listan(s.kommun, urval, villkor(conn, s, aktor, urval, nu), sida, per_sida, ordning, _ALLA)
        rader = conn.execute(sats).all()
    if rader or sida == 1:
        return [_rad(s, r, nu) for r in rader], rader[0].alla if rader else 0
    return [], antal(conn, s, aktor, urval, nu)


def med_id(conn: Connection, s: Sammanhang, ids: Sequence[int], nu: datetime) -> dict[int, Arenderad]:
    """Row number → case, in the order of `ids`, as far as the connection's person may see them."""
    if not ids:
        return {}
    dessa = select(t.arende.c.id).where(t.arende.c.id == any_(literal(list(ids), ARRAY(BigInteger)))).subquery("sidan")
    rader = {r.id: r for r in conn.execute(_arendena(dessa)).all()}
    return {i: _rad(s, rader[i], nu) for i in ids if i in rader}


_ALLA = func.count().over().label("alla")


@lru_cache(maxsize=1024)
def _fardig_lista(kommun: Kommun, aktor: Aktor, urval: Urval, sida: int, per_sida: int, ordning: Ordning) -> Fardig:
    """The list of a selection in which neither time nor a text is asked about."""
    return Fardig.av(_listan(kommun, urval, [synliga(aktor, kommun), *_alltid(urval)], sida, per_sida, ordning, _ALLA))


def _listan(
    kommun: Kommun, urval: Urval, valda: Sequence[ColumnElement[bool]], sida: int, per_sida: int, ordning: Ordning, *mer: Any
) -> Select[Any]:
    """One page, each case with `mer`. It is chosen by what is short; only then are the cases themselves read."""
    a = t.arende.c
    oppna_forst = [(a.avslutad.is_not(None), False)] if urval.aven_avslutade and not urval.bara_avslutade else []
    nycklar = [(uttryck.label(f"nyckel_{n}"), vand) for n, (uttryck, vand) in enumerate([*oppna_forst, _nyckel(kommun, ordning)])]
    fran: Any = t.arende
    if ordning.namn == "handlaggare":
        fran = fran.outerjoin(t.anvandare, t.anvandare.c.id == a.handlaggare)
    sidan = (
        select(a.id, *(nyckel for nyckel, _ in nycklar), *mer)
        .select_from(fran)
        .where(*valda)
        .order_by(*(_vand_om(nyckel, vand) for nyckel, vand in nycklar), a.id)
        .limit(per_sida)
        .offset((sida - 1) * per_sida)
        .subquery("sidan")
    )
    return _arendena(sidan).order_by(*(_vand_om(sidan.c[nyckel.name], vand) for nyckel, vand in nycklar), sidan.c.id)


_KORTFALT = {
    p.namn: [(namn, f.lista) for namn, f in p.modell.beskrivna().items() if f.slag == "val" and f.lista and namn in p.oppnas_med]
    for p in PROCESSER.values()
}
_LANGA = sorted({namn for p in PROCESSER.values() for namn, f in p.modell.beskrivna().items() if f.slag in ("langtext", "rader")})
_UTAN_TEXTER = t.arende.c.uppgifter.op("-", return_type=JSONB())(literal(_LANGA, ARRAY(Text))).label("uppgifter")
"""A list needs none of the long texts."""


def _arendena(vilka: Subquery) -> Select[Any]:
    """The cases of those row numbers, as `_rad` reads them."""
    a, n = t.arende.c, t.anvandare
    return select(
        a.id, a.nummer, a.process, a.tillstand, a.enhet, a.dag, _UTAN_TEXTER, a.version, a.avslutad, a.handlaggare,
        n.c.namn.label("handlaggare_namn"), a.narmast_frist, a.narmast_slag, a.narmast_forfaller, a.narmast_forfaller_tid,
        a.narmast_status, *(c for c in vilka.c if c.name == "alla"),
    ).select_from(vilka.join(t.arende, a.id == vilka.c.id).outerjoin(n, n.c.id == a.handlaggare))  # fmt: skip


def _nyckel(kommun: Kommun, ordning: Ordning) -> tuple[ColumnElement[Any], bool]:
    """What a list stands in order of, and whether it is turned round. What people read decides, not the codes behind it; å, ä
    and ö come last."""
    a = t.arende.c

    def i_ordning(kolumn: Any, texter: dict[str, str]) -> ColumnElement[Any]:
        koder = sorted(texter, key=lambda kod: svensk_ordning(texter[kod]))
        return func.array_position(literal(koder, ARRAY(String)), kolumn)

    efter: dict[str, Callable[[], ColumnElement[Any]]] = {
        # What is to be done at once has no last day; it stands where the day it began would put it, never at the end.
        "frist": lambda: a.narmast,
        "arende": lambda: i_ordning(a.process, {p.namn: p.ental for p in PROCESSER.values()}),
        "enhet": lambda: i_ordning(a.enhet, {kod: e.namn for kod, e in kommun.enheter.items()}),
        "tillstand": lambda: i_ordning(a.tillstand, {k: v for p in PROCESSER.values() for k, v in p.tillstand.items()}),
        "handlaggare": lambda: func.translate(func.lower(t.anvandare.c.namn), "åäö", "{|}").collate("C"),
        "dag": lambda: a.dag,
    }
    return efter[ordning.namn](), ordning.fallande


def _vand_om(nyckel: ColumnElement[Any], fallande: bool) -> ColumnElement[Any]:
    return (nyckel.desc() if fallande else nyckel).nulls_last()


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
    sats = select(func.count()).select_from(t.arende).where(*villkor(conn, s, aktor, urval, nu), *_om(extra))
    return int(conn.execute(sats).scalar_one())


def antal_av(
    conn: Connection, s: Sammanhang, aktor: Aktor, val: Mapping[str, tuple[Urval, ColumnElement[bool]]], nu: datetime
) -> dict[str, int]:
    """How many each of several selections among what is not done with holds, each with a condition more, counted in one pass."""
    tal = [func.count().filter(and_(*_valda(conn, s, urval, nu), extra)).label(namn) for namn, (urval, extra) in val.items()]
    sats = select(*tal).select_from(t.arende).where(
        synliga(aktor, s.kommun), *_alltid(Urval()), or_(*(extra for _, extra in val.values()))
    )  # fmt: skip
    return dict(zip(val, conn.execute(sats).one(), strict=True))


def _om(extra: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    return [] if extra is None else [extra]


def _rad(s: Sammanhang, r: Any, nu: datetime) -> Arenderad:
    (_, nummer, process, tillstand, enhet, dag, uppgifter, version, avslutad, handlaggare, namn, frist, slag, forfaller, moment, status, *_) = r
    p = PROCESSER[process]
    sen = status == "lopande" and (nu > moment if moment else forfaller is not None and nu.date() > forfaller)
    return Arenderad(
        nummer=nummer,
        process=process,
        sort=p.ental,
        kort=kort(s, process, uppgifter),
        tillstand=tillstand,
        tillstand_text=p.tillstand[tillstand],
        enhet=enhet,
        enhet_namn=s.enhetsnamn(enhet),
        dag=dag,
        frist=frist,
        frist_rubrik=frist_rubrik(s, process, frist, slag),
        forfaller=forfaller,
        sen=sen,
        pausad=status == "pausad",
        handlaggare=handlaggare,
        handlaggare_namn=namn,
        version=version,
        oppet=avslutad is None,
    )


def frist_rubrik(s: Sammanhang, process: str, frist: str | None, slag: str = "lag") -> str | None:
    """The limit's title; a goal beside the law says that it is one."""
    if frist is None:
        return None
    poster = s.regelverk.frister(process)
    return (poster[frist].rubrik if frist in poster else frist) + (" (kommunens mål)" if slag == "mal" else "")


def kort(s: Sammanhang, process: str, uppgifter: dict[str, Any]) -> str:
    """A case in a few words: its coded fields, never its free text."""
    return " · ".join(s.listor.get(lista, {}).get(uppgifter[namn], uppgifter[namn]) for namn, lista in _KORTFALT[process] if uppgifter.get(namn))


def handlaggare_i(conn: Connection, s: Sammanhang, aktor: Aktor, enheter: frozenset[str] | None) -> dict[str, str]:
    """Who else handles open cases in those units, by name: account → name."""
    return {str(i): namn for i, namn in _fardiga_handlaggare(s.kommun, aktor, enheter).rader(conn)}


@lru_cache(maxsize=1024)
def _fardiga_handlaggare(kommun: Kommun, aktor: Aktor, enheter: frozenset[str] | None) -> Fardig:
    a, n = t.arende.c, t.anvandare.c
    dessa = select(a.handlaggare).where(synliga(aktor, kommun), *_alltid(Urval(enheter=enheter)), a.handlaggare != aktor.id)
    return Fardig.av(select(n.id, n.namn).where(n.id.in_(dessa)).order_by(n.namn))


def mina(conn: Connection, bemanning: Bemanning, aktor: Aktor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """WHERE, twice: the cases that this person handles, and those without officer whose next step they own."""
    a = t.arende.c
    return handlagger(aktor, bemanning.kommun, a.handlaggare, a.enhet), att_fordela(conn, bemanning, aktor)


def att_fordela(conn: Connection, bemanning: Bemanning, aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: cases without officer that this person owns. Most have the circle of their unit, so that the unit tells; the few
    that name persons or keep some out are asked one by one."""
    a = t.arende.c
    agda = sorted(bemanning.enheter_agda_av(aktor.id))
    return and_(_UTAN, or_(and_(a.enhet.in_(agda), ~_EGEN), a.id.in_(sarskilda(conn, bemanning, aktor))))


def sarskilda(conn: Connection, bemanning: Bemanning, aktor: Aktor) -> list[int]:
    """Row numbers of the cases without officer that this person owns and that have a circle of their own."""
    a = t.arende.c
    return [
        r.id
        for r in conn.execute(select(a.id, a.enhet, a.krets, a.javiga).where(_UTAN, _EGEN))
        if aktor.id in {p.id for p in bemanning.agare(r.enhet, None, Krets.av(r)).personer}
    ]


_UTAN = and_(t.arende.c.handlaggare.is_(None), t.arende.c.avslutad.is_(None))
_EGEN = or_(t.arende.c.krets.is_not(None), func.cardinality(t.arende.c.javiga) > literal_column("0"))


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
    a = t.arende.c
    sent, nara = ar_sent(nu), ar_nara(nu, horisont)
    sats = (
        select(a.enhet, a.id, sent)
        .where(*villkor(conn, s, aktor, Urval(enheter=enheter), nu), or_(sent, nara))
        .order_by(a.narmast.nulls_last(), a.id)
    )
    per: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for enhet, i, ar_sen in conn.execute(sats).all():
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
