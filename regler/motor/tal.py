"""Numbers as people write them in a rule file: '500', '10 000', '2,5'."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BeforeValidator

TAL: Final = r"-?\d{1,9}(?: \d{3}){0,2}(?:[.,]\d{1,6})?"  # no larger than a float holds exactly
_TAL: Final = re.compile(TAL)


def tolka_tal(text: str) -> int | float:
    """The number; whole ones stay whole. Raises ValueError with a Swedish sentence."""
    ren = text.strip()
    if not _TAL.fullmatch(ren):
        raise ValueError(f"'{text}' är inget tal; skriv till exempel '500' eller '2,5'")
    ren = ren.replace(" ", "").replace(",", ".")
    return float(ren) if "." in ren else int(ren)


def med_tal(tal: int | float) -> str:
    """A number as it is read: '2,5'."""
    return str(tal).removesuffix(".0").replace(".", ",")


def _tolka(varde: object) -> object:
    if varde is None:
        raise ValueError("är tomt: skriv ett tal")
    return tolka_tal(varde) if isinstance(varde, str) else varde


Tal = Annotated[int | float, BeforeValidator(_tolka, json_schema_input_type=float | str)]
