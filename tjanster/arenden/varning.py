"""Free text that holds a personal number (krav H1, H2): refused where the text leaves the unit, looked at once more elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from arbetsfloden import Falt
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.nummertext import har_nummer, har_sakert

MENING = "Texten verkar innehålla ett personnummer. Ta bort det, eller skicka igen om det måste stå kvar."
LAMNAS_UT = "Här får inget personnummer stå, eftersom texten kan lämnas ut till andra. Ta bort det och skicka igen."
SPARAS = "Skriv utan personnummer: texten sparas i loggen och går inte att ändra."


class Varning(OgiltigaUppgifter):
    """Nothing is wrong, but it should be looked at. Saved when it is sent again with `bekraftat`."""

    kod = "bekrafta"


def granska(beskrivna: Mapping[str, Falt], data: Mapping[str, Any], *, bekraftat: bool) -> None:
    """Raises OgiltigaUppgifter for each number in a text that leaves the unit, and unless `bekraftat` Varning for each
    text with a right personal or coordination number in it; the number is never repeated."""
    if fel := {namn: LAMNAS_UT for namn, varde in data.items() if _lamnar_ut(beskrivna.get(namn), varde)}:
        raise OgiltigaUppgifter(falt=fel)
    if not bekraftat and (fel := {namn: MENING for namn, varde in data.items() if any(map(har_nummer, _texter(varde)))}):
        raise Varning(falt=fel)


def utan_nummer(namn: str, text: str) -> None:
    """Raises OgiltigaUppgifter for a reason with a personal number in it: reasons are kept where nobody can mend them."""
    if har_nummer(text):
        raise OgiltigaUppgifter(falt={namn: SPARAS})


def _lamnar_ut(f: Falt | None, varde: Any) -> bool:
    if f is None:
        return False
    if f.rad is not None and isinstance(varde, list | tuple):
        delar = f.rad.beskrivna()
        return any(_lamnar_ut(delar.get(k), v) for rad in varde if isinstance(rad, Mapping) for k, v in rad.items())
    return f.utat and any(har_sakert(text, ar_id=f.slag == "text") for text in _texter(varde))


def _texter(varde: Any) -> Iterator[str]:
    """The text of a field; of a field of rows, all that stands in them."""
    if isinstance(varde, str):
        yield varde
    elif isinstance(varde, Mapping):
        yield from (text for v in varde.values() for text in _texter(v))
    elif isinstance(varde, list | tuple):
        yield from (text for v in varde for text in _texter(v))
