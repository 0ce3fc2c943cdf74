"""Rows of a decision table → a tree of questions, which proves that every combination meets exactly one row.

The tree is built question by question for the rows that are still possible, and equal parts are built once; the
product of all answers is never walked. An end where no row is left is a gap, one where two are left an overlap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil, floor, inf, nextafter
from typing import Final, TypeAlias, cast

from regler.motor.fel import uppraknat
from regler.motor.tabell import Fraga, Kodgren, Nod, Tabellrad, Talgren
from regler.motor.tal import TAL, med_tal, tolka_tal

STORST: Final = 10_000_000  # looks at a cell: a second or two; a table of thirty rows takes some thousand
_FLEST_KROCKAR: Final = 20  # more are never told, and rows that overlap everywhere make trees without end
Nummer: TypeAlias = tuple[int, ...]
Koder: TypeAlias = frozenset[str]
Intervall: TypeAlias = tuple[float, float]  # from and including, up to but not including
Cell: TypeAlias = Koder | tuple[Intervall, ...] | None  # None = any answer
_JAMFOR: Final = re.compile(rf"(<=|>=|<|>|=)\s*({TAL})")
_MELLAN: Final = re.compile(rf"({TAL})\s*\.\.\s*({TAL})")


class ForStorTabell(Exception):
    """The tree would take longer to build than STORST."""


def tolka_intervall(text: str) -> Intervall:
    """Read '>= 500', '< 400', '= 3' or '400..900' (up to but not including). Raises ValueError with a sentence."""
    if delar := _MELLAN.fullmatch(text):
        fran, till = float(tolka_tal(delar[1])), float(tolka_tal(delar[2]))
        if fran >= till:
            raise ValueError(f"'{text}' rymmer inget tal, så raden möts aldrig: skriv det mindre talet först")
        return fran, till
    if (delar := _JAMFOR.fullmatch(text)) is None:
        raise ValueError(f"'{text}' säger inte vilka tal; skriv till exempel '>= 500', '< 400', '= 3' eller '400..900'")
    tal = float(tolka_tal(delar[2]))
    efter = nextafter(tal, inf)  # so that every interval is from and including, up to but not including
    return {"<": (-inf, tal), "<=": (-inf, efter), ">": (efter, inf), ">=": (tal, inf), "=": (tal, efter)}[delar[1]]


class Tradbygge:
    """Builds the tree of one version. `celler[i][j]` is what row i says of question j.

    Afterwards `lucka` is an example that no row answers, or None, and `krockar` two rows each with an example that
    both answer. Raises ForStorTabell.
    """

    def __init__(self, fragor: Sequence[Fraga], rader: Sequence[Tabellrad], celler: Sequence[Sequence[Cell]]) -> None:
        self.fragor = fragor
        self.rader = rader
        self.celler = celler
        self.lucka: str | None = None
        self.krockar: dict[tuple[int, int], str] = {}
        self._fardiga: dict[tuple[Nummer, Nummer], Nod | None] = {}
        self._vag: dict[int, str] = {}
        self._sedda = 0
        self.rot = self._bygg(tuple(range(len(fragor))), tuple(range(len(rader))))

    def _bygg(self, fragor: Nummer, rader: Nummer) -> Nod | None:
        """The part of the tree where these questions are still to be asked and these rows still possible.

        None = faults were found.
        """
        self._sedda += len(fragor) * len(rader)
        if self._sedda > STORST:
            raise ForStorTabell
        fragor = tuple(j for j in fragor if any(self.celler[i][j] is not None for i in rader))
        if not fragor:
            return self._lov(rader)
        if len(self.krockar) >= _FLEST_KROCKAR:
            return None
        if (fragor, rader) not in self._fardiga:
            # The question that most rows speak of first: the tree gets small, and little has to be answered.
            j = max(fragor, key=lambda j: sum(self.celler[i][j] is not None for i in rader))
            sedan = tuple(en for en in fragor if en != j)
            self._fardiga[fragor, rader] = (self._koder if self.fragor[j].svar else self._tal)(j, sedan, rader)
        return self._fardiga[fragor, rader]

    def _lov(self, rader: Nummer) -> Nod | None:
        if len(rader) == 1:
            return self.rader[rader[0]]
        exempel = f"när {uppraknat(text for _, text in sorted(self._vag.items()))}" if self._vag else "alltid"
        if not rader:
            self.lucka = self.lucka or exempel
        for i in rader[1:]:
            self.krockar.setdefault((rader[0], i), exempel)
        return None

    def _koder(self, j: int, sedan: Nummer, rader: Nummer) -> Nod | None:
        celler = [cast("Koder | None", self.celler[i][j]) for i in rader]
        vagar: dict[str, Nod] = {}
        hela = True
        for kod, text in self.fragor[j].svar.items():
            moter = [cell is None or kod in cell for cell in celler]
            nod = self._under(j, sedan, rader, moter, f"”{text}”")
            if nod is None:
                hela = False
            else:
                vagar[kod] = nod
        if not hela:
            return None
        return _enda(list(vagar.values())) or Kodgren(self.fragor[j], vagar)

    def _tal(self, j: int, sedan: Nummer, rader: Nummer) -> Nod | None:
        celler = [cast("tuple[Intervall, ...] | None", self.celler[i][j]) for i in rader]
        delar = sorted({-inf, *(grans for cell in celler for par in cell or () for grans in par if grans != inf)})
        granser: list[float] = []
        noder: list[Nod] = []
        hela = True
        for fran, till in zip(delar, [*delar[1:], inf], strict=True):
            moter = [cell is None or any(lagst <= fran < hogst for lagst, hogst in cell) for cell in celler]
            nod = self._under(j, sedan, rader, moter, _exempeltal(fran, till))
            if nod is None:
                hela = False
            elif not noder or nod is not noder[-1]:
                granser.append(fran)
                noder.append(nod)
        if not hela:
            return None
        return noder[0] if len(noder) == 1 else Talgren(self.fragor[j], granser[1:], noder)

    def _under(self, j: int, sedan: Nummer, rader: Nummer, moter: list[bool], exempel: str) -> Nod | None:
        """The part below one answer to question `j`."""
        self._vag[j] = f"{self.fragor[j].rubrik} är {exempel}"
        nod = self._bygg(sedan, tuple(i for i, en in zip(rader, moter, strict=True) if en))
        del self._vag[j]
        return nod


def _enda(noder: Sequence[Nod]) -> Nod | None:
    """The one part that all answers lead to, so that the question needn't be asked."""
    return noder[0] if all(nod is noder[0] for nod in noder) else None


def _exempeltal(fran: float, till: float) -> str:
    """A number from and including `fran`, up to but not including `till`, whole when there is one."""
    if fran == -inf:
        helt = 0 if till == inf else floor(till) if floor(till) < till else floor(till) - 1
    else:
        helt = ceil(fran)
    return med_tal(helt) if helt < till else med_tal(float(f"{(fran + till) / 2:.6g}"))
