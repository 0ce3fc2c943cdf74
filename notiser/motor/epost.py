"""The mail itself: headers, and the two texts as alternatives of one another (RFC 2046 5.1.4), the page last."""

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from urllib.parse import urlsplit

from notiser.motor.falt import SVENSK_TID, Notisfel, doman_i_ascii
from notiser.motor.rendering import Brev


@dataclass(frozen=True, kw_only=True)
class Avsandare:
    """Who sends. `bas_url` is the address links begin with (VAKA_URL); `adress` default vaka@ its host."""

    bas_url: str
    namn: str
    adress: str = ""

    def __post_init__(self) -> None:
        delar = urlsplit(self.bas_url)
        if (
            delar.scheme not in ("http", "https")
            or not delar.hostname
            or delar.query
            or delar.fragment
            or delar.username
        ):
            raise Notisfel("Adressen som länkarna börjar med ska se ut som https://vaka.exempelkommun.se.")
        adress = self.adress or f"vaka@{delar.hostname}"
        if doman_i_ascii(adress) is None:
            raise Notisfel(
                "Avsändarens mejladress går inte att använda. Ange den i VAKA_SMTP med avsandare=namn@kommun.se."
            )
        if any(ord(tecken) < 32 for tecken in self.namn):
            raise Notisfel("Avsändarens namn ska vara en enda rad.")
        object.__setattr__(self, "bas_url", self.bas_url.rstrip("/"))
        object.__setattr__(self, "adress", doman_i_ascii(adress))

    @property
    def doman(self) -> str:
        return self.adress.rpartition("@")[2]


@lru_cache(maxsize=16)
def _fran(namn: str, adress: str) -> str:
    """What stands after From, in the widths that RFC 2047 allows."""
    return formataddr((namn, adress)) if namn.isascii() else f"{_ord('From', namn)}\r\n <{adress}>"


def _ord(huvud: str, text: str) -> str:
    """Words in a header, other letters than ASCII written as RFC 2047 has it."""
    return text if text.isascii() and len(text) < 60 else Header(text, "utf-8", header_name=huvud).encode(linesep="\r\n")


def _del(slag: str, text: str) -> bytes:
    # The last line of a part belongs to the part; the break before the boundary is the boundary's own.
    kodad = b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
    return (
        f'Content-Type: text/{slag}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'.encode() + kodad
    )


def som_epost(
    brev: Brev, *, till: str, avsandare: Avsandare, message_id: str, datum: datetime, bara_text: bool = False
) -> bytes:
    """The mail to hand to the server. `till` is an address that `doman_i_ascii` gave, `message_id` without angle brackets,
    `datum` with zone.

    Put together here and not by EmailMessage, which takes each header apart and the page letter by letter: twenty times as
    long. The words that need it are encoded by the library all the same. The same row gives the same bytes.
    """
    huvuden = [
        f"From: {_fran(avsandare.namn, avsandare.adress)}",
        f"To: {till}",
        f"Subject: {_ord('Subject', brev.amne)}",
        f"Date: {format_datetime(datum.astimezone(SVENSK_TID))}",
        f"Message-ID: <{message_id}>",
        # RFC 3834: no out-of-office answers back to us.
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Content-Language: sv",
        "MIME-Version: 1.0",
    ]
    if brev.valbart:  # so that a mail program can sort it, and offer the way to the page where it is turned off
        huvuden.append(f"List-Id: Vakas morgonbrev <morgonbrev.{avsandare.doman}>")
        huvuden.append(f"List-Unsubscribe: <{brev.valbart}>")
    text = _del("plain", brev.text)
    if bara_text:
        return "\r\n".join(huvuden).encode("ascii") + b"\r\n" + text
    # Not by chance, as the library has it: the copy after a crash is the same mail to the last byte.
    grans = f"=_vaka_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
    huvuden.append(f'Content-Type: multipart/alternative;\r\n boundary="{grans}"\r\n\r\n')
    skilje = f"\r\n--{grans}".encode()
    return b"".join((
        "\r\n".join(huvuden).encode("ascii"), skilje[2:], b"\r\n", text, skilje, b"\r\n", _del("html", brev.html), skilje, b"--\r\n",
    ))  # fmt: skip
