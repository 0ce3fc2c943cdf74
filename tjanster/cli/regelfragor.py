"""Ask the rules about other things than limits: a year's days, the wheel of the year, a decision table, a duty."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.cli.grund import Avbrott, SomJson, dag_av_text, par_av, skriv, tabell_ut

if TYPE_CHECKING:
    from regler import Arshjulsdag, Bedomning, Regelverk, Skyldighetsrad
    from regler.motor.kalender import Kalenderdag

app = typer.Typer()
VECKAN = ("må", "ti", "on", "to", "fr", "lö", "sö")
MANADER = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
           "december")  # fmt: skip
SJALVKLART = ("lördag", "söndag")
Kommun = Annotated[str | None, typer.Option("--kommun", help="Kommunens mapp i config, eller en sökväg.")]
Ar = Annotated[str | None, typer.Option("--ar", help="Året, till exempel 2027; annars i år.")]
Dag = Annotated[str | None, typer.Option("--dag", help="Dagen som avgör vilken rad som gäller; annars i dag.")]


# -- a year -----------------------------------------------------------------------------------------------------------


@app.command("kalender")
def kalender(ar: Ar = None, kommun: Kommun = None, som_json: SomJson = False) -> None:
    """Ett år dag för dag: vilka som är arbetsdagar, varför de andra inte är det, och vad årshjulet säger."""
    regelverk, aret = _regler(kommun), _aret(ar)
    dagar, hjul = regelverk.kalender.aret(aret), regelverk.arshjul(aret)
    manader = [[ett for ett in dagar if ett.dag.month == manad] for manad in range(1, 13)]
    if som_json:
        skriv({
            "ar": aret, "kommun": regelverk.kommun.kod, "arbetsdagar": _arbetsdagar(dagar),
            "manader": [{"manad": f"{m[0].dag:%Y-%m}", "arbetsdagar": _arbetsdagar(m)} for m in manader],
            "dagar": [{**ett.som_dict(), "arshjul": [h.som_dict() for h in hjul if h.dag == ett.dag]} for ett in dagar],
        })  # fmt: skip
        return
    typer.echo(f"{aret}, {regelverk.kommun.namn}: {_arbetsdagar(dagar)} arbetsdagar.")
    typer.echo("En ledig vardag har en stjärna och förklaras under månaden. Lördag och söndag är aldrig arbetsdagar.")
    for manad in manader:
        _visa_manad(manad, hjul)


def _arbetsdagar(dagar: "Sequence[Kalenderdag]") -> int:
    return sum(ett.arbetsdag for ett in dagar)


def _visa_manad(dagar: "Sequence[Kalenderdag]", hjul: "Sequence[Arshjulsdag]") -> None:
    forsta = dagar[0].dag
    typer.echo(f"\n{MANADER[forsta.month - 1]} {forsta.year}: {_arbetsdagar(dagar)} arbetsdagar")
    typer.echo(f"vecka  {'  '.join(VECKAN)}")
    for vecka in Calendar().monthdatescalendar(forsta.year, forsta.month):
        rutor = (_ruta(dagar[d.day - 1]) if d.month == forsta.month else "    " for d in vecka)
        typer.echo(f"{vecka[0].isocalendar().week:>5} {''.join(rutor)}".rstrip())
    for ett in dagar:
        if not ett.arbetsdag and ett.varfor not in SJALVKLART:
            typer.echo(f"  {ett.dag.day:>2}  {ett.varfor}")
        for h in (h for h in hjul if h.dag == ett.dag):
            typer.echo(f"  {ett.dag.day:>2}  årshjulet: {h.rubrik} ({_vem(h)})")


def _ruta(ett: "Kalenderdag") -> str:
    stjarna = "*" if not ett.arbetsdag and ett.dag.weekday() < 5 else " "
    return f"{ett.dag.day:>3}{stjarna}"


@app.command("arshjul")
def arshjul(ar: Ar = None, kommun: Kommun = None, som_json: SomJson = False) -> None:
    """Det som återkommer varje år, på sina dagar."""
    hjul = _regler(kommun).arshjul(_aret(ar))
    if som_json:
        skriv([h.som_dict() for h in hjul])
    elif not hjul:
        typer.echo("Årshjulet är tomt.")
    else:
        tabell_ut([[h.dag, h.rubrik, _vem(h), h.lagrum] for h in hjul], ["Dag", "Vad", "Vem", "Lagrum"])


def _vem(h: "Arshjulsdag") -> str:
    from regler import ROLLER

    return f"{ROLLER[h.roll]}, {h.antal} st" if h.antal else ROLLER[h.roll]


# -- a decision table -------------------------------------------------------------------------------------------------


@app.command("tabell")
def tabell(
    namn: Annotated[str, typer.Argument(help="Tabellen, till exempel lex_sarah/till_ivo.")],
    svar: Annotated[list[str] | None, typer.Option("--svar", help="fråga=kod, till exempel bedomning=allvarligt.")] = None,
    dag: Dag = None,
    kommun: Kommun = None,
    som_json: SomJson = False,
) -> None:
    """Vad säger en beslutstabell, enligt vilken rad, och varför? Det som inte är känt är okänt, aldrig nej."""
    regelverk, nar, varden = _regler(kommun), _dagen(dag), par_av(svar, "--svar")
    _vagra(regelverk.kontrollera_svar(namn, varden))
    bedomning = regelverk.bedom(namn, varden, nar)
    if som_json:
        skriv({**bedomning.som_dict(), "dag": nar.isoformat()})
    else:
        _visa_bedomning(regelverk, bedomning)


def _visa_bedomning(regelverk: "Regelverk", bedomning: "Bedomning") -> None:
    fragor = regelverk.tabell(bedomning.tabell).alla_fragor()
    typer.echo(f"{bedomning.tabell}: {bedomning.utfall_text or 'okänt'}")
    if (rad := bedomning.rad) is not None:
        typer.echo(f"Därför: {rad.motiv}")
        _visa_kalla(rad, f"{rad.fil}, rad {rad.rad}")
    for namn, text in bedomning.svar.items():
        typer.echo(f"  {fragor[namn].rubrik}: {text}" if namn in fragor else f"  {namn}: {text}")
    for namn, fraga in bedomning.fragor_som_saknas.items():
        typer.echo(f"  Svara på {namn}, {fraga.rubrik}: {', '.join(fraga.svar) or 'ett tal'}")


# -- a duty -----------------------------------------------------------------------------------------------------------


@app.command("skyldighet")
def skyldighet(
    namn: Annotated[str, typer.Argument(help="Skyldigheten, till exempel beslut/sarskild_avgift.")],
    dag: Dag = None,
    falt: Annotated[list[str] | None, typer.Option("--falt", help="namn=värde, till exempel lagrum=lss.")] = None,
    kommun: Kommun = None,
    som_json: SomJson = False,
) -> None:
    """Vad gäller en viss dag: skyldigheten i ord, dess belopp och lagrummet."""
    regelverk, nar, varden = _regler(kommun), _dagen(dag), par_av(falt, "--falt")
    rad = regelverk.skyldighet(namn, nar, varden)
    _vagra(regelverk.skyldigheter[namn].kontrollera_falt(varden))
    if som_json:
        skriv({"skyldighet": namn, "rubrik": regelverk.skyldigheter[namn].rubrik, "dag": nar.isoformat(), **_som_dict(rad)})
        return
    typer.echo(f"{namn}: {regelverk.skyldigheter[namn].rubrik}")
    typer.echo(rad.vad)
    for vad, tal in rad.varde.items():
        typer.echo(f"  {vad}: {_stort(tal)} {rad.enhet}")
    _visa_kalla(rad, f"{rad.fil}, rad {rad.rad}")


def _stort(tal: int | float) -> str:
    return f"{tal:,}".replace(",", " ").replace(".", ",")


def _som_dict(rad: "Skyldighetsrad") -> dict[str, Any]:
    return {
        "vad": rad.vad, "varde": dict(rad.varde), "enhet": rad.enhet, "fran": rad.fran.isoformat(),
        "till": rad.till.isoformat() if rad.till else None, "lagrum": rad.lagrum, "kalla": rad.kalla,
        "kontrollerad": rad.kontrollerad.isoformat() if rad.kontrollerad else None, "niva": rad.niva,
        "fil": rad.fil, "rad": rad.rad,
    }  # fmt: skip


# -- what they share --------------------------------------------------------------------------------------------------


def _regler(kommun: str | None) -> "Regelverk":
    from regler import las_in

    return las_in(kommun)


def _aret(ar: str | None) -> int:
    from regler.motor.kalender import FORSTA_AR, SISTA_AR

    if ar is None:
        return klocka.idag().year
    if not (ar.isascii() and ar.isdigit() and FORSTA_AR <= int(ar[:9]) < SISTA_AR):
        mening = f"'{ar}' är inget år i kalendern, som går från {FORSTA_AR} till {SISTA_AR - 1}"
        raise typer.BadParameter(mening, param_hint="--ar")
    return int(ar)


def _dagen(dag: str | None) -> date:
    return dag_av_text(dag, "--dag") if dag else klocka.idag()


def _vagra(fel: dict[str, str]) -> None:
    if fel:
        raise Avbrott(list(fel.values()), {"fel": "okant_falt", "skal": list(fel.values()), "falt": fel})


def _visa_kalla(rad: Any, stalle: str) -> None:
    till = f" till {rad.till}" if rad.till else ""
    typer.echo(f"Regel: från {rad.fran}{till} ({rad.niva}). {rad.lagrum or 'Inget lagrum'}. {stalle}.")
    typer.echo(f"Källa: {rad.kalla}. Kontrollerad: {rad.kontrollerad or 'nej'}.")
