"""A year day by day: working or not and why, the municipality's own days off, and what comes back every year."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from regler import Regelverk
from regler.motor.kalender import FORSTA_AR, SISTA_AR
from tjanster.arenden.fel import FinnsInte
from tjanster.web.ram import Nu, Program, Vem
from tjanster.web.regler import klarsprak, rader
from tjanster.web.regler.ram import regelsida

router = APIRouter()
HELG = ("lördag", "söndag")


@router.get("/regler/kalender", response_class=HTMLResponse)
def i_ar(vem: Vem, nu: Nu, ar: str = "") -> Response:
    valt = int(ar) if ar.isascii() and ar.isdigit() and len(ar) == 4 else nu.year
    return RedirectResponse(f"/regler/kalender/{valt}", status_code=303)


@router.get("/regler/kalender/{ar}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, ar: int) -> Response:
    if not FORSTA_AR <= ar < SISTA_AR:
        raise FinnsInte(f"Kalendern för {ar}")
    verk = vaka.sammanhang.regelverk
    hjul = _arshjul(verk, ar, nu.date())
    dagar = _dagar(verk, ar, {h["dag"] for h in hjul})
    return regelsida(
        request,
        "regler_kalender.html",
        vem,
        {"rubrik": f"Kalender {ar}", "url": ""},
        del_="kalender",
        ar=ar,
        fore=ar - 1 if ar > FORSTA_AR else None,
        efter=ar + 1 if ar + 1 < SISTA_AR else None,
        idag=nu.date(),
        dagar=dagar,
        arbetsdagar=sum(d["raknas"] for d in dagar),
        lediga=[d for d in dagar if not d["raknas"] and d["varfor"] not in HELG],
        hjul=hjul,
        kommun=verk.kommun,
    )


def _dagar(verk: Regelverk, ar: int, i_hjulet: set[date]) -> list[dict[str, Any]]:
    """Every day of the year. lage: 'arbete', 'helg' or 'egen' (a day off in this municipality only)."""
    k = verk.kalender
    ut = []
    for n in range((date(ar + 1, 1, 1) - date(ar, 1, 1)).days):
        d = date(ar, 1, 1) + timedelta(days=n)
        raknas = k.arbetsdag(d)
        lage = "arbete" if raknas else "egen" if k.vardag(d) else "helg"
        ut.append({"dag": d, "raknas": raknas, "lage": lage, "varfor": k.varfor(d), "hjul": d in i_hjulet})
    return ut


def _arshjul(verk: Regelverk, ar: int, idag: date) -> list[dict[str, Any]]:
    return [
        {
            "dag": h.dag,
            "rubrik": h.rubrik,
            "roll": klarsprak.stor(klarsprak.rollord(h.roll)),
            "antal": h.antal,
            "lagrum": klarsprak.lankar(h.lagrum),
            "kalla": h.kalla,
            "marken": rader.marken(h, idag),
        }
        for h in verk.arshjul(ar)
    ]
