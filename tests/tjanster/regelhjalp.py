"""Exempelkommun's rules with some files written anew, and a program that runs on them."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from regler import Regelverk, las_in, las_in_texter
from tests.bygg import Bygge, lagg_in_personal
from tjanster.app import Vaka
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.settings import Settings

KOMMUN = "exempelkommun"
EGNA = f"config/{KOMMUN}/regler"
KALLA = "kalla: Påhittad rutin, kontrollerad: 2026-01-01"


def med_filer(filer: Mapping[str, str]) -> Regelverk:
    """Path → text, laid over the rules that are there but the municipality's own demands, delegation and examples."""
    utan = tuple(f"config/{KOMMUN}/{mapp}/" for mapp in ("regler/krav", "regler/delegation", "regler/rutiner", "fall"))
    bas = {vag: text for vag, text in las_in(KOMMUN).filer.items() if not vag.startswith(utan)}
    return las_in_texter(bas | dict(filer), KOMMUN)


def krav(process: str, steg: str, kraver: str, fran: str = "2026-01-01", till: str = "", namn: str = "provet") -> dict[str, str]:
    """A file with one demand."""
    slut = f", till: {till}" if till else ""
    text = f"{namn}:\n  rubrik: Påhittat krav\n  steg: [{steg}]\n  galler:\n    - {{fran: {fran}{slut}, kraver: {kraver}, {KALLA}}}\n"
    return {f"{EGNA}/krav/{process}.yaml": text}


def delegation(process: str, steg: str, *rader: str) -> dict[str, str]:
    """A file with one matter; each row as the words between the braces."""
    galler = "".join(f"    - {{{rad}, {KALLA}}}\n" for rad in rader)
    text = f"provet:\n  rubrik: Besluta om något\n  process: {process}\n  steg: [{steg}]\n  galler:\n{galler}"
    return {f"{EGNA}/delegation/prov.yaml": text}


def starta(motor: Engine, databas: str, mapp: Path, regelverk: Regelverk) -> Bygge:
    """The program with these rules as its first, and its people."""
    settings = Settings(kommun=KOMMUN, data=mapp, databas=databas, demo=True)
    with motor.begin() as conn:
        vaka = Vaka(settings, motor, las_in_versioner(conn, regelverk, settings.url, settings.nyckel()))
        lagg_in_personal(conn)
    return Bygge(vaka)
