"""Duties and dated values that are no time limit of a case: a fee, a list to hand in, how long papers are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from regler.motor.dag import Valrad, i_ordning, ingen_rad, passar
from regler.motor.daterat import valnyckel
from regler.motor.kommun import Kommun
from regler.motor.modeller import DateradModell, Kod, Modell, Text
from regler.motor.radfel import kontrollera_nar
from regler.motor.regelfiler import Regelfiler
from regler.motor.tal import Tal
from regler.motor.val import INGA_FALT, Koder, kontrollera_falt, valda, valkoder


class SkyldighetsradModell(DateradModell):
    """One dated row: what must be done or holds, and the amounts of it."""

    vad: Text
    varde: Annotated[dict[Kod, Tal], Field(min_length=1)] | None = None
    enhet: Text | None = None
    nar: dict[str, Text] = Field(default_factory=dict)


class SkyldighetModell(Modell):
    """One duty with its rows."""

    rubrik: Text
    avgors_av: Text
    valjs_av: dict[str, dict[str, Text]] | None = None
    galler: Annotated[list[SkyldighetsradModell], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skyldighetsrad(Valrad):
    """A dated row. `varde` holds amounts by name in `enhet`; empty when the duty has none."""

    vad: str
    varde: Mapping[str, int | float]
    enhet: str | None


@dataclass(frozen=True, slots=True)
class Skyldighet:
    """One duty. `avgors_av` names the day that picks the row."""

    omrade: str
    namn: str
    rubrik: str
    avgors_av: str
    rader: tuple[Skyldighetsrad, ...]
    falt: Koder

    @property
    def nyckel(self) -> str:
        """'omrade/namn'."""
        return f"{self.omrade}/{self.namn}"

    def rad(self, dag: date, falt: Mapping[str, str] = INGA_FALT) -> Skyldighetsrad:
        """The row that holds on `dag` for a case with these fields. Raises Regelfraga when there is none."""
        varden = dict(valda(self.falt, falt))
        for rad in self.rader:
            if rad.galler(dag) and passar(rad, varden):
                return rad
        raise ingen_rad(self.nyckel, dag, self.rader)

    def kontrollera_falt(self, falt: Mapping[str, str]) -> dict[str, str]:
        """Field -> Swedish sentence, for each field that this duty doesn't ask for or whose value it doesn't know."""
        return kontrollera_falt(self.falt, falt, self.nyckel)


def las_skyldigheter(filer: Regelfiler, kommun: Kommun | None) -> Mapping[str, Skyldighet]:
    """Every duty of both levels by 'omrade/namn'. What the nation has set no municipality changes."""
    listor = kommun.listor if kommun is not None else {}
    alla: dict[str, Skyldighet] = {}
    for post in filer.daterade("skyldigheter", SkyldighetModell, valnyckel):
        modell, lokal = post.modell, post.niva == "lokal"
        galler = post.trad.data[post.namn]["galler"]
        kontrollera_nar(post.trad, post.namn, galler, modell.valjs_av or {}, listor if lokal else None)
        if post.nyckel in alla:
            post.anmark((), "finns nationellt och ändras inte av en kommun: ge den ett annat namn", nyckel=True)
            continue
        rader = i_ordning(
            Skyldighetsrad(
                **ord_, nar=tuple(sorted(rad.nar.items())), vad=rad.vad,
                varde=MappingProxyType(dict(rad.varde or {})), enhet=rad.enhet,
            )
            for rad, ord_ in post.rader(modell.galler, valnyckel)
        )  # fmt: skip
        for i, rad in enumerate(modell.galler):
            if (rad.varde is None) != (rad.enhet is None):
                post.anmark(("galler", i), "varde och enhet hör ihop: skriv båda eller ingen")
        alla[post.nyckel] = Skyldighet(
            post.stam, post.namn, modell.rubrik, modell.avgors_av, rader, valkoder(modell.valjs_av, rader, listor)
        )
    return MappingProxyType(alla)
