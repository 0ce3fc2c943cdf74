"""Routines and templates to review since a rule changed: which, why, by whom, by when, done or not."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.app import Vaka
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.regelstyrning import oversyn as styr
from tjanster.web.formular import fellista
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import klarsprak
from tjanster.web.regler.ram import far_andra, regelsida

router = APIRouter()


def _far(vem: Inloggad, ansvarig: str) -> bool:
    """One who holds the role that is to review it, or who may change rules."""
    return ansvarig in vem.aktor.roller or far_andra(vem)


@router.get("/regler/rutiner", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    return _sida(request, vaka, vem, nu)


def _sida(request: Request, vaka: Vaka, vem: Inloggad, nu: Any, *, vald: int = 0, kommentar: str = "", nej: Nej | None = None) -> Response:
    with vaka.motor.connect() as conn:
        alla = styr.oversyner(conn)
    bilder = [
        {
            "o": o,
            "ansvarig": klarsprak.stor(klarsprak.rollord(o.ansvarig)),
            "sen": o.klar is None and o.senast < nu.date(),
            "far": _far(vem, o.ansvarig),
            "kommentar": kommentar if o.id == vald else "",
            "fel": (nej.falt if nej and o.id == vald else {}).get(f"kommentar-{o.id}", ""),
        }
        for o in alla
    ]
    verk = vaka.sammanhang.regelverk
    return regelsida(
        request,
        "regler_rutiner.html",
        vem,
        {"rubrik": "Rutiner att se över", "url": ""},
        del_="rutiner",
        http=nej.status if nej else 200,
        oppna=[b for b in bilder if b["o"].klar is None],
        klara=[b for b in bilder if b["o"].klar is not None],
        rutiner=[
            {"rubrik": r.rubrik, "slag": r.slag, "ansvarig": klarsprak.stor(klarsprak.rollord(r.ansvarig)), "dagar": r.dagar, "lank": r.lank,
             "regler": [klarsprak.regelord(verk, x) for x in r.regler]}
            for r in verk.rutiner.values()
        ],
        fel=fellista(nej.falt if nej else {}, nej.skal if nej else ()),
    )  # fmt: skip


def _kraver(vaka: Vaka, vem: Inloggad, oversyn_id: int) -> None:
    with vaka.motor.connect() as conn:
        o = next((o for o in styr.oversyner(conn) if o.id == oversyn_id), None)
    if o is not None and not _far(vem, o.ansvarig):
        raise FarInte(f"Rutinen ses över av {klarsprak.rollord(o.ansvarig)}.")


@router.post("/regler/rutiner/{oversyn_id}/klar", response_class=HTMLResponse)
def klar(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, oversyn_id: int) -> Response:
    _kraver(vaka, vem, oversyn_id)
    kommentar = str(form.get(f"kommentar-{oversyn_id}") or "").strip()
    try:
        if not kommentar or len(kommentar) > 2000:
            mening = "Skriv vad du kom fram till." if not kommentar else "Texten får ha högst 2 000 tecken."
            raise OgiltigaUppgifter(falt={f"kommentar-{oversyn_id}": mening})
        with vaka.motor.begin() as conn:
            styr.klarmarkera(conn, oversyn_id, nu=nu, av=vem.aktor.id, kommentar=kommentar)
    except Nej as nej:
        return _sida(request, vaka, vem, nu, vald=oversyn_id, kommentar=kommentar, nej=nej)
    return vidare(request, "/regler/rutiner", "oversedd")


@router.post("/regler/rutiner/{oversyn_id}/angra")
def angra(request: Request, vaka: Program, vem: Vem, form: Form, oversyn_id: int) -> Response:
    _kraver(vaka, vem, oversyn_id)
    with vaka.motor.begin() as conn:
        styr.angra(conn, oversyn_id)
    return vidare(request, "/regler/rutiner", "angrat")
