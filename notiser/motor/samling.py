"""The digest as its two texts read it: parts in their order, each part's cases unit by unit, and what matters most."""

from collections.abc import Mapping, Sequence
from typing import Any

from notiser.motor.falt import GRUPPER

HOGST_PER_DEL = 20
"""Cases of each part that are written out; the rest are counted. A letter that is scrolled for ever is read by nobody."""
I_AMNET = 2


def dela(falt: Mapping[str, Any]) -> dict[str, Any]:
    """Names for the templates: `delar` (list of {namn, antal, fler, enheter: list of {enhet, rader}}), `viktigast` and `summor`
    (pairs of a count's name and the count; the first for the subject)."""
    alla: dict[str, list[Mapping[str, Any]]] = {namn: [] for namn in GRUPPER}
    for rad in falt["rader"]:
        alla[_grupp(rad)].append(rad)
    antal = {namn: falt[f"antal_{namn}"] or len(rader) for namn, rader in alla.items()}
    delar = [
        {
            "namn": namn,
            "antal": antal[namn],
            "fler": antal[namn] - len(rader[:HOGST_PER_DEL]),
            "enheter": _per_enhet(rader[:HOGST_PER_DEL]),
        }
        for namn, rader in alla.items()
        if rader
    ]
    summor = _summor(antal, alla["nara"])
    return {"delar": delar, "summor": summor, "viktigast": summor[:I_AMNET]}


def _grupp(rad: Mapping[str, Any]) -> str:
    return str(rad["grupp"] or ("sena" if rad["passerad"] else "nara"))


def _per_enhet(rader: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The units in the order of their first case."""
    enheter: dict[str, list[Mapping[str, Any]]] = {}
    for rad in rader:
        enheter.setdefault(str(rad["enhet"] or ""), []).append(rad)
    return [{"enhet": enhet, "rader": grupp} for enhet, grupp in enheter.items()]


def _summor(antal: Mapping[str, int], nara: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Late, due today, to be done at once, soon, to decide, new: those that there are any of."""
    i_dag = sum(rad["dagar"] == 0 for rad in nara)
    skyndsamt = sum(not rad["forfaller"] for rad in nara)
    delar = {
        "sena": antal["sena"],
        "i_dag": i_dag,
        "skyndsamt": skyndsamt,
        "snart": antal["nara"] - i_dag - skyndsamt,
        "besluta": antal["besluta"],
        "nya": antal["nya"],
    }
    return [(namn, n) for namn, n in delar.items() if n > 0]
