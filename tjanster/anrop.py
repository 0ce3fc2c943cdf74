"""The call that is being answered: what its log lines, its figures and its error page know of it in common."""

import re
import secrets
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

METODER = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
INGEN_RUTT = "ingen"
_ONSKAT = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


class Anrop:
    """One call from its first byte to the last. onskat: the number that a server in front gave it (`X-Request-ID`), taken
    when it is 32 hexadecimal digits or a UUID: no name and no personal number looks like that."""

    __slots__ = ("_borjan", "metod", "nummer", "ovantat", "scope", "status")

    def __init__(self, scope: MutableMapping[str, Any], onskat: str | None = None) -> None:
        self.scope = scope
        self.nummer = onskat.lower() if onskat is not None and _ONSKAT.fullmatch(onskat) else nytt_nummer()
        self.metod = scope["method"] if scope["method"] in METODER else "ANNAN"
        self.status = 0
        self.ovantat = False
        self._borjan = time.perf_counter()

    @property
    def rutt(self) -> str:
        """The address as it is declared, `/arende/{nummer}`, never as it was asked for; 'ingen' when no route was reached."""
        rutt = self.scope.get("route")
        if rutt is not None:
            return str(rutt.path)
        return "/static" if "endpoint" in self.scope else INGEN_RUTT

    @property
    def sekunder(self) -> float:
        return time.perf_counter() - self._borjan


_PAGAR: ContextVar[Anrop | None] = ContextVar("anrop", default=None)


@contextmanager
def pagar(anrop: Anrop) -> Iterator[Anrop]:
    """While it is answered, also in the thread that does it."""
    forra = _PAGAR.set(anrop)
    try:
        yield anrop
    finally:
        _PAGAR.reset(forra)


def nuvarande() -> Anrop | None:
    """The call that this code works for; None for a job or a command."""
    return _PAGAR.get()


def ovantat_fel() -> str:
    """Note that the call failed in a way that nobody foresaw; returns the number that ties its answer to the log."""
    anrop = nuvarande()
    if anrop is None:
        return nytt_nummer()
    anrop.ovantat = True
    return anrop.nummer


def nytt_nummer() -> str:
    """Short enough to be read out by telephone."""
    return secrets.token_hex(6)
