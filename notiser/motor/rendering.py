"""From white list and text file to a mail. Same row in, same mail out, also when a crash makes it go twice."""

import difflib
import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from notiser.motor.falt import SVENSK_TID, Falt, Notisfel, doman_i_ascii
from notiser.motor.katalog import KATALOG

MALLAR = Path(__file__).parent.parent / "mallar"
SIDFOT = "_sidfot"
FRAN_BREV = "?fran=brev"


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


@dataclass(frozen=True)
class Brev:
    """A notice as it will be read."""

    amne: str
    text: str
    mallversion: str


@dataclass(frozen=True)
class _Mall:
    amne: Template
    text: Template
    version: str


class _EjIfyllt:
    """A field left out: false in a condition, but the word None can never be printed in a mail."""

    def __init__(self, namn: str) -> None:
        self.namn = namn

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise Notisfel(f"fältet '{self.namn}' är inte ifyllt.")


MILJO = Environment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
)


def mallfil(namn: str) -> Path:
    """The text file of a notice. Notisfel, with the nearest name, when the catalogue has no such notice."""
    if namn != SIDFOT and namn not in KATALOG:
        nara = difflib.get_close_matches(namn, KATALOG, n=1)
        raise Notisfel(f"Notisen '{namn}' finns inte i katalogen." + (f" Menade du '{nara[0]}'?" if nara else ""))
    return MALLAR / f"{namn}.txt"


def tolka_mall(namn: str, kalla: str, sidfot: str) -> tuple[str, str]:
    """Subject and body (with footer) of a template's text. Notisfel when the file has the wrong shape."""
    forsta, _, rest = kalla.partition("\n")
    tomrad, _, kropp = rest.partition("\n")
    if not forsta.startswith("Ämne: ") or tomrad.strip() or not kropp.strip():
        raise Notisfel(f"Mallen mallar/{namn}.txt ska börja med raden 'Ämne: …', sedan en tom rad och sedan texten.")
    return forsta.removeprefix("Ämne: ").strip(), kropp.rstrip() + "\n\n" + sidfot.rstrip() + "\n"


@cache
def _mall(namn: str) -> _Mall:
    fil = mallfil(namn)
    try:
        kalla, sidfot = fil.read_text(encoding="utf-8"), mallfil(SIDFOT).read_text(encoding="utf-8")
    except FileNotFoundError as fel:
        raise Notisfel(f"Mallen mallar/{Path(fel.filename).name} saknas.") from None
    amne, text = tolka_mall(namn, kalla, sidfot)
    version = hashlib.sha256((kalla + "\0" + sidfot).encode()).hexdigest()[:16]
    try:
        return _Mall(MILJO.from_string(amne), MILJO.from_string(text), version)
    except TemplateError as fel:
        raise Notisfel(f"Mallen mallar/{namn}.txt går inte att läsa: {fel.message}") from None


def rendera(mall: str, falt: Falt, *, bas_url: str) -> Brev:
    """The notice `mall` written out. Raises Notisfel when a field that the text needs is empty."""
    laddad = _mall(mall)
    if KATALOG[mall].samlingsbrev and not falt.rader:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: den har inga rader.")
    data = _sammanhang(falt, bas_url)
    try:
        amne, text = laddad.amne.render(data).strip(), laddad.text.render(data)
    except (TemplateError, Notisfel) as fel:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: {fel}") from None
    if not amne or len(amne) > 150 or "\n" in amne or "\r" in amne:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: ämnet ska vara en rad med högst 150 tecken.")
    return Brev(amne, text, laddad.version)


def _sammanhang(falt: Falt, bas_url: str) -> dict[str, Any]:
    data = falt.as_dict()
    for rad in (data, *data["rader"]):
        fran = FRAN_BREV if rad["lank"].startswith("/arende/") else ""  # the log of readings tells how somebody came
        rad["lank"] = bas_url.rstrip("/") + rad["lank"] + fran
        rad.update({namn: _EjIfyllt(namn) for namn, varde in rad.items() if varde is None})
    return data


def som_epost(brev: Brev, *, till: str, avsandare: Avsandare, message_id: str, datum: datetime) -> EmailMessage:
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
    post.set_content(brev.text, charset="utf-8", cte="quoted-printable")
    return post
