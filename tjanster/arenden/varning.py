"""What somebody should look at once more before it is saved: free text that holds a personal number (krav H1, H2)."""

import re
from collections.abc import Mapping
from typing import Any

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.personuppgifter import FelPersonnummer, las_personnummer

_SER_UT = re.compile(r"(?<![\d-])(\d{6}|\d{8})[-+ ]?\d{4}(?![\d-])")


class Varning(OgiltigaUppgifter):
    """Nothing is wrong, but it should be looked at. Saved when it is sent again with `bekraftat`."""

    kod = "bekrafta"


def granska(data: Mapping[str, Any]) -> None:
    """Raises Varning for each text with a right personal or coordination number in it; the number is never repeated."""
    if fel := {namn: mening for namn, varde in data.items() if (mening := _personnummer(varde))}:
        raise Varning(falt=fel)


def _personnummer(varde: Any) -> str | None:
    for traff in _SER_UT.finditer(varde) if isinstance(varde, str) else ():
        try:
            las_personnummer(traff[0])
        except FelPersonnummer:
            continue
        return (
            f"Texten verkar innehålla ett personnummer som börjar med {traff[0][:2]}. Ta bort det, eller skicka igen om det "
            "måste stå kvar."
        )
    return None
