"""The wheel of the year: what comes back on the same days every year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from regler.motor.dag import Niva
from regler.motor.modeller import ArshjulModell


class Arshjulspost(NamedTuple):
    """One thing that comes back, as it was written, and where."""

    namn: str
    modell: ArshjulModell
    niva: Niva
    fil: str
    rad: int


@dataclass(frozen=True, slots=True)
class Arshjulsdag:
    """One day of the wheel: what is to be done, by which role, how many when it is a number."""

    dag: date
    namn: str
    rubrik: str
    roll: str
    antal: int | None
    lagrum: str | None
    kalla: str
    kontrollerad: date | None
    anmarkning: str | None
    niva: Niva
    fil: str
    rad: int

    def som_dict(self) -> dict[str, Any]:
        """The day as the command line and the API show it."""
        return {
            "dag": self.dag.isoformat(), "namn": self.namn, "rubrik": self.rubrik, "roll": self.roll,
            "antal": self.antal, "lagrum": self.lagrum, "kalla": self.kalla,
            "kontrollerad": self.kontrollerad.isoformat() if self.kontrollerad else None, "niva": self.niva,
        }  # fmt: skip


def arets_dagar(poster: Iterable[Arshjulspost], ar: int) -> tuple[Arshjulsdag, ...]:
    """The wheel of one year, in the order of its days."""
    dagar = [
        Arshjulsdag(
            date(ar, *nar), namn, post.rubrik, post.roll, post.antal, post.lagrum, post.kalla, post.kontrollerad,
            post.anmarkning, niva, fil, rad,
        )
        for namn, post, niva, fil, rad in poster
        for nar in post.nar
    ]  # fmt: skip
    return tuple(sorted(dagar, key=lambda ett: (ett.dag, ett.namn)))
