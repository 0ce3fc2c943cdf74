"""The dated rows of a limit, and which of them holds on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from regler.motor.modeller import ForlangningModell
from regler.motor.tid import Tid

Niva = Literal["nationell", "lokal"]


@dataclass(frozen=True, slots=True)
class Regelrad:
    """One row as it was written, with where it stands. `nar` = the field values it is for, empty = all.

    `rullas` is False also where it has no meaning (hours, working days, no day). `id` never changes for a row.
    """

    id: str
    fran: date
    tid: str
    lagrum: str | None
    kalla: str
    kontrollerad: date | None
    anmarkning: str | None
    niva: Niva
    rullas: bool
    nar: tuple[tuple[str, str], ...]
    mal: bool
    fil: str
    rad: int
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


def i_ordning(rader: Iterable[Regelrad]) -> tuple[Regelrad, ...]:
    """Local before national, the row for one kind before the row for all, the latest first."""
    return tuple(sorted(rader, key=lambda rad: (rad.niva == "nationell", -len(rad.nar), -rad.fran.toordinal())))


def gallande(rader: tuple[Regelrad, ...], dag: date, falt: Mapping[str, str]) -> Regelrad | None:
    """The first row that has begun on `dag` and fits the fields; None when there is none.

    A field that isn't known never fits. A local row 'som nationellt' ends the municipality's own rule from its day.
    """
    bara_nationella = False
    for rad in rader:
        if rad.fran > dag or (bara_nationella and rad.niva == "lokal"):
            continue
        if rad.nar and any(falt.get(namn) != varde for namn, varde in rad.nar):
            continue
        if rad.langd.enhet == "nationell":
            bara_nationella = True
            continue
        return rad
    return None
