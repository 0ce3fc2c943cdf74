"""Who comes in through the municipality's own login, and which appointments their groups there give."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from pydantic import Field

from regler.motor.fel import narmast
from regler.motor.formfel import hel
from regler.motor.modeller import Dag, Kod, Modell, Roll, Text
from regler.motor.yamltrad import Trad

Kandgenom = Literal["identitet", "epost", "anvandarnamn"]
Okand = Literal["avvisa", "skapa"]


class AnsprakModell(Modell):
    """Which claims of the provider hold what."""

    anvandarnamn: Text = "preferred_username"
    namn: Text = "name"
    epost: Text = "email"
    grupper: Text = "groups"


class GruppradModell(Modell):
    """From this day to that, the group gives the role on the unit and all below it."""

    grupp: Text
    roll: Roll
    enhet: Kod
    fran: Dag
    till: Dag | None = None


class InloggningModell(Modell):
    """inloggning.yaml"""

    kand_genom: Kandgenom = "identitet"
    okand_person: Okand = "avvisa"
    ansprak: AnsprakModell = AnsprakModell()
    galler: list[GruppradModell] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grupprad:
    """A dated row: who is in `grupp` is appointed `roll` on `enhet`."""

    grupp: str
    roll: str
    enhet: str
    fran: date
    till: date | None


@dataclass(frozen=True, slots=True)
class Inloggningsregler:
    """kand_genom: how an account that nobody has come in to by the provider before is found the first time; `identitet`
    = not at all, it must have been tied by hand. okand_person: what happens to one whom no account is found for.
    ansprak: what is wanted → the name of the claim that holds it."""

    kand_genom: Kandgenom = "identitet"
    okand_person: Okand = "avvisa"
    ansprak: Mapping[str, str] = field(default_factory=lambda: AnsprakModell().model_dump())
    rader: tuple[Grupprad, ...] = ()

    def uppdrag(self, grupper: Collection[str], dag: date) -> dict[tuple[str, str], date | None]:
        """(role, unit) → last day (None = until further notice) that these groups give on `dag`."""
        ut: dict[tuple[str, str], date | None] = {}
        for rad in self.rader:
            if rad.grupp in grupper and rad.fran <= dag and (rad.till is None or dag <= rad.till):
                nyckel = (rad.roll, rad.enhet)
                har = ut.get(nyckel, rad.till)
                ut[nyckel] = None if har is None or rad.till is None else max(har, rad.till)
        return ut


INGA: Final = Inloggningsregler()


def las_inloggning(trad: Trad | None, enheter: Collection[str]) -> Inloggningsregler | None:
    """The rules; those of a municipality without the file let in only accounts that were tied by hand. None when the file
    has faults, which are noted."""
    if trad is None:
        return INGA
    modell = hel(trad, InloggningModell)
    if modell is None:
        return None
    sedda: dict[tuple[str, str, str], list[tuple[int, GruppradModell]]] = {}
    for i, rad in enumerate(modell.galler):
        plats = ("galler", i)
        if enheter and rad.enhet not in enheter:
            trad.anmark((*plats, "enhet"), f"enheten '{rad.enhet}' finns inte{narmast(rad.enhet, enheter)}")
        if rad.till is not None and rad.till < rad.fran:
            trad.anmark((*plats, "till"), f"sista dagen {rad.till} ligger före första dagen {rad.fran}")
        samma = sedda.setdefault((rad.grupp, rad.roll, rad.enhet), [])
        for j, annan in samma:
            if rad.fran <= (annan.till or date.max) and annan.fran <= (rad.till or date.max):
                trad.anmark(plats, f"gäller samma dagar som raden på rad {trad.vid(('galler', j))[0]}: ta bort den ena")
        samma.append((i, rad))
    rader = tuple(Grupprad(r.grupp, r.roll, r.enhet, r.fran, r.till) for r in modell.galler)
    return Inloggningsregler(modell.kand_genom, modell.okand_person, modell.ansprak.model_dump(), rader)
