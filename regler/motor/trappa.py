"""Ladders: who is told when a limit comes near or has passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from regler.motor.fel import narmast
from regler.motor.kalender import Kalender, plus_dagar

# Every time that can be written, for an editor to complete by.
NARMONSTER: Final = (
    "[1-9][0-9]{0,3} (arbetsdag|arbetsdagar|dag|dagar|vecka|veckor) (före|efter|efter start)|samma dag( som start)?"
)
_MONSTER: Final = re.compile(r"(\d{1,4}) (arbetsdag|arbetsdagar|dag|dagar|vecka|veckor) (före|efter|efter start)")
_FORSLAG: Final = (
    "samma dag",
    "samma dag som start",
    *(
        f"{antal} {enhet} {lage}"
        for antal, enhet in (("1", "arbetsdag"), ("3", "arbetsdagar"), ("1", "dag"), ("3", "dagar"), ("2", "veckor"))
        for lage in ("före", "efter", "efter start")
    ),
)
Lage = Literal["fore", "samma", "efter", "start"]


@dataclass(frozen=True, slots=True)
class NarSteg:
    """When a rung falls due: `antal` days before or after the limit's last day (`start`: after its first)."""

    antal: int
    arbetsdagar: bool
    lage: Lage
    text: str


@dataclass(frozen=True, slots=True)
class Trappsteg:
    """One rung. `nummer` counts from one within the ladder and is how a sent reminder is told from one not sent."""

    nummer: int
    nar: str
    roll: str
    bradskande: bool
    aven_ledig_dag: bool
    steg: NarSteg

    @property
    def utan_dag(self) -> bool:
        """True for rungs counted from the start, used when the limit has no last day."""
        return self.steg.lage == "start"


def tolka_nar(text: str) -> NarSteg:
    """Read when a rung falls due. Raises ValueError with a Swedish sentence that names the nearest right words."""
    ren = " ".join(text.split())
    if ren == "samma dag":
        return NarSteg(0, False, "samma", ren)
    if ren == "samma dag som start":
        return NarSteg(0, False, "start", ren)
    delar = _MONSTER.fullmatch(ren)
    if delar is None or int(delar[1]) == 0:
        forslag = narmast(ren, _FORSLAG) or "; skriv till exempel '3 arbetsdagar före' eller 'samma dag'"
        raise ValueError(f"'{text}' säger inte när{forslag}")
    antal = int(delar[1]) * (7 if delar[2].startswith("veck") else 1)
    lage: Lage = {"före": "fore", "efter": "efter", "efter start": "start"}[delar[3]]  # type: ignore[assignment]
    return NarSteg(antal, delar[2].startswith("arbetsdag"), lage, ren)


def trappdagar(
    trappa: tuple[Trappsteg, ...], kalender: Kalender, start: date, forfaller: date | None
) -> tuple[tuple[Trappsteg, date], ...]:
    """The rungs that apply and their days, in order.

    With a last day: the rungs before, on and after it; a rung before that would fall on the start day or earlier is
    left out. Without one: the rungs counted from the start. A rung that falls on a day off, and whose rule doesn't say
    `aven_ledig_dag`, is moved: to the working day before when it warns, to the one after when it chases.
    """
    dagar: list[tuple[Trappsteg, date]] = []
    for ett in trappa:
        dag = _dag(ett.steg, kalender, start, forfaller)
        if dag is None:
            continue
        if not ett.aven_ledig_dag:
            varnar = ett.steg.lage in ("fore", "samma")
            dag = kalender.forra_arbetsdag(dag, True) if varnar else kalender.nasta_arbetsdag(dag, True)
        if ett.steg.lage == "fore" and dag <= start:
            continue
        # A warning moved back over a weekend must not land before the limit has begun.
        dagar.append((ett, max(dag, start)))
    return tuple(sorted(dagar, key=lambda par: (par[1], par[0].nummer)))


def _dag(steg: NarSteg, kalender: Kalender, start: date, forfaller: date | None) -> date | None:
    if (forfaller is None) != (steg.lage == "start"):
        return None
    fran = start if forfaller is None else forfaller
    antal = -steg.antal if steg.lage == "fore" else steg.antal
    return kalender.plus_arbetsdagar(fran, antal) if steg.arbetsdagar else plus_dagar(fran, antal)
