"""Attachments on the command line: move their contents to another store, and prove that each is there and opens."""

from dataclasses import asdict
from typing import Annotated

import typer

from tjanster.cli.grund import Avbrott, Nu, SomJson, matare, oppen_vaka, skriv, tabell_ut, tid_av

bilagor_app = typer.Typer(no_args_is_help=True, help="Bilagor: flytta deras innehåll mellan lager, kontrollera att allt finns.")
FLEST = 40


@bilagor_app.command("flytta")
def flytta(
    till: Annotated[str, typer.Option("--till", help="Lagret: databas, file:///mapp eller s3://hink/mapp.")],
    som_json: SomJson = False,
) -> None:
    """Flytta alla bilagors innehåll till ett lager. Går att avbryta och köra igen, och går bra medan Vaka används."""
    from tjanster.arenden.bilageflytt import Flytt
    from tjanster.arenden.bilageflytt import flytta as flytta_alla
    from tjanster.bilagelager import LagretSvararInte, las_lager

    try:
        lager = las_lager(till)
    except ValueError as fel:
        raise typer.BadParameter(str(fel), param_hint="--till") from None
    lage, stopp = Flytt(), ""
    with oppen_vaka() as vaka, matare("Flyttar", som_json) as framsteg:
        try:
            for lage in flytta_alla(vaka.motor, vaka.nyckelring, vaka.bilagelager, lager):
                if framsteg is not None:
                    framsteg(lage.flyttade + len(lage.skadade), lage.alla)
        except LagretSvararInte as fel:
            stopp = f"{fel} Rätta det och kör samma kommando igen: det går vidare där det slutade."
        nya = vaka.bilagelager.nya
    svar = {"till": lager, "alla": lage.alla, "flyttade": lage.flyttade, "kvar": lage.kvar, "skadade": lage.skadade}
    if not som_json:
        typer.echo(f"Flyttade till {lager}: {lage.flyttade} av {lage.alla} bilagor.")
        if lage.flyttade:
            typer.echo("Det gamla innehållet raderas av bevakningen, eller av 'vaka bevaka'.")
        if nya != lager:
            typer.echo(f"Nya filer läggs fortfarande i {nya}. Ändra VAKA_BILAGELAGER och starta om för att det ska bli {lager}.", err=True)
    skal = [stopp] if stopp else []
    if lage.skadade:
        skal.append(
            f"Gick inte att läsa, och ligger kvar där de låg: bilaga {', '.join(map(str, lage.skadade[:FLEST]))}. "
            "Se 'vaka bilagor kontrollera'."
        )
    if skal:
        kod = "bilagelagret_svarar_inte" if stopp else "bilagor_gar_inte_att_lasa"
        raise Avbrott(skal, svar | {"fel": kod, "skal": skal, "falt": {}})
    if som_json:
        skriv(svar)


@bilagor_app.command("kontrollera")
def kontrollera(
    stada: Annotated[bool, typer.Option("--stada", help="Ta bort föräldralösa objekt, som ingen bilaga hör till.")] = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Finns varje bilagas innehåll där det ska vara, och går det att öppna? Vad ligger i lagren utan att höra till någon bilaga?"""
    from tjanster.arenden.bilagekontroll import kontrollera as kontrollera_alla
    from tjanster.arenden.bilageplats import BRISTER

    tid = tid_av(nu)
    with oppen_vaka() as vaka, matare("Kontrollerar", som_json) as framsteg:
        prov = kontrollera_alla(vaka.motor, vaka.nyckelring, vaka.bilagelager, tid, framsteg, stada=stada)
    vagrade = [
        f"De flesta bilagor saknar sitt innehåll i {p.lager}: då är det lagret som är fel, inte det som ligger där. "
        "Inget är borttaget. Är disken ansluten, och är det rätt hink och mapp?"
        for p in prov
        if stada and p.mest_borta
    ]
    if som_json:
        skriv({"lager": [asdict(p) | {"bra": p.bra} for p in prov], "bra": all(p.bra for p in prov), "skal": vagrade})
    else:
        for p in prov:
            typer.echo(f"{p.lager}: {p.hela} bilagor hela, {len(p.brister)} som inte går att öppna.")
            if p.fel:
                typer.echo(p.fel, err=True)
            if p.brister:
                tabell_ut([[b.nummer, b.bilaga, BRISTER[b.vad]] for b in p.brister[:FLEST]], ["Ärende", "Bilaga", "Vad"])
            if p.foraldralosa and p.stadade == 0:
                typer.echo(f"  {len(p.foraldralosa)} föräldralösa objekt hör inte till någon bilaga. De tas bort med --stada:")
            for objekt in p.foraldralosa[:FLEST] if p.stadade == 0 else ():
                typer.echo(f"  {objekt}")
            if p.stadade:
                typer.echo(f"  {p.stadade} föräldralösa objekt är borttagna.")
            if p.okanda:
                typer.echo(f"  {p.okanda} objekt är inte Vakas, eller gjorda med en nyckel som inte finns kvar. De rörs inte.")
            if (fler := max(len(p.brister), len(p.foraldralosa)) - FLEST) > 0:
                typer.echo(f"  … och {fler} till. Alla: --json")
        for skal in vagrade:
            typer.echo(skal, err=True)
    if vagrade or not all(p.bra for p in prov):
        raise typer.Exit(1)
