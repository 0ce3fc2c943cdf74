"""Everything that a condition may look at. None means unknown, and unknown never lets a step through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arbetsfloden.motor.falt import Uppgifter


@dataclass(frozen=True, kw_only=True)
class Fakta:
    """
    dag: today. uppgifter: the case's fields with this step's data laid over.
    passerade: limits that had passed unmet on the step's own day; oppna_frister: limits still running.
    kopplingar: kinds of links that the case has. ar_anvandare: somebody logged in, not a process or the system.
    """

    dag: date
    uppgifter: Uppgifter
    har_epost: bool | None = None
    har_postadress: bool | None = None
    anonym: bool | None = None
    oppna_uppgifter: int | None = None
    passerade: frozenset[str] = frozenset()
    oppna_frister: frozenset[str] = frozenset()
    kopplingar: frozenset[str] = frozenset()
    ar_anvandare: bool = False
