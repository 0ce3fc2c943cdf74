"""The cases of the units where a person works: filtered, and to be ticked and handed over by those who lead."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER
from tjanster import vyer
from tjanster.app import Vaka
from tjanster.arenden.arendelista import SIDA, lista_och_antal
from tjanster.arenden.behorighet import enheter_for
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.fragor import handlaggare_i
from tjanster.arenden.nasta import nasta_steg
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.ledning.overlamning import HOGST
from tjanster.web.enhetsfilter import LAGEN, Filter
from tjanster.web.formular import enhetsval
from tjanster.web.listval import KOLUMNER, Listval
from tjanster.web.rader import bladdring, med_steg, rader
from tjanster.web.ram import LEDER, SER, Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()


FORVALDA = ("enhet", "tillstand", "frist", "handlaggare")


@router.get("/enhet", response_class=HTMLResponse)
def enhet(
    request: Request, vaka: Program, vem: Vem, nu: Nu, ordna: str = "", fall: str = "",
    kolumn: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 -- never changed
    sida_nr: int = 1, markera: str = "",
) -> Response:  # fmt: skip
    return enhetssida(
        request, vaka, vem, nu, Filter.las(request.query_params), Listval.las(ordna, fall, kolumn, FORVALDA), sida_nr, markera
    )


def enhetssida(
    request: Request, vaka: Vaka, vem: Inloggad, nu: datetime, filter_: Filter, val: Listval, sida_nr: int = 1, markera: str = "",
    fel: str = "",
) -> Response:  # fmt: skip
    """The unit's cases as the address asks for them; `fel`: what was wrong with the name of a list to save."""
    s = vaka.sammanhang
    egna = enheter_for(vem.aktor, s.kommun, SER)
    urval = filter_.urval(s, vem.aktor, nu)
    sida_nr = max(1, min(sida_nr, 10_000))
    leder = bool(vem.aktor.roller & LEDER) and not filter_.avslutade
    with vaka.laser(vem.aktor) as conn:
        arenden, hur_manga = lista_och_antal(conn, s, vem.aktor, urval, nu, sida=sida_nr, ordning=val.ordning)
        steg = nasta_steg(conn, s, [r.nummer for r in arenden], vem.aktor, nu) if "nasta" in val.kolumner else {}
        officerare = handlaggare_i(conn, s, vem.aktor, urval.enheter) if leder else {}
        sparade = vyer.vyer(conn, vem.aktor.id)
    fraga = urlencode([*filter_.ord().items(), *val.fraga])
    adress = f"/enhet?{fraga}".removesuffix("?")
    med_sida = f"{adress}{'&' if '?' in adress else '?'}sida_nr="
    return sida(
        request,
        "enhet.html",
        vem,
        http=422 if fel else 200,
        aktiv="enhet",
        rubrik=_vilka(s, egna, filter_.enhet),
        arenden=med_steg(rader(s, arenden, nu), steg),
        bladdring=bladdring(sida_nr, hur_manga, SIDA, med_sida),
        sortering=val.sortering("/enhet", filter_.ord()),
        kolumner=[{"kod": k, "text": v, "vald": k in val.kolumner} for k, v in KOLUMNER.items()],
        visas=val.kolumner,
        ordning=val.fraga,
        fraga=fraga,
        vyer=[{"id": v.id, "namn": v.namn, "url": f"/enhet?{v.fraga}", "vald": v.fraga == vyer.rensad(fraga)} for v in sparade],
        fel=fel,
        filter=filter_,
        brickor=filter_.brickor(s, val.fraga),
        valj=_valj(adress, f"{med_sida}{sida_nr}", markera == "alla") if leder else None,
        val=_val(s, egna, officerare),
    )


@router.post("/vyer")
def spara_vy(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """Keep the list as it is shown now, under a name."""
    fraga = vyer.rensad(str(form.get("fraga") or ""))
    try:
        with vaka.motor.begin() as conn:
            vyer.spara(conn, vem.aktor.id, str(form.get("namn") or ""), fraga, nu)
    except OgiltigaUppgifter as nej:
        par = parse_qsl(fraga)
        har = dict(par)
        val = Listval.las(har.get("ordna", ""), har.get("fall", ""), [v for k, v in par if k == "kolumn"], FORVALDA)
        return enhetssida(request, vaka, vem, nu, Filter.las(har), val, fel=nej.falt["namn"])
    return vidare(request, f"/enhet?{fraga}", "vy_sparad")


@router.post("/vyer/{vy}/ta-bort")
def ta_bort_vy(request: Request, vaka: Program, vem: Vem, form: Form, vy: int) -> Response:
    with vaka.motor.begin() as conn:
        borta = vyer.ta_bort(conn, vem.aktor.id, vy)
    return vidare(request, f"/enhet?{borta.fraga}", "vy_borta")


def _valj(adress: str, sidan: str, alla: bool) -> dict[str, Any]:
    """What it takes to tick cases, without script too: the same page with all of them ticked."""
    return {"alla": alla, "url": sidan if alla else f"{sidan}&markera=alla", "lista": adress, "hogst": HOGST}


def _val(s: Sammanhang, egna: frozenset[str], officerare: dict[str, str]) -> dict[str, Any]:
    return {
        "enheter": [e for e in enhetsval(s.kommun) if e["kod"] in egna],
        "processer": {p.namn: p.ental for p in PROCESSER.values()},
        "lagen": LAGEN,
        "handlaggare": {"jag": "Jag", "ingen": "Ingen handläggare"} | officerare,
    }


def _vilka(s: Sammanhang, egna: frozenset[str], vald: str) -> str:
    """The unit chosen, or those that the person has; many are only counted."""
    if vald in s.kommun.enheter:
        return s.kommun.enheter[vald].namn
    namn = [e["namn"] for e in enhetsval(s.kommun) if e["kod"] in egna]
    return ", ".join(namn) if len(namn) <= 4 else f"{namn[0]} och {len(namn) - 1} enheter till"
