"""Copies: take one, put one back, and let letters leave a database that was set back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tjanster import klocka
from tjanster.cli.grund import Avbrott, Nu, SomJson, installningar, matare, oppen_vaka, skriv, tid_av

if TYPE_CHECKING:
    from tjanster.kopia import Aterstalld

app = typer.Typer()


@app.command()
def sakerhetskopia(
    mapp: Annotated[Path | None, typer.Argument(help="Mappen som kopian läggs i; annars VAKA_KOPIA.")] = None,
    behall: Annotated[int | None, typer.Option("--behall", min=1, help="Så många hela kopior får ligga kvar, den nya inräknad.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """En hel säkerhetskopia medan Vaka används: databasen, bilagorna och vad kopian är. Aldrig nycklarna."""
    from tjanster.kopia import som_dict, ta

    inst = installningar()
    if (vart := mapp or inst.kopia) is None:
        raise typer.BadParameter("ange mappen som kopian ska läggas i, eller sätt VAKA_KOPIA", param_hint="MAPP")
    with matare("Kopierar", som_json) as framsteg:
        tagen = ta(inst, vart, tid_av(nu), behall=behall, framsteg=framsteg)
    om = som_dict(tagen.mapp, tagen.manifest)
    if som_json:
        skriv(om | {"saknade": tagen.saknade, "bortgallrade": tagen.bortgallrade, "halva": tagen.halva})
    else:
        typer.echo(f"Kopian ligger i {tagen.mapp}.")
        typer.echo(
            f"{om['arenden']} ärenden, {om['handelser']} händelser, {om['bilagor']} bilagor, {om['storlek'] / 1_000_000:.1f} MB. "
            f"Loggen till och med sigill {om['logg']['nr'] if om['logg'] else 0}."
        )
        typer.echo(f"Nycklarna är inte med. Kopian går inte att använda utan dem: {', '.join(om['nycklar'])}.")
        if tagen.bortgallrade:
            typer.echo(f"Äldre kopior borttagna: {', '.join(tagen.bortgallrade)}.")
        if tagen.halva:
            typer.echo(f"Halva kopior, som avbröts, ligger kvar: {', '.join(tagen.halva)}. Pågår ingen kopiering: ta bort dem.", err=True)
        if tagen.saknade:
            typer.echo(f"{len(tagen.saknade)} bilagor finns inte i sitt lager och är inte med. Se 'vaka bilagor kontrollera'.", err=True)
    if tagen.saknade:
        raise typer.Exit(1)


@app.command()
def aterstall(
    mapp: Annotated[Path | None, typer.Argument(help="Kopians mapp.")] = None,
    bilagor_till: Annotated[str | None, typer.Option("--bilagor-till", help="Lägg bilagorna i ett annat lager: file:///mapp eller s3://hink/mapp.")] = None,
    bilagor_finns: Annotated[bool, typer.Option("--bilagor-finns", help="Lagret har redan filer, och ska ha dem: lägg dit det som saknas.")] = False,
    tidpunkt: Annotated[str | None, typer.Option("--tidpunkt", help="PostgreSQL har redan satt tillbaka databasen till den tiden: gör det som återstår.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Läs tillbaka en kopia till en tom databas, pröva loggen och håll utskicken tills någon har bestämt om breven."""
    from tjanster import kopia
    from tjanster.bilagelager import DATABAS, las_lager

    if (mapp is None) == (tidpunkt is None):
        raise typer.BadParameter("ange kopians mapp, eller --tidpunkt, en av dem", param_hint="MAPP")
    till = None
    if bilagor_till is not None:
        try:
            till = las_lager(bilagor_till)
        except ValueError as fel:
            raise typer.BadParameter(str(fel), param_hint="--bilagor-till") from None
        if till == DATABAS:
            raise typer.BadParameter("välj en mapp eller en hink", param_hint="--bilagor-till")
    inst, tid = installningar(), tid_av(nu)
    with matare("Prövar kopian", som_json) as framsteg:
        if mapp is not None:
            gjort = kopia.aterstall(inst, mapp, tid, kopia.Bilagor(till, bilagor_finns), framsteg)
        else:
            gjort = kopia.tillbakasatt(inst, tid_av(tidpunkt), tid)
    _beratta(gjort, som_json)
    if not gjort.logg.hel:
        raise typer.Exit(1)


def _beratta(gjort: "Aterstalld", som_json: bool) -> None:
    slutat, prov = gjort.slutat, gjort.logg
    if som_json:
        skriv(
            {"till": gjort.till, "antal": gjort.antal, "filer": gjort.filer, "slutat": vars(slutat), "logg": prov.som_dict(),
             "ankare": gjort.ankare, "obs": gjort.obs, "utskick": "hålls"}
        )  # fmt: skip
        return
    antal = gjort.antal
    typer.echo(f"Databasen är som den var {klocka.svensk(gjort.till):%Y-%m-%d %H:%M:%S}.")
    typer.echo(
        f"{antal.get('arende', 0)} ärenden, {antal.get('handelse', 0)} händelser, {antal.get('bilaga', 0)} bilagor, {gjort.filer} filer lagda i lager."
    )
    if prov.hel:
        typer.echo(f"Loggen är hel: {prov.rader} rader och {prov.dagar} stängda dagar, {prov.ankare} av dem mot ankaret.")
    else:
        typer.echo(f"Loggen är inte hel: {prov.antal_fel} fel bland {prov.rader} rader. Det första: {prov.fel[0]}")
    typer.echo(
        f"Avslutade: {slutat.inloggningar} inloggningar, {slutat.apinycklar} nycklar till andra system, {slutat.engangslosen} engångslösenord, "
        f"{slutat.koder} återställningskoder. Ge dem som behöver nya."
    )
    typer.echo("Konton, uppdrag och lösenord är som de var då: den som slutat sedan dess kan logga in igen. Det som gallrats sedan dess är tillbaka.")
    if gjort.ankare is not None:
        typer.echo(f"Loggens ankarfil slutar nu där loggen slutar. Den förra ligger i {gjort.ankare}: spara den, den visar vad som gått förlorat.")
    for ett in gjort.obs:
        typer.echo(ett, err=True)
    typer.echo("Utskicken hålls. Se 'vaka utskick' innan Vaka tas i bruk.")


@app.command()
def utskick(
    slapp: Annotated[str | None, typer.Option("--slapp", help="Breven som kan ha gått redan: skicka dem, eller stryk dem.")] = None,
    av: Annotated[str | None, typer.Option("--av", help="Användarnamnet på den administratör som bestämmer.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Hålls utskicken sedan databasen sattes tillbaka? Säg vad som ska bli av breven som kan ha gått redan, och släpp dem."""
    from tjanster import kopia

    if slapp is not None and slapp not in (kopia.SKICKA, kopia.STRYK):
        raise typer.BadParameter(f"'{slapp}' finns inte; välj {kopia.SKICKA} eller {kopia.STRYK}", param_hint="--slapp")
    if (slapp is None) != (av is None):
        raise typer.BadParameter("säg både --slapp och --av", param_hint="--slapp")
    tid = tid_av(nu)
    with oppen_vaka() as vaka, vaka.systemet() as conn:
        if slapp is None or av is None:
            hall = kopia.hallet(conn)
            strukna = 0
        else:
            hall, strukna = kopia.slapp(conn, slapp, av, tid)
    svar = {"halls": slapp is None and hall is not None} | (hall.som_dict() if hall else {}) | ({"strukna": strukna} if slapp else {})
    if slapp is None and hall is not None:
        raise Avbrott([str(hall)], svar | {"fel": "utskicken_halls", "skal": [str(hall)], "falt": {}})
    if som_json:
        skriv(svar)
    elif hall is None:
        typer.echo("Utskicken hålls inte: breven går som vanligt.")
    else:
        typer.echo(f"Utskicken är släppta. {strukna} brev struks, {hall.vantar - strukna} går vid nästa utskick.")
