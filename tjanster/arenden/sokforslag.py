"""Other searches for one who found nothing: the nearest word that everybody may know, only the beginning of a word, one word
fewer. Words that stand in cases are never told. Pure: who asks says how many a search would give."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from tjanster.arenden.sokfraga import Ord

FLEST, PROVAS = 3, 8


def forslag(ord_: Sequence[Ord], kanda: Mapping[str, str], hur_manga: Callable[[str], int]) -> Iterable[tuple[str, int]]:
    """At most `FLEST` searches that give something, with how many. kanda: known words in small letters → as written."""
    ut = []
    for nytt in list(dict.fromkeys(_provbara(ord_, kanda)))[:PROVAS]:
        if antal := hur_manga(nytt):
            ut.append((nytt, antal))
        if len(ut) == FLEST:
            break
    return ut


def _provbara(ord_: Sequence[Ord], kanda: Mapping[str, str]) -> Iterable[str]:
    skrivna = [_skriven(o) for o in ord_]
    fria = [n for n, o in enumerate(ord_) if not o.fras and not o.bort][:5]
    for n in fria:
        litet = ord_[n].text.casefold()
        for nara in (kanda[x] for x in get_close_matches(litet, kanda, n=2, cutoff=0.72) if x != litet):
            yield from (_byt(skrivna, n, nara), nara)
    if fria and ord_[-1].borjan and ord_[-1].text.isalpha():
        hela = ord_[-1].text
        yield from (_byt(skrivna, len(ord_) - 1, hela[:langd]) for langd in (len(hela) - 2, len(hela) - 4, 4) if 4 <= langd < len(hela))
    if len(ord_) > 1:
        yield from (_byt(skrivna, n, "") for n in fria if len(fria) > 1)


def _skriven(o: Ord) -> str:
    return ("-" if o.bort else "") + (f'"{o.text}"' if o.fras else o.text)


def _byt(skrivna: Sequence[str], plats: int, nytt: str) -> str:
    return " ".join(x for x in (*skrivna[:plats], nytt, *skrivna[plats + 1 :]) if x)
