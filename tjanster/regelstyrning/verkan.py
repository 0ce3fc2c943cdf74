"""What a rule set would do to each open case: limits that move, appear or go, and those that become late by it.

Reads and reckons, writes nothing. The activation writes just what this says.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, literal_column, select

from regler import Fristsvar, Regelfraga, Regelverk
from regler.motor.omrakning import Fraga, Tabeller
from tjanster.arenden.fristakter import gang, las_akter
from tjanster.arenden.frister import tidigast_borjat
from tjanster.arenden.lage import OPPNA
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.klocka import SVENSK_TID

Vad = Literal["flyttas", "tillkommer", "faller_bort"]
Slut = date | datetime | None


@dataclass(frozen=True, slots=True)
class Flytt:
    """One limit of one case that the set gives another last day. `tillkommer`: it gets a day, or a goal that it had not;
    `faller_bort`: it has none any more. `dagar`: calendar days later, negative when sooner. `frist_id` None = a new goal.
    """

    arende_id: int
    frist_id: int | None
    nummer: str
    process: str
    enhet: str
    frist: str
    slag: str
    vad: Vad
    fore: Slut
    efter: Slut
    dagar: int | None
    blir_sen: bool
    paus: bool = False
    svar: Fristsvar | None = field(default=None, repr=False, compare=False)

    def som_dict(self) -> dict[str, Any]:
        """As the command line, the API and the kept effect show it."""
        ut = {k: getattr(self, k) for k in ("nummer", "process", "enhet", "frist", "slag", "vad", "dagar", "blir_sen")}
        return ut | {k: v.isoformat() if (v := getattr(self, k)) else None for k in ("fore", "efter")}


class Omlagd(NamedTuple):
    """A limit whose reminders are laid anew."""

    frist_id: int
    process: str
    frist: str
    start: date
    forfaller: date | None


@dataclass
class Summa:
    """Counts for one process in one unit, or for all."""

    frister: int = 0
    tidigare: int = 0
    senare: int = 0
    tillkommer: int = 0
    faller_bort: int = 0
    blir_sena: int = 0

    def rakna(self, flytt: Flytt) -> None:
        if flytt.vad == "flyttas":
            if (flytt.dagar or 0) < 0:
                self.tidigare += 1
            else:
                self.senare += 1
        elif flytt.vad == "tillkommer":
            self.tillkommer += 1
        else:
            self.faller_bort += 1
        self.blir_sena += flytt.blir_sen

    @property
    def flyttas(self) -> int:
        return self.tidigare + self.senare


@dataclass
class Verkan:
    """All of it. `per`: (process, unit) → counts; `trappor`: limits whose day stands but whose reminders are laid anew;
    `utan_regel`: (case number, sentence) of limits that the set has no answer for, which stops an activation."""

    oppna_arenden: int = 0
    flyttas: list[Flytt] = field(default_factory=list)
    trappor: list[Omlagd] = field(default_factory=list)
    utan_regel: list[tuple[str, str]] = field(default_factory=list)
    per: dict[tuple[str, str], Summa] = field(default_factory=lambda: defaultdict(Summa))
    totalt: Summa = field(default_factory=Summa)

    @property
    def arenden(self) -> int:
        """How many cases are touched."""
        return len({flytt.arende_id for flytt in self.flyttas})

    def sammanfattning(self) -> dict[str, Any]:
        """The counts, without the cases."""
        return {
            "oppna_arenden": self.oppna_arenden,
            "berorda_arenden": self.arenden,
            "paminnelser_laggs_om": len(self.trappor),
            "totalt": asdict(self.totalt),
            "per": [
                {"process": process, "enhet": enhet} | asdict(summa)
                for (process, enhet), summa in sorted(self.per.items())
                if summa.flyttas or summa.tillkommer or summa.faller_bort
            ],
        }

    def som_dict(self) -> dict[str, Any]:
        return self.sammanfattning() | {
            "flyttas": [flytt.som_dict() for flytt in self.flyttas],
            "utan_regel": [{"nummer": nummer, "skal": mening} for nummer, mening in self.utan_regel],
        }


class _Rad(NamedTuple):
    """An open limit as it is read: the columns of `_FRIST`, then the case fields that rules ask for."""

    id: Any
    arende_id: int
    nummer: str
    process: str
    enhet: str
    registrerad: datetime
    namn: str
    slag: str
    status: str
    start: date
    start_tid: datetime | None
    forfaller: date | None
    forfaller_tid: datetime | None
    akter: bool


_FRIST = (
    t.frist.c.id, t.frist.c.arende_id, t.arende.c.nummer, t.arende.c.process, t.arende.c.enhet, t.arende.c.registrerad,
    t.frist.c.namn, t.frist.c.slag, t.frist.c.status, t.frist.c.start, t.frist.c.start_tid, t.frist.c.forfaller,
    t.frist.c.forfaller_tid,
    select(t.fristakt.c.id).where(t.fristakt.c.frist_id == t.frist.c.id).exists().label("akter"),
)  # fmt: skip
_FASTA = len(_FRIST)


def rakna_verkan(conn: Connection, s: Sammanhang, ny: Regelverk, nu: datetime) -> Verkan:
    """What `ny` would do to every open case if it took over from the rules of `s` now."""
    return _Raknare(conn, s, ny, nu).rakna()


class _Raknare:
    """Goes through the open limits once. What is equal for many limits is worked out once for all of them."""

    def __init__(self, conn: Connection, s: Sammanhang, ny: Regelverk, nu: datetime) -> None:
        self._conn, self._nu, self._idag = conn, nu, nu.date()
        self._fore, self._ny, self._sammanhang = s.regelverk, ny, s.med_regler(ny, s.regelversion)
        self._tabeller = Tabeller(ny)
        self._avgor = _vad_som_avgor(s.regelverk, ny)
        self._falt = sorted({namn for ett in self._avgor.values() for namn in ett.falt_i_allt})
        self._fragor: dict[tuple[Any, ...], tuple[Fraga, date]] = {}
        self._trappor: dict[tuple[str, str, date, date | None], bool] = {}
        self.verkan = Verkan()

    def rakna(self) -> Verkan:
        rader = self._las()
        mal = {(rad[1], rad[6]) for rad in rader if rad[7] == "mal"}
        self.verkan.oppna_arenden = len({rad[1] for rad in rader})
        for alla in rader:
            rad = _Rad(*alla[:_FASTA])
            self.verkan.per[rad.process, rad.enhet].frister += 1
            try:
                svar = self._en(rad, alla[_FASTA:])
            except Regelfraga as nej:
                self.verkan.utan_regel.append((rad.nummer, " ".join(nej.skal)))
                continue
            if svar is not None and svar.mal is not None and (rad.arende_id, rad.namn) not in mal:
                nytt = rad._replace(id=None, slag="mal", forfaller=None, forfaller_tid=None)
                self._flytt(nytt, "tillkommer", svar.mal, svar.mal.forfaller)
        self.verkan.totalt.frister = len(rader)
        self.verkan.flyttas.sort(key=lambda flytt: (not flytt.blir_sen, flytt.nummer, flytt.frist, flytt.slag))
        self.verkan.utan_regel.sort()
        return self.verkan

    def _las(self) -> Sequence[Any]:
        falt = [literal_column(f"arende.uppgifter->>'{namn}'") for namn in self._falt]
        sats = (
            select(*_FRIST, *falt)
            .join_from(t.frist, t.arende, t.arende.c.id == t.frist.c.arende_id)
            .where(t.frist.c.status.in_(OPPNA))
        )
        return self._conn.execute(sats).all()

    def _en(self, rad: _Rad, varden: tuple[str | None, ...]) -> Fristsvar | None:
        """Compare one limit with the new answer; returns that when it is the law's."""
        slut, svar = self._svar(rad, varden)
        if svar is None:
            if rad.slag == "mal":
                self._flytt(rad, "faller_bort", None, None)
            else:
                self.verkan.utan_regel.append((rad.nummer, f"Ingen regel gäller längre för {rad.process}/{rad.namn}."))
            return None
        if rad.akter:
            slut, _ = gang(self._sammanhang, svar, las_akter(self._conn, rad.id), self._idag)
        har = rad.forfaller_tid.astimezone(UTC) if rad.forfaller_tid else rad.forfaller
        if slut != har:
            vad: Vad = "tillkommer" if har is None else "faller_bort" if slut is None else "flyttas"
            self._flytt(rad, vad, svar, slut if rad.akter else svar.forfaller)
        elif rad.status == "lopande" and self._annan_trappa(rad):
            self.verkan.trappor.append(Omlagd(rad.id, rad.process, rad.namn, rad.start, rad.forfaller))
        return svar if rad.slag == "lag" else None

    def _svar(self, rad: _Rad, varden: tuple[str | None, ...]) -> tuple[Any, Fristsvar | None]:
        nyckel = (rad.process, rad.namn, rad.slag, rad.start, varden)
        har = self._fragor.get(nyckel)
        if har is None:
            har = self._fragor[nyckel] = self._fraga(rad, dict(zip(self._falt, varden, strict=True)))
        fraga, start = har
        if rad.start_tid is not None and start == rad.start:
            start = rad.start_tid.astimezone(UTC)
        tabell = self._tabeller[fraga]
        try:
            return tabell[start], tabell.svar[start]
        except Regelfraga as nej:
            if nej.kod != "klockslag_saknas":
                raise
        start = tidigast_borjat(rad.registrerad.astimezone(SVENSK_TID), start).astimezone(UTC)
        return tabell[start], tabell.svar[start]

    def _fraga(self, rad: _Rad, falt: Mapping[str, str | None]) -> tuple[Fraga, date]:
        avgor = self._avgor.get((rad.process, rad.namn), _INGET)
        start = _dag(falt.get(avgor.ny_start)) or rad.start
        rad_dag = _dag(falt.get(avgor.rad_dag))
        valda = tuple((namn, varde) for namn in avgor.falt if (varde := falt[namn]) is not None)
        return Fraga(rad.process, rad.namn, rad.slag == "mal", valda, None if rad_dag == start else rad_dag), start

    def _annan_trappa(self, rad: _Rad) -> bool:
        nyckel = (rad.process, rad.namn, rad.start, rad.forfaller)
        if nyckel not in self._trappor:
            self._trappor[nyckel] = _steg(self._fore, *nyckel) != _steg(self._ny, *nyckel)
        return self._trappor[nyckel]

    def _flytt(self, rad: _Rad, vad: Vad, svar: Fristsvar | None, efter: Slut) -> None:
        fore: Slut = rad.forfaller_tid or rad.forfaller
        sen = rad.status == "lopande" and self._passerad(efter) and not self._passerad(fore)
        flytt = Flytt(
            rad.arende_id, rad.id, rad.nummer, rad.process, rad.enhet, rad.namn, rad.slag, vad, fore, efter,
            (_som_dag(efter) - _som_dag(fore)).days if fore and efter else None, sen, rad.status == "pausad", svar,
        )  # fmt: skip
        self.verkan.flyttas.append(flytt)
        self.verkan.per[rad.process, rad.enhet].rakna(flytt)
        self.verkan.totalt.rakna(flytt)

    def _passerad(self, slut: Slut) -> bool:
        if slut is None:
            return False
        return slut < self._nu if isinstance(slut, datetime) else slut < self._idag


class _Avgor(NamedTuple):
    """Which case fields an answer about a limit depends on: those that pick the row, the one that gives the row's day,
    and, when the new set counts from another day than the old one, the one that gives that."""

    falt: tuple[str, ...]
    rad_dag: str
    ny_start: str

    @property
    def falt_i_allt(self) -> set[str]:
        return {namn for namn in (*self.falt, self.rad_dag, self.ny_start) if namn}


_INGET = _Avgor((), "", "")


def _vad_som_avgor(fore: Regelverk, efter: Regelverk) -> dict[tuple[str, str], _Avgor]:
    ut = {}
    for process in efter.processer:
        gamla = fore.frister(process) if process in fore.processer else {}
        for namn, regel in efter.frister(process).items():
            flyttad = namn in gamla and gamla[namn].raknas_fran != regel.raknas_fran
            ut[process, namn] = _Avgor(tuple(regel.falt), regel.avgors_av, regel.raknas_fran if flyttad else "")
    return ut


def _steg(regelverk: Regelverk, process: str, namn: str, start: date, forfaller: date | None) -> list[Any]:
    return [
        (steg.nar, steg.roll, steg.bradskande, steg.aven_ledig_dag, dag)
        for steg, dag in regelverk.trappdagar(process, namn, start, forfaller)
    ]


def _som_dag(slut: date | datetime) -> date:
    return slut.date() if isinstance(slut, datetime) else slut


def _dag(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
