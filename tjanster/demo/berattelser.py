"""How a story is told: what happened with one case, who did it, and how many working days lay between.

A story knows no dates. `start` is how many working days ago it began and `efter` how many passed since the step
before, so that the same stories fit whatever day the demo is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HANDLAGGARE = "@handlaggare"
"""As a value: the officer of the unit that has the case then."""
OPPEN_UPPGIFT = "@uppgift"
"""As a value: the case's own oldest open task."""


@dataclass(frozen=True)
class Dag:
    """A day counted from the day of the event."""

    dagar: int = 0
    arbetsdagar: int = 0


@dataclass(frozen=True)
class Nummer:
    """The number of the case that another story is about; `atgard`: of a measure in it; `led`: which of its cases."""

    berattelse: str
    atgard: int | None = None
    led: int = 0


@dataclass(frozen=True)
class Hand:
    """One step. vem: a role on the case's unit, a user name, or empty for the system."""

    efter: int
    handelse: str
    vem: str
    data: Mapping[str, Any] = field(default_factory=dict)
    skal: str | None = None


@dataclass(frozen=True)
class Berattelse:
    """One case from its opening on. After a step that opens a linked case, the story goes on in that one."""

    process: str
    start: int
    enhet: str
    vem: str
    data: Mapping[str, Any]
    kontakt: Mapping[str, str] | None = None
    steg: tuple[Hand, ...] = ()
    namn: str = ""
    ivo: Mapping[str, Any] | None = None
    """Of a decision: what the officer fills in for IVO when the quarter's report is due."""


def h(efter: int, handelse: str, vem: str, skal: str | None = None, **data: Any) -> Hand:
    return Hand(efter, handelse, vem, data, skal)


def sent(orsak: str, text: str, atgard: Nummer | None = None) -> dict[str, Any]:
    """What a step tells that comes after its limit: the cause, and the measure it led to."""
    ut: dict[str, Any] = {"forseningsorsak": orsak, "forseningsorsak_text": text}
    return ut if atgard is None else ut | {"forsening_atgard": atgard}


def alla() -> tuple[Berattelse, ...]:
    """Every story of the demo."""
    from tjanster.demo.avvikelser import AVVIKELSER
    from tjanster.demo.beslut import BESLUT
    from tjanster.demo.lasningar import LASNINGAR
    from tjanster.demo.lexsarah import LEX_SARAH
    from tjanster.demo.synpunkter import SYNPUNKTER

    return (*SYNPUNKTER, *AVVIKELSER, *LEX_SARAH, *BESLUT, *LASNINGAR)
