"""Choose a password of one's own, for one who came with a temporary one; until then nothing else is open to them."""

import logging

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.konton import steg_kvar
from tjanster.losenbyte import byt_losen
from tjanster.sessioner import csrf, sessionen, skapa_session
from tjanster.web.halvinne import Halv, Halvform, Halvinne, borja_om
from tjanster.web.inloggning import slappt_in
from tjanster.web.ram import Nu, Program, egen_adress, sida

router = APIRouter()
logg = logging.getLogger("vaka.inloggning")


def _sida(request: Request, halv: Halvinne, mal: str, nej: OgiltigaUppgifter | None = None) -> Response:
    return sida(
        request, "logga_in_losen.html", None, http=nej.status if nej else 200, csrf=csrf(halv.hemlighet), vidare=mal,
        fel=" ".join(nej.falt.values()) if nej else "",
    )  # fmt: skip


@router.get("/logga-in/losen", response_class=HTMLResponse)
def visa(request: Request, halv: Halv, vidare: str = "/") -> Response:
    mal = egen_adress(vidare)
    return _sida(request, halv, mal) if halv and halv.session.steg == "losen" else borja_om(mal)


@router.post("/logga-in/losen")
def valj(request: Request, vaka: Program, halv: Halv, form: Halvform, nu: Nu) -> Response:
    mal = egen_adress(str(form.get("vidare") or "/"))
    if halv is None or halv.session.steg != "losen":
        return borja_om(mal)
    nytt, vem, a = str(form.get("nytt") or ""), halv.session.anvandare_id, t.anvandare.c
    if nytt != str(form.get("igen") or ""):
        return _sida(request, halv, mal, OgiltigaUppgifter(falt={"igen": "Lösenordet är inte skrivet lika båda gångerna."}))
    try:
        with vaka.motor.begin() as conn:
            conn.execute(select(a.id).where(a.id == vem).with_for_update())
            if sessionen(conn, halv.hemlighet, nu, vaka.settings.vila) is None:  # a newer temporary one was made meanwhile
                return borja_om(mal)
            byt_losen(conn, vaka.sammanhang.kommun, vem, nytt, nu)
            steg = steg_kvar(conn, vem, kravs=vaka.settings.tvasteg_for("lokal"))
            ny = skapa_session(conn, vem, nu, steg=steg, webblasare=halv.session.webblasare, vilotid=vaka.settings.vila)
    except OgiltigaUppgifter as fel:
        return _sida(request, halv, mal, fel)
    logg.info("Konto %s bytte sitt engångslösenord", vem, extra={"action": "password_changed", "account": vem})
    return slappt_in(request, ny, vem, steg, mal)
