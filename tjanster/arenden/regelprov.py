"""What the rules say of a step besides its limits: decision tables, demands and the order of delegation.

The system's own steps, and history read in from a file, are asked of tables only: nobody's hands are bound by a
demand or an order in what has already happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, or_, select

from arbetsfloden import (
    INGA_KRAV,
    ROLLER,
    Process,
    Regelkrav,
    Uppgifter,
    Utfall,
    innefattade,
    ska_fyllas_i,
)
from arbetsfloden.motor.ord import uppraknat
from arbetsfloden.motor.roller import uppraknade
from notiser import dagtext
from regler import Regelfraga, Regelverk
from regler.motor.krav import REGISTRERA
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.bilagor import har_bilaga
from tjanster.arenden.lage import Lage
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

VANTAR = (
    "Ett förslag om det här steget väntar redan på att en annan person bekräftar det. Det ska bekräftas, avslås eller tas "
    "tillbaka först"
)


@dataclass(frozen=True)
class Tabellutfall(Utfall):
    """With the question and the row, for the history."""

    rad: str = ""
    fraga: str = ""
    svar: str = ""
    kalla: str = ""

    def beratta(self) -> dict[str, str]:
        """What the event keeps. The words go along, so that it tells the same when the table has been changed."""
        return {"rad": self.rad, "fraga": self.fraga, "svar": self.svar, "motiv": self.motiv, "kalla": self.kalla}


def utfall(regelverk: Regelverk, tabeller: Iterable[str], uppgifter: Uppgifter, dag: date) -> dict[str, Tabellutfall]:
    """Ask decision tables with a case's own fields, each on the day that the table itself names (else on `dag`)."""
    return {namn: _fraga(regelverk, namn, uppgifter, dag) for namn in tabeller}


def _fraga(regelverk: Regelverk, namn: str, uppgifter: Uppgifter, dag: date) -> Tabellutfall:
    try:
        tabell = regelverk.tabell(namn)
        svar = {fraga: getattr(uppgifter, fraga, None) for fraga in tabell.alla_fragor()}
        bedomning = tabell.bedom(svar, getattr(uppgifter, tabell.avgors_av, None) or dag)
    except Regelfraga as nej:
        return Tabellutfall(motiv=" ".join(nej.skal))
    if bedomning.rad is None:
        return Tabellutfall(saknas=tuple(fraga.rubrik for fraga in bedomning.fragor_som_saknas.values()))
    rad = bedomning.rad
    return Tabellutfall(
        rad.blir, rad.motiv, (), rad.id, tabell.rubrik, tabell.utfall[rad.blir], rad.lagrum or rad.kalla
    )


def oppningskrav(regelverk: Regelverk, process: Process, dag: date) -> Regelkrav:
    """What the rules demand of one who registers a case."""
    rader = regelverk.krav(process.namn, REGISTRERA, dag)
    return Regelkrav(_falt(process, rader)) if rader else INGA_KRAV


class Regelprov:
    """Asks demands and delegation about the steps of one case, for one person."""

    def __init__(self, conn: Connection, s: Sammanhang, lage: Lage, av: Aktor, roller: frozenset[str]) -> None:
        self._conn, self._s, self._lage, self._av = conn, s, lage, av
        self._roller = roller

    def krav(self, handelse: str, dag: date, idag: date) -> Regelkrav:
        """What is demanded of the step on its own day `dag`, and whether the person may take it today."""
        process = self._lage.process
        rader = self._s.regelverk.krav(process.namn, handelse, dag)
        nekad, fyra_ogon, vantar = self._nekad(handelse, idag), self._fyra_ogon(handelse, idag), self._vantar(handelse)
        if not rader and not vantar and nekad is None and fyra_ogon is None:
            return INGA_KRAV
        skal = [mening for rad in rader for mening in (*self._bilaga(rad), *self._annan_an(rad, handelse, idag))]
        return Regelkrav(_falt(process, rader), (*skal, *vantar), nekad, fyra_ogon)

    def annan_an(self, handelse: str, idag: date) -> list[str]:
        """Why somebody else must take the step, going by what the person has done in the case."""
        rader = self._s.regelverk.krav(self._lage.process.namn, handelse, idag)
        return [mening for rad in rader for mening in self._annan_an(rad, handelse, idag)]

    def kraver_bilaga(self, handelse: str, dag: date) -> list[str]:
        """The demands for an attachment that hold, met or not."""
        rader = self._s.regelverk.krav(self._lage.process.namn, handelse, dag)
        return [f"Ärendet ska ha en bilaga{_enligt(rad)}." for rad in rader if rad.bilaga]

    def _bilaga(self, rad: Any) -> Iterable[str]:
        if rad.bilaga and not self._har_bilaga:
            yield f"Ärendet ska ha en bilaga{_enligt(rad)}. Bifoga den på ärendets sida och ta sedan steget"

    def _annan_an(self, rad: Any, handelse: str, idag: date) -> Iterable[str]:
        egna = [self._rubrik(namn) for namn in rad.annan_an if namn in self._egna_handelser]
        if egna:
            gjort = uppraknat(f"”{rubrik}”" for rubrik in egna)
            yield f"Steget ska tas av någon annan än den som gjorde {gjort}, och det var du{_enligt(rad)}. Be {self._andra(handelse, idag)}"

    def _fyra_ogon(self, handelse: str, idag: date) -> str | None:
        """Why the step takes two. Asked of today, as delegation is: no day that is typed in leads around it."""
        rader = self._s.regelverk.krav(self._lage.process.namn, handelse, idag)
        return next((f"Steget tas av två personer{_enligt(rad)}" for rad in rader if rad.fyra_ogon), None)

    def _vantar(self, handelse: str) -> tuple[str, ...]:
        return (VANTAR,) if any(f["handelse"] == handelse for f in self._lage.forslag) else ()

    def _andra(self, handelse: str, idag: date) -> str:
        """Who could take the step instead, by role: by the order when it speaks of the step, else by the process."""
        rader, vem = self._rader(handelse, idag), self._lage.process.hitta(handelse, self._lage.rad["tillstand"]).vem
        roller = [r for rad in rader for r in rad.far] if rader else [r for r in vem if r != "systemet"]
        return f"en kollega som är {uppraknade(dict.fromkeys(roller))}"

    def _rubrik(self, handelse: str) -> str:
        return "Registrerat" if handelse == REGISTRERA else self._lage.process.hitta(handelse).rubrik

    def delegation(self, handelse: str, idag: date) -> dict[str, str | None] | None:
        """The row of the order by which the person takes the step; None when the order doesn't speak of it."""
        har = innefattade(self._roller)
        rad = next((rad for rad in self._rader(handelse, idag) or () if har & set(rad.far)), None)
        return {"rad": rad.id, "punkt": rad.punkt, "kalla": rad.kalla} if rad is not None else None

    def _rader(self, handelse: str, idag: date) -> tuple[Any, ...] | None:
        return self._s.regelverk.delegation(self._lage.process.namn, handelse, idag, self._lage.rad["enhet"])

    def _nekad(self, handelse: str, idag: date) -> str | None:
        rader = self._rader(handelse, idag)
        har = innefattade(self._roller)
        if rader is None or any(har & set(rad.far) for rad in rader):
            return None
        if not rader:
            enhet = self._s.enhetsnamn(self._lage.rad["enhet"])
            return f"Enligt delegationsordningen får ingen besluta om detta för {enhet} i dag. Beslutet hör till nämnden"
        punkter = list(dict.fromkeys(rad.punkt for rad in rader if rad.punkt))
        punkt = f", punkt {uppraknat(punkter)}," if punkter else ""
        far = uppraknade(dict.fromkeys(roll for rad in rader for roll in rad.far))
        egna = [ord_.lower() for roll, ord_ in ROLLER.items() if roll in self._roller and roll != "administrator"]
        return f"Enligt delegationsordningen{punkt} får {far} besluta om detta, inte {egna[-1] if egna else 'du'}"

    @cached_property
    def _har_bilaga(self) -> bool:
        return har_bilaga(self._conn, self._lage)

    @cached_property
    def _egna_handelser(self) -> frozenset[str]:
        """The events that the person has taken in the case, or proposed when two took them; asked for only when a demand
        is about them."""
        h, rad = t.handelse.c, self._lage.rad
        foreslagna = h.foljder["forslag"]["av"].astext == str(self._av.id)
        sats = select(h.handelse).distinct().where(h.arende_id == rad["id"], or_(h.av == self._av.id, foreslagna))
        egna = frozenset(self._conn.execute(sats).scalars())
        return egna | {REGISTRERA} if rad["registrerad_av"] == self._av.id else egna


def delegationsmening(rad: Mapping[str, str | None]) -> str:
    """'På delegation enligt punkt 4.2, Exempelkommunens delegationsordning 2022', for the button, the API and the history."""
    return "På delegation enligt " + ", ".join(x for x in (rad["punkt"] and f"punkt {rad['punkt']}", rad["kalla"]) if x)


def _falt(process: Process, rader: Iterable[Any]) -> Mapping[str, str]:
    """The fields demanded, each with the sentence for when it is empty."""
    beskrivna = process.modell.beskrivna()
    return {
        namn: f"{ska_fyllas_i(beskrivna[namn].rubrik)}{_enligt(rad)}"
        for rad in rader
        for namn in rad.falt
        if namn in beskrivna
    }


def _enligt(rad: Any) -> str:
    """By which demand, from when, and where that is written."""
    return f", enligt kravet ”{rad.rubrik}” som gäller från {dagtext(rad.fran)} ({rad.lagrum or rad.kalla})"
