"""What somebody should look at once more before it is saved: free text that holds a personal number (krav H1, H2)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.personuppgifter import FelPersonnummer, las_personnummer

_SER_UT = re.compile(r"(?<![\d-])(\d{6}|\d{8})[-+ ]?\d{4}(?![\d-])")

MENING = "Texten verkar innehålla ett personnummer. Ta bort det, eller skicka igen om det måste stå kvar."


class Varning(OgiltigaUppgifter):
    """Nothing is wrong, but it should be looked at. Saved when it is sent again with `bekraftat`."""

    kod = "bekrafta"


def granska(data: Mapping[str, Any]) -> None:
    """Raises Varning for each text with a right personal or coordination number in it; the number is never repeated."""
    if fel := {namn: MENING for namn, varde in data.items() if any(map(_har_personnummer, _texter(varde)))}:
        raise Varning(falt=fel)


def _texter(varde: Any) -> Iterator[str]:
    """The text of a field; of a field of rows, all that stands in them."""
    if isinstance(varde, str):
        yield varde
    elif isinstance(varde, Mapping):
        yield from (text for v in varde.values() for text in _texter(v))
    elif isinstance(varde, list | tuple):
        yield from (text for v in varde for text in _texter(v))


def _har_personnummer(text: str) -> bool:
    for traff in _SER_UT.finditer(text):
        try:
            las_personnummer(traff[0])
        except FelPersonnummer:
            continue
        return True
    return False
