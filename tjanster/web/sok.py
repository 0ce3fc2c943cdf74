"""Search. The words are sent in a form and kept under a number of the person's own, so that no address, log or history of
a browser holds them; the page of hits has that number, and goes back and forth like any page."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER
from tjanster.arenden import sokminne
from tjanster.arenden.behorighet import enheter_for
from tjanster.arenden.fragor import hitta_id
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokfraga import rensa
from tjanster.arenden.sokning import SIDA, TAK, Resultat, Sokning, sok
from tjanster.db import t
from tjanster.web.formular import enhetsval
from tjanster.web.rader import bladdring, rad, rader
from tjanster.web.ram import SER, Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()
BORTA = "Den sökningen finns inte kvar. Sök igen."


@router.get("/sok", response_class=HTMLResponse)
def oppna(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    return _sida(request, vaka, vem, nu, Sokning())


@router.post("/sok")
def borja(request: Request, vaka: Program, vem: Vem, nu: Nu, form: Form) -> Response:
    """Take down what is searched for and go to its page; a whole case number goes to the case."""
    sokning, fel = _las(vaka.sammanhang, form)
    if fel:
        return _sida(request, vaka, vem, nu, sokning, fel=fel, http=422)
    if not sokning.text:
        return RedirectResponse("/sok", status_code=303)
    with vaka.som(vem.aktor) as conn:
        if hitta_id(conn, vaka.sammanhang, sokning.text.upper(), vem.aktor) is not None:
            return RedirectResponse(f"/arende/{sokning.text.upper()}?fran=sok", status_code=303)
        nummer = sokminne.spara(conn, vaka.sammanhang, vem.aktor.id, sokning, nu)
    return RedirectResponse(f"/sok/{nummer}", status_code=303)


@router.post("/sok/glom")
def glom(request: Request, vaka: Program, vem: Vem, form: Form) -> Response:
    with vaka.som(vem.aktor) as conn:
        sokminne.glom(conn, vem.aktor.id)
    return vidare(request, "/sok", "sokningar_glomda")


@router.get("/sok/{id}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, id: str, sida_nr: int = 1) -> Response:
    s, sida_nr = vaka.sammanhang, max(1, min(sida_nr, TAK // SIDA))
    with vaka.som(vem.aktor) as conn:
        nummer = int(id) if id.isascii() and id.isdigit() and len(id) < 16 else 0
        sokning = sokminne.hamta(conn, vem.aktor.id, nummer, nu)
        resultat = sok(conn, s, vem.aktor, sokning, nu, sida=sida_nr) if sokning is not None else None
    if sokning is None or resultat is None:
        return _sida(request, vaka, vem, nu, Sokning(), borta=BORTA, http=404)
    blad = bladdring(sida_nr, resultat.antal, SIDA, f"/sok/{nummer}?sida_nr=")
    return _sida(request, vaka, vem, nu, sokning, resultat=resultat, blad=blad)


def _sida(
    request: Request, vaka: Program, vem: Inloggad, nu: Any, sokning: Sokning, *, resultat: Resultat | None = None, blad: Any = None,
    fel: dict[str, str] | None = None, borta: str = "", http: int = 200,
) -> Response:  # fmt: skip
    s = vaka.sammanhang
    egna = enheter_for(vem.aktor, s.kommun, SER)
    with vaka.som(vem.aktor) as conn:
        senaste = sokminne.senaste(conn, vem.aktor.id, nu) if resultat is None else []
        lasta = sokminne.nyss_lasta(conn, s, vem.aktor, nu) if resultat is None else []
        folk = _handlaggare(conn, egna, nu.date())
    return sida(
        request, "sok.html", vem, http=http,
        sok_text=sokning.text,
        sokning=sokning,
        fel=fel or {},
        borta=borta,
        resultat=resultat,
        traffar=[
            rad(s, x.rad, nu, "?fran=sok") | {"utdrag": x.utdrag, "aven": x.aven} for x in (resultat.traffar if resultat else ())
        ],
        bladdring=blad,
        senaste=[{"url": f"/sok/{nummer}", "text": x.text, "ord": _avgransning(s, x, folk)} for nummer, x in senaste],
        lasta=rader(s, lasta, nu, "?fran=sok"),
        val={
            "processer": [
                (p.namn, p.rubrik, [(f"{p.namn}:{kod}", ord_) for kod, ord_ in p.tillstand.items()]) for p in PROCESSER.values()
            ],
            "enheter": [e for e in enhetsval(s.kommun) if e["kod"] in egna],
            "handlaggare": folk,
        },
        slag=f"{sokning.process}:{sokning.tillstand}" if sokning.tillstand else sokning.process,
        jag=str(vem.aktor.id),
    )  # fmt: skip


def _handlaggare(conn: Connection, enheter: frozenset[str], dag: date) -> list[tuple[str, str]]:
    """Those who are officers on the person's units on the day."""
    a, u = t.anvandare.c, t.uppdrag.c
    sats = (
        select(a.id, a.namn)
        .join(t.uppdrag, u.anvandare_id == a.id)
        .where(u.roll == "handlaggare", u.enhet.in_(sorted(enheter)), u.fran <= dag, (u.till.is_(None)) | (u.till >= dag))
        .distinct()
        .order_by(a.namn, a.id)
    )
    return [(str(r.id), r.namn) for r in conn.execute(sats)]


def _avgransning(s: Sammanhang, k: Sokning, folk: list[tuple[str, str]]) -> str:
    """The filters of an earlier search, in words."""
    p = PROCESSER.get(k.process)
    delar = [p.rubrik if p else "", p.tillstand.get(k.tillstand, "") if p else "", s.enhetsnamn(k.enhet) if k.enhet else ""]
    delar.append("ingen handläggare" if k.handlaggare == "ingen" else dict(folk).get(k.handlaggare, ""))
    delar += [f"från {k.fran}" if k.fran else "", f"till {k.till}" if k.till else "", "även avslutade" if k.avslutade else ""]
    return ", ".join(d for d in delar if d)


def _las(s: Sammanhang, form: Any) -> tuple[Sokning, dict[str, str]]:
    """The form as a search, and what is wrong with its days. A choice that isn't offered is no choice."""
    fel: dict[str, str] = {}

    def dag(namn: str) -> date | None:
        skrivet = str(form.get(namn) or "").strip()
        try:
            return date.fromisoformat(skrivet) if skrivet else None
        except ValueError:
            fel[namn] = "Skriv dagen som ÅÅÅÅ-MM-DD."
            return None

    fran, till = dag("fran"), dag("till")
    if fran and till and till < fran:
        fel["till"] = "Sista dagen ligger före den första."
    process, _, tillstand = str(form.get("slag") or "").partition(":")
    p = PROCESSER.get(process)
    enhet, vem = str(form.get("enhet") or ""), str(form.get("handlaggare") or "")
    return Sokning(
        text=rensa(str(form.get("q") or "")),
        process=process if p else "",
        tillstand=tillstand if p and tillstand in p.tillstand else "",
        enhet=enhet if enhet in s.kommun.enheter else "",
        handlaggare=vem if vem == "ingen" or (vem.isascii() and vem.isdigit() and len(vem) < 16) else "",
        fran=fran, till=till, avslutade=form.get("avslutade") == "ja",
    ), fel  # fmt: skip
