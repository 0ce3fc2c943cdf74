"""What every store can do, and the two ways in which it says no."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

STORST = 64 * 1024 * 1024
"""No object of ours is larger; what is isn't read whole."""


class LagretSvararInte(RuntimeError):
    """A store that can't be reached, read or written just now. namn: which; varfor: the rest of a sentence about it."""

    def __init__(self, namn: str, varfor: str) -> None:
        self.namn, self.varfor = namn, varfor
        super().__init__(f"Lagret {namn} {varfor}.")


class ObjektetSaknas(LookupError):
    """The store answers, and has no such object."""


@dataclass(frozen=True)
class Objekt:
    """What lies in a store. storlek: bytes; tid: when it was put there, by the store's own clock."""

    namn: str
    storlek: int
    tid: datetime


class Lager(Protocol):
    """A store. Each of these raises LagretSvararInte."""

    def skriv(self, objekt: str, data: bytes) -> None:
        """Put it there whole, and kept through a power cut, before this returns."""

    def las(self, objekt: str) -> bytes:
        """Raises ObjektetSaknas."""

    def ta_bort(self, objekt: str) -> None:
        """Twice is once."""

    def lista(self) -> Iterator[Objekt]:
        """All that lies there, ours or not."""
