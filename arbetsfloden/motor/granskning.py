"""Checks a declared process, so that a slip is found when the program starts and not with a case in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from arbetsfloden.motor.ord import narmast
from arbetsfloden.motor.roller import ROLLER, SYSTEMET
from arbetsfloden.motor.villkor import VILLKOR

if TYPE_CHECKING:
    from arbetsfloden.motor.process import Process, Steg


class Processfel(ValueError):
    """A process is wrongly declared. The sentence names process, step, the wrong word and the nearest right one."""


def granska(process: Process) -> None:
    """Raise Processfel at the first thing in a process that doesn't fit together."""
    granskning = _Granskning(process)
    granskning.huvudet()
    granskning.stegen()
    granskning.vagarna()


class _Granskning:
    def __init__(self, process: Process) -> None:
        self.p = process

    def _fel(self, mening: str) -> Processfel:
        return Processfel(f"{self.p.namn}: {mening}")

    def _finns(self, plats: str, vad: str, ord_: Iterable[str], ratta: Iterable[str]) -> None:
        ratta = list(ratta)
        for ett in ord_:
            if ett not in ratta:
                raise self._fel(f"{plats} nämner {vad} '{ett}' som inte finns{narmast(ett, ratta)}")

    def huvudet(self) -> None:
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

    def stegen(self) -> None:
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
                    raise self._fel(f"{plats} kräver fältet '{namn}' som inte frågas efter i falt")
            if steg.dag is not None:
                self._finns(plats, "dagen", (steg.dag,), falt)
                if falt[steg.dag].slag != "dag":
                    raise self._fel(f"{plats} har dagen '{steg.dag}' som är av slaget '{falt[steg.dag].slag}'")
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
                    raise self._fel(
                        f"{plats} har villkoret '{ett}' som ser på fältet '{fordrat}', "
                        f"och det finns inte i {self.p.modell.__name__}"
                    )

    def vagarna(self) -> None:
        p = self.p
        ut: dict[str, set[str]] = {t: set() for t in p.tillstand}
        for steg in p.alla_steg:
            if steg.till is not None:
                for kalla in p.kallor(steg):
                    ut[kalla].add(steg.till)
        for tillstand in p.oppna:
            if not ut[tillstand] - {tillstand}:
                raise self._fel(
                    f"tillståndet '{tillstand}' är en återvändsgränd: "
                    "inget steg leder därifrån och det står inte i slut"
                )
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


def namnfel(
    process: Process,
    frister: Iterable[str],
    notiser: Iterable[str],
    processer: Iterable[str] = (),
    tabeller: Mapping[str, Iterable[str]] | None = None,
) -> Iterator[str]:
    """A sentence for each name that no rule entry, notice or (when given) process or decision table has.

    tabeller: name → its outcomes; None = they aren't looked at.
    """
    frister, notiser, processer = list(frister), list(notiser), list(processer)

    def finns(plats: str, vad: str, ord_: Iterable[str], ratta: Iterable[str]) -> Iterator[str]:
        for ett in ord_:
            if ett not in ratta:
                yield f"{process.namn}: {plats} nämner {vad} '{ett}' som inte finns{narmast(ett, ratta)}"

    def villkor(plats: str, namn: Iterable[str]) -> Iterator[str]:
        for tabell, utfall in (par for ett in namn if (par := VILLKOR[ett].tabell) is not None):
            if tabeller is None:
                continue
            yield from finns(plats, "tabellen", (tabell,), tabeller)
            if tabell in tabeller and utfall not in (ratta := list(tabeller[tabell])):
                vad = f"nämner utfallet '{utfall}' i {tabell} som inte finns"
                yield f"{process.namn}: {plats} {vad}{narmast(utfall, ratta)}"

    yield from finns("öppnandet", "fristen", process.startar, frister)
    yield from finns("öppnandet", "notisen", process.notis, notiser)
    yield from villkor("öppnandet", process.oppnas_kraver)
    for steg in process.alla_steg:
        plats = f"steget '{steg.handelse}'"
        namnda = (*steg.startar, *steg.stoppar, *((steg.vid_frist,) if steg.vid_frist else ()))
        yield from finns(plats, "fristen", namnda, frister)
        yield from finns(plats, "notisen", steg.notis, notiser)
        yield from villkor(plats, (*steg.kraver, *((steg.uppgift_nar,) if steg.uppgift_nar else ())))
        if processer and steg.blir:
            yield from finns(plats, "processen", (steg.blir,), processer)


def kontrollera_namn(
    process: Process,
    frister: Iterable[str],
    notiser: Iterable[str],
    processer: Iterable[str] = (),
    tabeller: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Raise Processfel at the first name that doesn't meet one; see `namnfel`. Limits, notices, processes and decision
    tables are met by name only."""
    for mening in namnfel(process, frister, notiser, processer, tabeller):
        raise Processfel(mening)
