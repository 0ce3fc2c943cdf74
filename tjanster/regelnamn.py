"""Names by which rules, processes and letters meet, checked in one place: at the start, by the command and before an
activation. The two layers don't know each other, so this is where a slip in one is seen from the other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from arbetsfloden import PROCESSER, ROLLER, VILLKOR, Falt, Process, Steg, innefattade, namnfel, narmast
from arbetsfloden.motor.gemensamma import FYRA_OGON
from arbetsfloden.motor.ord import uppraknat
from arbetsfloden.motor.roller import uppraknade
from notiser import KATALOG, Notisfel
from notiser import Falt as Brevfalt
from regler import Fel, Regelfraga, Regelverk, egna_som_ingen_startar
from regler.motor.inlasning import som_given
from regler.motor.krav import REGISTRERA

# Process → the limits that some step of it starts.
STARTADE: Mapping[str, frozenset[str]] = {
    p.namn: frozenset(frist for steg in (p, *p.alla_steg) for frist in steg.startar) for p in PROCESSER.values()
}


def kontrollera_mot_processer(regelverk: Regelverk, mapp: Path | None = None) -> list[Fel]:
    """Every name that meets nothing, and every demand or delegation that no step could follow, with file and line.

    mapp: the folder that the set was read from, when it isn't the program's own; files are then named as it was given.
    """
    fel = [
        *_processernas_namn(regelverk),
        *egna_som_ingen_startar(regelverk, STARTADE),
        *_tabellernas_fragor(regelverk),
        *_reglernas_namn(regelverk),
        *_krav(regelverk),
        *_delegation(regelverk),
        *_brevens_ord(regelverk),
    ]
    return [replace(ett, fil=som_given(ett.fil, mapp, regelverk.kommun.kod)) for ett in fel] if mapp is not None else fel


def _processernas_namn(regelverk: Regelverk) -> Iterator[Fel]:
    """Limits, notices, processes and tables with their outcomes, named by a process."""
    utfall = {namn: tabell.utfall for namn, tabell in regelverk.tabeller.items()}
    for process in PROCESSER.values():
        try:
            frister = regelverk.frister(process.namn)
        except Regelfraga:
            frister = {}
        for mening in namnfel(process, frister, KATALOG, PROCESSER, utfall):
            yield Fel(f"arbetsfloden/{process.namn}.py", 0, 0, "", mening)


# -- decision tables --------------------------------------------------------------------------------------------------


def _tabellernas_fragor(regelverk: Regelverk) -> Iterator[Fel]:
    """A question that the case can't answer would stop the step for good."""
    for process in PROCESSER.values():
        namnda = (VILLKOR[villkor].tabell for steg in process.alla_steg for villkor in steg.kraver)
        for namn in sorted({par[0] for par in namnda if par is not None and par[0] in regelverk.tabeller}):
            yield from _en_tabell(regelverk, process, regelverk.tabeller[namn])


def _en_tabell(regelverk: Regelverk, process: Process, tabell: Any) -> Iterator[Fel]:
    falt, fil = process.modell.beskrivna(), tabell.versioner[0].fil

    def fel(nyckel: str, mening: str) -> Fel:
        rad = _rad(regelverk, fil, tabell.namn, nyckel)
        return Fel(fil, rad, 1, f"{tabell.namn} › {nyckel}", mening)

    if tabell.avgors_av not in falt or falt[tabell.avgors_av].slag != "dag":
        dagar = [namn for namn, f in falt.items() if f.slag == "dag"]
        mening = f"'{tabell.avgors_av}' är ingen dag i {process.namn}{narmast(tabell.avgors_av, dagar)}"
        yield fel("avgors_av", mening)
    for namn, fraga in tabell.alla_fragor().items():
        if namn not in falt:
            yield fel(namn, f"{process.namn} har inget fält '{namn}' som kan svara{narmast(namn, falt)}")
        elif (skillnad := _skillnad(falt[namn], fraga, regelverk)) is not None:
            yield fel(namn, skillnad)


def _skillnad(f: Falt, fraga: Any, regelverk: Regelverk) -> str | None:
    """How the answers of a question and of the field that answers it differ, if they do."""
    koder = {"ja", "nej"} if f.slag == "janej" else set(f.val or regelverk.kommun.listor.get(f.lista or "", {}))
    if f.slag == "tal" and not fraga.svar:
        return None
    if f.slag not in ("janej", "val") or not fraga.svar:
        vad = "ett tal" if not fraga.svar else "en kod"
        return f"frågan besvaras med {vad}, men fältet '{f.namn}' är av slaget '{f.slag}'"
    if not koder:  # a list of the municipality's, and there is none: the nation's rules alone
        return None
    for kod in fraga.svar:
        if kod not in koder:
            return f"fältet '{f.namn}' har inget val '{kod}'{narmast(kod, koder)}"
    saknas = uppraknat((f"'{kod}'" for kod in sorted(koder - set(fraga.svar))), "eller")
    return f"fältet '{f.namn}' kan också svara {saknas}, som frågan saknar: lägg till det" if saknas else None


def _rad(regelverk: Regelverk, fil: str, *nycklar: str) -> int:
    """The line where the last of the keys stands, each sought below the one before; 0 when it isn't written there."""
    rader, rad = regelverk.filer.get(fil, "").splitlines(), 0
    for nyckel in nycklar:
        rad = next((i for i, text in enumerate(rader[rad:], rad + 1) if re.match(rf"\s*{re.escape(nyckel)}\s*:", text)), 0)
    return rad


# -- demands and delegation -------------------------------------------------------------------------------------------


def _reglernas_namn(regelverk: Regelverk) -> Iterator[Fel]:
    """Processes, events and fields named by demands and delegation."""
    for bruk in regelverk.namn_i_bruk():
        process = PROCESSER.get(bruk.process)
        if process is None:
            if bruk.slag == "process":
                yield bruk.fel(f"processen '{bruk.namn}' finns inte{narmast(bruk.namn, PROCESSER)}")
        elif bruk.slag == "steg" and bruk.namn not in process.handelser:
            yield bruk.fel(f"steget '{bruk.namn}' finns inte i {process.namn}{narmast(bruk.namn, process.handelser)}")
        elif bruk.slag == "steg" and all(steg.bara_systemet for steg in _stegen(process, bruk.namn)):
            yield bruk.fel(f"steget '{bruk.namn}' tas bara av systemet, som varken krav eller delegation gäller")
        elif bruk.slag == "falt" and bruk.namn not in (kan := _kan_kravas(process)):
            yield bruk.fel(f"fältet '{bruk.namn}' finns inte i {process.namn}{narmast(bruk.namn, kan)}")


def _stegen(process: Process, handelse: str) -> list[Steg]:
    return [steg for steg in process.alla_steg if steg.handelse == handelse]


def _kan_kravas(process: Process) -> list[str]:
    """The case's own fields, and the written reason of a step."""
    return [namn for namn, f in process.modell.beskrivna().items() if not f.handelse or namn == "skal"]


def _krav(regelverk: Regelverk) -> Iterator[Fel]:
    """Demands that could never be met where they stand."""
    for rad in regelverk.alla_krav:
        process = PROCESSER.get(rad.process)
        for handelse in rad.steg if process is not None else ():
            for mening in _omojligt(process, handelse, rad):
                yield Fel(rad.fil, rad.rad, 1, rad.namn, mening)


def _omojligt(process: Process, handelse: str, rad: Any) -> Iterator[str]:
    if handelse == REGISTRERA and rad.bilaga:
        yield "ett ärende kan inte ha en bilaga innan det är registrerat: kräv den av ett senare steg"
    if handelse == REGISTRERA and rad.annan_an:
        yield "ingen har gjort något i ärendet innan det är registrerat: ta bort annan_an"
    if handelse == REGISTRERA and rad.fyra_ogon:
        yield "det finns inget ärende att föreslå något i innan det är registrerat: kräv fyra_ogon av ett senare steg"
    gemensamt = any(steg.gemensam for steg in _stegen(process, handelse))
    if rad.fyra_ogon and gemensamt and handelse not in FYRA_OGON:
        kan = uppraknat(f"'{namn}'" for namn in FYRA_OGON)
        yield f"'{handelse}' tas genast och kan inte vänta på en andra person: av stegen i alla processer kan bara {kan} det"
    if rad.falt and gemensamt:
        yield f"'{handelse}' finns i alla processer och kan inte kräva fält: kräv dem av ett av processens egna steg"


def _delegation(regelverk: Regelverk) -> Iterator[Fel]:
    """The order narrows who the process lets take a step; it can't let in others."""
    for rad in regelverk.alla_delegation:
        process = PROCESSER.get(rad.process)
        for handelse in rad.steg if process is not None else ():
            stegen = _stegen(process, handelse)
            far = _far(stegen)
            for roll in rad.far if far else ():
                if roll not in far:
                    mening = f"{ROLLER[roll].lower()} får inte ta steget '{handelse}'; det får {uppraknade(far)}"
                    yield Fel(rad.fil, rad.rad, 1, rad.namn, mening)


def _far(stegen: Iterable[Steg]) -> list[str]:
    vem = {roll for steg in stegen for roll in steg.vem}
    return [roll for roll in ROLLER if roll != "systemet" and innefattade({roll}) & vem]


# -- letters ----------------------------------------------------------------------------------------------------------


def _brevens_ord(regelverk: Regelverk) -> Iterator[Fel]:
    """Names from the rule files stand in letters. One that can't would stop every letter about it, at night."""
    egna = f"config/{regelverk.kommun.kod}"

    def prova(fil: str, plats: str, falt: str, ord_: str) -> Iterator[Fel]:
        try:
            Brevfalt(**({"kommun": "x", "lank": "/", "arendenummer": "SYN-2000-0001"} | {falt: ord_}))
        except Notisfel as nej:
            yield Fel(fil, 0, 0, plats, f"'{ord_[:40]}' kan inte stå i ett brev. {nej}")

    if regelverk.kommun.kod is not None:
        yield from prova(f"{egna}/kommun.yaml", "namn", "kommun", regelverk.kommun.namn)
    for enhet in regelverk.kommun.enheter.values():
        yield from prova(f"{egna}/organisation.yaml", enhet.kod, "enhet", enhet.namn)
    for process in PROCESSER:
        if process in regelverk.processer:
            for frist in regelverk.frister(process).values():
                yield from prova(f"regler/frister/{process}.yaml", frist.namn, "frist", frist.rubrik)
