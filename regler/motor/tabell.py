"""A decision table: questions, and for every combination of answers exactly one row.

Each version is a tree of questions with rows for leaves (see `tabelltrad`), so that an answer is found in one walk.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan
from typing import Any, TypeAlias

from regler.motor.dag import Daterad, Niva, ingen_rad
from regler.motor.fel import narmast
from regler.motor.tal import med_tal, tolka_tal
from regler.motor.val import finns, inget_varde, kod

Svar: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Fraga:
    """One question. `svar` are its codes with texts, empty when the answer is a number; `skrivna` every way to write
    a code. `tabell` answers it when it isn't asked of the case."""

    namn: str
    rubrik: str
    svar: Mapping[str, str]
    skrivna: Mapping[str, str]
    tabell: Tabell | None = None

    def text(self, varde: object) -> str:
        """An answer as people read it."""
        if self.svar:
            return (isinstance(varde, str) and self.svar.get(varde)) or self.svar.get(self.kod(varde) or "", "")
        tal = varde if type(varde) is int else _tal(varde)
        return "" if tal is None else med_tal(tal)

    def kod(self, varde: object) -> str | None:
        """The code of an answer, however it was written; None when it isn't known."""
        if isinstance(varde, Bedomning):
            return varde.utfall
        if isinstance(varde, bool):  # a case's own yes and no
            varde = "ja" if varde else "nej"
            return varde if varde in self.svar else None
        return kod(self.skrivna, varde) if isinstance(varde, str) else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tabellrad(Daterad):
    """One row: the cells as written by question (a question left out = any answer), the outcome and why."""

    nar: Mapping[str, tuple[str, ...]]
    blir: str
    motiv: str

    def som_dict(self) -> dict[str, Any]:
        """The row as the command line and the API show it."""
        return {
            "fil": self.fil, "rad": self.rad, "nar": {namn: list(celler) for namn, celler in self.nar.items()},
            "fran": self.fran.isoformat(), "till": self.till.isoformat() if self.till else None,
            "lagrum": self.lagrum, "kalla": self.kalla,
            "kontrollerad": self.kontrollerad.isoformat() if self.kontrollerad else None, "niva": self.niva,
        }  # fmt: skip


class Kodgren:
    """A question with codes, and where each leads."""

    __slots__ = ("fraga", "namn", "tabell", "vagar")

    def __init__(self, fraga: Fraga, vagar: Mapping[str, Nod]) -> None:
        self.fraga, self.namn, self.tabell = fraga, fraga.namn, fraga.tabell
        self.vagar = vagar

    def foljd(self, varde: Any) -> Nod | None:
        """Where an answer leads; None when it isn't known."""
        try:
            return self.vagar.get(varde) or self.vagar.get(self.fraga.kod(varde) or "")
        except TypeError:  # an answer that is a list is no code
            return None

    def alla(self) -> Sequence[Nod]:
        """Where the question may lead."""
        return tuple(self.vagar.values())


class Talgren:
    """A question with a number: `noder[i]` from and including `granser[i - 1]` up to but not including `granser[i]`."""

    __slots__ = ("fraga", "granser", "namn", "noder", "tabell")

    def __init__(self, fraga: Fraga, granser: Sequence[float], noder: Sequence[Nod]) -> None:
        self.fraga, self.namn, self.tabell = fraga, fraga.namn, fraga.tabell
        self.granser = granser
        self.noder = noder

    def foljd(self, varde: Any) -> Nod | None:
        """Where a number leads; None when it isn't known."""
        tal = varde if type(varde) is int else _tal(varde)
        return self.noder[bisect_right(self.granser, tal)] if tal is not None else None

    def alla(self) -> Sequence[Nod]:
        """Where the question may lead."""
        return self.noder


Nod: TypeAlias = Kodgren | Talgren | Tabellrad


class Bedomning:
    """What a table says of a case, and why. `rad` is the row that was met, None when too little is known.

    `mojliga` are the rows that may still be met: one when `rad` is known. Texts are worked out when they are asked for.
    """

    __slots__ = ("_anvanda", "_okanda", "_tabell", "mojliga", "rad")

    def __init__(
        self, tabell: Tabell, anvanda: Sequence[tuple[Fraga, Any]], mojliga: tuple[Tabellrad, ...],
        okanda: Sequence[Fraga] = (),
    ) -> None:  # fmt: skip
        self._tabell = tabell
        self._anvanda = anvanda
        self.mojliga = mojliga
        self.rad = mojliga[0] if len(mojliga) == 1 else None
        self._okanda = okanda if self.rad is None else ()

    def __repr__(self) -> str:
        return f"<Bedomning {self.tabell}: {self.utfall or 'okänt'}>"

    @property
    def tabell(self) -> str:
        """The key of the table, 'omrade/namn'."""
        return self._tabell.nyckel

    @property
    def utfall(self) -> str | None:
        """The code of the outcome; None when too little is known."""
        return self.rad.blir if self.rad is not None else None

    @property
    def utfall_text(self) -> str | None:
        """The outcome as people read it."""
        return self._tabell.utfall[self.rad.blir] if self.rad is not None else None

    @property
    def motiv(self) -> str | None:
        """Why, in the words of the row."""
        return self.rad.motiv if self.rad is not None else None

    @property
    def svar(self) -> dict[str, str]:
        """The answers that were used, in the order they were needed: question -> text."""
        return {fraga.namn: fraga.text(varde) for fraga, varde in self._anvanda}

    @property
    def grunder(self) -> dict[str, Bedomning]:
        """The answers that came from other tables, each with its own row and why."""
        return {fraga.namn: varde for fraga, varde in self._anvanda if isinstance(varde, Bedomning)}

    @property
    def saknas(self) -> tuple[str, ...]:
        """The questions whose answers are missing; none when the outcome is known without them."""
        return tuple(self.fragor_som_saknas)

    @property
    def saknas_text(self) -> tuple[str, ...]:
        """The same questions as people read them."""
        return tuple(fraga.rubrik for fraga in self.fragor_som_saknas.values())

    @property
    def fragor_som_saknas(self) -> dict[str, Fraga]:
        """The same questions by name, in their order."""
        okanda = {fraga.namn for fraga in self._okanda}
        return {namn: fraga for namn, fraga in self._tabell.alla_fragor().items() if namn in okanda} if okanda else {}

    def som_dict(self) -> dict[str, Any]:
        """As the command line and the API show it: plain texts, ready for JSON."""
        return {
            "tabell": self.tabell, "utfall": self.utfall, "utfall_text": self.utfall_text, "motiv": self.motiv,
            "rad": self.rad.som_dict() if self.rad is not None else None, "svar": self.svar,
            "grunder": {namn: grund.som_dict() for namn, grund in self.grunder.items()}, "saknas": list(self.saknas),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tabellversion(Daterad):
    """The rows that hold from a day on, and the tree that finds the one that is met."""

    rader: tuple[Tabellrad, ...]
    rot: Nod = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tabell:
    """One table. `avgors_av` names the day that picks the version; versions stand with the latest first."""

    omrade: str
    namn: str
    rubrik: str
    avgors_av: str
    far_bytas: bool
    niva: Niva
    fragor: Mapping[str, Fraga]
    utfall: Mapping[str, str]
    versioner: tuple[Tabellversion, ...]

    @property
    def nyckel(self) -> str:
        """'omrade/namn'."""
        return f"{self.omrade}/{self.namn}"

    def version(self, dag: date) -> Tabellversion:
        """The version that holds on `dag`. Raises Regelfraga when there is none."""
        for version in self.versioner:
            if version.galler(dag):
                return version
        raise ingen_rad(self.nyckel, dag, self.versioner)

    def bedom(self, svar: Svar, dag: date) -> Bedomning:
        """The row that a case with these answers meets on `dag`; codes and numbers, other words are taken as unknown.

        An answer that is missing or unknown matters only when the rows that may then be met differ. Raises Regelfraga
        when no version holds that day.
        """
        nod = self.version(dag).rot
        anvanda: list[tuple[Fraga, Any]] = []
        while not isinstance(nod, Tabellrad):
            varde = svar.get(nod.namn) if nod.tabell is None else nod.tabell.bedom(svar, dag)
            nasta = nod.foljd(varde)
            if nasta is None:
                return self._ovisst(nod, svar, dag, anvanda)
            anvanda.append((nod.fraga, varde))
            nod = nasta
        return Bedomning(self, anvanda, (nod,))

    def _ovisst(self, nod: Nod, svar: Svar, dag: date, anvanda: list[tuple[Fraga, Any]]) -> Bedomning:
        """Every row that may be met from `nod` on, when some answer isn't known."""
        rader: dict[int, Tabellrad] = {}
        okanda: list[Fraga] = []
        sedda: set[int] = set()
        att_ga = [nod]
        while att_ga:
            nod = att_ga.pop()
            if isinstance(nod, Tabellrad):
                rader[id(nod)] = nod
            elif id(nod) not in sedda:
                sedda.add(id(nod))
                foljder, varde, saknade = _foljder(nod, svar, dag)
                okanda += saknade
                if varde is not None:
                    anvanda.append((nod.fraga, varde))
                att_ga += foljder
        return Bedomning(self, anvanda, tuple(rader.values()), okanda)

    def kontrollera_svar(self, svar: Svar) -> dict[str, str]:
        """Question -> Swedish sentence, for each answer to no question of the table or of the ones it asks, and for
        each answer that the question doesn't know."""
        fragor = self.alla_fragor()
        fel = {}
        for namn, varde in svar.items():
            if namn not in fragor:
                fel[namn] = f"'{namn}' är ingen fråga i {self.nyckel}{narmast(namn, fragor) or finns(fragor)}"
            elif fragor[namn].svar and fragor[namn].kod(varde) is None:
                fel[namn] = inget_varde(namn, varde, fragor[namn].skrivna)
            elif not fragor[namn].svar and _tal(varde) is None:
                fel[namn] = f"'{varde}' är inget tal: {namn} besvaras med ett tal"
        return fel

    def alla_fragor(self) -> dict[str, Fraga]:
        """The questions that are asked of the case, also by the tables that this one asks."""
        alla: dict[str, Fraga] = {}
        for fraga in self.fragor.values():
            alla |= {fraga.namn: fraga} if fraga.tabell is None else fraga.tabell.alla_fragor()
        return alla


def _foljder(nod: Kodgren | Talgren, svar: Svar, dag: date) -> tuple[Sequence[Nod], Any, Sequence[Fraga]]:
    """Where a question may lead, its answer when it is known, and else the questions whose answers are missing."""
    if nod.tabell is None:
        varde = svar.get(nod.namn)
        foljd = nod.foljd(varde)
        return (nod.alla(), None, (nod.fraga,)) if foljd is None else ((foljd,), varde, ())
    bedomning = nod.tabell.bedom(svar, dag)
    foljder = [foljd for rad in bedomning.mojliga if (foljd := nod.foljd(rad.blir)) is not None]
    spelar_roll = any(foljd is not foljder[0] for foljd in foljder)
    return foljder, bedomning if bedomning.rad is not None else None, bedomning._okanda if spelar_roll else ()


def _tal(varde: object) -> float | None:
    """The number of an answer; None when it is none."""
    if isinstance(varde, str):
        try:
            return tolka_tal(varde)
        except ValueError:
            return None
    if isinstance(varde, bool) or not isinstance(varde, int | float) or isnan(varde):
        return None
    return varde
