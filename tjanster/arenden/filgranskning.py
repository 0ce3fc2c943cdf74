"""Looks through files that were sent: number, size, name and content together, then the virus scanner's word."""

import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from arbetsfloden.motor.ord import uppraknat
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.filtyper import ANDELSER, TYPER, Filnej, egentlig
from tjanster.virus import ForStor, SvararInte, Virusskydd

HOGST_BYTE = 10 * 1024 * 1024
HOGST_FILER = 10
HOGST_TECKEN = 150
_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.I)

logg = logging.getLogger("vaka.bilagor")


class VirusskyddetSvararInte(Nej):
    """Nobody has said that the files are clean, so they are not taken in."""

    kod = "virusskyddet_svarar_inte"
    status = 503

    def __init__(self) -> None:
        mening = "Filerna kan inte tas emot just nu: virusskyddet svarar inte. Försök igen om en stund."
        super().__init__(mening, {"filer": mening})


@dataclass(frozen=True)
class NyBilaga:
    """A file that has been looked through and may be kept. What comes from outside is made one by `granska`."""

    namn: str
    typ: str
    innehall: bytes


def granska(
    filer: Iterable[tuple[str, bytes]], virus: Virusskydd | None = None, konto: int | None = None
) -> tuple[NyBilaga, ...]:
    """Names and contents as they were sent → files that may be kept. konto: who sends them, for the log.

    Raises OgiltigaUppgifter with every fault, and VirusskyddetSvararInte."""
    alla = [(namn, innehall) for namn, innehall in filer if namn or innehall]
    if not alla:
        raise OgiltigaUppgifter(falt={"filer": "Välj minst en fil."})
    if len(alla) > HOGST_FILER:
        raise OgiltigaUppgifter(falt={"filer": f"Välj högst {HOGST_FILER} filer åt gången; det var {len(alla)}."})
    fel, klara = [], []
    for skickat, innehall in alla:
        namn = rent_namn(skickat)
        if (mening := _fel(namn, innehall)) is not None:
            fel.append(f"”{namn}” {mening}")
        else:
            klara.append(NyBilaga(namn, TYPER[_andelse(namn)].mime, innehall))
    if virus is not None and klara:
        fel += _smittade(virus, klara, konto)
    if fel:
        raise OgiltigaUppgifter(falt={"filer": " ".join(fel)})
    return tuple(klara)


def _smittade(virus: Virusskydd, filer: list[NyBilaga], konto: int | None) -> list[str]:
    """The sentences tell the file's name to who sent it; the log never does."""
    fel = []
    svar = virus.granska(f.innehall for f in filer)
    for fil in filer:
        try:
            vad = next(svar)
        except ForStor:
            return [
                f"”{fil.namn}” är för stor för virusskyddet. Dela upp den, eller be administratören höja dess gräns."
            ]
        except SvararInte as nej:
            logg.error("Virusskyddet svarar inte: %s", nej)
            raise VirusskyddetSvararInte from None
        if vad is not None:
            logg.warning("Smittad fil stoppad: konto %s, %s", konto, re.sub(r"[^\w.:-]", "_", vad)[:80])
            fel.append(f"”{fil.namn}” stoppades av virusskyddet. Öppna den inte, och hör av dig till it-supporten.")
    return fel


def rent_namn(skickat: str) -> str:
    """The file's name without folders, control characters and what turns the reading direction; the ending stays."""
    namn = unicodedata.normalize("NFC", re.split(r"[/\\]", skickat)[-1])
    namn = " ".join("".join(c for c in namn if unicodedata.category(c)[0] != "C" or c == "\t").split()).rstrip(". ")
    stam, punkt, andelse = namn.rpartition(".")
    if punkt and not stam.strip(". "):
        namn = f"namnlös.{andelse}"
    elif _WINDOWS.fullmatch(namn.split(".")[0].strip()):
        namn = f"_{namn}"  # Windows takes it for a device, and opens that
    if len(namn) <= HOGST_TECKEN:
        return namn
    return f"{stam[:HOGST_TECKEN]}.{andelse[:10]}" if stam else namn[:HOGST_TECKEN]


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
    try:
        if TYPER[andelse].ar(innehall):
            return None
    except Filnej as nej:
        return str(nej)
    if (ratt := egentlig(innehall)) is not None:
        return f"heter .{andelse} men innehåller {TYPER[ratt].ord}. Byt ändelsen till .{ratt}."
    return (
        f"heter .{andelse} men innehållet är något annat, eller skadat. Öppna den och spara den på nytt som {godtas}."
    )


def storlekstext(antal: int) -> str:
    """'340 kB', '1,2 MB'."""
    if antal < 1024 * 1024:
        return f"{max(1, round(antal / 1024))}\N{NO-BREAK SPACE}kB"
    return f"{antal / 1024 / 1024:.1f}".replace(".", ",").removesuffix(",0") + "\N{NO-BREAK SPACE}MB"
