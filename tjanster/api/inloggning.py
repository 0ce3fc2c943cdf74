"""Log in and out, and who am I."""

from datetime import datetime
from typing import Annotated

from fastapi import Body, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from arbetsfloden import ROLLER
from tjanster.api.grund import Indata, Nu, Program, Vem, felsvaren, ny_router
from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.konton import aterkalla_nyckel, logga_in_nyckel, prova_losen

router = ny_router("/api/v1")


class Inloggningsuppgifter(Indata):
    anvandarnamn: str = Field(max_length=200)
    losenord: str = Field(max_length=1000)


class Token(BaseModel):
    token: str = Field(description="Skickas som 'Authorization: Bearer TOKEN'. Visas bara nu.")
    upphor: datetime


class Uppdragssvar(BaseModel):
    roll: str
    roll_text: str
    enhet: str
    enhet_namn: str


class Jag(BaseModel):
    id: int
    anvandarnamn: str
    namn: str
    uppdrag: list[Uppdragssvar]


@router.post(
    "/inloggning",
    tags=["Inloggning"],
    summary="Logga in med användarnamn och lösenord; token gäller i tolv timmar",
    status_code=201,
    responses=felsvaren(400, 413, 429),
)
def logga_in(vaka: Program, nu: Nu, uppgifter: Annotated[Inloggningsuppgifter, Body()]) -> Token:
    with vaka.motor.begin() as conn:
        svar = prova_losen(conn, uppgifter.anvandarnamn, uppgifter.losenord, nu)
        token = None if isinstance(svar, Nej) else logga_in_nyckel(conn, svar, nu)
    if isinstance(svar, Nej):
        raise svar
    assert token is not None
    return Token(token=token[0], upphor=token[1])


@router.delete(
    "/inloggning",
    tags=["Inloggning"],
    summary="Logga ut: den token som skickas slutar gälla",
    status_code=204,
    response_class=Response,
    responses=felsvaren(),
)
def logga_ut(vaka: Program, vem: Vem) -> None:
    with vaka.motor.begin() as conn:
        aterkalla_nyckel(conn, vem.nyckel)


@router.get("/jag", tags=["Inloggning"], summary="Vem är jag, och vilka uppdrag har jag i dag", responses=felsvaren())
def jag(vaka: Program, vem: Vem) -> Jag:
    a = t.anvandare.c
    with vaka.motor.begin() as conn:
        anvandarnamn = conn.execute(select(a.anvandarnamn).where(a.id == vem.aktor.id)).scalar_one()
    uppdrag = [
        Uppdragssvar(
            roll=roll, roll_text=ROLLER.get(roll, roll), enhet=enhet, enhet_namn=vaka.sammanhang.enhetsnamn(enhet)
        )
        for roll, enhet in vem.aktor.uppdrag
    ]
    return Jag(id=vem.aktor.id, anvandarnamn=anvandarnamn, namn=vem.aktor.namn, uppdrag=uppdrag)
