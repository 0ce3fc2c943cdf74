"""Who may take a step by the order of delegation: which roles, from when to when, for which units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from regler.motor.dag import Daterad
from regler.motor.fel import narmast
from regler.motor.kommun import Kommun
from regler.motor.modeller import DateradModell, Modell, Roll, Text
from regler.motor.namnbruk import Namnbruk, namnbruk, processbruk
from regler.motor.regelfiler import Post, Regelfiler, per_namn
from regler.motor.yamltrad import Plats


class DelegationsradModell(DateradModell):
    """One dated row: these roles, on these units (left out = all), under this point of the order."""

    far: Annotated[list[Roll], Field(min_length=1)]
    enheter: Annotated[list[Text], Field(min_length=1)] | None = None
    punkt: Text | None = None


class DelegationModell(Modell):
    """One matter of the order."""

    rubrik: Text
    process: Text
    steg: Annotated[list[Text], Field(min_length=1)]
    galler: Annotated[list[DelegationsradModell], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegationsrad(Daterad):
    """A dated row of the order. `enheter` with the units below them, None = all units."""

    namn: str
    rubrik: str
    process: str
    steg: tuple[str, ...]
    far: tuple[str, ...]
    enheter: tuple[str, ...] | None
    punkt: str | None
    omfattar: frozenset[str] | None

    def galler_enhet(self, dag: date, enhet: str | None) -> bool:
        """True when the row holds that day for that unit; an unknown unit only when the row is for all."""
        return self.galler(dag) and (self.omfattar is None or enhet in self.omfattar)


def enhetsnyckel(rad: Mapping[str, Any]) -> tuple[str, ...]:
    """Rows for the same units succeed each other."""
    enheter = rad.get("enheter")
    return tuple(sorted(str(en) for en in enheter)) if isinstance(enheter, list) else ()


def las_delegation(filer: Regelfiler, kommun: Kommun | None) -> tuple[list[Delegationsrad], list[Namnbruk]]:
    """The rows of the order, and the names that they use.

    A municipality's matter replaces the nation's of the same name whole.
    """
    rader: list[Delegationsrad] = []
    bruk: list[Namnbruk] = []
    for post in per_namn(filer.daterade("delegation", DelegationModell, enhetsnyckel)).values():
        modell = post.modell
        bruk.append(processbruk(post, modell.process, ("process",)))
        bruk += namnbruk(post, ("steg",), "steg", modell.process, modell.steg)
        for i, (rad, ord_) in enumerate(post.rader(modell.galler, enhetsnyckel)):
            rader.append(
                Delegationsrad(
                    **ord_, namn=post.namn, rubrik=modell.rubrik, process=modell.process, steg=tuple(modell.steg),
                    far=tuple(rad.far), enheter=None if rad.enheter is None else tuple(rad.enheter), punkt=rad.punkt,
                    omfattar=_omfattar(post, ("galler", i, "enheter"), rad.enheter, kommun),
                )
            )  # fmt: skip
    return rader, bruk


def _omfattar(post: Post[Any], plats: Plats, enheter: list[str] | None, kommun: Kommun | None) -> frozenset[str] | None:
    """The units of a row with those below them; None = all. Units that don't exist are noted."""
    if enheter is None:
        return None
    if post.niva == "nationell":
        post.anmark(plats, "enheter är kommunens egna och skrivs i config/<kommun>/regler", nyckel=True)
    if post.niva == "nationell" or kommun is None or not kommun.enheter:  # a broken organisation is a fault of its own
        return frozenset()
    for i, enhet in enumerate(enheter):
        if enhet not in kommun.enheter:
            post.anmark((*plats, i), f"enheten '{enhet}' finns inte{narmast(enhet, kommun.enheter)}")
    return frozenset().union(*(kommun.undertrad(enhet) for enhet in enheter if enhet in kommun.enheter))
