"""Check rules before they hold: their faults, what is worth knowing, their examples, and the schemas for an editor."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tjanster.cli.grund import Avbrott, Nu, SomJson, oppen_vaka, skriv, tid_av
from tjanster.settings import ROT, olasbar

if TYPE_CHECKING:
    from regler import Anmarkning, Fel, Regelverk
    from regler.motor.exempel import Exempel
    from tjanster.app import Vaka

app = typer.Typer()
FALL = "tests/fall"
SCHEMAN = "regler/schema"
Mapp = Annotated[
    str | None,
    typer.Argument(help="En kommun i config, en kommuns mapp, eller en mapp med regler/ och config/. Utan mapp: alla."),
]


class Uppsattning(NamedTuple):
    """One set to look at. `mapp` is the folder as it was given, None for the program's own files."""

    namn: str
    mapp: Path | None
    kommun: str | None

    def las(self) -> "Regelverk":
        """Raises Regelfel with every fault."""
        from regler import las_in, las_mapp
        from regler.motor.inlasning import ar_hel_uppsattning

        if self.mapp is None:
            return las_in(self.kommun)
        return las_in(self.kommun, self.mapp) if ar_hel_uppsattning(self.mapp) else las_mapp(self.mapp, self.kommun)

    def som_given(self, fil: str, regelverk: "Regelverk") -> str:
        from regler.motor.inlasning import som_given

        return fil if self.mapp is None else som_given(fil, self.mapp, regelverk.kommun.kod)


def _uppsattningar(mapp: str | None, bara: str | None = None) -> list[Uppsattning]:
    """The sets that a folder means. `bara`: the municipality that it is to be read as, when that is known."""
    from regler import kommuner
    from regler.motor.inlasning import ar_hel_uppsattning

    if mapp is not None and mapp not in kommuner() and (vag := Path(mapp)).is_dir():
        if not ar_hel_uppsattning(vag):
            return [Uppsattning(mapp, vag, bara)]
        koder = [bara] if bara else [None, *kommuner(vag)]
        return [Uppsattning(f"{mapp}/config/{kod}" if kod else f"{mapp}/regler", vag, kod) for kod in koder]
    koder = [mapp or bara] if mapp or bara else [None, *kommuner()]
    return [Uppsattning(kod or "nationella", None, kod) for kod in koder]


# -- faults and remarks -----------------------------------------------------------------------------------------------


@app.command("kontrollera")
def kontrollera(
    mapp: Mapp = None,
    som_json: SomJson = False,
    bemanning: Annotated[
        bool, typer.Option("--bemanning", help="Säg också vilka roller ingen har. Frågar kommunens databas.")
    ] = False,
    nu: Nu = None,
) -> None:
    """Läs reglerna och säg varje fel på en gång, med fil, rad och vad som är rätt; sedan det som är värt att veta."""
    from regler import Regelfel, granska
    from tjanster.regelnamn import STARTADE, kontrollera_mot_processer

    idag = tid_av(nu).date()
    fel: list[Fel] = []
    anmarkningar: list[Anmarkning] = []
    with oppen_vaka() if bemanning else nullcontext() as vaka:
        roller = _hallna_roller(vaka, idag) if vaka else None
        val = _uppsattningar(mapp, vaka.sammanhang.kommun.kod if vaka else None)
    for en in val:
        try:
            regelverk = en.las()
        except Regelfel as nej:
            fel += nej.fel
            continue
        fel += kontrollera_mot_processer(regelverk, en.mapp)
        funna = granska(regelverk, idag, startade=STARTADE, hallna_roller=roller)
        anmarkningar += [replace(ett, fil=en.som_given(ett.fil, regelverk)) for ett in funna]
    _visa(list(dict.fromkeys(fel)), list(dict.fromkeys(anmarkningar)), [en.namn for en in val], som_json)


def _hallna_roller(vaka: "Vaka", idag: date) -> frozenset[str]:
    from arbetsfloden import innefattade
    from tjanster.arenden.bemanning import Bemanning

    with vaka.systemet() as conn:
        return innefattade(Bemanning.las(conn, vaka.sammanhang.kommun, idag).roller)


def _visa(fel: "list[Fel]", anmarkningar: "list[Anmarkning]", kontrollerade: list[str], som_json: bool) -> None:
    from regler.motor.granskning import SLAG

    if som_json:
        skriv({"fel": [str(ett) for ett in fel], "kontrollerade": kontrollerade,
               "anmarkningar": [ett.som_dict() for ett in anmarkningar]})  # fmt: skip
    else:
        for ett in fel:
            typer.echo(ett)
        typer.echo(f"{len(fel) or 'Inga'} fel i {len(kontrollerade)} regelverk.")
        for slag, rubrik in SLAG.items():
            sagda = [ett for ett in anmarkningar if ett.slag == slag]
            if sagda:
                typer.echo(f"\n{rubrik}: {len(sagda)}")
            for en in sagda:
                typer.echo(f"  {en}")
    if fel:
        raise typer.Exit(1)


# -- examples ---------------------------------------------------------------------------------------------------------


@app.command("prova")
def prova(mapp: Mapp = None, som_json: SomJson = False) -> None:
    """Pröva exemplen: de gemensamma i tests/fall och uppsättningens egna. Varje som inte stämmer sägs med fil och rad."""
    from regler.motor.exempel import prova_exempel

    regelverk = {en: en.las() for en in _uppsattningar(mapp)}
    per_kommun = {ett.kommun.kod: ett for ett in regelverk.values()}
    gemensamma = [ett for ett in _gemensamma_exempel() if ett.modell.kommun in per_kommun]
    fel = prova_exempel(gemensamma, lambda kommun: per_kommun[kommun])
    antal = len(gemensamma)
    for en, ett in regelverk.items():
        fel += [
            replace(nej, fil=en.som_given(nej.fil, ett)) for nej in prova_exempel(ett.exempel, lambda _, ett=ett: ett)
        ]
        antal += len(ett.exempel)
    if som_json:
        skriv({"antal": antal, "fel": [{"fil": nej.fil, "rad": nej.rad, "kolumn": nej.kolumn, "namn": nej.plats,
                                        "mening": nej.mening} for nej in fel]})  # fmt: skip
    else:
        for nej in fel:
            typer.echo(nej)
        typer.echo(f"{len(fel)} av {antal} exempel stämmer inte." if fel else f"Alla {antal} exempel stämmer.")
    if fel:
        raise typer.Exit(1)


def _gemensamma_exempel() -> "tuple[Exempel, ...]":
    from regler import Regelfel
    from regler.motor.exempel import las_exempel
    from regler.motor.filer import Filer

    if not (ROT / FALL).is_dir():
        return ()
    filer = Filer.pa_disk((ROT / FALL, FALL))
    if filer.fel:
        raise Regelfel(filer.fel)
    return las_exempel(filer.texter)


# -- schemas ----------------------------------------------------------------------------------------------------------


@app.command("schema")
def schema() -> None:
    """Skriv om regler/schema, så att en redigerare vet vad varje regelfil får hålla."""
    from regler.motor.schema import scheman

    nya = 0
    try:
        for namn, text in scheman().items():
            fil = ROT / SCHEMAN / namn
            if not fil.exists() or fil.read_text(encoding="utf-8") != text:
                fil.write_text(text, encoding="utf-8")
                nya += 1
    except OSError as fel:
        raise Avbrott([f"{fel.filename} går inte att skriva{olasbar(fel)}."]) from None
    typer.echo(f"{len(scheman())} scheman i {SCHEMAN}, {nya or 'inga'} ändrade.")
