"""The questions the rest of the house asks the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from regler.motor.dag import Frist, Regelrad, gallande, ingen_rad
from regler.motor.fel import Regelfraga, narmast
from regler.motor.forlangning import efter_paus, framat, prova_forlangning, prova_paus
from regler.motor.kalender import Kalender
from regler.motor.kommun import Kommun
from regler.motor.modeller import RapportradModell
from regler.motor.ovriga import Ovriga
from regler.motor.rakning import Rakningsrad, rakna, sista_dag, svensk_tidpunkt
from regler.motor.trappa import Trappsteg, trappdagar
from regler.motor.val import INGA_FALT, finns, kontrollera_falt, valda

_IHAGKOMNA: Final = 20_000  # answers, some hundred bytes each


@dataclass(frozen=True, slots=True)
class Fristsvar:
    """When a limit ends and why.

    `fran` is the day (hours: the time, in Swedish zone) it is counted from, `start_dag` that day, `forfaller` the last
    day (hours: the time; None when the rule sets no day). `mal` is the municipality's own goal beside the law, if any.
    """

    process: str
    frist: str
    kommun: str | None
    fran: date | datetime
    start_dag: date
    forfaller: date | datetime | None
    regel: Regelrad
    mal: Fristsvar | None
    _kalender: Kalender = field(repr=False, compare=False)

    @property
    def sista_dag(self) -> date | None:
        """The last day also for hour limits; None when there is none."""
        return self.forfaller.date() if isinstance(self.forfaller, datetime) else self.forfaller

    @property
    def rakning(self) -> tuple[Rakningsrad, ...]:
        """The reckoning day by day. Worked out each time it is asked for."""
        return tuple(rakna(self.regel, self.start_dag, self.fran, self.forfaller, self._kalender))

    def som_dict(self) -> dict[str, Any]:
        """As the command line and the API show it: plain texts, ready for JSON."""
        return {
            "process": self.process,
            "frist": self.frist,
            "kommun": self.kommun,
            "fran": self.fran.isoformat(),
            "forfaller": self.forfaller.isoformat() if self.forfaller else None,
            "regel": self.regel.som_dict(),
            "rakning": [rad.som_dict() for rad in self.rakning],
        }


class Regelverk(Ovriga):
    """All rules that hold for one municipality (or for the nation alone). Never changes after it has been read.

    `hash` is the sha256 of the files it was read from, `filer` their texts by path: enough to read it again.
    """

    def __init__(
        self, *, kommun: Kommun, kalender: Kalender, hash_: str, filer: Mapping[str, str],
        frister: Mapping[str, Mapping[str, Frist]], trappor: Mapping[tuple[str, str], tuple[Trappsteg, ...]],
        fonster: tuple[RapportradModell, ...], **ovriga: Any,
    ) -> None:  # fmt: skip
        super().__init__(**ovriga)
        self.kommun = kommun
        self.kalender = kalender
        self.hash = hash_
        self.filer = MappingProxyType(dict(filer))
        self._frister = MappingProxyType({process: MappingProxyType(dict(alla)) for process, alla in frister.items()})
        self._trappor = MappingProxyType(dict(trappor))
        self._fonster = fonster
        self._minns = lru_cache(maxsize=_IHAGKOMNA)(self._svara)

    def __repr__(self) -> str:
        return f"<Regelverk {self.kommun.namn} {self.hash[:12]}>"

    # -- time limits --------------------------------------------------------------------------------------------------

    @property
    def processer(self) -> tuple[str, ...]:
        """The processes that have limits, in alphabetical order."""
        return tuple(self._frister)

    def frister(self, process: str) -> Mapping[str, Frist]:
        """The limits of a process by name. Raises Regelfraga for an unknown process."""
        try:
            return self._frister[process]
        except KeyError:
            mening = f"Processen '{process}' har inga frister{narmast(process, self._frister) or finns(self._frister)}"
            raise Regelfraga("okand_process", mening, {"process": mening}) from None

    def regel(self, process: str, frist: str) -> Frist:
        """One limit with its rows. Raises Regelfraga that names the nearest right word."""
        alla = self.frister(process)
        try:
            return alla[frist]
        except KeyError:
            mening = f"Fristen '{frist}' finns inte för {process}{narmast(frist, alla) or finns(alla)}"
            raise Regelfraga("okand_frist", mening, {"frist": mening}) from None

    def frist(
        self, process: str, frist: str, fran: date | datetime, *,
        falt: Mapping[str, str] = INGA_FALT, rad_dag: date | None = None,
    ) -> Fristsvar:  # fmt: skip
        """When the limit that starts at `fran` ends.

        `fran`: a day, or for hour limits a time (without zone: Swedish local time; a day limit given a time starts on
        its Swedish day). `falt`: the case's fields, of which those that pick a row are used. `rad_dag`: the day that
        picks the dated row, when it isn't the start day. Raises Regelfraga.
        """
        val = valda(self.regel(process, frist).falt, falt) if falt else ()
        if type(fran) is date:
            return self._minns(process, frist, fran, val, rad_dag)
        return self._svara(process, frist, fran, val, rad_dag)  # not remembered: an hour that comes twice is one key

    def _svara(
        self, process: str, frist: str, fran: date | datetime, val: tuple[tuple[str, str], ...], rad_dag: date | None
    ) -> Fristsvar:
        regel = self.regel(process, frist)
        tidpunkt: datetime | None = None
        start = fran
        if isinstance(fran, datetime):
            tidpunkt = svensk_tidpunkt(fran)
            start = tidpunkt.date()
        dag = rad_dag or start
        varden = dict(val)
        rad = gallande(regel.rader, dag, varden)
        if rad is None:
            raise ingen_rad(f"{process}/{frist}", dag, regel.rader)
        mal = None
        if regel.mal and (malrad := gallande(regel.mal, dag, varden)) is not None:
            mal = self._svar(regel, malrad, start, tidpunkt, None)
        return self._svar(regel, rad, start, tidpunkt, mal)

    def _svar(
        self, regel: Frist, rad: Regelrad, start: date, tidpunkt: datetime | None, mal: Fristsvar | None
    ) -> Fristsvar:
        timmar = rad.langd.enhet == "timmar"
        if timmar and tidpunkt is None:
            vad = f"Fristen {regel.process}/{regel.namn} räknas i timmar ({rad.tid})"
            mening = f"{vad}: ange klockslag, till exempel '{start}T10:00'"
            raise Regelfraga("klockslag_saknas", mening, {"fran": mening})
        fran = tidpunkt if timmar and tidpunkt is not None else start
        forfaller = sista_dag(rad, start, tidpunkt, self.kalender)
        return Fristsvar(
            regel.process, regel.namn, self.kommun.kod, fran, start, forfaller, rad, mal, self.kalender
        )  # fmt: skip

    def kontrollera_falt(self, process: str, frist: str, falt: Mapping[str, str]) -> dict[str, str]:
        """Field -> Swedish sentence, for each field that this limit doesn't ask for or whose value it doesn't know."""
        return kontrollera_falt(self.regel(process, frist).falt, falt, f"{process}/{frist}")

    # -- more time ----------------------------------------------------------------------------------------------------

    def forlang(
        self, svar: Fristsvar, till: date, roll: str, redan: int, *, nu_galler: date | None = None
    ) -> date:  # fmt: skip
        """The new last day when `roll` extends to `till`; `redan` = times extended before, `nu_galler` = the last day
        that holds now if it has been moved. Raises Regelnej with every reason."""
        regel = self.regel(svar.process, svar.frist)
        return prova_forlangning(regel, svar.regel, self.kalender, svar.forfaller, nu_galler, till, roll, redan)

    def far_pausa(self, svar: Fristsvar, roll: str, redan: int) -> None:
        """Raises Regelnej with every reason when `roll` may not stop the clock; `redan` = times paused before."""
        prova_paus(self.regel(svar.process, svar.frist), self.kalender, svar.forfaller, roll, redan)

    def paus(
        self, svar: Fristsvar, fran: date, till: date, roll: str, redan: int, *, nu_galler: date | None = None
    ) -> date:  # fmt: skip
        """The new last day after a pause from and including `fran` until the clock runs again on `till`.

        Raises Regelnej with every reason."""
        prova_paus(self.regel(svar.process, svar.frist), self.kalender, svar.forfaller, roll, redan, fran, till)
        assert isinstance(svar.forfaller, date)
        return efter_paus(svar.regel, nu_galler or svar.forfaller, fran, till, self.kalender)

    def pausens_slut(self, process: str, frist: str, fran: date) -> date | None:
        """The last day on which a pause that began on `fran` may end; None when the rule sets no most."""
        paus = self.regel(process, frist).paus
        return framat(fran, paus.hogst, self.kalender) if paus is not None and paus.hogst is not None else None

    def efter_paus(self, svar: Fristsvar, fran: date, till: date, *, nu_galler: date) -> date:
        """The new last day, with the days from `fran` up to `till` given back. Asks nobody whether it was allowed."""
        return efter_paus(svar.regel, nu_galler, fran, till, self.kalender)

    # -- reminders and reports ----------------------------------------------------------------------------------------

    def trappa(self, process: str, frist: str) -> tuple[Trappsteg, ...]:
        """The ladder of a limit, in order; empty when it has none. Raises Regelfraga for unknown names."""
        self.regel(process, frist)
        return self._trappor.get((process, frist), ())

    def trappdagar(
        self, process: str, frist: str, start: date, forfaller: date | None
    ) -> tuple[tuple[Trappsteg, date], ...]:  # fmt: skip
        """The rungs that apply and the day of each; see `trappa.trappdagar`."""
        return trappdagar(self.trappa(process, frist), self.kalender, start, forfaller)

    def rapportfonster(self, ar: int, kvartal: int) -> tuple[date, date]:
        """First and last day on which the report for quarter `kvartal` (1–4) of year `ar` may be handed in to IVO."""
        if kvartal not in (1, 2, 3, 4):
            raise Regelfraga(
                "fel_kvartal", f"Kvartal {kvartal} finns inte: välj 1, 2, 3 eller 4", {"kvartal": str(kvartal)}
            )
        slut = date(ar, kvartal * 3, 28)
        for rad in sorted(self._fonster, key=lambda rad: rad.fran, reverse=True):
            if rad.fran <= slut:
                fonster = (rad.k1, rad.k2, rad.k3, rad.k4)[kvartal - 1]
                rapportar = ar if fonster.fran[0] > kvartal * 3 else ar + 1
                return date(rapportar, *fonster.fran), date(rapportar, *fonster.till)
        raise Regelfraga("ingen_rad", f"Inga rapportperioder är kända för kvartal {kvartal} {ar}")
