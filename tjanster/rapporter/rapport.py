"""What every report is: tables under a heading, for a period, for a municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from regler import Kommun
from tjanster.rapporter.perioder import Period


class Kolumn(NamedTuple):
    """`tal`: numbers, set to the right."""

    rubrik: str
    tal: bool = False


@dataclass(frozen=True)
class Tabell:
    """A table. `summa` is its last row, set apart; `anm` stands under it."""

    rubrik: str
    kolumner: tuple[Kolumn, ...]
    rader: Sequence[Sequence[Any]]
    summa: Sequence[Any] | None = None
    anm: str = ""

    @property
    def alla_rader(self) -> list[Sequence[Any]]:
        return [*self.rader, *([self.summa] if self.summa is not None else [])]


@dataclass(frozen=True)
class Rapport:
    """A report as of `raknad`, the period's last day. `data` is what JSON holds besides period and kommun; None = the
    tables. `maskat`: small groups are hidden."""

    namn: str
    rubrik: str
    period: Period
    kommun: Kommun
    tabeller: Sequence[Tabell]
    ingress: str = ""
    data: Mapping[str, Any] | None = None
    maskat: bool = False
    anm: Sequence[str] = field(default=())

    @property
    def raknad(self) -> date:
        return self.period.till

    def som_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        huvud = {"period": self.period.kod, "kommun": self.kommun.kod}
        if self.data is not None:
            return {**self.data, **huvud}
        tabeller = [
            {"rubrik": t.rubrik, "kolumner": [k.rubrik for k in t.kolumner], "rader": [list(r) for r in t.alla_rader]}
            for t in self.tabeller
        ]
        return {"namn": self.namn, "rubrik": self.rubrik, **huvud, "per": self.raknad.isoformat(), "tabeller": tabeller}
