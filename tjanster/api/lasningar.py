"""Who has read a case, and why one who isn't assigned to a protected case reads it."""

from datetime import datetime
from typing import Annotated

from fastapi import Body, Query
from pydantic import Field

from tjanster.api.grund import Indata, Nu, Nummer, Program, Vem, felsvaren, ny_router
from tjanster.api.svar import Svar
from tjanster.arenden.arendebild import hitta_arende, las_arende
from tjanster.arenden.lasning import HOGST_SKAL, far_se_lasare, ge_skal
from tjanster.logg.visning import antal_lasningar, lasningar

router = ny_router("/api/v1")


class Lasningssvar(Svar):
    """One reading. `tilldelad`: the case was the reader's own work then."""

    id: int
    tid: datetime
    vem: str
    vad: str
    detalj: str | None = Field(description="Till exempel bilagans nummer.")
    skal: str | None
    tilldelad: bool


class Lasningslista(Svar):
    nummer: str
    antal: int
    sida: int
    per_sida: int
    lasningar: list[Lasningssvar]


class Lasskal(Indata):
    skal: str = Field(min_length=1, max_length=HOGST_SKAL, examples=["Ersätter handläggaren i dag"])


@router.get(
    "/arenden/{nummer}/lasningar",
    tags=["Ärenden"],
    summary="Vem som har läst ärendet, den senaste läsningen först",
    responses=felsvaren(403, 404),
)
def las_lasningar(
    vaka: Program, nu: Nu, vem: Vem, nummer: Nummer,
    sida: Annotated[int, Query(ge=1, le=1_000_000)] = 1, per_sida: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Lasningslista:  # fmt: skip
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "lasare")
        far_se_lasare(vaka.sammanhang, lage, vem.aktor)
        rader = lasningar(conn, lage.rad["id"], sida=sida, per_sida=per_sida)
        alla = antal_lasningar(conn, lage.rad["id"])
    return Lasningslista(
        nummer=lage.rad["nummer"], antal=alla, sida=sida, per_sida=per_sida,
        lasningar=[Lasningssvar(**{namn: getattr(rad, namn) for namn in Lasningssvar.model_fields}) for rad in rader],
    )  # fmt: skip


@router.post(
    "/arenden/{nummer}/lasskal",
    tags=["Ärenden"],
    summary="Skäl att läsa ett ärende med skyddad identitet; gäller i åtta timmar",
    status_code=204,
    responses=felsvaren(400, 403, 404, 413),
)
def ge_lasskal(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer, kropp: Annotated[Lasskal, Body()]) -> None:
    with vaka.som(vem.aktor) as conn:
        ge_skal(conn, vaka.sammanhang, hitta_arende(conn, vaka.sammanhang, nummer, vem.aktor), vem.aktor, nu, kropp.skal)
