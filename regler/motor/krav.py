"""What a step demands from a day on: fields, an attachment, another person, or two together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from regler.motor.dag import Daterad
from regler.motor.modeller import DateradModell, JaNej, Modell, Text
from regler.motor.namnbruk import Namnbruk, namnbruk, processbruk
from regler.motor.regelfiler import Regelfiler

REGISTRERA: Final = "registrera"  # the event by which every case begins, in no process a step of its own


class KraverModell(Modell):
    """The demands; none at all = nothing is demanded."""

    falt: list[Text] = Field(default_factory=list)
    bilaga: JaNej = False
    annan_an: list[Text] = Field(default_factory=list)
    fyra_ogon: JaNej = False


class KravradModell(DateradModell):
    """One dated row."""

    kraver: KraverModell


class KravModell(Modell):
    """One demand on some steps of the process that the file is named after."""

    rubrik: Text
    steg: Annotated[list[Text], Field(min_length=1)]
    galler: Annotated[list[KravradModell], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kravrad(Daterad):
    """A dated row of a demand: these fields filled in, an attachment on the case, the step taken by another person than
    the one who took the events `annan_an` in the case (`registrera` = who registered it), and with `fyra_ogon` by two
    persons: one proposes it, another confirms."""

    process: str
    namn: str
    rubrik: str
    steg: tuple[str, ...]
    falt: tuple[str, ...]
    bilaga: bool
    annan_an: tuple[str, ...]
    fyra_ogon: bool


def las_krav(filer: Regelfiler) -> tuple[list[Kravrad], list[Namnbruk]]:
    """The rows of every demand, and the names that they use.

    A municipality's demands stand beside the nation's and never take one away.
    """
    rader: list[Kravrad] = []
    bruk: list[Namnbruk] = []
    nationella: set[str] = set()
    for post in filer.daterade("krav", KravModell):
        if post.niva == "nationell":
            nationella.add(post.nyckel)
        elif post.nyckel in nationella:
            post.anmark((), "finns redan nationellt och står kvar: ge kommunens eget krav ett annat namn", nyckel=True)
        bruk.append(processbruk(post, post.stam))
        bruk += namnbruk(post, ("steg",), "steg", post.stam, post.modell.steg)
        for i, (rad, ord_) in enumerate(post.rader(post.modell.galler)):
            plats, kraver = ("galler", i, "kraver"), rad.kraver
            bruk += namnbruk(post, (*plats, "falt"), "falt", post.stam, kraver.falt)
            bruk += namnbruk(post, (*plats, "annan_an"), "steg", post.stam, kraver.annan_an)
            rader.append(
                Kravrad(
                    **ord_, process=post.stam, namn=post.namn, rubrik=post.modell.rubrik, steg=tuple(post.modell.steg),
                    falt=tuple(kraver.falt), bilaga=kraver.bilaga, annan_an=tuple(kraver.annan_an),
                    fyra_ogon=kraver.fyra_ogon,
                )
            )  # fmt: skip
    return rader, [ett for ett in bruk if ett.namn != REGISTRERA]
