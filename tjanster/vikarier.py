"""Acting for an absent colleague: a dated loan of their appointments, which ends with them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from regler import Kommun
from tjanster.arenden.behorighet import Aktor, roller_i
from tjanster.arenden.fel import FarInte, OgiltigaUppgifter
from tjanster.db import t


def far_satta(conn: Connection, kommun: Kommun, aktor: Aktor, for_konto: int, dag: date) -> bool:
    """May this person give the account a stand-in: themself, an administrator, or a manager of a unit they work in."""
    if aktor.id == for_konto or any(roll == "administrator" for roll, _ in aktor.egna):
        return True
    egen = Aktor(aktor.id, aktor.namn, aktor.egna)
    chef = {"enhetschef", "avdelningschef"}
    return any(chef & roller_i(egen, kommun, rad.enhet) for rad in _uppdragen(conn, for_konto, dag, dag))


def satt_vikarie(conn: Connection, for_konto: int, vikarie: int, fran: date, till: date, idag: date) -> int:
    """Lend the appointments of `for_konto` to `vikarie` from a day to a day, both included; returns how many.

    Each is at most as long as the absent one's own. Raises OgiltigaUppgifter with every fault."""
    fel: dict[str, str] = {}
    if for_konto == vikarie:
        fel["vikarie"] = "Ingen kan vikariera för sig själv. Välj en kollega."
    if till < fran:
        fel["till"] = f"Sista dagen {till} ligger före första dagen {fran}."
    elif fran < idag:
        fel["fran"] = f"Första dagen {fran} har varit. Välj i dag eller senare."
    uppdragen = [] if fel else _uppdragen(conn, for_konto, fran, till)
    if not fel and not uppdragen:
        fel["for"] = "Den personen har inget eget uppdrag de dagarna, så det finns inget att vikariera för."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    rader = [
        {
            "anvandare_id": vikarie, "roll": u.roll, "enhet": u.enhet, "fran": max(fran, u.fran),
            "till": min(till, u.till or till), "for_anvandare": for_konto,
        }
        for u in uppdragen
    ]  # fmt: skip
    conn.execute(insert(t.uppdrag), rader)
    return len(rader)


def avsluta(conn: Connection, for_konto: int, vikarie: int, idag: date) -> int:
    """End the loan: yesterday was the last day, and what hasn't begun never was. Returns how many rows it touched."""
    u = t.uppdrag.c
    paret = (u.anvandare_id == vikarie, u.for_anvandare == for_konto)
    borta = conn.execute(delete(t.uppdrag).where(*paret, u.fran >= idag)).rowcount
    slut = update(t.uppdrag).where(*paret, u.fran < idag, u.till >= idag).values(till=idag - timedelta(days=1))
    return borta + conn.execute(slut).rowcount


def vikariat(conn: Connection) -> list[dict[str, Any]]:
    """All loans, the latest first: {for_id, vikarie_id, for_, vikarie, fran, till}."""
    u, a, b = t.uppdrag.c, t.anvandare.alias("a"), t.anvandare.alias("b")
    sats = (
        select(a.c.id.label("for_id"), b.c.id.label("vikarie_id"), a.c.namn.label("for_"), b.c.namn.label("vikarie"),
               func.min(u.fran).label("fran"), func.max(u.till).label("till"))
        .join_from(t.uppdrag, a, a.c.id == u.for_anvandare).join(b, b.c.id == u.anvandare_id)
        .group_by(a.c.id, b.c.id, a.c.namn, b.c.namn, u.fran).order_by(func.max(u.till).desc(), a.c.namn)
    )  # fmt: skip
    return [dict(r) for r in conn.execute(sats).mappings()]


def kraver_ratt(conn: Connection, kommun: Kommun, aktor: Aktor, for_konto: int, dag: date) -> None:
    """Raises FarInte."""
    if not far_satta(conn, kommun, aktor, for_konto, dag):
        raise FarInte("En vikarie sätts av personen själv, dess chef eller administratören.")


def _uppdragen(conn: Connection, konto: int, fran: date, till: date) -> list[Any]:
    """The account's own appointments that hold on some of the days."""
    u = t.uppdrag.c
    sats = select(u.roll, u.enhet, u.fran, u.till).where(
        u.anvandare_id == konto, u.for_anvandare.is_(None), u.fran <= till, or_(u.till.is_(None), u.till >= fran)
    )
    return list(conn.execute(sats).all())
