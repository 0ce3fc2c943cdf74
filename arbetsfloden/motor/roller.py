"""The roles a step may name, and which role includes which, so that somebody can take every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from arbetsfloden.motor.ord import uppraknat

MEDARBETARE = "medarbetare"
REGISTRATOR = "registrator"
HANDLAGGARE = "handlaggare"
ENHETSCHEF = "enhetschef"
AVDELNINGSCHEF = "avdelningschef"
KVALITETSLEDARE = "kvalitetsledare"
ADMINISTRATOR = "administrator"
REVISOR = "revisor"
SYSTEMET = "systemet"

ROLLER: Mapping[str, str] = MappingProxyType(
    {
        MEDARBETARE: "Medarbetare",
        REGISTRATOR: "Registrator",
        HANDLAGGARE: "Handläggare",
        ENHETSCHEF: "Enhetschef",
        AVDELNINGSCHEF: "Avdelningschef",
        KVALITETSLEDARE: "Kvalitetsledare",
        ADMINISTRATOR: "Administratör",
        REVISOR: "Revisor",
        SYSTEMET: "Systemet",
    }
)

# A manager may do what the staff of the unit may; an empty post is thereby always covered by the level above (krav H5).
# An auditor reads and never acts; the system does only what a step gives to the system.
INNEFATTAR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        REGISTRATOR: (MEDARBETARE,),
        HANDLAGGARE: (MEDARBETARE,),
        ENHETSCHEF: (HANDLAGGARE, REGISTRATOR),
        AVDELNINGSCHEF: (ENHETSCHEF,),
        KVALITETSLEDARE: (HANDLAGGARE, REGISTRATOR),
        ADMINISTRATOR: (MEDARBETARE,),
    }
)


@cache
def _med_innefattade(roller: frozenset[str]) -> frozenset[str]:
    alla: set[str] = set()
    kvar = list(roller)
    while kvar:
        roll = kvar.pop()
        if roll not in alla:
            alla.add(roll)
            kvar.extend(INNEFATTAR.get(roll, ()))
    return frozenset(alla)


def innefattade(roller: Iterable[str]) -> frozenset[str]:
    """The given roles and every role that they include, e.g. enhetschef → handlaggare, registrator, medarbetare."""
    return _med_innefattade(frozenset(roller))


def uppraknade(roller: Iterable[str], bindeord: str = "eller") -> str:
    """'handläggare eller enhetschef', for sentences."""
    return uppraknat((ROLLER[roll].lower() for roll in roller), bindeord)
