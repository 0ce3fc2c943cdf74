"""What is worth knowing about a set that is right: rows that nobody has checked, limits that nobody starts, empty posts.

A remark refuses nothing. It is what a quality lead reads before she asks somebody to look something up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from regler.motor.dag import Frist
from regler.motor.fel import Fel, uppraknat
from regler.motor.fraga import Regelverk
from regler.motor.kalender import SISTA_AR
from regler.motor.ordtyper import ROLLER
from regler.motor.yamltrad import Trad, las_trad

# Kind of remark -> what people read above them.
SLAG: Final = {
    "ej_kontrollerad": "Inte kontrollerade mot källan",
    "gammal_kontroll": "Inte kontrollerade på ett år",
    "startas_aldrig": "Frister som inget steg startar",
    "process_saknas": "Frister vars process inte finns i programmet än",
    "tom_roll": "Roller som ingen har",
    "kalendern_tar_slut": "Kalendern tar slut",
}
_ETT_AR: Final = 365
_I_GOD_TID: Final = 5  # years before the computed calendar ends
_SISTA_KVARTALET: Final = 10  # its first month
_NAGRA: Final = 3  # names in a sentence


@dataclass(frozen=True, order=True)
class Anmarkning:
    """One remark. `plats` is the rule's name, `rad` its line in the file from one; 0 = the whole file."""

    slag: str
    fil: str
    rad: int
    plats: str
    mening: str

    def __str__(self) -> str:
        return f"{self.fil}, rad {self.rad}: {self.plats}: {self.mening}" if self.rad else f"{self.fil}: {self.mening}"

    def som_dict(self) -> dict[str, Any]:
        """The remark as the command line and the API show it."""
        return asdict(self)


class _Kontroll(NamedTuple):
    """What any row with a source says of when it was read. `till` = its last day, None when it has none."""

    fil: str
    rad: int
    plats: str
    kalla: str
    kontrollerad: date | None
    anmarkning: str | None
    till: date | None = None


def granska(
    regelverk: Regelverk, idag: date, *, startade: Mapping[str, frozenset[str]],
    hallna_roller: frozenset[str] | None = None,
) -> tuple[Anmarkning, ...]:  # fmt: skip
    """Every remark, kind by kind in the order of `SLAG`, then by file and line.

    startade: process -> the limits that some step of it starts, for every process that the program has.
    hallna_roller: the roles that somebody holds; None = not known, and nothing is said of empty posts.
    """
    alla = {
        *_kallor(regelverk, idag),
        *_startas_aldrig(regelverk, startade),
        *_process_saknas(regelverk, startade),
        *(_tomma_roller(regelverk, hallna_roller) if hallna_roller is not None else ()),
        *_kalendern(regelverk, idag),
    }
    ordning = list(SLAG)
    return tuple(sorted(alla, key=lambda ett: (ordning.index(ett.slag), ett)))


def egna_som_ingen_startar(regelverk: Regelverk, startade: Mapping[str, frozenset[str]]) -> list[Fel]:
    """The municipality's own limits that no step starts: faults, since the municipality wrote them to be kept."""
    return [
        Fel(rad.fil, rad.rad, 1, f"{frist.process}/{frist.namn}", f"inget steg i {frist.process} startar fristen")
        for frist in _ej_startade(regelverk, startade)
        if (rad := _forsta_raden(frist)).niva == "lokal"
    ]


# -- sources ----------------------------------------------------------------------------------------------------------


def _kallor(regelverk: Regelverk, idag: date) -> Iterator[Anmarkning]:
    for fil, rad, plats, kalla, kontrollerad, anmarkning, till in _kontroller(regelverk):
        if kontrollerad is None:
            yield Anmarkning("ej_kontrollerad", fil, rad, plats, anmarkning or kalla)
        elif (idag - kontrollerad).days > _ETT_AR and (till is None or till >= idag):
            # What has stopped holding stays as it was read.
            mening = f"kontrollerades senast {kontrollerad}: läs källan igen ({kalla})"
            yield Anmarkning("gammal_kontroll", fil, rad, plats, mening)


def _kontroller(regelverk: Regelverk) -> Iterator[_Kontroll]:
    """Every row with a source, of every kind."""
    for frist in _frister(regelverk):
        yield from (_av_rad(rad) for rad in (*frist.rader, *frist.mal))
    for tabell in regelverk.tabeller.values():
        yield from (_av_rad(version) for version in tabell.versioner)
    for skyldighet in regelverk.skyldigheter.values():
        yield from (_av_rad(rad) for rad in skyldighet.rader)
    for gallring in (regel for regler in regelverk.alla_gallring.values() for regel in regler):
        yield from (_av_rad(rad) for rad in gallring.rader)
    yield from (_av_rad(rad) for rad in (*regelverk.alla_krav, *regelverk.alla_delegation))
    for dag in regelverk.arshjul(2001):  # any year: it is the same wheel
        yield _Kontroll(dag.fil, dag.rad, dag.namn, dag.kalla, dag.kontrollerad, dag.anmarkning)
    for trad in _filer(regelverk, "rapportering"):
        for i, rad in enumerate(trad.data["galler"]):
            nar = rad["kontrollerad"]
            yield _Kontroll(
                trad.fil, trad.vid(("galler", i))[0], trad.data["rubrik"], rad["kalla"],
                date.fromisoformat(nar) if nar else None, rad.get("anmarkning"),
            )  # fmt: skip


def _av_rad(rad: Any) -> _Kontroll:
    return _Kontroll(rad.fil, rad.rad, rad.id, rad.kalla, rad.kontrollerad, rad.anmarkning, rad.till)


# -- limits -----------------------------------------------------------------------------------------------------------


def _frister(regelverk: Regelverk) -> Iterator[Frist]:
    for process in regelverk.processer:
        yield from regelverk.frister(process).values()


def _ej_startade(regelverk: Regelverk, startade: Mapping[str, frozenset[str]]) -> Iterator[Frist]:
    for frist in _frister(regelverk):
        if frist.process in startade and frist.namn not in startade[frist.process]:
            yield frist


def _forsta_raden(frist: Frist) -> Any:
    """Where a limit begins: its oldest row, a national one when there is any."""
    return min((*frist.rader, *frist.mal), key=lambda rad: (rad.niva == "lokal", rad.rad))


def _startas_aldrig(regelverk: Regelverk, startade: Mapping[str, frozenset[str]]) -> Iterator[Anmarkning]:
    for frist in _ej_startade(regelverk, startade):
        if (rad := _forsta_raden(frist)).niva == "nationell":
            mening = f"”{frist.rubrik}” startas inte av något steg i {frist.process}"
            yield Anmarkning("startas_aldrig", rad.fil, rad.rad, f"{frist.process}/{frist.namn}", mening)


def _process_saknas(regelverk: Regelverk, startade: Mapping[str, frozenset[str]]) -> Iterator[Anmarkning]:
    for process in regelverk.processer:
        if process not in startade:
            frister = regelverk.frister(process)
            rad = _forsta_raden(next(iter(frister.values())))
            yield Anmarkning("process_saknas", rad.fil, rad.rad, process, f"väntar på sin process: {uppraknat(frister)}")


# -- posts ------------------------------------------------------------------------------------------------------------


def _tomma_roller(regelverk: Regelverk, hallna: frozenset[str]) -> Iterator[Anmarkning]:
    for (fil, roll), (rad, namn) in _roller(regelverk).items():
        if roll not in hallna:
            vilka = list(dict.fromkeys(namn))
            nagra = [*vilka[:_NAGRA], f"{len(vilka) - _NAGRA} till"] if len(vilka) > _NAGRA + 1 else vilka
            yield Anmarkning("tom_roll", fil, rad, roll, f"ingen är {ROLLER[roll]}, som får det som rör {uppraknat(nagra)}")


def _roller(regelverk: Regelverk) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """(file, role) -> the first line where it is named, and what it is to do there."""
    alla: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for fil, rad, namn, roll in (*_trappornas(regelverk), *_andras(regelverk)):
        alla.setdefault((fil, roll), (rad, []))[1].append(namn)
    return alla


def _trappornas(regelverk: Regelverk) -> Iterator[tuple[str, int, str, str]]:
    # The municipality's files come first: its ladder replaces the nation's whole.
    sedda: set[tuple[str, str]] = set()
    for trad in sorted(_filer(regelverk, "eskalering"), key=lambda trad: trad.fil.startswith("regler/")):
        process = trad.fil.rsplit("/", 1)[1].removesuffix(".yaml")
        for namn, trappa in trad.data.items():
            if (process, namn) not in sedda:
                sedda.add((process, namn))
                for i, steg in enumerate(trappa["steg"]):
                    yield trad.fil, trad.vid((namn, "steg", i, "roll"))[0], f"{process}/{namn}", steg["roll"]


def _andras(regelverk: Regelverk) -> Iterator[tuple[str, int, str, str]]:
    yield from ((rad.fil, rad.rad, rad.namn, roll) for rad in regelverk.alla_delegation for roll in rad.far)
    yield from ((dag.fil, dag.rad, dag.namn, dag.roll) for dag in regelverk.arshjul(2001))
    yield from ((rutin.fil, rutin.rad, rutin.namn, rutin.ansvarig) for rutin in regelverk.rutiner.values())


# -- the calendar -----------------------------------------------------------------------------------------------------


def _kalendern(regelverk: Regelverk, idag: date) -> Iterator[Anmarkning]:
    ar = regelverk.ifylld_till
    if ar is not None and (idag.year > ar or (idag.year == ar and idag.month >= _SISTA_KVARTALET)):
        for trad in _filer(regelverk, "kalender"):
            if trad.data.get("ifylld_till") == str(ar):
                mening = f"lediga dagar är ifyllda till och med {ar}: fyll i {max(ar + 1, idag.year)}"
                yield Anmarkning("kalendern_tar_slut", trad.fil, trad.vid(("ifylld_till",))[0], "ifylld_till", mening)
    if idag.year >= SISTA_AR - _I_GOD_TID:
        mening = f"helgdagarna räknas fram till och med {SISTA_AR - 1}: programmet behöver en nyare kalender"
        yield Anmarkning("kalendern_tar_slut", "regler/kalender", 0, "", mening)


def _filer(regelverk: Regelverk, mapp: str) -> Iterable[Trad]:
    return (las_trad(fil, text) for fil, text in regelverk.filer.items() if f"regler/{mapp}/" in fil)
