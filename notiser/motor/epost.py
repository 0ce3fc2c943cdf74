"""The mail itself: headers, and the two texts as alternatives of one another (RFC 2046 5.1.4), the page last."""

import hashlib
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

from notiser.motor.falt import SVENSK_TID, Notisfel, doman_i_ascii
from notiser.motor.rendering import Brev

_POLICY = compat32.clone(linesep="\r\n", mangle_from_=False)


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


def som_epost(
    brev: Brev, *, till: str, avsandare: Avsandare, message_id: str, datum: datetime, bara_text: bool = False
) -> bytes:
    """The mail to hand to the server, the same bytes each time for the same row. `till` is an address that `doman_i_ascii`
    gave, `message_id` without angle brackets, `datum` with zone.

    By the library's plain message: its newer one takes every header apart and encodes the page letter by letter, which is
    five times as slow.
    """
    post = Message(_POLICY)
    post["From"] = _fran(avsandare.namn, avsandare.adress)
    post["To"] = till
    post["Subject"] = Header(brev.amne, None if brev.amne.isascii() else "utf-8", header_name="Subject")
    post["Date"] = format_datetime(datum.astimezone(SVENSK_TID))
    post["Message-ID"] = f"<{message_id}>"
    # RFC 3834: no out-of-office answers back to us.
    post["Auto-Submitted"] = "auto-generated"
    post["X-Auto-Response-Suppress"] = "All"
    post["Content-Language"] = "sv"
    post["MIME-Version"] = "1.0"
    if brev.valbart:  # so that a mail program can sort it, and offer the way to the page where it is turned off
        post["List-Id"] = f"Vakas morgonbrev <morgonbrev.{avsandare.doman}>"
        post["List-Unsubscribe"] = f"<{brev.valbart}>"
    if any("\r" in str(varde) or "\n" in str(varde) for varde in post.values()):
        raise Notisfel("Brevets huvud ska vara en rad för varje uppgift.")
    if bara_text:
        _fyll(post, "plain", brev.text)
        return post.as_bytes()
    # Not by chance, as the library has it: the copy after a crash is the same mail to the last byte.
    post["Content-Type"] = f'multipart/alternative; boundary="=_vaka_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"'
    for slag, text in (("plain", brev.text), ("html", brev.html)):
        post.attach(del_ := Message(_POLICY))
        _fyll(del_, slag, text)
    return post.as_bytes()


def _fran(namn: str, adress: str) -> Header | str:
    if namn.isascii():
        return formataddr((namn, adress))
    fran = Header(namn, "utf-8", header_name="From")
    fran.append(f"<{adress}>", "us-ascii")
    return fran


def _fyll(post: Message, slag: str, text: str) -> None:
    post["Content-Type"] = f'text/{slag}; charset="utf-8"'
    post["Content-Transfer-Encoding"] = "quoted-printable"
    post.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
