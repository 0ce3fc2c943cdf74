"""Tables, one file a concept, and the connection to PostgreSQL. `t` holds every table for Core statements."""

from typing import Any

from sqlmodel import SQLModel

from notiser.motor.brevlada import BrevladaRad
from notiser.motor.utkorg import Notis
from tjanster.db.anvandare import (
    Anvandare,
    Apinyckel,
    Aterstallningskod,
    Identitet,
    Inloggning,
    Inloggningsforsok,
    Uppdrag,
)
from tjanster.db.arbetsplats import Foljer, Vy
from tjanster.db.arende import Arende, Kontakt, Koppling, Nummerserie
from tjanster.db.bilaga import Bilaga, Bilageradering
from tjanster.db.brevval import Brevvalsandring
from tjanster.db.forslag import Forslag
from tjanster.db.frist import Frist, Fristakt, Fristbrott, Paminnelse
from tjanster.db.gallring import Bevarande, Gallring, Gallringskorning, Gallringssparr
from tjanster.db.handelse import Handelse
from tjanster.db.kopia import Aterstallning, Sakerhetskopia
from tjanster.db.lasning import Lasning
from tjanster.db.logg import Loggdag, Loggkedja, Logglage, Loggprov
from tjanster.db.loggkontroll import Loggkontroll, Loggkontrollrad
from tjanster.db.overlamning import Overlamning, Overlamningsrad
from tjanster.db.regelstyrning import Regelaktivering, Regelutkast, Rutinoversyn
from tjanster.db.registerutdrag import Registerutdrag
from tjanster.db.sokning import Sokning
from tjanster.db.svep import Svep
from tjanster.db.uppgift import Uppgift
from tjanster.db.version import Processversion, Regelversion
from tjanster.db.vikariat import Vikariat


def _tabell(modell: type[SQLModel]) -> Any:
    return modell.__table__  # type: ignore[attr-defined]


class t:  # noqa: N801 — reads as a namespace: t.arende.c.nummer
    """The tables, for Core statements."""

    anvandare = _tabell(Anvandare)
    apinyckel = _tabell(Apinyckel)
    arende = _tabell(Arende)
    aterstallning = _tabell(Aterstallning)
    aterstallningskod = _tabell(Aterstallningskod)
    bevarande = _tabell(Bevarande)
    bilaga = _tabell(Bilaga)
    bilageradering = _tabell(Bilageradering)
    brevlada = _tabell(BrevladaRad)
    brevvalsandring = _tabell(Brevvalsandring)
    foljer = _tabell(Foljer)
    forslag = _tabell(Forslag)
    frist = _tabell(Frist)
    fristakt = _tabell(Fristakt)
    fristbrott = _tabell(Fristbrott)
    gallring = _tabell(Gallring)
    gallringskorning = _tabell(Gallringskorning)
    gallringssparr = _tabell(Gallringssparr)
    handelse = _tabell(Handelse)
    identitet = _tabell(Identitet)
    inloggning = _tabell(Inloggning)
    inloggningsforsok = _tabell(Inloggningsforsok)
    kontakt = _tabell(Kontakt)
    koppling = _tabell(Koppling)
    lasning = _tabell(Lasning)
    loggdag = _tabell(Loggdag)
    loggkedja = _tabell(Loggkedja)
    loggkontroll = _tabell(Loggkontroll)
    loggkontrollrad = _tabell(Loggkontrollrad)
    logglage = _tabell(Logglage)
    loggprov = _tabell(Loggprov)
    notis = _tabell(Notis)
    nummerserie = _tabell(Nummerserie)
    overlamning = _tabell(Overlamning)
    overlamningsrad = _tabell(Overlamningsrad)
    paminnelse = _tabell(Paminnelse)
    processversion = _tabell(Processversion)
    regelaktivering = _tabell(Regelaktivering)
    regelutkast = _tabell(Regelutkast)
    registerutdrag = _tabell(Registerutdrag)
    regelversion = _tabell(Regelversion)
    rutinoversyn = _tabell(Rutinoversyn)
    sakerhetskopia = _tabell(Sakerhetskopia)
    sokning = _tabell(Sokning)
    svep = _tabell(Svep)
    uppdrag = _tabell(Uppdrag)
    uppgift = _tabell(Uppgift)
    vikariat = _tabell(Vikariat)
    vy = _tabell(Vy)


__all__ = ["t"]
