"""Change the rules: compare, activate, approve, go back. Works on the municipality's database."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.cli.grund import Nu, SomJson, dag_av_text, oppen_vaka, skriv, tabell_ut, tid_av
from tjanster.cli.regler import regler_app

if TYPE_CHECKING:
    from tjanster.app import Vaka
    from tjanster.regelstyrning import Aktivering, Jamforelse

Mapp = Annotated[str | None, typer.Argument(help="Mappen med reglerna; utan mapp de filer som Vaka startades med.")]
Skal = Annotated[str, typer.Option("--skal", help="Varför, till exempel lagändringen eller nämndens beslut.")]
Av = Annotated[str | None, typer.Option("--av", help="Användarnamnet på den som gör det.")]
FLEST = 40


@regler_app.command("jamfor")
def jamfor(mapp: Mapp = None, som_json: SomJson = False, nu: Nu = None) -> None:
    """Vad skiljer en mapp från reglerna som gäller, och vad skulle den göra med varje öppet ärende? Ändrar ingenting."""
    from tjanster import regelstyrning

    tid = tid_av(nu)
    with oppen_vaka(gamla_regler=True) as vaka, vaka.systemet() as conn:
        jamforelse = regelstyrning.jamfor(conn, vaka.sammanhang, _forslag(vaka, mapp), tid)
        kommun = vaka.sammanhang.kommun
    if som_json:
        skriv(jamforelse.som_dict())
    else:
        visa_jamforelse(jamforelse, {kod: enhet.namn for kod, enhet in kommun.enheter.items()})


@regler_app.command("aktivera")
def aktivera(
    skal: Skal,
    mapp: Mapp = None,
    fran: Annotated[str | None, typer.Option("--fran", help="En dag som kommer; annars genast.")] = None,
    av: Av = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Låt mappens regler gälla. Öppna frister räknas om, och varje ärende som berörs får en händelse."""
    from tjanster import regelstyrning

    tid, dag = tid_av(nu), dag_av_text(fran, "--fran") if fran else None
    with oppen_vaka(gamla_regler=True) as vaka, _matare(som_json) as framsteg:
        svar = regelstyrning.aktivera(
            vaka, _forslag(vaka, mapp), nu=tid, skal=skal, av=_person(vaka, av), fran=dag, framsteg=framsteg
        )
    _beratta(svar, som_json)


@regler_app.command("aterga")
def aterga(
    version: Annotated[int, typer.Argument(help="Versionens nummer, se 'vaka regler historik'.")],
    skal: Skal,
    av: Av = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Låt en äldre version gälla igen. Öppna frister räknas om efter den."""
    from tjanster import regelstyrning

    tid = tid_av(nu)
    with oppen_vaka(gamla_regler=True) as vaka, _matare(som_json) as framsteg:
        svar = regelstyrning.aterga(vaka, version, nu=tid, skal=skal, av=_person(vaka, av), framsteg=framsteg)
    _beratta(svar, som_json)


@regler_app.command("godkann")
def godkann(
    andring: Annotated[int, typer.Argument(help="Ändringens nummer, se 'vaka regler historik'.")],
    av: Annotated[str, typer.Option("--av", help="Användarnamnet på den som godkänner.")],
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Godkänn en ändring som en annan har begärt, när kommunen vill att två gör det."""
    from tjanster import regelstyrning

    tid = tid_av(nu)
    with oppen_vaka(gamla_regler=True) as vaka, _matare(som_json) as framsteg:
        person = _person(vaka, av)
        assert person is not None
        svar = regelstyrning.godkann(vaka, andring, nu=tid, av=person, framsteg=framsteg)
    _beratta(svar, som_json)


@regler_app.command("avbryt")
def avbryt(
    andring: Annotated[int, typer.Argument(help="Ändringens nummer, se 'vaka regler historik'.")],
    skal: Skal,
    av: Av = None,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Avbryt en ändring som väntar på godkännande eller på sin dag."""
    from tjanster import regelstyrning

    with oppen_vaka(gamla_regler=True) as vaka:
        svar = regelstyrning.avbryt(vaka, andring, nu=tid_av(nu), av=_person(vaka, av), skal=skal)
    _beratta(svar, som_json)


@regler_app.command("historik")
def historik(som_json: SomJson = False) -> None:
    """Varje ändring av reglerna: när, vem, varför, och vad den gjorde."""
    from tjanster import regelstyrning

    with oppen_vaka(gamla_regler=True) as vaka, vaka.systemet() as conn:
        alla = regelstyrning.historik(conn)
    if som_json:
        skriv([en.som_dict() for en in alla])
        return
    tabell_ut(
        [
            [en.id, en.version, regelstyrning.LAGEN[en.status], (en.aktiverad or en.begard).strftime("%Y-%m-%d %H.%M"),
             _vem(en), en.skal, en.effekt.get("berorda_arenden", 0)]
            for en in alla
        ],
        ["Ändring", "Version", "Läge", "När", "Vem", "Varför", "Ärenden"],
    )  # fmt: skip


def _forslag(vaka: "Vaka", mapp: str | None) -> Any:
    from tjanster import regelstyrning

    if mapp is None:
        return regelstyrning.filer_pa_disken(vaka.settings)
    return regelstyrning.las_forslag(vaka.sammanhang, mapp)


def _person(vaka: "Vaka", namn: str | None) -> int | None:
    """The account of one who may change rules. None when nobody was named."""
    if namn is None:
        return None
    from tjanster.regelstyrning.vem import hitta_person

    with vaka.systemet() as conn:
        return hitta_person(conn, namn, klocka.idag())


def _vem(en: "Aktivering") -> str:
    vem = en.av or ("Vaka" if en.sort == "forsta" else "kommandoraden")
    return f"{vem}, godkänt av {en.godkand_av}" if en.godkand_av else vem


def _matare(som_json: bool) -> AbstractContextManager[Callable[[int, int], None] | None]:
    """A bar on the terminal that tells how many cases are done."""
    import sys

    return nullcontext() if som_json or not sys.stderr.isatty() else _Matare()


class _Matare:
    def __enter__(self) -> Callable[[int, int], None]:
        from rich.console import Console
        from rich.progress import Progress

        self._visare = Progress(console=Console(stderr=True), transient=True).__enter__()
        self._rad = self._visare.add_task("Räknar om öppna frister", total=None)
        return lambda klart, alla: self._visare.update(self._rad, completed=klart, total=alla)

    def __exit__(self, *fel: Any) -> None:
        self._visare.__exit__(*fel)


def _beratta(en: "Aktivering", som_json: bool) -> None:
    if som_json:
        skriv(en.som_dict())
        return
    match en.status:
        case "aktiv":
            rorda = en.effekt["berorda_arenden"]
            vad = f"{antal(rorda, 'ärende', 'ärenden')} fick nya dagar" if rorda else "Inget öppet ärende fick någon ny dag"
            typer.echo(f"Regelversion {en.version} gäller nu. {vad}.")
        case "vantar":
            typer.echo(f"Ändring {en.id} väntar på att en annan person godkänner den: vaka regler godkann {en.id} --av NAMN")
        case "planerad":
            typer.echo(f"Regelversion {en.version} börjar gälla {en.fran}. Bevakningen gör det den dagen.")
        case _:
            typer.echo(f"Ändring {en.id} är avbruten.")


# -- the comparison in the terminal -----------------------------------------------------------------------------------

_VAD = {"ny": "NY", "borttagen": "BORTTAGEN", "andrad": "ÄNDRAD"}


def visa_jamforelse(jamforelse: "Jamforelse", enheter: dict[str, str]) -> None:
    """What differs, and what it does, for one who reads it."""
    if jamforelse.lika:
        typer.echo("Reglerna är desamma som de som gäller.")
    for skillnad in jamforelse.regler:
        egen = ", kommunens" if skillnad.niva == "lokal" else ""
        typer.echo(f"{_VAD[skillnad.vad]}  {skillnad.slag} {skillnad.nyckel}{egen}: {skillnad.rubrik}")
        for rad in skillnad.fore:
            typer.echo(f"  - {rad}")
        for rad in skillnad.efter:
            typer.echo(f"  + {rad}")
    _visa_verkan(jamforelse, enheter)
    for mening in jamforelse.hinder:
        typer.echo(f"HINDER  {mening}")
    if jamforelse.hinder:
        raise typer.Exit(1)


def _visa_verkan(jamforelse: "Jamforelse", enheter: dict[str, str]) -> None:
    verkan, alla = jamforelse.verkan, jamforelse.verkan.totalt
    typer.echo(
        f"\n{antal(verkan.oppna_arenden, 'öppet ärende', 'öppna ärenden')} med {antal(alla.frister, 'öppen frist', 'öppna frister')}. "
        f"{antal(verkan.arenden, 'ärende', 'ärenden')} berörs: {antal(alla.tidigare, 'frist', 'frister')} kortare, "
        f"{antal(alla.senare, 'frist', 'frister')} längre, {alla.tillkommer} tillkommer, {alla.faller_bort} faller bort, "
        f"{alla.blir_sena} blir sena. Påminnelser läggs om för {antal(len(verkan.trappor), 'frist', 'frister')} till."
    )
    if not verkan.flyttas:
        return
    tabell_ut(
        [
            [enheter.get(enhet, enhet), process, summa.frister, summa.tidigare, summa.senare, summa.tillkommer,
             summa.faller_bort, summa.blir_sena]
            for (process, enhet), summa in sorted(verkan.per.items())
            if summa.flyttas or summa.tillkommer or summa.faller_bort
        ],
        ["Enhet", "Process", "Öppna", "Kortare", "Längre", "Tillkommer", "Faller bort", "Blir sena"],
    )  # fmt: skip
    typer.echo("")
    tabell_ut(
        [
            [flytt.nummer, flytt.frist + (" (mål)" if flytt.slag == "mal" else ""), _dag(flytt.fore), _dag(flytt.efter),
             "" if flytt.dagar is None else f"{flytt.dagar:+d}", "blir sen" if flytt.blir_sen else ""]
            for flytt in verkan.flyttas[:FLEST]
        ],
        ["Ärende", "Frist", "Från", "Till", "Dagar", ""],
    )  # fmt: skip
    if (fler := len(verkan.flyttas) - FLEST) > 0:
        typer.echo(f"… och {fler} till. Alla: --json")


def antal(hur_manga: int, ett: str, flera: str) -> str:
    """'1 ärende', '2 ärenden'."""
    return f"{hur_manga} {ett if hur_manga == 1 else flera}"


def _dag(slut: date | None) -> str:
    return "–" if slut is None else slut.isoformat()[:16].replace("T", " ")

