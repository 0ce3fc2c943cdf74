"""Days in a case, and the one call that takes what was filled in all the way to fields that `prova` can look at.

The day something was received, happened or was decided may lie before it was registered, never after. More than a day
apart wants a reason, since the paper form was used when the system was down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from arbetsfloden.motor.fakta import INGA_KRAV, Regelkrav
from arbetsfloden.motor.falt import Rad, Uppgifter
from arbetsfloden.motor.process import Process, Steg
from arbetsfloden.motor.tolka import Listor, Tolkfel, dag_av, validera

DAGAR_UTAN_SKAL = 1


@cache
def registreringsdagar(process: Process) -> frozenset[str]:
    """The fields that say when something was received, happened or was decided: the opening's and each step's."""
    beskrivna = process.modell.beskrivna()
    oppning = (n for n in process.oppnas_med if beskrivna[n].slag == "dag" and not beskrivna[n].framtid)
    return frozenset((*oppning, *(s.dag for s in process.steg if s.dag is not None and s.dag in s.falt)))


def kontrollera_dagar(
    process: Process, uppgifter: Uppgifter, idag: date, falt: Iterable[str] | None = None, skal: str | None = None
) -> dict[str, str]:
    """field → sentence for every day that can't be right. falt: the fields filled in now (None = all of them).

    skal: a reason given elsewhere, such as that of a change; it serves as the reason for late registration too.
    """
    beskrivna = process.modell.beskrivna()
    nu = set(beskrivna) if falt is None else set(falt)
    fel: dict[str, str] = {}
    for namn, f in beskrivna.items():
        varde = getattr(uppgifter, namn)
        if namn not in nu or varde is None:
            continue
        if f.slag == "dag" and not f.framtid and varde > idag:
            fel[namn] = f"{f.rubrik} {varde} ligger efter i dag, {idag}; dagen kan inte ligga i framtiden"
        if f.slag == "rader":
            for nummer, rad in enumerate(varde, 1):
                for radnamn, radfalt in rad.beskrivna().items():
                    radvarde = getattr(rad, radnamn)
                    if radfalt.slag == "dag" and not radfalt.framtid and radvarde is not None and radvarde > idag:
                        fel[namn] = f"Rad {nummer}, {radfalt.rubrik}: {radvarde} ligger efter i dag, {idag}"
    for tidig, sen in process.dagordning:
        forst, sist = getattr(uppgifter, tidig), getattr(uppgifter, sen)
        if forst is not None and sist is not None and sist < forst and nu & {tidig, sen}:
            skyldig = sen if sen in nu else tidig
            fel.setdefault(
                skyldig, f"{beskrivna[sen].rubrik} {sist} kan inte ligga före {beskrivna[tidig].rubrik.lower()} {forst}"
            )
    sena = [
        f"{beskrivna[namn].rubrik} {dag} registreras {(idag - dag).days} dagar senare"
        for namn in beskrivna
        if namn in nu and namn in registreringsdagar(process) and namn not in fel
        if (dag := getattr(uppgifter, namn)) is not None and (idag - dag).days > DAGAR_UTAN_SKAL
    ]
    if sena and not (uppgifter.sen_registrering_skal or skal):
        fel["sen_registrering_skal"] = "; ".join(sena) + ". Skriv varför, till exempel att pappersblanketten användes"
    return fel


def lagg_over(
    process: Process,
    steg: Steg | None,
    data: Mapping[str, Any],
    listor: Listor,
    befintliga: Uppgifter | None,
    idag: date,
    regler: Regelkrav = INGA_KRAV,
) -> tuple[Uppgifter | None, dict[str, str]]:
    """What was filled in for a step (None = the opening), read, laid over the case's fields and with its days checked.

    A day left empty becomes today where the field says so. The answer goes into `Fakta`; after the step has been let
    through, `att_spara` gives what the case keeps. For a common step the answer is of that step's own model, except
    for *andra*, where every field of the case may be given. What the rules demand may be given too.
    """
    if steg is not None and steg.modell is not None:
        return validera(process, data, steg.falt, listor, None, steg.modell)
    beskrivna = process.modell.beskrivna()
    if steg is None:
        falt: tuple[str, ...] = (*process.oppnas_med, "externt_id", "diarienummer", *regler.falt)
    else:
        rattas = [n for n in beskrivna if n not in process.bara_vid_oppning]
        falt = tuple(rattas) if steg.handelse == "andra" else (*steg.falt, *_orsak(process, steg), *regler.falt)
    grund = befintliga
    tidigare: dict[str, date] = {}
    if steg is not None and befintliga is not None:
        egen_dag = (steg.dag,) if steg.dag in steg.falt else ()
        tomda = dict.fromkeys((*steg.nollar, *egen_dag))
        tidigare = {
            n: v for n in steg.nollar if not beskrivna[n].framtid and isinstance(v := getattr(befintliga, n), date)
        }
        grund = befintliga.med(tomda)
    nya, fel = validera(process, data, falt, listor, grund)
    if nya is None:
        return None, fel
    if steg is not None and steg.handelse == "andra" and befintliga is not None:
        kravda = {*process.oppnas_kravs, *(namn for s in process.steg for namn in s.kravs)}
        for namn in data:
            if namn in kravda and befintliga.ifylld(namn) and not nya.ifylld(namn):
                fel[namn] = f"{beskrivna[namn].rubrik} kan rättas men inte tömmas"
        if fel:
            return None, fel
    givna = set(data)
    if steg is None or steg.handelse != "andra":
        tomma = {n: idag for n in falt if beskrivna[n].vid_registrering == "idag" and getattr(nya, n) is None}
        nya, givna = nya.med(tomma), givna | set(tomma)
    fel = kontrollera_dagar(
        process, nya, idag, givna, nya.skal if steg is not None and steg.handelse == "andra" else None
    )
    if steg is not None and steg.dag is not None and (dag := getattr(nya, steg.dag)) is not None:
        for namn, forra in tidigare.items():
            if dag < forra:
                rubrik = beskrivna[steg.dag].rubrik
                fel.setdefault(steg.dag, f"{rubrik} {dag} kan inte ligga före {beskrivna[namn].rubrik.lower()} {forra}")
    return (None, fel) if fel else (nya, {})


def stegets_dag(
    process: Process, steg: Steg | None, data: Mapping[str, Any], befintliga: Uppgifter | None, idag: date
) -> date:
    """The day that a step (None = the opening) is about, before the form is checked: given in it, in the case, or today."""
    namn = process.dag if steg is None else steg.dag
    varde = data.get(namn) if namn is not None else None
    if varde in (None, "") and steg is not None and namn is not None and namn not in steg.falt:
        varde = getattr(befintliga, namn, None)
    try:
        return dag_av(varde) if varde not in (None, "") else idag
    except Tolkfel:
        return idag


def _orsak(process: Process, steg: Steg) -> tuple[str, ...]:
    return (process.orsaksfalt, "forseningsorsak_text", "forsening_atgard") if steg.stoppar else ()


def att_spara(steg: Steg | None, uppgifter: Uppgifter) -> Uppgifter:
    """What the case keeps after the step: the new unit in place, nothing left of what belonged to the step alone."""
    if steg is not None and steg.byter_enhet and uppgifter.ny_enhet is not None:
        uppgifter = uppgifter.med({"enhet": uppgifter.ny_enhet})
    return uppgifter.utan_handelsefalt()


def som_ny(process: Process, steg: Steg, uppgifter: Uppgifter, ny: Process, idag: date) -> Uppgifter:
    """The fields of the linked case that a step opens (`blir`): those of the same name are carried over.

    The new case begins today; the decision's reason is the reason that it is registered later than what it is about
    happened.
    """
    egna = process.modell.beskrivna()
    delade = {
        n: getattr(uppgifter, n) for n in ny.modell.beskrivna() if n in egna and n not in ("externt_id", "diarienummer")
    }
    rader = {n: v for n, v in delade.items() if isinstance(v, tuple) and v and isinstance(v[0], Rad)}
    for namn, varde in rader.items():
        modell = ny.modell.beskrivna()[namn].rad
        assert modell is not None
        delade[namn] = tuple(modell.model_validate(rad.model_dump()) for rad in varde)
    return ny.modell().med({**delade, ny.dag: idag, "skal": uppgifter.skal, "sen_registrering_skal": uppgifter.skal})
