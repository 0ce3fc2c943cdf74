"""What can go wrong in the rules, said so that an administrator can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fel:
    """One fault in one rule file. `rad` and `kolumn` count from one; 0 = the whole file."""

    fil: str
    rad: int
    kolumn: int
    plats: str
    mening: str

    def __str__(self) -> str:
        stalle = f"{self.fil}, rad {self.rad}, kolumn {self.kolumn}" if self.rad else self.fil
        return f"{stalle}: {self.plats}: {self.mening}" if self.plats else f"{stalle}: {self.mening}"


class Regelfel(Exception):
    """The rule files can't be used. `fel` holds every fault found, in the order of files and lines."""

    kod = "trasiga_regler"

    def __init__(self, fel: Iterable[Fel]) -> None:
        self.fel: tuple[Fel, ...] = tuple(sorted(set(fel)))
        super().__init__("\n".join(str(ett) for ett in self.fel))


class Regelfraga(Exception):
    """A question the rules can't answer: unknown limit, no row for the day, an hour limit without a time.

    `kod` is stable and for programs, `skal` are Swedish sentences, `falt` points a sentence at one field.
    """

    def __init__(self, kod: str, skal: str | Iterable[str], falt: dict[str, str] | None = None) -> None:
        self.kod = kod
        self.skal: tuple[str, ...] = (skal,) if isinstance(skal, str) else tuple(skal)
        self.falt: dict[str, str] = dict(falt or {})
        super().__init__(" ".join(self.skal))


class Regelnej(Regelfraga):
    """A limit may not be extended or paused like that; `skal` holds every reason."""

    def __init__(self, skal: Iterable[str]) -> None:
        super().__init__("ej_tillatet", skal)


def narmast(ord_: str, kandidater: Iterable[str]) -> str:
    """' – menade du 'x'?' when something known is near, else an empty text."""
    traff = get_close_matches(ord_.casefold(), sorted(kandidater), n=1, cutoff=0.6)
    return f" – menade du '{traff[0]}'?" if traff else ""


def uppraknat(ord_: Iterable[str]) -> str:
    """'a, b och c'."""
    alla = list(ord_)
    return alla[0] if len(alla) == 1 else f"{', '.join(alla[:-1])} och {alla[-1]}" if alla else ""
