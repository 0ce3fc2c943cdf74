"""Files of a case: sent as a form (multipart/form-data), listed, and fetched back one by one."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from pydantic import Field
from starlette.datastructures import FormData, UploadFile

from arbetsfloden import narmast
from tjanster.api.formular_in import filform
from tjanster.api.grund import Nu, Nummer, Program, Vem, felsvaren, ny_router
from tjanster.api.svar import Svar
from tjanster.arenden.arendebild import las_arende
from tjanster.arenden.bilagor import bilagor, hitta_bilaga, huvuden
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.filgranskning import HOGST_FILER, granska
from tjanster.arenden.filtyper import ANDELSER, TYPER
from tjanster.arenden.handelse import Begaran, utfor

router = ny_router("/api/v1")
DELAR = ("filer", "bilagetext", "version")
FORMULAR: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["filer"],
                "properties": {
                    "filer": {
                        "type": "array", "maxItems": HOGST_FILER, "items": {"type": "string", "format": "binary"},
                        "description": f"{', '.join(ANDELSER)}; högst 10 MB per fil, och så mycket i ett ärende som kommunen har bestämt.",
                    },
                    "bilagetext": {"type": "string", "maxLength": 200, "description": "Vad filerna är."},
                    "version": {
                        "type": "integer", "minimum": 0,
                        "description": "Den version av ärendet som du läste; utan den bifogas filerna vad som än har hänt.",
                    },
                },
                "additionalProperties": False,
            }
        }
    },
}  # fmt: skip


class Bilagesvar(Svar):
    id: int
    namn: str
    typ: str = Field(description="Mediatyp, till exempel application/pdf.")
    storlek: int = Field(description="Antal byte.")
    rubrik: str | None
    tid: datetime
    av: str


class Bilagelista(Svar):
    nummer: str
    version: int
    bilagor: list[Bilagesvar]


async def _formular(request: Request, vem: Vem) -> AsyncIterator[FormData]:
    """Read after it is known who asks, so that nobody else can make us receive large files."""
    async with filform(request, filer=100, falt=20) as form:
        yield form


def _version(form: FormData) -> int | None:
    text = form.get("version")
    if text is None or (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10):
        return None if text is None else int(str(text))
    raise OgiltigaUppgifter(falt={"version": "Här ska det stå ett heltal: ärendets version när du läste det."})


def _lista(vaka: Program, nu: datetime, nummer: str, vem: Vem) -> Bilagelista:
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "api", "bilagor")
        alla = [Bilagesvar(**vars(b)) for b in bilagor(conn, lage)]
    return Bilagelista(nummer=nummer, version=lage.rad["version"], bilagor=alla)


@router.post(
    "/arenden/{nummer}/bilagor",
    tags=["Bilagor"],
    summary="Bifoga filer; alla eller ingen",
    status_code=201,
    responses=felsvaren(400, 403, 404, 409, 413, 503),
    openapi_extra={"requestBody": FORMULAR},
)
def bifoga(
    vaka: Program, nu: Nu, vem: Vem, nummer: Nummer, form: Annotated[FormData, Depends(_formular)]
) -> Bilagelista:
    if okanda := [namn for namn in form if namn not in DELAR]:
        raise OgiltigaUppgifter(falt={namn[:60]: f"Okänt ord{narmast(namn[:60], DELAR) or '.'}" for namn in okanda})
    filer = [(f.filename or "", f.file.read()) for f in form.getlist("filer") if isinstance(f, UploadFile)]
    text = form.get("bilagetext")
    data = {"bilagetext": text} if isinstance(text, str) else {}
    begaran = Begaran(nummer, "bifoga", nu, vem.aktor, data, version=_version(form), bilagor=granska(filer, vaka.virus, vem.aktor.id))
    with vaka.som(vem.aktor) as conn:
        utfor(conn, vaka.sammanhang, begaran)
    return _lista(vaka, nu, nummer, vem)


@router.get(
    "/arenden/{nummer}/bilagor", tags=["Bilagor"], summary="Ärendets filer", responses=felsvaren(404)
)
def lista(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer) -> Bilagelista:
    return _lista(vaka, nu, nummer, vem)


@router.get(
    "/arenden/{nummer}/bilagor/{bilaga}",
    tags=["Bilagor"],
    summary="En fil, så som den bifogades",
    response_class=Response,
    responses=felsvaren(404, 502)
    | {
        200: {
            "description": "Filen",
            "content": {typ.mime: {"schema": {"type": "string", "format": "binary"}} for typ in TYPER.values()},
        }
    },
)
def hamta(vaka: Program, nu: Nu, vem: Vem, nummer: Nummer, bilaga: Annotated[int, Path(ge=1, lt=2**62)]) -> Response:
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "bilaga", str(bilaga))
        lagd = hitta_bilaga(conn, lage, bilaga)
    fil = lagd.oppna()
    return Response(fil.innehall, media_type=fil.typ, headers=huvuden(fil))
