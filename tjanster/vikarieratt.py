"""Who may give whom a stand-in, and who may be one. Pure: appointments in, yes or no out.

A manager lends what lies below them, and their own. One who is no manager may only leave their work to a colleague who has
the right to it already, so that nobody's right grows by a friend's word.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from arbetsfloden import innefattade
from regler import Kommun
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.jav import CHEFER

SER_DEM_UNDER = (*CHEFER, "kvalitetsledare", "administrator")


class Uppdraget(NamedTuple):
    """An appointment of somebody's own, or lent."""

    roll: str
    enhet: str
    fran: date
    till: date | None


def far_lana(kommun: Kommun, aktor: Aktor, for_konto: int, u: Uppdraget) -> bool:
    """May the person give somebody this appointment of the account's for a while?"""
    return aktor.id == for_konto or rar_om(kommun, aktor, for_konto, u)


def rar_om(kommun: Kommun, aktor: Aktor, for_konto: int, u: Uppdraget) -> bool:
    """May they give it to anybody: a manager over it, an administrator, or a manager their own."""
    if u.enhet not in kommun.enheter:
        return False
    uppat = kommun.vagen_upp(u.enhet)
    if any(roll == "administrator" and enhet in uppat for roll, enhet in aktor.egna):
        return True
    return chef_over(kommun, aktor, u) or (aktor.id == for_konto and any(r in CHEFER and e in uppat for r, e in aktor.egna))


def chef_over(kommun: Kommun, aktor: Aktor, u: Uppdraget) -> bool:
    """Does it lie below the person: a lesser role where they lead, or the same in a unit below?"""
    return u.enhet in kommun.enheter and any(
        roll in CHEFER and u.roll in innefattade({roll}) and enhet in kommun.vagen_upp(u.enhet) and (roll, enhet) != (u.roll, u.enhet)
        for roll, enhet in aktor.egna
    )


def far_avsluta(kommun: Kommun, aktor: Aktor, for_konto: int, lanade: Iterable[Uppdraget]) -> bool:
    return any(far_lana(kommun, aktor, for_konto, u) for u in lanade)


def saknar(kommun: Kommun, har: Iterable[Uppdraget], uppdrag: Iterable[Uppdraget], fran: date, till: date) -> list[Uppdraget]:
    """Those of the appointments whose right somebody who `har` these doesn't have already, all of the days."""
    har = list(har)

    def tacks(u: Uppdraget) -> bool:
        forsta, sista = max(fran, u.fran), min(till, u.till or till)
        return u.enhet in kommun.enheter and any(
            u.roll in innefattade({h.roll}) and h.enhet in kommun.vagen_upp(u.enhet)
            and h.fran <= forsta and (h.till is None or h.till >= sista)
            for h in har
        )  # fmt: skip

    return [u for u in uppdrag if not tacks(u)]
