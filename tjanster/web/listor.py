"""Lists: the unit's cases, the late ones."""

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from arbetsfloden import PROCESSER
from tjanster import vyer
from tjanster.app import Vaka
from tjanster.arenden import fragor
from tjanster.arenden.behorighet import enheter_for
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.fragor import SIDA, Urval, antal, lista
from tjanster.arenden.nasta import nasta_steg
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.web.formular import enhetsval
from tjanster.web.listval import KOLUMNER, Listval
from tjanster.web.rader import bladdring, med_steg, rader
from tjanster.web.ram import SER, Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
LEDER = ("enhetschef", "avdelningschef", "kvalitetsledare")
PER_ENHET = 25
FORVALDA = ("enhet", "tillstand", "frist", "handlaggare")


@router.get("/enhet", response_class=HTMLResponse)
def enhet(
    request: Request,
    vaka: Program,
    vem: Vem,
    nu: Nu,
    enhet: str = "",
    process: str = "",
    lage: str = "",
    handlaggare: str = "",
    ordna: str = "",
    fall: str = "",
    kolumn: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006 -- never changed
    sida_nr: int = 1,
) -> Response:
    filter_ = {"enhet": enhet, "process": process, "lage": lage, "handlaggare": handlaggare}
    return enhetssida(request, vaka, vem, nu, filter_, Listval.las(ordna, fall, kolumn, FORVALDA), sida_nr)


def enhetssida(
    request: Request, vaka: Vaka, vem: Inloggad, nu: datetime, filter_: dict[str, str], val: Listval, sida_nr: int = 1, fel: str = ""
) -> Response:  # fmt: skip
    """The unit's cases as the address asks for them; `fel`: what was wrong with the name of a list to save."""
    s = vaka.sammanhang
    enhet, process, lage, handlaggare = (filter_[k] for k in ("enhet", "process", "lage", "handlaggare"))
    egna = enheter_for(vem.aktor, s.kommun, SER)
    valda = s.kommun.undertrad(enhet) & egna if enhet in s.kommun.enheter else egna
    urval = Urval(
        process=process if process in PROCESSER else None,
        enheter=valda,
        aven_avslutade=lage in ("alla", "avslutade"),
        bara_avslutade=lage == "avslutade",
        sena=lage == "sena",
        utan_handlaggare=handlaggare == "ingen",
        handlaggare=vem.aktor.id if handlaggare == "jag" else None,
    )
    sida_nr = max(1, min(sida_nr, 10_000))
    with vaka.som(vem.aktor) as conn:
        hur_manga = antal(conn, s, vem.aktor, urval, nu)
        arenden = lista(conn, s, vem.aktor, urval, nu, sida=sida_nr, ordning=val.ordning)
        steg = nasta_steg(conn, s, [r.nummer for r in arenden], vem.aktor, nu) if "nasta" in val.kolumner else {}
        sparade = vyer.vyer(conn, vem.aktor.id)
    fraga = urlencode([(k, v) for k, v in filter_.items() if v] + val.fraga)
    return sida(
        request,
        "enhet.html",
        vem,
        http=422 if fel else 200,
        aktiv="enhet",
        rubrik=_vilka(s, egna, enhet),
        arenden=med_steg(rader(s, arenden, nu), steg),
        bladdring=bladdring(sida_nr, hur_manga, SIDA, f"/enhet?{fraga}&sida_nr="),
        sortering=val.sortering("/enhet", filter_),
        filter=filter_,
        kolumner=[{"kod": k, "text": v, "vald": k in val.kolumner} for k, v in KOLUMNER.items()],
        visas=val.kolumner,
        ordning=val.fraga,
        fraga=fraga,
        vyer=[{"id": v.id, "namn": v.namn, "url": f"/enhet?{v.fraga}", "vald": v.fraga == vyer.rensad(fraga)} for v in sparade],
        fel=fel,
        val={
            "enheter": [e for e in enhetsval(s.kommun) if e["kod"] in egna],
            "processer": {p.namn: p.ental for p in PROCESSER.values()},
            "lagen": {"sena": "Sena", "avslutade": "Avslutade", "alla": "Även avslutade"},
            "handlaggare": {"jag": "Jag", "ingen": "Ingen handläggare"},
        },
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
        filter_ = {k: har.get(k, "") for k in ("enhet", "process", "lage", "handlaggare")}
        val = Listval.las(har.get("ordna", ""), har.get("fall", ""), [v for k, v in par if k == "kolumn"], FORVALDA)
        return enhetssida(request, vaka, vem, nu, filter_, val, fel=nej.falt["namn"])
    return vidare(request, f"/enhet?{fraga}", "vy_sparad")


@router.post("/vyer/{vy}/ta-bort")
def ta_bort_vy(request: Request, vaka: Program, vem: Vem, form: Form, vy: int) -> Response:
    with vaka.motor.begin() as conn:
        borta = vyer.ta_bort(conn, vem.aktor.id, vy)
    return vidare(request, f"/enhet?{borta.fraga}", "vy_borta")


def _vilka(s: Sammanhang, egna: frozenset[str], vald: str) -> str:
    """The unit chosen, or those that the person has; many are only counted."""
    if vald in s.kommun.enheter:
        return s.kommun.enheter[vald].namn
    namn = [e["namn"] for e in enhetsval(s.kommun) if e["kod"] in egna]
    return ", ".join(namn) if len(namn) <= 4 else f"{namn[0]} och {len(namn) - 1} enheter till"


@router.get("/sena", response_class=HTMLResponse)
def sena(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    s, idag = vaka.sammanhang, nu.date()
    horisont = s.regelverk.kalender.plus_arbetsdagar(idag, 3)
    egna = enheter_for(vem.aktor, s.kommun, LEDER) or enheter_for(vem.aktor, s.kommun, SER)
    enheter, tal = [], {"sena": 0, "nara": 0, "utan_handlaggare": 0}
    with vaka.som(vem.aktor) as conn:
        tal["utan_handlaggare"] = antal(conn, s, vem.aktor, Urval(enheter=egna, utan_handlaggare=True), nu)
        per_enhet = fragor.sena_per_enhet(conn, s, vem.aktor, egna, horisont, nu)
        tysta = fragor.tysta_enheter(conn, egna, idag)
        for e in enhetsval(s.kommun):
            kod = e["kod"]
            antal_sena, antal_nara = per_enhet.get(kod, (0, 0))
            tyst = "Ingen avvikelse har rapporterats här på tre månader." if kod in tysta else ""
            if kod not in egna or not (antal_sena or antal_nara or (tyst and _lov(s, kod))):
                continue
            urval = Urval(enheter=frozenset({kod}), till_dag=horisont, aven_avslutade=False)
            visade = lista(conn, s, vem.aktor, urval, nu, per_sida=PER_ENHET) if antal_sena or antal_nara else []
            tal["sena"] += antal_sena
            tal["nara"] += antal_nara
            enheter.append(
                {
                    "kod": kod, "namn": e["namn"], "sena": antal_sena, "nara": antal_nara,
                    "rader": rader(s, visade, nu), "tyst": tyst,
                    "fler_url": f"/enhet?enhet={kod}" if antal_sena + antal_nara > PER_ENHET else None,
                }
            )  # fmt: skip
    enheter.sort(key=lambda e: (-e["sena"], -e["nara"]))
    bra = not tal["sena"] and not tal["nara"]
    return sida(request, "sena.html", vem, aktiv="sena", idag=idag, rakning=tal, enheter=enheter, allt_bra=bra)


def _lov(s: Sammanhang, kod: str) -> bool:
    """A unit with no units below it."""
    return len(s.kommun.undertrad(kod)) == 1
