"""Routines and templates tied to rules: what must be reviewed when a rule changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from regler.motor.dag import Niva
from regler.motor.fel import narmast
from regler.motor.modeller import Modell, Roll, Text
from regler.motor.regelfiler import Regelfiler, per_namn

# The kinds of rule that a routine may name, and the folder each lies in. A limit is named without its kind in front.
SLAG: Final = {"frist": "frister", "tabell": "beslutstabeller", "krav": "krav", "skyldighet": "skyldigheter", "delegation": "delegation"}


class RutinModell(Modell):
    """One routine or template."""

    rubrik: Text
    slag: Literal["rutin", "mall"]
    regler: Annotated[list[Text], Field(min_length=1)]
    ansvarig: Roll
    dagar: Annotated[int, Field(ge=1)]
    lank: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


@dataclass(frozen=True, slots=True)
class Rutin:
    """A routine or template, who reviews it, and within how many days after a change of one of its rules."""

    namn: str
    rubrik: str
    slag: Literal["rutin", "mall"]
    regler: tuple[str, ...]
    ansvarig: str
    dagar: int
    lank: str | None
    niva: Niva
    fil: str
    rad: int

    def ror(self, slag: str, nyckel: str) -> bool:
        """True when it is tied to the rule `nyckel` ('file/name') of this kind ('frist', 'tabell', 'krav' …).

        'synpunkt/*' is tied to every rule of the process, of whatever kind.
        """
        ett = nyckel if slag == "frist" else f"{slag}:{_kort(slag, nyckel)}"
        return any(regel == ett or (regel.endswith("/*") and nyckel.startswith(regel[:-1])) for regel in self.regler)


def las_rutiner(filer: Regelfiler) -> Mapping[str, Rutin]:
    """Every routine of both levels by name; a municipality's replaces the nation's of the same name."""
    poster = per_namn(filer.poster("rutiner", RutinModell))
    kanda = {slag: _kanda(filer, slag) for slag in SLAG}
    for post in poster.values():
        for i, regel in enumerate(post.modell.regler):
            namnen = kanda.get(regel.split(":")[0] if ":" in regel else "frist", frozenset())
            if namnen is not None and regel not in namnen:
                alla = {namn for av_slaget in kanda.values() for namn in av_slaget or ()}
                post.anmark(("regler", i), f"regeln '{regel}' finns inte{narmast(regel, alla)}")
    return MappingProxyType({
        namn: Rutin(
            namn, post.modell.rubrik, post.modell.slag, tuple(post.modell.regler), post.modell.ansvarig,
            post.modell.dagar, post.modell.lank, post.niva, post.trad.fil, post.trad.vid((namn,), nyckel=True)[0],
        )
        for namn, post in poster.items()
    })  # fmt: skip


def _kanda(filer: Regelfiler, slag: str) -> frozenset[str] | None:
    """The rules of one kind as a routine names them; None = can't tell."""
    nycklar = filer.namn(SLAG[slag])
    if nycklar is None:
        return None
    if slag == "frist":
        return nycklar | {f"{nyckel.split('/')[0]}/*" for nyckel in nycklar}
    return frozenset(f"{slag}:{_kort(slag, nyckel)}" for nyckel in nycklar)


def _kort(slag: str, nyckel: str) -> str:
    """Matters of the delegation order are named without their file, which may have any name."""
    return nyckel.rpartition("/")[2] if slag == "delegation" else nyckel
