"""The command `vaka`. A door: it reads and prints, it decides nothing. Heavy imports wait until they are used."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer

from tjanster import klocka, loggrader
from tjanster.cli import (
    anvandare,
    arenden,
    bevarande,
    bilagor,
    delegation,
    drift,
    gallra,
    kopia,
    logg,
    rapporter,
    regelfragor,
    regelkontroll,
    registerutdrag,
    regler,
    regler_andra,
    simulera,
)
from tjanster.cli.grund import Avbrott, installningar, skriv
from tjanster.settings import Installningsfel

app = typer.Typer(
    name="vaka",
    help="Vaka: ärenden, frister och påminnelser för socialtjänstens kvalitetsarbete.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _modul in (drift, kopia, regler, rapporter, delegation, registerutdrag, simulera):
    app.add_typer(_modul.app)
for _modul in (regelfragor, regelkontroll):
    regler.regler_app.add_typer(_modul.app)
for _namn, _under in (
    ("arende", arenden.arende_app),
    ("process", regler.process_app),
    ("regler", regler_andra.regler_app),
    ("anvandare", anvandare.anvandare_app),
    ("gallra", gallra.gallra_app),
    ("bevarande", bevarande.bevarande_app),
    ("logg", logg.logg_app),
    ("bilagor", bilagor.bilagor_app),
):
    app.add_typer(_under, name=_namn)

# typer carries a click of its own; wrong use is the class that BadParameter comes from.
FelAnvant: type[Exception] = typer.BadParameter.__mro__[1]


def _svara_fel(kor: Callable[[], None], som_json: bool) -> int:
    """Run the command; known refusals become sentences and exit code 1, wrong use 2."""
    try:
        kor()
    except (FelAnvant, typer.Abort):
        raise
    except Exception as fel:
        svar = _som_svar(fel)
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


def _som_svar(fel: Exception) -> dict[str, Any]:
    """What is told of a refusal or a fault. Its class is looked up first here: loading the database's code takes longer
    than answering a question about a limit, which needs none of it."""
    if type(fel).__name__ == "Processfel":  # raised as the processes load, so its class can't be loaded either
        return {"fel": "processfel", "skal": [f"arbetsfloden/{str(fel).split(':')[0]}.py: {fel}"], "falt": {}}
    from sqlalchemy.exc import OperationalError

    from regler import Regelfel, Regelfraga
    from tjanster.app import FelKommun, FelMigrering, GamlaRegler
    from tjanster.arenden.fel import Nej
    from tjanster.bilagelager import LagretSvararInte
    from tjanster.db.migrera import HalvAterstallning, Upptaget
    from tjanster.db.server import Serverfel
    from tjanster.db.session import RollSaknas
    from tjanster.kopia.fel import Kopiefel

    match fel:
        case Nej():
            return fel.som_dict()
        case Avbrott():
            return fel.svar or {"fel": "nekad", "skal": fel.skal, "falt": {}}
        case Installningsfel():
            return {"fel": "installningar", "skal": fel.skal, "falt": {}}
        case Regelfel():
            return {"fel": "regelfel", "skal": [str(f) for f in fel.fel], "falt": {}}
        case Regelfraga():
            return {"fel": fel.kod, "skal": list(fel.skal), "falt": fel.falt}
        case GamlaRegler():
            return {"fel": "gamla_regler", "skal": fel.skal, "falt": {}}
        case Kopiefel():
            return {"fel": "kopia", "skal": fel.skal, "falt": {}}
        case Serverfel() | FelMigrering() | FelKommun() | HalvAterstallning() | Upptaget() | RollSaknas():
            return {"fel": "databas", "skal": [str(fel)], "falt": {}}
        case LagretSvararInte():
            return {"fel": "bilagelagret_svarar_inte", "skal": [str(fel)], "falt": {}}
        case OperationalError():
            mening = "Databasen svarar inte. Kontrollera VAKA_DATABAS och försök igen."
            return {"fel": "databas", "skal": [mening], "falt": {}}
    # The message may hold what somebody wrote in a case; where it happened may not.
    import traceback

    sys.stderr.write("".join(traceback.format_tb(fel.__traceback__)))
    mening = f"Något oväntat hände ({type(fel).__name__}). Se raderna ovanför."
    return {"fel": "ovantat", "skal": [mening], "falt": {}}


def _stall_klockan() -> None:
    """Let the clock start where VAKA_NU says before any command asks it. What is wrong in the settings is told by those that need them."""
    with suppress(Installningsfel):
        if nu := installningar().nu:
            klocka.stall(klocka.las_tid(nu))


def main() -> None:
    """Entry point: exit code 0 done, 1 refused or found wanting, 2 wrong use."""
    kod = 0
    loggrader.stall_in_for_kommandon()
    _stall_klockan()

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
