"""Lists: my day, the unit's cases, the late ones, search."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection, all_, and_, any_, literal, or_, select

from arbetsfloden import PROCESSER
from tjanster.arenden import fragor
from tjanster.arenden.behorighet import enheter_for, synliga
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.fragor import SIDA, Urval, antal, lista
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle
from tjanster.web.formular import enhetsval
from tjanster.web.rader import bladdring, rader
from tjanster.web.ram import SER, Inloggad, Nu, Program, Vem, arbetar, sida
from tjanster.web.regler.att_gora import att_gora
from tjanster.web.uppgift import atgardstext

router = APIRouter()
LEDER = ("enhetschef", "avdelningschef", "kvalitetsledare")
PER_ENHET = 25


@router.get("/", response_class=HTMLResponse)
def min_dag(request: Request, vaka: Program, vem: Vem, nu: Nu, visa: str = "", sida_nr: int = 1) -> Response:
    if not arbetar(vem):
        return RedirectResponse("/rapporter" if "revisor" in vem.aktor.roller else "/notiser", status_code=303)
    s, idag = vaka.sammanhang, nu.date()
    sondag = idag + timedelta(days=6 - idag.weekday())
    urval = {
        "": Urval(),
        "sena": Urval(sena=True),
        "i_dag": Urval(till_dag=idag, fran_dag=idag),
        "vecka": Urval(till_dag=sondag, fran_dag=idag),
    }
    valt = urval.get(visa, urval[""])
    sida_nr = max(1, min(sida_nr, 10_000))
    with vaka.som(vem.aktor) as conn:
        bemanning = Bemanning.las(conn, s.kommun, idag)
        mina = fragor.mina(conn, bemanning, vem.aktor)
        egna = t.arende.c.handlaggare == vem.aktor.id
        hur_manga = {k: antal(conn, s, vem.aktor, u, nu, mina if k else egna) for k, u in urval.items()}
        arenden = lista(conn, s, vem.aktor, valt, nu, sida=sida_nr, extra=mina if visa else egna)
        with i_systemets_stalle(conn):  # a measure from elsewhere: its text is told, its case is not
            uppgifter = _uppgifter(conn, s, bemanning, vem, nu)
        att_fordela = (
            lista(conn, s, vem.aktor, Urval(), nu, per_sida=20, extra=fragor.att_fordela(conn, bemanning, vem.aktor))
            if not visa
            else []
        )
        annans = t.arende.c.handlaggare.is_distinct_from(vem.aktor.id)
        foljer = lista(
            conn, s, vem.aktor, Urval(), nu, per_sida=10, extra=and_(fragor.rapporterade_av(vem.aktor), annans)
        )
        regler = att_gora(conn, vem, idag)
    return sida(
        request,
        "min_dag.html",
        vem,
        aktiv="min_dag",
        idag=idag,
        rakning={k: hur_manga[k] for k in ("sena", "i_dag", "vecka")} | {"uppgifter": len(uppgifter)},
        adresser={k: f"/?visa={k}#lista" for k in ("sena", "i_dag", "vecka")} | {"uppgifter": "#uppgift-rubrik"},
        arenden=rader(s, arenden, nu),
        bladdring=bladdring(sida_nr, hur_manga.get(visa, hur_manga[""]), SIDA, f"/?visa={visa}&sida_nr="),
        uppgifter=uppgifter,
        beslut=rader(s, att_fordela, nu),
        foljer=rader(s, foljer, nu),
        regler=regler,
        kan_fa=bool(vem.aktor.roller & SER),
        valt={"sena": "Mina sena", "i_dag": "Ska vara klara i dag", "vecka": "Ska vara klara den här veckan"}.get(
            visa, ""
        ),
    )


def _uppgifter(conn: Connection, s: Sammanhang, bemanning: Bemanning, vem: Inloggad, nu: Any) -> list[dict[str, Any]]:
    """Open tasks that are this person's: given to them or to one they stand in for, of a unit they own, or of a case they own
    since the unit's own manager is recused."""
    u, a, jag = t.uppgift.c, t.arende.c, literal(vem.aktor.id)
    agda = sorted(bemanning.enheter_agda_av(vem.aktor.id))
    far_veta = and_(jag != all_(a.javiga), or_(a.krets.is_(None), jag == any_(a.krets)))
    arendets = and_(u.enhet == a.enhet, fragor.att_fordela(conn, bemanning, vem.aktor))
    egna = or_(
        u.agare.in_([vem.aktor.id, *sorted(vem.aktor.ersatter)]), and_(u.agare.is_(None), or_(u.enhet.in_(agda), arendets))
    )
    sats = (
        select(u.id, u.text, u.senast, u.atgard, a.uppgifter, a.nummer, a.version, synliga(vem.aktor, s.kommun).label("synlig"))
        .join(t.arende, a.id == u.arende_id)
        .where(u.klar.is_(None), far_veta, egna)
        .order_by(u.senast.nulls_last(), u.id)
        .limit(100)
    )
    idag = nu.date()
    return [
        {
            "text": f"Ta ställning till åtgärden ”{atgardstext(r.uppgifter, r.atgard)}”" if r.atgard else r.text,
            "nummer": r.nummer,
            "url": f"/arende/{r.nummer}" if r.synlig else f"/uppgift/{r.id}",
            "senast": r.senast,
            "lage": "god"
            if r.senast is None or r.senast > idag + timedelta(days=3)
            else "sen"
            if r.senast < idag
            else "nara",
            "klar_url": f"/uppgift/{r.id}/klar",
            "svara_url": f"/uppgift/{r.id}" if r.atgard else None,
        }
        for r in conn.execute(sats)
    ]


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
    sida_nr: int = 1,
) -> Response:
    s = vaka.sammanhang
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
        arenden = lista(conn, s, vem.aktor, urval, nu, sida=sida_nr)
    filter_ = {"enhet": enhet, "process": process, "lage": lage, "handlaggare": handlaggare}
    return sida(
        request,
        "enhet.html",
        vem,
        aktiv="enhet",
        rubrik=_vilka(s, egna, enhet),
        arenden=rader(s, arenden, nu),
        bladdring=bladdring(sida_nr, hur_manga, SIDA, "/enhet?" + urlencode(filter_) + "&sida_nr="),
        sortering=None,
        filter=filter_,
        val={
            "enheter": [e for e in enhetsval(s.kommun) if e["kod"] in egna],
            "processer": {p.namn: p.ental for p in PROCESSER.values()},
            "lagen": {"sena": "Sena", "avslutade": "Avslutade", "alla": "Även avslutade"},
            "handlaggare": {"jag": "Jag", "ingen": "Ingen handläggare"},
        },
    )


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


@router.get("/sok", response_class=HTMLResponse)
def sok(
    request: Request, vaka: Program, vem: Vem, nu: Nu, q: str = "", process: str = "", avslutade: str = "", sida_nr: int = 1
) -> Response:  # fmt: skip
    s, q = vaka.sammanhang, "".join(c for c in q if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()[:200]
    if not q:
        traffar, blad = [], None
    else:
        urval = Urval(
            text=q, process=process if process in PROCESSER else None, aven_avslutade=avslutade == "ja", vilande=True
        )
        sida_nr = max(1, min(sida_nr, 10_000))
        with vaka.som(vem.aktor) as conn:
            if (direkt := fragor.hitta_id(conn, s, q.upper(), vem.aktor)) is not None and direkt:
                return RedirectResponse(f"/arende/{q.upper()}?fran=sok", status_code=303)
            hur_manga = antal(conn, s, vem.aktor, urval, nu)
            traffar = rader(s, lista(conn, s, vem.aktor, urval, nu, sida=sida_nr), nu, "?fran=sok")
        fragestrang = urlencode({"q": q, "process": process, "avslutade": avslutade})
        blad = bladdring(sida_nr, hur_manga, SIDA, f"/sok?{fragestrang}&sida_nr=")
    return sida(
        request,
        "sok.html",
        vem,
        sok_text=q,
        traffar=traffar,
        bladdring=blad,
        processer={p.namn: p.ental for p in PROCESSER.values()},
        process=process,
        avslutade=avslutade == "ja",
    )
