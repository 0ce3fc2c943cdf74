"""Log in and out, and who am I."""

import logging
from datetime import date, datetime
from typing import Annotated

from fastapi import Body, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from arbetsfloden import ROLLER
from tjanster.api.grund import Indata, Nu, Program, Vem, felsvaren, ny_router
from tjanster.app import Vaka
from tjanster.arenden import franvaro
from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.inloggning.tvasteg import prova_kod
from tjanster.konton import aterkalla_nyckel, logga_in_nyckel, prova_losen, steg_efter_losen

router = ny_router("/api/v1")
logg = logging.getLogger("vaka.inloggning")


class Inloggningsuppgifter(Indata):
    anvandarnamn: str = Field(max_length=200)
    losenord: str = Field(max_length=1000)
    kod: str | None = Field(None, max_length=100, description="Krävs när kontot har tvåstegsinloggning: koden från appen, eller en återställningskod.")


class KodSaknas(Nej):
    """The password is right, and the account has a second step."""

    kod = "kod_saknas"
    status = 401

    def __init__(self) -> None:
        super().__init__("Kontot har tvåstegsinloggning: skicka också fältet kod, med koden som appen visar just nu.")


class TvastegKravs(Nej):
    """The password is right, and the account must have a second step but has none."""

    kod = "tvasteg_kravs"
    status = 403

    def __init__(self) -> None:
        super().__init__("Kontot måste först få tvåstegsinloggning: logga in i webbläsaren och sätt på den där.")


class LosenbyteKravs(Nej):
    """The password is right and temporary."""

    kod = "losenbyte_kravs"
    status = 403

    def __init__(self) -> None:
        super().__init__("Kontot har ett engångslösenord: logga in i webbläsaren och välj ett eget lösenord där.")


class Token(BaseModel):
    token: str = Field(description="Skickas som 'Authorization: Bearer TOKEN'. Visas bara nu.")
    upphor: datetime


class Uppdragssvar(BaseModel):
    roll: str
    roll_text: str
    enhet: str
    enhet_namn: str


class Ersattningssvar(BaseModel):
    namn: str
    till: date = Field(description="Sista dagen.")


class Jag(BaseModel):
    id: int
    anvandarnamn: str
    namn: str
    uppdrag: list[Uppdragssvar] = Field(description="Också dem som du har i stället för en frånvarande kollega.")
    ersatter: list[Ersattningssvar] = Field(description="De kollegor som du ersätter i dag.")
    ersatts_av: list[Ersattningssvar] = Field(description="De som ersätter dig i dag.")


@router.post(
    "/inloggning",
    tags=["Inloggning"],
    summary="Logga in med användarnamn och lösenord; token gäller i tolv timmar",
    status_code=201,
    responses=felsvaren(400, 403, 413, 429),
)
def logga_in(vaka: Program, nu: Nu, uppgifter: Annotated[Inloggningsuppgifter, Body()]) -> Token:
    with vaka.motor.begin() as conn:
        svar = prova_losen(conn, uppgifter.anvandarnamn, uppgifter.losenord, nu)
        if not isinstance(svar, Nej):
            svar = _andra_steget(conn, vaka, svar, uppgifter.kod, nu) or svar
        token = None if isinstance(svar, Nej) else logga_in_nyckel(conn, svar, nu)
    if isinstance(svar, Nej):
        logg.warning("En inloggning i API:t nekades: %s", svar.kod, extra={"action": "login_refused", "reason": svar.kod})
        raise svar
    assert token is not None
    return Token(token=token[0], upphor=token[1])


def _andra_steget(conn: Connection, vaka: Vaka, konto: int, kod: str | None, nu: datetime) -> Nej | None:
    """What stands in the way after the password; returned, so that a failed try is committed."""
    steg = steg_efter_losen(conn, konto, kravs=vaka.settings.tvasteg_for("lokal"))
    if steg == "losen":
        return LosenbyteKravs()
    if steg == "inskrivning":
        return TvastegKravs()
    if steg == "kod":
        return KodSaknas() if kod is None else prova_kod(conn, vaka.nyckelring, konto, kod, nu)
    return None


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
def jag(vaka: Program, vem: Vem, nu: Nu) -> Jag:
    a = t.anvandare.c
    with vaka.motor.begin() as conn:
        anvandarnamn = conn.execute(select(a.anvandarnamn).where(a.id == vem.aktor.id)).scalar_one()
        ersatter, ersatts_av = (
            [Ersattningssvar(namn=x.namn, till=x.till) for x in alla]
            for alla in franvaro.kring(conn, vem.aktor.id, nu.date())
        )
    uppdrag = [
        Uppdragssvar(
            roll=roll, roll_text=ROLLER.get(roll, roll), enhet=enhet, enhet_namn=vaka.sammanhang.enhetsnamn(enhet)
        )
        for roll, enhet in vem.aktor.uppdrag
    ]
    return Jag(
        id=vem.aktor.id, anvandarnamn=anvandarnamn, namn=vem.aktor.namn, uppdrag=uppdrag, ersatter=ersatter, ersatts_av=ersatts_av
    )  # fmt: skip
