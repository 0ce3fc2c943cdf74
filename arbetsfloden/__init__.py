"""What may happen with a case: one file, one process. No database, no clock, no framework.

`PROCESSER` is the explicit list of all processes; what runs them lies in `motor/` and is handed on here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from arbetsfloden.avvikelse import AVVIKELSE
from arbetsfloden.beslut import BESLUT
from arbetsfloden.lex_sarah import LEX_SARAH
from arbetsfloden.motor import (
    ALLA,
    ALLA_OPPNA,
    GEMENSAMMA,
    INNEFATTAR,
    KOPPLINGSSLAG,
    ROLLER,
    VILLKOR,
    Fakta,
    Falt,
    Gemensamt,
    Nekad,
    Process,
    Processfel,
    Rad,
    Steg,
    Tolkfel,
    Uppgifter,
    Villkor,
    att_spara,
    automatiskt_steg,
    dag_av,
    falt,
    forsenade,
    ger_uppgift,
    innefattade,
    kontrollera_dagar,
    kontrollera_namn,
    lagg_over,
    mojliga,
    narmast,
    prova,
    prova_oppning,
    registreringsdagar,
    saknade,
    som_ny,
    validera,
    visa,
)
from arbetsfloden.synpunkt import SYNPUNKT

PROCESSER: Mapping[str, Process] = MappingProxyType({p.namn: p for p in (SYNPUNKT, AVVIKELSE, LEX_SARAH, BESLUT)})

__all__ = [
    "ALLA",
    "ALLA_OPPNA",
    "AVVIKELSE",
    "BESLUT",
    "GEMENSAMMA",
    "INNEFATTAR",
    "KOPPLINGSSLAG",
    "LEX_SARAH",
    "PROCESSER",
    "ROLLER",
    "SYNPUNKT",
    "VILLKOR",
    "Fakta",
    "Falt",
    "Gemensamt",
    "Nekad",
    "Process",
    "Processfel",
    "Rad",
    "Steg",
    "Tolkfel",
    "Uppgifter",
    "Villkor",
    "att_spara",
    "automatiskt_steg",
    "dag_av",
    "falt",
    "forsenade",
    "ger_uppgift",
    "innefattade",
    "kontrollera_dagar",
    "kontrollera_namn",
    "lagg_over",
    "mojliga",
    "narmast",
    "prova",
    "prova_oppning",
    "registreringsdagar",
    "saknade",
    "som_ny",
    "validera",
    "visa",
]
