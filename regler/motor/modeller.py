"""The shape of every rule file. Unknown words are refused; every message is shown with file, line and column."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from regler.motor.brevval import KLOCKSLAG, VECKODAGAR
from regler.motor.ordtyper import ROLLER, Dag, JaNej, Kod, Langd, Manadsdag, Nar, Roll, Text
from regler.motor.tid import Raknesatt


class Modell(BaseModel):
    """Base: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class DateradModell(Modell):
    """A dated row of any kind: from this day to that, by this statute, found here, last checked then."""

    fran: Dag
    till: Dag | None = None
    lagrum: Text | None = None
    kalla: Text
    kontrollerad: Dag | None
    anmarkning: Text | None = None


# -- frister/ ---------------------------------------------------------------------------------------------------------


class RadModell(DateradModell):
    """One row of a limit: this long."""

    tid: Langd
    rullas: JaNej | None = None
    raknas_enligt: Raknesatt | None = None
    nar: dict[str, Text] = Field(default_factory=dict)
    mal: JaNej = False


class ForlangningModell(Modell):
    """Who may give more time, how much beyond the rule's own day in all, how many times; None = no bound is set."""

    far: Annotated[list[Roll], Field(min_length=1)]
    hogst: Langd | None = None
    ganger: Annotated[int, Field(ge=1)] | None = None
    kraver_skal: JaNej = True
    grund: Text | None = None


class FristModell(Modell):
    """One limit. In a municipality's file all but `galler` may be left out: the nation's word then holds."""

    rubrik: Text | None = None
    raknas_fran: Text | None = None
    avgors_av: Text | None = None
    valjs_av: dict[str, dict[str, Text]] | None = None
    galler: list[RadModell] = Field(default_factory=list)
    forlangning: ForlangningModell | None = None
    paus: ForlangningModell | None = None


# -- eskalering/ ------------------------------------------------------------------------------------------------------


class TrappstegModell(Modell):
    """One rung: when, who is told, whether the mail goes at once and also on a day off."""

    nar: Nar
    roll: Roll
    bradskande: JaNej = False
    aven_ledig_dag: JaNej = False


class TrappaModell(Modell):
    """The ladder of one limit."""

    steg: Annotated[list[TrappstegModell], Field(min_length=1)]


# -- kalender/ and rapportering/ --------------------------------------------------------------------------------------


class LedigDagModell(Modell):
    """A day off besides those the calendar knows."""

    dag: Dag
    varfor: Text
    kalla: Text


class ArshjulModell(Modell):
    """What comes back every year: on these days, done by this role, so many when it is a number of samples."""

    rubrik: Text
    nar: Annotated[list[Manadsdag], Field(min_length=1)]
    roll: Roll
    antal: Annotated[int, Field(ge=1)] | None = None
    lagrum: Text | None = None
    kalla: Text
    kontrollerad: Dag | None
    anmarkning: Text | None = None


class KalenderModell(Modell):
    """A file of days off, of the year to which they are filled in, and of the wheel of the year."""

    lediga_dagar: list[LedigDagModell] = Field(default_factory=list)
    ifylld_till: Annotated[int, Field(ge=1953)] | None = None
    arshjul: dict[str, ArshjulModell] = Field(default_factory=dict)


class FonsterModell(Modell):
    """When a quarter's report may be handed in: first and last day of the year."""

    fran: Manadsdag
    till: Manadsdag


class RapportradModell(Modell):
    """The four windows, from a day on."""

    fran: Dag
    k1: FonsterModell
    k2: FonsterModell
    k3: FonsterModell
    k4: FonsterModell
    lagrum: Text | None
    kalla: Text
    kontrollerad: Dag | None
    anmarkning: Text | None = None


class RapporteringModell(Modell):
    """Reporting windows of one receiver."""

    rubrik: Text
    galler: Annotated[list[RapportradModell], Field(min_length=1)]


# -- config/<kommun>/ -------------------------------------------------------------------------------------------------


class KvalitetsarModell(Modell):
    """A quality year: first day, and last day when it isn't the day before the next one starts."""

    borjar: Manadsdag
    slutar: Manadsdag | None = None


class RegelandringModell(Modell):
    """How the municipality changes its rules: whether another person must approve."""

    tva_personer: JaNej = False


class BrevModell(Modell):
    """What the staff get by mail, until they choose something else themselves."""

    morgonbrev: JaNej = True
    dagar: Annotated[list[Literal["måndag", "tisdag", "onsdag", "torsdag", "fredag"]], Field(min_length=1)] = list(VECKODAGAR)
    klockan: Annotated[int, Field(ge=KLOCKSLAG[0], le=KLOCKSLAG[-1])] = 7
    form: Literal["html", "text"] = "html"
    nytt: Literal["genast", "morgonbrev"] = "genast"


Uppfoljning = Literal["tertial", "kvartal", "halvår", "år"]


class KommunModell(Modell):
    """kommun.yaml"""

    namn: Text
    kvalitetsar: KvalitetsarModell
    regelandring: RegelandringModell = RegelandringModell()
    uppfoljning: Uppfoljning | None = None
    brev: BrevModell = BrevModell()
    kommunkod: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    farg: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    webbplats: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


class EnhetModell(Modell):
    """A unit with the units below it."""

    kod: Kod
    namn: Text
    enheter: list[EnhetModell] = Field(default_factory=list)


LISTOR: Final = ("slag", "kategorier", "typer", "insatser", "orsaker", "forseningsorsaker")
Listor = dict[str, dict[Kod, Text]]
# Which list a case field takes its codes from, for `nar` in rows.
FALTETS_LISTA: Final = {
    "slag": "slag", "kategori": "kategorier", "typ": "typer", "insats": "insatser", "orsak": "orsaker",
}  # fmt: skip

__all__ = [
    "FALTETS_LISTA", "LISTOR", "ROLLER", "ArshjulModell", "Dag", "DateradModell", "EnhetModell", "ForlangningModell",
    "FristModell", "JaNej", "KalenderModell", "Kod", "KommunModell", "Listor", "Modell", "RadModell",
    "RapporteringModell", "RapportradModell", "Roll", "Text", "TrappaModell", "TrappstegModell", "Uppfoljning",
]  # fmt: skip
