"""Personal numbers in running text: found, told apart by how sure it is, and hidden. What is found is never repeated."""

import re
from collections.abc import Iterator

from personnummer import personnummer as pnr


class FelPersonnummer(ValueError):
    """Not a personal number; says why, and never repeats it."""


_SER_UT = re.compile(r"(?<![\d-])(\d{6}|\d{8})([-+ ]?)\d{4}(?![\d-])", re.ASCII)
DOLT = "(dolt nummer)"


def las_personnummer(text: str) -> str:
    """A personal or coordination number as people write it → twelve digits. Raises FelPersonnummer."""
    rent = text.strip().replace(" ", "")
    if not all(c.isascii() and (c.isdigit() or c in "-+") for c in rent) or sum(c.isdigit() for c in rent) not in (10, 12):
        raise FelPersonnummer("Skriv personnumret med tio eller tolv siffror, till exempel ÅÅÅÅMMDD-NNNN.")
    try:
        return str(pnr.parse(rent).format(long_format=True))
    except pnr.PersonnummerException:
        raise FelPersonnummer("Personnumret stämmer inte. Kontrollera dagen och den sista siffran.") from None


def _traffar(text: str) -> Iterator[tuple[re.Match[str], str]]:
    for traff in _SER_UT.finditer(text):
        try:
            yield traff, las_personnummer(traff[0])
        except FelPersonnummer:
            continue


def nummer_i(text: str) -> set[str]:
    """Every right personal or coordination number in the text, as twelve digits."""
    return {nummer for _, nummer in _traffar(text)}


def har_nummer(text: str) -> bool:
    """May a personal number stand in the text? Ten digits may be something else."""
    return any(True for _ in _traffar(text))


def har_sakert(text: str, *, ar_id: bool = False) -> bool:
    """Is it hardly anything else? Ten bare digits that begin with 0 may be a telephone; in an id any ten may be anything."""
    return any(
        len(traff[1]) == 8 or traff[2] in ("-", "+") or not (ar_id or traff[0].startswith("0")) for traff, _ in _traffar(text)
    )


def dolj(text: str) -> str:
    """The same text with each right number hidden."""
    for traff, _ in list(_traffar(text)):
        text = text.replace(traff[0], DOLT)
    return text
