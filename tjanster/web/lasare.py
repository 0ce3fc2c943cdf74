"""Who has read a case, for those who lead; and the reason that is asked for before a protected one is opened."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.arenden.arendebild import hitta_arende, las_arende
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.lasning import BehoverSkal, far_se_lasare, ge_skal
from tjanster.logg.visning import antal_lasningar, lasningar
from tjanster.web.arende import las_nummer
from tjanster.web.rader import bladdring
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, egen_adress, sida, vidare

router = APIRouter()
PER_SIDA = 50


@router.get("/arende/{nummer}/lasare", response_class=HTMLResponse)
def lasare(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, sida_nr: int = 1) -> Response:
    s, sida_nr = vaka.sammanhang, max(1, min(sida_nr, 10_000))
    with vaka.som(vem.aktor) as conn:
        lage = las_arende(conn, s, las_nummer(nummer), vem.aktor, nu, "lasare")
        far_se_lasare(s, lage, vem.aktor)
        rader = lasningar(conn, lage.rad["id"], sida=sida_nr, per_sida=PER_SIDA)
        alla = antal_lasningar(conn, lage.rad["id"])
    nummer = lage.rad["nummer"]
    return sida(
        request,
        "lasare.html",
        vem,
        brodsmulor=[{"rubrik": nummer, "url": f"/arende/{nummer}"}, {"rubrik": "Vem har läst", "url": ""}],
        nummer=nummer,
        rader=rader,
        bladdring=bladdring(sida_nr, alla, PER_SIDA, f"/arende/{nummer}/lasare?sida_nr="),
    )


@router.post("/arende/{nummer}/skal")
def skal(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    nummer, mal = las_nummer(nummer), str(form.get("vidare") or "")
    text = str(form.get("skal") or "")
    try:
        with vaka.som(vem.aktor) as conn:
            ge_skal(conn, vaka.sammanhang, hitta_arende(conn, vaka.sammanhang, nummer, vem.aktor), vem.aktor, nu, text)
    except OgiltigaUppgifter as nej:
        return fraga_om_skal(request, vem, nummer, mal, text, nej.falt["skal"])
    # Back to the page that asked; never anywhere else than in this case.
    return vidare(request, mal if egen_adress(mal).startswith(f"/arende/{nummer}") else f"/arende/{nummer}")


def fraga_om_skal(
    request: Request, vem: Inloggad, nummer: str, mal: str, text: str = "", fel: str = "", mening: str = ""
) -> HTMLResponse:
    """The page that asks why."""
    return sida(
        request, "skal.html", vem, http=422 if fel else 403, nummer=nummer, vidare=mal, text=text, fel=fel,
        mening=mening or str(BehoverSkal(nummer)),
    )  # fmt: skip
