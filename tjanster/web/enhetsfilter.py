"""What the list of a unit's cases is filtered by, as words in its address. A figure links to its cases by the same words,
and the counting of figures and the list go by the same selection."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from arbetsfloden import PROCESSER
from tjanster.arenden.behorighet import Aktor, enheter_for
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval
from tjanster.ledning import laget
from tjanster.web.mallar import dag_kort
from tjanster.web.ram import LEDER, SER

LAGEN = {
    "sena": "Sena", "nara": "Inom tre arbetsdagar", "atgarder": "Åtgärder att följa upp", "avslutade": "Avslutade",
    "alla": "Även avslutade",
}  # fmt: skip
ALDRAR = {f"{yngst}-{aldst or ''}": (yngst, aldst) for yngst, aldst in laget.ALDRAR}
"""Days since the case came in, as words of the address: first and last."""
NARA = 3
_RENT = re.compile(r"[\w.-]+", re.ASCII).fullmatch
_DAGAR = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Filter:
    """Every word of the address, as written; '' = no such filter. What isn't understood filters nothing."""

    enhet: str = ""
    process: str = ""
    lage: str = ""
    handlaggare: str = ""
    steg: str = ""
    alder: str = ""
    inkom: str = ""
    klart: str = ""
    over: str = ""
    typ: str = ""
    orsak: str = ""
    bara: str = ""
    leder: str = ""

    @classmethod
    def for_den_som_leder(cls, s: Sammanhang, aktor: Aktor, **ord_: str) -> "Filter":
        """As above, of the units that the person leads, when they work in others too."""
        fler = enheter_for(aktor, s.kommun, SER) - enheter_for(aktor, s.kommun, LEDER)
        return cls(leder="ja" if fler else "", **ord_)

    @classmethod
    def las(cls, fraga: Mapping[str, str]) -> "Filter":
        return cls(**{namn: fraga[namn].strip()[:60] for namn in cls.__dataclass_fields__ if fraga.get(namn)})

    @classmethod
    def ur_adress(cls, adress: str) -> "Filter":
        """What `url` was made of."""
        return cls.las(dict(parse_qsl(urlsplit(adress).query)))

    def med(self, **andrat: str) -> "Filter":
        return replace(self, **andrat)

    def ord(self) -> dict[str, str]:
        return {namn: varde for namn, varde in vars(self).items() if varde}

    def url(self, **andrat: str) -> str:
        """The address of the list, with some of the words changed."""
        ord_ = (vars(self) | andrat).items()  # a page of figures has hundreds, and most words are written as they are
        return f"/enhet?{'&'.join(f'{namn}={x if _RENT(x) else quote_plus(x)}' for namn, x in ord_ if x)}".removesuffix("?")

    @property
    def avslutade(self) -> bool:
        """Is the list of cases that are over only?"""
        return self.lage == "avslutade"

    def enheter(self, s: Sammanhang, aktor: Aktor) -> frozenset[str]:
        """The units that are looked at, of those where the person works or, when so asked, leads."""
        egna = enheter_for(aktor, s.kommun, LEDER if self.leder else SER)
        if self.enhet not in s.kommun.enheter:
            return egna
        return (frozenset({self.enhet}) if self.bara else s.kommun.undertrad(self.enhet)) & egna

    def urval(self, s: Sammanhang, aktor: Aktor, nu: datetime) -> Urval:
        process = PROCESSER.get(self.process)
        inkom = self._alder(nu.date()) if self.alder in ALDRAR else _dagar(self.inkom)
        annan = int(self.handlaggare) if self.handlaggare.isdecimal() and len(self.handlaggare) < 16 else None
        return Urval(
            process=process.namn if process else None,
            enheter=self.enheter(s, aktor),
            aven_avslutade=self.lage in ("alla", "avslutade"),
            bara_avslutade=self.lage == "avslutade",
            sena=self.lage == "sena",
            nara=s.regelverk.kalender.plus_arbetsdagar(nu.date(), NARA) if self.lage == "nara" else None,
            ej_uppfoljda=nu.date() if self.lage == "atgarder" else None,
            utan_handlaggare=self.handlaggare == "ingen",
            handlaggare=aktor.id if self.handlaggare == "jag" else annan,
            tillstand=self.steg if process and self.steg in process.tillstand else None,
            inkom=inkom,
            klara=_dagar(self.klart),
            langre_an=int(self.over) if self.over.isdecimal() and len(self.over) < 6 else None,
            typ=self.typ or None,
            orsak=self.orsak or None,
        )

    def _alder(self, idag: date) -> tuple[date | None, date | None]:
        """The days on which a case of that age came in. The youngest have no last day."""
        yngst, aldst = ALDRAR[self.alder]
        return (idag - timedelta(days=aldst) if aldst is not None else None, idag - timedelta(days=yngst) if yngst else None)

    def brickor(self, s: Sammanhang, mer: Iterable[tuple[str, str]] = ()) -> list[dict[str, str]]:
        """Filters that the form has no field for, in words, each with the address without it. mer: what the address tells
        besides."""
        ut = []
        for namn, sag in BRICKOR.items():
            varde = getattr(self, namn)
            if varde and (text := sag(self, s)):
                kvar = [*self.med(**{namn: ""}).ord().items(), *mer]
                ut.append({"namn": namn, "text": text, "url": f"/enhet?{urlencode(kvar)}"})
        return ut


def period(fran: date, till: date) -> str:
    """A span of days as a word of an address."""
    return f"{fran.isoformat()}..{till.isoformat()}"


def _dagar(text: str) -> tuple[date | None, date | None]:
    traff = _DAGAR.fullmatch(text)
    try:
        return (date.fromisoformat(traff[1]), date.fromisoformat(traff[2])) if traff else (None, None)
    except ValueError:
        return None, None


def aldersord(kod: str) -> str:
    """'8–30 dagar', 'över 90 dagar'."""
    yngst, aldst = ALDRAR[kod]
    return f"{yngst}–{aldst} dagar" if aldst is not None else f"över {yngst - 1} dagar"


def _period(fore: str, text: str) -> str:
    fran, till = _dagar(text)
    return f"{fore} {dag_kort(fran)} – {dag_kort(till)}" if fran and till else ""


def _steg(f: Filter) -> str:
    process = PROCESSER.get(f.process)
    return process.tillstand.get(f.steg, "") if process else ""


def _orsak(f: Filter) -> str:
    process = PROCESSER.get(f.process) or PROCESSER["avvikelse"]
    falt = process.modell.beskrivna().get("orsaker")
    return (falt.val or {}).get(f.orsak, f.orsak) if falt else f.orsak


BRICKOR: Mapping[str, Callable[[Filter, Sammanhang], str]] = {
    "steg": lambda f, s: f"Läge: {_steg(f)}" if _steg(f) else "",
    "alder": lambda f, s: f"Ålder: {aldersord(f.alder)}" if f.alder in ALDRAR else "",
    "inkom": lambda f, s: _period("Kom in", f.inkom),
    "klart": lambda f, s: _period("Klara", f.klart),
    "over": lambda f, s: f"Tog mer än {f.over} dagar" if f.over.isdecimal() else "",
    "typ": lambda f, s: f"Typ: {s.listor.get('typer', {}).get(f.typ, f.typ)}",
    "orsak": lambda f, s: f"Orsak: {_orsak(f)}",
    "bara": lambda f, s: "Utan enheterna under" if f.enhet and len(s.kommun.undertrad(f.enhet)) > 1 else "",
    "leder": lambda f, s: "Enheter som du leder",
}
