"""Small groups are hidden, so that nobody can be recognised, and others with them, so that no hidden number can be
worked out from the sums.

A group of one to four is hidden. A hidden number could be had by taking the shown ones from the sum, so in every line
(row, column, the whole) at least two are hidden and what they sum to leaves each of them room to be large: n hidden
numbers that aren't nought sum to at least n + 4. Nothing else than the numbers themselves may tell which are small:
a number that is hidden only for another's sake looks the same.
"""

from collections.abc import Mapping
from itertools import product

MINST = 5

Cell = tuple[str, ...]


def maska(antal: Mapping[Cell, int]) -> tuple[frozenset[Cell], bool]:
    """Which cells to hide, and whether the total must be hidden too. Every cell of a line must be given, noughts too."""
    dolda = {c for c, n in antal.items() if 0 < n < MINST}
    linjer = _linjer(list(antal))
    while True:
        ny = next((c for linje in linjer if (c := _en_till(linje, antal, dolda)) is not None), None)
        if ny is None:
            break
        dolda.add(ny)
    summa = sum(antal.values())
    ensam = bool(dolda) and not _racker([c for c in antal if c in dolda], antal)
    return frozenset(dolda), 0 < summa < MINST or ensam


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


def _racker(dolda: list[Cell], antal: Mapping[Cell, int]) -> bool:
    """Can none of these be worked out from what they sum to?"""
    stora = [antal[c] for c in dolda if antal[c]]
    return len(dolda) >= 2 and sum(stora) >= len(stora) + MINST - 1


def _en_till(linje: list[Cell], antal: Mapping[Cell, int], dolda: set[Cell]) -> Cell | None:
    """The cell that must be hidden too in this line; None when enough is hidden, or there is nothing more to hide."""
    har = [c for c in linje if c in dolda]
    if not har or _racker(har, antal):
        return None
    kvar = [c for c in linje if c not in dolda]
    # The smallest that isn't nought tells least; a nought only when there is nothing else, and two are needed.
    storre = [c for c in kvar if antal[c]]
    if storre:
        return min(storre, key=lambda c: (antal[c], c))
    return min(kvar) if kvar and len(har) < 2 else None


def alla_celler(varden: list[list[str]]) -> list[Cell]:
    """Every combination of the fields' values."""
    return list(product(*varden))
