"""Simulate a municipality's year: how much, how late, with fewer people, by another rule. Made-up cases in a database of their own."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster.cli.grund import Avbrott, SomJson, dag_av_text, installningar, matare, skriv, tabell_ut

if TYPE_CHECKING:
    from regler import Regelverk
    from tjanster.settings import Settings
    from tjanster.simulering import Resultat
    from tjanster.simulering.prognos import Variant

app = typer.Typer()
FORSTA, SISTA = date(2022, 1, 1), date(2099, 12, 31)
FLEST_DAGAR = 3 * 366
GRANSER = {"--arenden": (1, 200_000), "--invanare": (100, 2_000_000), "--kommuner": (1, 300)}
FAKTOR = (0.1, 10.0)
PAHITTAT = "Allt är påhittat: ärenden, människor och dagar. Ingen post lämnar datorn; VAKA_SMTP används inte."
ANTAGET = "Talen vilar på antaganden, se tjanster/simulering/modell.yaml. Byt dem mot kommunens egna med --modell."


@app.command()
def simulera(
    ar: Annotated[int | None, typer.Option("--ar", help="Året; annars nästa år.")] = None,
    fran: Annotated[str | None, typer.Option("--fran", help="Första dagen, i stället för --ar.")] = None,
    till: Annotated[str | None, typer.Option("--till", help="Sista dagen.")] = None,
    kommun: Annotated[str | None, typer.Option("--kommun", help="Kommunens mapp i config, eller en sökväg; annars VAKA_KOMMUN.")] = None,
    arenden: Annotated[int | None, typer.Option("--arenden", help="Så många ärenden om året.")] = None,
    invanare: Annotated[int | None, typer.Option("--invanare", help="Så många ärenden som en kommun av den storleken har.")] = None,
    personal: Annotated[float | None, typer.Option("--personal", help="Arbetstiden: 0.8 är en femtedel mindre.")] = None,
    jamfor_personal: Annotated[str | None, typer.Option("--jamfor-personal", help="Flera, med komma emellan: 0.8,1.0,1.2.")] = None,
    regler: Annotated[Path | None, typer.Option("--regler", help="Jämför med reglerna i mappen.")] = None,
    modell: Annotated[Path | None, typer.Option("--modell", help="Kommunens egna tal i stället för Vakas.")] = None,
    kommuner: Annotated[int, typer.Option("--kommuner", help="Så många kommuner efter varandra.")] = 1,
    fro: Annotated[int, typer.Option("--fro", help="Samma frö ger samma tal.")] = 1,
    utan_brev: Annotated[bool, typer.Option("--utan-brev", help="Låt breven ligga kvar i utkorgen.")] = False,
    behall: Annotated[Path | None, typer.Option("--behall", help="Spara databasen i mappen, att öppna med VAKA_DATA.")] = None,
    som_json: SomJson = False,
) -> None:
    """Påhittade ärenden genom ett helt år, i en egen databas: hur mycket blir sent, med färre personer eller en annan regel?"""
    from tjanster import app as program
    from tjanster.regelstyrning.forslag import las_mappen
    from tjanster.simulering import Korning, Simuleringsfel, las_modell, prova_installningar, tillfallig
    from tjanster.simulering.modell import Modellfel
    from tjanster.simulering.prognos import kor, varianter

    forsta, sista = _dagarna(ar, fran, till)
    for val, antal in (("--arenden", arenden), ("--invanare", invanare), ("--kommuner", kommuner)):
        if antal is not None and not GRANSER[val][0] <= antal <= GRANSER[val][1]:
            raise typer.BadParameter("ska vara mellan {} och {}".format(*GRANSER[val]), param_hint=val)
    if arenden is not None and invanare is not None:
        raise typer.BadParameter("ange antingen --arenden eller --invanare", param_hint="--arenden")
    faktorer = _faktorer(personal, jamfor_personal)
    if kommuner > 1 and (len(faktorer) > 1 or regler):
        raise typer.BadParameter("går inte ihop med --jamfor-personal eller --regler", param_hint="--kommuner")
    if behall is not None and (len(faktorer) > 1 or regler or kommuner > 1):
        raise typer.BadParameter("går bara med en enda körning", param_hint="--behall")
    inst = installningar(kommun=kommun)
    try:
        prova_installningar(inst, behall)
        talen = las_modell(modell)
    except (Simuleringsfel, Modellfel) as fel:
        raise Avbrott(fel.skal, {"fel": "simulering", "skal": fel.skal, "falt": {}}) from None
    idag = program.las_regler(inst)
    nya = las_mappen(regler, inst.kommunmapp.name) if regler else None
    if nya is not None and not nya.kommun.kod:
        raise Avbrott([f"{regler}: mappen har ingen kommun. Den ska hålla kommun.yaml, organisation.yaml och listor.yaml."])
    alla = varianter(
        Korning(talen, forsta, sista, fro, faktorer[0], arenden, invanare, not utan_brev), idag, personal=faktorer, nya=nya,
        namn=str(regler or ""), kommuner=kommuner,
    )  # fmt: skip
    with matare("Simulerar", som_json) as framsteg, tillfallig(inst.kommun, behall) as oppna:
        svar = kor(oppna, alla, framsteg)
    _beratta(inst, idag, alla, svar, behall, som_json)
    if any(r.nekade or r.svepfel for r in svar):
        raise typer.Exit(1)


def _dagarna(ar: int | None, fran: str | None, till: str | None) -> tuple[date, date]:
    from tjanster import klocka

    if fran is None and till is None:
        ar = klocka.idag().year + 1 if ar is None else ar
        if not FORSTA.year <= ar <= SISTA.year:
            raise typer.BadParameter(f"ska vara ett år mellan {FORSTA.year} och {SISTA.year}", param_hint="--ar")
        return date(ar, 1, 1), date(ar, 12, 31)
    if ar is not None or fran is None or till is None:
        raise typer.BadParameter("ange antingen --ar, eller både --fran och --till", param_hint="--fran")
    forsta, sista = dag_av_text(fran, "--fran"), dag_av_text(till, "--till")
    if forsta > sista:
        raise typer.BadParameter("kan inte vara före --fran", param_hint="--till")
    if forsta < FORSTA or sista > SISTA:
        raise typer.BadParameter(f"dagarna ska ligga mellan {FORSTA} och {SISTA}", param_hint="--fran")
    if (sista - forsta).days >= FLEST_DAGAR:
        raise typer.BadParameter("högst tre år åt gången", param_hint="--till")
    return forsta, sista


def _faktorer(personal: float | None, flera: str | None) -> tuple[float, ...]:
    if personal is not None and flera is not None:
        raise typer.BadParameter("ange antingen --personal eller --jamfor-personal", param_hint="--personal")
    val = "--personal" if flera is None else "--jamfor-personal"
    try:
        ut = (1.0 if personal is None else personal,) if flera is None else tuple(float(x) for x in flera.split(","))
    except ValueError:
        raise typer.BadParameter(f"'{flera}': skriv tal med komma emellan, till exempel 0.8,1.0,1.2", param_hint=val) from None
    if not all(FAKTOR[0] <= x <= FAKTOR[1] for x in ut):
        raise typer.BadParameter("ska vara mellan {:g} och {:g}; 1.0 är den tid som arbetet kräver".format(*FAKTOR), param_hint=val)
    return ut


# -- what is told ------------------------------------------------------------------------------------------------------


def _beratta(
    inst: "Settings", idag: "Regelverk", alla: "Sequence[Variant]", svar: "Sequence[Resultat]", behall: Path | None, som_json: bool
) -> None:
    forsta = alla[0].korning
    if som_json:
        skriv({
            "kommun": idag.kommun.kod, "fran": forsta.fran.isoformat(), "till": forsta.till.isoformat(), "pahittat": True,
            "korningar": [
                {"personal": v.korning.personal, "regler": v.namn, "fro": v.korning.fro} | r.som_dict() for v, r in zip(alla, svar, strict=True)
            ],
        })  # fmt: skip
        return
    typer.echo(f"{idag.kommun.namn} {forsta.fran}–{forsta.till}, frö {forsta.fro}. {PAHITTAT}\n")
    if len(alla) == 1:
        _ett(svar[0])
    elif len({v.korning.fro for v in alla}) > 1:
        _kommunerna(alla, svar)
    else:
        _sida_vid_sida(alla, svar)
    handelser, sekunder = sum(r.handelser for r in svar), sum(r.sekunder for r in svar)
    typer.echo(f"\n{handelser} händelser på {sekunder:.0f} s, {sum(r.brev for r in svar)} brev.")
    typer.echo(ANTAGET)
    for r in svar:
        for mening, antal in r.nekade.items():
            typer.echo(f"Programmet sa nej {antal} gånger: {mening}", err=True)
        for mening in r.svepfel:
            typer.echo(f"Svepet: {mening}", err=True)
    if behall is not None:
        from tjanster.demo import LOSENORD

        typer.echo(
            f"\nDatabasen ligger i {behall}. Öppna den sista dagen: "
            f"VAKA_DATA={behall} VAKA_KOMMUN={inst.kommun} VAKA_DEMO=ja VAKA_NU={forsta.till}T17:00 vaka start"
        )
        typer.echo(f"Konton står i 'vaka anvandare lista'; lösenordet för alla är {LOSENORD}.")


def _procent(andel: float | None) -> str:
    return "–" if andel is None else f"{100 * andel:.1f} %".replace(".", ",")


def _namn(process: str) -> str:
    from arbetsfloden import PROCESSER

    return PROCESSER[process].rubrik if process in PROCESSER else "Alla"


def _ett(r: "Resultat") -> None:
    tabell_ut(
        [
            [_namn(p.process), p.inkomna, p.klara, p.oppna, p.sena, p.brutna, _procent(p.andel_i_tid), p.median, p.p90, p.paminnelser]
            for p in (*r.processer, r.summa)
        ],
        ["Process", "Kom in", "Klara", "Öppna", "Sena", "Brutna frister", "I tid", "Median", "90:e perc.", "Påminnelser"],
    )  # fmt: skip
    typer.echo("")
    tabell_ut([[m.manad, m.inkomna, m.klara, m.brutna, m.oppna] for m in r.manader], ["Månad", "Kom in", "Klara", "Brutna frister", "Öppna"])
    from arbetsfloden import ROLLER

    tid = ", ".join(f"{ROLLER[roll].lower()} {100 * andel:.0f} %" for roll, andel in r.belaggning.items())
    typer.echo(f"\nSå mycket av arbetstiden gick åt: {tid}.")


def _sida_vid_sida(alla: "Sequence[Variant]", svar: "Sequence[Resultat]") -> None:
    rader: list[list[Any]] = [
        [v.rubrik, r.summa.inkomna, r.summa.klara, r.summa.oppna, r.summa.sena, r.summa.brutna, _procent(r.summa.andel_i_tid)]
        for v, r in zip(alla, svar, strict=True)
    ]
    tabell_ut(rader, ["Körning", "Kom in", "Klara", "Öppna", "Sena", "Brutna frister", "I tid"])
    typer.echo("\nAndel frister i tid, samma ärenden i varje körning:")
    tabell_ut(
        [
            [_namn(p.process), *(_procent(r.processer[nr].andel_i_tid) for r in svar)]
            for nr, p in enumerate(svar[0].processer)
        ],
        ["Process", *(v.rubrik for v in alla)],
    )  # fmt: skip


def _kommunerna(alla: "Sequence[Variant]", svar: "Sequence[Resultat]") -> None:
    tabell_ut(
        [
            [v.korning.fro, r.summa.inkomna, r.summa.oppna, r.summa.sena, _procent(r.summa.andel_i_tid), r.handelser, f"{r.sekunder:.0f}"]
            for v, r in zip(alla, svar, strict=True)
        ],
        ["Frö", "Kom in", "Öppna", "Sena", "I tid", "Händelser", "Sekunder"],
    )  # fmt: skip
