"""What a person or a system shows after logging in: the browser's session, the form's word, and API tokens.

Only hashes of the secrets are kept. The time is an argument; doors commit.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from tjanster.db import t

VILOTID = timedelta(minutes=60)
LANGSTA_TID = timedelta(hours=12)
NYCKELPREFIX = "vaka_"
INLOGGAD_NYCKEL = "inloggning"
_SKRIV_SENAST = timedelta(minutes=1)


def skapa_session(conn: Connection, anvandare_id: int, nu: datetime) -> str:
    """A session for one who has shown who they are; returns the cookie's secret. Their stale ones are swept away."""
    i = t.inloggning.c
    conn.execute(delete(t.inloggning).where(i.anvandare_id == anvandare_id, _ute(nu)))
    hemlighet = secrets.token_urlsafe(32)
    rad = {"hash": _hash(hemlighet), "anvandare_id": anvandare_id, "skapad": nu, "senast": nu}
    conn.execute(insert(t.inloggning).values(rad))
    return hemlighet


def las_session(conn: Connection, hemlighet: str, nu: datetime) -> int | None:
    """Whose session is it? None when unknown, idle for an hour, twelve hours old, or the account is closed."""
    i, a = t.inloggning.c, t.anvandare.c
    sats = (
        select(i.anvandare_id, i.senast)
        .join(t.anvandare, a.id == i.anvandare_id)
        .where(i.hash == _hash(hemlighet), ~_ute(nu), a.aktiv)
    )
    rad = conn.execute(sats).one_or_none()
    if rad is None:
        return None
    if nu - rad.senast >= _SKRIV_SENAST:
        conn.execute(update(t.inloggning).where(i.hash == _hash(hemlighet)).values(senast=nu))
    return int(rad.anvandare_id)


def logga_ut(conn: Connection, hemlighet: str) -> None:
    conn.execute(delete(t.inloggning).where(t.inloggning.c.hash == _hash(hemlighet)))


def logga_ut_overallt(conn: Connection, anvandare_id: int) -> None:
    """End every session and every API log-in of the account; tokens of other systems live on."""
    n = t.apinyckel.c
    conn.execute(delete(t.inloggning).where(t.inloggning.c.anvandare_id == anvandare_id))
    conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.namn == INLOGGAD_NYCKEL))


def csrf(hemlighet: str) -> str:
    """The word that a form must bear to be from one of our pages; follows from the session's secret without giving it away."""
    varde = hmac.new(som_bytes(hemlighet), b"vaka csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(varde).decode().rstrip("=")


def prova_csrf(hemlighet: str, varde: str | None) -> bool:
    """Is it the word of this session? Without a session there is no word: that of an empty secret anybody can work out."""
    return bool(hemlighet) and varde is not None and hmac.compare_digest(som_bytes(csrf(hemlighet)), som_bytes(varde))


def skapa_nyckel(conn: Connection, anvandare_id: int, namn: str, nu: datetime, upphor: datetime | None = None) -> str:
    """A token for another system, acting as the account; shown once. upphor None: until revoked."""
    nyckel = NYCKELPREFIX + secrets.token_urlsafe(32)
    rad = {"hash": _hash(nyckel), "anvandare_id": anvandare_id, "namn": namn, "skapad": nu, "upphor": upphor}
    conn.execute(insert(t.apinyckel).values(rad))
    return nyckel


def logga_in_nyckel(conn: Connection, anvandare_id: int, nu: datetime) -> tuple[str, datetime]:
    """A token for one who logged in through the API, and when it ends. Their ended ones are swept away."""
    n = t.apinyckel.c
    conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.upphor <= nu))
    upphor = nu + LANGSTA_TID
    return skapa_nyckel(conn, anvandare_id, INLOGGAD_NYCKEL, nu, upphor), upphor


def las_nyckel(conn: Connection, nyckel: str, nu: datetime) -> int | None:
    """Whose token is it? None when unknown, ended or revoked, or the account is closed."""
    n, a = t.apinyckel.c, t.anvandare.c
    sats = (
        select(n.anvandare_id)
        .join(t.anvandare, a.id == n.anvandare_id)
        .where(n.hash == _hash(nyckel), or_(n.upphor.is_(None), n.upphor > nu), a.aktiv)
    )
    return conn.execute(sats).scalar_one_or_none()


def aterkalla_nyckel(conn: Connection, nyckel: str) -> bool:
    """Revoke a token; False when there was none."""
    return bool(conn.execute(delete(t.apinyckel).where(t.apinyckel.c.hash == _hash(nyckel))).rowcount)


def aterkalla_nycklar(conn: Connection, anvandare_id: int, namn: str) -> int:
    """Revoke an account's tokens by name; returns how many. For the administrator, who no longer has the secret."""
    n = t.apinyckel.c
    return int(conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.namn == namn)).rowcount)


def stada(conn: Connection, nu: datetime) -> int:
    """Take away sessions that have gone out and tokens that have ended; returns how many."""
    gamla = conn.execute(delete(t.inloggning).where(_ute(nu))).rowcount
    return int(gamla + conn.execute(delete(t.apinyckel).where(t.apinyckel.c.upphor <= nu)).rowcount)


def som_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(hemlighet: str) -> str:
    # The secrets are 256 random bits, so a fast hash is enough.
    return hashlib.sha256(som_bytes(hemlighet)).hexdigest()


def _ute(nu: datetime) -> Any:
    i = t.inloggning.c
    return or_(i.senast <= nu - VILOTID, i.skapad <= nu - LANGSTA_TID)
