"""For the administrator: the outbox with resend."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import func, select

from notiser import KATALOG, skicka_om, status
from tjanster.arenden.behorighet import synliga
from tjanster.arenden.fel import FarInte, FinnsInte
from tjanster.db import t
from tjanster.halsa import prova_halsan
from tjanster.kopia import hallet
from tjanster.web.rader import bladdring
from tjanster.web.ram import DRIFT, Form, Inloggad, Nu, Program, Vem, sida, vidare
from tjanster.web.regler.att_gora import att_gora

router = APIRouter()
PER_SIDA = 50
SVEP = 20
UTFALL = {
    "trappsteg": "påminnelser och eskaleringar", "bradskande": "brådskande brev", "morgonbrev": "morgonbrev", "flyttade": "flyttade ärenden",
    "brutna": "brutna frister", "startade": "frister som löper igen", "ikapp": "ikapp efter avbrott", "utan_mottagare": "utan mottagare",
}  # fmt: skip
# What a digest told has reached its reader as much as what went by itself.
LAGEN = {
    "vantar": ("vantar",), "samlas": ("samlas",), "skickad": ("skickad", "samlad"), "misslyckad": ("misslyckad",),
    "avbruten": ("avbruten",),
}  # fmt: skip


def _kraver_drift(vem: Inloggad) -> None:
    if not vem.aktor.roller & DRIFT:
        raise FarInte("Utskicken ses av administratör och kvalitetsledare.")


@router.get("/notiser", response_class=HTMLResponse)
def notiser(request: Request, vaka: Program, vem: Vem, nu: Nu, sida_nr: int = 1) -> Response:
    """Letters with their status; never their text, and never the address of an inhabitant."""
    _kraver_drift(vem)
    vald = request.query_params.get("status", "")
    n = t.notis.c
    sida_nr = max(1, min(sida_nr, 10_000))
    synlig = synliga(vem.aktor, vaka.sammanhang.kommun)
    with vaka.motor.connect() as conn:
        lage = status(conn)
        vilka = [n.status.in_(LAGEN[vald])] if vald in LAGEN else []
        hur_manga = conn.execute(select(func.count()).select_from(t.notis).where(*vilka)).scalar_one()
        sats = (
            select(t.notis, t.anvandare.c.namn.label("person"), synlig.label("synlig"))
            .outerjoin(t.anvandare, t.anvandare.c.id == n.anvandare_id)
            .outerjoin(t.arende, t.arende.c.nummer == n.arendenummer)
            .where(*vilka)
            .order_by(n.id.desc())
            .limit(PER_SIDA)
            .offset((sida_nr - 1) * PER_SIDA)
        )
        rader = [
            {
                "id": r["id"],
                "rubrik": KATALOG[r["mall"]].rubrik if r["mall"] in KATALOG else r["mall"],
                "arendenummer": r["arendenummer"] if r["synlig"] else "",
                "url": f"/arende/{r['arendenummer']}" if r["synlig"] else None,
                "till": r["person"] or "den som lämnade synpunkten",
                "status": r["status"],
                "skapad": r["skapad"],
                "forsok": r["forsok"],
                "nasta_forsok": r["nasta_forsok"] if r["status"] == "vantar" else None,
                "senaste_fel": r["senaste_fel"],
                "bradskande": r["bradskande"],
                "skicka_om_url": f"/notiser/{r['id']}/skicka-om" if r["status"] == "misslyckad" else None,
            }
            for r in conn.execute(sats).mappings()
        ]
        regler, hall = att_gora(conn, vem, nu.date()), hallet(conn)
        svep = conn.execute(select(t.svep).order_by(t.svep.c.id.desc()).limit(1)).mappings().one_or_none()
    utfall = (svep or {}).get("utfall") or {}
    return sida(
        request,
        "notiser.html",
        vem,
        aktiv="notiser",
        rakning={k: getattr(lage, k) for k in LAGEN},
        svep={
            "nar": svep["start"],
            "text": f"{utfall.get('trappsteg', 0)} trappsteg, {utfall.get('flyttade', 0)} flyttade ärenden, "
            f"{utfall.get('morgonbrev', 0)} morgonbrev",
        }
        if svep
        else None,
        rader=rader,
        regler=regler,
        halls=str(hall) if hall else None,
        status=vald,
        bladdring=bladdring(sida_nr, hur_manga, PER_SIDA, f"/notiser?status={vald}&sida_nr="),
    )


@router.get("/drift", response_class=HTMLResponse)
def driften(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    """The same as `vaka halsa` says, and what the latest sweeps did."""
    if "administrator" not in vem.aktor.roller:
        raise FarInte("Driften ses av administratören.")
    halsan = prova_halsan(vaka, nu)
    with vaka.motor.connect() as conn:
        svep = conn.execute(select(t.svep).order_by(t.svep.c.id.desc()).limit(SVEP)).mappings().all()
    return sida(
        request,
        "drift.html",
        vem,
        aktiv="drift",
        punkter=sorted(halsan.punkter, key=lambda p: p.bra),
        bra=halsan.bra,
        svep=[
            {"start": r["start"], "sekunder": (r["slut"] - r["start"]).total_seconds() if r["slut"] else None,
             # How many went wrong, never which: a number may be of a case outside the administrator's circle.
             "fel": len(r["utfall"].get("fel") or ()),
             "utfall": [f"{UTFALL[k]}: {r['utfall'][k]}" for k in UTFALL if r["utfall"].get(k)]}
            for r in svep
        ],
    )  # fmt: skip


@router.post("/notiser/{notis_id}/skicka-om")
def om(request: Request, vaka: Program, vem: Vem, form: Form, notis_id: int) -> Response:
    _kraver_drift(vem)
    with vaka.motor.begin() as conn:
        if not (0 < notis_id < 2**31 and skicka_om(conn, notis_id)):
            raise FinnsInte("Brevet som ska skickas om")
    return vidare(request, "/notiser?status=vantar", "skickas_om")
