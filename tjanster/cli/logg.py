"""The log: verify it, show it, and the monthly control of readings."""

from pathlib import Path
from typing import Annotated

import typer

from tjanster.cli.grund import Avbrott, Nu, SomJson, dag_av_text, oppen_vaka, skriv, tabell_ut, tid_av

logg_app = typer.Typer(help="Loggen: prova att den är hel, läs den, kontrollera läsningar.", no_args_is_help=True)


@logg_app.command("verifiera")
def verifiera(
    ankare: Annotated[Path | None, typer.Option(help="Fil med förankrade dagar; annars nodens egen.")] = None,
    fran: Annotated[str | None, typer.Option(help="Bara kedjan från den dagen.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Är loggen hel: varje ändrad, borttagen, inskjuten eller omflyttad rad hittas och den första namnges."""
    from rich.console import Console
    from rich.progress import Progress

    from tjanster import logg

    dag = dag_av_text(fran, "--fran") if fran else None
    with oppen_vaka() as vaka, Progress(console=Console(stderr=True), transient=True, disable=som_json) as visare:
        uppgift = visare.add_task("Prövar loggen", total=None)
        try:
            prov = logg.verifiera(
                vaka, tid_av(nu), fran=dag, ankarfil=ankare,
                framsteg=lambda klart, alla: visare.update(uppgift, completed=klart, total=alla),
            )  # fmt: skip
        except logg.Ankarfel as fel:
            raise Avbrott([str(fel)]) from None
    if som_json:
        skriv(prov.som_dict())
    elif prov.hel:
        typer.echo(
            f"Loggen är hel: {prov.rader} rader och {prov.dagar} stängda dagar, {prov.ankare} av dem mot ankaret "
            f"({prov.sekunder:.1f} s)."
        )
    else:
        typer.echo(f"Loggen är inte hel: {prov.antal_fel} fel bland {prov.rader} rader. Det första:")
        for ett in prov.fel[:20]:
            typer.echo(f"  {ett}")
    if not prov.hel:
        raise typer.Exit(1)


@logg_app.command("kontroll")
def kontroll(som_json: SomJson = False, nu: Nu = None) -> None:
    """Månadens stickprov av läsningar: drar dem när det är dags och visar hur långt varje enhet har kommit."""
    from tjanster.logg.granskning import alla_framsteg
    from tjanster.logg.stickprov import manadens_stickprov, stammer

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        dragna = manadens_stickprov(vaka, tid)
        with vaka.systemet() as conn:
            lage = alla_framsteg(conn, vaka.sammanhang)
            fel = stammer(conn, vaka.sammanhang)
    if som_json:
        rader = [
            {"manad": f"{x.manad:%Y-%m}", "enhet": x.enhet, "antal": x.antal, "ratt": x.ratt, "utreds": x.utreds, "kvar": x.kvar,
             "senast": x.senast.isoformat()}
            for x in lage
        ]  # fmt: skip
        skriv({"dragna": [vars(x) for x in dragna], "stickprov": rader, "fel": fel})
    else:
        typer.echo(f"Dragna nu: {sum(x.antal for x in dragna)} läsningar i {len(dragna)} enheter.")
        if lage:
            tabell_ut(
                [[f"{x.manad:%Y-%m}", x.enhet_namn, x.antal, x.ratt, x.utreds, x.kvar, x.senast] for x in lage],
                ["Månad", "Enhet", "Dragna", "Rätt", "Utreds", "Kvar", "Senast"],
            )
        for ett in fel:
            typer.echo(ett, err=True)
    if fel:
        raise typer.Exit(1)


@logg_app.command("visa")
def visa(
    arende: Annotated[str | None, typer.Option("--arende", help="Ärendets nummer.")] = None,
    anvandare: Annotated[str | None, typer.Option("--anvandare", help="Kontots användarnamn.")] = None,
    fran: Annotated[str | None, typer.Option(help="Första dagen.")] = None,
    till: Annotated[str | None, typer.Option(help="Sista dagen.")] = None,
    som_json: SomJson = False,
) -> None:
    """Vad som hänt i ett ärende och vem som läst det, eller vad ett konto har gjort och läst."""
    from tjanster.logg.visning import HOGST, loggen

    if (arende is None) == (anvandare is None):
        raise typer.BadParameter("välj --arende eller --anvandare, en av dem")
    dagar = {namn: dag_av_text(text, f"--{namn}") if text else None for namn, text in (("fran", fran), ("till", till))}
    with oppen_vaka() as vaka, vaka.systemet() as conn:
        rader = loggen(conn, arende=arende.upper() if arende else None, anvandare=anvandare, **dagar)
    if som_json:
        skriv([rad.som_dict() for rad in rader])
        return
    tabell_ut(
        [[f"{r.tid:%Y-%m-%d %H:%M:%S}", r.vem, r.arende, r.sort, r.vad, r.detalj, r.skal] for r in rader],
        ["Tid", "Vem", "Ärende", "Sort", "Vad", "", "Skäl"],
    )
    if len(rader) == HOGST:
        typer.echo(f"Bara de första {HOGST} raderna visas. Välj färre dagar med --fran och --till.")
