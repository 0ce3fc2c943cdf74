"""Persons whose cases must not be weeded, on the command line. The number is asked for, so that it never lands in a shell's history."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tjanster.cli.grund import Nu, SomJson, dag_av_text, fraga, oppen_vaka, skriv, tabell_ut, tid_av

if TYPE_CHECKING:
    from tjanster.app import Vaka

bevarande_app = typer.Typer(no_args_is_help=True, help="Bevarande: personer vars ärenden inte får gallras.")
Av = Annotated[str, typer.Option("--av", help="Användarnamnet på den som gör det: administratör eller registrator.")]
LAGEN = {"galler": "gäller", "kommer": "börjar gälla", "slut": "har gått ut", "havt": "hävt"}


@bevarande_app.command("lagg")
def lagg(
    skal: Annotated[str, typer.Option("--skal", help="Varför, utan namn och nummer.")],
    av: Av,
    fran: Annotated[str | None, typer.Option("--fran", help="Första dagen; i dag om inget sägs.")] = None,
    till: Annotated[str | None, typer.Option("--till", help="Sista dagen; tills någon häver det om inget sägs.")] = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Bevara alla ärenden som rör en person. Personnumret frågas efter, eller läses från standard in."""
    from tjanster.gallring.bevarande import bevara

    tid = tid_av(nu)
    dagar = [dag_av_text(text, val) if text else None for text, val in ((fran, "--fran"), (till, "--till"))]
    nummer = fraga("Personnummer: ")
    with oppen_vaka() as vaka:
        nytt = bevara(vaka, personnummer=nummer, skal=skal, av=_vem(vaka, av, tid), nu=tid, fran=dagar[0], till=dagar[1])
    skriv(nytt.som_dict(tid.date())) if som_json else typer.echo(f"Bevarande {nytt.id} gäller från {nytt.fran} {_slut(nytt.till)}.")


@bevarande_app.command("lista")
def lista(
    sok: Annotated[bool, typer.Option("--sok", help="Bara dem om en viss person; personnumret frågas efter.")] = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Alla bevaranden, det senaste först. Vem de gäller går inte att läsa; --sok säger vilka som gäller ett visst nummer."""
    from tjanster.gallring.bevarande import alla, om

    dag = tid_av(nu).date()
    nummer = fraga("Personnummer: ") if sok else None
    with oppen_vaka() as vaka, vaka.systemet() as conn:
        hallna = alla(conn) if nummer is None else om(conn, nummer)
    if som_json:
        skriv([x.som_dict(dag) for x in hallna])
    elif not hallna:
        typer.echo("Inget bevarande gäller personen." if sok else "Det finns inga bevaranden.")
    else:
        tabell_ut(
            [[x.id, LAGEN[x.lage(dag)], x.fran, x.till or "tills vidare", x.av, x.skal] for x in hallna],
            ["Nr", "Läge", "Från", "Till", "Lades av", "Varför"],
        )


@bevarande_app.command("hav")
def hav(
    nummer: Annotated[int, typer.Argument(help="Bevarandets nummer, se 'vaka bevarande lista'.")],
    skal: Annotated[str, typer.Option("--skal", help="Varför det hävs.")],
    av: Av,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Häv ett bevarande. Det står kvar i listan, med vem som hävde det och varför."""
    from tjanster.gallring import bevarande

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        har = bevarande.hav(vaka, nummer, skal=skal, av=_vem(vaka, av, tid), nu=tid)
    skriv(har.som_dict(tid.date())) if som_json else typer.echo(f"Bevarande {har.id} är hävt.")


def _vem(vaka: "Vaka", namn: str, nu: datetime) -> int:
    from tjanster.gallring.vem import bevarare

    with vaka.systemet() as conn:
        return bevarare(conn, namn, nu.date())


def _slut(till: object) -> str:
    return f"till och med {till}" if till else "tills någon häver det"
