"""My account: where I am logged in, how I come in, and the keys that act as me."""

import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from arbetsfloden import ROLLER
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.db import t
from tjanster.inloggning import tvasteg
from tjanster.inloggning.bekraftelse import bekrafta, vad_som_fragas
from tjanster.losenbyte import byt_losen as satt_nytt
from tjanster.sessioner import (
    LANGSTA_TID,
    aterkalla_egen,
    egna_nycklar,
    logga_ut_en,
    logga_ut_overallt,
    sessionen,
    sessioner,
    skapa_session,
)
from tjanster.web.inloggning import utloggad
from tjanster.web.ram import KAKA, Form, Inloggad, Nu, Program, Vem, satt_kaka, sida, vidare

router = APIRouter()
logg = logging.getLogger("vaka.inloggning")
SOM_EN_MANNISKA_RAKNAR = 10**15


def kontosida(request: Request, vaka: Program, vem: Inloggad, nu: Nu, nej: Nej | None = None) -> Response:
    """The page, with why a change was refused."""
    a = t.anvandare.c
    with vaka.motor.begin() as conn:
        denna = sessionen(conn, vem.hemlighet, nu, vaka.settings.vila)
        alla = sessioner(conn, vem.aktor.id, nu, vaka.settings.vila)
        lage = tvasteg.lage(conn, vem.aktor.id)
        rad = conn.execute(select(a.anvandarnamn, a.epost).where(a.id == vem.aktor.id)).one()
        fragor = vad_som_fragas(conn, vem.aktor.id)
        nycklar = egna_nycklar(conn, vem.aktor.id, nu)
    kalla = denna.kalla if denna else "lokal"
    skal = [] if nej is None else [*nej.skal, *nej.falt.values()]
    return sida(
        request,
        "konto.html",
        vem,
        http=nej.status if nej else 200,
        skal=skal,
        anvandarnamn=rad.anvandarnamn,
        epost=rad.epost or "",
        genom_kommunen=kalla == "oidc",
        sessioner=[
            {"id": s.id, "webblasare": s.webblasare or "Okänd webbläsare", "skapad": s.skapad, "senast": s.senast,
             "denna": denna is not None and s.id == denna.id}
            for s in alla
        ],
        tvasteg={"fran": lage.fran, "koder": lage.koder, "kravs": vaka.settings.tvasteg_for(kalla)},
        fragor=fragor,
        nycklar=nycklar,
        uppdrag=_uppdrag(vaka, vem),
    )  # fmt: skip


def nekas(request: Request, vaka: Program, vem: Inloggad, form: Any, nu: Nu) -> Response | None:
    """The page with why, when the person didn't show once more who they are; None when they did."""
    nej = bekrafta(vaka.motor, vaka.nyckelring, vem.aktor.id, form, nu)
    return None if nej is None else kontosida(request, vaka, vem, nu, nej)


def _uppdrag(vaka: Program, vem: Inloggad) -> list[str]:
    return [f"{ROLLER.get(roll, roll)}, {vaka.sammanhang.enhetsnamn(enhet)}" for roll, enhet in vem.aktor.uppdrag]


@router.get("/konto", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    return kontosida(request, vaka, vem, nu)


@router.post("/konto/losen")
def byt_losen(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """A new password. Everything that was logged in by the old one is logged out; this goes on in a new session."""
    nytt, igen = str(form.get("nytt") or ""), str(form.get("igen") or "")
    if nytt != igen:
        return kontosida(request, vaka, vem, nu, OgiltigaUppgifter(falt={"igen": "Det nya lösenordet är inte skrivet lika båda gångerna."}))
    with vaka.motor.begin() as conn:
        fragor = vad_som_fragas(conn, vem.aktor.id)
    if "losenord" not in fragor:
        raise FinnsInte("Lösenordet")
    if nej := nekas(request, vaka, vem, form, nu):
        return nej
    try:
        with vaka.motor.begin() as conn:
            denna = sessionen(conn, vem.hemlighet, nu, vaka.settings.vila)
            satt_nytt(conn, vaka.sammanhang.kommun, vem.aktor.id, nytt, nu)
            ny = skapa_session(
                conn, vem.aktor.id, nu, webblasare=denna.webblasare if denna else "", vilotid=vaka.settings.vila
            )
    except OgiltigaUppgifter as fel:
        return kontosida(request, vaka, vem, nu, fel)
    logg.info("Konto %s bytte lösenord", vem.aktor.id, extra={"action": "password_changed", "account": vem.aktor.id})
    svar = vidare(request, "/konto", "losen_bytt")
    satt_kaka(request, svar, KAKA, ny, sekunder=int(LANGSTA_TID.total_seconds()))
    return svar


@router.post("/konto/logga-ut")
def logga_ut_en_av_mina(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    with vaka.motor.begin() as conn:
        if not logga_ut_en(conn, vem.aktor.id, _nummer(form)):
            raise FinnsInte("Inloggningen")
    return vidare(request, "/konto", "session_slut")


@router.post("/konto/logga-ut-overallt")
def ut_overallt(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    with vaka.motor.begin() as conn:
        logga_ut_overallt(conn, vem.aktor.id)
    logg.info("Konto %s loggade ut överallt", vem.aktor.id, extra={"action": "logout_everywhere", "account": vem.aktor.id})
    return utloggad(request, nu, hos_kommunen=False)


@router.post("/konto/nyckel")
def sluta_godta_nyckel(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    with vaka.motor.begin() as conn:
        if not aterkalla_egen(conn, vem.aktor.id, _nummer(form)):
            raise FinnsInte("Nyckeln")
    return vidare(request, "/konto", "nyckel_slut")


def _nummer(form: Any) -> int:
    text = str(form.get("id") or "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:16]) < SOM_EN_MANNISKA_RAKNAR else 0
