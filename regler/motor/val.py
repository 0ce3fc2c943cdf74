"""Which rows a case's fields pick: the codes that a rule knows, and the ones a case has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from regler.motor.dag import Valrad
from regler.motor.fel import narmast, uppraknat
from regler.motor.kommun import sokord
from regler.motor.modeller import FALTETS_LISTA

INGA_FALT: Final[Mapping[str, str]] = MappingProxyType({})
Koder = Mapping[str, Mapping[str, str]]  # field -> what may be written (code or text, lower case) -> code


def valkoder(valjs_av: Mapping[str, Mapping[str, str]] | None, rader: Iterable[Valrad], listor: Koder) -> Koder:
    """The fields that may pick one of the rows: those the rule says, and those of the municipality's own lists."""
    val = {falt: dict(koder) for falt, koder in (valjs_av or {}).items()}
    for rad in rader:
        for falt, _ in rad.nar:
            if falt not in val:
                val[falt] = dict(listor.get(FALTETS_LISTA.get(falt, ""), {}))
    return {falt: skrivsatt(koder) for falt, koder in val.items()}


def skrivsatt(koder: Mapping[str, str]) -> dict[str, str]:
    """Every way a code may be written, as `sokord` has it -> the code."""
    return {skrivet: kod for kod, text in koder.items() for skrivet in (kod, sokord(text))}


def kod(skrivna: Mapping[str, str], varde: object) -> str | None:
    """The code of what was written, or None."""
    return skrivna.get(str(varde)) or skrivna.get(sokord(str(varde)))


def valda(koder: Koder, falt: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The codes of the fields that pick a row. A value that isn't known picks nothing: unknown is never yes."""
    return tuple(
        (namn, ett)
        for namn, skrivna in koder.items()
        if (varde := falt.get(namn)) is not None and (ett := kod(skrivna, varde)) is not None
    )


def kontrollera_falt(koder: Koder, falt: Mapping[str, str], vad: str) -> dict[str, str]:
    """Field -> Swedish sentence, for each field that picks no row of `vad` and each value that isn't known."""
    fel = {}
    for namn, varde in falt.items():
        if namn not in koder:
            valbara = narmast(namn, koder) or (finns(koder) if koder else "; den väljs inte av något fält")
            fel[namn] = f"Fältet '{namn}' väljer ingen rad i {vad}{valbara}"
        elif kod(koder[namn], varde) is None:
            fel[namn] = inget_varde(namn, varde, koder[namn])
    return fel


def inget_varde(namn: str, varde: object, skrivna: Mapping[str, str]) -> str:
    """The sentence for a value that isn't known, with the nearest that is."""
    koder = sorted(set(skrivna.values()))
    return f"'{varde}' är inget värde för {namn}{narmast(str(varde), koder) or finns(koder)}"


def finns(namn: Iterable[str]) -> str:
    """'; det som finns är a, b och c'."""
    return f"; det som finns är {uppraknat(namn)}"
