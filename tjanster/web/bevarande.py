"""Persons whose cases must not be weeded: laid, sought by number and lifted. The number goes in forms and is never shown."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.gallring.bevarande import Bevarande, alla, bevara, hav, om
from tjanster.gallring.vem import kraver_bevarare
from tjanster.web.formular import fellista, mening
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
LAGEN = {"galler": ("Gäller", "oppet"), "kommer": ("Börjar gälla", "nytt"), "slut": ("Har gått ut", "avbrutet"), "havt": ("Hävt", "klart")}
NUMMER = {
    "namn": "personnummer", "rubrik": "Personnummer", "slag": "text", "krav": True, "kanslig": True, "autocomplete": "off",
    "max_langd": 20, "hjalp": "Tio eller tolv siffror. Numret sparas inte, bara ett avtryck som det går att jämföra med.",
}  # fmt: skip
FALT: tuple[dict[str, Any], ...] = (
    NUMMER,
    {"namn": "skal", "rubrik": "Varför?", "slag": "langtext", "krav": True, "hojd": 2, "max_langd": 2000,
     "hjalp": "Till exempel vilket mål eller vilken begäran det gäller. Inga namn och inga personnummer."},
    {"namn": "fran", "rubrik": "Från och med", "slag": "dag", "krav": False, "framtid": True, "hjalp": "Tomt betyder i dag."},
    {"namn": "till", "rubrik": "Till och med", "slag": "dag", "krav": False, "framtid": True, "hjalp": "Tomt betyder tills någon häver det."},
)  # fmt: skip
SOKT = NUMMER | {"namn": "sokt", "hjalp": ""}


@router.get("/bevarande", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    return _sida(request, vaka, vem, nu)


def _sida(
    request: Request, vaka: Program, vem: Inloggad, nu: datetime, varden: dict[str, str] | None = None, nej: Nej | None = None,
    *, sokt: str | None = None, havs: int = 0,
) -> Response:  # fmt: skip
    """sokt: the number that was sought; havs: the hold whose lifting was refused."""
    kraver_bevarare(vem.aktor)
    varden, fel = varden or {}, dict(nej.falt) if nej else {}
    hallna, traffar = [], None
    with vaka.systemet() as conn:
        hallna = alla(conn)
        if sokt is not None and nej is None:
            try:
                traffar = {x.id for x in om(conn, sokt)}
            except OgiltigaUppgifter as felsokt:
                nej, fel = felsokt, {"sokt": felsokt.falt["personnummer"]}
    if havs:
        fel = {f"{havs}-skal": fel["skal"]} if "skal" in fel else {}
    return sida(
        request, "bevarande.html", vem, aktiv="bevarande", http=nej.status if nej else 200,
        falt=[f | {"varde": varden.get(f["namn"]), "fel": mening(fel.get(f["namn"], ""))} for f in FALT],
        sokfalt=SOKT | {"fel": mening(fel.get("sokt", ""))}, traffar=traffar,
        hallna=[_rad(x, nu.date(), traffar, mening(fel.get(f"{x.id}-skal", ""))) for x in hallna],
        fel=fellista(fel, [x for x in nej.skal if x not in nej.falt.values()] if nej else ()),
    )  # fmt: skip


def _rad(x: Bevarande, dag: date, traffar: set[int] | None, fel: str) -> dict[str, Any]:
    text, lage = LAGEN[x.lage(dag)]
    return {
        "id": x.id, "lage": text, "tagg": lage, "skal": x.skal, "fran": x.fran, "till": x.till, "av": x.av or "Vaka", "tid": x.tid,
        "havd": x.havd, "havd_av": x.havd_av or "Vaka", "havd_skal": x.havd_skal, "traff": x.id in (traffar or ()),
        "skalfalt": {"namn": f"{x.id}-skal", "rubrik": "Varför hävs det?", "slag": "langtext", "krav": True, "hojd": 2,
                     "max_langd": 2000, "fel": fel, "varde": None},
    }  # fmt: skip


@router.post("/bevarande", response_class=HTMLResponse)
def lagg(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    kraver_bevarare(vem.aktor)
    varden = {str(f["namn"]): str(form.get(str(f["namn"])) or "").strip() for f in FALT}
    dagar, fel = {}, {}
    for namn in ("fran", "till"):
        try:
            dagar[namn] = date.fromisoformat(varden[namn]) if varden[namn] else None
        except ValueError:
            fel[namn] = "Skriv dagen som år-månad-dag, till exempel 2027-01-01."
    try:
        if fel:
            raise OgiltigaUppgifter(falt=fel)
        bevara(vaka, personnummer=varden["personnummer"], skal=varden["skal"], av=vem.aktor.id, nu=nu, **dagar)
    except OgiltigaUppgifter as nej:
        return _sida(request, vaka, vem, nu, varden, nej)
    return vidare(request, "/bevarande", "bevaras")


@router.post("/bevarande/sok", response_class=HTMLResponse)
def sok(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    return _sida(request, vaka, vem, nu, sokt=str(form.get("sokt") or ""))


@router.post("/bevarande/{bevarande}/hav", response_class=HTMLResponse)
def lyft(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, bevarande: int) -> Response:
    kraver_bevarare(vem.aktor)
    try:
        hav(vaka, min(bevarande, 2**62), skal=str(form.get(f"{bevarande}-skal") or ""), av=vem.aktor.id, nu=nu)
    except FinnsInte:
        raise
    except Nej as nej:
        return _sida(request, vaka, vem, nu, nej=nej, havs=bevarande)
    return vidare(request, "/bevarande", "bevarande_havt")
