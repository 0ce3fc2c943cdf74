"""What every route of the API shares: the program, the time, who asks, and how what is sent in is checked."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from arbetsfloden import PROCESSER, Process, narmast
from tjanster import klocka
from tjanster.api.json_in import StrangRoute
from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.sessioner import nyckelns

# Far more than any case holds. Each faulty value is compared with the right words, which costs time.
HOGST_VARDEN = 2000
HOGST_FALT = 200

_beskrivningar = {
    400: "Kroppen är inte giltig JSON",
    401: "Token saknas eller gäller inte",
    403: "Ditt uppdrag räcker inte",
    404: "Finns inte, eller ligger utanför det du får se",
    409: "Går inte nu: steget, regeln eller versionen säger nej",
    413: "Kroppen är för stor: högst 1 MB, eller 10 filer på 10 MB",
    414: "Adressen är för lång: högst 8 kB",
    422: "Något är fel ifyllt; varje fel på en gång",
    429: "För många anrop eller felaktiga försök; Retry-After säger hur många sekunder man väntar",
    431: "Huvudena är för stora: högst 32 kB",
    500: "Oväntat fel; numret i svaret står i loggen",
    502: "Filens innehåll saknas, eller är ändrat där det ligger",
    503: "Databasen svarar inte, eller lagret där filernas innehåll ligger",
}


class Fel(BaseModel):
    """The one error shape."""

    model_config = ConfigDict(extra="forbid")

    fel: str = Field(description="Kod för program.")
    skal: list[str] = Field(description="Meningar för människor, alla på en gång.")
    falt: dict[str, str] = Field(description="En mening för varje fält som är fel.")


def felsvaren(*koder: int, **modeller: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer, for its description; `s409=Modell` gives one a model of its own."""
    return {
        kod: {"model": modeller.get(f"s{kod}", Fel), "description": _beskrivningar[kod]}
        for kod in sorted({401, 414, 422, 429, 431, 500, 503, *koder})
    }


class Indata(BaseModel):
    """The base of what is sent in: unknown words, unstorable characters and far too many values are refused."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _gar_att_lasa(cls, data: Any) -> Any:
        antal, kvar = 0, [data]
        while kvar:
            varde = kvar.pop()
            antal += 1
            if antal > HOGST_VARDEN:
                raise PydanticCustomError("vaka", "För många värden: högst {hogst}.", {"hogst": HOGST_VARDEN})
            if isinstance(varde, str):
                if not gar_att_spara(varde):
                    raise PydanticCustomError(
                        "vaka", "Texten innehåller ett tecken som inte kan sparas (NUL eller halvt tecken)."
                    )
            elif isinstance(varde, dict):
                kvar += [*varde.keys(), *varde.values()]
            elif isinstance(varde, list):
                kvar += varde
        return data


def gar_att_spara(text: str) -> bool:
    """PostgreSQL takes neither NUL nor a lone surrogate."""
    return "\0" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def ny_router(prefix: str = "") -> APIRouter:
    return APIRouter(prefix=prefix, redirect_slashes=False, route_class=StrangRoute)


class InteInloggad(Nej):
    """No token, or one that doesn't hold."""

    kod = "inte_inloggad"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Logga in: skicka huvudet 'Authorization: Bearer TOKEN'. Den du skickade saknas, är fel eller har gått ut."
        )


class OkandProcess(Nej):
    kod = "okand_process"
    status = 404

    def __init__(self, namn: str) -> None:
        super().__init__(
            f"Processen '{namn[:60]}' finns inte{narmast(namn[:60], PROCESSER) or f'. Det finns: {_alla()}.'}"
        )


def _alla() -> str:
    return ", ".join(PROCESSER)


@dataclass(frozen=True)
class Inloggad:
    """Who asks, and with which token."""

    aktor: Aktor
    nyckel: str


def vaka_av(request: Request) -> Vaka:
    vaka: Vaka = request.app.state.vaka
    return vaka


async def _program(request: Request) -> Vaka:
    return vaka_av(request)


async def _nu() -> datetime:
    return klocka.nu()


# What takes no time isn't worth a thread of its own.
Program = Annotated[Vaka, Depends(_program)]
Nu = Annotated[datetime, Depends(_nu)]
_bararen = HTTPBearer(
    auto_error=False, scheme_name="token", description="Token från POST /api/v1/inloggning eller från administratören."
)


def kraver_inloggning(
    request: Request, vaka: Program, nu: Nu, visat: Annotated[HTTPAuthorizationCredentials | None, Depends(_bararen)]
) -> Inloggad:
    """Route guard: a token that holds, of an open account."""
    if visat is not None:
        with vaka.enstaka() as conn:
            aktor = las_aktor(conn, nyckelns(visat.credentials, nu), nu.date())
        if aktor is not None:
            request.app.state.takt.anropet(request.scope, aktor.id)
            return Inloggad(aktor, visat.credentials)
    raise InteInloggad


Vem = Annotated[Inloggad, Depends(kraver_inloggning)]


def nummer_i_adressen(nummer: str) -> str:
    """The case number as kept. What can't be a number is a case that doesn't exist."""
    if not re.fullmatch(r"[A-Za-z]{2,6}-\d{4}-\d{1,9}", nummer, re.ASCII):
        raise FinnsInte("Ärendet")
    return nummer.upper()


def process_i_adressen(process: str) -> Process:
    if process not in PROCESSER:
        raise OkandProcess(process)
    return PROCESSER[process]


Nummer = Annotated[str, Depends(nummer_i_adressen)]
Processen = Annotated[Process, Depends(process_i_adressen)]
