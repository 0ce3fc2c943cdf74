"""CSV for people who open it in a spreadsheet: `;`, a mark that says UTF-8, and no cell that runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

# With their full-width and small twins and the real minus sign, which spreadsheets read as the same; and what may stand
# unseen before them.
_FORMEL = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]")


def ofarlig(varde: Any) -> Any:
    """The value as a cell that no spreadsheet takes for a formula. Numbers and days are left as they are."""
    if varde is None:
        return ""
    if isinstance(varde, date):
        return varde.isoformat()
    if isinstance(varde, str) and _FORMEL.match(varde):
        return "'" + varde
    return varde


def utan_apostrof(text: str) -> str:
    """The text as it was before `ofarlig`, for a file that comes back."""
    return text[1:] if text[:1] == "'" and _FORMEL.match(text, 1) else text


def som_csv(rader: Iterable[Sequence[Any]]) -> bytes:
    """The rows as a file that opens right in a Swedish spreadsheet."""
    ut = io.StringIO(newline="")
    csv.writer(ut, delimiter=";", lineterminator="\r\n").writerows([[ofarlig(c) for c in rad] for rad in rader])
    return b"\xef\xbb\xbf" + ut.getvalue().encode("utf-8")
