"""Who may weed: administrators and quality leads, two of them for each run. Who may hold a person's cases: administrators and
registrars."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, select

from arbetsfloden import narmast
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import FarInte, Nej
from tjanster.db import t

GALLRAR = frozenset({"administrator", "kvalitetsledare"})
BEVARAR = frozenset({"administrator", "registrator"})


def kraver_gallrare(aktor: Aktor) -> None:
    """Raises FarInte for everybody else."""
    if not aktor.roller & GALLRAR:
        raise FarInte("Gallring föreslås och godkänns av administratör och kvalitetsledare.")


def kraver_bevarare(aktor: Aktor) -> None:
    """Raises FarInte for everybody else."""
    if not aktor.roller & BEVARAR:
        raise FarInte("Att en persons ärenden ska bevaras bestäms av administratör eller registrator.")


def gallrare(conn: Connection, namn: str, dag: date) -> int:
    """The account of that user name. Raises Nej with the nearest name, or FarInte."""
    return _konto(conn, namn, dag, kraver_gallrare)


def bevarare(conn: Connection, namn: str, dag: date) -> int:
    """The account of that user name. Raises Nej with the nearest name, or FarInte."""
    return _konto(conn, namn, dag, kraver_bevarare)


def _konto(conn: Connection, namn: str, dag: date, kraver: Callable[[Aktor], None]) -> int:
    a = t.anvandare.c
    konton = {rad.anvandarnamn: rad.id for rad in conn.execute(select(a.anvandarnamn, a.id).where(a.aktiv))}
    if (vem := konton.get(namn.strip().lower())) is None:
        raise Nej(f"'{namn}' är ingen användare med öppet konto{narmast(namn, konton)}", kod="okand_anvandare")
    aktor = las_aktor(conn, vem, dag)
    assert aktor is not None
    kraver(aktor)
    return int(vem)
