"""A process: its states and steps, declared whole and checked when made, so that a slip is found before anybody meets it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any

from arbetsfloden.motor.falt import Uppgifter
from arbetsfloden.motor.roller import ROLLER, SYSTEMET
from arbetsfloden.motor.villkor import VILLKOR

# Words for `Steg.fran`.
ALLA = "*"
"""Every state, ended ones too."""
ALLA_OPPNA = "*öppna"
"""Every state that isn't an end."""


class Processfel(ValueError):
    """A process is wrongly declared. The sentence names process, step, the wrong word and the nearest right one."""


def narmast(ord_: str, ratta: Iterable[str]) -> str:
    """' – menade du 'avslutad'?', or nothing when no right word is near."""
    traff = get_close_matches(ord_, list(ratta), n=1, cutoff=0.6)
    return f" – menade du '{traff[0]}'?" if traff else ""


@dataclass(frozen=True, kw_only=True)
class Steg:
    """One thing that may happen with a case.

    handelse: the event's name. rubrik: the words on the button. fran: state(s), ALLA_OPPNA or ALLA. till: state, None = stays.
    vem: roles (those who include them may too). falt: asked in the form; kravs: those that must be filled; kraver: conditions.
    startar, stoppar: limits. notis: notices. dag: the date field that says when it happened (else today).
    skal: a written reason is demanded. automatisk: the system takes it as soon as the state is reached and the conditions hold.
    vid_frist: the sweep takes it when that limit has passed unmet. blir: a linked case of that process is opened.
    byter_enhet: the field ny_enhet (or enhet, when that is asked) becomes the case's unit. nollar: fields that are emptied.
    uppgift: a task for the case's owner, made only if the condition uppgift_nar holds; klarar: open tasks are closed.
    """

    handelse: str
    rubrik: str
    fran: str | tuple[str, ...]
    till: str | None
    vem: tuple[str, ...]
    falt: tuple[str, ...] = ()
    kravs: tuple[str, ...] = ()
    kraver: tuple[str, ...] = ()
    startar: tuple[str, ...] = ()
    stoppar: tuple[str, ...] = ()
    notis: tuple[str, ...] = ()
    dag: str | None = None
    skal: bool = False
    automatisk: bool = False
    vid_frist: str | None = None
    blir: str | None = None
    byter_enhet: bool = False
    nollar: tuple[str, ...] = ()
    uppgift: str | None = None
    uppgift_nar: str | None = None
    klarar: bool = False
    gemensam: bool = False
    """One of the steps that every process has (motor/gemensamma.py); its data is not the case's own."""
    modell: type[Uppgifter] | None = None
    """Model of the step's data, for a common step only."""

    @property
    def bara_systemet(self) -> bool:
        """No person takes this step: it is automatic, or the sweep's."""
        return self.vem == (SYSTEMET,)

    @property
    def i_formularet(self) -> tuple[str, ...]:
        """The fields that the form asks for, the reason included."""
        return (*self.falt, "skal") if self.skal and "skal" not in self.falt else self.falt


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """
    namn 'synpunkt'; rubrik, ental: what people call it; prefix of the case numbers; modell: the case's own fields.
    tillstand: code → label in lifecycle order; huvudvag: the normal way, for the picture; start; slut: ends;
    vilande: states that aren't an end but where nothing is waited for (left out of daily lists).
    oppnas_av: roles; oppnas_med: fields of the opening form; oppnas_kravs: those that must be filled; oppnas_kraver: conditions;
    startar: limits that run from the opening; notis: notices on opening; dag: the field that is the case's day zero.
    dagordning: pairs of date fields, the first never later than the second. orsaksfalt: where the cause of a broken limit is written.
    synlig_for: roles that may see the cases of their units; kontakt: has contact details, kept apart from the case.
    Raises Processfel for anything that doesn't fit together.
    """

    namn: str
    rubrik: str
    ental: str
    prefix: str
    modell: type[Uppgifter]
    tillstand: Mapping[str, str]
    huvudvag: tuple[str, ...]
    start: str
    slut: tuple[str, ...]
    vilande: tuple[str, ...] = ()
    oppnas_av: tuple[str, ...]
    oppnas_med: tuple[str, ...]
    oppnas_kravs: tuple[str, ...]
    oppnas_kraver: tuple[str, ...] = ()
    startar: tuple[str, ...] = ()
    notis: tuple[str, ...] = ()
    dag: str
    dagordning: tuple[tuple[str, str], ...] = ()
    orsaksfalt: str = "forseningsorsak"
    synlig_for: tuple[str, ...]
    kontakt: bool = False
    steg: tuple[Steg, ...]
    _karta: Mapping[str, tuple[Steg, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tillstand", MappingProxyType(dict(self.tillstand)))
        _Granskning(self).allt()
        karta: dict[str, list[Steg]] = {}
        for steg in self.alla_steg:
            karta.setdefault(steg.handelse, []).append(steg)
        object.__setattr__(self, "_karta", MappingProxyType({k: tuple(v) for k, v in karta.items()}))

    @property
    def alla_steg(self) -> tuple[Steg, ...]:
        """The process's own steps and the common ones."""
        from arbetsfloden.motor.gemensamma import GEMENSAMMA

        return self.steg + GEMENSAMMA

    @property
    def handelser(self) -> tuple[str, ...]:
        """Every event's name."""
        return tuple(self._karta)

    @property
    def oppna(self) -> tuple[str, ...]:
        """States that aren't an end."""
        return tuple(t for t in self.tillstand if t not in self.slut)

    def kallor(self, steg: Steg) -> tuple[str, ...]:
        """The states that a step may be taken from."""
        if steg.fran == ALLA:
            return tuple(self.tillstand)
        if steg.fran == ALLA_OPPNA:
            return self.oppna
        return (steg.fran,) if isinstance(steg.fran, str) else steg.fran

    def hitta(self, handelse: str, tillstand: str | None = None) -> Steg:
        """The step of an event (from a state, when the event means different things). KeyError with a Swedish sentence."""
        steg = self._karta.get(handelse)
        if steg is None:
            raise KeyError(f"{self.namn}: händelsen '{handelse}' finns inte{narmast(handelse, self.handelser)}")
        if tillstand is None:
            return steg[0]
        for ett in steg:
            if tillstand in self.kallor(ett):
                return ett
        raise KeyError(f"{self.namn}: händelsen '{handelse}' kan inte ske i tillståndet '{tillstand}'")

    @cached_property
    def version(self) -> str:
        """Sixteen hex digits that change when anything declared changes; a case keeps the version it was handled under."""
        innehall = {
            **{f.name: _enkelt(getattr(self, f.name)) for f in fields(self) if f.name not in ("steg", "_karta", "modell")},
            "falt": {namn: f.schema() for namn, f in self.modell.beskrivna().items()},
            "steg": [{f.name: _enkelt(getattr(s, f.name)) for f in fields(s) if f.name != "modell"} for s in self.alla_steg],
        }
        return hashlib.sha256(json.dumps(innehall, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]

    def som_tabell(self) -> list[dict[str, str]]:
        """The steps as rows of text, for a page or the command line."""
        from arbetsfloden.motor.diagram import som_tabell

        return som_tabell(self)

    def som_mermaid(self) -> str:
        """The process as the text of a Mermaid state diagram."""
        from arbetsfloden.motor.diagram import som_mermaid

        return som_mermaid(self)


def _enkelt(varde: Any) -> Any:
    if isinstance(varde, Mapping):
        return [[k, _enkelt(v)] for k, v in varde.items()]  # the order of the states is part of what is declared
    return [_enkelt(v) for v in varde] if isinstance(varde, tuple) else varde


class _Granskning:
    """Walks a process and raises Processfel at the first thing that doesn't fit together."""

    def __init__(self, process: Process) -> None:
        self.p = process

    def allt(self) -> None:
        self._huvudet()
        self._stegen()
        self._vagarna()

    def _fel(self, mening: str) -> Processfel:
        return Processfel(f"{self.p.namn}: {mening}")

    def _finns(self, plats: str, vad: str, ord_: Iterable[str], ratta: Iterable[str]) -> None:
        ratta = list(ratta)
        for ett in ord_:
            if ett not in ratta:
                raise self._fel(f"{plats} nämner {vad} '{ett}' som inte finns{narmast(ett, ratta)}")

    def _huvudet(self) -> None:
        p, tillstand, falt = self.p, self.p.tillstand, self.p.modell.beskrivna()
        self._finns("start", "tillståndet", (p.start,), tillstand)
        self._finns("slut", "tillståndet", p.slut, tillstand)
        self._finns("huvudvag", "tillståndet", p.huvudvag, tillstand)
        self._finns("vilande", "tillståndet", p.vilande, tillstand)
        self._finns("oppnas_av", "rollen", p.oppnas_av, ROLLER)
        self._finns("synlig_for", "rollen", p.synlig_for, ROLLER)
        self._finns("oppnas_med", "fältet", p.oppnas_med, falt)
        self._finns("oppnas_kravs", "fältet", p.oppnas_kravs, falt)
        self._finns("dag", "fältet", (p.dag,), falt)
        self._finns("orsaksfalt", "fältet", (p.orsaksfalt,), falt)
        self._finns("dagordning", "fältet", (namn for par in p.dagordning for namn in par), falt)
        self._villkoren("oppnas_kraver", p.oppnas_kraver)
        if not p.slut:
            raise self._fel("inget tillstånd är ett slut; skriv vilka i slut")
        for namn in p.oppnas_kravs:
            if namn not in p.oppnas_med:
                raise self._fel(f"oppnas_kravs kräver fältet '{namn}' som inte frågas efter i oppnas_med")
        for namn in (p.dag, *(namn for par in p.dagordning for namn in par)):
            if falt[namn].slag != "dag":
                raise self._fel(f"fältet '{namn}' används som dag men är av slaget '{falt[namn].slag}'")
        for kod, rubrik in tillstand.items():
            if not rubrik.strip():
                raise self._fel(f"tillståndet '{kod}' saknar rubrik")

    def _stegen(self) -> None:
        p = self.p
        sedda: dict[tuple[str, str], Steg] = {}
        for steg in p.alla_steg:
            plats = f"steget '{steg.handelse}'"
            falt = (steg.modell or p.modell).beskrivna()
            self._finns(plats, "tillståndet", p.kallor(steg), p.tillstand)
            if steg.till is not None:
                self._finns(plats, "tillståndet", (steg.till,), p.tillstand)
            if not steg.vem:
                raise self._fel(f"{plats} kan inte tas av någon; skriv roller i vem")
            self._finns(plats, "rollen", steg.vem, ROLLER)
            self._finns(plats, "fältet", (*steg.falt, *steg.nollar), falt)
            self._villkoren(plats, (*steg.kraver, *((steg.uppgift_nar,) if steg.uppgift_nar else ())))
            for namn in steg.kravs:
                if namn not in steg.falt:
                    raise self._fel(f"{plats} kräver fältet '{namn}' som inte frågas efter i falt{narmast(namn, steg.falt)}")
            if steg.dag is not None and (steg.dag not in steg.falt or falt[steg.dag].slag != "dag"):
                raise self._fel(f"{plats} har dagen '{steg.dag}', som ska vara ett av stegets fält och av slaget 'dag'")
            if steg.byter_enhet and not {"ny_enhet", "enhet"} & set(steg.falt):
                raise self._fel(f"{plats} byter enhet men frågar varken efter 'ny_enhet' eller 'enhet'")
            if (steg.automatisk or steg.vid_frist) and SYSTEMET not in steg.vem:
                raise self._fel(f"{plats} tas av systemet men vem nämner inte rollen 'systemet'")
            if steg.automatisk and steg.till in (None, *p.kallor(steg)):
                raise self._fel(f"{plats} är automatiskt men lämnar inte sitt tillstånd och skulle tas utan slut")
            for kalla in p.kallor(steg):
                if (kalla, steg.handelse) in sedda:
                    raise self._fel(f"{plats} står två gånger från tillståndet '{kalla}'")
                sedda[kalla, steg.handelse] = steg
                if kalla in p.slut and steg.till not in (None, kalla):
                    raise self._fel(f"{plats} leder ut ur '{kalla}', som är ett slut")

    def _villkoren(self, plats: str, namn: Iterable[str]) -> None:
        falt = self.p.modell.beskrivna()
        for ett in namn:
            self._finns(plats, "villkoret", (ett,), VILLKOR)
            for fordrat in VILLKOR[ett].falt:
                if fordrat not in falt:
                    raise self._fel(f"{plats} har villkoret '{ett}' som ser på fältet '{fordrat}', och det finns inte i {self.p.modell.__name__}")

    def _vagarna(self) -> None:
        p = self.p
        ut: dict[str, set[str]] = {t: set() for t in p.tillstand}
        for steg in p.alla_steg:
            if steg.till is not None:
                for kalla in p.kallor(steg):
                    ut[kalla].add(steg.till)
        for tillstand in p.oppna:
            if not ut[tillstand] - {tillstand}:
                raise self._fel(f"tillståndet '{tillstand}' är en återvändsgränd: inget steg leder därifrån och det står inte i slut")
        nadda = _nadda(p.start, ut)
        for tillstand in p.tillstand:
            if tillstand not in nadda:
                raise self._fel(f"tillståndet '{tillstand}' kan aldrig nås från '{p.start}'")
        for tillstand in p.oppna:
            if not _nadda(tillstand, ut) & set(p.slut):
                raise self._fel(f"från tillståndet '{tillstand}' kan inget slut nås")


def _nadda(fran: str, ut: Mapping[str, set[str]]) -> set[str]:
    nadda, kvar = {fran}, [fran]
    while kvar:
        for nasta in ut[kvar.pop()] - nadda:
            nadda.add(nasta)
            kvar.append(nasta)
    return nadda


def kontrollera_namn(process: Process, frister: Iterable[str], notiser: Iterable[str], processer: Iterable[str] = ()) -> None:
    """Limits, notices and processes are met by name only; called when the program starts.

    Raises Processfel for a name that no rule entry, notice or (when given) process has.
    """
    frister, notiser, processer = list(frister), list(notiser), list(processer)

    def finns(plats: str, vad: str, ord_: Iterable[str], ratta: list[str]) -> None:
        for ett in ord_:
            if ett not in ratta:
                raise Processfel(f"{process.namn}: {plats} nämner {vad} '{ett}' som inte finns{narmast(ett, ratta)}")

    finns("öppnandet", "fristen", process.startar, frister)
    finns("öppnandet", "notisen", process.notis, notiser)
    for steg in process.alla_steg:
        plats = f"steget '{steg.handelse}'"
        finns(plats, "fristen", (*steg.startar, *steg.stoppar, *((steg.vid_frist,) if steg.vid_frist else ())), frister)
        finns(plats, "notisen", steg.notis, notiser)
        if processer and steg.blir:
            finns(plats, "processen", (steg.blir,), processer)
