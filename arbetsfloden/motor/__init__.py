"""The code that runs the processes: what people read lies one step up."""

from arbetsfloden.motor.dagar import (
    att_spara,
    kontrollera_dagar,
    lagg_over,
    registreringsdagar,
    som_ny,
    stegets_dag,
)
from arbetsfloden.motor.fakta import INGA_KRAV, Fakta, Regelkrav, Utfall
from arbetsfloden.motor.falt import Falt, Rad, Uppgifter, falt
from arbetsfloden.motor.gemensamma import GEMENSAMMA, KOPPLINGSSLAG, PERSONROLLER, PERSONSTEG, Gemensamt
from arbetsfloden.motor.granskning import Processfel, kontrollera_namn, namnfel
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
    tabeller,
)
from arbetsfloden.motor.ord import narmast
from arbetsfloden.motor.process import ALLA, ALLA_OPPNA, Process, Steg
from arbetsfloden.motor.roller import INNEFATTAR, ROLLER, innefattade
from arbetsfloden.motor.tolka import Tolkfel, dag_av, ej_angivna, saknade, ska_fyllas_i, validera, visa
from arbetsfloden.motor.villkor import VILLKOR, Villkor

__all__ = [
    "ALLA",
    "ALLA_OPPNA",
    "GEMENSAMMA",
    "INGA_KRAV",
    "INNEFATTAR",
    "KOPPLINGSSLAG",
    "PERSONROLLER",
    "PERSONSTEG",
    "ROLLER",
    "VILLKOR",
    "Fakta",
    "Falt",
    "Gemensamt",
    "Nekad",
    "Process",
    "Processfel",
    "Rad",
    "Regelkrav",
    "Steg",
    "Tolkfel",
    "Uppgifter",
    "Utfall",
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
    "namnfel",
    "narmast",
    "prova",
    "prova_oppning",
    "registreringsdagar",
    "saknade",
    "ska_fyllas_i",
    "som_ny",
    "stegets_dag",
    "tabeller",
    "validera",
    "visa",
]
