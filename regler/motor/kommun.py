"""A municipality: its name, its tree of units and its own lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

from regler.motor.brevval import Brevval
from regler.motor.inloggning import INGA, Inloggningsregler


@dataclass(frozen=True, slots=True)
class Enhet:
    """A unit. `over` is the code of the unit above, None for the root."""

    kod: str
    namn: str
    over: str | None


@dataclass(frozen=True, slots=True)
class Kvalitetsar:
    """The year that the quality report covers: (month, day) it starts, and ends when not the day before the next."""

    borjar: tuple[int, int]
    slutar: tuple[int, int] | None = None

    def period(self, ar: int) -> tuple[date, date]:
        """First and last day of the quality year that starts in `ar`."""
        forsta = date(ar, *self.borjar)
        if self.slutar is None:
            return forsta, date(ar + 1, *self.borjar) - timedelta(days=1)
        # The end is sought at least nine months on: Östersund's year runs thirteen, to 30 April of the next.
        slut = date(ar, *self.slutar)
        return forsta, slut if (slut - forsta).days > 270 else date(ar + 1, *self.slutar)


@dataclass(frozen=True, eq=False)
class Kommun:
    """What is the municipality's own. `kod` is its folder's name, None for the nation without a municipality."""

    kod: str | None
    namn: str
    kvalitetsar: Kvalitetsar
    enheter: Mapping[str, Enhet]
    rot: str | None
    listor: Mapping[str, Mapping[str, str]]
    farg: str | None = None
    webbplats: str | None = None
    tva_personer: bool = False  # another person must approve a change of rules
    uppfoljning: str | None = None  # how often plans are followed up: 'tertial', 'kvartal', 'halvår', 'år'
    kommunkod: str | None = None  # four figures, the county's two first
    inloggning: Inloggningsregler = INGA
    brev: Brevval = field(default_factory=Brevval)  # what the staff get by mail who have chosen nothing
    _sok: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def nationell(cls) -> Kommun:
        """No municipality: national rules only."""
        return cls(None, "Sverige", Kvalitetsar((1, 1)), MappingProxyType({}), None, MappingProxyType({}))

    @cached_property
    def _under(self) -> Mapping[str, frozenset[str]]:
        under: dict[str, set[str]] = {kod: set() for kod in self.enheter}
        for kod in self.enheter:
            for over in self.vagen_upp(kod):
                under[over].add(kod)
        return {kod: frozenset(alla) for kod, alla in under.items()}

    def undertrad(self, kod: str) -> frozenset[str]:
        """The unit and all below it. KeyError for an unknown code."""
        return self._under[kod]

    def vagen_upp(self, kod: str) -> tuple[str, ...]:
        """The unit itself, the one above it, and so on to the root. KeyError for an unknown code."""
        vag = [kod]
        while (over := self.enheter[vag[-1]].over) is not None:
            vag.append(over)
        return tuple(vag)

    def hitta_enhet(self, text: str) -> str | None:
        """The code of the unit with this code or name; case and spaces don't matter. None when there is none."""
        return self._sok.get(sokord(text))


def sokord(text: str) -> str:
    """Text as compared: lower case, single spaces."""
    return " ".join(text.split()).casefold()
