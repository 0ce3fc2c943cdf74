"""Cases: open, move, show and list, by the same path as the web."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tjanster import klocka
from tjanster.cli.grund import (
    Avbrott,
    Nu,
    SomJson,
    las_json,
    oppen_vaka,
    skriv,
    tabell_ut,
    tid_av,
)

if TYPE_CHECKING:
    from tjanster.app import Vaka

FRISTORD = {"lopande": "löper", "pausad": "pausad", "mott": "mött", "utgatt": "upphörde"}

arende_app = typer.Typer(help="Ärenden: skapa, ta steg, visa, lista.", no_args_is_help=True)


def _aktor(vaka: "Vaka", anvandare: str | None, nu: datetime) -> Any:
    """The account acted for; None is the system, as on the machine itself."""
    if anvandare is None:
        return None
    from sqlalchemy import select

    from tjanster.arenden.behorighet import las_aktor
    from tjanster.db import t

    with vaka.systemet() as conn:
        a = t.anvandare.c
        rad = conn.execute(select(a.id).where(a.anvandarnamn == anvandare.strip().lower())).scalar_one_or_none()
        aktor = las_aktor(conn, rad, nu.date()) if rad else None
    if aktor is None:
        raise Avbrott([f"Det finns inget öppet konto som heter '{anvandare}'."])
    return aktor


Som = Annotated[str | None, typer.Option("--som", help="Användarnamn som handlingen görs av; utan är det systemet.")]


Bekraftat = Annotated[
    bool, typer.Option("--bekraftat", help="Spara fast Vaka bad dig se efter en gång till (samma namn, personnummer i text).")
]


@arende_app.command("skapa")
def arende_skapa(
    process: Annotated[str, typer.Argument()],
    fil: Annotated[Path, typer.Option("--fil", help="JSON med fälten, gärna under 'uppgifter', och 'kontakt'.")],
    som: Som = None,
    bekraftat: Bekraftat = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Registrera ett ärende. Samma väg som webben."""
    from dataclasses import asdict

    from tjanster.arenden.registrera import hitta_process, registrera

    data, tid = las_json(fil), tid_av(nu)
    kontakt = data.pop("kontakt", None)
    uppgifter = data.get("uppgifter", data)
    with oppen_vaka() as vaka:
        p, av = hitta_process(process), _aktor(vaka, som, tid)
        with vaka.som(av) as conn:
            kvitto = registrera(
                conn, vaka.sammanhang, p, uppgifter, av=av, nu=tid, kontakt=kontakt, bekraftat=bekraftat
            )
    skriv(asdict(kvitto)) if som_json else typer.echo(f"{kvitto.nummer}: {p.tillstand[kvitto.tillstand]}")


@arende_app.command("handelse")
def arende_handelse(
    nummer: Annotated[str, typer.Argument()],
    handelse: Annotated[str, typer.Argument()],
    fil: Annotated[Path | None, typer.Option("--fil", help="JSON: uppgifter, skal, version, person.")] = None,
    som: Som = None,
    bekraftat: Bekraftat = False,
    som_json: SomJson = False,
    nu: Nu = None,
) -> None:
    """Ta ett steg i ett ärende. Samma väg som webben."""
    from dataclasses import asdict

    from arbetsfloden import PROCESSER
    from tjanster.arenden.forslag import SPARAT
    from tjanster.arenden.handelse import Begaran, utfor

    data, tid = (las_json(fil) if fil else {}), tid_av(nu)
    skal, version, person = (data.pop(ord_, None) for ord_ in ("skal", "version", "person"))
    if version is not None and not isinstance(version, int):
        raise Avbrott(["version ska vara ett heltal: det som ärendet hade när du läste det."])
    uppgifter = data.get("uppgifter", data)
    with oppen_vaka() as vaka:
        av = _aktor(vaka, som, tid)
        with vaka.som(av) as conn:
            begaran = Begaran(nummer.upper(), handelse, tid, av, uppgifter, skal, version, bekraftat=bekraftat, person=person)
            kvitto = utfor(conn, vaka.sammanhang, begaran)
    if som_json:
        skriv(asdict(kvitto))
    else:
        process = next(p for p in PROCESSER.values() if kvitto.nummer.startswith(p.prefix))
        if kvitto.forslag is not None:
            typer.echo(f"{kvitto.forslag.varfor}.\n{SPARAT} (förslag {kvitto.forslag.id}).")
        typer.echo(f"{kvitto.nummer}: {process.tillstand[kvitto.tillstand]} (version {kvitto.version})")


@arende_app.command("visa")
def arende_visa(
    nummer: Annotated[str, typer.Argument()], som: Som = None, som_json: SomJson = False, nu: Nu = None
) -> None:
    """Ett ärende: fält, frister, steg och historik."""
    from tjanster.api.arenden import som_dict
    from tjanster.arenden.arendebild import visa_arende

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        aktor = _aktor(vaka, som, tid)
        with vaka.som(aktor) as conn:
            bild = visa_arende(conn, vaka.sammanhang, nummer.upper(), aktor, tid, "kommando")
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
        typer.echo(
            f"\n{f.rubrik}: {f.forfaller_text or (f.regel.tid if f.regel else '')} ({'sen' if f.sen else FRISTORD[f.status]})"
        )
    for x in bild.forslag:
        typer.echo(f"\nFörslag {x.id}: {x.rubrik}. {x.vem}, {klocka.svensk(x.tid):%Y-%m-%d %H:%M}. Väntar på en annan person.")
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
    from tjanster.arenden.arendelista import lista
    from tjanster.arenden.urval import Urval

    tid = tid_av(nu)
    with oppen_vaka() as vaka:
        kommun, aktor = vaka.sammanhang.kommun, _aktor(vaka, som, tid)
        kod = kommun.hitta_enhet(enhet) if enhet else None
        if enhet and kod is None:
            raise Avbrott([f"Enheten '{enhet}' finns inte."])
        urval = Urval(process=process, tillstand=tillstand, sena=sena, aven_avslutade=alla, text=sok,
                      enheter=kommun.undertrad(kod) if kod else None)  # fmt: skip
        with vaka.som(aktor) as conn:
            rader = lista(conn, vaka.sammanhang, aktor, urval, tid, sida=sida)
    if som_json:
        skriv([r._asdict() for r in rader])
    else:
        tabell_ut([[r.nummer, r.sort, r.tillstand_text, r.enhet_namn, r.forfaller, "sen" if r.sen else "", r.handlaggare_namn]
                 for r in rader], ["Nummer", "Sort", "Läge", "Enhet", "Frist", "", "Handläggare"])  # fmt: skip
