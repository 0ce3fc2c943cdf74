"""Log in and out."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tjanster.arenden.fel import Nej
from tjanster.konton import logga_in
from tjanster.sessioner import LANGSTA_TID, csrf, logga_ut, prova_csrf
from tjanster.web.ram import (
    FORKAKA,
    KAKA,
    Forform,
    Form,
    Nu,
    Program,
    Vem,
    egen_adress,
    saker,
    sida,
)

router = APIRouter()


def _sida(request: Request, *, fel: str = "", anvandarnamn: str = "", vidare: str = "/", status: int = 200) -> Response:
    hemlighet = request.cookies.get(FORKAKA) or secrets.token_urlsafe(32)
    utloggad = request.query_params.get("utloggad") == "ja"
    svar = sida(
        request,
        "logga_in.html",
        None,
        http=status,
        fel=fel,
        anvandarnamn=anvandarnamn,
        vidare=egen_adress(vidare),
        utloggad=utloggad,
        rensa_utkast=utloggad,
        csrf=csrf(hemlighet),
        demokonton=request.app.state.demokonton,
    )
    svar.set_cookie(FORKAKA, hemlighet, httponly=True, samesite="lax", secure=saker(request), path="/logga-in")
    return svar


@router.get("/logga-in", response_class=HTMLResponse)
def visa(request: Request, vidare: str = "/") -> Response:
    return _sida(request, vidare=vidare)


@router.post("/logga-in")
def in_(request: Request, vaka: Program, form: Forform, nu: Nu) -> Response:
    namn, losen = str(form.get("anvandarnamn") or ""), str(form.get("losenord") or "")
    mal = egen_adress(str(form.get("vidare") or "/"))
    if not prova_csrf(request.cookies.get(FORKAKA, ""), str(form.get("csrf") or "")):
        return _sida(request, fel="Sidan hade gått ut. Försök igen.", anvandarnamn=namn, vidare=mal, status=403)
    with vaka.motor.begin() as conn:
        svar = logga_in(conn, namn, losen, nu)
    if isinstance(svar, Nej):
        return _sida(request, fel=" ".join(svar.skal), anvandarnamn=namn, vidare=mal, status=svar.status)
    vidare = RedirectResponse(mal, status_code=303)
    vidare.set_cookie(
        KAKA, svar[0], max_age=int(LANGSTA_TID.total_seconds()), httponly=True, samesite="lax", secure=saker(request)
    )
    vidare.delete_cookie(FORKAKA, path="/logga-in")
    return vidare


@router.post("/logga-ut")
def ut(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    with vaka.motor.begin() as conn:
        logga_ut(conn, vem.hemlighet)
    svar = RedirectResponse("/logga-in?utloggad=ja", status_code=303)
    svar.delete_cookie(KAKA, httponly=True, samesite="lax")
    svar.headers["clear-site-data"] = '"storage"'  # drafts, also where the script that wipes them didn't run
    return svar
