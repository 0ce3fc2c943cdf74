"""By whose appointments a person may take a step: their own, or those of somebody they stand in for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from arbetsfloden import Steg, innefattade
from tjanster.arenden.behorighet import Aktor, roller_i
from tjanster.arenden.lage import Lage

if TYPE_CHECKING:
    from tjanster.arenden.sammanhang import Sammanhang


def roller_for(s: "Sammanhang", lage: Lage, aktor: Aktor) -> frozenset[str]:
    """The roles a person meets this case in; its officer is always handlaggare, its reporter always medarbetare."""
    roller = roller_i(aktor, s.kommun, lage.rad["enhet"], lage.rad["javiga"])
    if lage.rad["handlaggare"] == aktor.id or lage.rad["handlaggare"] in aktor.ersatter_i(s.kommun, lage.rad["enhet"]):
        roller |= {"handlaggare"}
    return roller | {"medarbetare"} if lage.rad["registrerad_av"] == aktor.id else roller


def mandat(s: "Sammanhang", lage: Lage, aktor: Aktor, steg: Steg, idag: date) -> frozenset[int]:
    """The accounts whose right to the step this person has on `idag`: their own, and that of each one they stand in for
    who is needed or would do as well. Empty = they may not take it. The process and the order of delegation both have a say."""
    rad = lage.rad
    delegerat = s.regelverk.delegation(lage.process.namn, steg.handelse, idag, rad["enhet"])
    ovanfor = set(s.kommun.vagen_upp(rad["enhet"]))

    def racker(roller: Iterable[str]) -> bool:
        har = innefattade(roller)
        return bool(har & set(steg.vem)) and (delegerat is None or any(har & set(d.far) for d in delegerat))

    egna = roller_for(s, lage, replace(aktor, uppdrag=aktor.egna, vikariat=(), ersatter=frozenset()))
    ut = {aktor.id} if racker(egna) else set()
    som_handlaggare = aktor.ersatter_i(s.kommun, rad["enhet"])
    for borta in {*som_handlaggare, *(vem for _, _, vem in aktor.vikariat)} - set(rad["javiga"]):
        lanade = {roll for roll, enhet, vem in aktor.vikariat if vem == borta and enhet in ovanfor}
        lanade |= {"handlaggare"} if rad["handlaggare"] == borta and borta in som_handlaggare else set()
        if lanade and racker(egna | lanade):
            ut.add(borta)
    return frozenset(ut)


def i_stallet_for(
    s: "Sammanhang", lage: Lage, aktor: Aktor, steg: Steg, idag: date, helst_inte: int | None = None
) -> int | None:
    """The account for which a stand-in takes the step; None when they may take it as themselves. helst_inte: the one by whose
    right another person stands behind the same step."""
    handlaggare = lage.rad["handlaggare"]
    if handlaggare != helst_inte and handlaggare in aktor.ersatter_i(s.kommun, lage.rad["enhet"]):
        return int(handlaggare)
    if not aktor.vikariat or aktor.id in (vilkas := mandat(s, lage, aktor, steg, idag)):
        return None
    kandidater = [vem for vem in (handlaggare, *(at for _, _, at in aktor.vikariat)) if vem in vilkas]
    return next((vem for vem in kandidater if vem != helst_inte), kandidater[0] if kandidater else None)
