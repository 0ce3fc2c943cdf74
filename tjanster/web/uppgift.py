"""A task: done with one click, or answered by a unit whose people may not open the case that it comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT
from tjanster.arenden.behorighet import roller_i, synliga
from tjanster.arenden.fel import FinnsInte
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.nummertext import har_nummer
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.varning import MENING
from tjanster.db import t
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
LEDER = {"enhetschef", "avdelningschef", "kvalitetsledare"}


SVARA = "Skriv vad ni har kommit fram till."


@router.get("/uppgift/{uppgift_id}", response_class=HTMLResponse)
def uppgift(request: Request, vaka: Program, vem: Vem, nu: Nu, uppgift_id: int) -> Response:
    """A measure to take a stand on, for the people of the unit that is asked."""
    with vaka.systemet() as conn:
        return _sida(request, vem, _min_uppgift(conn, vaka.sammanhang, vem, uppgift_id))


def _sida(request: Request, vem: Inloggad, rad: dict[str, Any], fel: str = "", svar: str = "") -> Response:
    """svar: what was written and should be looked at once more."""
    return sida(
        request,
        "uppgift.html",
        vem,
        http=422 if fel else 200,
        uppgift=rad | {"atgardstext": atgardstext(rad["atgarder"], rad["atgard"])},
        arende_url=f"/arende/{rad['nummer']}" if rad["synlig"] else None,
        fel=fel,
        svar=svar,
        url=f"/uppgift/{rad['id']}/klar",
    )


@router.post("/uppgift/{uppgift_id}/klar")
def uppgift_klar(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, uppgift_id: int) -> Response:
    with vaka.systemet() as conn:
        rad = _min_uppgift(conn, vaka.sammanhang, vem, uppgift_id)
        skal = str(form.get("kommentar") or "").strip()[:2000] or None
        if rad["atgard"] is not None and skal is None and rad["klar"] is None:
            return _sida(request, vem, rad, SVARA)
        if skal is not None and har_nummer(skal) and not form.get("bekraftat"):
            return _sida(request, vem, rad, MENING, skal)
        if rad["klar"] is None:
            # One who may not open the case still answers for the unit: their word goes into it by the system.
            av, text = (vem.aktor, skal) if rad["synlig"] else (None, f"{rad['enhet_namn']}, {vem.aktor.namn}: {skal}")
            utfor(
                conn,
                vaka.sammanhang,
                Begaran(rad["nummer"], "klarmarkera_uppgift", nu, av, {"uppgift": str(uppgift_id)}, text, bekraftat=True),
            )
    hem = f"/arende/{rad['nummer']}" if rad["synlig"] else "/"
    return vidare(request, str(form.get("tillbaka") or hem), "klart")


def _min_uppgift(conn: Connection, s: Sammanhang, vem: Inloggad, uppgift_id: int) -> dict[str, Any]:
    """The task, when it is of a case that the person sees or of a unit they own; one that was written by hand only for the former."""
    u, a = t.uppgift.c, t.arende.c
    sats = (
        select(u.id, u.text, u.enhet, u.senast, u.klar, u.agare, u.atgard, u.slag, u.kommentar, a.nummer, a.atgarder, a.javiga, a.krets,
               synliga(vem.aktor, s.kommun).label("synlig"))
        .join(t.arende, a.id == u.arende_id)
        .where(u.id == uppgift_id)
    )  # fmt: skip
    rad = conn.execute(sats).mappings().one_or_none() if 0 < uppgift_id < 2**62 else None
    if rad is None:
        raise FinnsInte("Uppgiften")
    leder = roller_i(vem.aktor, s.kommun, rad["enhet"]) & LEDER
    utanfor = vem.aktor.id in rad["javiga"] or ((rad["krets"] is not None or rad["slag"] == EGEN_UPPGIFT) and not rad["synlig"])
    if utanfor or not (rad["synlig"] or leder or rad["agare"] == vem.aktor.id):
        raise FinnsInte("Uppgiften")
    return dict(rad) | {"enhet_namn": s.kommun.enheter[rad["enhet"]].namn}


def atgardstext(atgarder: Sequence[Mapping[str, Any]] | None, kod: str | None) -> str:
    """The measure's own text, which is what spreads; nothing else of the case does."""
    atgarder = atgarder or []
    nummer = int(kod.rpartition("/")[2]) if kod and kod.rpartition("/")[2].isdigit() else 0
    return str(atgarder[nummer - 1].get("text", "")) if 0 < nummer <= len(atgarder) else ""
