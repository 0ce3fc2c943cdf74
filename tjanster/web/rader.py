"""Cases as rows in the pages' tables: words and colours."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from arbetsfloden import PROCESSER
from tjanster.arenden.arendebild import Stegbild
from tjanster.arenden.arendelista import Arenderad
from tjanster.arenden.sammanhang import Sammanhang


def dagar_kvar(s: Sammanhang, forfaller: date | None, idag: date) -> tuple[int | None, str]:
    """Days left and in what they are counted: working days ahead, calendar days when late."""
    if forfaller is None:
        return None, "arbetsdagar"
    if forfaller < idag:
        return (forfaller - idag).days, "dagar"
    kvar = s.regelverk.kalender.antal_arbetsdagar(idag + timedelta(days=1), forfaller + timedelta(days=1))
    return kvar, "arbetsdagar"


def rad(s: Sammanhang, r: Arenderad, nu: datetime, fran: str = "") -> dict[str, Any]:
    frist = None
    if r.frist is not None:
        kvar, enhet = dagar_kvar(s, r.forfaller, nu.date())
        frist = {"rubrik": r.frist_rubrik, "forfaller": r.forfaller, "kvar": kvar, "kvar_enhet": enhet}
        if r.pausad:
            frist["lage"] = "pausad"
        elif r.sen and kvar is not None and kvar >= 0:
            frist |= {"kvar": -1, "kvar_enhet": "dagar"}
    return {
        "nummer": r.nummer,
        "url": f"/arende/{r.nummer}{fran}",
        "rubrik": r.kort,
        "process": r.sort,
        "enhet": r.enhet_namn,
        "tillstand": r.tillstand_text,
        "lage": tagg(r.process, r.tillstand, r.sen),
        "frist": frist,
        "handlaggare": r.handlaggare_namn,
        "dag": r.dag,
    }


def rader(s: Sammanhang, lista: Iterable[Arenderad], nu: datetime, fran: str = "") -> list[dict[str, Any]]:
    """`fran`: where the reader came from, as an ending of each address."""
    return [rad(s, r, nu, fran) for r in lista]


def med_steg(rader: Iterable[dict[str, Any]], steg: Mapping[str, Stegbild]) -> list[dict[str, Any]]:
    """The rows with the one next step of each as a link."""
    return [
        rad | {"nasta": {"rubrik": x.rubrik, "url": f"/arende/{rad['nummer']}/{x.handelse}"} if (x := steg.get(rad["nummer"])) else None}
        for rad in rader
    ]


def tagg(process: str, tillstand: str, sen: bool = False) -> str:
    """The colour of a state's tag."""
    p = PROCESSER[process]
    if tillstand in p.slut or tillstand in p.vilande:
        return "klart"
    if tillstand in ("ej_verkstallt", "ej_aterupptaget", "ska_anmalas"):
        return "varning"
    return "nytt" if tillstand == p.start else "oppet"


def bladdring(sida: int, antal: int, per_sida: int, url: str, ankare: str = "") -> dict[str, Any]:
    """What the paging needs; `url` ends in `sida=`, and `ankare` is where on the page the list begins."""
    sidor = max(1, -(-antal // per_sida))
    return {
        "sida": sida, "sidor": sidor, "antal": antal, "fran": min(antal, (sida - 1) * per_sida + 1),
        "till": min(antal, sida * per_sida), "url": url, "ankare": ankare,
    }  # fmt: skip
