"""Dated rows of every kind, as the pages tell them. No database, no request."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from regler.motor.dag import Daterad
from tjanster.web.mallar import dag
from tjanster.web.regler import klarsprak

AR = timedelta(days=365)
LAGEN = {
    "nu": "Gäller nu", "kommer": "Kommer", "bakom": "Gäller inte här: kommunens egen rad går före", "gammal": "Har gällt",
}  # fmt: skip
Mening = Callable[[Any], str]


def marken(rad: Any, idag: date) -> list[tuple[str, str]]:
    """What to say beside a row: (words, colour). Somebody should have read the source within a year."""
    if rad.kontrollerad is None:
        return [("Inte kontrollerad", "varning")]
    return [("Inte kontrollerad på ett år", "nytt")] if idag - rad.kontrollerad > AR else []


def idag_bild(rad: Daterad, mening: str, villkor: str, idag: date, efter: Iterable[Daterad] = ()) -> dict[str, Any]:
    """A row as it holds today. efter: the rows of its kind, of which the next tells when it changes."""
    kommer = min((r.fran for r in efter if r.fran > idag), default=None)
    slut = rad.till if rad.till is not None and kommer is None else None
    andras = [(f"Ändras {dag(kommer)}", "nytt")] if kommer else [(f"Upphör efter {dag(slut)}", "nytt")] if slut else []
    return {
        "villkor": villkor,
        "mening": mening,
        "lagrum": klarsprak.lankar(rad.lagrum),
        "kalla": rad.kalla,
        "kontroll": klarsprak.kontrollord(rad),
        "egen": rad.niva == "lokal",
        "marken": marken(rad, idag) + andras,
    }


def tidsbild(rad: Daterad, mening: str, idag: date, *, galler: bool, rullas: str = "") -> dict[str, Any]:
    """A row among those before and after it. galler: it is the one that is met today."""
    lage = "nu" if galler else "kommer" if rad.fran > idag else "gammal" if rad.till and rad.till < idag else "bakom"
    return {
        "lage": lage,
        "lagesord": LAGEN[lage],
        "period": f"{dag(rad.fran)} – {dag(rad.till)}" if rad.till else f"från {dag(rad.fran)}",
        "mening": mening,
        "rullas": rullas,
        "lagrum": klarsprak.lankar(rad.lagrum),
        "kalla": rad.kalla,
        "kontroll": klarsprak.kontrollord(rad),
        "marken": marken(rad, idag) if lage != "gammal" else [],
        "anmarkning": rad.anmarkning,
        "niva": "Kommunens egen" if rad.niva == "lokal" else "Nationell",
        "fil": rad.fil,
        "rad": rad.rad,
    }
