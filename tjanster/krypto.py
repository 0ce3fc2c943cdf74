"""The ring of keys: what is encrypted before it reaches the database, and hashes that only this municipality can work out.

AES-256-GCM with a fresh nonce each time; every kind of hash has a key of its own (HKDF-SHA-256). Old keys stay in the ring
until nothing is encrypted with them.
"""

import base64
import binascii
import hmac
import re
import secrets
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BYTE: Final = 32
NONCE: Final = 12
FORM: Final = 1
_ID: Final = re.compile(r"[a-z0-9]{1,16}")
_SKRIVS: Final = "Skriv namn:nyckel, den nyaste först; 'vaka nyckel' gör en"


class OkandNyckel(ValueError):
    """What is to be opened was encrypted with a key that isn't in the ring, or isn't anything encrypted."""


class FelText(ValueError):
    """What is to be opened was changed, or belongs somewhere else than where it stood."""


def ny_nyckel() -> str:
    """A new key as it is written in the setting: a name and 256 random bits."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(BYTE)).decode()}"


def las_nycklar(text: str) -> dict[str, bytes]:
    """'namn:nyckel' apart by spaces, commas or line breaks → name → key, the newest first. Raises ValueError, which
    never quotes a key."""
    nycklar: dict[str, bytes] = {}
    for nummer, del_ in enumerate(text.replace(",", " ").split(), 1):
        namn, kolon, skriven = del_.partition(":")
        if not kolon or not _ID.fullmatch(namn):
            raise ValueError(f"nyckel {nummer} saknar namn (a–z och 0–9, högst 16 tecken). {_SKRIVS}")
        try:
            nyckel = base64.b64decode(skriven, validate=True)
        except binascii.Error:
            nyckel = b""
        if len(nyckel) != BYTE:
            raise ValueError(f"nyckeln {namn} är inte {BYTE} byte i base64. {_SKRIVS}")
        if namn in nycklar:
            raise ValueError(f"namnet {namn} står på två nycklar. Ge den ena ett annat namn")
        nycklar[namn] = nyckel
    if not nycklar:
        raise ValueError(f"är tom. {_SKRIVS}")
    return nycklar


class Nyckelring:
    """The keys by name. What is new is encrypted with the newest; what is old is opened with the key that its head names."""

    def __init__(self, text: str) -> None:
        self.nycklar = las_nycklar(text)
        self.aktuell = next(iter(self.nycklar))
        self._harledd = lru_cache(maxsize=256)(self._harled)

    def kryptera(self, data: bytes, bindning: str) -> bytes:
        """bindning: whose it is ('person:17'). It isn't kept, and must be the same when it is opened."""
        huvud = bytes((FORM, len(self.aktuell))) + self.aktuell.encode()
        nonce = secrets.token_bytes(NONCE)
        return huvud + nonce + AESGCM(self._harledd("kryptering", self.aktuell)).encrypt(nonce, data, huvud + bindning.encode())

    def oppna(self, blob: bytes, bindning: str) -> bytes:
        """Raises OkandNyckel or FelText."""
        namn = self.nyckel_for(blob)
        slut = 2 + len(namn)
        if namn not in self.nycklar:
            raise OkandNyckel(f"Nyckeln {namn} finns inte i VAKA_NYCKLAR.")
        nonce, text = blob[slut : slut + NONCE], blob[slut + NONCE :]
        try:
            return AESGCM(self._harledd("kryptering", namn)).decrypt(nonce, text, blob[:slut] + bindning.encode())
        except (InvalidTag, ValueError):
            raise FelText("Det krypterade är ändrat, eller hör inte hit.") from None

    def nyckel_for(self, blob: bytes) -> str:
        """The name of the key that it was encrypted with. Raises OkandNyckel for what is nothing of ours."""
        langd = blob[1] if len(blob) > 2 and blob[0] == FORM else 0
        namn = blob[2 : 2 + langd].decode("ascii", "replace")
        if not _ID.fullmatch(namn) or len(namn) != langd:
            raise OkandNyckel("Det är inget som Vaka har krypterat.")
        return namn

    def sokhash(self, slag: str, varde: str, nyckel: str | None = None) -> bytes:
        """By what the encrypted value is found. slag: what it is, so that a name and a number never look alike."""
        return self.mac(f"sok:{slag}", varde.encode(), nyckel)

    def mac(self, slag: str, data: bytes, nyckel: str | None = None) -> bytes:
        """HMAC-SHA-256 that only who has the key can work out. nyckel: by the newest unless another is named."""
        return hmac.digest(self._harledd(f"mac:{slag}", nyckel or self.aktuell), data, "sha256")

    def _harled(self, slag: str, namn: str) -> bytes:
        if namn not in self.nycklar:
            raise OkandNyckel(f"Nyckeln {namn} finns inte i VAKA_NYCKLAR.")
        return HKDF(SHA256(), BYTE, salt=None, info=f"vaka {slag}".encode()).derive(self.nycklar[namn])
