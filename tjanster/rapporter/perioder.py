"""Periods as people write them: 2026, 2026K4, 2026T1, 2026-01, kvalitetsår-2026, or two days with .. between."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from regler import Kommun

MANADER = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
FORMER = "skriv till exempel 2026, 2026K4, 2026T1, 2026-01, kvalitetsår-2026 eller 2026-01-01..2026-03-31"


class Periodfel(ValueError):
    """The text is no period. Says what to write."""


@dataclass(frozen=True)
class Period:
    """From its first day to its last, both in it. `kod` is what one writes, `rubrik` what one reads.

    `kvartal` is (year, 1–4) when the period is a quarter. `forra_kod` is the period before, of the same kind.
    """

    kod: str
    rubrik: str
    fran: date
    till: date
    kvartal: tuple[int, int] | None = None
    forra_kod: str | None = None


def tolka_period(text: str, kommun: Kommun) -> Period:
    """The period that the text names; the quality year is the municipality's own. Raises Periodfel."""
    rent = "".join(text.split()).upper().replace("KVALITETSAR", "KVALITETSÅR")
    for monster, gor in _FORMER:
        traff = monster.fullmatch(rent)
        if traff is None:
            continue
        try:
            return gor(traff, kommun)
        except ValueError as fel:
            raise Periodfel(str(fel) if isinstance(fel, Periodfel) else f"'{text}' finns inte i kalendern; {FORMER}") from None
    nara = re.fullmatch(r"(\d{4})-?(?:Q|KV|KVARTAL)-?([1-4])|(?:Q|K)([1-4])-?(\d{4})", rent)
    forslag = f"menade du {nara[1] or nara[4]}K{nara[2] or nara[3]}?" if nara else FORMER
    raise Periodfel(f"'{text}' är ingen period; {forslag}")


def _manader(kod: str, rubrik: str, ar: int, forsta: int, antal: int, forra: str, kvartal: int | None = None) -> Period:
    slut = date(ar + (forsta + antal > 12), (forsta + antal - 1) % 12 + 1, 1) - timedelta(days=1)
    return Period(kod, rubrik, date(ar, forsta, 1), slut, (ar, kvartal) if kvartal else None, forra)


def _ar(m: re.Match[str], _kommun: Kommun) -> Period:
    ar = int(m[1])
    return _manader(f"{ar}", f"{ar}", ar, 1, 12, f"{ar - 1}")


def _kvartal(m: re.Match[str], _kommun: Kommun) -> Period:
    ar, n = int(m[1]), int(m[2])
    forra = f"{ar}K{n - 1}" if n > 1 else f"{ar - 1}K4"
    return _manader(f"{ar}K{n}", f"{ar}, kvartal {n}", ar, n * 3 - 2, 3, forra, n)


def _tertial(m: re.Match[str], _kommun: Kommun) -> Period:
    ar, n = int(m[1]), int(m[2])
    forra = f"{ar}T{n - 1}" if n > 1 else f"{ar - 1}T3"
    return _manader(f"{ar}T{n}", f"{ar}, tertial {n}", ar, n * 4 - 3, 4, forra)


def _manad(m: re.Match[str], _kommun: Kommun) -> Period:
    ar, n = int(m[1]), int(m[2])
    if not 1 <= n <= 12:
        raise Periodfel(f"'{m[0]}': det finns ingen månad nummer {n}")
    forra = f"{ar}-{n - 1:02d}" if n > 1 else f"{ar - 1}-12"
    return _manader(f"{ar}-{n:02d}", f"{MANADER[n - 1]} {ar}", ar, n, 1, forra)


def _kvalitetsar(m: re.Match[str], kommun: Kommun) -> Period:
    ar = int(m[1])
    fran, till = kommun.kvalitetsar.period(ar)
    namn = f"{ar}" if till.year == ar else f"{ar}–{till.year}"
    return Period(f"kvalitetsår-{ar}", f"kvalitetsåret {namn}", fran, till, None, f"kvalitetsår-{ar - 1}")


def _dagar(m: re.Match[str], _kommun: Kommun) -> Period:
    fran, till = date.fromisoformat(m[1]), date.fromisoformat(m[2])
    if till < fran:
        raise Periodfel(f"Perioden slutar {till}, innan den börjar {fran}")
    return Period(f"{fran}..{till}", f"{fran} till {till}", fran, till)


_FORMER: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Kommun], Period]], ...] = (
    (re.compile(r"((?:19|20)\d{2})", re.ASCII), _ar),
    (re.compile(r"((?:19|20)\d{2})-?K([1-4])", re.ASCII), _kvartal),
    (re.compile(r"((?:19|20)\d{2})-?T([1-3])", re.ASCII), _tertial),
    (re.compile(r"((?:19|20)\d{2})-(\d{2})", re.ASCII), _manad),
    (re.compile(r"KVALITETSÅR-?((?:19|20)\d{2})", re.ASCII), _kvalitetsar),
    (re.compile(r"((?:19|20)\d{2}-\d{2}-\d{2})\.\.((?:19|20)\d{2}-\d{2}-\d{2})", re.ASCII), _dagar),
)


def kvartalet(dag: date) -> str:
    """The quarter that a day lies in, as written: 2026K4."""
    return f"{dag.year}K{(dag.month + 2) // 3}"


def kvartal_slut(kod: str) -> date:
    """The last day of a quarter as written: 2026K4 → 2026-12-31."""
    ar, n = int(kod[:4]), int(kod[-1])
    return date(ar + n // 4, n * 3 % 12 + 1, 1) - timedelta(days=1)


def hela_manader(fran: date, till: date) -> int:
    """Whole months by calendar from `fran` to `till`; a month ends on the same day number, or on the shorter month's
    last day (lag 1930:173 1 §)."""
    manader = (till.year - fran.year) * 12 + till.month - fran.month
    sista = (date(till.year + till.month // 12, till.month % 12 + 1, 1) - timedelta(days=1)).day
    return manader - (min(fran.day, sista) > till.day)


def senaste_kvartal(idag: date, antal: int = 8) -> list[str]:
    """The quarters that have ended, the latest first."""
    ut = [kvartalet(date(idag.year, (idag.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1))]
    for _ in range(antal - 1):
        ar, n = int(ut[-1][:4]), int(ut[-1][-1])
        ut.append(f"{ar}K{n - 1}" if n > 1 else f"{ar - 1}K4")
    assert all(a > b for a, b in pairwise(ut))
    return ut
