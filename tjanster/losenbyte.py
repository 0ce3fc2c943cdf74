"""A new password for an account, and the letter that tells its owner. Every door goes this way.

Whoever has somebody's password may change it; the owner then learns of it where they read their mail (ASVS 6.3.7).
"""

from datetime import datetime

from sqlalchemy import Connection, select

from notiser import Falt, NyNotis, dagtext, lagg_i_utkorg
from regler import Kommun
from tjanster.arenden.brevval import gallande
from tjanster.db import t
from tjanster.konton import satt_engangslosen, satt_losen
from tjanster.losenord import kommunens_ord

BREV = "losen_bytt"


def byt_losen(conn: Connection, kommun: Kommun, konto: int, losen: str, nu: datetime) -> None:
    """A new password, which opens a locked account and logs it out everywhere. Raises Nej when it won't do."""
    _beratta(conn, kommun, konto, nu)
    satt_losen(conn, konto, losen, egna_ord=kommunens_ord(kommun))


def ge_engangslosen(conn: Connection, kommun: Kommun, konto: int, nu: datetime) -> tuple[str, datetime]:
    """A temporary password, for an administrator to hand over, and until when it holds."""
    _beratta(conn, kommun, konto, nu)
    return satt_engangslosen(conn, konto, nu, egna_ord=kommunens_ord(kommun))


def _beratta(conn: Connection, kommun: Kommun, konto: int, nu: datetime) -> None:
    """One whose account is new has no password to lose, and is told of the first one by whoever hands it over."""
    a = t.anvandare.c
    rad = conn.execute(select(a.epost, a.losen).where(a.id == konto)).one()
    if rad.losen is None or not rad.epost:
        return
    falt = Falt(kommun=kommun.namn, lank="/konto", forfaller=dagtext(nu))
    lagg_i_utkorg(conn, [
        NyNotis(
            mall=BREV, falt=falt, adress=rad.epost, anvandare_id=konto, nyckel=f"losen:{konto}:{nu.isoformat()}", skapad=nu,
            bara_text=gallande(conn, kommun, konto)[0].form == "text",
        )
    ])  # fmt: skip
