"""A rule set that somebody wants to hold: read, and what stands in its way."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from arbetsfloden import PROCESSER
from regler import Fel, Regelfel, Regelverk, las_in_texter, las_mapp
from regler.motor.exempel import prova_exempel
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.regelnamn import kontrollera_mot_processer
from tjanster.regelstyrning.verkan import Verkan
from tjanster.settings import Settings

FLEST = 5


class Hinder(NamedTuple):
    """A sentence that stops a set from becoming active, and the file and line it is about when it is about one."""

    mening: str
    fil: str = ""
    rad: int = 0

    def __str__(self) -> str:
        return f"{self.fil}, rad {self.rad}: {self.mening}" if self.fil else self.mening


def las_forslag(s: Sammanhang, mapp: Path | str) -> Regelverk:
    """The set in a folder: a municipality's own folder, or one that holds `regler/` and `config/<kommun>/`. The folder may
    have any name; it is read as this municipality's. Raises Regelfel with every fault."""
    return las_mappen(mapp, s.kommun.kod)


def las_mappen(mapp: Path | str, kommun: str) -> Regelverk:
    """The same, for the municipality with that code."""
    return _prova_namn(las_mapp(mapp, kommun), Path(mapp))


def las_filer(s: Sammanhang, filer: Mapping[str, str]) -> Regelverk:
    """The set in texts by path, as a draft has them. Raises Regelfel with every fault."""
    return _prova_namn(las_in_texter(filer, s.kommun.kod))


def filer_pa_disken(settings: Settings) -> Regelverk:
    """The set that came with this version of the program, with the municipality's folder. Raises Regelfel."""
    return _prova_namn(las_mapp(settings.kommunmapp), settings.kommunmapp)


def _prova_namn(regelverk: Regelverk, mapp: Path | None = None) -> Regelverk:
    if fel := kontrollera_mot_processer(regelverk, mapp):
        raise Regelfel(fel)
    return regelverk


def hinder(conn: Connection, s: Sammanhang, ny: Regelverk, verkan: Verkan) -> tuple[Hinder, ...]:
    """Everything that stops the set from becoming active: what cases use must stay, every open limit must have an answer,
    and the set's own examples must come out."""
    meningar = (*_utan_kommun(ny), *_enheter(conn, ny), *_koder(conn, s.regelverk, ny), *_utan_regel(verkan))
    return (
        *(Hinder(mening) for mening in meningar),
        *(_exempel(fel) for fel in prova_exempel(ny.exempel, lambda _: ny)),
    )


def _utan_kommun(ny: Regelverk) -> list[str]:
    return [] if ny.kommun.kod else ["Mappen har ingen kommun: den ska hålla kommun.yaml, organisation.yaml och listor.yaml."]


def _enheter(conn: Connection, ny: Regelverk) -> list[str]:
    i_bruk = conn.execute(
        select(t.arende.c.enhet).union(select(t.uppdrag.c.enhet), select(t.uppgift.c.enhet))
    ).scalars()
    return [
        f"Enheten '{enhet}' används i ärenden eller uppdrag men finns inte i organisation.yaml. En enhet som har använts "
        "får byta namn och plats men aldrig tas bort."
        for enhet in sorted(set(i_bruk) - set(ny.kommun.enheter))
    ]


def _koder(conn: Connection, fore: Regelverk, ny: Regelverk) -> list[str]:
    """Codes that were taken out of a list and stand in a case."""
    ut = []
    for process in PROCESSER.values():
        for namn, falt in process.modell.beskrivna().items():
            lista = falt.listnamn or ""
            borta = set(fore.kommun.listor.get(lista, ())) - set(ny.kommun.listor.get(lista, ()))
            if not borta:
                continue
            # Every way a field keeps a code: as a text, or as one of many.
            sats = text(
                "SELECT DISTINCT kod FROM arende, unnest(CAST(:koder AS text[])) AS kod "
                "WHERE process = :process AND uppgifter->:falt @> to_jsonb(kod)"
            )
            for kod in conn.execute(sats, {"koder": sorted(borta), "process": process.namn, "falt": namn}).scalars():
                ut.append(
                    f"Koden '{kod}' i listan {lista} används i ärenden men finns inte i listor.yaml. En kod som har använts "
                    "får byta text men aldrig tas bort."
                )
    return sorted(set(ut))


def _exempel(fel: Fel) -> Hinder:
    mening = f"Exemplet ”{fel.plats}” stämmer inte: {fel.mening}. Rätta regeln, eller exemplet om det nya är rätt."
    return Hinder(mening, fel.fil, fel.rad)


def _utan_regel(verkan: Verkan) -> list[str]:
    ut = [f"{nummer}: {mening}" for nummer, mening in verkan.utan_regel[:FLEST]]
    if (fler := len(verkan.utan_regel) - FLEST) > 0:
        ut.append(f"… och {fler} frister till saknar regel.")
    return ut
