"""Is the log looked after: sealed in time, put down outside, found whole?"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tjanster.app import Vaka
from tjanster.db import t
from tjanster.logg import ankare, sigill
from tjanster.logg.forsegling import golvet
from tjanster.logg.verifiering import senaste_provet

SIGILL_SENAST = timedelta(minutes=15)
PROV_SENAST = timedelta(hours=36)


def forseglad(conn: Connection, _vaka: Vaka, nu: datetime) -> tuple[bool, str]:
    """Has every row that isn't of the last minutes its seal?"""
    k, utan, aldst = t.loggkedja.c, 0, None
    for tabell in sigill.FORMER:
        tab = getattr(t, tabell)
        har = select(k.nr).where(k.tabell == tabell, k.rad_id == tab.c.id).exists()
        antal, forst = conn.execute(
            select(func.count(), func.min(tab.c.tid)).where(tab.c.id > golvet(conn, tabell), ~har)
        ).one()
        utan += antal
        aldst = min(filter(None, (aldst, forst)), default=None)
    if aldst is None or nu - aldst < SIGILL_SENAST:
        return True, f"{utan} rader väntar"
    return False, f"{utan} rader saknar sigill, den äldsta sedan {aldst:%Y-%m-%d %H:%M}: starta 'vaka start --roll vakt'"


def ankaret(conn: Connection, vaka: Vaka, _nu: datetime) -> tuple[bool, str]:
    """Is the last closed day in this node's file? A node without a file has no watch."""
    fil = ankare.ankarfil(vaka.settings)
    sista = conn.execute(select(func.max(t.loggdag.c.dag))).scalar()
    if sista is None or not fil.exists():
        return True, "ingen dag är stängd än" if sista is None else "noden har ingen ankarfil"
    try:
        alla, _ = ankare.las(fil)
    except ankare.Ankarfel as fel:
        return False, str(fel)
    har = alla[-1].dag if alla else None
    return har == sista, f"till och med {har}" if har == sista else f"{fil} slutar {har}, stängt till och med {sista}: se loggen för 'vaka start --roll vakt'"


def provad(conn: Connection, _vaka: Vaka, nu: datetime) -> tuple[bool, str]:
    """Did the last verification find the log whole, and was it lately?"""
    rad = senaste_provet(conn)
    stangd = conn.execute(select(func.count()).select_from(t.loggdag)).scalar_one()
    if rad is None:
        return stangd == 0, "inte prövad än" if stangd == 0 else "aldrig prövad: kör 'vaka logg verifiera'"
    if rad.antal_fel:
        return False, f"{rad.antal_fel} fel vid prövningen {rad.nar:%Y-%m-%d %H:%M}: kör 'vaka logg verifiera'"
    bra = nu - rad.nar < PROV_SENAST
    return bra, f"hel vid prövningen {rad.nar:%Y-%m-%d %H:%M}" + ("" if bra else ": starta 'vaka start --roll vakt'")
