"""The second step of local accounts: a code from an app (TOTP, RFC 6238), or a recovery code when the telephone is gone.

Doors open the transaction and commit; the time is an argument.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyotp
import segno
from sqlalchemy import Connection, delete, func, insert, select, update

from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.konton import Last, rakna_fel, slapp_in
from tjanster.sessioner import som_bytes

HALVMINUT = 30
DRIFT = (0, -1, 1)
ANTAL_KODER = 10


class Ring(Protocol):
    """What is asked of the ring of keys."""

    def kryptera(self, data: bytes, bindning: str) -> bytes: ...
    def oppna(self, blob: bytes, bindning: str) -> bytes: ...
    def mac(self, slag: str, data: bytes) -> bytes: ...


class FelKod(Nej):
    """A wrong code, one that has been used, or one of another half minute."""

    kod = "fel_kod"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Koden stämmer inte. Skriv den som appen visar just nu, och vänta på nästa om du nyss har använt den. "
            "En återställningskod går också bra; varje sådan gäller en gång."
        )


class FelForstaKod(Nej):
    """The code that was to show that the app was set up right."""

    kod = "fel_kod"
    status = 422

    def __init__(self) -> None:
        super().__init__("Koden stämmer inte. Kontrollera att telefonens klocka går rätt, och skriv koden som appen visar just nu.")


@dataclass(frozen=True)
class Lage:
    """fran: since when the second step is on, None = off. koder: recovery codes left."""

    fran: datetime | None
    koder: int


def lage(conn: Connection, anvandare_id: int) -> Lage:
    """How the second step of the account stands."""
    k = t.aterstallningskod.c
    sats = select(func.count()).where(k.anvandare_id == anvandare_id, k.anvand.is_(None))
    return Lage(_konto(conn, anvandare_id)["totp_fran"], int(conn.execute(sats).scalar_one()))


def forslag(ring: Ring, anvandare_id: int, hemlighet: str) -> str:
    """The secret offered in this session, in base32; the same until the session's own secret is changed, so that the page
    can be loaded anew. Nothing is kept until a code has shown that the app has it."""
    return base64.b32encode(ring.mac("totp", som_bytes(f"{anvandare_id}:{hemlighet}"))[:20]).decode()


def qr(nyckel: str, anvandarnamn: str, kommun: str) -> str:
    """The picture that an app reads, as SVG without styles. nyckel: the secret in base32."""
    adress = pyotp.TOTP(nyckel).provisioning_uri(name=anvandarnamn, issuer_name=f"Vaka {kommun}")
    return segno.make(adress, micro=False).svg_inline(scale=5, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)


def i_grupper(nyckel: str) -> str:
    """The secret as a person types it: four and four."""
    return " ".join(re.findall("....?", nyckel))


def satt_igang(conn: Connection, ring: Ring, anvandare_id: int, nyckel: str, kod: str, nu: datetime) -> list[str] | FelForstaKod:
    """Turn the second step on when the app shows the right code; returns the recovery codes, shown once.

    A former secret and its codes stop holding.
    """
    steg = _steget(nyckel, kod, nu, None)
    if steg is None:
        return FelForstaKod()
    blob = ring.kryptera(nyckel.encode(), _bindning(anvandare_id))
    varden = {"totp": blob, "totp_steg": steg, "totp_fran": nu, "misslyckade": 0, "last_till": None}
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(varden))
    return nya_koder(conn, anvandare_id, nu)


def prova_kod(conn: Connection, ring: Ring, anvandare_id: int, kod: str, nu: datetime) -> Nej | None:
    """Is this the second step? None = yes. The no is returned, not raised, so that the door commits the failed try.

    Codes and passwords are counted together, and lock the account with growing delay.
    """
    konto = _konto(conn, anvandare_id, las=True)
    if konto["last_till"] is not None and konto["last_till"] > nu:
        return Last(konto["last_till"], nu)
    if konto["totp"] is not None and konto["aktiv"]:
        nyckel = ring.oppna(konto["totp"], _bindning(anvandare_id)).decode()
        steg = _steget(nyckel, kod, nu, konto["totp_steg"])
        if steg is not None:
            conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(totp_steg=steg))
        if steg is not None or _forbruka(conn, anvandare_id, kod, nu):
            slapp_in(conn, anvandare_id)
            return None
    return rakna_fel(conn, konto, nu) or FelKod()


def nya_koder(conn: Connection, anvandare_id: int, nu: datetime) -> list[str]:
    """Ten recovery codes in place of those there were; shown once."""
    conn.execute(delete(t.aterstallningskod).where(t.aterstallningskod.c.anvandare_id == anvandare_id))
    koder = [_ny_kod() for _ in range(ANTAL_KODER)]
    rader = [{"hash": _hash(anvandare_id, kod), "anvandare_id": anvandare_id, "skapad": nu} for kod in koder]
    conn.execute(insert(t.aterstallningskod), rader)
    return koder


def ta_bort(conn: Connection, anvandare_id: int) -> bool:
    """Turn the second step off; False when it was off. The caller ends the sessions."""
    var_pa = _konto(conn, anvandare_id)["totp"] is not None
    varden = {"totp": None, "totp_steg": None, "totp_fran": None}
    conn.execute(update(t.anvandare).where(t.anvandare.c.id == anvandare_id).values(varden))
    conn.execute(delete(t.aterstallningskod).where(t.aterstallningskod.c.anvandare_id == anvandare_id))
    return var_pa


def _konto(conn: Connection, anvandare_id: int, *, las: bool = False) -> Any:
    sats = select(t.anvandare).where(t.anvandare.c.id == anvandare_id)
    return conn.execute(sats.with_for_update() if las else sats).mappings().one()


def _bindning(anvandare_id: int) -> str:
    return f"totp:{anvandare_id}"


def _steget(nyckel: str, kod: str, nu: datetime, senast: int | None) -> int | None:
    """The half minute whose code this is: now, the one before or the one after. One that has been used is no code."""
    siffror = re.sub(r"\s", "", kod)
    if not re.fullmatch(r"[0-9]{6}", siffror):
        return None
    app, nu_steg = pyotp.TOTP(nyckel), int(nu.timestamp()) // HALVMINUT
    ratt = [nu_steg + d for d in DRIFT if hmac.compare_digest(app.generate_otp(nu_steg + d), siffror)]
    return next((steg for steg in ratt if senast is None or steg > senast), None)


def _ny_kod() -> str:
    return "-".join(re.findall("....", base64.b32encode(secrets.token_bytes(10)).decode().lower()))


def _hash(anvandare_id: int, kod: str) -> str:
    # Eighty random bits, so a fast hash is enough.
    rent = re.sub(r"[\s-]", "", kod).lower()
    return hashlib.sha256(som_bytes(f"aterstallningskod:{anvandare_id}:{rent}")).hexdigest()


def _forbruka(conn: Connection, anvandare_id: int, kod: str, nu: datetime) -> bool:
    k = t.aterstallningskod.c
    sats = (
        update(t.aterstallningskod)
        .where(k.hash == _hash(anvandare_id, kod), k.anvandare_id == anvandare_id, k.anvand.is_(None))
        .values(anvand=nu)
    )
    return bool(conn.execute(sats).rowcount)
