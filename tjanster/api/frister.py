"""Limits: why a case's days are what they are, and what the rules say about any day."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from sqlalchemy import select

from regler import Regelfraga, svara
from tjanster.api.grund import Indata, Nu, Nummer, Program, Vem, felsvaren, ny_router
from tjanster.api.svar import (
    Fristakt,
    Fristlista,
    FristMedSkal,
    Lagenssvar,
    Regelfragesvar,
    fristsvar,
)
from tjanster.arenden.arendebild import fristbilder, las_arende, varfor
from tjanster.arenden.lage import Lage
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

router = ny_router("/api/v1")


class Regelfragan(Indata):
    process: str = Field(min_length=1, max_length=50, examples=["synpunkt"])
    frist: str = Field(min_length=1, max_length=50, examples=["svar"])
    fran: str = Field(
        min_length=1, max_length=40, description="Dag, eller svensk tid för frister i timmar.", examples=["2026-11-23"]
    )
    falt: list[Annotated[str, Field(max_length=200)]] = Field(
        default=[], max_length=20, description="namn=värde för fält som väljer rad, till exempel lagrum=lss."
    )


@router.get(
    "/arenden/{nummer}/frister",
    tags=["Frister"],
    summary="Ärendets frister, med regeln, lagrummet och räkningen dag för dag",
    responses=felsvaren(404),
)
def las_frister(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer) -> Fristlista:
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, s, nummer, vem.aktor, nu, "api", "frister")
        akter = _akter(conn, lage)
        frister = [
            FristMedSkal(**fristsvar(b).model_dump(), varfor=_varfor(conn, s, lage, b.id), akter=akter.get(b.id, []))
            for b in fristbilder(s, lage, nu)
        ]
    return Fristlista(nummer=nummer, version=lage.rad["version"], frister=frister)


def _varfor(conn: Any, s: Sammanhang, lage: Lage, frist_id: int) -> Lagenssvar | None:
    try:
        svar = varfor(conn, s, lage, frist_id)[1]
    except Regelfraga:
        return None
    return Lagenssvar.model_validate(svar.som_dict())


def _akter(conn: Any, lage: Lage) -> dict[int, list[Fristakt]]:
    a = t.fristakt.c
    sats = select(t.fristakt).where(a.frist_id.in_([f["id"] for f in lage.frister])).order_by(a.id)
    ut: dict[int, list[Fristakt]] = {}
    for rad in conn.execute(sats).mappings():
        akt = Fristakt(**{namn: rad[namn] for namn in Fristakt.model_fields})
        ut.setdefault(rad["frist_id"], []).append(akt)
    return ut


@router.get(
    "/frist",
    tags=["Frister"],
    summary="När går en frist ut som räknas från den dagen, och varför",
    responses=felsvaren(404),
    response_model_exclude_unset=True,
)
def fraga(vaka: Program, vem: Vem, fragan: Annotated[Regelfragan, Query()]) -> Regelfragesvar:
    s = vaka.sammanhang
    varden = {}
    for ett in fragan.falt:
        namn, tecken, varde = ett.partition("=")
        if not tecken:
            mening = f"'{ett[:60]}': skriv namn=värde, till exempel lagrum=lss."
            raise Regelfraga("trasig_fraga", mening, {"falt": mening})
        varden[namn.strip()] = varde.strip()
    rad = {
        "process": fragan.process,
        "frist": fragan.frist,
        "kommun": None,
        "fran": _oavkodat(fragan.fran),
        "falt": varden,
    }
    svar = svara(rad, lambda _: s.regelverk)
    if "fel" in svar:
        raise Regelfraga(svar["fel"], svar["skal"], svar["falt"])
    return Regelfragesvar.model_validate(svar)


def _oavkodat(fran: str) -> str:
    """A plus sign written as it is in an address arrives as a space: 2026-11-23T10:00 01:00."""
    return fran.replace(" ", "+") if "T" in fran else fran
