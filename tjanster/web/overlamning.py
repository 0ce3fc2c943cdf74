"""Many cases handed over: chosen in the list, to whom and why, what would happen, how it went, and back again."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from tjanster.app import Vaka
from tjanster.arenden.bemanning import Person
from tjanster.arenden.fel import FarInte, Nej, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.ledning import overlamning as lamna
from tjanster.ledning.overlamning import HOGST, HOGST_SKAL, Plan, Provat
from tjanster.web import bakgrund, formular
from tjanster.web.enhetsfilter import Filter
from tjanster.web.ram import LEDER, Form, Inloggad, Nu, Program, Vem, egen_adress, sida, vidare

router = APIRouter()
ORD = ("handlaggare", "ny_enhet", "skal")


def _kraver_ledning(vem: Inloggad) -> None:
    if not vem.aktor.roller & LEDER:
        raise FarInte("Flera ärenden på en gång lämnas över av den som leder en enhet.")


@router.post("/enhet/lamna-over", response_class=HTMLResponse)
def lamna_over(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """All of the way to the hand-over: nothing is changed until what would happen has been shown."""
    _kraver_ledning(vem)
    valda = _valda(vaka, vem, form, nu)
    steg = str(form.get("steg") or "")
    if not valda:
        return _sida(request, vaka, vem, form, nu, [], fel={"valda": "Kryssa för minst ett ärende i listan."})
    if not steg or steg == "andra":
        return _sida(request, vaka, vem, form, nu, valda)
    try:
        with vaka.som(vem.aktor) as conn:
            plan = lamna.las_plan(conn, vaka.sammanhang, vem.aktor, *(str(form.get(x) or "").strip() for x in ORD))
    except OgiltigaUppgifter as nej:
        return _sida(request, vaka, vem, form, nu, valda, fel=nej.falt)
    if steg == "prova":
        return _sida(request, vaka, vem, form, nu, valda, plan=plan)
    sedda = _sedda(form, valda)
    nyckel = formular.engangsnyckel(str(form.get("nyckel") or ""), vem.aktor.id, sedda, vars(plan)) or formular.ny_nyckel()
    ny = lamna.skapa(vaka, vem.aktor, plan, sedda, nyckel, nu)
    return _kor(request, vaka, ny, nu)


def _kor(request: Request, vaka: Vaka, overlamning: int, nu: datetime) -> Response:
    bakgrund.kor(lambda: lamna.kor(vaka, overlamning, nu), "handover_failed")
    return vidare(request, f"/overlamning/{overlamning}")


def _valda(vaka: Vaka, vem: Inloggad, form: FormData, nu: datetime) -> list[str]:
    """The numbers ticked, or those of the whole list."""
    if form.get("alla"):
        s = vaka.sammanhang
        filter_ = Filter.ur_adress(str(form.get("lista") or ""))
        with vaka.som(vem.aktor) as conn:
            return lamna.nummer_i(conn, s, vem.aktor, filter_.urval(s, vem.aktor, nu), nu)[:HOGST]
    return list(dict.fromkeys(str(n)[:40] for n in form.getlist("valda") if n))[:HOGST]


def _sedda(form: FormData, valda: list[str]) -> list[tuple[str, int]]:
    """The cases that could be handed over when it was tried, with the version of each that was seen then."""
    versioner = {n: str(form.get(f"version-{n}") or "") for n in valda}
    return [(n, int(v)) for n, v in versioner.items() if v.isascii() and v.isdigit() and len(v) < 9]


def _sida(
    request: Request, vaka: Vaka, vem: Inloggad, form: FormData, nu: datetime, valda: list[str], *, plan: Plan | None = None,
    fel: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    s, fel = vaka.sammanhang, fel or {}
    varden = {namn: str(form.get(namn) or "") for namn in ORD}
    with vaka.som(vem.aktor) as conn:
        kollegor = lamna.kollegor(conn, s, valda, nu)
    provade = lamna.prova(vaka, vem.aktor, plan, valda, nu) if plan else []
    lista = egen_adress(str(form.get("lista") or "/enhet"))
    return sida(
        request,
        "lamna_over.html",
        vem,
        http=422 if fel else 200,
        aktiv="enhet",
        brodsmulor=[{"rubrik": "Enhetens ärenden", "url": lista}, {"rubrik": "Lämna över", "url": ""}],
        valda=valda,
        lista=lista,
        nyckel=str(form.get("nyckel") or "") or formular.ny_nyckel(),
        varden=varden,
        plan={"till": _till(s, plan, kollegor), "skal": plan.skal} if plan else None,
        provade=[_provad(x) for x in sorted(provade, key=lambda x: x.gar)],
        gar=[x for x in provade if x.gar],
        falt=_falt(s, {str(p.id): _namn(p, kan, len(valda)) for p, kan in kollegor}, varden, fel),
        fel=formular.fellista(fel),
    )


def _till(s: Sammanhang, plan: Plan, kollegor: list[tuple[Person, int]]) -> str:
    if plan.enhet is not None:
        return s.enhetsnamn(plan.enhet)
    return next((p.namn for p, _ in kollegor if p.id == plan.handlaggare), "en kollega")


def _namn(person: Person, kan: int, av: int) -> str:
    """A colleague in the list; how many of the cases they can take when it isn't all."""
    return person.namn if kan == av else f"{person.namn} (kan ta {kan} av {av})"


def _provad(x: Provat) -> dict[str, Any]:
    return {
        "nummer": x.nummer, "url": f"/arende/{x.nummer}", "rubrik": x.kort, "sort": x.sort, "enhet": x.enhet, "tillstand": x.tillstand,
        "handlaggare": x.handlaggare, "gar": x.gar, "text": x.text,
    }  # fmt: skip


def _falt(s: Sammanhang, kollegor: dict[str, str], varden: dict[str, str], fel: dict[str, str]) -> list[dict[str, Any]]:
    falt: list[dict[str, Any]] = [
        {"namn": "handlaggare", "rubrik": "Till en kollega", "slag": "lista", "val": kollegor, "krav": False, "tyst": True,
         "hjalp": "De som har uppdrag på någon av ärendenas enheter."},
        {"namn": "ny_enhet", "rubrik": "Eller till en annan enhet", "slag": "enhet", "enheter": formular.enhetsval(s.kommun),
         "krav": False, "tyst": True, "hjalp": "Enhetens chef får ärendena och fördelar dem."},
        {"namn": "skal", "rubrik": "Varför?", "slag": "langtext", "hojd": 3, "max_langd": HOGST_SKAL, "krav": True,
         "hjalp": "Står i varje ärendes historik. Inga namn på enskilda."},
    ]  # fmt: skip
    return [f | {"varde": varden[f["namn"]], "fel": fel.get(f["namn"], "")} for f in falt]


@router.get("/overlamning/{overlamning}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, overlamning: int) -> Response:
    return _rapport(request, vaka, vem, overlamning)


def _rapport(request: Request, vaka: Vaka, vem: Inloggad, overlamning: int, nej: Nej | None = None) -> Response:
    o = lamna.hamta(vaka, vem.aktor, overlamning)
    rader = [
        {"nummer": nummer, "rubrik": rubrik or "Syns inte för dig längre", "url": f"/arende/{nummer}" if rubrik else None, "varfor": varfor,
         "utfall": utfall}
        for nummer, rubrik, utfall, varfor in o.rader
    ]  # fmt: skip
    return sida(
        request,
        "overlamnat.html",
        vem,
        http=nej.status if nej else 200,
        aktiv="enhet",
        brodsmulor=[{"rubrik": "Enhetens ärenden", "url": "/enhet"}, {"rubrik": "Överlämning", "url": ""}],
        o=o,
        klara=len(o.rader) - o.kvar,
        nej=[r for r in rader if r["utfall"] == "gick_inte"],
        gick=[r for r in rader if r["utfall"] == "gick"],
        fel=formular.fellista({}, nej.skal if nej else ()),
    )


@router.post("/overlamning/{overlamning}/tillbaka", response_class=HTMLResponse)
def lamna_tillbaka(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, overlamning: int) -> Response:
    try:
        ny = lamna.angra(vaka, vem.aktor, overlamning, nu)
    except Nej as nej:
        if nej.status == 404:
            raise
        return _rapport(request, vaka, vem, overlamning, nej)
    return _kor(request, vaka, ny, nu)


@router.post("/overlamning/{overlamning}/fortsatt", response_class=HTMLResponse)
def fortsatt(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, overlamning: int) -> Response:
    """Go on with one that stopped halfway: the program was restarted, or the database was away."""
    return _kor(request, vaka, lamna.hamta(vaka, vem.aktor, overlamning).id, nu)
