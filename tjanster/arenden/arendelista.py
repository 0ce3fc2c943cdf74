"""Lists of cases: a page of them, how many there are, and each as a row that people read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from arbetsfloden import PROCESSER
from regler import Kommun
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, alltid, valda, villkor
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
    dessa = [*villkor(conn, s, aktor, urval, nu), *_om(extra)]
    sats = _listan(s.kommun, urval, dessa, sida, per_sida, ordning)
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
    return Fardig.av(_listan(kommun, urval, [synliga(aktor, kommun), *alltid(urval)], sida, per_sida, ordning, _ALLA))


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
_KORTVARDEN = case(
    *(
        (t.arende.c.process == process, array([t.arende.c.get(namn, t.arende.c.uppgifter[namn].astext) for namn, _ in falt]))
        for process, falt in _KORTFALT.items() if falt
    ),
    else_=None,
).label("kortvarden")  # fmt: skip
"""A list needs the few coded fields that tell a case in short, not the long texts beside them."""


def _arendena(vilka: Subquery) -> Select[Any]:
    """The cases of those row numbers, as `_rad` reads them."""
    a, n = t.arende.c, t.anvandare
    return select(
        a.id, a.nummer, a.process, a.tillstand, a.enhet, a.dag, _KORTVARDEN, a.version, a.avslutad, a.handlaggare,
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
    tal = [func.count().filter(and_(*valda(conn, s, urval, nu), extra)).label(namn) for namn, (urval, extra) in val.items()]
    sats = select(*tal).select_from(t.arende).where(
        synliga(aktor, s.kommun), *alltid(Urval()), or_(*(extra for _, extra in val.values()))
    )  # fmt: skip
    return dict(zip(val, conn.execute(sats).one(), strict=True))


def _om(extra: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    return [] if extra is None else [extra]


def _rad(s: Sammanhang, r: Any, nu: datetime) -> Arenderad:
    (_, nummer, process, tillstand, enhet, dag, kortvarden, version, avslutad, handlaggare, namn, frist, slag, forfaller, moment, status, *_) = r
    p = PROCESSER[process]
    sen = status == "lopande" and (nu > moment if moment else forfaller is not None and nu.date() > forfaller)
    return Arenderad(
        nummer, process, p.ental, _i_ord(s, process, kortvarden) if kortvarden else "", tillstand, p.tillstand[tillstand], enhet,
        s.enhetsnamn(enhet), dag, frist, frist and frist_rubrik(s, process, frist, slag), forfaller, sen, status == "pausad", handlaggare, namn,
        version, avslutad is None,
    )  # fmt: skip


def frist_rubrik(s: Sammanhang, process: str, frist: str | None, slag: str = "lag") -> str | None:
    """The limit's title; a goal beside the law says that it is one."""
    if frist is None:
        return None
    poster = s.regelverk.frister(process)
    return (poster[frist].rubrik if frist in poster else frist) + (" (kommunens mål)" if slag == "mal" else "")


def kort(s: Sammanhang, process: str, uppgifter: Mapping[str, Any]) -> str:
    """A case in a few words: its coded fields, never its free text."""
    return _i_ord(s, process, [uppgifter.get(namn) for namn, _ in _KORTFALT[process]])


def _i_ord(s: Sammanhang, process: str, varden: Sequence[str | None]) -> str:
    listor = s.listor
    return " · ".join(
        [listor[lista].get(kod, kod) if lista in listor else kod for (_, lista), kod in zip(_KORTFALT[process], varden, strict=False) if kod]
    )
