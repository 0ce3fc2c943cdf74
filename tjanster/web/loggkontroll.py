"""The month's sample of readings, for those who lead: what to mark, and how far each unit has come."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.arenden.fel import FarInte, OgiltigaUppgifter
from tjanster.logg.granskning import BEDOMNINGAR, HOGST_MOTIV, att_granska, framsteg, markera
from tjanster.logg.stickprov import GRANSKARE
from tjanster.web import formular
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()


def leder(vem: Inloggad) -> bool:
    return bool(vem.aktor.roller & set(GRANSKARE))


@router.get("/loggkontroll", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, enhet: str = "") -> Response:
    return _sida(request, vaka, vem, nu, enhet)


@router.post("/loggkontroll")
def marka(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    _kraver_ledning(vem)
    valda = {int(x) for x in form.getlist("rad") if isinstance(x, str) and x.isascii() and x.isdigit() and len(x) < 16}
    bedomning, motiv = str(form.get("bedomning") or ""), str(form.get("motiv") or "")
    try:
        with vaka.systemet() as conn:
            nya = markera(conn, vaka.sammanhang, vem.aktor, valda, bedomning, motiv, nu)
    except OgiltigaUppgifter as nej:
        return _sida(request, vaka, vem, nu, "", valda=valda, bedomning=bedomning, motiv=motiv, fel=nej.falt)
    return vidare(request, "/loggkontroll", "utreds" if nya else "granskat")


def _kraver_ledning(vem: Inloggad) -> None:
    if not leder(vem):
        raise FarInte("Läsningarna granskas av enhetens chefer och kvalitetsledaren.")


def _sida(
    request: Request, vaka: Any, vem: Inloggad, nu: Any, enhet: str, *, valda: set[int] | None = None, bedomning: str = "",
    motiv: str = "", fel: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    _kraver_ledning(vem)
    s, fel = vaka.sammanhang, fel or {}
    vald = enhet if enhet in s.kommun.enheter else None
    with vaka.systemet() as conn:
        rader = att_granska(conn, s, vem.aktor, nu, enhet=vald)
        lage = framsteg(conn, s, vem.aktor)
    return sida(
        request,
        "loggkontroll.html",
        vem,
        http=422 if fel else 200,
        aktiv="loggkontroll",
        rader=[vars(r) | {"enhet_namn": s.enhetsnamn(r.enhet), "vald": r.id in (valda or ())} for r in rader],
        att_gora=sum(r.min and r.bedomning is None for r in rader),
        lage=[{"rad": x, "sen": bool(x.kvar) and x.senast < nu.date()} for x in lage],
        enhet={"kod": vald, "namn": s.enhetsnamn(vald)} if vald else None,
        ord=BEDOMNINGAR,
        bedomning=bedomning,
        motiv=motiv,
        hogst=HOGST_MOTIV,
        fel=fel,
        fellista=formular.fellista(fel, []),
    )
