"""A case's own fields: declared once beside the process; forms, API, import columns and statistics come from it.

Every field may be None, which means *not known* and never *no*. Which fields must be filled is said by the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field

Slag = Literal["text", "langtext", "dag", "val", "flerval", "janej", "rader", "enhet", "enheter", "personer", "tal"]

LANGSTA_TEXT = 10_000
LANGSTA_RAD = 500


@dataclass(frozen=True, kw_only=True)
class Falt:
    """What a person needs to know about one field.

    slag: what sort of value. lista: name of the municipality's list that gives the choices; val: fixed choices.
    max_langd: characters. kanslig: may tell who somebody is, never shown outside the case page.
    utat: the text leaves the unit (published, shown to whoever asked, told to others): no personal number may stand in it.
    framtid: a day that may lie ahead. handelse: belongs to the step and its event, is not kept in the case.
    vid_registrering: 'idag' = today when left empty. monster: a regular expression that the text must match.
    rad: model of a row, when slag is 'rader'.
    """

    namn: str
    rubrik: str
    hjalp: str = ""
    slag: Slag = "text"
    lista: str | None = None
    val: Mapping[str, str] | None = None
    grupp: str = ""
    max_langd: int = LANGSTA_TEXT
    kanslig: bool = False
    utat: bool = False
    framtid: bool = False
    handelse: bool = False
    vid_registrering: Literal["idag"] | None = None
    monster: str | None = None
    rad: type[Rad] | None = None

    @property
    def listnamn(self) -> str | None:
        """Which of the lists given to `validera` holds the choices, if any."""
        return "enheter" if self.slag in ("enhet", "enheter") else self.lista

    def schema(self) -> dict[str, Any]:
        """Plain data for forms, OpenAPI and the version of the process."""
        ut = {k: v for k, v in asdict(self).items() if v not in (None, "", False) and k not in ("rad", "val")}
        if self.val:
            ut["val"] = dict(self.val)
        if self.rad is not None:
            ut["rad"] = {namn: f.schema() for namn, f in self.rad.beskrivna().items()}
        return ut


def falt(
    rubrik: str,
    hjalp: str = "",
    slag: Slag = "text",
    *,
    lista: str | None = None,
    val: Mapping[str, str] | None = None,
    grupp: str = "",
    max_langd: int | None = None,
    kanslig: bool = False,
    utat: bool = False,
    framtid: bool = False,
    handelse: bool = False,
    vid_registrering: Literal["idag"] | None = None,
    monster: str | None = None,
) -> Any:
    """Declare a field of an `Uppgifter` or a `Rad`; see `Falt` for the words."""
    langd = max_langd or (LANGSTA_TEXT if slag == "langtext" else LANGSTA_RAD)
    uppgift = {
        "slag": slag,
        "lista": lista,
        "val": dict(val) if val else None,
        "grupp": grupp,
        "max_langd": langd,
        "kanslig": kanslig,
        "utat": utat,
        "framtid": framtid,
        "handelse": handelse,
        "vid_registrering": vid_registrering,
        "monster": monster,
    }
    extra: dict[str, Any] = {"vaka": {k: v for k, v in uppgift.items() if v not in (None, "", False)}}
    return Field(default=None, title=rubrik, description=hjalp or None, json_schema_extra=extra)


def _radmodell(annotation: Any) -> type[Rad] | None:
    """The row model in `tuple[AtgardRad, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Rad):
        return annotation
    return next((rad for del_ in get_args(annotation) if (rad := _radmodell(del_)) is not None), None)


@cache
def _beskrivna(modell: type[Beskriven]) -> Mapping[str, Falt]:
    ut: dict[str, Falt] = {}
    for namn, info in modell.model_fields.items():
        extra = info.json_schema_extra
        if not isinstance(extra, dict) or "vaka" not in extra:
            raise TypeError(f"{modell.__name__}.{namn} ska deklareras med falt(...)")
        uppgift: Any = extra["vaka"]
        ut[namn] = Falt(
            namn=namn,
            rubrik=info.title or namn,
            hjalp=info.description or "",
            rad=_radmodell(info.annotation) if uppgift["slag"] == "rader" else None,
            **uppgift,
        )
    return MappingProxyType(ut)


class Beskriven(BaseModel):
    """A model all of whose fields are declared with `falt`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def beskrivna(cls) -> Mapping[str, Falt]:
        """Name → `Falt`, in the order declared."""
        return _beskrivna(cls)


class Rad(Beskriven):
    """One row of a 'rader' field. `kravs`: what must be filled in a row."""

    @classmethod
    def kravs(cls) -> tuple[str, ...]:
        return ()


class Uppgifter(Beskriven):
    """The base of every case's own fields."""

    enhet: str | None = falt("Enhet", "Den enhet som ärendet gäller och som äger det", "enhet")
    externt_id: str | None = falt(
        "Id i annat system",
        "Till exempel verksamhetssystemets beteckning. Aldrig namn eller personnummer",
        max_langd=100,
    )
    diarienummer: str | None = falt("Diarienummer", "Numret i kommunens diarium", max_langd=100)

    ror_chefen: bool | None = falt(
        "Rör det som hände enhetens chef?",
        "Då tar chefen ovanför hand om ärendet, och den som är chef för enheten ser det aldrig",
        "janej",
    )

    # What follows belongs to one step. It goes with the event into the history and is never left for the next step.
    ny_enhet: str | None = falt("Ny enhet", "Enheten som tar över", "enhet", handelse=True)
    skal: str | None = falt("Skäl", "Varför steget tas", "langtext", handelse=True)
    sen_registrering_skal: str | None = falt(
        "Skäl till sen registrering",
        "Om dagen ligger mer än en dag tillbaka, till exempel att pappersblanketten användes vid driftstopp",
        "langtext",
        handelse=True,
    )
    forseningsorsak: str | None = falt(
        "Orsak till förseningen", "Frågas när fristen hade passerat", "val", lista="forseningsorsaker", handelse=True
    )
    forseningsorsak_text: str | None = falt("Förseningen, med egna ord", "", "langtext", handelse=True)
    forsening_atgard: str | None = falt(
        "Åtgärd som förseningen ledde till", "Ärendenummer eller åtgärdens nummer, till exempel AVV-2026-0003/1",
        max_langd=60,
        handelse=True,
    )  # fmt: skip

    def egna_fel(self) -> dict[str, str]:
        """What is wrong when the fields are seen together: field → sentence. A process's own model adds to it."""
        return {}

    def med(self, andrat: Mapping[str, Any]) -> Self:
        """A copy with some values changed. The values must already be of the right type."""
        return self.model_copy(update=dict(andrat))

    def utan_handelsefalt(self) -> Self:
        """A copy without what belongs to a single step."""
        return self.med({namn: None for namn, f in self.beskrivna().items() if f.handelse})

    def ifylld(self, namn: str) -> bool:
        """Is something recorded? False counts (an answered no); None, the empty text and no rows don't."""
        varde = getattr(self, namn, None)
        return varde is not None and varde != "" and varde != ()
