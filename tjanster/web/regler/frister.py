"""A limit in words: what holds now, what held, what is coming, and who is told. No database, no request."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from regler import ROLLER, Frist, Regelrad, Regelverk
from regler.motor.dag import gallande
from tjanster.web.mallar import dag
from tjanster.web.regler import klarsprak

AR = timedelta(days=365)
LAGEN = {
    "nu": "Gäller nu", "kommer": "Kommer", "bakom": "Gäller inte här: kommunens egen rad går före", "gammal": "Har gällt",
}  # fmt: skip


def galler_nu(regel: Frist, idag: date) -> list[Regelrad]:
    """The rows that hold today, one for each kind of case, the one for all first; the municipality's own goals last."""
    ut: list[Regelrad] = []
    for rader in (regel.rader, regel.mal):
        for nar in sorted({rad.nar for rad in rader}, key=lambda nar: (len(nar), nar)):
            rad = gallande(rader, idag, dict(nar))
            if rad is not None and rad not in ut:
                ut.append(rad)
    return ut


def marken(rad: Any, idag: date) -> list[tuple[str, str]]:
    """What to say beside a row: (words, colour). Somebody should have read the source within a year."""
    if rad.kontrollerad is None:
        return [("Inte kontrollerad", "varning")]
    return [("Kontrollerad för mer än ett år sedan", "nytt")] if idag - rad.kontrollerad > AR else []


def radbild(verk: Regelverk, regel: Frist, rad: Regelrad, idag: date) -> dict[str, Any]:
    """One row of the rules page."""
    kommer = [r for r in (*regel.rader, *regel.mal) if r.fran > idag and (r.nar, r.mal) == (rad.nar, rad.mal)]
    mening = klarsprak.tidmening(regel, rad)
    return {
        "villkor": klarsprak.villkor(regel, verk.kommun, rad.nar),
        "mening": ("Mål: " if rad.mal else "") + mening,
        "lagrum": klarsprak.lankar(rad.lagrum),
        "kalla": rad.kalla,
        "kontroll": klarsprak.kontrollord(rad),
        "egen": rad.niva == "lokal",
        "marken": marken(rad, idag) + ([(f"Ändras {dag(min(r.fran for r in kommer))}", "nytt")] if kommer else []),
    }


def tidslinje(verk: Regelverk, regel: Frist, idag: date) -> list[dict[str, Any]]:
    """Every row of the limit, those for the same kind of case together, the latest first."""
    ut = []
    for mal, rader in ((False, regel.rader), (True, regel.mal)):
        for nar in sorted({rad.nar for rad in rader}, key=lambda nar: (len(nar), nar)):
            samma = sorted((r for r in rader if r.nar == nar), key=lambda r: (r.fran, r.niva == "lokal"), reverse=True)
            rubrik = klarsprak.villkor(regel, verk.kommun, nar) or "För alla ärenden"
            ut.append(
                {
                    "rubrik": f"Kommunens mål bredvid lagen. {rubrik}" if mal else rubrik[0].upper() + rubrik[1:],
                    "rader": [_rad(regel, r, rader, idag) for r in samma],
                }
            )
    return ut


def _rad(regel: Frist, rad: Regelrad, rader: Iterable[Regelrad], idag: date) -> dict[str, Any]:
    rader = tuple(rader)
    slut = sista_dag(rad, rader)
    lage = "nu" if gallande(rader, idag, dict(rad.nar)) is rad else "kommer" if rad.fran > idag else "bakom"
    if lage == "bakom" and slut is not None and slut < idag:
        lage = "gammal"
    return {
        "lage": lage,
        "lagesord": LAGEN[lage],
        "period": klarsprak.period(rad.fran, slut),
        "mening": klarsprak.tidmening(regel, rad),
        "rullas": _rullas(rad),
        "lagrum": klarsprak.lankar(rad.lagrum),
        "kalla": rad.kalla,
        "kontroll": klarsprak.kontrollord(rad),
        "marken": marken(rad, idag) if lage in ("nu", "kommer") else marken(rad, idag)[:1],
        "anmarkning": rad.anmarkning,
        "niva": "Kommunens egen" if rad.niva == "lokal" else "Nationell",
        "fil": rad.fil,
        "rad": rad.rad,
    }


def sista_dag(rad: Any, rader: Iterable[Any]) -> date | None:
    """The row's last day: its own, or the day before the next one of the same kind; None for one that goes on."""
    if (till := getattr(rad, "till", None)) is not None:
        return till
    efter = [r.fran for r in rader if (r.niva, r.nar) == (rad.niva, rad.nar) and r.fran > rad.fran]
    return min(efter) - timedelta(days=1) if efter else None


def _rullas(rad: Regelrad) -> str:
    if not rad.langd.i_kalendern:
        return ""
    if rad.rullas:
        return "Slutar tiden på en ledig dag räcker nästa vardag."
    return "Tiden flyttas inte om den slutar på en ledig dag."


def trappa(verk: Regelverk, process: str, namn: str) -> list[dict[str, str]]:
    """Who is told, and when."""
    return [
        {
            "nar": steg.nar[0].upper() + steg.nar[1:],
            "roll": ROLLER[steg.roll].capitalize(),
            "hur": "Eget brev genast" if steg.bradskande else "I morgonbrevet",
            "ledig": "Också på lediga dagar" if steg.aven_ledig_dag else "",
        }
        for steg in verk.trappa(process, namn)
    ]
