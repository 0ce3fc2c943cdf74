"""JSON Schema of each kind of rule file, so that an editor completes, explains and checks it as one types.

Made from the models that read the files, so the two never disagree; `vaka regler schema` writes them to regler/schema.
What takes more than one file to see (names, gaps, overlaps) is left to `vaka regler kontrollera`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from regler.motor.delegation import DelegationModell
from regler.motor.exempel import SORTER
from regler.motor.gallring import GallringModell
from regler.motor.inloggning import InloggningModell
from regler.motor.krav import KravModell
from regler.motor.modeller import (
    LISTOR,
    EnhetModell,
    FristModell,
    KalenderModell,
    KommunModell,
    Listor,
    RapporteringModell,
    TrappaModell,
)
from regler.motor.rutin import RutinModell
from regler.motor.schemaord import FILER, ORD
from regler.motor.skyldighet import SkyldighetModell
from regler.motor.tabellfil import TabellModell

_FORM: Final[Mapping[str, Any]] = {
    "frister": dict[str, FristModell],
    "eskalering": dict[str, TrappaModell],
    "beslutstabeller": dict[str, TabellModell],
    "krav": dict[str, KravModell],
    "delegation": dict[str, DelegationModell],
    "skyldigheter": dict[str, SkyldighetModell],
    "gallring": dict[str, GallringModell],
    "kalender": KalenderModell,
    "rapportering": RapporteringModell,
    "rutiner": dict[str, RutinModell],
    "kommun": KommunModell,
    "organisation": EnhetModell,
    "listor": Annotated[Listor, Field(json_schema_extra={"required": list(LISTOR)})],
    "inloggning": InloggningModell,
    "fall": list[reduce(or_, SORTER.values())],  # type: ignore[misc]
}
SLAG: Final = tuple(_FORM)
_OKONTROLLERAD: Final = {
    "if": {"properties": {"kontrollerad": {"type": "null"}}, "required": ["kontrollerad"]},
    "then": {"required": ["anmarkning"]},
}
_RULLAS: Final = {
    "if": {"properties": {"tid": {"pattern": "^[0-9]+ (dag|dagar|vecka|veckor|månad|månader|år)$"}}, "required": ["tid"]},
    "then": {"required": ["rullas"]},
    "else": {"properties": {"rullas": False}},
}


def schema(slag: str) -> dict[str, Any]:
    """The schema of one kind of file: a folder of rules, one of a municipality's own files, or 'fall'."""
    gjort = TypeAdapter(_FORM[slag]).json_schema(schema_generator=_Svenska)
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": slag, "description": FILER[slag], **gjort}


def scheman() -> dict[str, str]:
    """Every schema as the text of its file, by the file's name."""
    return {f"{slag}.json": json.dumps(schema(slag), ensure_ascii=False, indent=1) + "\n" for slag in SLAG}


class _Svenska(GenerateJsonSchema):
    """Without English headings and docstrings, and with the words as they are written: ja and nej, not true and false."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: Any) -> dict[str, Any]:
        gjort = super().model_schema(schema)
        gjort.pop("title", None)
        gjort.pop("description", None)
        for ord_, egenskap in gjort["properties"].items():
            if "default" in egenskap:
                _skrivet_forval(egenskap)
            egenskap["description"] = next(ORD[namn] for namn in _namn(schema["cls"], ord_) if namn in ORD)
        villkor = [_OKONTROLLERAD] if "kontrollerad" in gjort["properties"] else []
        villkor += [_RULLAS] if "rullas" in gjort["properties"] else []
        return {**gjort, **({"allOf": villkor} if villkor else {})}

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        gjort = super().dict_schema(schema)
        for monster, varde in gjort.pop("patternProperties", {}).items():
            gjort |= {"propertyNames": {"pattern": monster}, "additionalProperties": varde}
        return gjort


def _namn(modell: type[BaseModel], ord_: str) -> Iterator[str]:
    """Where a word's meaning is looked for: of the model, of what it builds on, of the word anywhere."""
    yield from (f"{klass.__name__}.{ord_}" for klass in modell.__mro__)
    yield ord_


def _skrivet_forval(egenskap: dict[str, Any]) -> None:
    forval = egenskap.pop("default")
    if isinstance(forval, bool):
        egenskap["default"] = "ja" if forval else "nej"
