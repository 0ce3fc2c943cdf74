"""The code that runs the processes: what people read lies one step up."""

from arbetsfloden.motor.dagar import att_spara, kontrollera_dagar, lagg_over, registreringsdagar, som_ny
from arbetsfloden.motor.fakta import Fakta
from arbetsfloden.motor.falt import Falt, Rad, Uppgifter, falt
from arbetsfloden.motor.gemensamma import GEMENSAMMA, KOPPLINGSSLAG, Gemensamt
from arbetsfloden.motor.granskning import Processfel, kontrollera_namn
from arbetsfloden.motor.maskin import (
    Nekad,
    automatiskt_steg,
    formular,
    forsenade,
    ger_uppgift,
    har_automatiskt,
    mojliga,
    prova,
    prova_oppning,
)
from arbetsfloden.motor.ord import narmast
from arbetsfloden.motor.process import ALLA, ALLA_OPPNA, Process, Steg
from arbetsfloden.motor.roller import INNEFATTAR, ROLLER, innefattade
from arbetsfloden.motor.tolka import Tolkfel, dag_av, ej_angivna, saknade, validera, visa
from arbetsfloden.motor.villkor import VILLKOR, Villkor

__all__ = [
    "ALLA",
    "ALLA_OPPNA",
    "GEMENSAMMA",
    "INNEFATTAR",
    "KOPPLINGSSLAG",
    "ROLLER",
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
    "ej_angivna",
    "falt",
    "formular",
    "forsenade",
    "ger_uppgift",
    "har_automatiskt",
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
