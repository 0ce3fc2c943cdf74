"""Reports by name. Command line and web ask the same list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection

from arbetsfloden import narmast
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.rapporter.ej_verkstallda import Periodvalfel, ej_verkstallda, forandring, till_fullmaktige
from tjanster.rapporter.format import FORMAT, MIME, Formatfel, filnamn, skriv
from tjanster.rapporter.ivo import ivo_underlag
from tjanster.rapporter.ivo_nummer import Nummerfel, foresla_nummer
from tjanster.rapporter.lasning import anteckna_rapport
from tjanster.rapporter.loggkontroll import loggkontrollrapport
from tjanster.rapporter.notiser import notisrapport
from tjanster.rapporter.perioder import Period, Periodfel, senaste_kvartal, tolka_period
from tjanster.rapporter.rapport import Kolumn, Rapport, Tabell
from tjanster.rapporter.statistik import Statistik, Statistikfel, oversikt, rakningsbara, statistik

LEDNING = frozenset({"enhetschef", "avdelningschef", "kvalitetsledare", "administrator"})


@dataclass(frozen=True)
class Rapportsort:
    """One report. `roller`: who may read it for the whole municipality; `bara_kvartal`: made for quarters only.

    `gor(conn, sammanhang, period, idag)` works it out; `idag` tells whether the period is over, nothing else.
    """

    namn: str
    rubrik: str
    beskrivning: str
    gor: Callable[[Connection, Sammanhang, Period, date], Rapport]
    roller: frozenset[str]
    bara_kvartal: bool = False


class OkandRapport(ValueError):
    """No report of that name. Names the nearest."""


def _synpunkter(conn: Connection, s: Sammanhang, period: Period, _idag: date) -> Rapport:
    return oversikt(conn, s, "synpunkter", "synpunkt", ["slag", "kategori", "enhet", "kanal", "tillstand"], period)


def _avvikelser(conn: Connection, s: Sammanhang, period: Period, _idag: date) -> Rapport:
    return oversikt(conn, s, "avvikelser", "avvikelse", ["typ", "enhet", "orsaker", "tillstand"], period)


RAPPORTER: Mapping[str, Rapportsort] = MappingProxyType(
    {
        sort.namn: sort
        for sort in (
            Rapportsort(
                "ej-verkstallda", "Ej verkställda beslut",
                "Kvartalets tabell: beslut som inte har verkställts i tid, efter insats, kön och tid som gått.",
                ej_verkstallda, LEDNING | {"revisor"},
            ),
            Rapportsort(
                "ej-verkstallda-forandring", "Ej verkställda beslut: förändring",
                "Vilka beslut som har lämnat rapporten sedan förra perioden och varför, och vilka som är nya.",
                forandring, LEDNING - {"administrator"},
            ),
            Rapportsort(
                "ej-verkstallda-fullmaktige", "Ej verkställda beslut, till fullmäktige och revisorer",
                "Antal, typ av insats och tid som gått. Inga personuppgifter.", till_fullmaktige, LEDNING | {"revisor"},
            ),
            Rapportsort(
                "ivo-underlag", "Underlag till IVO: ej verkställda beslut",
                "Ett blad för varje beslut i kvartalets rapport, med det som saknas och det som är inlämnat.",
                ivo_underlag, LEDNING - {"administrator"} | {"registrator"}, bara_kvartal=True,
            ),
            Rapportsort(
                "synpunkter", "Synpunkter och klagomål", "Antal efter slag, kategori, enhet och läge.",
                _synpunkter, LEDNING | {"revisor"},
            ),
            Rapportsort(
                "avvikelser", "Avvikelser", "Antal efter typ, enhet, orsak och läge.", _avvikelser, LEDNING | {"revisor"}
            ),
            Rapportsort(
                "loggkontroll", "Kontroll av läsningar",
                "Stickproven av läsningar: hur många som var rätt, utreds och är kvar, per enhet.",
                loggkontrollrapport, LEDNING | {"revisor"},
            ),
            Rapportsort(
                "notiser", "Påminnelser och eskalering",
                "Varje trappsteg som skulle falla i perioden: till vem, när, och om det kom i efterhand.",
                notisrapport, LEDNING | {"revisor"},
            ),
        )
    }
)  # fmt: skip


def hitta_rapport(namn: str) -> Rapportsort:
    """The report of that name. Raises OkandRapport with the nearest right name."""
    if namn not in RAPPORTER:
        raise OkandRapport(f"Rapporten '{namn}' finns inte{narmast(namn, RAPPORTER) or '.'} Det finns: {', '.join(RAPPORTER)}.")
    return RAPPORTER[namn]


def gor_rapport(conn: Connection, s: Sammanhang, namn: str, period: str, idag: date) -> Rapport:
    """A report by name and period as written. Raises OkandRapport, Periodfel, Periodvalfel."""
    sort = hitta_rapport(namn)
    return sort.gor(conn, s, tolka_period(period, s.kommun), idag)


FEL = (OkandRapport, Periodfel, Periodvalfel, Formatfel, Statistikfel, Nummerfel)
"""What a door catches: a question that can't be answered, in a Swedish sentence."""

__all__ = [
    "FEL", "FORMAT", "MIME", "RAPPORTER", "Formatfel", "Kolumn", "OkandRapport", "Period", "Periodfel", "Periodvalfel",
    "Rapport", "Rapportsort", "Statistik", "Statistikfel", "Tabell", "anteckna_rapport", "filnamn", "foresla_nummer", "gor_rapport",
    "hitta_rapport", "rakningsbara", "senaste_kvartal", "skriv", "statistik", "tolka_period",
]  # fmt: skip
