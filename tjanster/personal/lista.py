"""Accounts and appointments as rows. Names of staff are no secret inside the municipality; nothing of a case is read here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from regler import Kommun
from tjanster.arenden.fel import FinnsInte
from tjanster.db import t

SIDA = 50


class Personrad(NamedTuple):
    """An account in the list, with the appointments that hold on the day as (role, unit)."""

    id: int
    anvandarnamn: str
    namn: str
    epost: str | None
    aktiv: bool
    uppdrag: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Uppdragsrad:
    """One appointment. lage: kommer, galler or slut; kalla: hand or grupp; for_: whom it is held for, of a stand-in's."""

    id: int
    roll: str
    enhet: str
    fran: date
    till: date | None
    lage: str
    kalla: str
    for_: str | None


@dataclass(frozen=True)
class Person:
    """One account with all its appointments. genom_kommunen: tied to the municipality's login. engangs_till: the
    password is temporary and holds until then."""

    id: int
    anvandarnamn: str
    namn: str
    epost: str | None
    aktiv: bool
    har_losen: bool
    engangs_till: datetime | None
    tvasteg: bool
    genom_kommunen: bool
    last_till: datetime | None
    skapad: datetime
    uppdrag: tuple[Uppdragsrad, ...]


def personal(
    conn: Connection,
    dag: date,
    *,
    sok: str = "",
    roll: str = "",
    enheter: frozenset[str] | None = None,
    aven_stangda: bool = False,
    utan_uppdrag: bool = False,
    sida: int = 1,
) -> tuple[list[Personrad], int]:
    """Accounts by name, and how many in all. sok: part of a name, a user name or an address; enheter: with an appointment on one
    of them."""
    a, u = t.anvandare.c, t.uppdrag.c
    galler = and_(u.anvandare_id == a.id, u.fran <= dag, or_(u.till.is_(None), u.till >= dag))
    vill: list[ColumnElement[bool]] = [] if aven_stangda else [a.aktiv]
    if sok:
        bit = f"%{sok.replace(chr(92), chr(92) * 2).replace('%', chr(92) + '%').replace('_', chr(92) + '_')}%"
        vill.append(or_(a.namn.ilike(bit), a.anvandarnamn.ilike(bit), a.epost.ilike(bit)))
    if roll or enheter is not None:
        om = [galler, *([u.roll == roll] if roll else []), *([u.enhet.in_(sorted(enheter))] if enheter is not None else [])]
        vill.append(exists(select(u.id).where(*om)))
    if utan_uppdrag:
        vill.append(~exists(select(u.id).where(galler)))
    antal = conn.execute(select(func.count()).select_from(t.anvandare).where(*vill)).scalar_one()
    ordning = (func.translate(func.lower(a.namn), "åäö", "{|}").collate("C"), a.id)
    sats = select(a.id, a.anvandarnamn, a.namn, a.epost, a.aktiv).where(*vill).order_by(*ordning)
    rader = conn.execute(sats.limit(SIDA).offset((sida - 1) * SIDA)).all()
    har: dict[int, list[tuple[str, str]]] = {r.id: [] for r in rader}
    for r in conn.execute(
        select(u.anvandare_id, u.roll, u.enhet)
        .where(u.anvandare_id.in_(har), u.fran <= dag, or_(u.till.is_(None), u.till >= dag))
        .order_by(u.id)
    ):
        if (r.roll, r.enhet) not in har[r.anvandare_id]:
            har[r.anvandare_id].append((r.roll, r.enhet))
    return [Personrad(*r, tuple(har[r.id])) for r in rader], antal


def personen(conn: Connection, konto: int, dag: date) -> Person:
    """One account. FinnsInte when there is none."""
    a, i, u, f = t.anvandare.c, t.identitet.c, t.uppdrag.c, t.anvandare.alias("f")
    if not 0 < konto < 2**62:
        raise FinnsInte("Kontot")
    rad = conn.execute(select(t.anvandare).where(a.id == konto)).mappings().one_or_none()
    if rad is None:
        raise FinnsInte("Kontot")
    sats = (
        select(u.id, u.roll, u.enhet, u.fran, u.till, u.kalla, f.c.namn.label("for_"))
        .select_from(t.uppdrag.outerjoin(f, f.c.id == u.for_anvandare))
        .where(u.anvandare_id == konto)
        .order_by(u.till.is_not(None), u.till.desc(), u.fran.desc(), u.id)
    )
    uppdrag = tuple(
        Uppdragsrad(r["id"], r["roll"], r["enhet"], r["fran"], r["till"], _lage(r, dag), r["kalla"], r["for_"])
        for r in conn.execute(sats).mappings()
    )
    kopplad = conn.execute(select(i.anvandare_id).where(i.anvandare_id == konto).limit(1)).first() is not None
    return Person(
        rad["id"], rad["anvandarnamn"], rad["namn"], rad["epost"], rad["aktiv"], rad["losen"] is not None, rad["losen_galler_till"],
        rad["totp"] is not None, kopplad, rad["last_till"], rad["skapad"], uppdrag,
    )  # fmt: skip


def _lage(rad: Mapping[str, Any], dag: date) -> str:
    if rad["fran"] > dag:
        return "kommer"
    return "slut" if rad["till"] is not None and rad["till"] < dag else "galler"


def chefer(conn: Connection, kommun: Kommun, dag: date) -> dict[str, list[str]]:
    """Unit → the names of its own managers on the day; an empty list where the level above answers for it."""
    a, u = t.anvandare.c, t.uppdrag.c
    sats = (
        select(u.enhet, a.namn)
        .join(t.anvandare, a.id == u.anvandare_id)
        .where(a.aktiv, u.roll.in_(("enhetschef", "avdelningschef")), u.fran <= dag, or_(u.till.is_(None), u.till >= dag))
        .order_by(a.namn)
        .distinct()
    )
    ut: dict[str, list[str]] = {kod: [] for kod in kommun.enheter}
    for r in conn.execute(sats):
        ut.setdefault(r.enhet, []).append(r.namn)
    return ut


def antal_per_enhet(conn: Connection, dag: date) -> dict[str, int]:
    """Unit → how many people have an appointment of their own just there on the day."""
    a, u = t.anvandare.c, t.uppdrag.c
    sats = (
        select(u.enhet, func.count(u.anvandare_id.distinct()))
        .join(t.anvandare, a.id == u.anvandare_id)
        .where(a.aktiv, u.fran <= dag, or_(u.till.is_(None), u.till >= dag), u.for_anvandare.is_(None))
        .group_by(u.enhet)
    )
    return {r[0]: r[1] for r in conn.execute(sats)}
