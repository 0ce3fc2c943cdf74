"""My letters: when the morning letter comes, in which form, and what may wait for it. What always comes is told, and why."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from notiser import KATALOG
from regler import KLOCKSLAG, VECKODAGAR, Brevval
from tjanster.arenden import brevval
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.web.formular import fellista
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare

router = APIRouter()


@router.get("/konto/brev", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem) -> Response:
    return _sida(request, vaka, vem)


def _sida(
    request: Request, vaka: Program, vem: Inloggad, svar: dict[str, Any] | None = None, fel: dict[str, str] | None = None
) -> Response:
    """The page as it holds, or with what was answered and why it doesn't do."""
    b = t.brevvalsandring.c
    with vaka.motor.connect() as conn:
        gallande, eget = brevval.gallande(conn, vaka.sammanhang.kommun, vem.aktor.id)
        a = t.anvandare.c
        epost = conn.execute(select(a.epost).where(a.id == vem.aktor.id)).scalar_one()
        senast = conn.execute(select(b.tid).where(b.anvandare_id == vem.aktor.id).order_by(b.id.desc()).limit(1)).scalar()
    visat = svar or gallande.as_dict() | {"klockan": str(gallande.klockan)}
    return sida(
        request,
        "brevval.html",
        vem,
        http=422 if fel else 200,
        brodsmulor=[{"rubrik": "Mitt konto", "url": "/konto"}, {"rubrik": "Mina brev", "url": ""}],
        falt=[f | {"varde": visat[f["namn"]], "fel": (fel or {}).get(f["namn"], "")} for f in _FALT],
        fel=fellista(fel or {}),
        epost=epost or "",
        eget=eget,
        senast=senast if eget else None,
        kommunens=_i_ord(vaka.sammanhang.kommun.brev),
        alltid=_alltid(vem),
    )


_FALT: list[dict[str, Any]] = [
    {
        "namn": "morgonbrev", "rubrik": "Vill du ha morgonbrevet?", "slag": "janej", "krav": True,
        "hjalp": "Ett brev med det som är sent, nära, väntar på ditt beslut eller är nytt. Finns inget att berätta kommer inget.",
    },
    {
        "namn": "dagar", "rubrik": "Vilka dagar?", "slag": "flerval", "krav": False, "tyst": True,
        "val": {dag: dag.capitalize() for dag in VECKODAGAR},
        "hjalp": "Är dagen ledig kommer brevet nästa arbetsdag.",
    },
    {
        "namn": "klockan", "rubrik": "Hur dags?", "slag": "val", "krav": True,
        "val": {str(timme): f"Klockan {timme}" for timme in KLOCKSLAG},
    },
    {
        "namn": "nytt", "rubrik": "När du får något nytt som inte är brådskande", "slag": "val", "krav": True,
        "val": {"genast": "Ett brev genast om varje sak", "morgonbrev": "Samlat i nästa morgonbrev"},
        "hjalp": "Till exempel ett ärende att handlägga eller en ny uppgift.",
    },
    {
        "namn": "form", "rubrik": "Hur ska breven se ut?", "slag": "val", "krav": True,
        "val": {"html": "Som en sida", "text": "Bara som text"},
        "hjalp": "En sida innehåller också texten, för den vars program inte visar sidor.",
    },
]  # fmt: skip


def _i_ord(val: Brevval) -> str:
    """A choice as a sentence."""
    if not val.morgonbrev:
        return "inget morgonbrev, och varje ny sak genast"
    dagar = "varje arbetsdag" if len(val.dagar) == len(VECKODAGAR) else ", ".join(VECKODAGAR[dag] for dag in sorted(val.dagar))
    nytt = "det nya samlat i det" if val.samlar else "varje ny sak genast"
    return f"morgonbrev {dagar} klockan {val.klockan}, {nytt}"


def _alltid(vem: Inloggad) -> list[dict[str, str]]:
    """The letters that always come to somebody with these roles, and why."""
    roller = vem.aktor.roller or {"handlaggare"}
    sorter = [s for s in KATALOG.values() if s.alltid and roller & set(s.mottagare)]
    return [{"rubrik": s.rubrik, "varfor": s.alltid} for s in sorter]


@router.post("/konto/brev")
def spara(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    svar: dict[str, Any] = {f["namn"]: str(form.get(f["namn"]) or "") for f in _FALT}
    svar["dagar"] = [str(dag) for dag in form.getlist("dagar")]
    try:
        if svar["morgonbrev"] not in ("ja", "nej"):
            raise OgiltigaUppgifter(falt={"morgonbrev": "Välj ja eller nej."})
        val = brevval.tolka(svar["morgonbrev"] == "ja", svar["dagar"], svar["klockan"], svar["form"], svar["nytt"])
    except OgiltigaUppgifter as nej:
        return _sida(request, vaka, vem, svar, dict(nej.falt))
    return _satt(request, vaka, vem, val, nu)


@router.post("/konto/brev/kommunens")
def kommunens(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    """Back to what the municipality has chosen, also when that changes."""
    return _satt(request, vaka, vem, None, nu)


def _satt(request: Request, vaka: Program, vem: Inloggad, val: Brevval | None, nu: Nu) -> Response:
    with vaka.motor.begin() as conn:
        brevval.satt(conn, vaka.sammanhang, vem.aktor.id, val, av=vem.aktor.id, nu=nu)
    return vidare(request, "/konto/brev", "brev_andrade")
