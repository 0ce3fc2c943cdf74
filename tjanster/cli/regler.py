"""Ask when a limit ends; show the processes. No database."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster.cli.grund import (
    Avbrott,
    SomJson,
    par_av,
    skriv,
    tabell_ut,
)
from tjanster.settings import olasbar

if TYPE_CHECKING:
    from regler import Regelverk

app = typer.Typer()
regler_app = typer.Typer(help="Reglerna: fråga, kontrollera, ändra.", no_args_is_help=True)
process_app = typer.Typer(help="Processerna, som de är deklarerade.", no_args_is_help=True)


def _regler(kommun: str | None) -> "Regelverk":
    from regler import las_in

    return las_in(kommun)


@app.command()
def frist(
    process: Annotated[str | None, typer.Argument(help="Process, till exempel synpunkt.")] = None,
    frist: Annotated[str | None, typer.Argument(help="Frist, till exempel svar.")] = None,
    fran: Annotated[str | None, typer.Option("--fran", help="Dag (eller svensk tid) som fristen räknas från.")] = None,
    kommun: Annotated[str | None, typer.Option("--kommun", help="Kommunens mapp i config, eller en sökväg.")] = None,
    falt: Annotated[list[str] | None, typer.Option("--falt", help="namn=värde, till exempel lagrum=lss.")] = None,
    fil: Annotated[
        Path | None, typer.Option("--fil", help="Rader, ett JSON-objekt på varje. - är standard in.")
    ] = None,
    som_json: SomJson = False,
) -> None:
    """När går fristen ut, enligt vilken regel, och hur räknas det? Kräver bara regelfilerna, ingen databas."""
    from regler import svara, svara_rader

    if fil is not None:
        if process or frist or fran:
            raise typer.BadParameter("ange antingen PROCESS FRIST --fran eller --fil", param_hint="--fil")
        try:
            with nullcontext(sys.stdin) if str(fil) == "-" else fil.open(encoding="utf-8-sig") as rader:
                for rad in svara_rader((r for r in rader if r.strip()), _regler):
                    sys.stdout.write(rad + "\n")
        except OSError as fel:
            raise Avbrott([f"Filen {fil} går inte att läsa{olasbar(fel)}."]) from None
        return
    if not (process and frist and fran):
        raise typer.BadParameter("ange PROCESS, FRIST och --fran, eller --fil RADER.jsonl")
    varden = par_av(falt, "--falt")
    svar = svara({"process": process, "frist": frist, "kommun": kommun, "fran": fran, "falt": varden}, _regler)
    if "fel" in svar:
        raise Avbrott(svar["skal"], svar)
    if som_json:
        skriv(svar)
        return
    _visa_frist(svar)


def _visa_frist(svar: dict[str, Any]) -> None:
    regel = svar["regel"]
    typer.echo(
        f"{svar['process']} {svar['frist']}: "
        + (f"förfaller {svar['forfaller']}" if svar["forfaller"] else regel["tid"])
    )
    typer.echo(f"Regel: {regel['tid']} från {regel['fran']} ({regel['niva']}). {regel['lagrum'] or 'Inget lagrum'}.")
    typer.echo(f"Källa: {regel['kalla']}. Kontrollerad: {regel['kontrollerad'] or 'nej'}.")
    if "lag" in svar:
        typer.echo(f"Lagens egen gräns: {svar['lag']['forfaller']} ({svar['lag']['regel']['lagrum']}).")
    for rad in svar["rakning"]:
        typer.echo(f"  {rad['dag']}  {rad['nummer'] if rad['nummer'] is not None else '':>4}  {rad['varfor']}")


@process_app.command("visa")
def process_visa(
    namn: Annotated[str, typer.Argument(help="Processens namn.")],
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Bara diagrammet.")] = False,
    som_json: SomJson = False,
) -> None:
    """En process som tabell och som Mermaid-diagram."""
    from tjanster.arenden.registrera import hitta_process

    process = hitta_process(namn)
    if som_json:
        skriv({"namn": process.namn, "rubrik": process.rubrik, "tillstand": dict(process.tillstand),
               "steg": process.som_tabell(), "mermaid": process.som_mermaid()})  # fmt: skip
        return
    if not mermaid:
        typer.echo(f"{process.rubrik}\n")
        tabell_ut([[r["Steg"], r["Från"], r["Till"], r["Vem"], r["Krävs"], r["Frister"]] for r in process.som_tabell()],
                ["Steg", "Från", "Till", "Vem", "Krävs", "Frister"])  # fmt: skip
        typer.echo("")
    typer.echo(process.som_mermaid())


@process_app.command("lista")
def process_lista(som_json: SomJson = False) -> None:
    """Alla processer."""
    from arbetsfloden import PROCESSER

    rader = [{"namn": p.namn, "rubrik": p.rubrik, "prefix": p.prefix, "version": p.version} for p in PROCESSER.values()]
    if som_json:
        skriv(rader)
    else:
        tabell_ut([list(r.values()) for r in rader], ["Namn", "Rubrik", "Prefix", "Version"])
