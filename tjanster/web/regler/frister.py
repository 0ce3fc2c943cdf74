"""A limit in words: what holds now, what held, what is coming, and who is told. No database, no request."""

from datetime import date
from typing import Any

from regler import ROLLER, Frist, Regelrad, Regelverk
from regler.motor.dag import gallande
from regler.motor.tid import EU_TID
from tjanster.web.regler import klarsprak
from tjanster.web.regler.rader import idag_bild, tidsbild


def _slag(rader: tuple[Regelrad, ...]) -> list[tuple[tuple[str, str], ...]]:
    """The kinds of case that rows are for, those for all first."""
    return sorted({rad.nar for rad in rader}, key=lambda nar: (len(nar), nar))


def idag_rader(verk: Regelverk, regel: Frist, idag: date) -> list[dict[str, Any]]:
    """The rows that hold today, one for each kind of case; the municipality's own goals last."""
    ut: list[Regelrad] = []
    for rader in (regel.rader, regel.mal):
        for nar in _slag(rader):
            rad = gallande(rader, idag, dict(nar))
            if rad is not None and rad not in ut:
                ut.append(rad)
    return [
        idag_bild(
            rad,
            ("Mål: " if rad.mal else "") + klarsprak.tidmening(regel, rad),
            klarsprak.villkor(regel, verk.kommun, rad.nar),
            idag,
            [r for r in (*regel.rader, *regel.mal) if (r.nar, r.mal) == (rad.nar, rad.mal)],
        )
        for rad in ut
    ]


def tidslinje(verk: Regelverk, regel: Frist, idag: date) -> list[dict[str, Any]]:
    """Every row of the limit, those for the same kind of case together, the latest first."""
    ut = []
    for mal, rader in ((False, regel.rader), (True, regel.mal)):
        for nar in _slag(rader):
            nu = gallande(rader, idag, dict(nar))
            samma = sorted((r for r in rader if r.nar == nar), key=lambda r: (r.fran, r.niva == "lokal"), reverse=True)
            rubrik = klarsprak.stor(klarsprak.villkor(regel, verk.kommun, nar)) or "För alla ärenden"
            ut.append(
                {
                    "rubrik": f"Kommunens mål bredvid lagen. {rubrik}" if mal else rubrik,
                    "rader": [
                        tidsbild(r, klarsprak.stor(klarsprak.tidmening(regel, r)), idag, galler=r is nu, rullas=_rullas(r))
                        for r in samma
                    ],
                }
            )
    return ut


def _rullas(rad: Regelrad) -> str:
    if not rad.langd.i_kalendern:
        return ""
    if rad.rullas and rad.raknas_enligt == EU_TID:
        return f"Slutar tiden på en helgdag, lördag eller söndag räcker nästa arbetsdag ({EU_TID}); aftnarna flyttar inget."
    if rad.rullas:
        return "Slutar tiden på en ledig dag räcker nästa vardag."
    return "Tiden flyttas inte om den slutar på en ledig dag."


def trappa(verk: Regelverk, process: str, namn: str) -> list[dict[str, str]]:
    """Who is told, and when."""
    return [
        {
            "nar": klarsprak.stor(steg.nar),
            "roll": klarsprak.stor(ROLLER[steg.roll]),
            "hur": "Eget brev genast" if steg.bradskande else "I morgonbrevet",
            "ledig": "Också på lediga dagar" if steg.aven_ledig_dag else "",
        }
        for steg in verk.trappa(process, namn)
    ]
