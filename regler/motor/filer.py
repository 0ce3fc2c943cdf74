"""Rule files on the disk → texts by path. Sizes are asked for before anything is read, so that nothing large ever is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_ISREG
from typing import Final

from regler.motor.fel import Fel, Regelfel

# The nation's rules and a municipality's are some eighty files of a quarter of a megabyte together.
STORST_FIL: Final = 1_000_000
STORST_ALLT: Final = 5_000_000
FLEST_FILER: Final = 500


class Filer:
    """The texts of a set by the path they are known by, and what was wrong with the files that couldn't be read.

    A file that couldn't be read stands among the texts as an empty one. Raises Regelfel when the files are too many.
    """

    def __init__(self) -> None:
        self.texter: dict[str, str] = {}
        self.fel: list[Fel] = []

    @classmethod
    def av_texter(cls, texter: Mapping[str, str]) -> Filer:
        """Texts that somebody has at hand, from the database or from a form."""
        filer = cls()
        filer.fel = for_stora({vag: len(text) for vag, text in texter.items()})
        stora = {ett.fil for ett in filer.fel}
        filer.texter = {vag: "" if vag in stora else text for vag, text in texter.items()}
        return filer

    @classmethod
    def pa_disk(cls, *mappar: tuple[Path, str]) -> Filer:
        """Every rule file under each folder, known by the name given with the folder."""
        filer = cls()
        hittade = {vag: (fil, storlek) for mapp, namn in mappar for vag, fil, storlek in filer._under(mapp, namn)}
        stora = for_stora({vag: storlek for vag, (_, storlek) in hittade.items()})
        filer.fel += stora
        for vag, (fil, _) in hittade.items():
            filer.texter[vag] = "" if vag in {ett.fil for ett in stora} else filer._text(vag, fil)
        return filer

    def _under(self, mapp: Path, namn: str) -> Iterator[tuple[str, Path, int]]:
        """(path it is known by, where it is, size) of every rule file; what only looks like one is noted."""

        def vag(fil: str | Path) -> str:
            return f"{namn}/{Path(fil).relative_to(mapp).as_posix()}"

        def oppnas_inte(fel: OSError) -> None:
            self._fel(vag(fel.filename), f"mappen går inte att öppna{_varfor(fel)}")

        for har, mappar, filer in os.walk(mapp, onerror=oppnas_inte):
            # An editor's own files begin with a dot.
            mappar[:] = sorted(en for en in mappar if not en.startswith("."))
            for en in mappar:
                if (Path(har) / en).is_symlink():
                    self._fel(vag(Path(har) / en), "är en länk till en mapp: lägg filerna här i stället")
                elif _ar_regelfil(en):
                    self._fel(vag(Path(har) / en), "är en mapp men heter som en regelfil: döp om den")
            for fil in (Path(har) / en for en in sorted(filer) if _ar_regelfil(en)):
                if (storlek := self._storlek(vag(fil), fil)) is not None:
                    yield vag(fil), fil, storlek

    def _storlek(self, vag: str, fil: Path) -> int | None:
        try:
            laget = fil.stat()
        except FileNotFoundError:
            self._fel(vag, "är en länk till något som inte finns: lägg filen här, eller ta bort länken")
        except OSError as fel:
            self._fel(vag, f"filen går inte att läsa{_varfor(fel)}")
        else:
            if S_ISREG(laget.st_mode):
                return laget.st_size
            self._fel(vag, "är ingen vanlig fil: lägg filen här, eller ta bort den")
        return None

    def _text(self, vag: str, fil: Path) -> str:
        try:
            innehall = fil.read_bytes()
        except OSError as fel:
            self._fel(vag, f"filen går inte att läsa{_varfor(fel)}")
            return ""
        try:
            return innehall.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as fel:
            fore = innehall[: fel.start].decode("utf-8").removeprefix("\ufeff")
            rad, kolumn = fore.count("\n") + 1, len(fore) - fore.rfind("\n")
            tecken = innehall[fel.start : fel.start + 1].decode("cp1252", "replace")
            mening = f"filen är inte sparad som UTF-8 (här står kanske '{tecken}' i Windows-1252); spara om den så"
            self.fel.append(Fel(vag, rad, kolumn, "", mening))
            return ""

    def _fel(self, vag: str, mening: str) -> None:
        self.fel.append(Fel(vag, 0, 0, "", mening))


def for_stora(storlekar: Mapping[str, int]) -> list[Fel]:
    """Which files are too large; `storlekar` in bytes or characters. Raises Regelfel when all of them are too much."""
    fel = [
        Fel(vag, 0, 0, "", f"filen är {_megabyte(storlek)}; en regelfil får vara högst {_megabyte(STORST_FIL)}")
        for vag, storlek in storlekar.items()
        if storlek > STORST_FIL
    ]
    if len(storlekar) > FLEST_FILER:
        fel.append(Fel("regler", 0, 0, "", f"{len(storlekar)} filer är för många; en uppsättning får ha högst {FLEST_FILER}"))
    allt = sum(storlek for storlek in storlekar.values() if storlek <= STORST_FIL)
    if allt > STORST_ALLT:
        fel.append(Fel("regler", 0, 0, "", f"filerna är {_megabyte(allt)} tillsammans; högst {_megabyte(STORST_ALLT)} får läsas"))
    if len(storlekar) > FLEST_FILER or allt > STORST_ALLT:
        raise Regelfel(fel)
    return fel


def _ar_regelfil(namn: str) -> bool:
    return namn.endswith((".yaml", ".yml")) and not namn.startswith(".")


def _varfor(fel: OSError) -> str:
    return ": Vaka har inte rätt att göra det" if isinstance(fel, PermissionError) else f" ({fel.strerror})"


def _megabyte(storlek: int) -> str:
    return f"{storlek / 1_000_000:.1f} MB".replace(".", ",").replace(",0 ", " ")
