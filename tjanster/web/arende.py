"""The case page, and why a limit ends on its day."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from arbetsfloden import ROLLER
from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT
from notiser import dagtext
from tjanster.arenden.arendebild import Arendebild, varfor, visa_arende
from tjanster.arenden.fel import FinnsInte
from tjanster.arenden.foljande import foljer
from tjanster.arenden.forslag import SVAR
from tjanster.arenden.fristakter import FRISTAKTORD
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.lage import OPPNA
from tjanster.arenden.lasning import SER_LASARE
from tjanster.arenden.personer import STEG as PERSONSTEG
from tjanster.db import t
from tjanster.regelstyrning import forsta_gang
from tjanster.web import arendevy
from tjanster.web.formular import mening
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, sida, vidare
from tjanster.web.regler.klarsprak import lankar

router = APIRouter()
SYNLIGA_HANDELSER = 30


@router.get("/arende/{nummer}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, hela: str = "", fran: str = "") -> Response:
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        vad = "historik" if hela else fran if fran in ("sok", "brev") else "sida"
        bild = visa_arende(conn, s, las_nummer(nummer), vem.aktor, nu, vad)
        foljs = foljer(conn, vem.aktor, bild.lage.rad["id"])
    kan, kan_annat = arendevy.steg_att_ta(bild)
    visade = {x["handelse"] for x in kan}
    historik = [arendevy.handelse(h) for h in reversed(bild.handelser)]
    dolda = "" if hela or len(historik) <= SYNLIGA_HANDELSER else f"/arende/{bild.nummer}?hela=ja#historik"
    return sida(
        request,
        "arende.html",
        vem,
        aktiv="",
        brodsmulor=[{"rubrik": "Min dag", "url": "/"}, {"rubrik": bild.nummer, "url": ""}],
        arende=arendevy.huvud(bild),
        stegbild=arendevy.stegbild(bild),
        frister=[arendevy.frist(s, bild, f, nu) for f in bild.frister],
        ligger_hos=arendevy.ligger_hos(s, bild, vem.aktor),
        forslag=arendevy.forslag(bild),
        kan=kan,
        kan_annat=kan_annat,
        kan_inte=[{"rubrik": x.rubrik, "skal": [mening(skal) for skal in x.hinder]} for x in bild.steg if not x.gar],
        gemensamma=[
            {"rubrik": x.rubrik, "url": f"/arende/{bild.nummer}/{x.handelse}"}
            for x in bild.gemensamma
            if x.handelse not in (EGEN_UPPGIFT, "klarmarkera_uppgift", "bifoga", "ta_bort_bilaga", *PERSONSTEG, *SVAR, *visade)
        ],
        grupper=arendevy.grupper(s, bild),
        uppgifter=arendevy.uppgifter(s, bild, vem.aktor),
        ny_uppgift_url=f"/arende/{bild.nummer}/{EGEN_UPPGIFT}" if any(x.handelse == EGEN_UPPGIFT for x in bild.gemensamma) else None,
        bilagor=arendevy.bilagor(bild),
        bilageform=arendevy.bilageform(bild),
        kopplade=[
            {"nummer": k.nummer, "url": f"/arende/{k.nummer}", "process": k.sort,
             "tillstand": k.tillstand, "sort": k.ord}
            for k in bild.lankar
        ],
        handelser=historik if not dolda else historik[:SYNLIGA_HANDELSER],
        fler_url=dolda or None,
        har_personer=bild.process.kontakt,
        personer=arendevy.personer(bild),
        anonym=not bild.kontakt,
        personer_url=f"/arende/{bild.nummer}/personer" if any(x.handelse in PERSONSTEG for x in bild.gemensamma) else None,
        om=arendevy.om(bild),
        ser=arendevy.ser(bild),
        ersatter=bild.ersatter,
        ta_over=_ta_over(bild, vem),
        foljer=foljs,
        lasare_url=f"/arende/{bild.nummer}/lasare" if bild.roller & SER_LASARE else None,
    )  # fmt: skip


def las_nummer(text: str) -> str:
    """A case number out of an address; FinnsInte for what can't be one."""
    if len(text) > 40 or not text.replace("-", "").isalnum():
        raise FinnsInte("Ärendet")
    return text.upper()


@router.get("/arende/{nummer}/overlamning", response_class=HTMLResponse)
def overlamning(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str) -> Response:
    """What one who takes over has to know, on one page: where the case is, what is due, what is left, what was noted."""
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, s, las_nummer(nummer), vem.aktor, nu, "sida", "overlamning")
    kan, _ = arendevy.steg_att_ta(bild)
    historik = [arendevy.handelse(h) for h in reversed(bild.handelser)]
    return sida(
        request,
        "overlamning.html",
        vem,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": "Sammanfattning", "url": ""}],
        arende=arendevy.huvud(bild),
        ligger_hos=arendevy.ligger_hos(s, bild, vem.aktor),
        forslag=arendevy.forslag(bild),
        frister=[arendevy.frist(s, bild, f, nu) for f in bild.frister if f.status in OPPNA],
        kan=kan,
        kan_inte=[{"rubrik": x.rubrik, "skal": [mening(skal) for skal in x.hinder]} for x in bild.steg if not x.gar],
        uppgifter=[arendevy.uppgift(s, bild, u, vem.aktor) for u in bild.uppgifter if not u.klar],
        anteckningar=[h for h in historik if h["slag"] == "anteckning"],
        vagen=[h for h in historik if h["slag"] in ("steg", "system", "frist")][:10],
        grupper=arendevy.grupper(s, bild),
        tagit_over=_ta_over(bild, vem),
    )


def _ta_over(bild: Arendebild, vem: Inloggad) -> dict[str, str] | None:
    gar = any(x.handelse == "tilldela" for x in bild.gemensamma)
    if bild.slut or not gar or bild.handlaggare_id == vem.aktor.id:
        return None
    text = "Ta över ärendet" if bild.handlaggare else "Ta ärendet själv"
    return {"url": f"/arende/{bild.nummer}/ta-over", "text": text}


@router.post("/arende/{nummer}/ta-over")
def ta_over(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    """A colleague's case becomes mine, in one click."""
    with vaka.som(vem.aktor) as conn:
        utfor(
            conn,
            vaka.sammanhang,
            Begaran(
                las_nummer(nummer),
                "tilldela",
                nu,
                vem.aktor,
                {"handlaggare": str(vem.aktor.id)},
                version=version_ur(form),
            ),
        )
    return vidare(request, f"/arende/{las_nummer(nummer)}/overlamning", "tagit_over")


def version_ur(form: Any) -> int | None:
    text = str(form.get("version") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@router.get("/arende/{nummer}/frist/{frist_id}", response_class=HTMLResponse)
def varfor_denna_dag(request: Request, vaka: Program, vem: Vem, nu: Nu, nummer: str, frist_id: int) -> Response:
    s = vaka.sammanhang
    with vaka.som(vem.aktor) as conn:
        bild = visa_arende(conn, s, las_nummer(nummer), vem.aktor, nu, "frist", str(frist_id))
        rad, svar = varfor(conn, s, bild.lage, frist_id)
        aktiverad = forsta_gang(conn, rad["regelversion"])
        acts = conn.execute(
            select(t.fristakt).where(t.fristakt.c.frist_id == frist_id).order_by(t.fristakt.c.id)
        ).mappings()
        handlingar = [_akt(a) for a in acts]
        p = t.paminnelse.c
        trappa = [
            {
                "dag": r.dag,
                "roll": ROLLER[r.roll],
                "nar": r.nar,
                "lage": "kommer" if r.fallen is None else "ikapp" if r.ikapp else "skickad",
            }
            for r in conn.execute(select(t.paminnelse).where(p.frist_id == frist_id).order_by(p.dag, p.trappsteg))
        ]
    bilden = next(f for f in bild.frister if f.id == frist_id)
    regel = svar.regel
    return sida(
        request,
        "varfor.html",
        vem,
        brodsmulor=[{"rubrik": bild.nummer, "url": f"/arende/{bild.nummer}"}, {"rubrik": "Varför denna dag?", "url": ""}],
        arende=arendevy.huvud(bild),
        frist=arendevy.frist(s, bild, bilden, nu) | {"fran": svar.fran, "start_dag": svar.start_dag},
        regel={
            "tid": regel.tid, "lagrum": lankar(regel.lagrum), "kalla": regel.kalla, "kontrollerad": regel.kontrollerad,
            "niva": regel.niva, "fran": regel.fran, "anmarkning": regel.anmarkning, "id": regel.id, "fil": regel.fil,
            "rullas": regel.rullas, "url": f"/regler/frist/{svar.process}/{svar.frist}",
        },
        rakning=[{"dag": r.dag, "raknas": r.raknas, "nummer": r.nummer, "varfor": r.varfor} for r in svar.rakning],
        mal=None,
        handlingar=handlingar,
        trappa=trappa,
        version=rad["regelversion"],
        aktiverad=aktiverad,
    )  # fmt: skip


def _akt(a: Any) -> str:
    text = f"{dagtext(a['dag'])}: {FRISTAKTORD[a['slag']]}"
    if a["till_dag"]:
        text += f" till {dagtext(a['till_dag'])}"
    return f"{text}. Skäl: {a['skal']}" if a["skal"] else text
