"""Cases as examples: what happened when, and what the rules are to answer. Written by the quality lead.

A set carries its own in config/<kommun>/fall, and can't be activated while one of them fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from regler.motor.exempelmodeller import (
    Delegationsexempel,
    ExempelModell,
    Fristexempel,
    Gallringsexempel,
    Kravexempel,
    Skyldighetsexempel,
    Tabellexempel,
    i_ord,
)
from regler.motor.fel import Fel, Regelfel, Regelfraga, uppraknat
from regler.motor.formfel import formfel
from regler.motor.fraga import Regelverk
from regler.motor.fraga_fil import Las
from regler.motor.yamltrad import Trad, las_trad

# The word that tells what an example tries, and the shape of such an example.
SORTER: Final[Mapping[str, type[ExempelModell]]] = {
    "frist": Fristexempel, "tabell": Tabellexempel, "skyldighet": Skyldighetsexempel, "krav": Kravexempel,
    "delegation": Delegationsexempel, "gallring": Gallringsexempel,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exempel:
    """One example and where it stands."""

    fil: str
    rad: int
    kolumn: int
    modell: ExempelModell

    def prova(self, regler: Regelverk) -> list[str]:
        """What the rules answer otherwise than the example says, a sentence each; empty when all is well."""
        vantat = self.modell.vantat()
        try:
            blev = self.modell.blev(regler)
        except Regelfraga as nej:
            if self.modell.fel is None:
                return [f"reglerna svarar inte ({nej.kod}): {' '.join(nej.skal)}"]
            return [] if nej.kod == self.modell.fel else [f"fel skulle bli {self.modell.fel} men blev {nej.kod}"]
        if self.modell.fel is not None:
            svaret = ", ".join(f"{ord_} {i_ord(varde)}" for ord_, varde in blev.items())
            return [f"fel skulle bli {self.modell.fel} men reglerna svarar: {svaret}"]
        return [
            f"{ord_} skulle bli {i_ord(vantat[ord_])} men blev {i_ord(varde)}"
            for ord_, varde in blev.items()
            if ord_ in vantat and vantat[ord_] != varde
        ]


def las_exempel(texter: Mapping[str, str]) -> tuple[Exempel, ...]:
    """The examples of files, by path. Raises Regelfel with every fault."""
    trad = [las_trad(fil, text) for fil, text in texter.items()]
    exempel = [ett for en in trad for ett in exempel_i(en)]
    if fel := [ett for en in trad for ett in en.fel]:
        raise Regelfel(fel)
    return tuple(exempel)


def prova_exempel(exempel: Iterable[Exempel], las: Las) -> list[Fel]:
    """The examples that fail, with place and what was expected and answered.

    `las(kommun)` gives the rules of a municipality (None = the nation); for a set's own examples it gives that set.
    """
    fel = []
    for ett in exempel:
        try:
            skillnader = ett.prova(las(ett.modell.kommun))
        except Regelfel as trasiga:
            skillnader = [f"reglerna går inte att läsa: {trasiga.fel[0]}"]
        if skillnader:
            fel.append(Fel(ett.fil, ett.rad, ett.kolumn, ett.modell.namn, "; ".join(skillnader)))
    return fel


def exempel_i(trad: Trad, *, egna: bool = False) -> list[Exempel]:
    """The examples of one file; faults are noted. `egna` = the file belongs to a set, whose municipality is its own."""
    if trad.data is None:
        return []
    if not isinstance(trad.data, list):
        trad.anmark((), "filen ska vara en lista: ett bindestreck framför varje exempel")
        return []
    klara = []
    for i, data in enumerate(trad.data):
        sorter = [ord_ for ord_ in SORTER if isinstance(data, dict) and ord_ in data]
        if len(sorter) != 1:
            trad.anmark((i,), f"ett exempel prövar en sak: skriv ett av orden {uppraknat(SORTER)}")
            continue
        if egna and "kommun" in data:
            trad.anmark((i, "kommun"), "uppsättningens egna exempel gäller alltid den egna kommunen: ta bort ordet", nyckel=True)
        try:
            modell = SORTER[sorter[0]].model_validate(data)
        except ValidationError as fel:
            formfel(trad, (i,), SORTER[sorter[0]], fel)
            continue
        klara.append(Exempel(trad.fil, *trad.vid((i,)), modell))
    return klara
