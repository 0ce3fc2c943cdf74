"""The shape of every rule file. Unknown words are refused; every message is shown with file, line and column."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from regler.motor.fel import narmast, uppraknat
from regler.motor.tid import Raknesatt, Tid, tolka_tid
from regler.motor.trappa import NarSteg, tolka_nar

# Roles by the names that `arbetsfloden` has for them (the two layers don't import each other), with what people read.
ROLLER: Final = {
    "medarbetare": "medarbetare", "registrator": "registrator", "handlaggare": "handläggare",
    "enhetschef": "enhetschef", "avdelningschef": "avdelningschef", "kvalitetsledare": "kvalitetsledare",
    "administrator": "administratör", "revisor": "revisor",
}  # fmt: skip
_DAG: Final = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_MANADSDAG: Final = re.compile(r"(\d\d)-(\d\d)")
_KOD: Final = re.compile(r"[a-z][a-z0-9_]*")


def _tolka(funktion: Callable[[str], Any]) -> BeforeValidator:
    """Turn a text into a value; what is no text is left for pydantic to refuse."""
    return BeforeValidator(lambda varde: funktion(varde) if isinstance(varde, str) else varde)


def _ja_nej(text: str) -> bool:
    if text not in ("ja", "nej"):
        raise ValueError(f"'{text}' är varken 'ja' eller 'nej'")
    return text == "ja"


def _dag(text: str) -> date:
    delar = _DAG.fullmatch(text)
    if delar is None:
        raise ValueError(f"'{text}' är ingen dag; skriv år-månad-dag, till exempel '2026-01-15'")
    ar, manad, dag = (int(del_) for del_ in delar.groups())
    if dag > (manadens := monthrange(ar, manad)[1]):
        raise ValueError(f"'{text}' finns inte: månaden har {manadens} dagar")
    return date(ar, manad, dag)


def _manadsdag(text: str) -> tuple[int, int]:
    delar = _MANADSDAG.fullmatch(text)
    try:
        if delar is None:
            raise ValueError
        manad, dag = int(delar[1]), int(delar[2])
        date(2001, manad, dag)  # a common year: a quality year never starts on 29 February
    except ValueError:
        raise ValueError(f"'{text}' är ingen dag på året; skriv månad-dag, till exempel '04-01'") from None
    return manad, dag


def _roll(text: str) -> str:
    if text not in ROLLER:
        raise ValueError(f"rollen '{text}' finns inte{narmast(text, ROLLER) or f'; rollerna är {uppraknat(ROLLER)}'}")
    return text


def _kod(text: str) -> str:
    if not _KOD.fullmatch(text):
        raise ValueError(
            f"koden '{text}' ska börja med en bokstav och bara ha a–z, 0–9 och _ (å och ä blir a, ö blir o)"
        )
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Dag = Annotated[date, _tolka(_dag)]
Manadsdag = Annotated[tuple[int, int], _tolka(_manadsdag)]
JaNej = Annotated[bool, _tolka(_ja_nej)]
Roll = Annotated[str, AfterValidator(_roll)]
Kod = Annotated[str, AfterValidator(_kod)]
Langd = Annotated[Tid, _tolka(tolka_tid)]


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

    nar: Annotated[NarSteg, _tolka(tolka_nar)]
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


Uppfoljning = Literal["tertial", "kvartal", "halvår", "år"]


class KommunModell(Modell):
    """kommun.yaml"""

    namn: Text
    kvalitetsar: KvalitetsarModell
    regelandring: RegelandringModell = RegelandringModell()
    uppfoljning: Uppfoljning | None = None
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
