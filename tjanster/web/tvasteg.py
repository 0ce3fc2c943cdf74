"""The second step: the code at log-in, and setting it up, at log-in where it is required or from one's own account."""

import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from tjanster.arenden.fel import FarInte, Nej
from tjanster.db import t
from tjanster.inloggning import tvasteg
from tjanster.inloggning.bekraftelse import bekrafta, vad_som_fragas
from tjanster.sessioner import LANGSTA_TID, byt_session, csrf, sessionen
from tjanster.web.halvinne import Halv, Halvform, Halvinne, borja_om
from tjanster.web.inloggning import slappt_in
from tjanster.web.konto import nekas
from tjanster.web.ram import KAKA, Form, Inloggad, Nu, Program, Vem, egen_adress, satt_kaka, sida, vaka_av, vidare

router = APIRouter()
logg = logging.getLogger("vaka.inloggning")


# -- the code at log-in ------------------------------------------------------------------------------------------------


def _kodsida(request: Request, halv: Halvinne, mal: str, fel: str = "", status: int = 200) -> Response:
    return sida(request, "logga_in_kod.html", None, http=status, fel=fel, vidare=mal, csrf=csrf(halv.hemlighet))


@router.get("/logga-in/kod", response_class=HTMLResponse)
def visa_kod(request: Request, halv: Halv, vidare: str = "/") -> Response:
    mal = egen_adress(vidare)
    return _kodsida(request, halv, mal) if halv and halv.session.steg == "kod" else borja_om(mal)


@router.post("/logga-in/kod")
def ta_kod(request: Request, vaka: Program, halv: Halv, form: Halvform, nu: Nu) -> Response:
    mal = egen_adress(str(form.get("vidare") or "/"))
    if halv is None or halv.session.steg != "kod":
        return borja_om(mal)
    vem = halv.session.anvandare_id
    with vaka.motor.begin() as conn:
        nej = tvasteg.prova_kod(conn, vaka.nyckelring, vem, str(form.get("kod") or ""), nu)
        ny = None if nej else byt_session(conn, halv.hemlighet, nu, vaka.settings.vila)
    if nej is not None:
        logg.warning("Konto %s skrev fel kod: %s", vem, nej.kod, extra={"action": "second_step_refused", "account": vem})
        return _kodsida(request, halv, mal, " ".join(nej.skal), nej.status)
    return slappt_in(request, ny, vem, "klar", mal) if ny else borja_om(mal)


# -- set it up ---------------------------------------------------------------------------------------------------------


def _inskrivning(
    request: Request, vem: int, hemlighet: str, inne: Inloggad | None, mal: str, nej: Nej | None = None, status: int = 200
) -> Response:
    vaka = vaka_av(request)
    nyckel = tvasteg.forslag(vaka.nyckelring, vem, hemlighet)
    a = t.anvandare.c
    with vaka.motor.begin() as conn:
        anvandarnamn = conn.execute(select(a.anvandarnamn).where(a.id == vem)).scalar_one()
        fragor = vad_som_fragas(conn, vem) if inne else []
    return sida(
        request,
        "tvasteg.html",
        inne,
        http=status,
        fel=" ".join(nej.skal) if nej else "",
        vidare=mal,
        csrf=csrf(hemlighet),
        hit="/konto/tvasteg" if inne else "/logga-in/tvasteg",
        bild=tvasteg.qr(nyckel, anvandarnamn, vaka.sammanhang.kommun.namn),
        nyckel=tvasteg.i_grupper(nyckel),
        fragor=fragor,
        brodsmulor=[{"rubrik": "Mitt konto", "url": "/konto"}, {"rubrik": "Tvåstegsinloggning", "url": ""}] if inne else [],
    )


@router.get("/logga-in/tvasteg", response_class=HTMLResponse)
def visa_inskrivning(request: Request, halv: Halv, vidare: str = "/") -> Response:
    mal = egen_adress(vidare)
    if halv is None or halv.session.steg != "inskrivning":
        return borja_om(mal)
    return _inskrivning(request, halv.session.anvandare_id, halv.hemlighet, None, mal)


@router.post("/logga-in/tvasteg")
def skriv_in(request: Request, vaka: Program, halv: Halv, form: Halvform, nu: Nu) -> Response:
    mal = egen_adress(str(form.get("vidare") or "/"))
    if halv is None or halv.session.steg != "inskrivning":
        return borja_om(mal)
    vem = halv.session.anvandare_id
    return _satt_igang(request, vaka, vem, halv.hemlighet, None, form, mal, nu)


@router.get("/konto/tvasteg", response_class=HTMLResponse)
def visa_eget(request: Request, vem: Vem) -> Response:
    return _inskrivning(request, vem.aktor.id, vem.hemlighet, vem, "/konto")


@router.post("/konto/tvasteg")
def satt_eget(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    nej = bekrafta(vaka.motor, vaka.nyckelring, vem.aktor.id, form, nu)
    if nej is not None:
        return _inskrivning(request, vem.aktor.id, vem.hemlighet, vem, "/konto", nej, nej.status)
    return _satt_igang(request, vaka, vem.aktor.id, vem.hemlighet, vem, form, "/konto", nu)


def _satt_igang(
    request: Request, vaka: Program, vem: int, hemlighet: str, inne: Inloggad | None, form: Any, mal: str, nu: Nu
) -> Response:
    nyckel = tvasteg.forslag(vaka.nyckelring, vem, hemlighet)
    with vaka.motor.begin() as conn:
        koder = tvasteg.satt_igang(conn, vaka.nyckelring, vem, nyckel, str(form.get("ny_kod") or ""), nu)
        ny = None if isinstance(koder, Nej) else byt_session(conn, hemlighet, nu, vaka.settings.vila)
    if isinstance(koder, Nej):
        return _inskrivning(request, vem, hemlighet, inne, mal, koder, koder.status)
    logg.info("Konto %s satte på tvåstegsinloggning", vem, extra={"action": "second_step_on", "account": vem})
    return _koderna(request, ny, koder, mal)


def _koderna(request: Request, hemlighet: str | None, koder: list[str], mal: str) -> Response:
    svar = sida(request, "koder.html", None, koder=koder, vidare=mal)
    if hemlighet is not None:
        satt_kaka(request, svar, KAKA, hemlighet, sekunder=int(LANGSTA_TID.total_seconds()))
    return svar


@router.post("/konto/tvasteg/koder")
def nya_koder(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    if nej := nekas(request, vaka, vem, form, nu):
        return nej
    with vaka.motor.begin() as conn:
        koder = tvasteg.nya_koder(conn, vem.aktor.id, nu)
        ny = byt_session(conn, vem.hemlighet, nu, vaka.settings.vila)
    return _koderna(request, ny, koder, "/konto")


@router.post("/konto/tvasteg/av")
def stang_av(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    if nej := nekas(request, vaka, vem, form, nu):
        return nej
    with vaka.motor.begin() as conn:
        session = sessionen(conn, vem.hemlighet, nu, vaka.settings.vila)
        if session is None or vaka.settings.tvasteg_for(session.kalla):
            raise FarInte("Kommunen kräver tvåstegsinloggning. Byt app i stället om du har en ny telefon.")
        tvasteg.ta_bort(conn, vem.aktor.id)
    return vidare(request, "/konto", "tvasteg_av")
