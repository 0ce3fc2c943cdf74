"""Who is known already by a name or a number, to compare before a case is tied to somebody. Asked in the body, never in an address."""

from datetime import date
from typing import Annotated

from fastapi import Body
from pydantic import Field

from tjanster.api.grund import Indata, Nu, Program, Vem, felsvaren, ny_router
from tjanster.api.svar import Svar
from tjanster.arenden import namnlika
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.personuppgifter import las_uppgifter

router = ny_router("/api/v1")


class Personfraga(Indata):
    namn: str | None = Field(default=None, max_length=200, description="Hela namnet.")
    personnummer: str | None = Field(default=None, max_length=20)


class Personarende(Svar):
    nummer: str
    sort: str
    roll: str = Field(description="avsandare: lämnade ärendet. galler: ärendet gäller personen.")
    dag: date


class Kandperson(Svar):
    """Somebody known in cases that you may see. The personal number without its last four digits."""

    id: int = Field(description="Skicka det som `samma_som` eller i `annan_an`.")
    namn: str
    personnummer: str
    epost: str
    telefon: str
    adress: str
    samma_nummer: bool | None = Field(description="Har personen det personnummer du frågade efter? null: det ena är inte känt.")
    skyddad: bool = Field(description="true: inget mer visas förrän du har skrivit varför du behöver läsa ärendet (…/lasskal).")
    arenden: list[Personarende]


class Personlista(Svar):
    personer: list[Kandperson]


@router.post(
    "/personer/sok",
    tags=["Personer"],
    summary="De som heter så eller har det personnumret, i ärenden du får se; varje visad person är en läsning",
    responses=felsvaren(400, 413),
)
def sok(vaka: Program, nu: Nu, vem: Vem, kropp: Annotated[Personfraga, Body()]) -> Personlista:
    rad, fel = las_uppgifter({"namn": kropp.namn, "personnummer": kropp.personnummer})
    if not fel and not any(rad.values()):
        fel["namn"] = "Skriv hela namnet, personnumret eller båda."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        likar = namnlika.sok(conn, s, vem.aktor, nu, namn=rad["namn"], personnummer=rad["personnummer"])
        namnlika.anteckna(conn, vem.aktor, s, likar, nu)
    return Personlista(personer=[_kand(en) for en in likar])


def _kand(en: namnlika.Namnlik) -> Kandperson:
    enkla = {namn: getattr(en, namn) for namn in Kandperson.model_fields if namn != "arenden"}
    return Kandperson(**enkla, arenden=[Personarende(**vars(x)) for x in en.arenden])
