"""What the commands share: how they read a time or a file, open the program, print, and say no."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.settings import olasbar

if TYPE_CHECKING:
    from tjanster.app import Vaka
    from tjanster.settings import Settings

SomJson = Annotated[bool, typer.Option("--json", help="Skriv JSON.")]
Nu = Annotated[str | None, typer.Option("--nu", help="Räkna som om klockan vore så här mycket, svensk tid.")]


class Avbrott(Exception):
    """The command can't be done: exit code 1 with the sentences."""

    def __init__(self, skal: list[str], svar: dict[str, Any] | None = None) -> None:
        self.skal, self.svar = skal, svar
        super().__init__("\n".join(skal))


def skriv(varde: Any) -> None:
    """JSON on standard output, as other programs read it."""
    typer.echo(json.dumps(varde, ensure_ascii=False, indent=2, default=str))


def tid_av(nu: str | None) -> datetime:
    try:
        return klocka.las_tid(nu) if nu else klocka.nu()
    except klocka.Tidsfel as fel:
        raise typer.BadParameter(str(fel), param_hint="--nu") from None


def installningar(**over: Any) -> "Settings":
    from tjanster import settings

    return settings.las(**over)


@contextmanager
def oppen_vaka(*, gamla_regler: bool = False, **over: Any) -> Iterator["Vaka"]:
    """The program, opened and closed. `gamla_regler`: also with rules that this version can't go by, to change them."""
    from tjanster import app as program

    vaka = program.oppna(installningar(**over), gamla_regler=gamla_regler)
    try:
        yield vaka
    finally:
        vaka.stang()


@contextmanager
def matare(rubrik: str, som_json: bool) -> Iterator[Any]:
    """How far it has come, on standard error, when somebody looks: a function of (done, all), or None."""
    from rich.console import Console
    from rich.progress import Progress

    skarm = Console(stderr=True)
    if som_json or not skarm.is_terminal:
        yield None
        return
    with Progress(console=skarm, transient=True) as visare:
        uppgift = visare.add_task(rubrik)
        yield lambda klart, alla: visare.update(uppgift, completed=klart, total=alla)


def las_json(fil: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(fil) == "-" else fil.read_text(encoding="utf-8-sig")
    except OSError as fel:
        raise Avbrott([f"Filen {fil} går inte att läsa{olasbar(fel)}."]) from None
    except UnicodeDecodeError:
        raise Avbrott([f"Filen {fil} är inte UTF-8. Spara den som UTF-8 och försök igen."]) from None
    try:
        varde = json.loads(text)
    except json.JSONDecodeError as fel:
        raise Avbrott([f"{fil}, rad {fel.lineno}, kolumn {fel.colno}: trasig JSON ({fel.msg})."]) from None
    if not isinstance(varde, dict):
        raise Avbrott([f'{fil}: filen ska hålla ett JSON-objekt, till exempel {{"slag": "klagomal"}}.'])
    return varde


def fraga(ord_: str) -> str:
    """What must not stand in a shell's history: asked for, or the next line of standard input."""
    if sys.stdin.isatty():
        typer.echo(ord_, nl=False, err=True)
    return sys.stdin.readline().strip()


def dag_av_text(text: str, namn: str) -> date:
    from arbetsfloden import Tolkfel, dag_av

    try:
        return dag_av(text)
    except Tolkfel as fel:
        raise typer.BadParameter(str(fel), param_hint=namn) from None


def par_av(texter: list[str] | None, val: str) -> dict[str, str]:
    """What was given as name=value, each with the option `val`."""
    varden = {}
    for text in texter or []:
        namn, tecken, varde = text.partition("=")
        if not tecken:
            raise typer.BadParameter(f"'{text}': skriv namn=värde, till exempel lagrum=lss", param_hint=val)
        varden[namn.strip()] = varde.strip()
    return varden


def tabell_ut(rader: list[list[Any]], rubriker: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    tabell = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for rubrik in rubriker:
        tabell.add_column(rubrik)
    for rad in rader:
        tabell.add_row(*("" if x is None else str(x) for x in rad))
    Console(highlight=False, width=None if sys.stdout.isatty() else 180).print(tabell)
