"""From white list and template to a notice as it is read: as text, and as a page that says the same.

Same row in, same mail out, also when a crash makes it go twice.
"""

import base64
import difflib
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from markupsafe import Markup

from notiser.motor.falt import Falt, Notisfel
from notiser.motor.katalog import KATALOG
from notiser.motor.samling import dela

MALLAR = Path(__file__).parent.parent / "mallar"
SIDFOT = "_sidfot"
STIL = "_stil.css"
FRAN_BREV = "?fran=brev"
INSTALLNINGAR = "/konto/brev"


@dataclass(frozen=True)
class Brev:
    """A notice as it will be read. `valbart`: the page where one chooses not to have it; empty for what always goes."""

    amne: str
    text: str
    html: str
    mallversion: str
    valbart: str = ""


@dataclass(frozen=True)
class _Mall:
    amne: Template
    text: Template
    html: Template
    version: str


class _EjIfyllt:
    """A field left out: false in a condition, but the word None can never be printed in a mail."""

    def __init__(self, namn: str) -> None:
        self.namn = namn

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise Notisfel(f"fältet '{self.namn}' är inte ifyllt.")


# A macro's words count as safe where they are written out, so a page reads the shared ones in a form of its own, escaped.
I_BADA = {"_ord.html": "_ord.txt"}


def _kalla(fil: str) -> str | None:
    vag = MALLAR / I_BADA.get(fil, fil)
    return vag.read_text(encoding="utf-8") if vag.is_file() else None


MILJO = Environment(
    loader=FunctionLoader(_kalla),
    undefined=StrictUndefined,
    autoescape=lambda namn: namn is not None and namn.endswith(".html"),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def las_om() -> None:
    """Forget the templates that have been read."""
    _mall.cache_clear()
    stil.cache_clear()
    if MILJO.cache is not None:
        MILJO.cache.clear()


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
def stil() -> tuple[Markup, str]:
    """The style sheet that stands in every page, and its hash as a content security policy wants it. Nothing is filled in in it,
    so one hash lets just this sheet through wherever a letter is shown."""
    css = (_kalla(STIL) or "").strip()
    return Markup(css), f"sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}"  # noqa: S704 -- a file of our own


@cache
def _mall(namn: str) -> _Mall:
    mallfil(namn)
    filer = [f"{namn}.txt", f"{namn}.html", *sorted(fil.name for fil in MALLAR.glob("_*"))]
    kallor = {fil: kalla for fil in filer if (kalla := _kalla(fil)) is not None}
    for fil in (f"{namn}.txt", f"{namn}.html", f"{SIDFOT}.txt"):
        if fil not in kallor:
            raise Notisfel(f"Mallen mallar/{fil} saknas.")
    amne, text = tolka_mall(namn, kallor[f"{namn}.txt"], kallor[f"{SIDFOT}.txt"])
    version = hashlib.sha256("\0".join(kallor.values()).encode()).hexdigest()[:16]
    fil = f"{namn}.txt"
    try:
        delar = MILJO.from_string(amne), MILJO.from_string(text)
        fil = f"{namn}.html"
        return _Mall(*delar, MILJO.get_template(fil), version)
    except TemplateNotFound as fel:
        raise Notisfel(f"Mallen mallar/{fel.name} saknas.") from None
    except TemplateError as fel:
        raise Notisfel(f"Mallen mallar/{fil} går inte att läsa: {fel.message}") from None


def rendera(mall: str, falt: Falt, *, bas_url: str) -> Brev:
    """The notice `mall` written out. Raises Notisfel when a field that the text needs is empty."""
    laddad, sort = _mall(mall), KATALOG[mall]
    if sort.samlingsbrev and not falt.rader:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: den har inga rader.")
    data = _sammanhang(mall, falt, bas_url)
    try:
        amne, text = laddad.amne.render(data).strip(), laddad.text.render(data)
        html = laddad.html.render(data | {"amne": amne, "stil": stil()[0]})
    except (TemplateError, Notisfel) as fel:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: {fel}") from None
    if not amne or len(amne) > 150 or "\n" in amne or "\r" in amne:
        raise Notisfel(f"Notisen '{mall}' kan inte skrivas: ämnet ska vara en rad med högst 150 tecken.")
    valbart = data["installningar"] if sort.namn == "morgonbrev" and not falt.bara_trappan else ""
    return Brev(amne, text, html, laddad.version, valbart)


def _sammanhang(mall: str, falt: Falt, bas_url: str) -> dict[str, Any]:
    data, bas = falt.as_dict(), bas_url.rstrip("/")
    if KATALOG[mall].samlingsbrev:
        data |= dela(data)
    for rad in (data, *data["rader"]):
        fran = FRAN_BREV if rad["lank"].startswith("/arende/") else ""  # the log of readings tells how somebody came
        rad["lank"] = bas + rad["lank"] + fran
        rad.update({namn: _EjIfyllt(namn) for namn, varde in rad.items() if varde is None})
    if data["lank_fler"]:
        data["lank_fler"] = bas + data["lank_fler"]
    # Only one who has an account has anything to choose.
    data["installningar"] = bas + INSTALLNINGAR if KATALOG[mall].till_konto else ""
    data["om_arenden"] = bool(falt.arendenummer or falt.rader)
    return data
