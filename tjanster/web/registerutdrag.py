"""An extract of all that is held on a person: sought, looked through piece by piece, handed out as PDF or JSON. Whom it is
about goes in forms and never in an address."""

from datetime import date
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.registerutdrag import Sokt, Utdrag, gor_utdrag, kraver_utdragare, las_sokt, logga, skriv_json, skriv_pdf
from tjanster.registerutdrag.dokument import slapp
from tjanster.web.formular import fellista
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida

router = APIRouter()
FORMAT = {"pdf": skriv_pdf, "json": skriv_json}
FALT: tuple[dict[str, Any], ...] = (
    {"namn": "namn", "rubrik": "Namn", "slag": "text", "krav": False, "kanslig": True, "autocomplete": "off",
     "hjalp": "Förnamn och efternamn. Ärenden som personen lämnat, och ärenden där namnet nämns."},
    {"namn": "personnummer", "rubrik": "Personnummer", "slag": "text", "krav": False, "kanslig": True, "autocomplete": "off",
     "hjalp": "Tio eller tolv siffror. Ärenden där numret nämns."},
    {"namn": "inkom", "rubrik": "När kom begäran in?", "slag": "dag", "krav": False,
     "hjalp": "Då står på utdraget när svaret ska vara lämnat."},
    {"namn": "lasare", "rubrik": "Vill personen veta vem som har läst?", "slag": "janej", "krav": False, "tyst": True},
)  # fmt: skip


@router.get("/registerutdrag", response_class=HTMLResponse)
def fraga(request: Request, vem: Vem) -> Response:
    kraver_utdragare(vem.aktor)
    return _sida(request, vem, {})


def _sida(
    request: Request, vem: Inloggad, varden: dict[str, str], utdrag: Utdrag | None = None, nej: Nej | None = None
) -> Response:  # fmt: skip
    fel = nej.falt if nej else {}
    return sida(
        request, "registerutdrag.html", vem, aktiv="registerutdrag", http=nej.status if nej else 200, utdrag=utdrag, varden=varden,
        falt=[f | {"varde": varden.get(f["namn"]), "fel": fel.get(f["namn"], "")} for f in FALT],
        fel=fellista(fel, nej.skal if nej else ()),
    )  # fmt: skip


def _las(form: Any) -> tuple[dict[str, str], Sokt, date | None]:
    """What was typed. Raises OgiltigaUppgifter."""
    varden = _typt(form)
    fel, inkom = {}, None
    try:
        inkom = date.fromisoformat(varden["inkom"]) if varden["inkom"] else None
    except ValueError:
        fel["inkom"] = "Skriv dagen som år-månad-dag, till exempel 2027-01-01."
    try:
        sokt = las_sokt(varden["namn"], varden["personnummer"])
    except OgiltigaUppgifter as nej:
        raise OgiltigaUppgifter(falt=nej.falt | fel) from None
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return varden, sokt, inkom


def _typt(form: Any) -> dict[str, str]:
    return {f["namn"]: str(form.get(f["namn"]) or "").strip()[:400] for f in FALT}


def _gor(vaka: Vaka, vem: Inloggad, form: Any, nu: Any) -> tuple[dict[str, str], Utdrag]:
    kraver_utdragare(vem.aktor)
    varden, sokt, inkom = _las(form)
    return varden, gor_utdrag(vaka, vem.aktor, sokt, nu, inkom=inkom, med_lasare=varden["lasare"] == "ja")


@router.post("/registerutdrag", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    kraver_utdragare(vem.aktor)
    try:
        varden, utdrag = _gor(vaka, vem, form, nu)
    except OgiltigaUppgifter as nej:
        return _sida(request, vem, _typt(form), nej=nej)
    logga(vaka, vem.aktor, utdrag, "visat")
    return _sida(request, vem, varden, utdrag)


@router.post("/registerutdrag/fil")
def hamta(vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """The file, with the pieces that were ticked."""
    form_, utdrag = str(form.get("format") or "pdf"), _gor(vaka, vem, form, nu)[1]
    if form_ not in FORMAT:
        raise FinnsInte("Filformatet")
    utdrag = slapp(utdrag, frozenset(str(x) for x in form.getlist("med")))
    fil = FORMAT[form_](vaka, utdrag)
    nummer = logga(vaka, vem.aktor, utdrag, form_, sha256(fil).hexdigest())
    huvuden = {"content-disposition": f'attachment; filename="registerutdrag-{nummer}.{form_}"', "cache-control": "no-store"}
    return Response(fil, media_type=f"application/{form_}", headers=huvuden)
