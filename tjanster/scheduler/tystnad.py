"""The watch over the watch: when no sweep has been finished for a while, the web tells an administrator. It has a bell and an
errand of its own, since the watch's have stopped."""

import logging
from datetime import datetime

from sqlalchemy import Connection, func, select

from notiser import KATALOG, Falt, dagtext, lagg_i_utkorg
from tjanster.app import Vaka
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.notera import brev_till
from tjanster.db import t
from tjanster.scheduler.svep import skicka

BREV = "bevakning_tyst"

logg = logging.getLogger("vaka.webb")


def sag_till_om_tystnad(vaka: Vaka, nu: datetime) -> datetime | None:
    """Since when the watch has been silent, if that is longer than `VAKA_TYST` minutes; None while it goes.

    Each administrator gets one letter a day of it, however many web nodes see it. The letter is sent from here, with what
    else is urgent: whoever sends the others is silent too.
    """
    with vaka.systemet() as conn:
        sedan = tyst_sedan(conn)
        if sedan is None or nu - sedan < vaka.settings.tystnad:
            return None
        nya = _beratta(conn, vaka, sedan, nu)
    if nya:
        logg.error("Bevakningen har inte gjort klart något svep sedan %s", sedan, extra={"action": "watch_silent"})
    skicka(vaka, nu, bara_bradskande=True)  # each time, or a letter that the server put off would wait for the watch
    return sedan


def tyst_sedan(conn: Connection) -> datetime | None:
    """When the latest sweep was finished; before the first one, when the first rules came to hold."""
    senast = select(func.max(t.svep.c.slut)).scalar_subquery()
    borjan = select(func.min(t.regelaktivering.c.aktiverad)).scalar_subquery()
    sedan: datetime | None = conn.execute(select(func.coalesce(senast, borjan))).scalar()
    return sedan


def _beratta(conn: Connection, vaka: Vaka, sedan: datetime, nu: datetime) -> int:
    s = vaka.sammanhang
    falt = Falt(kommun=s.kommun.namn, lank="/drift", forfaller=dagtext(sedan))
    alla = [p for p in Bemanning.las(conn, s.kommun, nu.date()).pa("administrator", s.kommun.rot or "") if p.epost]
    if not alla:
        logg.error("Bevakningen är tyst, och ingen administratör har en mejladress", extra={"action": "watch_silent"})
    return lagg_i_utkorg(
        conn,
        [
            brev_till(p, BREV, falt, nyckel=f"tyst:{sedan:%Y-%m-%dT%H:%M:%S}:{nu.date()}:{p.id}", nu=nu, tidigast=nu, bradskande=KATALOG[BREV].bradskande)
            for p in alla
        ],
    )
