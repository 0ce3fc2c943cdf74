"""The way in through the municipality's own login (OpenID Connect): there, and back."""

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from tjanster.arenden.fel import FinnsInte
from tjanster.db import t
from tjanster.inloggning.fel import OidcFel
from tjanster.inloggning.personen import slapp_in_genom
from tjanster.inloggning.webblasare import webblasare
from tjanster.konton import steg_kvar
from tjanster.sessioner import HALV_TID, skapa_session, som_bytes
from tjanster.web.inloggning import inloggningssida, slappt_in
from tjanster.web.ram import OIDCKAKA, Nu, Program, egen_adress, satt_kaka, ta_bort_kaka

if TYPE_CHECKING:
    from tjanster.inloggning.leverantor import Leverantor

router = APIRouter()
logg = logging.getLogger("vaka.inloggning")


def _leverantor(request: Request) -> "Leverantor":
    leverantor: Leverantor | None = request.app.state.leverantor
    if leverantor is None:
        raise FinnsInte("Sidan")
    return leverantor


def _hash(hemlighet: str) -> str:
    return hashlib.sha256(som_bytes(hemlighet)).hexdigest()


@router.get("/logga-in/kommunen")
def dit(request: Request, vaka: Program, nu: Nu, vidare: str = "/") -> Response:
    """Off to the provider. What the answer must bear follows from a secret that only this browser has."""
    leverantor, hemlighet = _leverantor(request), secrets.token_urlsafe(32)
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        # Another site may lead here, but nobody is logged in without having pressed the button themself.
        return RedirectResponse(f"/logga-in?vidare={quote(egen_adress(vidare))}", status_code=303)
    try:
        adress = leverantor.adress(hemlighet, nu)
    except OidcFel as fel:
        return _nekad(request, fel, egen_adress(vidare))
    with vaka.motor.begin() as conn:
        conn.execute(insert(t.inloggningsforsok).values(hash=_hash(hemlighet), skapad=nu, vidare=egen_adress(vidare)))
    svar = RedirectResponse(adress, status_code=303)
    satt_kaka(request, svar, OIDCKAKA, hemlighet, sekunder=int(HALV_TID.total_seconds()))
    return svar


@router.get("/logga-in/svar")
def tillbaka(request: Request, vaka: Program, nu: Nu) -> Response:
    """Back with an answer. The attempt is taken away before the answer is looked at, so that none is tried twice."""
    leverantor, hemlighet = _leverantor(request), request.cookies.get(OIDCKAKA) or ""
    f = t.inloggningsforsok.c
    with vaka.motor.begin() as conn:
        sats = delete(t.inloggningsforsok).where(f.hash == _hash(hemlighet)).returning(f.skapad, f.vidare)
        forsok = conn.execute(sats).one_or_none()
    mal = forsok.vidare if forsok else "/"
    try:
        if forsok is None or forsok.skapad <= nu - HALV_TID:
            raise OidcFel("forsoket_okant")
        besked = leverantor.ta_emot(hemlighet, dict(request.query_params), nu)
        with vaka.motor.begin() as conn:
            vem = slapp_in_genom(conn, besked, vaka.sammanhang.kommun.inloggning, nu)
            kravs = vaka.settings.tvasteg_for("oidc") and not _flera_steg(besked.ansprak.get("amr"))
            steg = steg_kvar(conn, vem, kravs=True) if kravs else "klar"
            idtoken = vaka.nyckelring.kryptera(besked.idtoken.encode(), f"idtoken:{vem}")
            session = skapa_session(
                conn, vem, nu, steg=steg, kalla="oidc", idtoken=idtoken, vilotid=vaka.settings.vila,
                webblasare=webblasare(request.headers.get("user-agent")),
            )  # fmt: skip
    except OidcFel as fel:
        return _nekad(request, fel, mal)
    except IntegrityError:  # the same person came in for the first time in two windows at once; the other one won
        return _nekad(request, OidcFel("forsoket_okant"), mal)
    svar = slappt_in(request, session, vem, steg, mal)
    ta_bort_kaka(request, svar, OIDCKAKA)
    return svar


def _flera_steg(amr: object) -> bool:
    """Does the provider say that it asked for more than one thing (RFC 8176)? Then Vaka asks for no more."""
    return isinstance(amr, list) and "mfa" in amr


def _nekad(request: Request, fel: OidcFel, mal: str) -> Response:
    logg.warning("Kommunens inloggning släppte inte in någon: %s", fel.kod, extra={"action": "oidc_refused", "reason": fel.kod})
    svar = inloggningssida(request, fel=" ".join(fel.skal), vidare=mal, status=fel.status)
    ta_bort_kaka(request, svar, OIDCKAKA)
    return svar
