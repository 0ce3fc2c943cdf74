"""A case in memory: the same calls as the program makes, without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from arbetsfloden import (
    PROCESSER,
    Fakta,
    Process,
    Steg,
    Uppgifter,
    att_spara,
    automatiskt_steg,
    lagg_over,
    mojliga,
    prova,
    prova_oppning,
    tabeller,
)
from regler import Regelverk, las_in
from tjanster.arenden.regelprov import utfall

IDAG = date(2026, 11, 23)
REGLER = las_in()

LISTOR: dict[str, dict[str, str]] = {
    "enheter": {"barn": "Barn och unga", "vuxna": "Vuxna", "staben": "Staben"},
    "slag": {"klagomal": "Klagomål", "berom": "Beröm", "forslag": "Förslag"},
    "kategorier": {"bemotande": "Bemötande", "tillganglighet": "Tillgänglighet"},
    "typer": {"rutin": "Rutin saknas eller följs inte", "samverkan": "Samverkan"},
    "insatser": {"boendestod": "Boendestöd", "kontaktperson": "Kontaktperson/-familj"},
    "orsaker": {"resursbrist": "Resursbrist", "saknar": "Saknar uppdragstagare"},
    "forseningsorsaker": {"sjukdom": "Sjukdom", "annat": "Annat"},
}

OPPNAS_MED: dict[str, dict[str, Any]] = {
    "synpunkt": {"kanal": "webb", "slag": "Klagomål", "text": "Ingen svarar i telefon", "vill_ha_svar": "ja"},
    "avvikelse": {"enhet": "barn", "handelsedatum": "2026-11-22", "typ": "rutin", "beskrivning": "Dörren stod öppen"},
    "lex_sarah": {"enhet": "barn", "lagomrade": "sol", "handelsedatum": "2026-11-22", "beskrivning": "Tillsyn uteblev"},
    "beslut": {
        "externt_id": "OSD-1", "beslutsdatum": "2026-11-23", "lagrum": "sol_2025", "insats": "boendestod",
        "enhet": "barn", "kon": "kvinna",
    },
    "olovlig_lasning": {"enhet": "barn", "lasningar": "17, 18", "varfor": "Påhittad: inget i arbetet förklarar den"},
}  # fmt: skip


@dataclass
class Arende:
    process: Process
    uppgifter: Uppgifter
    tillstand: str
    fakta: dict[str, Any]
    idag: date = IDAG
    hant: list[str] = field(default_factory=list)
    regler: Regelverk = field(default_factory=lambda: REGLER)

    def fakta_nu(self, uppgifter: Uppgifter | None = None) -> Fakta:
        uppgifter = uppgifter or self.uppgifter
        svar = utfall(self.regler, tabeller(self.process, self.tillstand), uppgifter, self.idag)
        return Fakta(dag=self.idag, uppgifter=uppgifter, utfall=svar, **self.fakta)

    def gor(self, handelse: str, roll: str = "kvalitetsledare", **data: Any) -> Steg:
        """Take a step all the way; raises Nekad, or ValueError with the faults in what was filled in."""
        try:
            steg = self.process.hitta(handelse, self.tillstand)
        except KeyError:
            return prova(self.process, self.tillstand, handelse, self.fakta_nu(), {roll})
        uppgifter, fel = lagg_over(self.process, steg, data, LISTOR, self.uppgifter, self.idag)
        if uppgifter is None:
            raise ValueError(fel)
        assert prova(self.process, self.tillstand, handelse, self.fakta_nu(uppgifter), {roll}) is steg
        if not steg.gemensam or steg.modell is None:
            self.uppgifter = att_spara(steg, uppgifter)
        self.tillstand = steg.till or self.tillstand
        self.hant.append(handelse)
        self.automatiskt()
        return steg

    def automatiskt(self) -> None:
        while steg := automatiskt_steg(self.process, self.tillstand, self.fakta_nu()):
            assert steg.till is not None
            self.tillstand = steg.till
            self.hant.append(steg.handelse)

    def far(self, handelse: str, roll: str = "kvalitetsledare") -> tuple[str, ...] | None:
        """Reasons against the step; () = it can be taken, None = it isn't there in this state."""
        for steg, skal in mojliga(self.process, self.tillstand, self.fakta_nu(), {roll}):
            if steg.handelse == handelse:
                return skal
        return None


@pytest.fixture
def oppna() -> Callable[..., Arende]:
    def _oppna(namn: str, roll: str = "handlaggare", fakta: dict[str, Any] | None = None, **data: Any) -> Arende:
        process = PROCESSER[namn]
        uppgifter, fel = lagg_over(process, None, OPPNAS_MED[namn] | data, LISTOR, None, IDAG)
        if uppgifter is None:
            raise ValueError(fel)
        kanda = {"har_epost": True, "har_postadress": False, "anonym": False, "oppna_uppgifter": 0}
        kanda |= {"personnummer_i": frozenset()} | (fakta or {})
        arende = Arende(process, uppgifter, process.start, kanda)
        prova_oppning(process, arende.fakta_nu(), {roll})
        arende.uppgifter = att_spara(None, uppgifter)
        arende.automatiskt()
        return arende

    return _oppna


@pytest.fixture
def listor() -> dict[str, dict[str, str]]:
    return LISTOR


@pytest.fixture
def idag() -> date:
    return IDAG
