"""Small groups are hidden, so that nobody can be recognised, and others with them, so that no hidden number can be
worked out from the sums.

A group of one to four is hidden. A hidden number could be had by taking the shown ones from the sum, so in every line
(row, column, the whole) at least two are hidden, and what they sum to leaves each of them room to be large: n hidden
numbers that aren't nought sum to at least n + 4. They must not all be alike either, since their sum would then say
which. Groups of the same size are hidden together, so that the rule looks at sizes only: whoever knows it can still
swap the hidden numbers with each other.
"""

from collections.abc import Mapping
from itertools import product

MINST = 5

Cell = tuple[str, ...]


def maska(antal: Mapping[Cell, int]) -> tuple[frozenset[Cell], bool]:
    """Which cells to hide, and whether the total must be hidden too. Every cell of a line must be given, noughts too."""
    dolda = {c for c, n in antal.items() if 0 < n < MINST}
    linjer = _linjer(list(antal))
    klart = False
    while not klart:
        klart = True
        for linje in linjer:
            if fler := _fler(linje, antal, dolda):
                dolda |= fler
                klart = False
    ensam = bool(dolda) and not _racker([antal[c] for c in dolda])
    return frozenset(dolda), 0 < sum(antal.values()) < MINST or ensam


def _linjer(celler: list[Cell]) -> list[list[Cell]]:
    """The whole, and every line along one field with the others held still."""
    linjer = [celler]
    falt = len(celler[0]) if celler else 0
    if falt > 1:
        for nr in range(falt):
            per: dict[Cell, list[Cell]] = {}
            for c in celler:
                per.setdefault((*c[:nr], *c[nr + 1 :]), []).append(c)
            linjer += per.values()
    return linjer


def _racker(dolda: list[int]) -> bool:
    """Can none of these be worked out from what they sum to?"""
    stora = [n for n in dolda if n]
    # All ones or all fours are the least and the most that small numbers can sum to; twos and threes are not.
    olika = len(set(dolda)) > 1 or dolda[0] not in (1, MINST - 1)
    return len(dolda) >= 2 and olika and sum(stora) >= len(stora) + MINST - 1


def _fler(linje: list[Cell], antal: Mapping[Cell, int], dolda: set[Cell]) -> set[Cell]:
    """The cells that must be hidden too in this line; none when enough is hidden, or there is nothing more to hide."""
    har = [antal[c] for c in linje if c in dolda]
    if not har or _racker(har):
        return set()
    kvar = [c for c in linje if c not in dolda]
    # The smallest that isn't nought tells least; noughts only when there is nothing else, and one hidden isn't enough.
    storre = [antal[c] for c in kvar if antal[c]]
    if not storre and len(har) > 1:
        return set()
    minst = min(storre, default=0)
    return {c for c in kvar if antal[c] == minst}


def alla_celler(varden: list[list[str]]) -> list[Cell]:
    """Every combination of the fields' values."""
    return list(product(*varden))
