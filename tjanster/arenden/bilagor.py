"""Files of a case: what is taken in, judged by name and content together, and who reads it back.

A file's name may tell who somebody is. It is shown in the case and nowhere else; addresses and events bear its number.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from arbetsfloden.motor.ord import uppraknat
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.arenden.personuppgifter import ringen
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.krypto import Nyckelring

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran

HOGST_BYTE = 10 * 1024 * 1024
HOGST_FILER = 10
HOGST_TECKEN = 150
_HUVUD = re.compile(rb"[!-9;-~]+:")
_BREVHUVUD = re.compile(rb"^(?:from|date|received|message-id|mime-version):", re.I | re.M)


def _i_zip(innehall: bytes) -> list[str]:
    """The parts of a zip file; none when it is no zip."""
    try:
        return zipfile.ZipFile(BytesIO(innehall)).namelist()
    except Exception:  # a damaged one makes zipfile raise almost anything
        return []


def _office(del_: str) -> Callable[[bytes], bool]:
    """A Word or Excel file holds that part; one with macros is another sort, whatever it calls itself."""

    def ar(innehall: bytes) -> bool:
        delar = _i_zip(innehall)
        return del_ in delar and not any(d.endswith("vbaProject.bin") for d in delar)

    return ar


def _odt(innehall: bytes) -> bool:
    return innehall[:4] == b"PK\x03\x04" and b"mimetypeapplication/vnd.oasis.opendocument.text" in innehall[:200]


def _brev(innehall: bytes) -> bool:
    return b"\0" not in innehall and bool(_HUVUD.match(innehall) and _BREVHUVUD.search(innehall[:65536]))


def _text(innehall: bytes) -> bool:
    """UTF-8, or Windows-1252, without control characters."""
    if re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", innehall):
        return False
    for kodning in ("utf-8-sig", "cp1252"):
        try:
            innehall.decode(kodning)
        except UnicodeDecodeError:
            continue
        return True
    return False


@dataclass(frozen=True)
class Filtyp:
    """What people call it, what a browser does, and how its content is known."""

    ord: str
    mime: str
    ar: Callable[[bytes], bool]


_JPG = Filtyp("JPG", "image/jpeg", lambda b: b[:3] == b"\xff\xd8\xff")
TYPER: dict[str, Filtyp] = {
    "pdf": Filtyp("PDF", "application/pdf", lambda b: b"%PDF-" in b[:1024]),
    "docx": Filtyp(
        "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office("word/document.xml")
    ),
    "xlsx": Filtyp(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office("xl/workbook.xml")
    ),
    "odt": Filtyp("ODT", "application/vnd.oasis.opendocument.text", _odt),
    "png": Filtyp("PNG", "image/png", lambda b: b[:8] == b"\x89PNG\r\n\x1a\n"),
    "jpg": _JPG,
    "jpeg": _JPG,
    "eml": Filtyp("E-brev", "message/rfc822", _brev),
    "txt": Filtyp("Text", "text/plain", _text),
}
ANDELSER = tuple(e for e in TYPER if e != "jpeg")
ORD = {typ.mime: typ.ord for typ in TYPER.values()}


@dataclass(frozen=True)
class NyBilaga:
    """A file that has been looked through and may be kept. What comes from outside is made one by `granska`."""

    namn: str
    typ: str
    innehall: bytes


@dataclass(frozen=True)
class Bilagebild:
    """A file as the case shows it. storlek: bytes."""

    id: int
    namn: str
    typ: str
    storlek: int
    rubrik: str | None
    tid: datetime
    av: str


def granska(filer: Iterable[tuple[str, bytes]]) -> tuple[NyBilaga, ...]:
    """Names and contents as they were sent → files that may be kept. Raises OgiltigaUppgifter with every fault."""
    alla = [(namn, innehall) for namn, innehall in filer if namn or innehall]
    if not alla:
        raise OgiltigaUppgifter(falt={"filer": "Välj minst en fil."})
    fel = [f"Välj högst {HOGST_FILER} filer åt gången; det var {len(alla)}."] if len(alla) > HOGST_FILER else []
    klara = []
    for skickat, innehall in alla:
        namn = rent_namn(skickat)
        if (mening := _fel(namn, innehall)) is not None:
            fel.append(f"”{namn}” {mening}")
        else:
            klara.append(NyBilaga(namn, TYPER[_andelse(namn)].mime, innehall))
    if fel:
        raise OgiltigaUppgifter(falt={"filer": " ".join(fel)})
    return tuple(klara)


def rent_namn(skickat: str) -> str:
    """The file's name without folders, control characters and what turns the reading direction; the ending stays."""
    namn = unicodedata.normalize("NFC", re.split(r"[/\\]", skickat)[-1])
    namn = " ".join("".join(c for c in namn if unicodedata.category(c)[0] != "C" or c == "\t").split())
    stam, _, andelse = namn.rpartition(".")
    return namn if len(namn) <= HOGST_TECKEN else f"{stam[:HOGST_TECKEN]}.{andelse[:10]}"


def _andelse(namn: str) -> str:
    return namn.rpartition(".")[2].lower() if "." in namn else ""


def _fel(namn: str, innehall: bytes) -> str | None:
    """What is wrong with a file, as the rest of a sentence that begins with its name."""
    andelse, godtas = _andelse(namn), uppraknat(ANDELSER, "eller")
    if not innehall:
        return "är tom."
    if len(innehall) > HOGST_BYTE:
        return f"är för stor: {storlekstext(len(innehall))}, högst {storlekstext(HOGST_BYTE)}."
    if andelse not in TYPER:
        vad = f"är av typen .{andelse[:20]}, som inte tas emot" if andelse else "saknar filändelse"
        return f"{vad}. Spara den som {godtas}."
    if TYPER[andelse].ar(innehall):
        return None
    egentlig = next((e for e, typ in TYPER.items() if e != "txt" and typ.ar(innehall)), None)
    if egentlig is not None:
        return f"heter .{andelse} men innehåller {TYPER[egentlig].ord}. Byt ändelsen till .{egentlig}."
    return f"heter .{andelse} men innehållet är något annat, eller skadat. Öppna den och spara den på nytt som {godtas}."


def storlekstext(antal: int) -> str:
    """'340 kB', '1,2 MB'."""
    if antal < 1024 * 1024:
        return f"{max(1, round(antal / 1024))}\N{NO-BREAK SPACE}kB"
    return f"{antal / 1024 / 1024:.1f}".replace(".", ",").removesuffix(",0") + "\N{NO-BREAK SPACE}MB"


def bilagans_bindning(bilaga: int) -> str:
    return f"bilaga:{bilaga}"


def summa(ring: Nyckelring, innehall: bytes) -> str:
    """By which the same file is known again; without the key it tells nothing of what the file is."""
    return ring.mac("bilaga", innehall).hex()


def bifoga(conn: Connection, s: Sammanhang, lage: Lage, skr: Skrivning, begaran: "Begaran", rubrik: str | None) -> list[int]:
    """Leave the files of the request for writing; returns their numbers."""
    if not begaran.bilagor:
        raise OgiltigaUppgifter(falt={"filer": "Välj minst en fil."})
    ring = ringen(conn)
    summor = [summa(ring, b.innehall) for b in begaran.bilagor]
    _inga_tva_ganger(conn, lage, begaran.bilagor, summor)
    nya = s.nya_id(conn, "bilaga", len(begaran.bilagor))
    skr.bilagor += [
        {
            "id": i, "arende_id": lage.rad["id"], "namn": b.namn, "typ": b.typ, "storlek": len(b.innehall),
            "sha256": sha256, "krypterad": True, "innehall": ring.kryptera(b.innehall, bilagans_bindning(i)), "rubrik": rubrik,
            "av": begaran.av.id if begaran.av else None, "tid": begaran.nu,
        }
        for i, b, sha256 in zip(nya, begaran.bilagor, summor, strict=True)
    ]  # fmt: skip
    return nya


def _inga_tva_ganger(conn: Connection, lage: Lage, filer: Iterable[NyBilaga], summor: list[str]) -> None:
    """A form that was sent twice, and the same file chosen again, make one."""
    b = t.bilaga.c
    sats = select(b.sha256, b.namn).where(b.arende_id == lage.rad["id"], b.borttagen.is_(None), b.sha256.in_(summor))
    finns = {r.sha256: r.namn for r in conn.execute(sats)}
    fel = []
    for fil, sha256 in zip(filer, summor, strict=True):
        if sha256 in finns:
            samma = "" if finns[sha256] == fil.namn else f" som ”{finns[sha256]}”, med samma innehåll"
            fel.append(f"”{fil.namn}” är redan bifogad{samma}.")
        finns[sha256] = fil.namn
    if fel:
        raise OgiltigaUppgifter(falt={"filer": " ".join(fel)})


def ta_bort(conn: Connection, lage: Lage, skr: Skrivning, begaran: "Begaran", bilaga: str, skal: str) -> int:
    """Empty the file; its row and its events stay."""
    rad = _rad(conn, lage, int(bilaga)) if bilaga.isascii() and bilaga.isdigit() and len(bilaga) < 16 else None
    if rad is None:
        raise OgiltigaUppgifter(falt={"bilaga": f"Bilagan '{bilaga}' finns inte här, eller är redan borttagen."})
    skr.tomda.append(
        {"id": rad.id, "borttagen": begaran.nu, "borttagen_av": begaran.av.id if begaran.av else None, "skal": skal}
    )
    return int(rad.id)


def bilagor(conn: Connection, lage: Lage) -> tuple[Bilagebild, ...]:
    """The case's files, the first one first. Those taken away are told of by the history alone."""
    b, a = t.bilaga.c, t.anvandare.c
    sats = (
        select(b.id, b.namn, b.typ, b.storlek, b.rubrik, b.tid, a.namn.label("av"))
        .select_from(t.bilaga.outerjoin(t.anvandare, a.id == b.av))
        .where(b.arende_id == lage.rad["id"], b.borttagen.is_(None))
        .order_by(b.id)
    )
    return tuple(Bilagebild(**dict(r) | {"av": r["av"] or "Vaka"}) for r in conn.execute(sats).mappings())


def har_bilaga(conn: Connection, lage: Lage) -> bool:
    b = t.bilaga.c
    sats = select(b.id).where(b.arende_id == lage.rad["id"], b.borttagen.is_(None)).limit(1)
    return conn.execute(sats).first() is not None


def las_bilaga(conn: Connection, lage: Lage, bilaga: int) -> NyBilaga:
    """A file of the case with its content. FinnsInte for another case's and for one that was taken away."""
    rad = _rad(conn, lage, bilaga, t.bilaga.c.innehall)
    if rad is None:
        raise FinnsInte("Bilagan")
    return NyBilaga(rad.namn, rad.typ, ringen(conn).oppna(rad.innehall, bilagans_bindning(rad.id)))


def huvuden(bilaga: NyBilaga) -> dict[str, str]:
    """Headers by which a browser saves the file and never shows it, whatever it may hold."""
    enkelt = re.sub(r"[^A-Za-z0-9._ -]", "_", bilaga.namn)
    return {
        "content-disposition": f"attachment; filename=\"{enkelt}\"; filename*=UTF-8''{quote(bilaga.namn, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def _rad(conn: Connection, lage: Lage, bilaga: int, *mer: Any) -> Any:
    b = t.bilaga.c
    if not 0 < bilaga < 2**62:
        return None
    sats = select(b.id, b.namn, b.typ, *mer).where(
        b.id == bilaga, b.arende_id == lage.rad["id"], b.borttagen.is_(None)
    )
    return conn.execute(sats).one_or_none()
