"""The whole order of delegation as it holds on a day in a unit, for everybody who has logged in."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER, narmast
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.delegationsordning import ordningen
from tjanster.web import formular
from tjanster.web.ram import Nu, Program, Vem, sida

router = APIRouter()


@router.get("/delegation", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, dag: str = "", enhet: str = "") -> Response:
    s, fel, vald = vaka.sammanhang, {}, nu.date()
    if dag:
        try:
            vald = date.fromisoformat(dag)
        except ValueError:
            fel["dag"] = "Dagen skrivs som 2026-12-24."
    kod = s.kommun.hitta_enhet(enhet) if enhet else _min_enhet(vem, s.kommun.rot)
    if kod is None:
        fel["enhet"] = f"Enheten finns inte{narmast(enhet, s.kommun.enheter) or '. Välj en i listan.'}"
        kod = _min_enhet(vem, s.kommun.rot)
    with vaka.motor.begin() as conn:
        ordning = ordningen(conn, s, kod, vald, las_aktor(conn, vem.aktor.id, vald))
    return sida(
        request,
        "delegation.html",
        vem,
        http=422 if fel else 200,
        aktiv="delegation",
        processer=[{"rubrik": PROCESSER[p].rubrik, "punkter": punkter} for p, punkter in ordning.items()],
        enhet=kod,
        enhet_namn=s.enhetsnamn(kod),
        enheter={e.kod: e.namn for e in s.kommun.enheter.values()},
        dag=vald,
        tomma=sum(p.tom for punkter in ordning.values() for p in punkter),
        fel=fel,
        fellista=formular.fellista(fel, []),
    )


def _min_enhet(vem: Vem, rot: str | None) -> str:
    return next((enhet for _, enhet in vem.aktor.uppdrag), rot or "")
