"""The demo's letters. The open mailbox holds the last fortnight's; nobody wants to meet nine months of them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from notiser import Avsandare, Brevlada, skicka_vantande
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.klocka import midnatt

DAGAR = 14
TAKT = timedelta(minutes=5)


def notera_gamla(conn: Connection, nu: datetime) -> int:
    """Letters older than a fortnight are noted as sent when they were due, without being laid in the mailbox."""
    n = t.notis.c
    grans = midnatt(nu.date() - timedelta(days=DAGAR))
    sats = update(t.notis).where(n.status == "vantar", n.tidigast < grans)
    return conn.execute(sats.values(status="skickad", skickad=func.greatest(n.tidigast, n.skapad), forsok=1)).rowcount


def lagg_i_brevladan(vaka: Vaka, nu: datetime) -> int:
    """Send the last fortnight's letters, each at its own time, always to the mailbox whatever server is set."""
    s = vaka.settings
    avsandare = Avsandare(bas_url=s.url, namn=f"Vaka {vaka.sammanhang.kommun.namn}", adress=s.avsandare)
    antal = 0
    while True:
        with vaka.systemet() as conn:
            sats = select(func.min(t.notis.c.tidigast)).where(t.notis.c.status == "vantar", t.notis.c.tidigast <= nu)
            forst = conn.scalar(sats)
        if forst is None:
            return antal
        omgang = skicka_vantande(vaka.motor, Brevlada(), min(nu, forst + TAKT), avsandare=avsandare)
        antal += omgang.skickade
        if not omgang.skickade:
            return antal
