"""pydantic's faults in Swedish, each at its line and column."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from regler.motor.fel import narmast
from regler.motor.yamltrad import Plats, Trad

M = TypeVar("M", bound=BaseModel)
_MENING: Final = {
    "missing": "saknas",
    "string_type": "är tomt: skriv en text",
    "string_too_short": "är tomt: skriv en text",
    "is_instance_of": "är tomt: skriv ett värde",
    "bool_type": "är tomt: skriv ja eller nej",
    "date_type": "är tomt: skriv en dag, till exempel '2026-01-15'",
    "tuple_type": "är tomt: skriv månad-dag, till exempel '04-01'",
    "list_type": "ska vara en lista: ett bindestreck framför varje rad",
    "dict_type": "ska bestå av namn med kolon efter",
    "model_type": "ska bestå av namn med kolon efter",
    "model_attributes_type": "ska bestå av namn med kolon efter",
    "int_type": "är inget heltal",
    "int_parsing": "är inget heltal",
    "too_short": "är en tom lista",
}

_ETT_VARDE: Final = ("string_type", "is_instance_of", "bool_type", "date_type", "tuple_type", "int_type")


def hel(trad: Trad | None, modell: type[M]) -> M | None:
    """A file that is one thing; None when there is none or it has faults, which are noted."""
    if trad is None or trad.data is None:
        return None
    try:
        return modell.model_validate(trad.data)
    except ValidationError as fel:
        formfel(trad, (), modell, fel)
        return None


def formfel(trad: Trad, bas: Plats, modell: type[BaseModel], fel: ValidationError) -> None:
    """Note every fault of `fel`, which was raised when the part of the file at `bas` was read as `modell`."""
    for ett in fel.errors(include_url=False):
        loc = tuple(del_ for del_ in ett["loc"] if del_ != "[key]")
        nyckel = ett["type"] in ("missing", "extra_forbidden") or "[key]" in ett["loc"]
        trad.anmark((*bas, *loc), _mening(ett, loc, modell), nyckel=nyckel)


def _mening(ett: Any, loc: Plats, modell: type[BaseModel]) -> str:
    typ, ctx = ett["type"], ett.get("ctx", {})
    if typ == "extra_forbidden":
        return f"okänt ord{narmast(str(loc[-1]), _ord_vid(modell, loc))}"
    if typ == "value_error":
        return str(ctx["error"])
    if typ == "literal_error" and ett["input"] is not None:
        val = re.findall("'([^']+)'", ctx["expected"])
        return f"'{ett['input']}' går inte att välja{narmast(str(ett['input']), val) or '; välj ' + ' eller '.join(val)}"
    if typ == "greater_than_equal":
        return f"'{ett['input']}' är för litet; minst {ctx['ge']}"
    if typ == "less_than_equal":
        return f"'{ett['input']}' är för stort; högst {ctx['le']}"
    if typ == "string_pattern_mismatch":
        former = {"farg": "en färg som '#005a9c'", "kommunkod": "en kommunkod: fyra siffror, som '1480'"}
        form = former.get(str(loc[-1]), "en adress som 'https://www.kommunen.se'")
        return f"'{ett['input']}' är inte {form}"
    if typ in _ETT_VARDE and isinstance(ett["input"], list | dict):
        return "ska vara ett enda värde"
    if ett["input"] is None:
        return _MENING.get(typ, "är tomt: skriv ett värde")
    return _MENING.get(typ, f"'{ett['input']}' går inte att läsa här")


def _ord_vid(modell: type[BaseModel], loc: Plats) -> list[str]:
    """The words that are known at the place."""
    for del_ in loc[:-1]:
        if isinstance(del_, str) and del_ in modell.model_fields:
            modell = _modell_i(modell.model_fields[del_].annotation) or modell
    return list(modell.model_fields)


def _modell_i(typ: Any) -> type[BaseModel] | None:
    if isinstance(typ, type) and issubclass(typ, BaseModel):
        return typ
    return next((traff for del_ in get_args(typ) if (traff := _modell_i(del_))), None)
