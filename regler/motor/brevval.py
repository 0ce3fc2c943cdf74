"""What a person may choose about their letters, in the words of `kommun.yaml`; the municipality says what holds for one who
has chosen nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from regler.motor.kalender import Kalender

VECKODAGAR: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag")
KLOCKSLAG: Final = (6, 7, 8, 9)
FORMER: Final = ("html", "text")
NAR: Final = ("genast", "morgonbrev")
UTAN_MORGONBREV: Final = "utan morgonbrev kan det nya inte vänta på det: välj nytt: genast"
_LANGSTA_UPPEHALL = 60


@dataclass(frozen=True, slots=True)
class Brevval:
    """morgonbrev: the digest of every chosen morning; dagar: weekdays, Monday 0; klockan: its hour; form: html or text;
    nytt: what isn't urgent comes at once (genast) or only in the digest (morgonbrev)."""

    morgonbrev: bool = True
    dagar: frozenset[int] = frozenset(range(5))
    klockan: int = 7
    form: str = "html"
    nytt: str = "genast"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Brevval:
        """From the words that `as_dict` gives."""
        return cls(
            data["morgonbrev"], frozenset(VECKODAGAR.index(dag) for dag in data["dagar"]), data["klockan"], data["form"], data["nytt"]
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "morgonbrev": self.morgonbrev, "dagar": [VECKODAGAR[dag] for dag in sorted(self.dagar)], "klockan": self.klockan,
            "form": self.form, "nytt": self.nytt,
        }  # fmt: skip

    @property
    def samlar(self) -> bool:
        """Does what isn't urgent wait for the digest?"""
        return self.morgonbrev and self.nytt == "morgonbrev"

    def dagens(self, kalender: Kalender, dag: date) -> bool:
        """Is this a morning with a digest? A chosen weekday that is off gives its digest to the next working day."""
        if not self.morgonbrev or not kalender.arbetsdag(dag):
            return False
        efter = kalender.forra_arbetsdag(dag)
        return any((dag - timedelta(days=n)).weekday() in self.dagar for n in range((dag - efter).days))

    def nasta(self, kalender: Kalender, dag: date) -> date:
        """The first morning with a digest from `dag` on; the next working day when there are none."""
        dagar = (dag + timedelta(days=n) for n in range(_LANGSTA_UPPEHALL))
        return next((d for d in dagar if self.dagens(kalender, d)), kalender.nasta_arbetsdag(dag, inklusive=True))

    def forra(self, kalender: Kalender, dag: date) -> date:
        """The last morning with a digest before `dag`; the working day before when there are none."""
        dagar = (dag - timedelta(days=n) for n in range(1, _LANGSTA_UPPEHALL))
        return next((d for d in dagar if self.dagens(kalender, d)), kalender.forra_arbetsdag(dag))

    def mogen(self, nu: datetime) -> bool:
        """Has its hour come?"""
        return nu.hour >= self.klockan
