"""Rule sets through time: every activation, one version with its files, two side by side, and the way back to an older."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, select

from regler import Regelfel, Regelverk
from regler.motor.skillnad import skillnader
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.regelbok import filer_i
from tjanster.db import t
from tjanster.regelstyrning import LAGEN, begar, historik, las_version
from tjanster.regelstyrning import utkast as styr
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import aktivering, klarsprak, redaktor, skillnad, verkan
from tjanster.web.regler.ram import kraver_andra, regelsida

router = APIRouter()
VERSIONERNA = {"rubrik": "Versioner", "url": "/regler/versioner"}


@router.get("/regler/versioner", response_class=HTMLResponse)
def lista(request: Request, vaka: Program, vem: Vem) -> Response:
    with vaka.systemet() as conn:
        alla = historik(conn)
        versioner = _versioner(conn)
    return regelsida(
        request,
        "regler_versioner.html",
        vem,
        VERSIONERNA,
        del_="versioner",
        rader=[{"a": a, "lage": LAGEN[a.status], "effekt": _kort(a.effekt)} for a in alla],
        versioner=versioner,
    )


def _versioner(conn: Connection) -> dict[str, str]:
    """The versions that may be compared: row → words."""
    v = t.regelversion.c
    rader = conn.execute(select(v.id, v.tid).order_by(v.id.desc()).limit(200))
    return {str(r.id): f"Version {r.id}, {r.tid.date().isoformat()}" for r in rader}


def _kort(effekt: dict[str, Any]) -> str:
    """The effect in short: '12 ärenden berördes, 2 frister blev sena'."""
    berorda, sena = effekt.get("berorda_arenden", 0), (effekt.get("totalt") or {}).get("blir_sena", 0)
    if not berorda:
        return "Ingen öppen frist"
    ut = "1 ärende" if berorda == 1 else f"{berorda} ärenden"
    return ut + (f", {sena} {'frist' if sena == 1 else 'frister'} blir sena" if sena else "")


@router.get("/regler/versioner/jamfor", response_class=HTMLResponse)
def jamfor(request: Request, vaka: Program, vem: Vem, fran: int = 0, till: int = 0) -> Response:
    with vaka.systemet() as conn:
        versioner = _versioner(conn)
        fore, efter = _filer(conn, fran), _filer(conn, till)
    return regelsida(
        request,
        "regler_jamfor.html",
        vem,
        VERSIONERNA,
        {"rubrik": "Jämför", "url": ""},
        del_="versioner",
        versioner=versioner,
        fran=str(fran),
        till=str(till),
        regler=_i_ord(vaka, fran, till),
        filer=[x | {"namn": klarsprak.filnamn(x["fil"], vaka.sammanhang.kommun)} for x in skillnad.filer(fore, efter)],
    )


def _i_ord(vaka: Vaka, fran: int, till: int) -> list[dict[str, Any]] | None:
    """What differs in words; None when this program can no longer read one of them."""
    try:
        fore, efter = las_version(vaka, fran), las_version(vaka, till)
        return [klarsprak.skillnad(x, efter) for x in skillnader(fore, efter)]
    except Regelfel:
        return None


def _filer(conn: Connection, version: int) -> dict[str, str]:
    try:
        return dict(filer_i(conn, version)) if 0 < version < 2**62 else _finns_inte(version)
    except KeyError:
        return _finns_inte(version)


def _finns_inte(version: int) -> Any:
    raise FinnsInte(f"Regelversion {version}")


@router.get("/regler/versioner/{version}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, version: int) -> Response:
    with vaka.systemet() as conn:
        filer = _filer(conn, version)
        aktiveringar = [a for a in historik(conn) if a.version == version]
    s = vaka.sammanhang
    return regelsida(
        request,
        "regler_version.html",
        vem,
        VERSIONERNA,
        {"rubrik": f"Version {version}", "url": ""},
        del_="versioner",
        version=version,
        galler=version == s.regelversion,
        nu=s.regelversion,
        rader=[{"a": a, "lage": LAGEN[a.status], "effekt": _kort(a.effekt)} for a in aktiveringar],
        grupper=redaktor.grupperade(filer, (), s.kommun),
        filer=filer,
    )


@router.get("/regler/versioner/{version}/aterga", response_class=HTMLResponse)
def fraga_aterga(request: Request, vaka: Program, vem: Vem, nu: Nu, version: int) -> Response:
    kraver_andra(vem)
    return _fragesida(request, vaka, vem, nu, version, {})


def _fragesida(
    request: Request, vaka: Vaka, vem: Inloggad, nu: Any, version: int, varden: dict[str, str], nej: Nej | None = None
) -> Response:  # fmt: skip
    s, ny = vaka.sammanhang, _las(vaka, version)
    with vaka.systemet() as conn:
        svar = verkan.rakna(conn, s, ny, nu)
    return regelsida(
        request,
        "regler_aktivera.html",
        vem,
        VERSIONERNA,
        {"rubrik": f"Version {version}", "url": f"/regler/versioner/{version}"},
        {"rubrik": "Gå tillbaka", "url": ""},
        del_="versioner",
        http=nej.status if nej else 200,
        rubrik=f"Gå tillbaka till version {version}",
        url=f"/regler/versioner/{version}/aterga",
        tillbaka=f"/regler/versioner/{version}",
        version=0,
        **aktivering.fragan(s, svar, varden, nej),
    )


def _las(vaka: Vaka, version: int) -> Regelverk:
    try:
        return las_version(vaka, version)
    except Regelfel as fel:
        raise OgiltigaUppgifter([f"Version {version} går inte längre att läsa.", *(str(f) for f in fel.fel[:5])]) from None


@router.post("/regler/versioner/{version}/aterga", response_class=HTMLResponse)
def aterga(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, version: int) -> Response:
    kraver_andra(vem)
    try:
        varden, fran = aktivering.las_fraga(form)
        ny = _las(vaka, version)
        a = begar(vaka, ny, nu=nu, skal=varden["skal"], av=vem.aktor.id, fran=fran, sort="aterga")
    except Nej as nej:
        return _fragesida(request, vaka, vem, nu, version, aktivering.typt(form), nej)
    aktivering.satt_igang(vaka, a, nu)
    return vidare(request, f"/regler/aktivering/{a.id}")


@router.post("/regler/versioner/{version}/utkast")
def som_utkast(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, version: int) -> Response:
    """A draft of an older set, to go on from there: also after a change was turned down."""
    kraver_andra(vem)
    with vaka.systemet() as conn:
        try:
            styr.borja(conn, vaka.sammanhang, nu=nu, av=vem.aktor.id, filer=_filer(conn, version))
        except Nej as nej:
            raise OgiltigaUppgifter(nej.skal) from None
    return vidare(request, "/regler/utkast")
