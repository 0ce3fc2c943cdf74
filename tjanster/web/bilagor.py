"""Files of a case: chosen and sent, and read back. Taking one away is a step like others (steg.py)."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from tjanster.arenden.arendebild import las_arende, visa_arende
from tjanster.arenden.bilagor import hitta_bilaga, huvuden
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.filgranskning import granska
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.web import arendevy, formular
from tjanster.web.arende import las_nummer
from tjanster.web.ram import Filform, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()


@router.get("/arende/{nummer}/bifoga", response_class=HTMLResponse)
def valj(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str) -> Response:
    return _sida(request, vaka, vem, nu, las_nummer(nummer))


@router.post("/arende/{nummer}/bifoga")
def bifoga(request: Request, vaka: Program, vem: Vem, form: Filform, nu: Nu, nummer: str) -> Response:
    nummer, text = las_nummer(nummer), str(form.get("bilagetext") or "").strip()
    try:
        filer = granska(skickade(form), vaka.virus, vem.aktor.id)
        begaran = Begaran(nummer, "bifoga", nu, vem.aktor, {"bilagetext": text} if text else {}, bilagor=filer)
        with vaka.som(vem.aktor) as conn:
            utfor(conn, vaka.sammanhang, begaran)
    except FinnsInte:
        raise
    except Nej as nej:
        return _sida(request, vaka, vem, nu, nummer, text=text, nej=nej)
    return vidare(request, f"/arende/{nummer}#bilagor", "bifogat")


def skickade(form: FormData) -> list[tuple[str, bytes]]:
    """The files of a posted form, names as they were sent."""
    filer = [f for f in form.getlist("filer") if isinstance(f, UploadFile)]
    return [(f.filename or "", f.file.read()) for f in filer]


def _sida(
    request: Request, vaka: Program, vem: Inloggad, nu: Any, nummer: str, *, text: str = "", nej: Nej | None = None
) -> Response:
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, vaka.sammanhang, nummer, vem.aktor, nu, "steg", "bifoga")
    return sida(
        request,
        "bifoga.html",
        vem,
        http=nej.status if nej else 200,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": "Bifoga filer", "url": ""}],
        arende=arendevy.huvud(bild),
        bilageform=arendevy.bilageform(bild, text, nej.falt.get("filer", "") if nej else ""),
        fel=formular.fellista(nej.falt, nej.skal) if nej else [],
    )


@router.get("/arende/{nummer}/bilaga/{bilaga}")
def hamta(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, bilaga: int) -> Response:
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, vaka.sammanhang, las_nummer(nummer), vem.aktor, nu, "bilaga", str(bilaga))
        lagd = hitta_bilaga(conn, lage, bilaga)
    fil = lagd.oppna()
    return Response(fil.innehall, media_type=fil.typ, headers=huvuden(fil))
