"""Rows in, reports and counts out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster.cli.grund import (
    Avbrott,
    Nu,
    SomJson,
    dag_av_text,
    oppen_vaka,
    skriv,
    tabell_ut,
    tid_av,
)

if TYPE_CHECKING:
    pass

app = typer.Typer()


@app.command()
def importera(
    process: Annotated[str, typer.Argument(help="beslut, avvikelse eller synpunkt.")],
    fil: Annotated[Path, typer.Argument(help="CSV med rubrikrad; ; eller , UTF-8 eller Windows-1252.")],
    prova: Annotated[bool, typer.Option("--prova", help="Kontrollera bara, spara inget.")] = False,
    hoppa_over_fel: Annotated[
        bool, typer.Option("--hoppa-over-fel", help="Spara de rätta raderna; de felaktiga hamnar i en fil.")
    ] = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Läs in rader från ett annat system. Allt eller inget; samma rad två gånger är ett ärende."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from tjanster.importera import Importfel
    from tjanster.importera import importera as las_in

    tid = tid_av(nu)
    konsol = Console(stderr=True)
    kolumner = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with oppen_vaka() as vaka, Progress(*kolumner, console=konsol, transient=True, disable=som_json) as visare:
            uppgift = visare.add_task("Läser in", total=None)
            rapport = las_in(
                vaka, process, fil, prova=prova, hoppa_over_fel=hoppa_over_fel, nu=tid,
                framsteg=lambda vad, klart, alla: visare.update(
                    uppgift, description=vad.capitalize(), completed=klart, total=alla
                ),
            )  # fmt: skip
    except Importfel as fel:
        raise Avbrott(list(fel.skal)) from None
    if som_json:
        skriv(rapport.som_dict())
    else:
        for fel in (*rapport.fel, *rapport.varningar):
            typer.echo(str(fel), err=True)
        typer.echo(rapport.sammanfattning())
    if rapport.fel:
        raise typer.Exit(1)


@app.command()
def rapport(
    namn: Annotated[str, typer.Argument(help="Till exempel ej-verkstallda, ivo-underlag, notiser.")],
    period: Annotated[str, typer.Option("--period", help="Till exempel 2026K3, 2026, 2026T1, 2026-09.")],
    format_: Annotated[str, typer.Option("--format", help="text, json, csv eller xlsx.")] = "text",
    till: Annotated[Path | None, typer.Option("--till", help="Skriv till fil i stället.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """En rapport för en period, räknad som det stod vid periodens slut."""
    from tjanster.rapporter import FEL, anteckna_rapport, gor_rapport
    from tjanster.rapporter import skriv as som_fil

    format_ = "json" if som_json else format_
    try:
        with oppen_vaka() as vaka, vaka.systemet() as conn:
            tid = tid_av(nu)
            svar = gor_rapport(conn, vaka.sammanhang, namn, period, tid.date())
            anteckna_rapport(conn, svar, None, tid)
        if format_ == "text":
            _rapport_som_text(svar)
            return
        data = som_fil(svar, format_)
    except FEL as fel:
        raise Avbrott(getattr(fel, "skal", None) or [str(fel)]) from None
    if till is not None:
        till.write_bytes(data)
        typer.echo(f"Skrev {till}.", err=True)
    else:
        sys.stdout.buffer.write(data)


def _rapport_som_text(svar: Any) -> None:
    typer.echo(f"{svar.rubrik}, {svar.kommun.namn}\n{svar.period.rubrik}, räknad per {svar.raknad}")
    for rad in (svar.ingress, *svar.anm):
        if rad:
            typer.echo(rad)
    for tabell in svar.tabeller:
        typer.echo(f"\n{tabell.rubrik}")
        if tabell.rader:
            tabell_ut([list(r) for r in tabell.alla_rader], [k.rubrik for k in tabell.kolumner])
        else:
            typer.echo("Inget att redovisa.")
        if tabell.anm:
            typer.echo(tabell.anm)


@app.command()
def statistik(
    process: Annotated[str, typer.Argument(help="Process, till exempel avvikelse.")],
    per: Annotated[str, typer.Option("--per", help="Fält att räkna efter, med komma emellan: typ,enhet,ar.")],
    fran: Annotated[str | None, typer.Option("--fran", help="Första dagen.")] = None,
    till: Annotated[str | None, typer.Option("--till", help="Sista dagen; annars i dag.")] = None,
    omaskad: Annotated[bool, typer.Option("--omaskad", help="Visa även små grupper.")] = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Antal ärenden efter fält. Små grupper döljs om man inte ber om annat."""
    from tjanster.rapporter import FEL
    from tjanster.rapporter import statistik as rakna

    fran_dag = dag_av_text(fran, "--fran") if fran else None
    till_dag = dag_av_text(till, "--till") if till else tid_av(nu).date()
    falt = [f.strip() for f in per.split(",") if f.strip()]
    try:
        with oppen_vaka() as vaka, vaka.systemet() as conn:
            svar = rakna(conn, vaka.sammanhang, process, falt, fran_dag, till_dag, omaskad=omaskad)
    except FEL as fel:
        raise Avbrott(getattr(fel, "skal", None) or [str(fel)]) from None
    if som_json:
        skriv(svar.som_dict())
        return
    tabell = svar.som_tabell()
    tabell_ut([list(r) for r in tabell.alla_rader], [k.rubrik for k in tabell.kolumner])
    if svar.maskad:
        typer.echo("Små grupper är dolda. --omaskad visar dem.")
