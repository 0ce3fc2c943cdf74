"""A decision table as a table, and one case tried in it. No database, no request."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from regler import Regelfraga, Regelverk
from regler.motor.tabell import Tabell, Tabellrad, Tabellversion
from tjanster.web.regler import klarsprak
from tjanster.web.regler.rader import idag_bild, tidsbild


def idag_rader(tabell: Tabell, idag: date) -> list[dict[str, Any]]:
    """The version that holds today as one row of the overview."""
    try:
        version = tabell.version(idag)
    except Regelfraga:
        return []
    utfall = klarsprak.eller([f"”{tabell.utfall[kod]}”" for kod in dict.fromkeys(r.blir for r in version.rader)])
    mening = f"{utfall} ({len(version.rader)} {'rad' if len(version.rader) == 1 else 'rader'})"
    return [idag_bild(version, mening, "", idag, tabell.versioner)]


def versioner(tabell: Tabell, idag: date) -> list[dict[str, Any]]:
    """Every version with its table, the latest first."""
    ut = []
    for v in tabell.versioner:
        mening = f"{len(v.rader)} {'rad' if len(v.rader) == 1 else 'rader'}"
        ut.append({"om": tidsbild(v, mening, idag, galler=v.galler(idag)), "rader": [rad(tabell, r) for r in v.rader]})
    return ut


def rad(tabell: Tabell, r: Tabellrad) -> dict[str, Any]:
    """One row: a text for each question, the outcome, why, and where it stands."""
    return {
        "celler": [_cell(tabell, namn, r) for namn in tabell.fragor],
        "blir": tabell.utfall[r.blir],
        "motiv": r.motiv,
        "rad": r.rad,
    }


def _cell(tabell: Tabell, namn: str, r: Tabellrad) -> str:
    celler = r.nar.get(namn)
    if not celler:
        return "oavsett"
    fraga = tabell.fragor[namn]
    return klarsprak.eller([fraga.svar.get(c) or fraga.text(c) or c for c in celler])


def fragor(tabell: Tabell, svar: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions as fields of a form, also those of the tables that this one asks."""
    ut = []
    for f in tabell.alla_fragor().values():
        falt = {"namn": f.namn, "rubrik": f.rubrik, "krav": False, "tyst": True, "varde": svar.get(f.namn)}
        ut.append(falt | ({"slag": "val", "val": {**f.svar, "": "Vet inte"}} if f.svar else {"slag": "tal"}))
    return ut


def prova(verk: Regelverk, tabell: Tabell, svar: Mapping[str, str], dag: date) -> dict[str, Any]:
    """What the table says of these answers, which row it met, and what is missing when it can't tell."""
    ifyllda = {namn: varde for namn, varde in svar.items() if varde}
    fel = tabell.kontrollera_svar(ifyllda)
    if fel:
        return {"fel": fel, "utfall": None, "motiv": "", "rad": None, "saknas": ()}
    try:
        bedomning = verk.bedom(tabell.nyckel, ifyllda, dag)
    except Regelfraga as nej:
        return {"fel": {"dag": " ".join(nej.skal)}, "utfall": None, "motiv": "", "rad": None, "saknas": ()}
    traff = bedomning.rad
    version: Tabellversion = tabell.version(dag)
    return {
        "fel": {},
        "utfall": bedomning.utfall_text,
        "motiv": bedomning.motiv or "",
        "rad": version.rader.index(traff) + 1 if traff is not None else None,
        "lagrum": klarsprak.lankar(traff.lagrum) if traff is not None else [],
        "saknas": bedomning.saknas_text,
    }
