"""Which cases a list, a search, a count or a report is about: the selection, and what it means to the database. Every selection
goes through the circle of who may see."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, cast, column, false, func, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokfraga import fragan
from tjanster.arenden.urvalsvillkor import tidsvillkor, urvalsvillkor
from tjanster.db import t


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
    return [synliga(aktor, s.kommun) if aktor is not None else true(), *valda(conn, s, urval, nu)]


def valda(conn: Connection, s: Sammanhang, urval: Urval, nu: datetime) -> list[ColumnElement[bool]]:
    """The same without the circle, for who has asked about that already."""
    sokt = [_sokt(conn, s, urval.text)] if urval.text else []
    return [*alltid(urval), *tidsvillkor(urval, nu), *sokt]


def alltid(urval: Urval) -> list[ColumnElement[bool]]:
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
