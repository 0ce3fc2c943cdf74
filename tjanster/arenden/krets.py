"""Who is in or out of one case besides what roles say: the persons it names, and those who are recused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Krets:
    """namngivna: with a protected identity only these accounts are told of the case and see it; None = everybody whom the
    process lets. javiga: recused, never told and never asked."""

    namngivna: frozenset[int] | None = None
    javiga: frozenset[int] = frozenset()

    @classmethod
    def av(cls, rad: Any) -> "Krets":
        """The circle that stands in a case's row, read by name."""
        krets, javiga = (rad["krets"], rad["javiga"]) if isinstance(rad, Mapping) else (rad.krets, rad.javiga)
        return OPPEN if krets is None and not javiga else cls(None if krets is None else frozenset(krets), frozenset(javiga))

    def slapper_in(self, person: int) -> bool:
        return person not in self.javiga and (self.namngivna is None or person in self.namngivna)


OPPEN = Krets()
