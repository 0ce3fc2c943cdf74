"""The words that rule files are written with: how each is read, and how an editor that knows its schema helps with it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from regler.motor.fel import narmast, uppraknat
from regler.motor.tid import TIDMONSTER, Tid, tolka_tid
from regler.motor.trappa import NARMONSTER, NarSteg, tolka_nar

# Roles by the names that `arbetsfloden` has for them (the two layers don't import each other), with what people read.
ROLLER: Final = {
    "medarbetare": "medarbetare", "registrator": "registrator", "handlaggare": "handläggare",
    "enhetschef": "enhetschef", "avdelningschef": "avdelningschef", "kvalitetsledare": "kvalitetsledare",
    "administrator": "administratör", "revisor": "revisor",
}  # fmt: skip
_DAG: Final = r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_MANADSDAG: Final = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_KOD: Final = r"[a-z][a-z0-9_]*"


def _tolka(funktion: Callable[[str], Any]) -> BeforeValidator:
    """Turn a text into a value; what is no text is left for pydantic to refuse."""
    return BeforeValidator(lambda varde: funktion(varde) if isinstance(varde, str) else varde)


def _skrivs(monster: str, *exempel: str, **mer: str) -> WithJsonSchema:
    """How an editor knows the word: by a pattern, with examples to choose from."""
    exemplen = {"examples": list(exempel)} if exempel else {}
    return WithJsonSchema({"type": "string", "pattern": f"^({monster})$", **exemplen, **mer})


def _ja_nej(text: str) -> bool:
    if text not in ("ja", "nej"):
        raise ValueError(f"'{text}' är varken 'ja' eller 'nej'")
    return text == "ja"


def _dag(text: str) -> date:
    delar = re.fullmatch(_DAG, text)
    if delar is None:
        raise ValueError(f"'{text}' är ingen dag; skriv år-månad-dag, till exempel '2026-01-15'")
    ar, manad, dag = (int(del_) for del_ in delar.groups())
    if dag > (manadens := monthrange(ar, manad)[1]):
        raise ValueError(f"'{text}' finns inte: månaden har {manadens} dagar")
    return date(ar, manad, dag)


def _manadsdag(text: str) -> tuple[int, int]:
    delar = re.fullmatch(_MANADSDAG, text)
    try:
        if delar is None:
            raise ValueError
        manad, dag = int(delar[1]), int(delar[2])
        date(2001, manad, dag)  # a common year: a quality year never starts on 29 February
    except ValueError:
        raise ValueError(f"'{text}' är ingen dag på året; skriv månad-dag, till exempel '04-01'") from None
    return manad, dag


def _roll(text: str) -> str:
    if text not in ROLLER:
        raise ValueError(f"rollen '{text}' finns inte{narmast(text, ROLLER) or f'; rollerna är {uppraknat(ROLLER)}'}")
    return text


def _kod(text: str) -> str:
    if not re.fullmatch(_KOD, text):
        raise ValueError(
            f"koden '{text}' ska börja med en bokstav och bara ha a–z, 0–9 och _ (å och ä blir a, ö blir o)"
        )
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Dag = Annotated[date, _tolka(_dag), _skrivs(_DAG, "2027-01-01", format="date")]
Manadsdag = Annotated[tuple[int, int], _tolka(_manadsdag), _skrivs(_MANADSDAG, "01-01", "09-01")]
JaNej = Annotated[bool, _tolka(_ja_nej), WithJsonSchema({"enum": ["ja", "nej"]})]
Roll = Annotated[str, AfterValidator(_roll), WithJsonSchema({"enum": list(ROLLER)})]
Kod = Annotated[str, AfterValidator(_kod), _skrivs(_KOD)]
Langd = Annotated[Tid, _tolka(tolka_tid), _skrivs(TIDMONSTER, "10 arbetsdagar", "3 månader", "72 timmar", "skyndsamt")]
Nar = Annotated[NarSteg, _tolka(tolka_nar), _skrivs(NARMONSTER, "3 arbetsdagar före", "samma dag", "5 dagar efter start")]
