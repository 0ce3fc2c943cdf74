"""The white list: all that a notice can say. What has no field here can't get into a mail (krav H1).

Every value is one line, short, and free of what looks like a personal number or a mail address. A fault never quotes
the value: the sentence ends up in logs, and the value may be the very thing that must not.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo

SVENSK_TID = ZoneInfo("Europe/Stockholm")
_HASH = re.compile(r"[0-9a-f]{64}")
LANGD = {
    "process": 80, "steg": 80, "frist": 80, "forfaller": 60, "enhet": 120, "roll": 60, "vad": 80, "kommun": 80, "lank": 200,
    "lank_fler": 200,
}  # fmt: skip
HOGST_RADER = 1000
GRUPPER = ("sena", "nara", "besluta", "nya")
"""The parts of a digest, in their order: late, near, waiting for a decision, new."""
MANADER = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)

_ARENDENUMMER = re.compile(r"[A-ZÅÄÖ]{2,6}-\d{4}-\d{1,7}")
_VAG = re.compile(r"/(?!/)[A-Za-z0-9/_-]*")
_PERSONNUMMER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+\s]?\d{4}(?!\d)")
_ADRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}")
_DOMANDEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class Notisfel(ValueError):
    """A notice that can't be sent as it stands. `.skal` holds every reason, in Swedish, without the values."""

    def __init__(self, *skal: str) -> None:
        super().__init__(" ".join(skal))
        self.skal = skal


@dataclass(frozen=True, kw_only=True)
class Rad:
    """One case in a digest.

    `lank` is a path within Vaka ('/arenden/SYN-2026-0004'); the address is put before it when the mail is written,
    so a link can't lead anywhere else.
    """

    arendenummer: str
    lank: str
    process: str | None = None
    steg: str | None = None
    frist: str | None = None
    forfaller: str | None = None  # text, from dagtext(); None = no due day
    enhet: str | None = None
    roll: str | None = None  # the role's label in lower case, 'enhetschef'
    passerad: bool = False
    tom_post: bool = False  # nobody holds `roll` for the unit, so the level above is told
    grupp: str | None = None  # one of GRUPPER; None = late or near, as `passerad` says
    dagar: int | None = None  # from today to the due day; below zero = so many days late
    vad: str | None = None  # what is new, in the words of the catalogue

    def __post_init__(self) -> None:
        _prova(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The row back from JSON. Notisfel for a name that is not in the white list."""
        _prova_namn(data, [f.name for f in fields(cls)])
        return cls(**data)

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Falt:
    """The fields of one notice. Raises Notisfel with every fault at once."""

    kommun: str
    lank: str
    arendenummer: str | None = None  # None only in a digest
    process: str | None = None
    steg: str | None = None
    frist: str | None = None
    forfaller: str | None = None
    enhet: str | None = None
    roll: str | None = None
    dagar: int | None = None
    antal: int | None = None
    hash: str | None = None  # of the log, 64 hexadecimal digits
    passerad: bool = False
    tom_post: bool = False
    rader: tuple[Rad, ...] = ()
    # How many cases each part of a digest stands for, when there are more than fit among `rader`.
    antal_sena: int | None = None
    antal_nara: int | None = None
    antal_besluta: int | None = None
    antal_nya: int | None = None
    lank_fler: str | None = None  # where the rest of a long part is seen
    bara_trappan: bool = False  # the digest wasn't wanted today; only what must not wait is in it

    def __post_init__(self) -> None:
        _prova(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The fields back from JSON. Notisfel for a name that is not in the white list."""
        _prova_namn(data, [f.name for f in fields(cls)])
        rader = tuple(Rad.from_dict(rad) for rad in data.get("rader", ()))
        return cls(**{**data, "rader": rader})

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "rader": [rad.as_dict() for rad in self.rader]}


def dagtext(dag: date | datetime | None) -> str | None:
    """'8 december 2026', or for a time '8 december 2026 kl. 14.30' in Swedish time. None stays None."""
    if dag is None:
        return None
    klockslag = ""
    if isinstance(dag, datetime):
        if dag.tzinfo is not None:
            dag = dag.astimezone(SVENSK_TID)
        klockslag = f" kl. {dag:%H.%M}"
    return f"{dag.day} {MANADER[dag.month - 1]} {dag.year}{klockslag}"


def adress_duger(adress: str | None) -> bool:
    """Can a mail be sent to the address? Swedish letters may stand in the domain, not before the @ (few take them)."""
    return adress is not None and len(adress) <= 254 and doman_i_ascii(adress) is not None


def doman_i_ascii(adress: str) -> str | None:
    """The address with its domain as servers want it (räksmörgås.se -> xn--…), None when it is no address."""
    if not _ADRESS.fullmatch(adress):
        return None
    lokal, _, doman = adress.rpartition("@")
    if lokal.startswith((".", "-")) or lokal.endswith(".") or ".." in lokal:
        return None
    ascii_doman = _i_ascii(doman)
    return f"{lokal}@{ascii_doman}" if ascii_doman is not None else None


@lru_cache(maxsize=1024)
def _i_ascii(doman: str) -> str | None:
    # A municipality's thousand employees have one domain, which takes a while to work out.
    try:
        ascii_doman = doman.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return ascii_doman if all(_DOMANDEL.fullmatch(del_) for del_ in ascii_doman.split(".")) else None


def _prova_namn(data: Mapping[str, Any], tillatna: list[str]) -> None:
    fel = []
    for namn in data:
        if namn not in tillatna:
            nara = difflib.get_close_matches(namn, tillatna, n=1)
            forslag = f" Menade du '{nara[0]}'?" if nara else ""
            fel.append(f"Fältet '{namn}' får inte stå i en notis.{forslag} Tillåtna fält är {', '.join(tillatna)}.")
    if fel:
        raise Notisfel(*fel)


def _prova(falt: Rad | Falt) -> None:
    if fel := list(_fel(falt)):
        raise Notisfel(*fel)


def _fel(falt: Rad | Falt) -> Iterator[str]:
    for namn in [f.name for f in fields(falt)]:
        varde = getattr(falt, namn)
        if namn == "rader":
            if not isinstance(varde, tuple) or not all(isinstance(rad, Rad) for rad in varde):
                yield "Fältet 'rader' ska vara en tupel av Rad."
            elif len(varde) > HOGST_RADER:
                yield f"Fältet 'rader' har {len(varde)} rader, högst {HOGST_RADER} får plats i ett brev."
        elif namn in ("passerad", "tom_post", "bara_trappan"):
            if not isinstance(varde, bool):
                yield f"Fältet '{namn}' ska vara ja eller nej (bool)."
        elif namn == "dagar" and varde is not None:
            if isinstance(varde, bool) or not isinstance(varde, int):
                yield "Fältet 'dagar' ska vara ett heltal."
        elif namn.startswith("antal") and varde is not None:
            if isinstance(varde, bool) or not isinstance(varde, int) or varde < 0:
                yield f"Fältet '{namn}' ska vara ett heltal, noll eller mer."
        elif namn == "grupp" and varde is not None:
            if varde not in GRUPPER:
                yield f"Fältet 'grupp' ska vara ett av {', '.join(GRUPPER)}."
        elif namn == "hash" and varde is not None:
            # Digits in a row are no personal number here.
            if not isinstance(varde, str) or not _HASH.fullmatch(varde):
                yield "Fältet 'hash' ska vara 64 hexadecimala tecken."
        elif varde is None:
            if namn in ("kommun", "lank") or (namn == "arendenummer" and isinstance(falt, Rad)):
                yield f"Fältet '{namn}' ska vara ifyllt."
        elif not isinstance(varde, str):
            yield f"Fältet '{namn}' ska vara text."
        elif namn == "arendenummer":
            if not _ARENDENUMMER.fullmatch(varde):
                yield "Fältet 'arendenummer' ska vara ett ärendenummer som SYN-2026-0004."
        else:
            yield from _textfel(namn, varde)


def _textfel(namn: str, varde: str) -> Iterator[str]:
    if not varde.strip():
        yield f"Fältet '{namn}' är tomt. Utelämna det eller fyll i det."
    if len(varde) > LANGD[namn]:
        yield f"Fältet '{namn}' är för långt: {len(varde)} tecken, högst {LANGD[namn]}."
    if not varde.isprintable() and any(
        unicodedata.category(tecken) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") for tecken in varde
    ):
        yield f"Fältet '{namn}' innehåller radbrytning eller osynliga tecken. Det ska vara en enda rad."
    if _PERSONNUMMER.search(varde):
        yield f"Fältet '{namn}' innehåller något som liknar ett personnummer. En notis får aldrig peka ut en person."
    if "@" in varde:
        yield f"Fältet '{namn}' innehåller något som liknar en mejladress. En notis får aldrig peka ut en person."
    if namn in ("lank", "lank_fler") and not _VAG.fullmatch(varde):
        yield (
            f"Fältet '{namn}' ska vara en väg inom Vaka, till exempel /arenden/SYN-2026-0004, utan frågetecken. Adressen "
            "framför sätts dit när brevet skrivs."
        )
