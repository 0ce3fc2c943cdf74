"""The mail itself: headers, and the two texts as alternatives of one another (RFC 2046 5.1.4), the page last."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
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


def som_epost(
    brev: Brev, *, till: str, avsandare: Avsandare, message_id: str, datum: datetime, bara_text: bool = False
) -> EmailMessage:
    """The mail to hand to the server. `message_id` without angle brackets, `datum` with zone."""
    post = EmailMessage(policy=SMTP)
    post["From"] = Address(avsandare.namn, addr_spec=avsandare.adress)
    post["To"] = Address(addr_spec=till)
    post["Subject"] = brev.amne
    post["Date"] = format_datetime(datum.astimezone(SVENSK_TID))
    post["Message-ID"] = f"<{message_id}>"
    # RFC 3834: no out-of-office answers back to us.
    post["Auto-Submitted"] = "auto-generated"
    post["X-Auto-Response-Suppress"] = "All"
    post["Content-Language"] = "sv"
    if brev.valbart:  # so that a mail program can sort it, and offer the way to the page where it is turned off
        post["List-Id"] = f"Vakas morgonbrev <morgonbrev.{avsandare.doman}>"
        post["List-Unsubscribe"] = f"<{brev.valbart}>"
    post.set_content(brev.text, charset="utf-8", cte="quoted-printable")
    if not bara_text:
        post.add_alternative(brev.html, subtype="html", charset="utf-8", cte="quoted-printable")
        # Not by chance, as the library has it: the copy after a crash is the same mail to the last byte.
        post.set_boundary(f"=_vaka_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")
        for del_ in post.iter_parts():
            del del_["MIME-Version"]  # belongs to the whole mail alone
    return post
