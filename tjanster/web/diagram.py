"""Pictures of numbers as SVG: lying bars in parts, and two bars a week. In the light or the dark, for a desk or a phone. No
database, no request.

How a picture is built, Altair has said beforehand (`tjanster.web.diagrammallar`); here the numbers are put in and vl-convert draws. It
is loaded when the first picture is drawn: most processes never draw one. A picture that has been drawn is kept with its numbers.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Any

RADBRYTER = "\n"
MALLFIL = Path(__file__).parent / "diagrammallar.json"
# Told apart by those who don't see red and green too, and three to one against the ground and against each other's edge.
LJUS = {"text": "#222d36", "linje": "#d5d9db", "bakgrund": "#ffffff", "kant": "#ffffff",
        "farger": ("#0b5560", "#c2571a", "#5a57a6", "#6b747b")}  # fmt: skip
MORK = {"text": "#ebeced", "linje": "#363f46", "bakgrund": "#21292f", "kant": "#21292f",
        "farger": ("#8cc5cd", "#f2a65e", "#b3b0f0", "#a5a8ab")}  # fmt: skip
TOM = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'

Stapel = tuple[str, str, tuple[int, ...]]
"""A lying bar: its name, what stands at its end, and the number of each part."""
Vecka = tuple[str, int, int]
"""A week's name and its two numbers."""


@lru_cache(maxsize=64)
def liggande(rader: tuple[Stapel, ...], delar: tuple[str, ...], enhet: str, *, mork: bool = False, smal: bool = False) -> bytes:
    """A bar for each row, in the order given, its parts after each other. delar: the parts' names; enhet: what is counted."""
    if not rader:
        return TOM
    farg, bild = (MORK if mork else LJUS), _mall("liggande", mork, smal)
    summor = [sum(antal) for _, _, antal in rader]
    finns = [i for i in range(len(delar)) if any(antal[i] for _, _, antal in rader)]
    flest = max(1, *summor)
    data = [
        {"namn": namn, "rad": nr, "sort": delar[i], "nr": i, "antal": antal[i]}
        for nr, (namn, _, antal) in enumerate(rader) for i in finns if antal[i]
    ]  # fmt: skip
    bild["datasets"] = {
        "delar": data,
        "slut": [{"namn": namn, "rad": nr, "summa": summa, "text": text} for nr, ((namn, text, _), summa) in enumerate(zip(rader, summor, strict=True))],
    }  # fmt: skip
    staplar, tal = bild["layer"]
    x = staplar["encoding"]["x"]
    x["title"] = enhet
    x["axis"]["values"] = list(range(0, flest + 1, ceil(flest / (4 if smal else 8)) or 1))  # a bar of one needs no half
    x["scale"] = {"domainMin": 0, "domainMax": flest * (1.6 if smal else 1.25)}
    namnen = [namn for namn, _, _ in rader]
    bredast = max(len(del_) for namn in namnen for del_ in namn.split(RADBRYTER))
    for lager in (staplar, tal):
        lager["encoding"]["y"]["sort"] = namnen
        axel = lager["encoding"]["y"]["axis"]
        axel["minExtent"] = min(axel["labelLimit"], 8 * bredast)
    farger = {"domain": [delar[i] for i in finns], "range": [farg["farger"][i] for i in finns]}
    staplar["encoding"]["color"]["scale"] = farger
    if len(delar) == 1:
        staplar["encoding"]["color"]["legend"] = None
    return _till_svg(bild)


@lru_cache(maxsize=64)
def veckovis(rader: tuple[Vecka, ...], delar: tuple[str, str], enhet: str, *, mork: bool = False, smal: bool = False) -> bytes:
    """Two standing bars side by side for each week, the first week first."""
    farg, bild = (MORK if mork else LJUS), _mall("veckovis", mork, smal)
    flest = max(1, *(max(ett, tva) for _, ett, tva in rader))
    bild["datasets"] = {
        "veckor": [
            {"vecka": namn, "sort": del_, "nr": i, "antal": antal}
            for namn, *tva in rader for i, (del_, antal) in enumerate(zip(delar, tva, strict=True))
        ]
    }  # fmt: skip
    x, y, ton = (bild["encoding"][k] for k in ("x", "y", "color"))
    x["sort"] = [namn for namn, _, _ in rader]
    x["axis"]["values"] = [namn for nr, (namn, _, _) in enumerate(rader) if not smal or nr % 3 == len(rader) % 3 - 1]
    y["title"] = enhet
    y["axis"]["values"] = list(range(0, flest + 1, ceil(flest / 5) or 1))
    bild["encoding"]["xOffset"]["sort"] = list(delar)
    ton["scale"] = {"domain": list(delar), "range": list(farg["farger"][:2])}
    return _till_svg(bild)


def _till_svg(bild: dict[str, Any]) -> bytes:
    import vl_convert as vlc

    return vlc.vegalite_to_svg(bild).encode()


def _mall(slag: str, mork: bool, smal: bool) -> dict[str, Any]:
    """A copy of how that kind of picture is built, to put numbers into."""
    return deepcopy(_mallar()[mallnamn(slag, mork=mork, smal=smal)])


@cache
def _mallar() -> dict[str, dict[str, Any]]:
    ut: dict[str, dict[str, Any]] = json.loads(MALLFIL.read_text("utf-8"))
    return ut


def mallnamn(slag: str, *, mork: bool, smal: bool) -> str:
    return "-".join([slag, *(["mork"] if mork else []), *(["smal"] if smal else [])])


def beskrivna(rader: Sequence[Stapel]) -> str:
    """The longest bars in words: 'Flest har Avvikelse: 12, sedan Synpunkt: 7.'"""
    storst = sorted(((sum(antal), namn.replace(RADBRYTER, ", ")) for namn, _, antal in rader), key=lambda r: -r[0])[:2]
    return "Flest har " + ", sedan ".join(f"{namn}: {antal}" for antal, namn in storst if antal) + "." if storst else ""
