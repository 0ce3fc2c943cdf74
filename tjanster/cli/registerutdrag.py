"""An extract of all that is held on a person, on the command line, which sees every case."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from tjanster.cli.gallra import skriv_fil
from tjanster.cli.grund import Nu, dag_av_text, fraga, oppen_vaka, tid_av

app = typer.Typer()


@app.command("registerutdrag")
def registerutdrag(
    fil: Annotated[Path, typer.Argument(help="Filen som utdraget skrivs i: .pdf eller .json.")],
    inkom: Annotated[str | None, typer.Option("--inkom", help="Dagen begäran kom in: då står när svaret ska vara lämnat.")] = None,
    lasare: Annotated[bool, typer.Option("--lasare", help="Ta med vem som har läst.")] = False,
    med: Annotated[list[str] | None, typer.Option("--med", help="En del som är prövad och får lämnas ut; flera går bra.")] = None,
    nu: Nu = None,
) -> None:
    """Allt som finns om en person, när personen själv ber om det. Namn och personnummer frågas efter, eller läses en på
    varje rad från standard in, så att de inte hamnar i skalets historik. Det som kan röra andra lämnas inte ut utan --med."""
    from tjanster.registerutdrag import gor_utdrag, las_sokt, logga, skriv_json, skriv_pdf
    from tjanster.registerutdrag.dokument import slapp

    form = fil.suffix.removeprefix(".")
    if form not in ("pdf", "json"):
        raise typer.BadParameter(f"'{fil.name}': filen ska sluta på .pdf eller .json", param_hint="FIL")
    dag = dag_av_text(inkom, "--inkom") if inkom else None
    if sys.stdin.isatty():
        typer.echo("Tom rad när det inte är känt.", err=True)
    sokt = las_sokt(fraga("Namn: "), fraga("Personnummer: "))
    with oppen_vaka() as vaka:
        utdrag = gor_utdrag(vaka, None, sokt, tid_av(nu), inkom=dag, med_lasare=lasare)
        utdrag = slapp(utdrag, frozenset(med or ()))
        innehall = (skriv_pdf if form == "pdf" else skriv_json)(vaka, utdrag)
        skriv_fil(fil, innehall)
        logga(vaka, None, utdrag, form, sha256(innehall).hexdigest())
    for bit in utdrag.bitar:
        if bit.nyckel not in utdrag.nycklar:
            typer.echo(f"Att pröva: --med {bit.nyckel}  {bit.rubrik}. {bit.varfor}.")
