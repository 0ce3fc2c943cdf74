"""From a declared field to what the form template shows, and from a posted form back to the step's data."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.datastructures import FormData

from arbetsfloden import Falt, Process, Steg
from regler import Kommun
from tjanster.arenden.sammanhang import Sammanhang

FLERA = ("flerval", "enheter", "personer")


def enhetsval(kommun: Kommun) -> list[dict[str, Any]]:
    """The tree of units in order, each with its depth."""
    ut: list[dict[str, Any]] = []

    def gren(kod: str, djup: int) -> None:
        ut.append({"kod": kod, "namn": kommun.enheter[kod].namn, "djup": djup})
        for e in kommun.enheter.values():
            if e.over == kod:
                gren(e.kod, djup + 1)

    if kommun.rot:
        gren(kommun.rot, 0)
    return ut


def bild(s: Sammanhang, f: Falt, *, krav: bool, varde: Any = None, fel: str = "", **mer: Any) -> dict[str, Any]:
    """One field as the template wants it."""
    ut: dict[str, Any] = {
        "namn": f.namn, "rubrik": f.rubrik, "slag": f.slag, "krav": krav, "hjalp": f.hjalp, "varde": varde, "fel": mening(fel),
        "grupp": f.grupp, "max_langd": f.max_langd, "kanslig": f.kanslig, "framtid": f.framtid,
    }  # fmt: skip
    if f.slag in ("enhet", "enheter"):
        ut["enheter"] = enhetsval(s.kommun)
    elif f.slag in ("val", "flerval"):
        ut["val"] = f.val or s.listor.get(f.listnamn or "", {})
    elif f.slag == "rader" and f.rad is not None:
        kravs = f.rad.kravs()
        ut["rader_falt"] = [bild(s, x, krav=n in kravs) for n, x in f.rad.beskrivna().items()]
        ut["ental"] = ental(f.rubrik)
    return ut | mer


def formular(
    s: Sammanhang,
    beskrivna: Mapping[str, Falt],
    falt: Iterable[str],
    kravs: Iterable[str],
    varden: Mapping[str, Any],
    fel: Mapping[str, str],
    befintliga: Mapping[str, list[str]] | None = None,
) -> list[dict[str, Any]]:
    """The form's fields in order, with what was typed and what was wrong. befintliga: rows that the case has already."""
    kravs = set(kravs)
    ut = []
    for namn in dict.fromkeys(falt):
        f = beskrivna[namn]
        mer = {"befintliga": befintliga[namn]} if befintliga and namn in befintliga else {}
        ut.append(bild(s, f, krav=namn in kravs, varde=varden.get(namn), fel=fel.get(namn, ""), **mer))
    return ut


NYCKEL = re.compile(r"[A-Za-z0-9_-]{1,60}")


def ny_nyckel() -> str:
    return secrets.token_urlsafe(18)


def engangsnyckel(nyckel: str, *innehall: Any) -> str | None:
    """What makes a doubled submit one case: the form's own key, which the address keeps so that the back button has the
    same, and what was filled in, so that one who goes back and writes another report gets another case."""
    if not NYCKEL.fullmatch(nyckel):
        return None
    return hashlib.sha256(json.dumps([nyckel, *innehall], sort_keys=True, default=str).encode()).hexdigest()[:40]


def ental(rubrik: str) -> str:
    """One of what the heading names in the plural: Åtgärder → Åtgärd, Erbjudanden → Erbjudande."""
    if rubrik.endswith("er"):
        return rubrik.removesuffix("er")
    return rubrik.removesuffix("n") if rubrik.endswith("en") else rubrik


def utan_rubriker(falten: Iterable[dict[str, Any]], behall: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Fields without their headings: a form of one thing needs none. behall: headings that stay."""
    return [f | {"grupp": f["grupp"] if f["grupp"] in behall else ""} for f in falten]


def las(form: FormData, beskrivna: Mapping[str, Falt], falt: Iterable[str]) -> dict[str, Any]:
    """What was posted for the fields; empty ones are left out, so that unknown stays unknown."""
    ut: dict[str, Any] = {}
    for namn in dict.fromkeys(falt):
        f = beskrivna[namn]
        if f.slag == "rader" and f.rad is not None:
            if rader := _rader(form, f):
                ut[namn] = rader
        elif f.slag in FLERA:
            if valda := [str(v) for v in form.getlist(namn) if v]:
                ut[namn] = valda
        elif (varde := str(form.get(namn) or "")).strip():
            ut[namn] = varde
    return ut


def _rader(form: FormData, f: Falt) -> list[dict[str, Any]]:
    """Posted rows, empty ones left out."""
    assert f.rad is not None
    antal = str(form.get(f"{f.namn}-antal") or "0")
    rader = []
    for i in range(min(int(antal), 200) if antal.isascii() and antal.isdigit() else 0):
        rad: dict[str, Any] = {}
        for namn, rf in f.rad.beskrivna().items():
            nyckel = f"{f.namn}-{i}-{namn}"
            if rf.slag in FLERA:
                if valda := [str(v) for v in form.getlist(nyckel) if v]:
                    rad[namn] = valda
            elif (varde := str(form.get(nyckel) or "")).strip():
                rad[namn] = varde
        if rad:
            rader.append(rad)
    return rader


def fellista(falt: Mapping[str, str], skal: Iterable[str] = ()) -> list[dict[str, str | None]]:
    """The error summary: each field's sentence with a link, then what concerns no field."""
    ut: list[dict[str, str | None]] = [
        {"falt": n.removeprefix("kontakt."), "mening": mening(m)} for n, m in falt.items()
    ]
    return ut + [{"falt": None, "mening": mening(x)} for x in skal if x not in falt.values()]


def mening(text: str) -> str:
    """With its full stop."""
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."


def stegets_falt(process: Process, steg: Steg) -> Mapping[str, Falt]:
    return (steg.modell or process.modell).beskrivna()


# How a browser can help with each.
KONTAKTSLAG = {
    "namn": {"autocomplete": "name"},
    "personnummer": {"autocomplete": "off"},
    "epost": {"slag": "epost", "autocomplete": "email"},
    "telefon": {"autocomplete": "tel"},
    "adress": {"autocomplete": "street-address"},
}
KONTAKTFALT = {
    "namn": Falt(namn="namn", rubrik="Namn", slag="text", grupp="Kontakt", kanslig=True, max_langd=200),
    "personnummer": Falt(namn="personnummer", rubrik="Personnummer", hjalp="Om det behövs för att veta vem det är", grupp="Kontakt",
                         kanslig=True, max_langd=20),
    "epost": Falt(namn="epost", rubrik="E-post", hjalp="Dit går bekräftelsen och beskedet att svaret finns", grupp="Kontakt",
                  kanslig=True, max_langd=254),
    "telefon": Falt(namn="telefon", rubrik="Telefon", grupp="Kontakt", kanslig=True, max_langd=50),
    "adress": Falt(namn="adress", rubrik="Postadress", hjalp="Används om e-post saknas", grupp="Kontakt", kanslig=True,
                   max_langd=500),
}  # fmt: skip
