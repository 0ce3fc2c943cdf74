"""May this step be taken? `transitions` runs the declared steps; every reason against is told at once.

The library gets one machine a process, no automatic steps, no model of its own, no callback that does anything: a
light model is thrown away after each event. Its answer and the reasons are worked out apart, and must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from transitions import EventData, Machine, MachineError

from arbetsfloden.motor.dagar import registreringsdagar
from arbetsfloden.motor.fakta import INGA_KRAV, Fakta, Regelkrav, Utfall
from arbetsfloden.motor.falt import Falt
from arbetsfloden.motor.ord import narmast, uppraknat
from arbetsfloden.motor.process import Process, Steg
from arbetsfloden.motor.roller import SYSTEMET, innefattade, uppraknade
from arbetsfloden.motor.tolka import saknade, ska_fyllas_i
from arbetsfloden.motor.villkor import VILLKOR, Villkor

Nekadkod = Literal["okand_handelse", "ej_nu", "ej_roll", "villkor"]


class Nekad(Exception):
    """The step may not be taken. skal: every reason, as sentences; falt: the fields to fill in, with why."""

    def __init__(self, skal: Iterable[str], kod: Nekadkod, falt: Mapping[str, str] | None = None) -> None:
        self.skal = tuple(skal)
        self.kod: Nekadkod = kod
        self.falt = dict(falt or {})
        super().__init__("; ".join(self.skal))


@dataclass
class _Forsok:
    """The throw-away model of one event."""

    state: str
    skal: tuple[str, ...] = field(default=())


def _fritt(handelse: EventData) -> bool:
    forsok: Any = handelse.model
    return not forsok.skal


@cache
def _maskin(process: Process) -> Machine:
    return Machine(
        model=None,
        states=list(process.tillstand),
        initial=process.start,
        transitions=[
            {"trigger": steg.handelse, "source": list(process.kallor(steg)), "dest": steg.till, "conditions": [_fritt]}
            for steg in process.alla_steg
        ],
        auto_transitions=False,
        send_event=True,
    )


def prova(
    process: Process, tillstand: str, handelse: str, fakta: Fakta, roller: Iterable[str], regler: Regelkrav = INGA_KRAV
) -> Steg:
    """The step that the event is, if it may be taken now by somebody with these roles; else Nekad with every reason.

    regler: what the rules demand besides; a refusal by delegation stands instead of the process's own roles.
    """
    if tillstand not in process.tillstand:
        raise Nekad(
            (f"Tillståndet '{tillstand}' finns inte i {process.namn}{narmast(tillstand, process.tillstand)}",), "ej_nu"
        )
    if handelse not in process.handelser:
        raise Nekad(
            (f"Händelsen '{handelse}' finns inte i {process.namn}{narmast(handelse, process.handelser)}",),
            "okand_handelse",
        )
    har = innefattade(roller)
    try:
        steg = process.hitta(handelse, tillstand)
    except KeyError:
        raise Nekad(_ej_nu(process, tillstand, handelse, har), "ej_nu") from None
    rollskal = _rollskal(steg, har, regler)
    tomma = _tomma(process, steg, fakta, har) | _kravda(fakta, regler)
    forsok = _Forsok(tillstand, (*rollskal, *tomma.values(), *_villkorsskal(steg, fakta), *regler.skal))
    if not _utlos(process, handelse, forsok):
        raise Nekad(forsok.skal, "ej_roll" if rollskal else "villkor", tomma)
    if forsok.state != (steg.till or tillstand):
        raise AssertionError(f"{process.namn}: '{handelse}' ledde till '{forsok.state}', inte till '{steg.till}'")
    return steg


def _utlos(process: Process, handelse: str, forsok: _Forsok) -> bool:
    try:
        return bool(_maskin(process).events[handelse].trigger(forsok))
    except MachineError as fel:  # the declaration allowed what the machine doesn't know
        raise AssertionError(f"{process.namn}: {fel}") from fel


def prova_oppning(process: Process, fakta: Fakta, roller: Iterable[str], regler: Regelkrav = INGA_KRAV) -> None:
    """May a case be opened with these fields by somebody with these roles? Nekad with every reason if not."""
    skal: list[str] = []
    ratt_roll = bool(innefattade(roller) & set(process.oppnas_av))
    if not ratt_roll:
        skal.append(f"Öppnas av {uppraknade(process.oppnas_av)}")
    tomma = saknade(process, None, fakta.uppgifter) | _kravda(fakta, regler)
    skal += [*tomma.values(), *_ouppfyllda(process.oppnas_kraver, fakta)]
    if skal:
        raise Nekad(skal, "villkor" if ratt_roll else "ej_roll", tomma)


def mojliga(
    process: Process,
    tillstand: str,
    fakta: Fakta,
    roller: Iterable[str],
    regler: Callable[[Steg], Regelkrav] = lambda _: INGA_KRAV,
    *,
    gemensamma: bool = True,
) -> list[tuple[Steg, tuple[str, ...]]]:
    """Every step from this state, with the reasons why it can't be taken now (none = it can). gemensamma: also those that
    every process has.

    What the step's own form asks for is no reason: it is filled in when the step is taken.
    """
    har = innefattade(roller)
    ut = []
    for steg in process.alla_steg if gemensamma else process.steg:
        if tillstand in process.kallor(steg):
            krav = regler(steg)
            villkor = _villkorsskal(steg, fakta, i_formularet=frozenset((*steg.falt, *krav.falt)))
            ut.append((steg, (*_rollskal(steg, har, krav), *villkor, *krav.skal)))
    return ut


@cache
def tabeller(process: Process, tillstand: str, handelse: str | None = None) -> tuple[str, ...]:
    """The decision tables that a step's conditions ask; without an event those of every step from the state."""
    namn = {
        tabell[0]
        for steg in process.alla_steg
        if handelse in (None, steg.handelse) and tillstand in process.kallor(steg)
        for villkor in (*steg.kraver, steg.uppgift_nar)
        if villkor is not None and (tabell := VILLKOR[villkor].tabell) is not None
    }
    return tuple(sorted(namn))


@cache
def _automatiska(process: Process, tillstand: str) -> tuple[Steg, ...]:
    return tuple(steg for steg in process.steg if steg.automatisk and tillstand in process.kallor(steg))


def har_automatiskt(process: Process, tillstand: str) -> bool:
    """Is there a step that the system may take by itself in this state? Quick to ask, before facts are gathered."""
    return bool(_automatiska(process, tillstand))


def automatiskt_steg(process: Process, tillstand: str, fakta: Fakta) -> Steg | None:
    """The step that the system takes at once in this state, if there is one and its conditions hold."""
    for steg in _automatiska(process, tillstand):
        try:
            return prova(process, tillstand, steg.handelse, fakta, (SYSTEMET,))
        except Nekad:
            continue
    return None


def ger_uppgift(steg: Steg, fakta: Fakta) -> str | None:
    """The task that the step makes for the case's owner, if any."""
    if steg.uppgift and (steg.uppgift_nar is None or VILLKOR[steg.uppgift_nar].test(fakta) is True):
        return steg.uppgift
    return None


def forsenade(steg: Steg, fakta: Fakta) -> tuple[str, ...]:
    """The limits that the step meets too late; it then asks for the cause."""
    return tuple(frist for frist in steg.stoppar if frist in fakta.passerade)


def formular(
    process: Process, steg: Steg | None, fakta: Fakta | None = None, regler: Regelkrav = INGA_KRAV
) -> tuple[tuple[Falt, bool], ...]:
    """What a form asks for: each field, and whether it must be filled in. steg None = the opening.

    The reason for registering late is asked where there is a day to set; the cause of a broken limit only when, by
    the facts, the step comes too late.
    """
    beskrivna = (steg.modell if steg is not None and steg.modell is not None else process.modell).beskrivna()
    kravda = {*(process.oppnas_kravs if steg is None else (*steg.kravs, "skal")), *regler.falt}
    namn = [*(process.oppnas_med if steg is None else steg.i_formularet), *regler.falt]
    if steg is not None and fakta is not None and forsenade(steg, fakta):
        kravda |= set() if fakta.uppgifter.ifylld(process.orsaksfalt) else {process.orsaksfalt}
        namn += [process.orsaksfalt, "forseningsorsak_text", "forsening_atgard"]
    if registreringsdagar(process) & set(namn):
        namn.append("sen_registrering_skal")
    return tuple((beskrivna[ett], ett in kravda) for ett in dict.fromkeys(namn))


def _rollskal(steg: Steg, har: frozenset[str], regler: Regelkrav = INGA_KRAV) -> tuple[str, ...]:
    if regler.nekad is not None:
        return (regler.nekad,)
    if har & set(steg.vem):
        return ()
    if steg.bara_systemet:
        return ("Görs av systemet självt",)
    return (f"Görs av {uppraknade(r for r in steg.vem if r != SYSTEMET)}",)


def _tomma(process: Process, steg: Steg, fakta: Fakta, har: frozenset[str]) -> dict[str, str]:
    tomma = saknade(process, steg, fakta.uppgifter)
    # The system can't know why; a file read in tells the cause only if it has the column.
    if SYSTEMET not in har and forsenade(steg, fakta) and not fakta.uppgifter.ifylld(process.orsaksfalt):
        rubrik = process.modell.beskrivna()[process.orsaksfalt].rubrik
        tomma[process.orsaksfalt] = f"{rubrik} ska fyllas i, eftersom fristen hade passerat"
    return tomma


def _kravda(fakta: Fakta, regler: Regelkrav) -> dict[str, str]:
    return {namn: mening for namn, mening in regler.falt.items() if not fakta.uppgifter.ifylld(namn)}


def _villkorsskal(steg: Steg, fakta: Fakta, i_formularet: frozenset[str] = frozenset()) -> tuple[str, ...]:
    skal = list(_ouppfyllda(steg.kraver, fakta, i_formularet))
    if steg.vid_frist is not None and steg.vid_frist not in fakta.passerade:
        skal.append("Fristen ska ha passerat")
    return tuple(skal)


def _ouppfyllda(villkor: Iterable[str], fakta: Fakta, i_formularet: frozenset[str] = frozenset()) -> Iterable[str]:
    for namn in villkor:
        ett = VILLKOR[namn]
        if i_formularet & set(ett.falt):
            continue
        svar = ett.test(fakta)
        if svar is not True:
            yield from _varfor_inte(ett, fakta, svar)


def _varfor_inte(villkor: Villkor, fakta: Fakta, svar: bool | None) -> Iterable[str]:
    """Where a decision table decides: the questions to answer, or the words of the row that says no."""
    utfall = fakta.utfall.get(villkor.tabell[0], Utfall()) if villkor.tabell is not None else Utfall()
    if utfall.saknas:
        return map(ska_fyllas_i, utfall.saknas)
    if utfall.motiv:
        return (f"{villkor.mening}. {utfall.motiv}",)
    return (villkor.mening if svar is False else f"{villkor.mening} (det är inte känt)",)


def _ej_nu(process: Process, tillstand: str, handelse: str, har: frozenset[str]) -> tuple[str, ...]:
    steg = [s for s in process.alla_steg if s.handelse == handelse]
    kallor = dict.fromkeys(process.tillstand[k] for s in steg for k in process.kallor(s))
    skal = [
        f"'{steg[0].rubrik}' kan inte göras när ärendet är i läget '{process.tillstand[tillstand]}'; det görs i "
        + uppraknat((f"'{rubrik}'" for rubrik in kallor), "eller")
    ]
    if all(_rollskal(s, har) for s in steg):
        skal += _rollskal(steg[0], har)
    return tuple(skal)
