"""A length of time as a rule file writes it: '10 arbetsdagar', '3 månader', 'skyndsamt'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from regler.motor.fel import narmast

Enhet = Literal["timmar", "dagar", "arbetsdagar", "veckor", "månader", "år", "samma dag", "ingen dag", "nationell"]
# The statute that says how a limit is counted: Swedish law, or what the EU counts by.
Raknesatt = Literal["lag 1930:173", "förordning 1182/71"]
EU_TID: Final = "förordning 1182/71"

_ENHETER: Final[dict[str, Enhet]] = {
    "timme": "timmar", "timmar": "timmar", "dag": "dagar", "dagar": "dagar",
    "arbetsdag": "arbetsdagar", "arbetsdagar": "arbetsdagar", "vecka": "veckor", "veckor": "veckor",
    "månad": "månader", "månader": "månader", "år": "år",
}  # fmt: skip
_UTAN_DAG: Final = (
    "genast", "skyndsamt", "snarast", "utan dröjsmål", "utan onödigt dröjsmål", "så snart som möjligt", "ingen tid",
)  # fmt: skip
_SAMMA_DAG: Final = "samma dag"
_SOM_NATIONELLT: Final = "som nationellt"
# Every length that can be written, for an editor to complete by.
TIDMONSTER: Final = "|".join((f"[1-9][0-9]{{0,3}} ({'|'.join(_ENHETER)})", *_UTAN_DAG, _SAMMA_DAG, _SOM_NATIONELLT))
_TAL: Final = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_MONSTER: Final = re.compile(r"(\S+) (\S+)")
_STORST: Final = 9999
# How many days a unit is at the most, so that two limits in different units can be compared.
_DAGAR_PER: Final[dict[Enhet, float]] = {
    "timmar": 1 / 24, "dagar": 1, "arbetsdagar": 1.4, "veckor": 7, "månader": 30.5, "år": 366,
    "samma dag": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tid:
    """`antal` of `enhet`; 0 of a word that sets no day. `text` is what a person reads."""

    antal: int
    enhet: Enhet
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def har_dag(self) -> bool:
        """False for words like 'skyndsamt' that set no day."""
        return self.enhet not in ("ingen dag", "nationell")

    @property
    def i_kalendern(self) -> bool:
        """True for units whose last day may fall on a day off, so that the row must say whether it rolls."""
        return self.enhet in ("dagar", "veckor", "månader", "år")

    @property
    def ungefar_dagar(self) -> float:
        """Roughly how many calendar days; only for comparing two lengths."""
        return self.antal * _DAGAR_PER[self.enhet] if self.har_dag else float("inf")


def tolka_tid(text: str) -> Tid:
    """Read a length of time. Raises ValueError with a Swedish sentence that names the nearest right word."""
    ren = " ".join(text.split())
    if ren in _UTAN_DAG:
        return Tid(0, "ingen dag", ren)
    if ren == _SOM_NATIONELLT:
        return Tid(0, "nationell", ren)
    if ren == _SAMMA_DAG:
        return Tid(1, "samma dag", ren)
    delar = _MONSTER.fullmatch(ren)
    if delar is None:
        raise ValueError(_ingen_tid(ren, (*_UTAN_DAG, _SAMMA_DAG, _SOM_NATIONELLT)))
    tal, enhet = delar.groups()
    if enhet not in _ENHETER:
        raise ValueError(_ingen_tid(ren, (*(f"{tal} {namn}" for namn in _ENHETER), *_UTAN_DAG, _SAMMA_DAG)))
    if not (tal.isascii() and tal.isdigit()):
        forslag = f" – menade du '{_TAL.index(tal.casefold())} {enhet}'?" if tal.casefold() in _TAL else ""
        raise ValueError((forslag and f"'{ren}' är ingen tid{forslag}") or _ingen_tid(ren, ()))
    antal = int(tal[:6])
    if not 1 <= antal <= _STORST:
        raise ValueError(f"'{ren}' är ingen tid: talet ska vara mellan 1 och {_STORST}")
    return Tid(antal, _ENHETER[enhet], f"{antal} {enhet}")


def _ingen_tid(text: str, kandidater: tuple[str, ...]) -> str:
    forslag = narmast(text, kandidater) or "; skriv till exempel '10 arbetsdagar' eller 'skyndsamt'"
    return f"'{text}' är ingen tid{forslag}"
