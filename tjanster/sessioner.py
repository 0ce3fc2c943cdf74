"""What a person or a system shows after logging in: the browser's session, the form's word, and API tokens.

Only hashes of the secrets are kept. The time is an argument; doors commit.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, delete, insert, or_, select

from tjanster.db import t
from tjanster.db.anvandare import Vems

Steg = Literal["klar", "kod", "inskrivning", "losen"]
Kalla = Literal["lokal", "oidc"]
VILOTID = timedelta(minutes=30)
HALV_TID = timedelta(minutes=10)
LANGSTA_TID = timedelta(hours=12)
NYCKELPREFIX = "vaka_"
INLOGGAD_NYCKEL = "inloggning"
_SKRIV_SENAST = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """A session of somebody's, for them to look over. `id` tells it from their others."""

    id: int
    anvandare_id: int
    skapad: datetime
    senast: datetime
    steg: Steg
    kalla: Kalla
    webblasare: str
    idtoken: bytes | None


def skapa_session(
    conn: Connection,
    anvandare_id: int,
    nu: datetime,
    *,
    steg: Steg = "klar",
    kalla: Kalla = "lokal",
    webblasare: str = "",
    idtoken: bytes | None = None,
    borjade: datetime | None = None,
    vilotid: timedelta = VILOTID,
) -> str:
    """A session for one who has shown who they are; returns the cookie's secret. Their stale ones are swept away.

    steg: what is left before they are in. borjade: when they first logged in, of a session that takes over from another.
    """
    i = t.inloggning.c
    conn.execute(delete(t.inloggning).where(i.anvandare_id == anvandare_id, _ute(nu, vilotid)))
    hemlighet = secrets.token_urlsafe(32)
    rad = {
        "hash": _hash(hemlighet), "anvandare_id": anvandare_id, "skapad": borjade or nu, "senast": nu, "steg": steg,
        "kalla": kalla, "webblasare": webblasare[:60], "idtoken": idtoken,
    }  # fmt: skip
    conn.execute(insert(t.inloggning).values(rad))
    return hemlighet


_ANVAND = """WITH anvand AS (
 UPDATE inloggning SET senast = :nu WHERE hash = :hash AND steg = 'klar' AND senast > :vila AND skapad > :langst AND senast <= :skriv)"""
_SESSIONENS = """SELECT anvandare_id FROM inloggning WHERE hash = :hash AND steg = 'klar' AND senast > :vila AND skapad > :langst"""
_NYCKELNS = """SELECT anvandare_id FROM apinyckel WHERE hash = :hash AND (upphor IS NULL OR upphor > :nu)"""


def sessionens(hemlighet: str, nu: datetime, vilotid: timedelta = VILOTID) -> Vems:
    """The question whose session it is: no answer when unknown, idle too long, twelve hours old or lacking a step. That it was
    used is noted on the way, once a minute."""
    varden = {"hash": _hash(hemlighet), "nu": nu, "vila": nu - vilotid, "langst": nu - LANGSTA_TID, "skriv": nu - _SKRIV_SENAST}
    return Vems(_SESSIONENS, varden, _ANVAND)


def sessionen(conn: Connection, hemlighet: str, nu: datetime, vilotid: timedelta = VILOTID) -> Session | None:
    """The live session of this secret, also one that lacks a step; such a one lives ten minutes."""
    i, a = t.inloggning.c, t.anvandare.c
    sats = (
        select(*_kolumner())
        .join(t.anvandare, a.id == i.anvandare_id)
        .where(i.hash == _hash(hemlighet), ~_ute(nu, vilotid), a.aktiv)
    )
    rad = conn.execute(sats).one_or_none()
    return Session(**rad._mapping) if rad is not None else None


def sessioner(conn: Connection, anvandare_id: int, nu: datetime, vilotid: timedelta = VILOTID) -> list[Session]:
    """A person's live sessions, the newest first."""
    i = t.inloggning.c
    sats = select(*_kolumner()).where(i.anvandare_id == anvandare_id, i.steg == "klar", ~_ute(nu, vilotid))
    return [Session(**rad._mapping) for rad in conn.execute(sats.order_by(i.senast.desc(), i.id.desc()))]


def byt_session(conn: Connection, hemlighet: str, nu: datetime, vilotid: timedelta = VILOTID) -> str | None:
    """The same person goes on in a session of another secret, with no step left; None when theirs is gone. Done whenever
    they have shown more than before, so that a secret that leaked earlier is worth nothing."""
    session = sessionen(conn, hemlighet, nu, vilotid)
    if session is None:
        return None
    logga_ut(conn, hemlighet)
    return skapa_session(
        conn, session.anvandare_id, nu, kalla=session.kalla, webblasare=session.webblasare, idtoken=session.idtoken,
        borjade=session.skapad, vilotid=vilotid,
    )  # fmt: skip


def logga_ut(conn: Connection, hemlighet: str) -> None:
    conn.execute(delete(t.inloggning).where(t.inloggning.c.hash == _hash(hemlighet)))


def logga_ut_en(conn: Connection, anvandare_id: int, session_id: int) -> bool:
    """End one of the person's own sessions; False when it isn't theirs or is gone."""
    i = t.inloggning.c
    return bool(conn.execute(delete(t.inloggning).where(i.anvandare_id == anvandare_id, i.id == session_id)).rowcount)


def logga_ut_overallt(conn: Connection, anvandare_id: int) -> None:
    """End every session and every API log-in of the account; tokens of other systems live on."""
    n = t.apinyckel.c
    conn.execute(delete(t.inloggning).where(t.inloggning.c.anvandare_id == anvandare_id))
    conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.namn == INLOGGAD_NYCKEL))


def csrf(hemlighet: str) -> str:
    """The word that a form must bear to be from one of our pages; follows from the session's secret without giving it away.
    Written anew each time, behind a mask of its own: pages are compressed, and what stands the same in each of them could be
    guessed from their lengths (BREACH)."""
    mask = secrets.token_bytes(32)
    return base64.urlsafe_b64encode(mask + _maskad(mask, _formord(hemlighet))).decode().rstrip("=")


def prova_csrf(hemlighet: str, varde: str | None) -> bool:
    """Is it the word of this session? Without a session there is no word: that of an empty secret anybody can work out."""
    try:
        skickat = base64.urlsafe_b64decode(som_bytes(varde or "") + b"==")
    except ValueError:
        return False
    return bool(hemlighet) and len(skickat) == 64 and hmac.compare_digest(_maskad(skickat[:32], skickat[32:]), _formord(hemlighet))


def _formord(hemlighet: str) -> bytes:
    return hmac.new(som_bytes(hemlighet), b"vaka csrf", hashlib.sha256).digest()


def _maskad(mask: bytes, ord_: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, ord_, strict=True))


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


def nyckelns(nyckel: str, nu: datetime) -> Vems:
    """The question whose token it is: no answer when unknown, ended or revoked."""
    return Vems(_NYCKELNS, {"hash": _hash(nyckel), "nu": nu})


def aterkalla_nyckel(conn: Connection, nyckel: str) -> bool:
    """Revoke a token; False when there was none."""
    return bool(conn.execute(delete(t.apinyckel).where(t.apinyckel.c.hash == _hash(nyckel))).rowcount)


def aterkalla_nycklar(conn: Connection, anvandare_id: int, namn: str) -> int:
    """Revoke an account's tokens by name; returns how many. For the administrator, who no longer has the secret."""
    n = t.apinyckel.c
    return int(conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.namn == namn)).rowcount)


def egna_nycklar(conn: Connection, anvandare_id: int, nu: datetime) -> list[Any]:
    """The account's tokens that hold: id, namn, skapad, upphor; never the secret."""
    n = t.apinyckel.c
    sats = select(n.id, n.namn, n.skapad, n.upphor).where(n.anvandare_id == anvandare_id, or_(n.upphor.is_(None), n.upphor > nu))
    return list(conn.execute(sats.order_by(n.skapad.desc(), n.id)))


def aterkalla_egen(conn: Connection, anvandare_id: int, nyckel_id: int) -> bool:
    """Revoke one of the person's own tokens; False when it isn't theirs or is gone."""
    n = t.apinyckel.c
    return bool(conn.execute(delete(t.apinyckel).where(n.anvandare_id == anvandare_id, n.id == nyckel_id)).rowcount)


def stada(conn: Connection, nu: datetime, vilotid: timedelta = VILOTID) -> int:
    """Take away sessions that have gone out, tokens that have ended and log-ins that nobody came back from; returns how
    many."""
    gamla = conn.execute(delete(t.inloggning).where(_ute(nu, vilotid))).rowcount
    gamla += conn.execute(delete(t.inloggningsforsok).where(t.inloggningsforsok.c.skapad <= nu - HALV_TID)).rowcount
    return int(gamla + conn.execute(delete(t.apinyckel).where(t.apinyckel.c.upphor <= nu)).rowcount)


def som_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(hemlighet: str) -> str:
    # The secrets are 256 random bits, so a fast hash is enough.
    return hashlib.sha256(som_bytes(hemlighet)).hexdigest()


def _ute(nu: datetime, vilotid: timedelta) -> Any:
    i = t.inloggning.c
    halv = and_(i.steg != "klar", i.skapad <= nu - HALV_TID)
    return or_(i.senast <= nu - vilotid, i.skapad <= nu - LANGSTA_TID, halv)


def _kolumner() -> list[Any]:
    return [t.inloggning.c[namn] for namn in Session.__dataclass_fields__]
