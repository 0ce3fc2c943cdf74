"""From a draft to rules that hold: the effect beforehand, the reason, the second person, and how far it has come."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as DrojerAn
from contextlib import suppress
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from regler import Regelverk
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.regelstyrning import LAGEN, Aktivering, Jamforelse, avbryt, begar, godkann, hamta, verkstall
from tjanster.regelstyrning import utkast as styr
from tjanster.regelstyrning.utkast import Utkast
from tjanster.web.formular import fellista
from tjanster.web.rader import bladdring
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import bild, klarsprak, verkan
from tjanster.web.regler.ram import far_andra, kraver_andra, regelsida
from tjanster.web.regler.utkast import UTKASTET, kraver_arbete, kraver_utkast

router = APIRouter()
PER_SIDA = 50
SEKUNDER = 2.0
"""So long the browser waits before it is shown how far a long activation has come."""
FALT = (
    {"namn": "skal", "rubrik": "Varför ändras reglerna?", "slag": "langtext", "krav": True, "hojd": 3, "max_langd": 2000,
     "hjalp": "Står i historiken och i varje ärende som berörs. Till exempel: Socialnämndens beslut 2026-12-10, § 112."},
    {"namn": "fran", "rubrik": "Från vilken dag?", "slag": "dag", "krav": False, "framtid": True,
     "hjalp": "Lämna tomt för att aktivera nu. En dag som kommer: då räknas öppna ärenden om den dagen."},
)  # fmt: skip

logg = logging.getLogger("vaka.regler")
_ARBETARE = ThreadPoolExecutor(1, thread_name_prefix="regler")


def _kraver_lasbart(conn: Connection, s: Sammanhang) -> tuple[Utkast, Regelverk]:
    """The draft and the set that it makes. OgiltigaUppgifter when it can't be read."""
    arbete = kraver_arbete(conn, s)
    if arbete.verk is None:
        raise OgiltigaUppgifter("Rätta felen i utkastet först.")
    return arbete.utkast, arbete.verk


@router.get("/regler/utkast/verkan", response_class=HTMLResponse)
def visa_verkan(request: Request, vaka: Program, vem: Vem, nu: Nu, sida_nr: int = 1) -> Response:
    kraver_andra(vem)
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        _, ny = _kraver_lasbart(conn, s)
        svar = verkan.rakna(conn, s, ny, nu)
        sida_nr = max(1, min(sida_nr, 10_000))
        alla = svar.verkan.flyttas
        visade = [f.som_dict() for f in alla[(sida_nr - 1) * PER_SIDA : sida_nr * PER_SIDA]]
        flyttar = verkan.flyttbilder(conn, vaka, ny, visade, vem.aktor)
    return regelsida(
        request,
        "regler_verkan.html",
        vem,
        UTKASTET,
        {"rubrik": "Vad ändringen gör", "url": ""},
        del_="utkast",
        verkan=verkan.oversikt(svar.verkan.sammanfattning(), ny.kommun, "/regler/utkast/verkan.svg"),
        flyttar=flyttar,
        hinder=svar.hinder,
        bladdring=bladdring(sida_nr, len(alla), PER_SIDA, "/regler/utkast/verkan?sida_nr="),
    )


@router.get("/regler/utkast/verkan.svg")
def verkansbild(vaka: Program, vem: Vem, nu: Nu, mork: bool = False, smal: bool = False) -> Response:
    kraver_andra(vem)
    with vaka.systemet() as conn:
        _, ny = _kraver_lasbart(conn, vaka.sammanhang)
        svar = verkan.rakna(conn, vaka.sammanhang, ny, nu)
    return som_bild(verkan.bildrader(svar.verkan.sammanfattning(), ny.kommun), mork, smal)


def som_bild(rader: list[dict[str, Any]], mork: bool, smal: bool) -> Response:
    return Response(bild.rita(rader, mork=mork, smal=smal), media_type="image/svg+xml")


@router.get("/regler/utkast/aktivera", response_class=HTMLResponse)
def fraga_aktivera(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    kraver_andra(vem)
    return _fragesida(request, vaka, vem, nu, {})


def _fragesida(
    request: Request, vaka: Vaka, vem: Inloggad, nu: Any, varden: dict[str, str], nej: Nej | None = None
) -> Response:  # fmt: skip
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        utkast, ny = _kraver_lasbart(conn, s)
        svar = verkan.rakna(conn, s, ny, nu)
    return regelsida(
        request,
        "regler_aktivera.html",
        vem,
        UTKASTET,
        {"rubrik": "Aktivera", "url": ""},
        del_="utkast",
        http=nej.status if nej else 200,
        url="/regler/utkast/aktivera",
        version=utkast.version,
        **fragan(s, svar, varden, nej),
    )


def fragan(s: Sammanhang, svar: Jamforelse, varden: dict[str, str], nej: Nej | None) -> dict[str, Any]:
    """What the form of an activation asks and tells beforehand."""
    fel = nej.falt if nej else {}
    return {
        "tva_personer": s.kommun.tva_personer,
        "totalt": svar.verkan.totalt,
        "arenden": svar.verkan.arenden,
        "regler": [klarsprak.skillnad(x, s.regelverk) for x in svar.regler],
        "hinder": svar.hinder,
        "falt": [f | {"varde": varden.get(f["namn"]), "fel": fel.get(f["namn"], "")} for f in FALT],
        "fel": fellista(fel, nej.skal if nej else ()),
    }


def typt(form: Any) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {k: str(form.get(k) or "").strip() for k in ("skal", "fran")}


def las_fraga(form: Any) -> tuple[dict[str, str], date | None]:
    """What was typed, and the day. Raises OgiltigaUppgifter for what is no reason and no day."""
    varden = typt(form)
    fel, fran = {}, None
    if not varden["skal"]:
        fel["skal"] = "Skriv varför reglerna ändras."
    if len(varden["skal"]) > 2000:
        fel["skal"] = "Skälet får ha högst 2 000 tecken."
    if varden["fran"]:
        try:
            fran = date.fromisoformat(varden["fran"])
        except ValueError:
            fel["fran"] = "Skriv dagen som år-månad-dag, till exempel 2027-01-01."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return varden, fran


@router.post("/regler/utkast/aktivera", response_class=HTMLResponse)
def aktivera(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    kraver_andra(vem)
    try:
        varden, fran = las_fraga(form)
        with vaka.systemet() as conn:
            (_, ny), utkast = _kraver_lasbart(conn, vaka.sammanhang), kraver_utkast(conn, form)
        with vaka.systemet() as conn:  # one that somebody has changed since is refused before anything is asked for
            styr.anvant(conn, utkast)
            a = begar(vaka, ny, nu=nu, skal=varden["skal"], av=vem.aktor.id, fran=fran)
    except Nej as nej:
        return _fragesida(request, vaka, vem, nu, typt(form), nej)
    satt_igang(vaka, a, nu)
    return vidare(request, f"/regler/aktivering/{a.id}")


def kor(gor: Callable[[], Any]) -> None:
    """Do it beside the request, and wait for it a moment: a small change is done when the page comes. A no that comes in
    that time is raised; one that comes later stands on the activation."""
    arbete: Future[Any] = _ARBETARE.submit(gor)
    try:
        arbete.result(timeout=SEKUNDER)
    except DrojerAn:
        arbete.add_done_callback(_beratta)


def satt_igang(vaka: Vaka, a: Aktivering, nu: Any) -> None:
    """Let an activation that needs nothing more be done. Its page tells how it went, a no too."""
    if a.status == "pagar":
        with suppress(Nej):
            kor(lambda: verkstall(vaka, a.id, nu))


def _beratta(arbete: Future[Any]) -> None:
    if (fel := arbete.exception()) is not None:
        logg.error("Aktiveringen gick inte att göra", exc_info=fel, extra={"action": "rules_activation_failed"})


@router.get("/regler/aktivering/{aktivering_id}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, aktivering_id: int, sida_nr: int = 1) -> Response:
    return _sida(request, vaka, vem, aktivering_id, sida_nr=max(1, min(sida_nr, 10_000)))


def _sida(
    request: Request, vaka: Vaka, vem: Inloggad, aktivering_id: int, nej: Nej | None = None, *, sida_nr: int = 1
) -> Response:  # fmt: skip
    s = vaka.sammanhang
    with vaka.systemet() as conn:
        a = hamta(conn, aktivering_id)
        # The cases one by one are for those who change rules; everybody sees the counts.
        alla = a.effekt.get("flyttas", []) if far_andra(vem) else []
        visade = alla[(sida_nr - 1) * PER_SIDA : sida_nr * PER_SIDA]
        flyttar = verkan.flyttbilder(conn, vaka, s.regelverk, visade, vem.aktor)
    egen = a.av_id == vem.aktor.id
    return regelsida(
        request,
        "regler_aktivering.html",
        vem,
        {"rubrik": "Versioner", "url": "/regler/versioner"},
        {"rubrik": f"Ändring {a.id}", "url": ""},
        del_="versioner",
        http=nej.status if nej else 200,
        a=a,
        lage=LAGEN[a.status],
        egen=egen,
        far_godkanna=a.status == "vantar" and far_andra(vem) and not egen,
        far_avbryta=a.status in ("vantar", "planerad") and far_andra(vem),
        regler=[klarsprak.skillnad(x, s.regelverk) for x in a.regler],
        verkan=verkan.oversikt(a.effekt, s.kommun, f"/regler/aktivering/{a.id}/verkan.svg"),
        flyttar=flyttar,
        bladdring=bladdring(sida_nr, len(alla), PER_SIDA, f"/regler/aktivering/{a.id}?sida_nr="),
        fel=fellista(nej.falt if nej else {}, nej.skal if nej else ()),
    )


@router.get("/regler/aktivering/{aktivering_id}/verkan.svg")
def aktiveringens_bild(vaka: Program, vem: Vem, aktivering_id: int, mork: bool = False, smal: bool = False) -> Response:
    with vaka.systemet() as conn:
        a = hamta(conn, aktivering_id)
    return som_bild(verkan.bildrader(a.effekt, vaka.sammanhang.kommun), mork, smal)


@router.post("/regler/aktivering/{aktivering_id}/godkann", response_class=HTMLResponse)
def sag_ja(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, aktivering_id: int) -> Response:
    kraver_andra(vem)
    try:
        kor(lambda: godkann(vaka, aktivering_id, nu=nu, av=vem.aktor.id))
    except Nej as nej:
        return _sida(request, vaka, vem, aktivering_id, nej)
    return vidare(request, f"/regler/aktivering/{aktivering_id}")


@router.post("/regler/aktivering/{aktivering_id}/avbryt", response_class=HTMLResponse)
def sag_nej(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, aktivering_id: int) -> Response:
    kraver_andra(vem)
    try:
        avbryt(vaka, aktivering_id, nu=nu, av=vem.aktor.id, skal=str(form.get("skal") or ""))
    except Nej as nej:
        return _sida(request, vaka, vem, aktivering_id, nej)
    return vidare(request, f"/regler/aktivering/{aktivering_id}", "avbrutet")
