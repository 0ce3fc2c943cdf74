"""One rule: what holds today, its rows through time, what hangs on it; a decision table can be tried."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import ROLLER
from regler import Regelfraga, Regelverk
from tjanster.arenden.fel import FinnsInte
from tjanster.web.ram import Inloggad, Nu, Program, Vem
from tjanster.web.regler import frister, klarsprak, ovriga, tabeller
from tjanster.web.regler.ram import regelsida

router = APIRouter()


def _rutiner(verk: Regelverk, slag: str, nyckel: str) -> list[dict[str, Any]]:
    """The routines that must be reviewed when the rule changes."""
    return [
        {"rubrik": r.rubrik, "lank": r.lank, "ansvarig": klarsprak.stor(klarsprak.rollord(r.ansvarig)), "dagar": r.dagar}
        for r in verk.rutiner.values()
        if r.ror(slag, nyckel)
    ]


def _stig(process: str, rubrik: str, slag: str) -> list[dict[str, str]]:
    namn = klarsprak.processnamn(process)
    return [{"rubrik": namn, "url": f"/regler?process={process}&slag={slag}"}, {"rubrik": rubrik, "url": ""}]


@router.get("/regler/frist/{process}/{namn}", response_class=HTMLResponse)
def frist(request: Request, vaka: Program, vem: Vem, nu: Nu, process: str, namn: str) -> Response:
    verk, idag = vaka.sammanhang.regelverk, nu.date()
    try:
        regel = verk.regel(process, namn)
    except Regelfraga:
        raise FinnsInte("Fristen") from None
    return regelsida(
        request,
        "regler_regel.html",
        vem,
        *_stig(process, regel.rubrik, "frist"),
        del_="oversikt",
        over=klarsprak.processnamn(process),
        rubrik=regel.rubrik,
        nu=frister.idag_rader(verk, regel, idag),
        fakta=[
            {"rubrik": "Räknas från", "visat": klarsprak.stor(klarsprak.dagord(process, regel.raknas_fran))},
            {"rubrik": "Raden väljs av", "visat": klarsprak.stor(klarsprak.dagord(process, regel.avgors_av))},
            {"rubrik": "Får förlängas av", "visat": klarsprak.forlangning(regel.forlangning, ROLLER) or "Ingen"},
            {"rubrik": "Får pausas av", "visat": klarsprak.forlangning(regel.paus, ROLLER) or "Ingen"},
        ],
        tidslinje=frister.tidslinje(verk, regel, idag),
        trappa=frister.trappa(verk, process, namn),
        rutiner=_rutiner(verk, "frist", f"{process}/{namn}"),
        ny_rad=f"/regler/frist/{process}/{namn}/ny-rad",
    )


@router.get("/regler/krav/{process}/{namn}", response_class=HTMLResponse)
def krav(request: Request, vaka: Program, vem: Vem, nu: Nu, process: str, namn: str) -> Response:
    return _ovrig(request, vaka, vem, nu.date(), ovriga.krav(vaka.sammanhang.regelverk), f"{process}/{namn}")


@router.get("/regler/delegation/{namn}", response_class=HTMLResponse)
def delegation(request: Request, vaka: Program, vem: Vem, nu: Nu, namn: str) -> Response:
    return _ovrig(request, vaka, vem, nu.date(), ovriga.delegation(vaka.sammanhang.regelverk), namn)


@router.get("/regler/skyldighet/{omrade}/{namn}", response_class=HTMLResponse)
def skyldighet(request: Request, vaka: Program, vem: Vem, nu: Nu, omrade: str, namn: str) -> Response:
    return _ovrig(request, vaka, vem, nu.date(), ovriga.skyldigheter(vaka.sammanhang.regelverk), f"{omrade}/{namn}")


@router.get("/regler/gallring/{process}/{namn}", response_class=HTMLResponse)
def gallring(request: Request, vaka: Program, vem: Vem, nu: Nu, process: str, namn: str) -> Response:
    return _ovrig(request, vaka, vem, nu.date(), ovriga.gallring(vaka.sammanhang.regelverk), f"{process}/{namn}")


def _ovrig(request: Request, vaka: Any, vem: Inloggad, idag: date, alla: list[ovriga.Regel], nyckel: str) -> Response:
    regel = next((r for r in alla if r.nyckel == nyckel), None)
    if regel is None:
        raise FinnsInte("Regeln")
    return regelsida(
        request,
        "regler_regel.html",
        vem,
        *_stig(regel.process, regel.rubrik, regel.slag),
        del_="oversikt",
        over=klarsprak.processnamn(regel.process),
        rubrik=regel.rubrik,
        nu=regel.idag_rader(idag),
        fakta=[{"rubrik": rubrik, "visat": klarsprak.stor(text)} for rubrik, text in regel.fakta],
        tidslinje=regel.tidslinje(idag),
        trappa=None,
        rutiner=_rutiner(vaka.sammanhang.regelverk, regel.slag, nyckel),
        ny_rad="",
    )


@router.get("/regler/tabell/{omrade}/{namn}", response_class=HTMLResponse)
def tabell(request: Request, vaka: Program, vem: Vem, nu: Nu, omrade: str, namn: str, dag: str = "") -> Response:
    verk = vaka.sammanhang.regelverk
    try:
        t = verk.tabell(f"{omrade}/{namn}")
    except Regelfraga:
        raise FinnsInte("Beslutstabellen") from None
    svar = {n: request.query_params.get(n, "")[:60] for n in t.alla_fragor()}
    try:
        vald = date.fromisoformat(dag) if dag else nu.date()
    except ValueError:
        vald = nu.date()
    return regelsida(
        request,
        "regler_tabell.html",
        vem,
        *_stig(omrade, t.rubrik, "tabell"),
        del_="oversikt",
        over=klarsprak.processnamn(omrade),
        rubrik=t.rubrik,
        url=f"/regler/tabell/{omrade}/{namn}",
        fragor=tabeller.fragor(t, svar),
        kolumner=[f.rubrik for f in t.fragor.values()],
        versioner=tabeller.versioner(t, nu.date()),
        dag=vald,
        svar=tabeller.prova(verk, t, svar, vald) if request.query_params else None,
        avgors_av=klarsprak.dagord(omrade, t.avgors_av),
        rutiner=_rutiner(verk, "tabell", t.nyckel),
    )
