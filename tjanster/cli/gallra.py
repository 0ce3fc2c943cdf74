"""Weeding on the command line: see what would go, propose, approve, go on, and fetch the certificate."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tjanster.cli.grund import Avbrott, Nu, SomJson, matare, oppen_vaka, skriv, tabell_ut, tid_av
from tjanster.settings import olasbar

if TYPE_CHECKING:
    from tjanster.app import Vaka
    from tjanster.gallring import Korning

gallra_app = typer.Typer(no_args_is_help=True, help="Gallring: vad som gallras, vad som hålls kvar, två personers beslut, bevis.")
Nummer = Annotated[int, typer.Argument(help="Gallringens nummer, se 'vaka gallra historik'.")]
Antal = Annotated[int, typer.Option("--antal", help="Hur många ärenden som ska gallras, som 'vaka gallra visa' säger.")]
Av = Annotated[str, typer.Option("--av", help="Användarnamnet på den som gör det.")]
FLEST = 40


@gallra_app.command("visa")
def visa(som_json: SomJson = False, nu: Nu = None) -> None:
    """Vilka ärenden skulle gallras, enligt vilken regel och varför den dagen, och vilka hålls kvar? Ändrar ingenting."""
    from regler import GALLRAS
    from tjanster.gallring import valj

    with oppen_vaka() as vaka, vaka.systemet() as conn:
        urval = valj(conn, vaka.sammanhang, tid_av(nu).date())
    if som_json:
        skriv(urval.som_dict())
        return
    typer.echo(f"{len(urval.gar)} ärenden kan gallras {urval.dag}, {len(urval.halls)} hålls kvar, {urval.inte_an} har tid kvar.")
    if urval.gar:
        rader = [[k.nummer, GALLRAS[k.vad], k.raknat, k.senast, f"{k.regel}: {k.lagrum}"] for k in urval.gar[:FLEST]]
        tabell_ut(rader, ["Gallras", "Vad", "Därför", "Senast", "Regel"])
    if urval.halls:
        tabell_ut([[h.nummer, "; ".join(h.skal)] for h in urval.halls[:FLEST]], ["Hålls kvar", "Därför"])
    if urval.bevarade:
        typer.echo(f"Av dem som hålls kvar bevaras {urval.bevarade} för en persons skull, se 'vaka bevarande lista'.")
    for process, antal in sorted(urval.utan_regel.items()):
        typer.echo(f"{process}: {antal} avslutade ärenden utan gallringsregel. De bevaras.")
    if (fler := max(len(urval.gar), len(urval.halls)) - FLEST) > 0:
        typer.echo(f"… och {fler} till. Alla: --json")


@gallra_app.command("utfor")
def utfor(
    beslut: Annotated[str, typer.Option("--beslut", help="Beslutet om gallring: vem som beslutade, dagen och paragrafen.")],
    antal: Antal,
    av: Av,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Föreslå att det som 'vaka gallra visa' visar ska gallras. Inget gallras förrän en annan person har godkänt det."""
    from tjanster.gallring import foresla

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        svar = foresla(vaka, beslut=beslut, antal=antal, av=_person(vaka, av, nu), nu=tid)
    _beratta(svar, som_json)


@gallra_app.command("godkann")
def godkann(nummer: Nummer, antal: Antal, av: Av, som_json: SomJson = False, nu: Nu = None) -> None:
    """Godkänn en gallring som en annan har föreslagit. Den görs genast och går inte att ångra."""
    from tjanster import gallring

    tid = tid_av(nu)
    with oppen_vaka() as vaka, matare("Gallrar", som_json) as framsteg:
        gallring.godkann(vaka, nummer, antal=antal, av=_person(vaka, av, nu), nu=tid)
        svar = gallring.kor(vaka, nummer, tid, framsteg)
    _beratta(svar, som_json)


@gallra_app.command("fortsatt")
def fortsatt(nummer: Nummer, som_json: SomJson = False, nu: Nu = None) -> None:
    """Ta upp en godkänd gallring som avbröts, till exempel av ett strömavbrott, där den var."""
    from tjanster.gallring import kor

    with oppen_vaka() as vaka, matare("Gallrar", som_json) as framsteg:
        svar = kor(vaka, nummer, tid_av(nu), framsteg)
    _beratta(svar, som_json)


@gallra_app.command("avbryt")
def avbryt(
    nummer: Nummer,
    skal: Annotated[str, typer.Option("--skal", help="Varför.")],
    av: Av,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Avbryt en gallring som väntar på godkännande, eller det som återstår av en som stannat. Det gallrade kommer inte tillbaka."""
    from tjanster import gallring

    with oppen_vaka() as vaka:
        _person(vaka, av, nu)
        svar = gallring.avbryt(vaka, nummer, skal=skal, nu=tid_av(nu))
    _beratta(svar, som_json)


@gallra_app.command("historik")
def historik(som_json: SomJson = False) -> None:
    """Alla gallringar, den senaste först."""
    from tjanster.gallring import STATUS, alla_korningar

    with oppen_vaka() as vaka, vaka.systemet() as conn:
        alla = alla_korningar(conn)
    if som_json:
        skriv([k.som_dict() for k in alla])
    elif not alla:
        typer.echo("Inget har gallrats än.")
    else:
        rader = [[k.id, STATUS[k.status], k.dag, k.gallrade, len(k.kvar), k.foreslagen_av, k.godkand_av, k.beslut] for k in alla]
        tabell_ut(rader, ["Nr", "Läge", "Dag", "Gallrade", "Kvar", "Föreslogs av", "Godkändes av", "Beslut"])


@gallra_app.command("bevis")
def bevis(
    nummer: Nummer,
    fil: Annotated[Path | None, typer.Option("--fil", help="Filen som beviset skrivs i: .pdf eller .json.")] = None,
    nu: Nu = None,
) -> None:
    """Gallringsbeviset: vad som gallrades, enligt vilken regel och på vems beslut. Utan --fil skrivs det som JSON."""
    from tjanster.gallring import bevis as som_dict
    from tjanster.gallring.bevis import bevis_pdf

    if fil is not None and fil.suffix not in (".pdf", ".json"):
        raise typer.BadParameter(f"'{fil.name}': filen ska sluta på .pdf eller .json", param_hint="--fil")
    with oppen_vaka() as vaka, vaka.systemet() as conn:
        har = som_dict(conn, nummer)
        if fil is None:
            skriv(har)
            return
        pdf = fil.suffix == ".pdf"
        innehall = bevis_pdf(conn, vaka.sammanhang, nummer, tid_av(nu)) if pdf else json.dumps(har, ensure_ascii=False, indent=2).encode()
    skriv_fil(fil, innehall)


def skriv_fil(fil: Path, innehall: bytes) -> None:
    """Put it down, and say where."""
    try:
        fil.write_bytes(innehall)
    except OSError as fel:
        raise Avbrott([f"Filen {fil} går inte att skriva{olasbar(fel)}."]) from None
    typer.echo(f"Skrev {fil}, {len(innehall)} byte.")


def _person(vaka: "Vaka", namn: str, nu: str | None) -> int:
    from tjanster.gallring.vem import gallrare

    with vaka.systemet() as conn:
        return gallrare(conn, namn, tid_av(nu).date())


def _beratta(k: "Korning", som_json: bool) -> None:
    from tjanster.gallring import STATUS

    if som_json:
        skriv(k.som_dict())
        return
    typer.echo(f"Gallring {k.id}: {STATUS[k.status].lower()}. {k.gallrade} av {len(k.arenden)} ärenden gallrade, {len(k.kvar)} hölls kvar.")
    if k.bevarade:
        typer.echo(f"{k.bevarade} ärenden hölls kvar för att en persons ärenden bevaras.")
    for rad in k.kvar:
        typer.echo(f"  {rad['nummer']}: {'; '.join(rad['skal'])}")
    if k.status == "vantar":
        typer.echo(f"En annan person godkänner med 'vaka gallra godkann {k.id} --antal {len(k.arenden)} --av NAMN'.")
