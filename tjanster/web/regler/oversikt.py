"""All rules in plain Swedish, kind by kind, and one limit with its rows through time."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import ROLLER
from regler import Regelfraga, Regelverk
from tjanster.arenden.fel import FinnsInte
from tjanster.web.ram import Nu, Program, Vem
from tjanster.web.regler import frister, klarsprak
from tjanster.web.regler.ram import regelsida

router = APIRouter()


@dataclass(frozen=True)
class Post:
    """One rule on the page: its rows as they hold today. grupp: the heading it stands under."""

    slag: str
    grupp: str
    rubrik: str
    url: str
    rader: list[dict[str, Any]]
    process: str = ""
    mer: str = ""
    ord: str = field(default="")

    def stammer(self, q: str, process: str, visa: str) -> bool:
        """Is it one of those asked for?"""
        if process and self.process != process:
            return False
        if visa == "okontrollerade" and not any(m for r in self.rader for m in r["marken"] if "ontrollerad" in m[0]):
            return False
        if visa == "egna" and not any(r["egen"] for r in self.rader):
            return False
        return q.casefold() in self.ord


def poster(verk: Regelverk, idag: date) -> list[Post]:
    """Every rule, in the order of the page."""
    ut = []
    for process in verk.processer:
        for f in verk.frister(process).values():
            rader = [frister.radbild(verk, f, rad, idag) for rad in frister.galler_nu(f, idag)]
            steg = len(verk.trappa(process, f.namn))
            ut.append(
                Post(
                    "frist", klarsprak.processnamn(process), f.rubrik, f"/regler/frist/{process}/{f.namn}", rader, process,
                    f"Påminns i {steg} steg" if steg else "Ingen påminns",
                    _ord(process, klarsprak.processnamn(process), f.namn, f.rubrik, rader),
                )
            )  # fmt: skip
    return ut


def _ord(*delar: Any) -> str:
    """What a search looks through."""
    text = []
    for del_ in delar:
        if isinstance(del_, str):
            text.append(del_)
        else:
            for r in del_:
                text += [r["villkor"], r["mening"], r["kalla"], *(x["text"] for x in r["lagrum"])]
    return " ".join(text).casefold()


@router.get("/regler", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, q: str = "", process: str = "", visa: str = "") -> Response:
    verk, idag = vaka.sammanhang.regelverk, nu.date()
    alla = poster(verk, idag)
    q = " ".join(q.split())[:100]
    valda = [p for p in alla if p.stammer(q, process, visa)]
    return regelsida(
        request,
        "regler_oversikt.html",
        vem,
        del_="oversikt",
        sektioner=_sektioner(valda),
        antal=len(valda),
        av=len(alla),
        filter={"q": q, "process": process, "visa": visa},
        processer={p: klarsprak.processnamn(p) for p in verk.processer},
    )


SEKTIONER = {"frist": ("Frister", "När något ska vara klart. Öppna en frist för att se äldre och kommande rader.")}


def _sektioner(valda: list[Post]) -> list[dict[str, Any]]:
    ut = []
    for slag, (rubrik, text) in SEKTIONER.items():
        grupper: dict[str, list[Post]] = {}
        for p in valda:
            if p.slag == slag:
                grupper.setdefault(p.grupp, []).append(p)
        if grupper:
            ut.append({"slag": slag, "rubrik": rubrik, "text": text, "grupper": list(grupper.items())})
    return ut


@router.get("/regler/frist/{process}/{namn}", response_class=HTMLResponse)
def frist(request: Request, vaka: Program, vem: Vem, nu: Nu, process: str, namn: str) -> Response:
    verk, idag = vaka.sammanhang.regelverk, nu.date()
    try:
        regel = verk.regel(process, namn)
    except Regelfraga:
        raise FinnsInte("Fristen") from None
    return regelsida(
        request,
        "regler_frist.html",
        vem,
        {"rubrik": klarsprak.processnamn(process), "url": f"/regler?process={process}"},
        {"rubrik": regel.rubrik, "url": ""},
        del_="oversikt",
        over=klarsprak.processnamn(process),
        rubrik=regel.rubrik,
        nu=[frister.radbild(verk, regel, rad, idag) for rad in frister.galler_nu(regel, idag)],
        fakta=[
            {"rubrik": "Räknas från", "visat": klarsprak.dagord(process, regel.raknas_fran)},
            {"rubrik": "Raden väljs av", "visat": klarsprak.dagord(process, regel.avgors_av)},
            {"rubrik": "Får förlängas av", "visat": klarsprak.forlangning(regel.forlangning, ROLLER) or "Ingen"},
            {"rubrik": "Får pausas av", "visat": klarsprak.forlangning(regel.paus, ROLLER) or "Ingen"},
        ],
        tidslinje=frister.tidslinje(verk, regel, idag),
        trappa=frister.trappa(verk, process, namn),
        ny_rad=f"/regler/frist/{process}/{namn}/ny-rad",
    )
