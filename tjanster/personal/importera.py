"""A list of staff from a file: every row is looked at first, then all is written or nothing.

A row is one appointment: `anvandarnamn;namn;epost;roll;enhet;fran;till`. The same file twice changes nothing the second time.
What isn't in the file is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from arbetsfloden import ROLLER, narmast
from notiser import adress_duger
from regler import Kommun
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.importera.fil import Importfel, las_csv
from tjanster.konton import rensa_namn, satt_uppdrag, skapa_anvandare

KOLUMNER = ("anvandarnamn", "namn", "epost", "roll", "enhet", "fran", "till")
HOGST_RADER = 5000


@dataclass(frozen=True)
class Personalrad:
    """A row as it was understood, and what it does: nytt konto, nytt uppdrag, ny sista dag, ny adress or namn, oförändrad."""

    rad: int
    anvandarnamn: str
    namn: str
    epost: str | None
    roll: str
    enhet: str
    fran: date
    till: date | None
    gor: tuple[str, ...]


@dataclass(frozen=True)
class Personalfil:
    """What a file would do. `fel`: (line, sentence); with any, nothing may be written."""

    rader: tuple[Personalrad, ...] = ()
    fel: tuple[tuple[int, str], ...] = ()

    @property
    def andrar(self) -> tuple[Personalrad, ...]:
        return tuple(r for r in self.rader if r.gor)

    def antal(self, vad: str) -> int:
        return sum(vad in r.gor for r in self.rader)


@dataclass
class _Kanda:
    konton: dict[str, Any] = field(default_factory=dict)
    uppdrag: dict[tuple[str, str, str, date], date | None] = field(default_factory=dict)


def granska(conn: Connection, kommun: Kommun, fil: Path | bytes) -> Personalfil:
    """Look at every row of the file and say what it would do. Nothing is written. Never raises for what the file holds."""
    try:
        rader, radfel = las_csv(fil, KOLUMNER)
    except Importfel as fel:
        return Personalfil(fel=tuple((f.rad, f.fel) for f in fel.fel))
    if not rader and not radfel:
        return Personalfil(fel=((1, "Filen har inga rader under rubriken."),))
    if len(rader) > HOGST_RADER:
        return Personalfil(fel=((0, f"Filen har {len(rader)} rader, högst {HOGST_RADER}. Dela den."),))
    kanda = _las_kanda(conn)
    ut, fel_ut = [], [(f.rad, f.fel) for f in radfel]
    trasiga = {f.rad for f in radfel}
    for r in (r for r in rader if r.rad not in trasiga):
        tolkad = _rad(kommun, kanda, r.rad, r.celler)
        if isinstance(tolkad, Personalrad):
            ut.append(tolkad)
        else:
            fel_ut += [(r.rad, mening) for mening in tolkad]
    return Personalfil(tuple(ut), tuple(sorted(fel_ut)))


def _las_kanda(conn: Connection) -> _Kanda:
    a, u = t.anvandare.c, t.uppdrag.c
    konton = {r.anvandarnamn: r for r in conn.execute(select(a.id, a.anvandarnamn, a.namn, a.epost, a.aktiv))}
    sats = select(a.anvandarnamn, u.roll, u.enhet, u.fran, u.till).join(t.uppdrag, u.anvandare_id == a.id)
    har = {(r.anvandarnamn, r.roll, r.enhet, r.fran): r.till for r in conn.execute(sats.where(u.for_anvandare.is_(None)))}
    return _Kanda(konton, har)


def _rad(kommun: Kommun, kanda: _Kanda, nummer: int, c: dict[str, str]) -> Personalrad | list[str]:
    fel = []
    anvandarnamn = rensa_namn(c["anvandarnamn"]) or ""
    konto = kanda.konton.get(anvandarnamn)
    if not anvandarnamn:
        fel.append("anvandarnamn ska fyllas i.")
    elif konto is not None and not getattr(konto, "aktiv", True):
        fel.append(f"kontot {anvandarnamn} är stängt. Öppna det först.")
    namn = " ".join(c["namn"].split())
    if not namn and konto is None:
        fel.append("namn ska fyllas i för ett nytt konto.")
    epost = c["epost"] or None
    if epost and not adress_duger(epost):
        fel.append("epost går inte att skicka till. Skriv till exempel namn@exempel.se.")
    roller = {r: ord_ for r, ord_ in ROLLER.items() if r != "systemet"}
    roll = next((r for r, ord_ in roller.items() if c["roll"].casefold() in (r, ord_.casefold())), None)
    if roll is None:
        fel.append(f"rollen '{c['roll']}' finns inte{narmast(c['roll'], [*roller, *roller.values()])}")
    enhet = kommun.hitta_enhet(c["enhet"])
    if enhet is None:
        namn_pa = [x for e in kommun.enheter.values() for x in (e.kod, e.namn)]
        fel.append(f"enheten '{c['enhet']}' finns inte{narmast(c['enhet'], namn_pa)}")
    fran, till = _dag("fran", c["fran"], fel), _dag("till", c["till"], fel) if c["till"] else None
    if fran and till and till < fran:
        fel.append(f"till {till} ligger före fran {fran}.")
    if fel or roll is None or enhet is None or fran is None:
        return fel
    gor = _gor(kanda, anvandarnamn, namn, epost, (roll, enhet, fran), till)
    return Personalrad(nummer, anvandarnamn, namn or konto.namn, epost, roll, enhet, fran, till, gor)  # type: ignore[union-attr]


def _dag(kolumn: str, text: str, fel: list[str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fel.append(f"{kolumn} '{text}' är ingen dag. Skriv till exempel 2026-12-24.")
        return None


def _gor(
    kanda: _Kanda, anvandarnamn: str, namn: str, epost: str | None, uppdrag: tuple[str, str, date], till: date | None
) -> tuple[str, ...]:
    """What the row changes, and from now on the next row knows it."""
    ut, konto = [], kanda.konton.get(anvandarnamn)
    if konto is None:
        ut.append("nytt konto")
    elif namn and konto.namn != namn:
        ut.append("nytt namn")
    if konto is not None and epost and konto.epost != epost:
        ut.append("ny adress")
    nyckel = (anvandarnamn, *uppdrag)
    if nyckel not in kanda.uppdrag:
        ut.append("nytt uppdrag")
    elif kanda.uppdrag[nyckel] != till:
        ut.append("ny sista dag")
    kanda.uppdrag[nyckel] = till
    kanda.konton[anvandarnamn] = _Konto(namn or konto.namn, epost or (konto.epost if konto else None))  # type: ignore[union-attr]
    return tuple(ut)


@dataclass(frozen=True)
class _Konto:
    """An account as it will be after the rows so far."""

    namn: str
    epost: str | None
    aktiv: bool = True


def verkstall(conn: Connection, fil: Personalfil, nu: datetime) -> int:
    """Do what the file says, in the door's transaction; returns how many rows changed anything. Raises OgiltigaUppgifter for a
    file with faults. New accounts get no password: they come in by the municipality's login, or get one from the administrator."""
    if fil.fel:
        raise OgiltigaUppgifter([mening for _, mening in fil.fel])
    a = t.anvandare.c
    konton = {r.anvandarnamn: r.id for r in conn.execute(select(a.id, a.anvandarnamn))}
    for r in fil.andrar:
        if r.anvandarnamn not in konton:
            konton[r.anvandarnamn] = skapa_anvandare(conn, r.anvandarnamn, r.namn, r.epost, None, nu)
        elif {"nytt namn", "ny adress"} & set(r.gor):
            varden = {"namn": r.namn} | ({"epost": r.epost} if r.epost else {})
            conn.execute(update(t.anvandare).where(a.id == konton[r.anvandarnamn]).values(varden))
        satt_uppdrag(conn, konton[r.anvandarnamn], r.roll, r.enhet, r.fran, r.till)
    return len(fil.andrar)


def exempel(kommun: Kommun) -> Sequence[Sequence[str]]:
    """A file to start from: the heading and a made-up row."""
    enhet = next(iter(kommun.enheter))
    return [list(KOLUMNER), ["anna.exempel", "Anna Exempel", "anna.exempel@exempel.example", "handlaggare", enhet, "2027-01-01", ""]]
