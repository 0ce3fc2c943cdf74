"""Who may change the rules."""

from datetime import date

from sqlalchemy import Connection, or_, select

from arbetsfloden import narmast
from tjanster.arenden.fel import FarInte, Nej
from tjanster.db import t

ANDRAR = frozenset({"administrator", "kvalitetsledare"})


def hitta_person(conn: Connection, namn: str, dag: date) -> int:
    """The account of that user name, if it may change rules on `dag`. Raises Nej with the nearest name, or FarInte."""
    a, u = t.anvandare.c, t.uppdrag.c
    konto = conn.execute(select(a.id, a.namn).where(a.anvandarnamn == namn.strip().lower(), a.aktiv)).one_or_none()
    if konto is None:
        alla = conn.execute(select(a.anvandarnamn).where(a.aktiv)).scalars().all()
        raise Nej(f"'{namn}' är ingen användare med öppet konto{narmast(namn, alla)}", kod="okand_anvandare")
    sats = select(u.id).where(u.anvandare_id == konto.id, u.roll.in_(ANDRAR), u.for_anvandare.is_(None), u.fran <= dag, or_(u.till.is_(None), u.till >= dag))
    if conn.execute(sats).first() is None:
        raise FarInte(f"{konto.namn} får inte ändra reglerna: det gör administratör och kvalitetsledare.")
    return int(konto.id)
