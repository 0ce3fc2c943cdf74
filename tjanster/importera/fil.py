"""Read a CSV file as municipalities' systems write them: UTF-8 or Windows-1252, `;` or `,`, quotes or not."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arbetsfloden import narmast
from tjanster.importera.rapport import Radfel
from tjanster.kalkylblad import utan_apostrof

FELKOLUMN = "fel"  # the reason column of a file of faulty rows, which may come back mended
LANGSTA_CELL = 1_000_000


class Importfel(ValueError):
    """The file can't be read at all, or its columns aren't the right ones. `fel` and `skal` say each thing that is wrong."""

    def __init__(self, fel: Sequence[Radfel | str]) -> None:
        self.fel = [f if isinstance(f, Radfel) else Radfel(0, "", "", f) for f in fel]
        self.skal = [str(f) for f in self.fel]
        super().__init__("\n".join(self.skal))


@dataclass(frozen=True)
class Filrad:
    """One row: the line it starts on, and its cells by column, blanks trimmed."""

    rad: int
    celler: dict[str, str]


def las_csv(fil: Path | bytes, kolumner: Sequence[str]) -> tuple[list[Filrad], list[Radfel]]:
    """The rows of a file or of what it held, and those that don't have as many cells as the heading. Raises Importfel."""
    lasare = _Lasare(_text(fil))
    try:
        return lasare.las(kolumner)
    except csv.Error as e:
        mening = (
            f"raden går inte att läsa: {_pa_svenska(str(e))}. Ett citattecken (\") som börjar en cell ska också avsluta den."
        )
        raise Importfel([Radfel(lasare.rad, "", "", mening)]) from None


def _text(fil: Path | bytes) -> str:
    filen = "Filen" if isinstance(fil, bytes) else f"Filen {fil}"
    try:
        data = fil if isinstance(fil, bytes) else Path(fil).read_bytes()
    except OSError as e:
        raise Importfel([f"{filen} går inte att läsa: {e.strerror}."]) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Importfel([f"{filen} är UTF-16. Spara den som 'CSV UTF-8' och försök igen."])
    if b"\0" in data:
        raise Importfel([f"{filen} är ingen textfil. Spara kalkylbladet som 'CSV UTF-8' och försök igen."])
    for teckenkod in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(teckenkod)
        except UnicodeDecodeError as e:
            plats = data.count(b"\n", 0, e.start) + 1
    mening = "raden har tecken som varken är UTF-8 eller Windows-1252. Spara filen som 'CSV UTF-8' och försök igen"
    raise Importfel([Radfel(plats, "", "", mening)])


class _Lasare:
    def __init__(self, text: str) -> None:
        self.rad = 1
        forsta = next((rad for rad in io.StringIO(text) if rad.strip()), "")
        avgransare = max(";,\t", key=lambda tecken: (forsta.count(tecken), tecken == ";"))
        csv.field_size_limit(LANGSTA_CELL)
        self._csv = csv.reader(io.StringIO(text, newline=""), delimiter=avgransare, strict=True)

    def _nasta(self) -> list[str] | None:
        """The next row that isn't empty; `self.rad` is the line it starts on."""
        while True:
            self.rad = self._csv.line_num + 1
            rad = next(self._csv, None)
            if rad is None or any(cell.strip() for cell in rad):
                return rad

    def las(self, kolumner: Sequence[str]) -> tuple[list[Filrad], list[Radfel]]:
        rubrik = self._nasta()
        if rubrik is None:
            raise Importfel([f"Filen är tom. Första raden ska vara {';'.join(kolumner)}."])
        har = _granska_rubrik([" ".join(cell.split()).lower() for cell in rubrik], self.rad, kolumner)
        rader: list[Filrad] = []
        fel: list[Radfel] = []
        antal = len(har)
        while (rad := self._nasta()) is not None:
            if len(rad) != antal:
                mening = f"raden har {len(rad)} celler, rubriken har {antal}. Texter med avgränsare eller radbyte ska stå inom citattecken"
                fel.append(Radfel(self.rad, "", "", mening))
            celler = {namn: utan_apostrof(cell.strip()) for namn, cell in zip(har, rad, strict=False)}
            celler.pop(FELKOLUMN, None)
            rader.append(Filrad(self.rad, celler))
        return rader, fel


def _granska_rubrik(har: list[str], rad: int, kolumner: Sequence[str]) -> list[str]:
    """Every fault in the heading at once: unknown, doubled and missing columns."""
    fel = []
    for plats, namn in enumerate(har):
        if namn in har[:plats]:
            fel.append(Radfel(rad, namn, namn, "kolumnen finns två gånger; ta bort den ena"))
        elif namn not in kolumner and namn != FELKOLUMN:
            visat = namn if len(namn) <= 40 else namn[:39] + "…"
            ledigt = [k for k in kolumner if k not in har]
            nara = narmast(namn, ledigt) or f". Kolumnerna är {', '.join(kolumner)}"
            fel.append(Radfel(rad, visat, visat, f"kolumnen '{visat}' finns inte{nara}"))
    saknas = [k for k in kolumner if k not in har]
    # A column that isn't there would read as "not yet" in every row, and a whole quarter as not carried out.
    fel += [Radfel(rad, k, "", f"kolumnen '{k}' saknas; lägg till den, tom om inget är känt") for k in saknas]
    if fel:
        raise Importfel(fel)
    return har


def _pa_svenska(text: str) -> str:
    if "field larger" in text:
        return f"en cell är längre än {LANGSTA_CELL} tecken"
    if "unexpected end" in text:
        return "filen tar slut mitt i en cell som börjar med citattecken"
    return "det står tecken efter ett avslutande citattecken"
