"""Sorts of files that may be attached, each known by its content. The ending alone is never believed.

A file is what it says from its first byte to its last: one that is two things at once, or is cut off, is neither.
"""

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from tjanster.arenden.ziparkiv import Arkivfel, Delar, ga_igenom

_HUVUD = re.compile(rb"[!-9;-~]+:")
_BREVHUVUD = re.compile(rb"^(?:from|date|received|message-id|mime-version):", re.I | re.M)
_STYRTECKEN = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"(?:<!--(?:(?!-->).)*-->|<\?xml[^>]*>|\s)*<(?:!doctype|\?xml|html|head|body|script|iframe|svg|style|title|table|div|img|a|b|br|p|h1)\b",
    re.I | re.S,
)
_SKRIPT = re.compile(rb"<(?:script|svg|iframe|object|embed)[\s/>]", re.I)
_BOM = b"\xef\xbb\xbf"


class Filnej(Exception):
    """Of the right sort, but not to be taken in; the rest of a sentence that begins with the file's name."""


@dataclass(frozen=True)
class Filtyp:
    """What people call it, what a browser does, and how its content is known. `ar` raises Filnej."""

    ord: str
    mime: str
    ar: Callable[[bytes], bool]


def _arkivet(innehall: bytes) -> Delar | None:
    """The parts of a zip file; None when it is none, or begins or ends with something else."""
    if innehall[:4] != b"PK\x03\x04":
        return None
    try:
        return ga_igenom(innehall)
    except zipfile.BadZipFile:
        return None
    except Arkivfel as fel:
        raise Filnej(str(fel)) from None


def _utan_makron(delar: Delar) -> None:
    """Programs are found by their own part's name, or by what the list of parts calls them, whatever their name is."""
    namn = [d.lower() for d in delar.namn]
    if (
        any(d.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in d or "/macrosheets/" in d for d in namn)
        or any(re.search(r"/embeddings/.*\.bin$", d) or d.startswith(("basic/", "scripts/")) for d in namn)
        or any(x in delar.innehallslista for x in (b"macroenabled", b"vbaproject", b"activex", b"macrosheet"))
    ):
        raise Filnej("innehåller makron eller inbäddade program. Spara den utan dem, eller som pdf.")


def _office(del_: str) -> Callable[[bytes], bool]:
    def ar(innehall: bytes) -> bool:
        delar = _arkivet(innehall)
        if delar is None or del_ not in delar.namn:
            return False
        _utan_makron(delar)
        return True

    return ar


def _odt(innehall: bytes) -> bool:
    if b"mimetypeapplication/vnd.oasis.opendocument.text" not in innehall[:200] or not (delar := _arkivet(innehall)):
        return False
    _utan_makron(delar)
    return True


def _pdf(innehall: bytes) -> bool:
    if innehall.removeprefix(_BOM).lstrip()[:5] != b"%PDF-":
        return False
    if b"%%EOF" not in innehall[-2048:]:
        raise Filnej("är avkapad: slutet saknas. Öppna den och spara den på nytt, eller hämta den igen.")
    return _bara_en_sak(innehall)


def _bara_en_sak(innehall: bytes) -> bool:
    if zipfile.is_zipfile(BytesIO(innehall)):
        raise Filnej("är två sorters filer på en gång: den har ett zip-arkiv i sig. Öppna den och spara den på nytt.")
    return True


def _png(innehall: bytes) -> bool:
    """Piece by piece to the last one, with nothing after it."""
    if innehall[:8] != b"\x89PNG\r\n\x1a\n":
        return False
    plats, forsta = 8, True
    while plats + 12 <= len(innehall):
        langd, sort = struct.unpack_from(">I4s", innehall, plats)
        if forsta and sort != b"IHDR":
            return False
        plats, forsta = plats + 12 + langd, False
        if sort == b"IEND":
            if plats < len(innehall):
                raise Filnej("har något mer efter bildens slut. Öppna den och spara den på nytt.")
            return plats == len(innehall)
    raise Filnej("är avkapad: bildens slut saknas. Hämta den igen, eller ta bilden på nytt.")


def _jpg(innehall: bytes) -> bool:
    """Piece by piece to where the picture begins; its end must come after that. Cameras may put more behind it."""
    if innehall[:3] != b"\xff\xd8\xff":
        return False
    plats = 2
    while plats + 4 <= len(innehall) and innehall[plats] == 0xFF:
        sort, langd = struct.unpack_from(">xBH", innehall, plats)
        if sort == 0xFF:  # filling between pieces
            plats += 1
            continue
        if sort == 0xDA:
            if innehall.find(b"\xff\xd9", plats) < 0:
                break
            return _bara_en_sak(innehall)
        plats += 2 + langd
    raise Filnej("är avkapad: bildens slut saknas. Hämta den igen, eller ta bilden på nytt.")


def _brev(innehall: bytes) -> bool:
    return b"\0" not in innehall and bool(_HUVUD.match(innehall) and _BREVHUVUD.search(innehall[:65536]))


def _text(innehall: bytes) -> bool:
    """UTF-8, or Windows-1252, without control characters; no page or picture that a browser would run."""
    if _STYRTECKEN.search(innehall):
        return False
    for kodning in ("utf-8-sig", "cp1252"):
        try:
            innehall.decode(kodning)
        except UnicodeDecodeError:
            continue
        if _MARKUP.match(innehall.removeprefix(_BOM)[:4096]) or _SKRIPT.search(innehall):
            raise Filnej("innehåller en webbsida eller SVG-bild, som inte tas emot. Spara den som pdf eller png.")
        return True
    return False


_JPG = Filtyp("JPG", "image/jpeg", _jpg)
TYPER: dict[str, Filtyp] = {
    "pdf": Filtyp("PDF", "application/pdf", _pdf),
    "docx": Filtyp(
        "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office("word/document.xml")
    ),
    "xlsx": Filtyp(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office("xl/workbook.xml")
    ),
    "odt": Filtyp("ODT", "application/vnd.oasis.opendocument.text", _odt),
    "png": Filtyp("PNG", "image/png", _png),
    "jpg": _JPG,
    "jpeg": _JPG,
    "eml": Filtyp("E-brev", "message/rfc822", _brev),
    "txt": Filtyp("Text", "text/plain", _text),
}
ANDELSER = tuple(e for e in TYPER if e != "jpeg")
ORD = {typ.mime: typ.ord for typ in TYPER.values()}


def egentlig(innehall: bytes) -> str | None:
    """The ending that the content should have had; None when it is nothing that is taken in."""
    for andelse, typ in TYPER.items():
        try:
            if andelse != "txt" and typ.ar(innehall):
                return andelse
        except Filnej:
            return andelse
    return None
