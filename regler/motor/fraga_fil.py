"""The rules asked row by row: what `vaka frist` and its `--fil` answer. Needs rule files only, no database or clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from regler.motor.fel import Regelfel, Regelfraga, narmast
from regler.motor.fraga import Regelverk

Las = Callable[[str | None], Regelverk]
_ORD: Final = ("process", "frist", "kommun", "fran", "falt")


def svara(rad: object, las: Las) -> dict[str, Any]:
    """The answer to one row {"process", "frist", "kommun", "fran", optional "falt"} as plain texts, ready for JSON.

    `las(kommun)` gives the rules of a municipality (None = the nation); cache it when there are many rows. `fran` is a
    day or, for hour limits, a Swedish local time. When the municipality has a goal of its own, that goal is the answer
    and the law's stands under "lag". What can't be answered comes back as {"fel", "skal", "falt"}; nothing is raised.
    """
    try:
        fraga = _fraga(rad)
        regelverk = las(fraga["kommun"])
        falt: Mapping[str, str] = fraga["falt"]
        if falt and (fel := regelverk.kontrollera_falt(fraga["process"], fraga["frist"], falt)):
            raise Regelfraga("okant_falt", fel.values(), {f"falt.{namn}": mening for namn, mening in fel.items()})
        svar = regelverk.frist(fraga["process"], fraga["frist"], tolka_fran(fraga["fran"]), falt=falt)
        ut = (svar.mal or svar).som_dict()
        if svar.mal is not None:
            ut["lag"] = svar.som_dict()
            ut["lag"]["fran"] = fraga["fran"]
        ut["fran"] = fraga["fran"]
        return ut
    except Regelfel as fel:
        return {"fel": fel.kod, "skal": [str(ett) for ett in fel.fel], "falt": {}}
    except Regelfraga as fel:
        return {"fel": fel.kod, "skal": list(fel.skal), "falt": fel.falt}


def svara_rader(rader: Iterable[str], las: Las) -> Iterator[str]:
    """A JSON object a line in, one a line out, in order. Each municipality's rules are read once."""
    sparade: dict[str | None, Regelverk | Regelfel] = {}

    def las_en_gang(kommun: str | None) -> Regelverk:
        if kommun not in sparade:
            try:
                sparade[kommun] = las(kommun)
            except Regelfel as fel:
                sparade[kommun] = fel
        har = sparade[kommun]
        if isinstance(har, Regelfel):
            raise har
        return har

    for text in rader:
        yield json.dumps(svara(_json(text), las_en_gang), ensure_ascii=False)


def tolka_fran(text: str) -> date | datetime:
    """'2026-12-24', '2026-12-24T10:00' or with offset. Raises Regelfraga."""
    try:
        # Only the ways a person writes a day: fromisoformat would take week dates and days without dashes as well.
        if len(text) < 10 or text[4] != "-" or text[7] != "-" or not (len(text) == 10 or len(text) >= 16):
            raise ValueError
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        mening = f"'{text}' är ingen dag eller tid; skriv till exempel '2026-12-24' eller '2026-12-24T10:00'"
        raise Regelfraga("fel_dag", mening, {"fran": mening}) from None


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fraga(rad: object) -> dict[str, Any]:
    """The row, checked; every fault at once."""
    if not isinstance(rad, dict):
        raise Regelfraga(
            "trasig_rad",
            'raden ska vara ett JSON-objekt som {"process": "synpunkt", "frist": "svar", "fran": "2026-03-31"}',
        )
    fel: dict[str, str] = {}
    for ord_ in rad:
        if ord_ not in _ORD:
            fel[str(ord_)] = f"okänt ord '{ord_}'{narmast(str(ord_), _ORD)}"
    for ord_ in ("process", "frist", "fran"):
        if not isinstance(rad.get(ord_), str) or not rad[ord_]:
            fel[ord_] = f"{ord_} saknas" if not rad.get(ord_) else f"{ord_} ska vara en text"
    if not isinstance(rad.get("kommun"), str | None):
        fel["kommun"] = "kommun ska vara en text"
    falt = rad.get("falt")
    if falt is not None and not (isinstance(falt, dict) and all(isinstance(varde, str) for varde in falt.values())):
        fel["falt"] = 'falt ska vara ett objekt med texter, till exempel {"lagrum": "lss"}'
    if fel:
        raise Regelfraga("trasig_rad", fel.values(), fel)
    return {**rad, "kommun": rad.get("kommun") or None, "falt": falt or {}}
