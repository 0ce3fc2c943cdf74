"""The demo's open mailbox: every letter that was sent, as text and as the page that a mail program shows."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select

from tjanster.arenden.fel import FinnsInte
from tjanster.db import t
from tjanster.web.brevram import LEDER_UT, brevsida, med_ram
from tjanster.web.rader import bladdring
from tjanster.web.ram import Program, Vem, sida

router = APIRouter()
PER_SIDA = 50


@router.get("/demo/brevlada", response_class=HTMLResponse)
def brevlada(request: Request, vaka: Program, vem: Vem, brev: int = 0, sida_nr: int = 1) -> Response:
    """Open to all who log in to the demo. Not there outside it."""
    _bara_i_demon(vaka)
    b, n = t.brevlada.c, t.notis.c
    sida_nr = max(1, min(sida_nr, 10_000))
    with vaka.motor.connect() as conn:
        hur_manga = conn.execute(select(func.count()).select_from(t.brevlada)).scalar_one()
        sats = (
            select(b.id, b.till, b.amne, b.tid, n.bradskande)
            .join(t.notis, n.id == b.notis_id)
            .order_by(b.tid.desc(), b.id.desc())
            .limit(PER_SIDA)
            .offset((sida_nr - 1) * PER_SIDA)
        )
        rader = [
            {"id": r["id"], "till": r["till"], "amne": r["amne"], "tid": r["tid"], "bradskande": r["bradskande"],
             "url": f"/demo/brevlada?brev={r['id']}&sida_nr={sida_nr}#brev"}
            for r in conn.execute(sats).mappings()
        ]  # fmt: skip
        valt = _brevet(conn, brev)
    svar = sida(
        request,
        "brevlada.html",
        vem,
        brev=rader,
        valt=dict(valt) | {"fran": vaka.settings.avsandare, "sida": f"/demo/brevlada/{brev}" if valt["html"] else None} if valt else None,
        slapper=LEDER_UT,
        bladdring=bladdring(sida_nr, hur_manga, PER_SIDA, "/demo/brevlada?sida_nr="),
    )
    return med_ram(svar)


@router.get("/demo/brevlada/{brev}", response_class=HTMLResponse)
def brevets_sida(vaka: Program, vem: Vem, brev: int) -> Response:
    """The letter's page, for the frame in the mailbox. Its links lead on, as out of a mail program."""
    _bara_i_demon(vaka)
    with vaka.motor.connect() as conn:
        rad = _brevet(conn, brev)
    if rad is None or rad["html"] is None:
        raise FinnsInte("Brevet")
    return brevsida(rad["html"], lankar=True)


def _bara_i_demon(vaka: Program) -> None:
    if not vaka.settings.demo:
        raise FinnsInte("Sidan")


def _brevet(conn: Any, brev: int) -> Any:
    return conn.execute(select(t.brevlada).where(t.brevlada.c.id == brev)).mappings().one_or_none() if 0 < brev < 2**31 else None
