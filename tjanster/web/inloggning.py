"""Log in with a name and a password, and log out."""

import logging
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tjanster.arenden.fel import Nej
from tjanster.inloggning.webblasare import webblasare
from tjanster.konton import logga_in
from tjanster.krypto import Nyckelring
from tjanster.sessioner import LANGSTA_TID, Steg, csrf, logga_ut, prova_csrf, sessionen
from tjanster.web.ram import (
    FORKAKA,
    KAKA,
    Forform,
    Form,
    Nu,
    Program,
    Vem,
    egen_adress,
    satt_kaka,
    sida,
    ta_bort_kaka,
)

if TYPE_CHECKING:
    from tjanster.inloggning.leverantor import Leverantor

router = APIRouter()
logg = logging.getLogger("vaka.inloggning")
STEGSIDA: dict[Steg, str] = {"kod": "/logga-in/kod", "inskrivning": "/logga-in/tvasteg", "losen": "/logga-in/losen"}


def inloggningssida(
    request: Request, *, fel: str = "", anvandarnamn: str = "", vidare: str = "/", status: int = 200
) -> Response:
    """The page to log in on, with what went wrong."""
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
        kommunens=request.app.state.leverantor is not None,
    )
    satt_kaka(request, svar, FORKAKA, hemlighet)
    return svar


@router.get("/logga-in", response_class=HTMLResponse)
def visa(request: Request, vidare: str = "/") -> Response:
    return inloggningssida(request, vidare=vidare)


@router.post("/logga-in")
def in_(request: Request, vaka: Program, form: Forform, nu: Nu) -> Response:
    namn, losen = str(form.get("anvandarnamn") or ""), str(form.get("losenord") or "")
    mal = egen_adress(str(form.get("vidare") or "/"))
    if not prova_csrf(request.cookies.get(FORKAKA) or "", str(form.get("csrf") or "")):
        return inloggningssida(request, fel="Sidan hade gått ut. Försök igen.", anvandarnamn=namn, vidare=mal, status=403)
    with vaka.motor.begin() as conn:
        svar = logga_in(
            conn, namn, losen, nu, kravs_tvasteg=vaka.settings.tvasteg_for("lokal"), vilotid=vaka.settings.vila,
            webblasare=webblasare(request.headers.get("user-agent")),
        )  # fmt: skip
    if isinstance(svar, Nej):
        logg.warning("En inloggning med lösenord nekades: %s", svar.kod, extra={"action": "login_refused", "reason": svar.kod})
        return inloggningssida(request, fel=" ".join(svar.skal), anvandarnamn=namn, vidare=mal, status=svar.status)
    hemlighet, vem, steg = svar
    return slappt_in(request, hemlighet, vem, steg, mal)


def slappt_in(request: Request, hemlighet: str, vem: int, steg: Steg, mal: str) -> Response:
    """On to where they were going, or to the step that is left, with the session's cookie."""
    if steg == "klar":
        logg.info("Konto %s loggade in", vem, extra={"action": "login", "account": vem})
    svar = RedirectResponse(f"{STEGSIDA[steg]}?vidare={quote(mal)}" if steg in STEGSIDA else mal, status_code=303)
    satt_kaka(request, svar, KAKA, hemlighet, sekunder=int(LANGSTA_TID.total_seconds()))
    ta_bort_kaka(request, svar, FORKAKA)
    return svar


@router.post("/logga-ut")
def ut(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    with vaka.motor.begin() as conn:
        session = sessionen(conn, vem.hemlighet, nu, vaka.settings.vila)
        logga_ut(conn, vem.hemlighet)
    bevis = _bevis(vaka.nyckelring, session.idtoken, vem.aktor.id) if session else None
    return utloggad(request, nu, hos_kommunen=session is not None and session.kalla == "oidc", idtoken=bevis)


def _bevis(ring: Nyckelring, idtoken: bytes | None, vem: int) -> str | None:
    """What the provider wants to see at log-out; without it the provider asks who it is. A key taken out of the ring since
    the login never keeps anybody logged in."""
    try:
        return ring.oppna(idtoken, f"idtoken:{vem}").decode() if idtoken else None
    except ValueError:
        return None


def utloggad(request: Request, nu: Nu, *, hos_kommunen: bool, idtoken: str | None = None) -> Response:
    """The way out. A form's answer may not lead to another site, so the provider is reached from a page between."""
    leverantor: Leverantor | None = request.app.state.leverantor
    tillbaka = f"{request.app.state.vaka.settings.url}/logga-in?utloggad=ja"
    adress = leverantor.utloggning(idtoken, tillbaka, nu) if leverantor and hos_kommunen else None
    if adress is None:
        svar: Response = RedirectResponse("/logga-in?utloggad=ja", status_code=303)
    else:
        svar = sida(request, "utloggad.html", None, adress=adress, rensa_utkast=True)
    ta_bort_kaka(request, svar, KAKA)
    svar.headers["clear-site-data"] = '"storage"'  # drafts, also where the script that wipes them didn't run
    return svar
