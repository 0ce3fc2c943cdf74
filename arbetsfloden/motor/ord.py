"""Words for sentences: the nearest right one, and several in a row."""

from collections.abc import Iterable
from difflib import get_close_matches


def narmast(ord_: str, ratta: Iterable[str]) -> str:
    """' – menade du 'avslutad'?', or nothing when no right word is near."""
    traff = get_close_matches(ord_, list(ratta), n=1, cutoff=0.6)
    return f" – menade du '{traff[0]}'?" if traff else ""


def uppraknat(ord_: Iterable[str], bindeord: str = "och") -> str:
    """'a, b och c'."""
    alla = list(ord_)
    if len(alla) < 2:
        return "".join(alla)
    return f"{', '.join(alla[:-1])} {bindeord} {alla[-1]}"
