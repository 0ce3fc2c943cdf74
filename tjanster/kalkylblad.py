"""CSV for people who open it in a spreadsheet: `;`, a mark that says UTF-8, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

FORMELTECKEN = ("=", "+", "-", "@", "\t", "\r")


def ofarlig(varde: Any) -> Any:
    """The value as a cell that no spreadsheet takes for a formula. Numbers and days are left as they are."""
    if varde is None:
        return ""
    if isinstance(varde, date):
        return varde.isoformat()
    if isinstance(varde, str) and varde.lstrip(" ").startswith(FORMELTECKEN):
        return "'" + varde
    return varde


def utan_apostrof(text: str) -> str:
    """The text as it was before `ofarlig`, for a file that comes back."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" ").startswith(FORMELTECKEN) else text


def som_csv(rader: Iterable[Sequence[Any]]) -> bytes:
    """The rows as a file that opens right in a Swedish spreadsheet."""
    ut = io.StringIO(newline="")
    csv.writer(ut, delimiter=";", lineterminator="\r\n").writerows([[ofarlig(c) for c in rad] for rad in rader])
    return b"\xef\xbb\xbf" + ut.getvalue().encode("utf-8")
