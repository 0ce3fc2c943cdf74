"""For inhabitants: leave a complaint or a comment without logging in, and follow it with the code that one got."""

import hmac
import secrets
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from arbetsfloden import PROCESSER
from tjanster import klocka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.lage import hamta
from tjanster.arenden.lasning import anteckna
from tjanster.arenden.nummertext import har_nummer
from tjanster.arenden.registrera import registrera
from tjanster.db import t
from tjanster.sessioner import csrf, prova_csrf
from tjanster.web import formular
from tjanster.web.ram import FORKAKA, Forform, Nu, Program, UtgangenSida, satt_kaka, sida, vidare

router = APIRouter()
SYNPUNKT = PROCESSER["synpunkt"]
FALT = ("slag", "text", "enhet", "vill_ha_svar")
KRAVS = ("slag", "text")
SAKNAS = {"slag": "Välj vad du vill lämna.", "text": "Berätta vad det gäller."}
# The same fields, in words for one who has never worked here.
ORD = {
    "slag": {"rubrik": "Vad vill du lämna?", "hjalp": ""},
    "text": {
        "rubrik": "Berätta",
        "hjalp": "Vad har hänt, var och när? Skriv gärna vad du vill ska ändras. Personnummer behövs inte, varken ditt eller någon annans.",
    },
    "enhet": {"rubrik": "Vilken verksamhet gäller det?", "hjalp": "Hoppa över frågan om du inte vet."},
    "vill_ha_svar": {"rubrik": "Vill du ha svar?", "hjalp": "Då behöver vi din e-postadress eller postadress."},
    "epost": {"hjalp": "Vi skickar en bekräftelse, och ett besked när svaret finns."},
    "adress": {"hjalp": "Om du hellre vill ha brev."},
}
KONTAKT = ("namn", "epost", "telefon", "adress")
GRANSKAD = date(2026, 11, 29)


@router.get("/tillganglighet", response_class=HTMLResponse)
def tillganglighet(request: Request) -> Response:
    """The accessibility statement (lag 2018:1937, 13 §): open to all, logged in or not."""
    return sida(request, "tillganglighet.html", None, granskad=GRANSKAD)


@router.get("/lamna-synpunkt", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, n: str = "") -> Response:
    if not formular.NYCKEL.fullmatch(n):
        return vidare(request, f"/lamna-synpunkt?n={formular.ny_nyckel()}")
    return _sida(request, vaka, {}, {}, nyckel=n)


def _sida(
    request: Request, vaka: Program, varden: dict[str, Any], kontakt: dict[str, Any], nej: Nej | None = None, *, nyckel: str
) -> Response:  # fmt: skip
    s, fel = vaka.sammanhang, nej.falt if nej else {}
    hemlighet = request.cookies.get(FORKAKA) or secrets.token_urlsafe(32)
    falt = formular.formular(s, SYNPUNKT.modell.beskrivna(), FALT, KRAVS, varden, fel)
    falt += [
        formular.bild(s, formular.KONTAKTFALT[n], krav=False, varde=kontakt.get(n), fel=fel.get(f"kontakt.{n}", ""))
        | formular.KONTAKTSLAG[n]
        for n in KONTAKT
    ]
    falt = [f | ORD.get(f["namn"], {}) for f in formular.utan_rubriker(falt, ("Kontakt",))]
    svar = sida(
        request,
        "lamna_synpunkt.html",
        None,
        http=nej.status if nej else 200,
        csrf=csrf(hemlighet),
        falt=falt,
        fel=formular.fellista(fel, nej.skal if nej else ()),
        nyckel=nyckel,
    )
    satt_kaka(request, svar, FORKAKA, hemlighet)
    return svar


@router.post("/lamna-synpunkt")
def skicka(request: Request, vaka: Program, form: Forform, nu: Nu) -> Response:
    if not prova_csrf(request.cookies.get(FORKAKA) or "", str(form.get("csrf") or "")):
        raise UtgangenSida("Sidan hade gått ut. Gå tillbaka, ladda om den och försök igen.")
    varden = formular.las(form, SYNPUNKT.modell.beskrivna(), FALT)
    kontakt = {n: str(form.get(n) or "").strip() for n in KONTAKT}
    nyckel = str(form.get("nyckel") or "")
    fel = {f: m for f, m in SAKNAS.items() if f not in varden}
    if varden.get("vill_ha_svar") == "ja" and not (kontakt["epost"] or kontakt["adress"]):
        fel["kontakt.epost"] = "Skriv en e-postadress eller en postadress, så att vi kan svara."
    try:
        if fel:
            raise OgiltigaUppgifter(falt=fel)
        data = varden | {"kanal": "webb", "inkom": klocka.svensk(nu).date().isoformat()}
        with vaka.systemet() as conn:
            kvitto = registrera(
                conn,
                vaka.sammanhang,
                SYNPUNKT,
                data,
                av=None,
                nu=nu,
                kontakt=kontakt if any(kontakt.values()) else None,
                nyckel=formular.engangsnyckel(nyckel, "webb", varden, kontakt),
            )
    except Nej as nej:
        return _sida(request, vaka, varden, kontakt, nej, nyckel=nyckel)
    # A complaint is never turned away: what should rather not have been written is told afterwards.
    rad = "nummer_i_texten" if har_nummer(varden["text"]) else None
    return vidare(request, vaka.sammanhang.foljvag(kvitto.nummer), rad)


@router.get("/folj/{nummer}/{kod}", response_class=HTMLResponse)
def folj(request: Request, vaka: Program, nu: Nu, nummer: str, kod: str) -> Response:
    """Where the complaint is and, when there is one, the answer. Nothing else of the case."""
    s = vaka.sammanhang
    lage, a = None, t.arende.c
    with vaka.systemet() as conn:
        # Asked whether or not the code is right: a number that exists takes no longer than one that doesn't.
        foljnr = conn.execute(select(a.foljnr).where(a.nummer == nummer[:40])).scalar() or 0
        if hmac.compare_digest(s.foljkod(nummer[:40], foljnr).encode(), kod.encode("utf-8", "replace")):
            lage = hamta(conn, nummer)
            if lage is not None:
                anteckna(conn, s, lage, None, nu, "inlamnaren")
    if lage is None or lage.process is not SYNPUNKT:
        raise FinnsInte("Synpunkten")
    svar = lage.oppen_frist("svar")
    u = lage.rad["uppgifter"]
    besvarad = lage.rad["tillstand"] in ("besvarad", "publicerad", "ej_publicerad", "avslutad")
    return sida(
        request,
        "folj.html",
        None,
        nummer=lage.rad["nummer"],
        tillstand=_for_inlamnaren(lage.rad["tillstand"]),
        inkom=lage.rad["dag"],
        svar_senast=svar["forfaller"] if svar else None,
        svar=u.get("svar") if besvarad else None,
        besvarad=u.get("besvarad") if besvarad else None,
    )


def _for_inlamnaren(tillstand: str) -> str:
    """The state in the words of the one who waits."""
    if tillstand in ("mottagen", "brev_ska_skickas", "bekraftad"):
        return "Vi har tagit emot den"
    if tillstand in ("fordelad", "handlaggs"):
        return "Vi arbetar med den"
    return SYNPUNKT.tillstand[tillstand]
