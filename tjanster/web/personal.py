"""For the administrator: the people with their accounts and appointments, one by one or from a file, and the organisation."""

import base64
import binascii
import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select, update
from starlette.datastructures import UploadFile

from arbetsfloden import ROLLER
from notiser import adress_duger
from tjanster import personal as folk
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.db import t
from tjanster.kalkylblad import som_csv
from tjanster.konton import oppna_konto, satt_uppdrag, skapa_anvandare, stang_konto
from tjanster.losenbyte import ge_engangslosen
from tjanster.personal.lista import SIDA
from tjanster.web.formular import enhetsval, fellista
from tjanster.web.rader import bladdring
from tjanster.web.ram import Filform, Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
logg = logging.getLogger("vaka.personal")
HOGST_FIL = 500_000
VISAS = 200
ROLLVAL = {r: ord_ for r, ord_ in ROLLER.items() if r != "systemet"}


def _kraver_administrator(vem: Inloggad) -> None:
    if "administrator" not in vem.aktor.roller:
        raise FarInte("Personal och organisation sköts av administratören.")


# -- the list ---------------------------------------------------------------------------------------------------------


@router.get("/personal", response_class=HTMLResponse)
def visa(
    request: Request, vaka: Program, vem: Vem, nu: Nu, roll: str = "", enhet: str = "", visa: str = "", sida_nr: int = 1
) -> Response:  # fmt: skip
    return _lista(request, vaka, vem, nu.date(), roll, enhet, visa, "", max(1, min(sida_nr, 10_000)))


@router.post("/personal", response_class=HTMLResponse)
def sok(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """A search is posted: a name doesn't belong in an address."""
    filter_ = [str(form.get(k) or "") for k in ("roll", "enhet", "visa")]
    return _lista(request, vaka, vem, nu.date(), *filter_, _rent(str(form.get("sok") or ""))[:100], 1)


def _lista(
    request: Request, vaka: Program, vem: Inloggad, dag: date, roll: str, enhet: str, visa: str, sok: str, sida_nr: int
) -> Response:  # fmt: skip
    _kraver_administrator(vem)
    kommun = vaka.sammanhang.kommun
    roll, enhet = roll if roll in ROLLVAL else "", enhet if enhet in kommun.enheter else ""
    with vaka.motor.connect() as conn:
        rader, antal = folk.personal(
            conn, dag, sok=sok, roll=roll, enheter=kommun.undertrad(enhet) if enhet else None, aven_stangda=visa == "alla",
            utan_uppdrag=visa == "utan", sida=sida_nr,
        )  # fmt: skip
    return sida(
        request,
        "personal.html",
        vem,
        aktiv="personal",
        personer=[
            {"url": f"/personal/{p.id}", "namn": p.namn, "anvandarnamn": p.anvandarnamn, "epost": p.epost, "aktiv": p.aktiv,
             "uppdrag": [f"{ROLLER.get(r, r)}, {vaka.sammanhang.enhetsnamn(e)}" for r, e in p.uppdrag]}
            for p in rader
        ],
        antal=antal,
        fler=bool(sok) and antal > SIDA,
        sok_person=sok,
        filter={"roll": roll, "enhet": enhet, "visa": visa},
        val={"roll": ROLLVAL, "enheter": enhetsval(kommun), "visa": {"utan": "Bara utan uppdrag", "alla": "Även stängda konton"}},
        bladdring=None if sok else bladdring(sida_nr, antal, SIDA, f"/personal?roll={roll}&enhet={enhet}&visa={visa}&sida_nr="),
    )  # fmt: skip


def _rent(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).split())


# -- one person -------------------------------------------------------------------------------------------------------


def _falt(vaka: Program, namn: tuple[str, ...], varden: Mapping[str, Any], fel: Mapping[str, str]) -> list[dict[str, Any]]:
    annars = "du skapar ett senare, på personens sida" if vaka.settings.oidc is None else "personen loggar in genom kommunens inloggning"
    enheter = {e["kod"]: "\u00a0\u00a0" * e["djup"] + e["namn"] for e in enhetsval(vaka.sammanhang.kommun)}
    alla: dict[str, dict[str, Any]] = {
        "anvandarnamn": {"rubrik": "Användarnamn", "slag": "text", "krav": True, "hjalp": "Samma som i kommunens inloggning, om ni har en."},
        "namn": {"rubrik": "För- och efternamn", "slag": "text", "krav": True},
        "epost": {"rubrik": "E-post", "slag": "text", "krav": False, "hjalp": "Dit påminnelser går."},
        "roll": {"rubrik": "Roll", "slag": "val", "krav": True, "val": ROLLVAL},
        "enhet": {"rubrik": "Enhet", "slag": "val", "krav": True, "val": enheter, "hjalp": "Uppdraget gäller även enheterna under."},
        "fran": {"rubrik": "Från och med", "slag": "dag", "krav": True},
        "till": {"rubrik": "Till och med", "slag": "dag", "krav": False, "framtid": True, "hjalp": "Tomt = tills vidare."},
        "losen": {"rubrik": "Loggar in med lösenord", "slag": "janej", "krav": True,
                  "hjalp": f"Ja: du får ett engångslösenord att lämna över. Nej: {annars}."},
    }  # fmt: skip
    return [{"namn": n, "hjalp": ""} | alla[n] | {"varde": varden.get(n), "fel": fel.get(n, "")} for n in namn]


NY = ("anvandarnamn", "namn", "epost", "roll", "enhet", "fran", "till", "losen")


@router.get("/personal/ny", response_class=HTMLResponse)
def ny(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    utan_kommunens = vaka.settings.oidc is None
    return _nysida(request, vaka, vem, {"fran": nu.date().isoformat(), "losen": "ja" if utan_kommunens else "nej"})


def _nysida(request: Request, vaka: Program, vem: Inloggad, varden: Mapping[str, Any], nej: Nej | None = None) -> Response:
    _kraver_administrator(vem)
    fel = nej.falt if nej else {}
    return sida(
        request, "personal_ny.html", vem, aktiv="personal", http=nej.status if nej else 200,
        brodsmulor=[{"rubrik": "Personal", "url": "/personal"}, {"rubrik": "Ny person", "url": ""}],
        falt=_falt(vaka, NY, varden, fel), fel=fellista(fel, nej.skal if nej else ()),
    )  # fmt: skip


@router.post("/personal/ny")
def lagg_till(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    _kraver_administrator(vem)
    v = {n: _rent(str(form.get(n) or "")) for n in NY}
    try:
        with vaka.motor.begin() as conn:
            fel: dict[str, str] = {}
            dagar = _dagar(v, fel)
            try:
                konto = skapa_anvandare(conn, v["anvandarnamn"], v["namn"], v["epost"] or None, None, nu)
            except OgiltigaUppgifter as nej:
                fel |= nej.falt
                konto = 0
            if v["roll"] not in ROLLVAL:
                fel["roll"] = "Välj en roll."
            if v["enhet"] not in vaka.sammanhang.kommun.enheter:
                fel["enhet"] = "Välj en enhet."
            if fel or dagar is None:
                raise OgiltigaUppgifter(falt=fel)
            satt_uppdrag(conn, konto, v["roll"], v["enhet"], *dagar)
            engangs = ge_engangslosen(conn, vaka.sammanhang.kommun, konto, nu) if v["losen"] == "ja" else None
    except OgiltigaUppgifter as nej:
        return _nysida(request, vaka, vem, v, nej)
    logg.info("Konto %s lade till konto %s", vem.aktor.id, konto, extra={"action": "account_created", "account": konto})
    if engangs:
        return _visa_engangslosen(request, vaka, vem, nu, konto, *engangs)
    return vidare(request, f"/personal/{konto}", "sparat")


def _dagar(v: Mapping[str, str], fel: dict[str, str]) -> tuple[date, date | None] | None:
    ut: list[date | None] = []
    for namn in ("fran", "till"):
        try:
            ut.append(date.fromisoformat(v[namn]) if v[namn] or namn == "fran" else None)
        except ValueError:
            fel[namn] = "Välj en dag, till exempel 2026-12-24."
    if len(ut) < 2 or ut[0] is None:
        return None
    if ut[1] is not None and ut[1] < ut[0]:
        fel["till"] = "Sista dagen ligger före första dagen."
    return ut[0], ut[1]


# -- a list from a file -----------------------------------------------------------------------------------------------


@router.get("/personal/importera", response_class=HTMLResponse)
def importera(request: Request, vaka: Program, vem: Vem) -> Response:
    return _import(request, vem)


@router.get("/personal/exempel.csv")
def exempelfil(vaka: Program, vem: Vem) -> Response:
    _kraver_administrator(vem)
    huvuden = {"content-disposition": 'attachment; filename="personal.csv"'}
    return Response(som_csv(folk.exempel(vaka.sammanhang.kommun)), media_type="text/csv; charset=utf-8", headers=huvuden)


def _import(request: Request, vem: Inloggad, fil: Any = None, data: bytes = b"", fel: str = "") -> Response:
    _kraver_administrator(vem)
    trasig = fel or (fil is not None and fil.fel)
    return sida(
        request, "personal_importera.html", vem, aktiv="personal", http=422 if trasig else 200,
        brodsmulor=[{"rubrik": "Personal", "url": "/personal"}, {"rubrik": "Läs in från fil", "url": ""}],
        kolumner=folk.KOLUMNER, fil=fil, fel=fel, visas=VISAS, roller=ROLLER,
        data=base64.b64encode(data).decode() if fil is not None and not fil.fel else "",
    )  # fmt: skip


@router.post("/personal/importera", response_class=HTMLResponse)
def granska(request: Request, vaka: Program, vem: Vem, form: Filform) -> Response:
    """Show what the file would do."""
    _kraver_administrator(vem)
    skickad = form.get("fil")
    data = skickad.file.read(HOGST_FIL + 1) if isinstance(skickad, UploadFile) else b""
    if not data:
        return _import(request, vem, fel="Välj en fil.")
    if len(data) > HOGST_FIL:
        return _import(request, vem, fel="Filen är större än 500 kB. Dela den.")
    with vaka.motor.connect() as conn:
        return _import(request, vem, folk.granska(conn, vaka.sammanhang.kommun, data), data)


@router.post("/personal/importera/genomfor")
def genomfor(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """Do what was shown; looked at anew, since others may have changed something meanwhile."""
    _kraver_administrator(vem)
    try:
        data = base64.b64decode(str(form.get("data") or ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not 0 < len(data) <= HOGST_FIL:
        return _import(request, vem, fel="Filen kom inte fram hel. Välj den igen.")
    with vaka.motor.begin() as conn:
        fil = folk.granska(conn, vaka.sammanhang.kommun, data)
        if not fil.fel:
            antal = folk.verkstall(conn, fil, nu)
    if fil.fel:
        return _import(request, vem, fil)
    logg.info("Konto %s läste in personal: %s rader", vem.aktor.id, antal, extra={"action": "staff_imported", "rows": antal})
    return vidare(request, "/personal", "sparat")


# -- one account -------------------------------------------------------------------------------------------------------


@router.get("/personal/{konto}", response_class=HTMLResponse)
def person(request: Request, vaka: Program, vem: Vem, nu: Nu, konto: int) -> Response:
    return _person(request, vaka, vem, nu, konto)


def _person(
    request: Request, vaka: Program, vem: Inloggad, nu: Nu, konto: int, varden: Mapping[str, str] | None = None, nej: Nej | None = None
) -> Response:  # fmt: skip
    _kraver_administrator(vem)
    with vaka.motor.connect() as conn:
        p = folk.personen(conn, konto, nu.date())
    fel, har = (nej.falt if nej else {}), {"namn": p.namn, "epost": p.epost, "fran": nu.date().isoformat()} | dict(varden or {})
    return sida(
        request, "person.html", vem, aktiv="personal", http=nej.status if nej else 200,
        brodsmulor=[{"rubrik": "Personal", "url": "/personal"}, {"rubrik": p.namn, "url": ""}],
        person=p, jag=p.id == vem.aktor.id, engangs_ute=p.engangs_till is not None and p.engangs_till <= nu,
        uppdrag=[
            {"id": u.id, "rubrik": f"{ROLLER.get(u.roll, u.roll)}, {vaka.sammanhang.enhetsnamn(u.enhet)}", "fran": u.fran, "till": u.till,
             "lage": u.lage, "grupp": u.kalla == "grupp", "for_": u.for_}
            for u in p.uppdrag
        ],
        egna=_falt(vaka, ("namn", "epost"), har, fel), nytt=_falt(vaka, ("roll", "enhet", "fran", "till"), har, fel),
        fel=fellista(fel, nej.skal if nej else ()), i_dag=nu.date(),
    )  # fmt: skip


@router.post("/personal/{konto}/uppgifter")
def andra(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int) -> Response:
    _kraver_administrator(vem)
    v = {n: _rent(str(form.get(n) or "")) for n in ("namn", "epost")}
    fel = {}
    if not 0 < len(v["namn"]) <= 200:
        fel["namn"] = "Namnet ska ha 1–200 tecken."
    if v["epost"] and not adress_duger(v["epost"]):
        fel["epost"] = "E-postadressen går inte att skicka till. Skriv till exempel namn@exempel.se."
    if fel:
        return _person(request, vaka, vem, nu, konto, v, OgiltigaUppgifter(falt=fel))
    with vaka.motor.begin() as conn:
        folk.personen(conn, konto, nu.date())
        varden = {"namn": v["namn"], "epost": v["epost"] or None}
        conn.execute(update(t.anvandare).where(t.anvandare.c.id == konto).values(varden))
    return _klart(request, vem, konto, "account_changed")


@router.post("/personal/{konto}/uppdrag")
def nytt_uppdrag(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int) -> Response:
    _kraver_administrator(vem)
    v = {n: str(form.get(n) or "") for n in ("roll", "enhet", "fran", "till")}
    fel: dict[str, str] = {}
    dagar = _dagar(v, fel)
    if v["roll"] not in ROLLVAL:
        fel["roll"] = "Välj en roll."
    if v["enhet"] not in vaka.sammanhang.kommun.enheter:
        fel["enhet"] = "Välj en enhet."
    if fel or dagar is None:
        return _person(request, vaka, vem, nu, konto, v, OgiltigaUppgifter(falt=fel))
    with vaka.motor.begin() as conn:
        folk.personen(conn, konto, nu.date())
        satt_uppdrag(conn, konto, v["roll"], v["enhet"], *dagar)
    return _klart(request, vem, konto, "appointment_given")


@router.post("/personal/{konto}/uppdrag/{uppdrag}")
def uppdragets_slut(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int, uppdrag: int) -> Response:
    """Give an appointment its last day, or take the last day away."""
    _kraver_administrator(vem)
    text, u = str(form.get("till") or ""), t.uppdrag.c
    try:
        till = date.fromisoformat(text) if text else None
    except ValueError:
        return _person(request, vaka, vem, nu, konto, {}, OgiltigaUppgifter([f"Sista dagen '{text[:20]}' är ingen dag."]))
    with vaka.motor.begin() as conn:
        villkor = (u.id == uppdrag, u.anvandare_id == konto, u.for_anvandare.is_(None), u.kalla == "hand")
        rad = conn.execute(select(u.fran).where(*villkor)).one_or_none() if 0 < uppdrag < 2**62 else None
        if rad is None:
            raise FinnsInte("Uppdraget")
        if till is None or till >= rad.fran:
            conn.execute(update(t.uppdrag).where(u.id == uppdrag).values(till=till))
            return _klart(request, vem, konto, "appointment_changed")
    mening = f"Sista dagen {till} ligger före uppdragets första dag {rad.fran}."
    return _person(request, vaka, vem, nu, konto, {}, OgiltigaUppgifter([mening]))


@router.post("/personal/{konto}/stang")
def stang(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int) -> Response:
    _kraver_administrator(vem)
    if konto == vem.aktor.id:
        return _person(request, vaka, vem, nu, konto, {}, Nej("Du kan inte stänga ditt eget konto. Be en annan administratör."))
    with vaka.motor.begin() as conn:
        folk.personen(conn, konto, nu.date())
        stang_konto(conn, konto)
    return _klart(request, vem, konto, "account_closed")


@router.post("/personal/{konto}/oppna")
def oppna(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int) -> Response:
    _kraver_administrator(vem)
    with vaka.motor.begin() as conn:
        folk.personen(conn, konto, nu.date())
        oppna_konto(conn, konto)
    return _klart(request, vem, konto, "account_opened")


@router.post("/personal/{konto}/engangslosen", response_class=HTMLResponse)
def engangslosen(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, konto: int) -> Response:
    _kraver_administrator(vem)
    if konto == vem.aktor.id:
        return _person(request, vaka, vem, nu, konto, {}, Nej("Ditt eget lösenord byter du under Mitt konto."))
    with vaka.motor.begin() as conn:
        oppet = folk.personen(conn, konto, nu.date()).aktiv
        engangs = ge_engangslosen(conn, vaka.sammanhang.kommun, konto, nu) if oppet else None
    if engangs is None:
        return _person(request, vaka, vem, nu, konto, {}, Nej("Kontot är stängt. Öppna det först."))
    return _visa_engangslosen(request, vaka, vem, nu, konto, *engangs)


def _visa_engangslosen(
    request: Request, vaka: Program, vem: Inloggad, nu: datetime, konto: int, losen: str, till: datetime
) -> Response:
    """In the answer itself and nowhere else, so that it can't be come back to."""
    logg.info(
        "Konto %s skapade ett engångslösenord för konto %s", vem.aktor.id, konto, extra={"action": "password_reset", "account": konto}
    )
    with vaka.motor.connect() as conn:
        p = folk.personen(conn, konto, nu.date())
    return sida(
        request, "engangslosen.html", vem, aktiv="personal", person=p, losen=losen, till=till,
        brodsmulor=[{"rubrik": "Personal", "url": "/personal"}, {"rubrik": p.namn, "url": f"/personal/{p.id}"},
                    {"rubrik": "Engångslösenord", "url": ""}],
    )  # fmt: skip


def _klart(request: Request, vem: Inloggad, konto: int, vad: str) -> Response:
    logg.info("Konto %s ändrade konto %s: %s", vem.aktor.id, konto, vad, extra={"action": vad, "account": konto})
    return vidare(request, f"/personal/{konto}", "sparat")


# -- the organisation -------------------------------------------------------------------------------------------------


@router.get("/organisation", response_class=HTMLResponse)
def organisation(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    """The units as the municipality's folder has them, with who leads each today and who answers where nobody does."""
    _kraver_administrator(vem)
    kommun = vaka.sammanhang.kommun
    with vaka.motor.connect() as conn:
        chefer = folk.chefer(conn, kommun, nu.date())
        antal = folk.antal_per_enhet(conn, nu.date())
    rader = []
    for e in enhetsval(kommun):
        ovanfor = next((x for x in kommun.vagen_upp(e["kod"])[1:] if chefer.get(x)), None)
        rader.append(e | {
            "chefer": chefer[e["kod"]], "antal": antal.get(e["kod"], 0), "url": f"/personal?enhet={e['kod']}",
            "i_stallet": f"{', '.join(chefer[ovanfor])}, {kommun.enheter[ovanfor].namn}" if ovanfor else "",
        })  # fmt: skip
    return sida(
        request, "organisation.html", vem, aktiv="personal", enheter=rader,
        brodsmulor=[{"rubrik": "Personal", "url": "/personal"}, {"rubrik": "Organisation", "url": ""}],
        okanda=sorted(set(antal) - set(kommun.enheter)),
    )  # fmt: skip
