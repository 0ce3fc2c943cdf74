"""The draft: which files differ, what is wrong in them, and what the whole of it says. One draft for the municipality."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from regler import Fel, Kommun, Regelfel, Regelverk
from regler.motor.exempel import prova_exempel
from regler.motor.skillnad import skillnader
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.regelstyrning import filer_pa_disken, las_filer, pa_vag
from tjanster.regelstyrning import utkast as styr
from tjanster.regelstyrning.utkast import Utkast
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import klarsprak, redaktor, skillnad
from tjanster.web.regler.ram import kraver_andra, regelsida

router = APIRouter()
FILNAMN = re.compile(r"[a-z][a-z0-9_]{0,59}")
UTKASTET = {"rubrik": "Ändra", "url": "/regler/utkast"}


@dataclass(frozen=True)
class Arbete:
    """The open draft, and the set that it makes: None with every fault when it can't be read."""

    utkast: Utkast
    verk: Regelverk | None
    fel: tuple[Fel, ...]


def las_arbete(conn: Connection, s: Sammanhang) -> Arbete | None:
    """The open draft, read and checked; None when nobody has begun one."""
    utkast = styr.hamta_utkast(conn)
    return Arbete(utkast, *prova(s, utkast.filer)) if utkast is not None else None


def kraver_arbete(conn: Connection, s: Sammanhang) -> Arbete:
    """The open draft; FinnsInte when there is none."""
    arbete = las_arbete(conn, s)
    if arbete is None:
        raise FinnsInte("Utkastet")
    return arbete


def kraver_utkast(conn: Connection, form: Any) -> Utkast:
    """The open draft as the page that the form came from had it, so that a change made since is refused."""
    utkast = styr.hamta_utkast(conn)
    if utkast is None:
        raise FinnsInte("Utkastet")
    text = str(form.get("version") or "")
    return replace(utkast, version=int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0)


def prova(s: Sammanhang, filer: Mapping[str, str]) -> tuple[Regelverk | None, tuple[Fel, ...]]:
    """The set that the files make, or every fault in them."""
    try:
        return las_filer(s, filer), ()
    except Regelfel as nej:
        return None, nej.fel


@router.get("/regler/utkast", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem) -> Response:
    kraver_andra(vem)
    s = vaka.sammanhang
    with vaka.motor.connect() as conn:
        arbete, vantar = las_arbete(conn, s), pa_vag(conn)
    stig = {"rubrik": "Ändra", "url": ""}
    if arbete is None:
        nyare = _pa_disken(vaka) is not None
        return regelsida(request, "regler_utkast.html", vem, stig, del_="utkast", utkast=None, pa_vag=vantar, nyare=nyare)
    u = arbete.utkast
    return regelsida(
        request,
        "regler_utkast.html",
        vem,
        stig,
        del_="utkast",
        utkast=u,
        pa_vag=vantar,
        inaktuellt=u.bas != s.regelversion,
        andrade=[
            x | {"namn": klarsprak.filnamn(x["fil"], s.kommun), "fel": sum(f.fil == x["fil"] for f in arbete.fel)}
            for x in skillnad.filer(u.grund, u.filer)
        ],
        fel=redaktor.felbilder(arbete.fel, u.filer),
        exempel=len(arbete.verk.exempel) if arbete.verk else 0,
        exempelfel=redaktor.felbilder(_exempelfel(arbete.verk), u.filer),
        regler=[klarsprak.skillnad(x, arbete.verk) for x in skillnader(s.regelverk, arbete.verk)] if arbete.verk else [],
        filer=redaktor.grupperade(u.filer, u.andrade, s.kommun),
    )


def _pa_disken(vaka: Vaka) -> Regelverk | None:
    """The set that came with this version of the program, when it isn't the one that holds and can be read."""
    try:
        har = filer_pa_disken(vaka.settings)
    except Regelfel:
        return None
    return har if har.hash != vaka.sammanhang.regelverk.hash else None


def _exempelfel(verk: Regelverk | None) -> list[Fel]:
    """The set's own examples that don't come out."""
    return prova_exempel(verk.exempel, lambda _: verk) if verk is not None else []


@router.post("/regler/utkast")
def borja(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """From the rules that hold, or from those on the disk when the form asks for them."""
    kraver_andra(vem)
    nyare = _pa_disken(vaka) if form.get("fran") == "disken" else None
    with vaka.motor.begin() as conn:
        styr.borja(conn, vaka.sammanhang, nu=nu, av=vem.aktor.id, filer=nyare.filer if nyare is not None else None)
    return vidare(request, "/regler/utkast")


@router.post("/regler/utkast/angra")
def angra(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """Take back the last change, whoever made it."""
    kraver_andra(vem)
    with vaka.motor.begin() as conn:
        styr.angra(conn, kraver_utkast(conn, form), nu=nu, av=vem.aktor.id)
    return vidare(request, "/regler/utkast", "angrat")


@router.get("/regler/utkast/kasta", response_class=HTMLResponse)
def fraga_kasta(request: Request, vaka: Program, vem: Vem) -> Response:
    kraver_andra(vem)
    with vaka.motor.connect() as conn:
        utkast = kraver_arbete(conn, vaka.sammanhang).utkast
    namn = [klarsprak.filnamn(f, vaka.sammanhang.kommun) for f in utkast.andrade]
    return regelsida(
        request, "regler_kasta.html", vem, UTKASTET, {"rubrik": "Kasta", "url": ""}, del_="utkast", utkast=utkast, filer=namn
    )


@router.post("/regler/utkast/kasta")
def kasta(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    kraver_andra(vem)
    with vaka.motor.begin() as conn:
        styr.kasta(conn, kraver_utkast(conn, form))
    return vidare(request, "/regler/utkast", "kastat")


@router.post("/regler/utkast/ta-tillbaka")
def ta_tillbaka(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    """The draft that was put away last, open again."""
    kraver_andra(vem)
    with vaka.motor.begin() as conn:
        styr.ta_tillbaka(conn)
    return vidare(request, "/regler/utkast")


def andra_fil(vaka: Vaka, vem: Inloggad, form: Any, nu: Any, vag: str, text: str | None) -> None:
    """Put a file into the draft, None takes it away. Refused when somebody else has changed the draft since."""
    with vaka.motor.begin() as conn:
        styr.spara_fil(conn, kraver_utkast(conn, form), vag, text, nu=nu, av=vem.aktor.id)


def ny_vag(mapp: str, namn: str, kommun: Kommun, finns: Mapping[str, str]) -> str:
    """Where a new file is to lie. Raises OgiltigaUppgifter with a sentence for each fault."""
    fel = {}
    if mapp not in redaktor.mappar(kommun):
        fel["mapp"] = "Välj var filen ska ligga."
    if not FILNAMN.fullmatch(namn):
        fel["namn"] = "Namnet ska ha små bokstäver a–z, siffror och _, och börja med en bokstav. Till exempel synpunkt."
    vag = f"{mapp}/{namn}.yaml"
    if not fel and vag in finns:
        fel["namn"] = "Filen finns redan. Öppna den i listan och ändra den där."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return vag
