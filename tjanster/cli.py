"""The command `vaka`. A door: it reads and prints, it decides nothing. Heavy imports wait until they are used."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka

if TYPE_CHECKING:
    from regler import Regelverk
    from tjanster.app import Vaka
    from tjanster.settings import Settings

app = typer.Typer(
    name="vaka",
    help="Vaka: ärenden, frister och påminnelser för socialtjänstens kvalitetsarbete.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
arende_app = typer.Typer(help="Ärenden: skapa, ta steg, visa, lista.", no_args_is_help=True)
process_app = typer.Typer(help="Processerna, som de är deklarerade.", no_args_is_help=True)
regler_app = typer.Typer(help="Reglerna: kontrollera.", no_args_is_help=True)
anvandare_app = typer.Typer(help="Konton och uppdrag.", no_args_is_help=True)
for namn, under in (
    ("arende", arende_app), ("process", process_app), ("regler", regler_app), ("anvandare", anvandare_app)
):  # fmt: skip
    app.add_typer(under, name=namn)

SomJson = Annotated[bool, typer.Option("--json", help="Skriv JSON.")]
Nu = Annotated[str | None, typer.Option("--nu", help="Räkna som om klockan vore så här mycket, svensk tid.")]


# typer carries a click of its own; wrong use is the class that BadParameter comes from.
FelAnvant: type[Exception] = typer.BadParameter.__mro__[1]


class Avbrott(Exception):
    """The command can't be done: exit code 1 with the sentences."""

    def __init__(self, skal: list[str], svar: dict[str, Any] | None = None) -> None:
        self.skal, self.svar = skal, svar
        super().__init__("\n".join(skal))


def skriv(varde: Any) -> None:
    """JSON on standard output, as other programs read it."""
    typer.echo(json.dumps(varde, ensure_ascii=False, indent=2, default=str))


def _tid(nu: str | None) -> datetime:
    try:
        return klocka.las_tid(nu) if nu else klocka.nu()
    except klocka.Tidsfel as fel:
        raise typer.BadParameter(str(fel), param_hint="--nu") from None


def _settings(**over: Any) -> "Settings":
    from tjanster import settings

    return settings.las(**over)


@contextmanager
def _vaka(*, bygg_ut: bool = True, **over: Any) -> Iterator["Vaka"]:
    from tjanster import app as program

    vaka = program.oppna(_settings(**over), bygg_ut=bygg_ut)
    try:
        yield vaka
    finally:
        vaka.stang()


def _las_fil(fil: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(fil) == "-" else fil.read_text(encoding="utf-8-sig")
    except OSError as fel:
        raise Avbrott([f"Filen {fil} går inte att läsa: {fel.strerror}."]) from None
    except UnicodeDecodeError:
        raise Avbrott([f"Filen {fil} är inte UTF-8. Spara den som UTF-8 och försök igen."]) from None
    try:
        varde = json.loads(text)
    except json.JSONDecodeError as fel:
        raise Avbrott([f"{fil}, rad {fel.lineno}, kolumn {fel.colno}: trasig JSON ({fel.msg})."]) from None
    if not isinstance(varde, dict):
        raise Avbrott([f"{fil}: filen ska hålla ett JSON-objekt, till exempel {{\"slag\": \"klagomal\"}}."])
    return varde


# -- running -----------------------------------------------------------------------------------------------------------


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
    inst = _settings(**valt)
    if inst.databas is None and (varning := server.varning()):
        konsol.print(f"[yellow]{varning}[/yellow]")
    konsol.print("Startar databasen …")
    if not utan_webb:
        _kolla_porten(inst)
    with _vaka(**valt) as vaka, Progress(console=konsol, transient=True) as visare:
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
                [f"Port {inst.port} på {inst.vard} går inte att använda ({fel.strerror}). Välj en annan: --port {inst.port + 1}."]
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
    from tjanster.web.start import kor

    if roll != "vakt":
        _kolla_porten(_settings(port=port))
    with _vaka(bygg_ut=False, port=port) as vaka:
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

    motor = session.motor(program.databas_url(_settings()))
    fore = m.nuvarande(motor)
    m.migrera(motor)
    typer.echo(f"Tabellerna är i version {m.nuvarande(motor)}" + ("" if fore else " (nya)") + ".")
    motor.dispose()


@app.command()
def halsa(som_json: SomJson = False, nu: Nu = None) -> None:
    """Mår Vaka bra: databas, tabeller, svep, utkorg, obemannade poster, svaga inställningar."""
    from tjanster.halsa import prova_halsan

    with _vaka() as vaka:
        svar = prova_halsan(vaka, _tid(nu))
    if som_json:
        skriv(svar.som_dict())
    else:
        for punkt in svar.punkter:
            typer.echo(f"{'ok ' if punkt.bra else 'FEL'}  {punkt.namn}: {punkt.text}")
    if not svar.bra:
        raise typer.Exit(1)


@app.command()
def bevaka(som_json: SomJson = False, nu: Nu = None) -> None:
    """Ett svep: frister som passerat, påminnelser, morgonbrev och utskick."""
    from dataclasses import asdict

    from tjanster.scheduler.svep import bevaka as svep

    tid = _tid(nu)
    with _vaka() as vaka:
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


# -- rules -------------------------------------------------------------------------------------------------------------


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
    fil: Annotated[Path | None, typer.Option("--fil", help="Rader, ett JSON-objekt på varje. - är standard in.")] = None,
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
            raise Avbrott([f"Filen {fil} går inte att läsa: {fel.strerror}."]) from None
        return
    if not (process and frist and fran):
        raise typer.BadParameter("ange PROCESS, FRIST och --fran, eller --fil RADER.jsonl")
    varden = {}
    for ett in falt or []:
        namn, tecken, varde = ett.partition("=")
        if not tecken:
            raise typer.BadParameter(f"'{ett}': skriv namn=värde, till exempel lagrum=lss", param_hint="--falt")
        varden[namn.strip()] = varde.strip()
    svar = svara({"process": process, "frist": frist, "kommun": kommun, "fran": fran, "falt": varden}, _regler)
    if "fel" in svar:
        raise Avbrott(svar["skal"], svar)
    if som_json:
        skriv(svar)
        return
    _visa_frist(svar)


def _visa_frist(svar: dict[str, Any]) -> None:
    regel = svar["regel"]
    typer.echo(f"{svar['process']} {svar['frist']}: " + (f"förfaller {svar['forfaller']}" if svar["forfaller"] else regel["tid"]))
    typer.echo(f"Regel: {regel['tid']} från {regel['fran']} ({regel['niva']}). {regel['lagrum'] or 'Inget lagrum'}.")
    typer.echo(f"Källa: {regel['kalla']}. Kontrollerad: {regel['kontrollerad'] or 'nej'}.")
    if "lag" in svar:
        typer.echo(f"Lagens egen gräns: {svar['lag']['forfaller']} ({svar['lag']['regel']['lagrum']}).")
    for rad in svar["rakning"]:
        typer.echo(f"  {rad['dag']}  {rad['nummer'] if rad['nummer'] is not None else '':>4}  {rad['varfor']}")


@regler_app.command("kontrollera")
def regler_kontrollera(
    mapp: Annotated[str | None, typer.Argument(help="Kommunens mapp; utan mapp kontrolleras alla i config.")] = None,
    som_json: SomJson = False,
) -> None:
    """Läs reglerna och säg varje fel på en gång, med fil, rad och vad som är rätt."""
    from arbetsfloden import PROCESSER, Processfel, kontrollera_namn
    from notiser import KATALOG
    from regler import Regelfel, kommuner, las_in

    fel: list[str] = []
    mappar = [mapp] if mapp else [None, *sorted(kommuner())]
    for en in mappar:
        try:
            regelverk = las_in(en)
            for process in PROCESSER.values():
                kontrollera_namn(process, regelverk.frister(process.namn), KATALOG, PROCESSER)
        except Regelfel as e:
            fel += [str(f) for f in e.fel]
        except Processfel as e:
            fel.append(str(e))
    fel = list(dict.fromkeys(fel))
    if som_json:
        skriv({"fel": fel, "kontrollerade": [str(m or "nationella") for m in mappar]})
    else:
        for ett in fel:
            typer.echo(ett)
        typer.echo(f"{len(fel)} fel i {len(mappar)} regelverk." if fel else f"Inga fel i {len(mappar)} regelverk.")
    if fel:
        raise typer.Exit(1)


# -- processes ---------------------------------------------------------------------------------------------------------


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
        _tabell([[r["Steg"], r["Från"], r["Till"], r["Vem"], r["Krävs"], r["Frister"]] for r in process.som_tabell()],
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
        _tabell([list(r.values()) for r in rader], ["Namn", "Rubrik", "Prefix", "Version"])


def _tabell(rader: list[list[Any]], rubriker: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    tabell = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
    for rubrik in rubriker:
        tabell.add_column(rubrik)
    for rad in rader:
        tabell.add_row(*("" if x is None else str(x) for x in rad))
    Console(highlight=False, width=None if sys.stdout.isatty() else 180).print(tabell)


# -- cases -------------------------------------------------------------------------------------------------------------


def _aktor(vaka: "Vaka", anvandare: str | None, nu: datetime) -> Any:
    """The account acted for; None is the system, as on the machine itself."""
    if anvandare is None:
        return None
    from sqlalchemy import select

    from tjanster.arenden.behorighet import las_aktor
    from tjanster.db import t

    with vaka.motor.connect() as conn:
        a = t.anvandare.c
        rad = conn.execute(select(a.id).where(a.anvandarnamn == anvandare.strip().lower())).scalar_one_or_none()
        aktor = las_aktor(conn, rad, nu.date()) if rad else None
    if aktor is None:
        raise Avbrott([f"Det finns inget öppet konto som heter '{anvandare}'."])
    return aktor


Som = Annotated[str | None, typer.Option("--som", help="Användarnamn som handlingen görs av; utan är det systemet.")]


@arende_app.command("skapa")
def arende_skapa(
    process: Annotated[str, typer.Argument()],
    fil: Annotated[Path, typer.Option("--fil", help="JSON med fälten, gärna under 'uppgifter', och 'kontakt'.")],
    som: Som = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Registrera ett ärende. Samma väg som webben."""
    from dataclasses import asdict

    from tjanster.arenden.registrera import hitta_process, registrera

    data, tid = _las_fil(fil), _tid(nu)
    kontakt = data.pop("kontakt", None)
    uppgifter = data.get("uppgifter", data)
    with _vaka() as vaka:
        p, av = hitta_process(process), _aktor(vaka, som, tid)
        with vaka.motor.begin() as conn:
            kvitto = registrera(conn, vaka.sammanhang, p, uppgifter, av=av, nu=tid, kontakt=kontakt)
    skriv(asdict(kvitto)) if som_json else typer.echo(f"{kvitto.nummer}: {p.tillstand[kvitto.tillstand]}")


@arende_app.command("handelse")
def arende_handelse(
    nummer: Annotated[str, typer.Argument()],
    handelse: Annotated[str, typer.Argument()],
    fil: Annotated[Path | None, typer.Option("--fil", help="JSON: uppgifter, skal, version.")] = None,
    som: Som = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Ta ett steg i ett ärende. Samma väg som webben."""
    from dataclasses import asdict

    from tjanster.arenden.handelse import Begaran, utfor

    data, tid = (_las_fil(fil) if fil else {}), _tid(nu)
    skal, version = data.pop("skal", None), data.pop("version", None)
    if version is not None and not isinstance(version, int):
        raise Avbrott(["version ska vara ett heltal: det som ärendet hade när du läste det."])
    uppgifter = data.get("uppgifter", data)
    with _vaka() as vaka:
        av = _aktor(vaka, som, tid)
        with vaka.motor.begin() as conn:
            begaran = Begaran(nummer.upper(), handelse, tid, av, uppgifter, skal, version)
            kvitto = utfor(conn, vaka.sammanhang, begaran)
    if som_json:
        skriv(asdict(kvitto))
    else:
        typer.echo(f"{kvitto.nummer}: {kvitto.tillstand} (version {kvitto.version})")


@arende_app.command("visa")
def arende_visa(
    nummer: Annotated[str, typer.Argument()], som: Som = None, som_json: SomJson = False, nu: Nu = None
) -> None:
    """Ett ärende: fält, frister, steg och historik."""
    from tjanster.api.arenden import som_dict
    from tjanster.arenden.arendebild import visa_arende

    tid = _tid(nu)
    with _vaka() as vaka, vaka.motor.connect() as conn:
        bild = visa_arende(conn, vaka.sammanhang, nummer.upper(), _aktor(vaka, som, tid), tid)
    if som_json:
        skriv(som_dict(bild))
        return
    typer.echo(f"{bild.nummer}  {bild.process.ental}  {bild.tillstand_text}  (version {bild.version})")
    typer.echo(f"{bild.enhet_namn}. Handläggare: {bild.handlaggare or 'ingen'}.")
    for grupp, falt in bild.grupper:
        typer.echo(f"\n{grupp}")
        for f in falt:
            typer.echo(f"  {f.rubrik}: {f.text}")
    for f in bild.frister:
        typer.echo(f"\n{f.rubrik}: {f.forfaller_text or (f.regel.tid if f.regel else '')} ({f.status}{', sen' if f.sen else ''})")
    typer.echo("")
    for h in bild.handelser:
        typer.echo(f"  {h.lopnr:>3}  {klocka.svensk(h.tid):%Y-%m-%d %H:%M}  {h.rubrik}  {h.vem}  → {h.till}")


@arende_app.command("lista")
def arende_lista(
    process: Annotated[str | None, typer.Option()] = None,
    tillstand: Annotated[str | None, typer.Option()] = None,
    enhet: Annotated[str | None, typer.Option(help="Kod eller namn.")] = None,
    sena: Annotated[bool, typer.Option("--sena", help="Bara de vars frist har passerat.")] = False,
    alla: Annotated[bool, typer.Option("--alla", help="Även avslutade.")] = False,
    sok: Annotated[str | None, typer.Option("--sok", help="Nummer eller ord.")] = None,
    sida: Annotated[int, typer.Option(min=1)] = 1,
    som: Som = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Ärenden efter närmaste frist, de sena först."""
    from tjanster.arenden.fragor import Urval, lista

    tid = _tid(nu)
    with _vaka() as vaka, vaka.motor.connect() as conn:
        kommun = vaka.sammanhang.kommun
        kod = kommun.hitta_enhet(enhet) if enhet else None
        if enhet and kod is None:
            raise Avbrott([f"Enheten '{enhet}' finns inte."])
        urval = Urval(process=process, tillstand=tillstand, sena=sena, aven_avslutade=alla, text=sok,
                      enheter=kommun.undertrad(kod) if kod else None)  # fmt: skip
        rader = lista(conn, vaka.sammanhang, _aktor(vaka, som, tid), urval, tid, sida=sida)
    if som_json:
        skriv([r._asdict() for r in rader])
    else:
        _tabell([[r.nummer, r.sort, r.tillstand_text, r.enhet_namn, r.forfaller, "sen" if r.sen else "", r.handlaggare_namn]
                 for r in rader], ["Nummer", "Sort", "Läge", "Enhet", "Frist", "", "Handläggare"])  # fmt: skip


# -- rows in, reports out ----------------------------------------------------------------------------------------------


def _dag(text: str, namn: str) -> date:
    from arbetsfloden import Tolkfel, dag_av

    try:
        return dag_av(text)
    except Tolkfel as fel:
        raise typer.BadParameter(str(fel), param_hint=namn) from None


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

    tid = _tid(nu)
    konsol = Console(stderr=True)
    kolumner = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with _vaka() as vaka, Progress(*kolumner, console=konsol, transient=True, disable=som_json) as visare:
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
        for fel in rapport.fel:
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
    from tjanster.rapporter import FEL, gor_rapport
    from tjanster.rapporter import skriv as som_fil

    format_ = "json" if som_json else format_
    try:
        with _vaka() as vaka, vaka.motor.connect() as conn:
            svar = gor_rapport(conn, vaka.sammanhang, namn, period, _tid(nu).date())
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
            _tabell([list(r) for r in tabell.alla_rader], [k.rubrik for k in tabell.kolumner])
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

    fran_dag = _dag(fran, "--fran") if fran else None
    till_dag = _dag(till, "--till") if till else _tid(nu).date()
    falt = [f.strip() for f in per.split(",") if f.strip()]
    try:
        with _vaka() as vaka, vaka.motor.connect() as conn:
            svar = rakna(conn, vaka.sammanhang, process, falt, fran_dag, till_dag, omaskad=omaskad)
    except FEL as fel:
        raise Avbrott(getattr(fel, "skal", None) or [str(fel)]) from None
    if som_json:
        skriv(svar.som_dict())
        return
    tabell = svar.som_tabell()
    _tabell([list(r) for r in tabell.alla_rader], [k.rubrik for k in tabell.kolumner])
    if svar.maskad:
        typer.echo("Små grupper är dolda. --omaskad visar dem.")


# -- accounts ----------------------------------------------------------------------------------------------------------


@anvandare_app.command("skapa")
def anvandare_skapa(
    anvandarnamn: Annotated[str, typer.Argument()],
    namn: Annotated[str, typer.Option(help="För- och efternamn.")],
    roll: Annotated[str, typer.Option(help="Roll, till exempel handlaggare.")],
    enhet: Annotated[str, typer.Option(help="Enhetens kod eller namn.")],
    epost: Annotated[str | None, typer.Option(help="Dit påminnelser går.")] = None,
) -> None:
    """Skapa ett konto med ett uppdrag. Lösenordet frågas efter."""
    from tjanster.konton import satt_uppdrag, skapa_anvandare

    with _vaka() as vaka:
        kod = vaka.sammanhang.kommun.hitta_enhet(enhet)
        if kod is None:
            raise Avbrott([f"Enheten '{enhet}' finns inte. Enheterna: {', '.join(vaka.sammanhang.kommun.enheter)}."])
        losen = typer.prompt("Lösenord", hide_input=True, confirmation_prompt="En gång till")
        nu = klocka.nu()
        with vaka.motor.begin() as conn:
            nytt = skapa_anvandare(conn, anvandarnamn, namn, epost, losen, nu)
            satt_uppdrag(conn, nytt, roll, kod, nu.date())
    typer.echo(f"Kontot {anvandarnamn} finns nu.")


def _konto(vaka: "Vaka", anvandarnamn: str) -> int:
    from sqlalchemy import select

    from tjanster.db import t

    with vaka.motor.connect() as conn:
        a = t.anvandare.c
        rad = conn.execute(select(a.id).where(a.anvandarnamn == anvandarnamn.strip().casefold())).scalar_one_or_none()
    if rad is None:
        raise Avbrott([f"Det finns inget konto som heter '{anvandarnamn}'."])
    return int(rad)


@anvandare_app.command("losen")
def anvandare_losen(anvandarnamn: Annotated[str, typer.Argument()]) -> None:
    """Sätt ett nytt lösenord. Kontot låses upp och alla inloggningar avslutas."""
    from tjanster.konton import satt_losen

    with _vaka() as vaka:
        konto = _konto(vaka, anvandarnamn)
        losen = typer.prompt("Nytt lösenord", hide_input=True, confirmation_prompt="En gång till")
        with vaka.motor.begin() as conn:
            satt_losen(conn, konto, losen)
    typer.echo(f"Lösenordet för {anvandarnamn} är bytt.")


@anvandare_app.command("stang")
def anvandare_stang(anvandarnamn: Annotated[str, typer.Argument()]) -> None:
    """Stäng ett konto: ingen kan logga in med det, och dess nycklar slutar gälla. Historiken står kvar."""
    from tjanster.konton import stang_konto

    with _vaka() as vaka, vaka.motor.begin() as conn:
        stang_konto(conn, _konto(vaka, anvandarnamn))
    typer.echo(f"Kontot {anvandarnamn} är stängt.")


@anvandare_app.command("nyckel")
def anvandare_nyckel(
    anvandarnamn: Annotated[str, typer.Argument(help="Kontot som det andra systemet handlar som.")],
    namn: Annotated[str, typer.Argument(help="Vad nyckeln är till för.")],
    upphor: Annotated[str | None, typer.Option("--upphor", help="Sista dagen den gäller.")] = None,
    aterkalla: Annotated[bool, typer.Option("--aterkalla", help="Sluta godta nycklar med det namnet.")] = False,
) -> None:
    """Ge ett annat system en nyckel till API:t. Den visas en gång."""
    from datetime import timedelta

    from tjanster.sessioner import aterkalla_nycklar, skapa_nyckel

    with _vaka() as vaka, vaka.motor.begin() as conn:
        konto = _konto(vaka, anvandarnamn)
        if aterkalla:
            typer.echo(f"Återkallade: {aterkalla_nycklar(conn, konto, namn)}")
            return
        slut = klocka.midnatt(_dag(upphor, "--upphor") + timedelta(days=1)) if upphor else None
        typer.echo(skapa_nyckel(conn, konto, namn, klocka.nu(), slut))


@anvandare_app.command("lista")
def anvandare_lista(som_json: SomJson = False) -> None:
    """Konton och deras uppdrag."""
    from sqlalchemy import select

    from tjanster.db import t

    a, u = t.anvandare.c, t.uppdrag.c
    with _vaka() as vaka, vaka.motor.connect() as conn:
        rader = [
            dict(r)
            for r in conn.execute(
                select(a.anvandarnamn, a.namn, a.aktiv, u.roll, u.enhet, u.fran, u.till)
                .select_from(t.anvandare.outerjoin(t.uppdrag))
                .order_by(a.anvandarnamn, u.id)
            ).mappings()
        ]
    skriv(rader) if som_json else _tabell([list(r.values()) for r in rader],
                                          ["Användare", "Namn", "Aktiv", "Roll", "Enhet", "Från", "Till"])  # fmt: skip


# -- the way in --------------------------------------------------------------------------------------------------------


def _svara_fel(kor: Callable[[], None], som_json: bool) -> int:
    """Run the command; known refusals become sentences and exit code 1, wrong use 2."""
    from regler import Regelfel, Regelfraga
    from tjanster.app import FelMigrering
    from tjanster.arenden.fel import Nej
    from tjanster.db.server import Serverfel
    from tjanster.settings import Installningsfel

    svar: dict[str, Any]
    try:
        kor()
    except (FelAnvant, typer.Abort):
        raise
    except Nej as fel:
        svar = fel.som_dict()
    except Avbrott as fel:
        svar = fel.svar or {"fel": "nekad", "skal": fel.skal, "falt": {}}
    except Installningsfel as fel:
        svar = {"fel": "installningar", "skal": fel.skal, "falt": {}}
    except Regelfel as fel:
        svar = {"fel": "regelfel", "skal": [str(f) for f in fel.fel], "falt": {}}
    except Regelfraga as fel:
        svar = {"fel": fel.kod, "skal": list(fel.skal), "falt": fel.falt}
    except (Serverfel, FelMigrering) as fel:
        svar = {"fel": "databas", "skal": [str(fel)], "falt": {}}
    except Exception as fel:
        from sqlalchemy.exc import OperationalError

        from arbetsfloden import Processfel

        if isinstance(fel, OperationalError):
            svar = {"fel": "databas", "skal": ["Databasen svarar inte. Kontrollera VAKA_DATABAS och försök igen."], "falt": {}}
        elif isinstance(fel, Processfel):
            svar = {"fel": "processfel", "skal": [str(fel)], "falt": {}}
        else:
            # The message may hold what somebody wrote in a case; where it happened may not.
            import traceback

            sys.stderr.write("".join(traceback.format_tb(fel.__traceback__)))
            svar = {"fel": "ovantat", "skal": [f"Något oväntat hände ({type(fel).__name__}). Se raderna ovanför."], "falt": {}}
    else:
        return 0
    if som_json:
        skriv(svar)
    for ett in svar["skal"]:
        typer.echo(ett, err=True)
    for falt, mening in svar["falt"].items():
        if mening not in svar["skal"]:
            typer.echo(f"{falt}: {mening}", err=True)
    return 1


def main() -> None:
    """Entry point: exit code 0 done, 1 refused or found wanting, 2 wrong use."""
    kod = 0

    def kor() -> None:
        nonlocal kod
        try:
            kod = int(app(standalone_mode=False) or 0)
        except typer.Exit as slut:
            kod = slut.exit_code

    try:
        fel = _svara_fel(kor, "--json" in sys.argv)
    except FelAnvant as e:
        e.show()  # type: ignore[attr-defined]
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(fel or kod)
