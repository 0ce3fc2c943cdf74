"""One's own letters: what one has chosen, and to choose anew."""

from typing import Annotated, Literal

from fastapi import Body
from pydantic import BaseModel, Field

from regler import KLOCKSLAG
from tjanster.api.grund import Indata, Nu, Program, Vem, felsvaren, ny_router
from tjanster.app import Vaka
from tjanster.arenden import brevval

router = ny_router("/api/v1")


class Brevval(Indata):
    """Everything is said each time."""

    morgonbrev: bool = Field(description="Trappans påminnelser kommer också utan morgonbrev.")
    dagar: list[str] = Field(max_length=5, description="Veckodagarna då morgonbrevet kommer: måndag till fredag. En ledig dag kommer det nästa arbetsdag.")
    klockan: int = Field(description=f"Timmen då morgonbrevet kommer: {KLOCKSLAG[0]} till {KLOCKSLAG[-1]}.")
    form: Literal["html", "text"] = Field(description="html = som en sida med texten bredvid, text = bara som text.")
    nytt: Literal["genast", "morgonbrev"] = Field(description="När det nya som inte är brådskande berättas.")


class Brevvalsvar(BaseModel):
    morgonbrev: bool
    dagar: list[str]
    klockan: int
    form: str
    nytt: str
    eget: bool = Field(description="false = kommunens val, som gäller tills man själv väljer.")


def _svar(vaka: Vaka, konto: int) -> Brevvalsvar:
    with vaka.motor.begin() as conn:
        val, eget = brevval.gallande(conn, vaka.sammanhang.kommun, konto)
    return Brevvalsvar(**val.as_dict(), eget=eget)


@router.get("/jag/brev", tags=["Inloggning"], summary="Vilka brev jag får, när och i vilken form", responses=felsvaren())
def visa(vaka: Program, vem: Vem) -> Brevvalsvar:
    return _svar(vaka, vem.aktor.id)


@router.put("/jag/brev", tags=["Inloggning"], summary="Välj vilka brev jag får, när och i vilken form", responses=felsvaren(400, 413))
def valj(vaka: Program, vem: Vem, nu: Nu, val: Annotated[Brevval, Body()]) -> Brevvalsvar:
    with vaka.motor.begin() as conn:
        brevval.satt(conn, vaka.sammanhang, vem.aktor.id, brevval.tolka(**val.model_dump()), av=vem.aktor.id, nu=nu)
    return _svar(vaka, vem.aktor.id)
