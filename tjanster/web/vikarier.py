"""Stand-ins: who replaces whom and when, set by the one who is away, their manager or the administrator."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from arbetsfloden import ROLLER, Tolkfel, dag_av
from tjanster import vikarier
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.personval import Konto, OkandPerson, i_linjen, las_person, med_id
from tjanster.vikarier import Vikariatbild
from tjanster.web import formular
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, satter_vikarier, sida, vidare

router = APIRouter()
logg = logging.getLogger("vaka.konton")
SOM_EN_MANNISKA_RAKNAR = 10**15
FA = 60


@dataclass(frozen=True)
class Valbara:
    """Whom the form offers. `borta`: those the person may give a stand-in besides themself."""

    jag: Konto
    borta: list[Konto]
    vikarier: list[Konto]


def _valbara(conn: Connection, vaka: Program, vem: Inloggad, idag: date) -> Valbara:
    kommun = vaka.sammanhang.kommun
    jag = med_id(conn, kommun, [vem.aktor.id], idag)[0]
    if not satter_vikarier(vem):
        return Valbara(jag, [], med_id(conn, kommun, vikarier.kollegor(conn, kommun, vem.aktor, idag), idag))
    borta = med_id(conn, kommun, vikarier.under(conn, kommun, vem.aktor, idag), idag)
    return Valbara(jag, borta, i_linjen(conn, kommun, [enhet for _, enhet in vem.aktor.egna], idag))


def _rad(vaka: Program, x: Vikariatbild) -> dict[str, Any]:
    return {
        "url": f"/vikarier/{x.id}" if x.far_andra or x.far_avsluta else None,
        "borta": x.borta, "vikarie": x.vikarie, "fran": x.fran, "till": x.till, "lage": x.lage, "varning": x.varning,
        "uppdrag": [f"{ROLLER.get(roll, roll)}, {vaka.sammanhang.enhetsnamn(enhet)}" for roll, enhet in x.uppdrag],
        "satt": x.satt, "satt_av": x.satt_av or "kommandoraden",
        "andrad": x.andrad, "andrad_av": x.andrad_av or "kommandoraden", "avslutad": x.avslutad,
    }  # fmt: skip


@router.get("/vikarier", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    with vaka.motor.begin() as conn:
        alla = vikarier.lista(conn, vaka.sammanhang.kommun, nu.date(), vem.aktor)
    rader = [_rad(vaka, x) for x in alla]
    return sida(
        request, "vikarier.html", vem, aktiv="vikarier",
        galler=[x for x in rader if x["lage"] != "tidigare"], tidigare=[x for x in rader if x["lage"] == "tidigare"],
        far_satta=bool(vem.aktor.egna), chef=satter_vikarier(vem),
    )  # fmt: skip


def _ny_sida(request: Request, vaka: Program, vem: Inloggad, nu: Nu, varden: dict[str, str], nej: Nej | None = None) -> Response:
    with vaka.motor.begin() as conn:
        val = _valbara(conn, vaka, vem, nu.date())
    fel = nej.falt if nej else {}
    falt = [_personfalt("for", "Vem är borta?", [val.jag, *val.borta], varden, fel)] if satter_vikarier(vem) else []
    if satter_vikarier(vem):
        falt.append(_personfalt("vikarie", "Vem ska vikariera?", val.vikarier, varden, fel))
    elif val.vikarier:
        falt.append(
            {"namn": "vikarie", "rubrik": "Vem ska vikariera?", "slag": "val", "krav": True, "varde": varden.get("vikarie"),
             "val": {k.anvandarnamn: f"{k.namn}, {k.post}" for k in val.vikarier}, "fel": fel.get("vikarie", "")}
        )  # fmt: skip
    return sida(
        request, "vikarie.html", vem, http=nej.status if nej else 200, aktiv="vikarier",
        rubrik="Sätt en vikarie", under=_vem_som_kan(val, chef=satter_vikarier(vem)), url="/vikarier", knapp="Sätt vikarien",
        falt=[*falt, *_dagar(varden, fel)] if falt else [],
        fel=formular.fellista(fel, nej.skal if nej else ()), ny=True, rad=None, far_avsluta=False,
    )  # fmt: skip


def _vem_som_kan(val: Valbara, *, chef: bool) -> str:
    if chef:
        return "Vikarien får uppdragen som ligger under dig, och sköter personens ärenden, mellan de två dagarna."
    if val.vikarier:
        return "Du kan lämna ditt arbete till en kollega som redan har samma uppdrag. Någon annan sätts av din chef."
    return "Ingen kollega har redan samma uppdrag som du. Be din chef eller administratören att sätta en vikarie."


def _personfalt(namn: str, rubrik: str, val: list[Konto], varden: dict[str, str], fel: dict[str, str]) -> dict[str, Any]:
    """One person: chosen among a few, or written, with those at hand suggested."""
    falt = {"namn": namn, "rubrik": rubrik, "krav": True, "varde": varden.get(namn), "fel": fel.get(namn, "")}
    if namn == "for" and len(val) <= FA:
        return falt | {"slag": "val", "val": {k.etikett: f"{k.namn}, {k.post}" if k.post else k.namn for k in val}}
    forslag = {k.etikett: k.post for k in val}
    return falt | {"slag": "text", "hjalp": "Namn eller användarnamn", "forslag": forslag, "autocomplete": "off"}


def _dagar(varden: dict[str, str], fel: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"namn": namn, "rubrik": rubrik, "slag": "dag", "krav": True, "framtid": True, "varde": varden.get(namn), "fel": fel.get(namn, "")}
        for namn, rubrik in (("fran", "Första dagen"), ("till", "Sista dagen"))
    ]


@router.get("/vikarier/ny", response_class=HTMLResponse)
def ny(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    with vaka.motor.begin() as conn:
        jag = med_id(conn, vaka.sammanhang.kommun, [vem.aktor.id], nu.date())[0]
    return _ny_sida(request, vaka, vem, nu, {"for": jag.etikett, "fran": nu.date().isoformat()})


@router.post("/vikarier")
def satt(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    varden = {n: str(form.get(n) or "").strip()[:200] for n in ("for", "vikarie", "fran", "till")}
    try:
        with vaka.motor.begin() as conn:
            fel, dagar = _las_dagar(varden)
            konton = {"for": vem.aktor.id} if not satter_vikarier(vem) else {}
            for namn in ("for", "vikarie"):
                if namn in konton:
                    continue
                try:
                    konton[namn] = _las_konto(conn, varden[namn], namn)
                except OkandPerson as nej:
                    fel[namn] = str(nej)
            if fel:
                raise OgiltigaUppgifter(falt={n: fel[n] for n in varden if n in fel})
            nytt = vikarier.satt_vikarie(
                conn, vaka.sammanhang.kommun, konton["for"], konton["vikarie"], dagar["fran"], dagar["till"], nu, av=vem.aktor
            )
    except Nej as nej:
        return _ny_sida(request, vaka, vem, nu, varden, nej)
    _anteckna(vem, "satte", nytt)
    return vidare(request, "/vikarier", "vikarie_satt")


def _las_konto(conn: Connection, skrivet: str, namn: str) -> int:
    if not skrivet:
        raise OkandPerson("Välj vem som är borta." if namn == "for" else "Skriv vem som ska vikariera.")
    return las_person(conn, skrivet).id


def _las_dagar(varden: dict[str, str]) -> tuple[dict[str, str], dict[str, date]]:
    fel, dagar = {}, {}
    for namn, rubrik in (("fran", "Första dagen"), ("till", "Sista dagen")):
        try:
            if not varden[namn]:
                raise Tolkfel(f"{rubrik} ska fyllas i")
            dagar[namn] = dag_av(varden[namn])
        except Tolkfel as nej:
            fel[namn] = str(nej)
    return fel, dagar


def _hitta(conn: Connection, vaka: Program, vem: Inloggad, vikariat_id: int, nu: Nu) -> Vikariatbild:
    if not 0 < vikariat_id < SOM_EN_MANNISKA_RAKNAR:
        raise FinnsInte("Vikariatet")
    return vikarier.hitta(conn, vaka.sammanhang.kommun, vikariat_id, nu.date(), vem.aktor)


@router.get("/vikarier/{vikariat_id}", response_class=HTMLResponse)
def ett(request: Request, vaka: Program, vem: Vem, nu: Nu, vikariat_id: int) -> Response:
    return _en_sida(request, vaka, vem, nu, vikariat_id)


def _en_sida(
    request: Request, vaka: Program, vem: Inloggad, nu: Nu, vikariat_id: int, varden: dict[str, str] | None = None, nej: Nej | None = None
) -> Response:  # fmt: skip
    with vaka.motor.begin() as conn:
        x = _hitta(conn, vaka, vem, vikariat_id, nu)
    fel = nej.falt if nej else {}
    varden = varden or {"fran": x.fran.isoformat(), "till": x.till.isoformat()}
    dagar = [f for f in _dagar(varden, fel) if f["namn"] == "till" or x.lage == "kommer" or "fran" in fel]
    return sida(
        request, "vikarie.html", vem, http=nej.status if nej else 200, aktiv="vikarier",
        rubrik=f"{x.vikarie} ersätter {x.borta}", under="", url=f"/vikarier/{x.id}", knapp="Spara",
        falt=dagar if x.far_andra else [],
        fel=formular.fellista(fel, nej.skal if nej else ()), ny=False, rad=_rad(vaka, x), far_avsluta=x.far_avsluta,
    )  # fmt: skip


@router.post("/vikarier/{vikariat_id}")
def andra(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, vikariat_id: int) -> Response:
    varden = {n: str(form.get(n) or "").strip()[:200] for n in ("fran", "till")}

    def gor(conn: Connection, x: Vikariatbild) -> None:
        varden["fran"] = varden["fran"] or x.fran.isoformat()
        fel, dagar = _las_dagar(varden)
        if fel:
            raise OgiltigaUppgifter(falt=fel)
        vikarier.andra(conn, vaka.sammanhang.kommun, x.id, dagar["fran"], dagar["till"], nu, av=vem.aktor)

    return _gor(request, vaka, vem, nu, vikariat_id, gor, "ändrade", "sparat", varden)


@router.post("/vikarier/{vikariat_id}/avsluta")
def avsluta(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, vikariat_id: int) -> Response:
    def gor(conn: Connection, x: Vikariatbild) -> None:
        vikarier.avsluta(conn, vaka.sammanhang.kommun, x.id, nu, av=vem.aktor)

    return _gor(request, vaka, vem, nu, vikariat_id, gor, "avslutade", "vikariat_slut")


def _gor(
    request: Request, vaka: Program, vem: Inloggad, nu: Nu, vikariat_id: int, gor: Callable[[Connection, Vikariatbild], None],
    gjorde: str, flash: str, varden: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Change one that the person is told of, or show why not."""
    try:
        with vaka.motor.begin() as conn:
            gor(conn, _hitta(conn, vaka, vem, vikariat_id, nu))
    except FinnsInte:
        raise
    except Nej as nej:
        return _en_sida(request, vaka, vem, nu, vikariat_id, varden, nej)
    _anteckna(vem, gjorde, vikariat_id)
    return vidare(request, "/vikarier", flash)


def _anteckna(vem: Inloggad, gjorde: str, vikariat_id: int) -> None:
    logg.info(
        "Konto %s %s vikariat %s", vem.aktor.id, gjorde, vikariat_id,
        extra={"action": "stand_in_changed", "account": vem.aktor.id, "stand_in": vikariat_id},
    )  # fmt: skip
