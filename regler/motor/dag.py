"""Dated rows, and which of a limit's rows holds on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from regler.motor.fel import Regelfraga
from regler.motor.modeller import ForlangningModell
from regler.motor.tid import Raknesatt, Tid

Niva = Literal["nationell", "lokal"]
V = TypeVar("V", bound="Valrad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daterad:
    """What every dated row says, and where it stands. `id` never changes for a row.

    It holds from and including `fran` to and including `till`: the day that was written or, when the next row of its
    kind takes over, the day before that. None = until further notice.
    """

    id: str
    fran: date
    till: date | None
    lagrum: str | None
    kalla: str
    kontrollerad: date | None
    anmarkning: str | None
    niva: Niva
    fil: str
    rad: int

    def galler(self, dag: date) -> bool:
        """True when the row holds on `dag`."""
        return self.fran <= dag and (self.till is None or dag <= self.till)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valrad(Daterad):
    """A row that may be for some cases only. `nar` = the field values it is for, empty = all."""

    nar: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regelrad(Valrad):
    """One row of a limit as it was written.

    `rullas` is False also where it has no meaning (hours, working days, no day). `raknas_enligt` is the statute it is
    counted by, None where no statute says how.
    """

    tid: str
    rullas: bool
    raknas_enligt: Raknesatt | None
    mal: bool
    langd: Tid = field(repr=False)

    def som_dict(self) -> dict[str, str | None]:
        """The row as the command line and the API show it."""
        return {
            "fran": self.fran.isoformat(), "tid": self.tid, "lagrum": self.lagrum, "kalla": self.kalla,
            "kontrollerad": self.kontrollerad.isoformat() if self.kontrollerad else None, "niva": self.niva,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frist:
    """One limit with the municipality laid over the nation. Rows stand in the order they are asked in.

    `raknas_fran` names day zero, `avgors_av` the day that picks the row; `falt` are the case fields that may pick it.
    """

    process: str
    namn: str
    rubrik: str
    raknas_fran: str
    avgors_av: str
    rader: tuple[Regelrad, ...]
    mal: tuple[Regelrad, ...]
    forlangning: ForlangningModell | None
    paus: ForlangningModell | None
    falt: Mapping[str, Mapping[str, str]]  # field -> what may be written (code or text, lower case) -> code


def i_ordning(rader: Iterable[V]) -> tuple[V, ...]:
    """Local before national, the row for one kind before the row for all, the latest first."""
    return tuple(sorted(rader, key=lambda rad: (rad.niva == "nationell", -len(rad.nar), -rad.fran.toordinal())))


def passar(rad: Valrad, falt: Mapping[str, str]) -> bool:
    """True when every field the row is for has its value; a field that isn't known never fits."""
    return not rad.nar or all(falt.get(namn) == varde for namn, varde in rad.nar)


def gallande(rader: tuple[Regelrad, ...], dag: date, falt: Mapping[str, str]) -> Regelrad | None:
    """The first row that holds on `dag` and fits the fields; None when there is none.

    A local row 'som nationellt' ends the municipality's own rule from its day.
    """
    bara_nationella = False
    for rad in rader:
        if not rad.galler(dag) or not passar(rad, falt) or (bara_nationella and rad.niva == "lokal"):
            continue
        if rad.langd.enhet == "nationell":
            bara_nationella = True
            continue
        return rad
    return None


def ingen_rad(vad: str, dag: date, rader: Sequence[Daterad]) -> Regelfraga:
    """The refusal when no row of `vad` holds on `dag`."""
    mening = f"Ingen regel för {vad} gäller den {dag}"
    if any(rad.galler(dag) for rad in rader):
        mening += ": ingen av raderna är för ett sådant ärende"
    elif rader and dag < (forst := min(rad.fran for rad in rader)):
        mening += f": den första gäller från {forst}"
    else:
        mening += ": den sista har slutat gälla"
    return Regelfraga("ingen_rad", mening, {"fran": mening})
