"""What is worth a look in the rules that hold: rows that nobody has checked, limits that nobody starts, empty posts."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import innefattade
from regler import Regelverk
from regler.motor.granskning import SLAG, Anmarkning, granska
from regler.motor.skillnad import SLAG as MAPPSLAG
from tjanster.arenden.bemanning import Bemanning
from tjanster.regelnamn import STARTADE
from tjanster.web.ram import Nu, Program, Vem
from tjanster.web.regler import klarsprak
from tjanster.web.regler.ram import regelsida

router = APIRouter()
FORKLARING = {
    "ej_kontrollerad": "Läs källan, och skriv dagen vid raden i filen. Det ändrar inte vad regeln säger.",
    "gammal_kontroll": "En regel kan ha ändrats utan att någon märkt det. Läs källan igen.",
    "startas_aldrig": "Regeln finns, men inget i processen startar den.",
    "process_saknas": "Reglerna är klara och väntar på att processen byggs.",
    "tom_roll": "Påminnelser och beslut som ska till rollen går till nivån över, eller till ingen.",
    "kalendern_tar_slut": "Fyll i kommunens lediga dagar för nästa år.",
}


@router.get("/regler/att-kontrollera", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    verk, idag = vaka.sammanhang.regelverk, nu.date()
    with vaka.motor.connect() as conn:
        roller = innefattade(Bemanning.las(conn, verk.kommun, idag).roller)
    alla = granska(verk, idag, startade=STARTADE, hallna_roller=roller)
    grupper = [
        {"slag": slag, "rubrik": rubrik, "text": FORKLARING[slag], "rader": [_bild(verk, a) for a in alla if a.slag == slag]}
        for slag, rubrik in SLAG.items()
    ]
    return regelsida(
        request,
        "regler_anmarkningar.html",
        vem,
        {"rubrik": "Att kontrollera", "url": ""},
        del_="anmarkningar",
        grupper=[g for g in grupper if g["rader"]],
    )


def _bild(verk: Regelverk, a: Anmarkning) -> dict[str, Any]:
    rubrik, url = _regel(verk, a)
    return {"rubrik": rubrik, "url": url, "mening": klarsprak.stor(a.mening), "fil": a.fil, "rad": a.rad}


def _regel(verk: Regelverk, a: Anmarkning) -> tuple[str, str]:
    """The rule's heading and page; what it is called in the file when it has none."""
    slag = MAPPSLAG.get(a.fil.split("/")[-2], "")
    delar = a.plats.split("/")
    if slag == "delegation":
        return klarsprak.regelord(verk, f"delegation:{delar[0]}"), f"/regler/delegation/{delar[0]}"
    nyckel = "/".join(delar[:2])
    if slag in ("frist", "tabell", "krav", "skyldighet") and len(delar) > 1:
        return klarsprak.regelord(verk, nyckel if slag == "frist" else f"{slag}:{nyckel}"), f"/regler/{slag}/{nyckel}"
    if a.slag == "process_saknas":
        return klarsprak.processnamn(a.plats), f"/regler?process={a.plats}"
    return klarsprak.stor(klarsprak.rollord(a.plats) if a.slag == "tom_roll" else a.plats.replace("_", " ")), ""
