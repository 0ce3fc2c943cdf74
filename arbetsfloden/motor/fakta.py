"""Everything that a condition may look at. None means unknown, and unknown never lets a step through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from arbetsfloden.motor.falt import Uppgifter


@dataclass(frozen=True)
class Utfall:
    """What a decision table says: the outcome's code (None = not known), why, and the questions that lack an answer."""

    kod: str | None = None
    motiv: str = ""
    saknas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Regelkrav:
    """What the rules demand of a step on its day, beside what the process itself says.

    falt: the fields that must be filled in, each with the sentence for when it isn't. skal: what else is against the
    step. nekad: why this person may not take it by the order of delegation. fyra_ogon: why it takes two persons.
    """

    falt: Mapping[str, str] = field(default_factory=dict)
    skal: tuple[str, ...] = ()
    nekad: str | None = None
    fyra_ogon: str | None = None


INGA_KRAV = Regelkrav()


@dataclass(frozen=True, kw_only=True)
class Fakta:
    """
    dag: today. uppgifter: the case's fields with this step's data laid over.
    passerade: limits that had passed unmet on the step's own day; oppna_frister: limits still running.
    kopplingar: kinds of links that the case has. ar_anvandare: somebody logged in, not a process or the system.
    har_handlaggare: somebody handles the case. har_javiga: somebody is recused. skyddat: the case is there for named persons only.
    sparrad: the case is held from weeding. personnummer_i: fields whose text surely holds a personal number.
    har_forslag: a proposed step waits for a second person.
    utfall: what the decision tables say that the conditions ask, by name; one that isn't here isn't known.
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
    skyddat: bool | None = None
    har_javiga: bool | None = None
    har_handlaggare: bool | None = None
    sparrad: bool | None = None
    personnummer_i: frozenset[str] | None = None
    har_forslag: bool | None = None
    utfall: Mapping[str, Utfall] = field(default_factory=dict)
