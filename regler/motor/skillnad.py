"""What differs between two rule sets, entry by entry, in words that an administrator reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from regler.motor.fraga import Regelverk
from regler.motor.yamltrad import las_trad

Vad = Literal["ny", "borttagen", "andrad"]
# Folder → kind, and the word that a rule's name begins with elsewhere (in routines, on pages); limits have none.
SLAG: Final[Mapping[str, str]] = {
    "frister": "frist", "eskalering": "trappa", "beslutstabeller": "tabell", "krav": "krav", "delegation": "delegation",
    "skyldigheter": "skyldighet", "gallring": "gallring", "kalender": "kalender", "rapportering": "rapportering", "rutiner": "rutin",
}  # fmt: skip
_ORD: Final[Mapping[str, str]] = {
    "fran": "från", "kalla": "källa", "raknas_fran": "räknas från", "avgors_av": "avgörs av", "nar": "när",
    "forlangning": "förlängning", "anmarkning": "anmärkning", "far": "får", "hogst": "högst", "ganger": "gånger",
    "kraver_skal": "kräver skäl", "bradskande": "brådskande", "aven_ledig_dag": "även ledig dag", "mal": "mål",
    "kvalitetsar": "kvalitetsår", "borjar": "börjar", "fragor": "frågor", "varfor": "varför", "lediga_dagar": "lediga dagar",
    "kraver": "kräver", "raknas_enligt": "räknas enligt", "lank": "länk", "arshjul": "årshjul", "varde": "värde",
    "valjs_av": "väljs av", "far_bytas": "får bytas", "lagst": "lägst", "till_alder": "till ålder", "aret_efter": "året efter",
    "fyra_ogon": "fyra ögon", "annan_an": "annan än",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Regelskillnad:
    """One entry that is new, gone or changed: its kind, name and heading, and the lines that went and came."""

    slag: str
    nyckel: str
    rubrik: str
    niva: Literal["nationell", "lokal"]
    vad: Vad
    fore: tuple[str, ...]
    efter: tuple[str, ...]


def skillnader(fore: Regelverk, efter: Regelverk) -> tuple[Regelskillnad, ...]:
    """Every entry that differs, in the order of files. Comments and order within a file don't count."""
    gamla, nya = _poster(fore), _poster(efter)
    rubriker = {nyckel: rubrik for (_, slag, nyckel), (rubrik, _) in (*gamla.items(), *nya.items()) if rubrik and slag == "frist"}
    ut = []
    for namn in sorted({*gamla, *nya}):
        rubrik_fore, rader_fore = gamla.get(namn, ("", {}))
        rubrik, rader = nya.get(namn, (rubrik_fore, {}))
        if rader_fore == rader:
            continue
        niva, slag, nyckel = namn
        vad: Vad = "ny" if namn not in gamla else "borttagen" if namn not in nya else "andrad"
        ut.append(
            Regelskillnad(
                slag, nyckel, rubrik or rubriker.get(nyckel, nyckel), "nationell" if niva == "regler" else "lokal", vad,
                tuple(mening for rad, mening in rader_fore.items() if rader.get(rad) != mening),
                tuple(mening for rad, mening in rader.items() if rader_fore.get(rad) != mening),
            )
        )
    return tuple(ut)


def _poster(regelverk: Regelverk) -> dict[tuple[str, str, str], tuple[str, dict[str, str]]]:
    """(level, kind, name) → (heading, {place: sentence})."""
    ut = {}
    for vag, text in regelverk.filer.items():
        for namn, post in _i_filen(vag, text):
            ut[namn] = post
    return ut


@lru_cache(maxsize=1024)
def _i_filen(vag: str, text: str) -> tuple[tuple[tuple[str, str, str], tuple[str, dict[str, str]]], ...]:
    delar = vag.split("/")
    niva, stam, data = delar[0], delar[-1].removesuffix(".yaml"), las_trad(vag, text).data
    mapp = delar[-2]
    if mapp in ("kalender", "rapportering") or (niva == "config" and len(delar) == 3):
        slag = SLAG.get(mapp, {"listor": "lista", "organisation": "organisation", "inloggning": "inloggning"}.get(stam, "kommun"))
        return (((niva, slag, stam), ("", dict(_meningar(data)))),)
    if mapp == "fall":
        return (((niva, "exempel", stam), ("", dict(_meningar(data)))),)
    return tuple(
        (
            (niva, SLAG.get(mapp, mapp), f"{stam}/{namn}"),
            (str(post.get("rubrik") or "") if isinstance(post, dict) else "", dict(_meningar(post))),
        )
        for namn, post in (data.items() if isinstance(data, dict) else ())
    )


def _meningar(post: Any) -> Iterator[tuple[str, str]]:
    """An entry as sentences by their place: dated rows one each, other words one each."""
    if isinstance(post, list):
        for i, rad in enumerate(post):
            yield str(rad.get("namn", i)) if isinstance(rad, dict) else str(i), _kort(rad)
        return
    for ord_, varde in post.items() if isinstance(post, dict) else ():
        if ord_ == "galler" and isinstance(varde, list):
            for rad in varde:
                yield _radnamn(rad), radmening(rad)
        elif isinstance(varde, dict):
            for under, inne in varde.items():
                yield f"{ord_}/{under}", f"{_ord(ord_)}, {_ord(under)}: {_kort(inne)}"
        elif isinstance(varde, list):
            for i, inne in enumerate(varde):
                yield f"{ord_}/{i}/{_kort(inne)}", f"{_ord(ord_)}: {_kort(inne)}"
        else:
            yield ord_, f"{_ord(ord_)}: {_kort(varde)}"


def _radnamn(rad: Any) -> str:
    nycklar = ("fran", "nar", "mal", "enheter")
    return "/".join(f"{ord_}={rad[ord_]}" for ord_ in nycklar if ord_ in rad) if isinstance(rad, dict) else str(rad)


def radmening(rad: Mapping[str, Any]) -> str:
    """A dated row as one sentence: 'Från 2027-01-01: 5 arbetsdagar. Källa: … Kontrollerad 2026-12-15.'"""
    dagar = f"Från {rad.get('fran')}" + (f" till {rad['till']}" if rad.get("till") else "")
    villkor = f" för {_kort(rad['nar'])}" if rad.get("nar") else ""
    mal = ", kommunens mål" if rad.get("mal") == "ja" else ""
    vad = rad.get("tid") or rad.get("vad") or ""
    resten = [
        f"{_ord(ord_)}: {_kort(varde).rstrip('.')}"
        for ord_, varde in rad.items()
        if ord_ not in ("fran", "till", "nar", "mal", "tid", "vad", "kontrollerad", "lagrum", "kalla") and varde is not None
    ]
    delar = [vad, *resten, rad.get("lagrum") or "", f"källa {rad.get('kalla')}"]
    kontroll = f"Kontrollerad {rad['kontrollerad']}." if rad.get("kontrollerad") else "Inte kontrollerad."
    return f"{dagar}{villkor}{mal}: {'; '.join(del_ for del_ in delar if del_)}. {kontroll}"


def _ord(ord_: str) -> str:
    return _ORD.get(ord_, ord_)


def _kort(varde: Any) -> str:
    if isinstance(varde, dict):
        return ", ".join(f"{_ord(str(namn))} {_kort(inne)}" for namn, inne in varde.items())
    if isinstance(varde, list):
        return ", ".join(_kort(inne) for inne in varde)
    return "tomt" if varde is None else str(varde)
