"""Looks through a zip file without keeping what it unpacks: does it swell, does it hold others, does it lie about itself?

A file's own list may say anything, so what is packed is counted too, never further than the list says it reaches.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

HOGST_UPPACKAD = 100 * 1024 * 1024
HOGST_GANGER = 200
FAR_VAXA = 1024 * 1024
HOGST_DELAR = 5000
STYCKE = 64 * 1024
LISTAN = "[Content_Types].xml"
_SVALLER = "växer för mycket när den packas upp. Dela upp den, eller spara den som pdf."
_LJUGER = "är skadad eller ändrad: den innehåller något annat än den säger. Öppna den och spara den på nytt."
_ARKIV = re.compile(r"\.(zip|7z|rar|gz|bz2|xz|tar|tgz|jar|cab|iso|exe|dll|msi|js|vbs|ps1|bat|cmd|scr|lnk|hta)$", re.I)
_UTANFOR = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")


class Arkivfel(Exception):
    """Why the file isn't taken in, as the rest of a sentence that begins with its name."""


@dataclass(frozen=True)
class Delar:
    """innehallslista: the list by which Office names the sort of each part, in lower case."""

    namn: frozenset[str]
    innehallslista: bytes = b""


def ga_igenom(innehall: bytes) -> Delar:
    """The parts of the file. Raises zipfile.BadZipFile when it is none, and Arkivfel when it isn't safe to open."""
    try:
        arkiv = zipfile.ZipFile(BytesIO(innehall))
    except zipfile.BadZipFile:
        raise
    except Exception as fel:  # a damaged one makes zipfile raise almost anything
        raise zipfile.BadZipFile from fel
    delar = sorted(arkiv.infolist(), key=lambda d: d.header_offset)
    _listan(innehall, delar)
    lista, slut = b"", 0
    for del_ in delar:
        if del_.header_offset < slut:
            raise Arkivfel(_LJUGER)  # parts that lie upon each other swell without end
        borjan = _borjan(innehall, del_)
        slut = borjan + del_.compress_size
        if slut > len(innehall):
            raise Arkivfel(_LJUGER)
        inne = _rakna(innehall[borjan:slut], del_)
        if inne.startswith(b"PK\x03\x04") and not re.search(
            r"/embeddings/[^/]+\.(docx|xlsx|pptx)$", f"/{del_.filename}", re.I
        ):
            raise Arkivfel("innehåller ett annat arkiv. Bifoga filerna var för sig.")
        if del_.filename == LISTAN:
            lista = inne.lower()
    return Delar(frozenset(d.filename for d in delar), lista)


def _listan(innehall: bytes, delar: list[zipfile.ZipInfo]) -> None:
    """What the file says of itself, before anything is unpacked."""
    namn = [d.filename for d in delar]
    if len(delar) > HOGST_DELAR or sum(d.file_size for d in delar) > HOGST_UPPACKAD:
        raise Arkivfel(_SVALLER)
    if len(set(namn)) != len(namn) or any(_UTANFOR.search(d.orig_filename) for d in delar):
        raise Arkivfel(_LJUGER)
    if any(d.flag_bits & 1 for d in delar):
        raise Arkivfel("är låst med lösenord och kan inte granskas. Spara den utan lösenord.")
    if any(_ARKIV.search(n) for n in namn):
        raise Arkivfel("innehåller ett arkiv eller ett program. Bifoga filerna var för sig.")
    uppackat, packat = sum(d.file_size for d in delar), sum(d.compress_size for d in delar)
    if uppackat > FAR_VAXA and uppackat > packat * HOGST_GANGER:
        raise Arkivfel(_SVALLER)


def _borjan(innehall: bytes, del_: zipfile.ZipInfo) -> int:
    try:
        marke, namn, extra = struct.unpack_from("<4s22xHH", innehall, del_.header_offset)
    except struct.error:
        raise Arkivfel(_LJUGER) from None
    if marke != b"PK\x03\x04":
        raise Arkivfel(_LJUGER)
    return int(del_.header_offset + 30 + namn + extra)


def _rakna(packat: bytes, del_: zipfile.ZipInfo) -> bytes:
    """The beginning of the part, having counted that it is as long as it says; all of the list of parts."""
    if del_.compress_type == zipfile.ZIP_STORED:
        antal, forsta = len(packat), packat[:STYCKE]
    elif del_.compress_type == zipfile.ZIP_DEFLATED:
        antal, forsta = _packa_upp(packat, del_.file_size)
    else:
        raise Arkivfel("är packad på ett sätt som inte kan granskas. Öppna den och spara den på nytt.")
    if antal != del_.file_size:
        raise Arkivfel(_LJUGER)
    return forsta


def _packa_upp(packat: bytes, sagt: int) -> tuple[int, bytes]:
    """How long it is, counted until it is longer than was said, and how it begins."""
    motor, antal, forsta, kvar = zlib.decompressobj(-15), 0, b"", packat
    try:
        while not motor.eof and antal <= sagt:
            bit = motor.decompress(kvar, STYCKE)
            kvar = motor.unconsumed_tail
            antal += len(bit)
            if len(forsta) < 16 * STYCKE:
                forsta += bit
            if not bit and not kvar:
                break
    except zlib.error:
        raise Arkivfel(_LJUGER) from None
    return antal, forsta
