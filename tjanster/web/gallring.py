"""Weeding in the browser: what would go and what is kept, the proposal, the second person, how far it has come, the certificate."""

import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DrojerAn
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from arbetsfloden import PROCESSER
from regler import GALLRAS
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.db import t
from tjanster.gallring import STATUS, Korning, alla_korningar, avbryt, bevis, foresla, godkann, hamta, kor, valj
from tjanster.gallring.bevis import bevis_pdf
from tjanster.gallring.vem import kraver_gallrare
from tjanster.web.formular import fellista
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
logg = logging.getLogger("vaka.gallring")
FLEST = 200
SEKUNDER = 2.0
_ARBETARE = ThreadPoolExecutor(1, thread_name_prefix="gallring")
BESLUT = {
    "namn": "beslut", "rubrik": "Vilket beslut?", "slag": "langtext", "krav": True, "hojd": 2, "max_langd": 2000,
    "hjalp": "Vem som beslutade, dagen och paragrafen. Står i varje bevis. Inga namn på enskilda.",
}  # fmt: skip
ANTAL = {"namn": "antal", "rubrik": "Hur många ärenden ska gallras?", "slag": "tal", "krav": True,
         "hjalp": "Skriv antalet som står i listan, så att det är säkert att du har läst den."}  # fmt: skip
SKAL = {"namn": "skal", "rubrik": "Varför?", "slag": "langtext", "krav": True, "hojd": 2, "max_langd": 2000}


@router.get("/gallring", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    return _oversikt(request, vaka, vem, nu, {})


def _oversikt(
    request: Request, vaka: Vaka, vem: Inloggad, nu: Any, varden: dict[str, str], nej: Nej | None = None
) -> Response:  # fmt: skip
    kraver_gallrare(vem.aktor)
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        urval = valj(conn, s, nu.date())
        korningar = alla_korningar(conn)
    synliga = _synliga(vaka, vem, [x.nummer for x in (*urval.gar, *urval.halls)])
    fel = nej.falt if nej else {}
    return sida(
        request, "gallring.html", vem, aktiv="gallring", http=nej.status if nej else 200, dag=nu.date(),
        antal=len(urval.gar), antal_halls=len(urval.halls), inte_an=urval.inte_an, bevarade=urval.bevarade,
        gar=[_kandidat(k.som_dict(), s, synliga) for k in urval.gar[:FLEST]],
        halls=[_hallen(h, s, synliga) for h in urval.halls[:FLEST]],
        utan_regel=[(PROCESSER[p].rubrik if p in PROCESSER else p, n) for p, n in sorted(urval.utan_regel.items())],
        korningar=[_rad(k) for k in korningar], pa_vag=any(k.status in ("vantar", "pagar") for k in korningar),
        falt=[f | {"varde": varden.get(str(f["namn"])), "fel": fel.get(str(f["namn"]), "")} for f in (BESLUT, ANTAL)],
        fel=fellista(fel, nej.skal if nej else ()),
    )  # fmt: skip


def _synliga(vaka: Vaka, vem: Inloggad, nummer: list[str]) -> set[str]:
    """Those of the cases that the person may open: only of them more is told than the number."""
    with vaka.som(vem.aktor) as conn:
        return set(conn.execute(select(t.arende.c.nummer).where(t.arende.c.nummer.in_(nummer))).scalars())


def _kandidat(k: Any, s: Any, synliga: set[str]) -> dict[str, Any]:
    return {
        "nummer": k["nummer"], "url": f"/arende/{k['nummer']}" if k["nummer"] in synliga else None,
        "enhet": s.enhetsnamn(k["enhet"]), "process": PROCESSER[k["process"]].ental, "vad": GALLRAS[k["vad"]],
        "raknat": k["raknat"], "senast": k["senast"], "rubrik": k["rubrik"], "regel_url": f"/regler/gallring/{k['regel']}",
        "lagrum": k["lagrum"],
    }  # fmt: skip


def _hallen(h: Any, s: Any, synliga: set[str]) -> dict[str, Any]:
    """Why somebody holds a case is for those who may open it."""
    ser = h.nummer in synliga
    skal = [x if ser or not x.startswith("spärrat") else x.partition(":")[0] for x in h.skal]
    return {"nummer": h.nummer, "url": f"/arende/{h.nummer}" if ser else None, "enhet": s.enhetsnamn(h.enhet),
            "process": PROCESSER[h.process].ental, "skal": skal}  # fmt: skip


def _rad(k: Korning) -> dict[str, Any]:
    lage = {"vantar": "nytt", "pagar": "oppet", "klar": "klart", "avbruten": "avbrutet"}[k.status]
    return {"id": k.id, "dag": k.foreslagen, "status": STATUS[k.status], "lage": lage, "gallrade": k.gallrade,
            "kvar": len(k.kvar), "beslut": k.beslut, "url": f"/gallring/{k.id}"}  # fmt: skip


@router.post("/gallring", response_class=HTMLResponse)
def lagg_fram(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    kraver_gallrare(vem.aktor)
    try:
        k = foresla(vaka, beslut=str(form.get("beslut") or ""), antal=_tal(form), av=vem.aktor.id, nu=nu)
    except Nej as nej:
        return _oversikt(request, vaka, vem, nu, {n: str(form.get(n) or "") for n in ("beslut", "antal")}, nej)
    return vidare(request, f"/gallring/{k.id}")


def _tal(form: Any) -> int | None:
    text = "".join(str(form.get("antal") or "").split())
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@router.get("/gallring/{korning}", response_class=HTMLResponse)
def visa_en(request: Request, vaka: Program, vem: Vem, korning: int) -> Response:
    return _en(request, vaka, vem, korning)


def _en(request: Request, vaka: Vaka, vem: Inloggad, korning: int, nej: Nej | None = None) -> Response:
    kraver_gallrare(vem.aktor)
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        k = hamta(conn, min(korning, 2**62))
    synliga = _synliga(vaka, vem, [a["nummer"] for a in k.arenden])
    egen, fel = k.foreslagen_av_id == vem.aktor.id, nej.falt if nej else {}
    return sida(
        request, "gallring_korning.html", vem, aktiv="gallring", http=nej.status if nej else 200,
        brodsmulor=[{"rubrik": "Gallring", "url": "/gallring"}, {"rubrik": f"Gallring {k.id}", "url": ""}],
        k=k, lage=STATUS[k.status], egen=egen, antal=len(k.arenden),
        gar=[_kandidat(a, s, synliga) for a in k.arenden[:FLEST]],
        kvar=[{"nummer": x["nummer"], "skal": x["skal"] if x["nummer"] in synliga else
               [y.partition(":")[0] for y in x["skal"]]} for x in k.kvar],
        antalsfalt=ANTAL | {"fel": fel.get("antal", "")}, skalfalt=SKAL | {"fel": fel.get("skal", "")},
        fel=fellista(fel, nej.skal if nej else ()),
    )  # fmt: skip


@router.post("/gallring/{korning}/godkann", response_class=HTMLResponse)
def sag_ja(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, korning: int) -> Response:
    kraver_gallrare(vem.aktor)
    try:
        godkann(vaka, min(korning, 2**62), antal=_tal(form), av=vem.aktor.id, nu=nu)
    except FinnsInte:
        raise
    except Nej as nej:
        return _en(request, vaka, vem, korning, nej)
    _kor(vaka, korning, nu)
    return vidare(request, f"/gallring/{korning}")


@router.post("/gallring/{korning}/fortsatt", response_class=HTMLResponse)
def fortsatt(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, korning: int) -> Response:
    kraver_gallrare(vem.aktor)
    with vaka.systemet() as conn:
        if hamta(conn, min(korning, 2**62)).status == "pagar":
            _kor(vaka, korning, nu)
    return vidare(request, f"/gallring/{korning}")


def _kor(vaka: Vaka, korning: int, nu: Any) -> None:
    """Beside the request; the page tells how far it has come when it takes more than a moment."""
    arbete: Future[Any] = _ARBETARE.submit(lambda: kor(vaka, korning, nu))
    try:
        arbete.result(timeout=SEKUNDER)
    except DrojerAn:
        arbete.add_done_callback(_beratta)


def _beratta(arbete: Future[Any]) -> None:
    if (fel := arbete.exception()) is not None:
        logg.error("Gallringen stannade", exc_info=fel, extra={"action": "weeding_failed"})


@router.post("/gallring/{korning}/avbryt", response_class=HTMLResponse)
def sag_nej(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, korning: int) -> Response:
    kraver_gallrare(vem.aktor)
    try:
        avbryt(vaka, min(korning, 2**62), skal=str(form.get("skal") or ""), nu=nu)
    except FinnsInte:
        raise
    except Nej as nej:
        return _en(request, vaka, vem, korning, nej)
    return vidare(request, f"/gallring/{korning}", "gallring_avbruten")


@router.get("/gallring/{korning}/bevis")
def beviset(vaka: Program, vem: Vem, nu: Nu, korning: int, format: str = "pdf") -> Response:
    kraver_gallrare(vem.aktor)
    if format not in ("pdf", "json"):
        raise FinnsInte("Filformatet")
    with vaka.systemet() as conn:
        korning = min(korning, 2**62)
        fil = bevis_pdf(conn, vaka.sammanhang, korning, nu) if format == "pdf" else json.dumps(
            bevis(conn, korning), ensure_ascii=False, indent=1
        ).encode()  # fmt: skip
    huvuden = {"content-disposition": f'attachment; filename="gallringsbevis-{korning}.{format}"'}
    return Response(fil, media_type=f"application/{format}", headers=huvuden)
