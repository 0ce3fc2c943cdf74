"""What an import did, row by row, and the file of rows that it left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tjanster.kalkylblad import som_csv


@dataclass(frozen=True)
class Radfel:
    """What is wrong in one row: the line, the column, the value as written, and what is right. rad 0 = the file."""

    rad: int
    kolumn: str
    varde: str
    fel: str

    def som_dict(self) -> dict[str, Any]:
        return {"rad": self.rad, "kolumn": self.kolumn, "varde": self.varde, "fel": self.fel}

    def __str__(self) -> str:
        plats = f"Rad {self.rad}, {self.kolumn}" if self.kolumn else f"Rad {self.rad}"
        if self.varde and self.varde not in self.fel:
            plats += f" '{self.varde}'"
        return f"{plats}: {self.fel}" if self.rad else self.fel


@dataclass
class Importrapport:
    """What came of it. `skrivet`: the rows are in the database now. `varningar`: what should be looked at and stops nothing."""

    process: str
    fil: str
    rader: int = 0
    nya: int = 0
    andrade: int = 0
    oforandrade: int = 0
    fel: list[Radfel] = field(default_factory=list)
    varningar: list[Radfel] = field(default_factory=list)
    felrader: int = 0
    prova: bool = False
    skrivet: bool = False
    felfil: Path | None = None

    def som_dict(self) -> dict[str, Any]:
        return {
            "process": self.process,
            "fil": self.fil,
            "rader": self.rader,
            "nya": self.nya,
            "andrade": self.andrade,
            "oforandrade": self.oforandrade,
            "felrader": self.felrader,
            "fel": [f.som_dict() for f in self.fel],
            "varningar": [f.som_dict() for f in self.varningar],
            "prova": self.prova,
            "skrivet": self.skrivet,
            "felfil": str(self.felfil) if self.felfil else None,
        }

    def sammanfattning(self) -> str:
        """One Swedish sentence about what happened."""
        delar = f"{_antal(self.nya, 'nytt ärende', 'nya ärenden')}, {self.andrade} ändrade och {self.oforandrade} oförändrade"
        fel = _antal(self.felrader, "felaktig rad", "felaktiga rader")
        if self.prova:
            return f"Prov, inget har sparats: {delar}, {fel}."
        if not self.skrivet:
            return f"Inget har sparats: {fel} av {self.rader}. Rätta dem, eller läs in resten med --hoppa-over-fel."
        utan = f" {fel} har lagts i {self.felfil}." if self.felfil else ""
        return f"Inläst: {delar}.{utan}"


def _antal(n: int, en: str, flera: str) -> str:
    return f"{n} {en if n == 1 else flera}"


def skriv_felfil(fil: Path, kolumner: Iterable[str], rader: Iterable[tuple[Mapping[str, str], str]]) -> Path:
    """Save the faulty rows beside the file, with the reason last, so that they can be mended and read in again.

    Raises OSError. Readable by its owner only, since the rows may hold what somebody has told.
    """
    kolumner = list(kolumner)
    felfil = fil.with_name(fil.name + ".fel.csv")
    felfil.unlink(missing_ok=True)
    felfil.touch(mode=0o600)
    felfil.write_bytes(
        som_csv([[*kolumner, "fel"], *([*(celler.get(k, "") for k in kolumner), skal] for celler, skal in rader)])
    )
    return felfil
