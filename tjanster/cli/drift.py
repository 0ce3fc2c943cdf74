"""Run Vaka: the demo, the servers, migrations, health and the watch."""

import gc
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.cli.grund import Avbrott, Nu, SomJson, installningar, oppen_vaka, skriv, tid_av

if TYPE_CHECKING:
    from tjanster.app import Vaka
    from tjanster.settings import Settings

app = typer.Typer()


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port för webben.")] = None,
    nu: Nu = None,
    utan_webb: Annotated[bool, typer.Option("--utan-webb", help="Ladda bara, starta ingen webb.")] = False,
) -> None:
    """En hel påhittad kommun med ärenden, webb på 127.0.0.1:8000 och brev på /demo/brevlada."""
    from rich.console import Console
    from rich.progress import Progress

    from tjanster import demo as demon
    from tjanster.db import server

    konsol = Console(highlight=False, soft_wrap=True)
    valt = {"demo": True, "port": port, "nu": nu}
    if port is not None:
        valt["url"] = f"http://127.0.0.1:{port}"
    inst = installningar(**valt)
    if inst.databas is None and (varning := server.varning()):
        konsol.print(f"[yellow]{varning}[/yellow]")
    konsol.print("Startar databasen …")
    if not utan_webb:
        _kolla_porten(inst)
    with oppen_vaka(**valt) as vaka, Progress(console=konsol, transient=True) as visare:
        uppgift = visare.add_task("Laddar Exempelkommun", total=None)
        laddad = demon.ladda(
            vaka, klocka.nu(), framsteg=lambda klart, alla: visare.update(uppgift, completed=klart, total=alla)
        )
        visare.stop()
        _beratta_demo(konsol, vaka, laddad)
        if not utan_webb:
            from tjanster.web.start import kor

            kor(vaka, "allt", laddad.anvandare)


def _kolla_porten(inst: "Settings") -> None:
    """Say so before anything is loaded, when somebody else already listens there."""
    import socket

    with socket.socket() as prov:
        prov.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prov.bind((inst.vard, inst.port))
        except OSError as fel:
            raise Avbrott(
                [
                    f"Port {inst.port} på {inst.vard} går inte att använda ({fel.strerror}). Välj en annan: --port {inst.port + 1}."
                ]
            ) from None


def _beratta_demo(konsol: Any, vaka: "Vaka", laddad: Any) -> None:
    konsol.print(f"\n[bold]Vaka för {vaka.sammanhang.kommun.namn}[/bold] (påhittad kommun, påhittade människor)\n")
    for konto in laddad.anvandare:
        konsol.print(f"  [bold]{konto.anvandarnamn:<11}[/bold] {konto.roll}, {konto.enhet}")
        konsol.print(f"              [dim]{konto.prova}[/dim]")
    konsol.print(f"\nLösenord för alla: [bold]{laddad.losenord}[/bold]")
    konsol.print(f"Webben:   [bold]{vaka.settings.url}[/bold]")
    konsol.print(f"Breven:   {vaka.settings.url}/demo/brevlada")
    konsol.print("Avsluta med Ctrl-C. Inget går förlorat; samma kommando startar igen.\n")


@app.command()
def start(
    roll: Annotated[str, typer.Option(help="webb, vakt eller allt.")] = "allt",
    port: Annotated[int | None, typer.Option(help="Port för webben.")] = None,
) -> None:
    """Kör Vaka: webben, bevakningen eller båda."""
    if roll not in ("webb", "vakt", "allt"):
        raise typer.BadParameter(f"'{roll}' finns inte; välj webb, vakt eller allt", param_hint="--roll")
    # All that is loaded now stays, so looking through it for what can be thrown away only makes the start longer.
    gc.disable()
    from tjanster.web.start import kor

    if roll != "vakt":
        _kolla_porten(installningar(port=port))
    with oppen_vaka(port=port) as vaka:
        if roll != "vakt":
            import tjanster.web.program  # noqa: F401
        gc.freeze()
        gc.enable()
        if vaka.settings.databas is None:
            typer.echo(
                "Obs: den inbyggda databasen är för demo och prov. Den saknar lösenord och nås av alla på datorn. "
                "Sätt VAKA_DATABAS i drift.",
                err=True,
            )
        kor(vaka, roll)


@app.command()
def migrera() -> None:
    """För databasens tabeller till den här versionen."""
    from tjanster import app as program
    from tjanster.db import migrera as m
    from tjanster.db import session

    motor = session.motor(program.databas_url(installningar()))
    fore = m.nuvarande(motor)
    m.migrera(motor)
    typer.echo(f"Tabellerna är i version {m.nuvarande(motor)}" + ("" if fore else " (nya)") + ".")
    motor.dispose()


@app.command()
def halsa(som_json: SomJson = False, nu: Nu = None) -> None:
    """Mår Vaka bra: databas, tabeller, svep, utkorg, obemannade poster, svaga inställningar."""
    from tjanster.halsa import prova_halsan

    with oppen_vaka() as vaka:
        svar = prova_halsan(vaka, tid_av(nu))
    if som_json:
        skriv(svar.som_dict())
    else:
        for punkt in svar.punkter:
            typer.echo(f"{'ok ' if punkt.bra else 'FEL'}  {punkt.namn}: {punkt.text}")
    if not svar.bra:
        raise typer.Exit(1)


@app.command()
def nyckel() -> None:
    """Gör en ny nyckel till VAKA_NYCKLAR. Den skrivs ut och sparas ingenstans."""
    from tjanster.krypto import ny_nyckel

    typer.echo(ny_nyckel())


@app.command("nycklar")
def nycklar(
    rotera: Annotated[bool, typer.Option("--rotera", help="Kryptera om allt som en äldre nyckel håller med den nyaste.")] = False,
    som_json: SomJson = False,
) -> None:
    """Nycklarna som uppgifter är krypterade med, och hur mycket var och en håller. En nyckel som håller något måste finnas kvar."""
    from tjanster.arenden.omkryptering import per_nyckel
    from tjanster.arenden.omkryptering import rotera as kryptera_om

    with oppen_vaka() as vaka:
        ring = vaka.nyckelring
        nya, skadade = 0, list[int]()
        if rotera:
            for gangna, nya in kryptera_om(vaka.motor, ring, skadade):
                typer.echo(f"\r{gangna} genomgångna, {nya} omkrypterade", nl=False, err=True)
            typer.echo("", err=True)
        with vaka.systemet() as conn:
            antal = per_nyckel(conn, ring)
    okanda = sorted(set(antal) - set(ring.nycklar))
    if som_json:
        skriv({"aktuell": ring.aktuell, "antal": {n: antal[n] for n in (*ring.nycklar, *okanda)}, "omkrypterade": nya, "saknas": okanda, "skadade": skadade})
    else:
        for namn in ring.nycklar:
            lage = "nyast" if namn == ring.aktuell else "behövs" if antal[namn] else "kan tas bort"
            typer.echo(f"{namn}: {antal[namn]} uppgifter, {lage}")
        for namn in okanda:
            typer.echo(f"{namn or 'okrypterat'}: {antal[namn]} uppgifter som ingen nyckel öppnar. Lägg tillbaka nyckeln i VAKA_NYCKLAR.")
        if skadade:
            typer.echo(f"{len(skadade)} bilagor går inte att läsa och är inte omkrypterade: kör 'vaka bilagor kontrollera'.", err=True)
    if okanda or skadade:
        raise typer.Exit(1)


@app.command()
def bevaka(som_json: SomJson = False, nu: Nu = None) -> None:
    """Ett svep: frister som passerat, påminnelser, morgonbrev och utskick."""
    from dataclasses import asdict

    from tjanster.scheduler.jobb import otillforlitligt
    from tjanster.scheduler.svep import bevaka as svep

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        if nu is None and (fel := otillforlitligt(vaka)):
            raise Avbrott([fel[1]])
        utfall, utskick = svep(vaka, tid)
    svar = asdict(utfall) | {"utskick": asdict(utskick) if utskick else None}
    if som_json:
        skriv(svar)
    else:
        typer.echo(
            f"Brutna frister: {utfall.brutna}. Flyttade ärenden: {utfall.flyttade}. Trappsteg: {utfall.trappsteg} "
            f"(ikapp {utfall.ikapp}). Morgonbrev: {utfall.morgonbrev}."
        )
        if utfall.utan_mottagare:
            typer.echo(
                f"{utfall.utan_mottagare} påminnelser når ingen: ingen har en roll och en e-postadress på vägen upp. "
                "Fyll posterna; påminnelserna går då vid nästa svep."
            )
        if utskick is None:
            typer.echo("Ingen e-postserver är inställd (VAKA_SMTP): breven väntar i utkorgen.")
        else:
            typer.echo(
                f"Skickade: {utskick.skickade}. Väntar: {utskick.uppskjutna}. Misslyckade: {utskick.misslyckade}."
                + (f" {utskick.stopp}" if utskick.stopp else "")
            )
        for fel in utfall.fel:
            typer.echo(fel, err=True)
    if utfall.fel or utfall.utan_mottagare or (utskick and (utskick.stopp or utskick.misslyckade)):
        raise typer.Exit(1)
