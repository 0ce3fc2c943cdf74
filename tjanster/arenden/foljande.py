"""To follow a case that others work with: it stands on one's start page, and shows when something has happened since."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from tjanster.arenden.arendebild import hitta_arende
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle


def folj(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor, nu: datetime) -> None:
    """Follow from now on; again is the same. FinnsInte for a case outside the person's circle."""
    rad = hitta_arende(conn, s, nummer, aktor).rad
    with i_systemets_stalle(conn):
        sats = insert(t.foljer).values(anvandare_id=aktor.id, arende_id=rad["id"], sedan=nu)
        conn.execute(sats.on_conflict_do_nothing())


def sluta_folja(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor) -> None:
    """Follow no longer; one who didn't is none the worse."""
    rad, f = hitta_arende(conn, s, nummer, aktor).rad, t.foljer.c
    with i_systemets_stalle(conn):
        conn.execute(delete(t.foljer).where(f.anvandare_id == aktor.id, f.arende_id == rad["id"]))


def foljer(conn: Connection, aktor: Aktor, arende_id: int) -> bool:
    f = t.foljer.c
    sats = select(f.sedan).where(f.anvandare_id == aktor.id, f.arende_id == arende_id)
    return conn.execute(sats).first() is not None


def andras(aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: what this person follows, and what they have reported that others work with. Asked by number, so that the few are
    found among the many."""
    f, b = t.foljer.c, _RAPPORTERAT.c
    foljda = select(f.arende_id).where(f.anvandare_id == aktor.id)
    rapporterade = select(b.id).where(b.registrerad_av == aktor.id, b.handlaggare.is_distinct_from(aktor.id))
    return t.arende.c.id.in_(foljda.union_all(rapporterade))


_RAPPORTERAT = t.arende.alias("rapporterat")


def olasta(conn: Connection, aktor: Aktor, nummer: list[str]) -> frozenset[str]:
    """Those of the cases in which others have done something since the person last read or changed them."""
    a, h, r = t.arende.c, t.handelse.c, t.lasning.c
    last = select(func.max(r.tid)).where(r.arende_id == a.id, r.av == aktor.id).scalar_subquery()
    egen = select(func.max(h.tid)).where(h.arende_id == a.id, h.av == aktor.id).scalar_subquery()
    sats = select(a.nummer).where(a.nummer.in_(nummer), a.andrad > func.greatest(last, egen, a.registrerad))
    return frozenset(conn.execute(sats).scalars()) if nummer else frozenset()


__all__ = ["andras", "folj", "foljer", "olasta", "sluta_folja"]
