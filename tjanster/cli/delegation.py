"""The order of delegation: who may decide what in a unit on a day."""

from typing import Annotated

import typer

from tjanster import klocka
from tjanster.cli.anvandare import enhetskod
from tjanster.cli.grund import SomJson, dag_av_text, oppen_vaka, skriv, tabell_ut

app = typer.Typer()


@app.command("delegation")
def delegation(
    enhet: Annotated[str | None, typer.Option(help="Enhetens kod eller namn; annars hela kommunen.")] = None,
    dag: Annotated[str | None, typer.Option("--dag", help="Dagen det gäller; annars i dag.")] = None,
    som_json: SomJson = False,
) -> None:
    """Visa delegationsordningen för en enhet: vem som får besluta vad, och vilka poster som är tomma."""
    from tjanster.arenden.delegationsordning import ordningen

    with oppen_vaka() as vaka, vaka.motor.begin() as conn:
        s = vaka.sammanhang
        kod = enhetskod(vaka, enhet) if enhet else s.kommun.rot
        vald = dag_av_text(dag, "--dag") if dag else klocka.idag()
        punkter = [p for per in ordningen(conn, s, kod or "", vald).values() for p in per]
    if som_json:
        skriv([p.som_dict() for p in punkter])
        return
    tabell_ut(
        [[p.punkt, p.rubrik, "; ".join(f"{x.roll}: {', '.join(x.personer) or 'TOM POST'}" for x in p.poster)] for p in punkter],
        ["Punkt", "Beslut", "Får besluta"],
    )
