"""Names of processes, events and fields that rule files use, for whoever knows the processes to check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from regler.motor.fel import Fel
from regler.motor.regelfiler import Post
from regler.motor.yamltrad import Plats, med_ord

Slag = Literal["process", "steg", "falt"]


class Namnbruk(NamedTuple):
    """One use of a name: of the process itself, or of one of its events ('steg') or fields ('falt')."""

    fil: str
    rad: int
    kolumn: int
    plats: str
    slag: Slag
    process: str
    namn: str

    def fel(self, mening: str) -> Fel:
        """The fault of a name that doesn't exist, told where it stands."""
        return Fel(self.fil, self.rad, self.kolumn, self.plats, mening)


def processbruk(post: Post[Any], process: str, plats: Plats = ()) -> Namnbruk:
    """The process that an entry is about, named at `plats` in it or by its file."""
    return _bruk(post, plats, "process", process, process)


def namnbruk(post: Post[Any], plats: Plats, slag: Slag, process: str, namn: Iterable[str]) -> Iterator[Namnbruk]:
    """The names of a list that stands at `plats` in an entry."""
    return (_bruk(post, (*plats, i), slag, process, ett) for i, ett in enumerate(namn))


def _bruk(post: Post[Any], plats: Plats, slag: Slag, process: str, namn: str) -> Namnbruk:
    har = (post.namn, *plats)
    return Namnbruk(post.trad.fil, *post.trad.vid(har, nyckel=not plats), med_ord(har), slag, process, namn)
