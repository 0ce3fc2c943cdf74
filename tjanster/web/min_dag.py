"""The start page: what is mine by nearest limit with its next step, what waits for me, what I follow."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import or_

from tjanster.arenden import fragor, franvaro
from tjanster.arenden.arendelista import SIDA, antal_av, lista
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.foljande import andras, folj, olasta, sluta_folja
from tjanster.arenden.forslagsbild import vantar_pa
from tjanster.arenden.nasta import nasta_steg
from tjanster.arenden.urval import Urval
from tjanster.db.krets import i_systemets_stalle
from tjanster.vyer import vyer
from tjanster.web.arende import las_nummer
from tjanster.web.listval import Listval
from tjanster.web.mina_uppgifter import UPPGIFTER, mina_uppgifter
from tjanster.web.rader import bladdring, med_steg, rader
from tjanster.web.ram import SER, Form, Nu, Program, Vem, arbetar, sida, vidare
from tjanster.web.regler.att_gora import att_gora

router = APIRouter()
FORVALDA = ("tillstand", "frist", "enhet", "nasta")
VANTAR = 20
FOLJER = 10
VALT = {"sena": "Mina sena", "i_dag": "Ska vara klara i dag", "vecka": "Ska vara klara den här veckan"}


@router.get("/", response_class=HTMLResponse)
def min_dag(
    request: Request, vaka: Program, vem: Vem, nu: Nu, visa: str = "", ordna: str = "", fall: str = "", sida_nr: int = 1,
    uppgift_sida: int = 1,
) -> Response:
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
    visa = visa if visa in urval else ""
    val = Listval.las(ordna, fall, (), FORVALDA)
    sida_nr, uppgift_sida = (max(1, min(n, 10_000)) for n in (sida_nr, uppgift_sida))
    with vaka.som(vem.aktor) as conn:
        with i_systemets_stalle(conn):  # a measure from elsewhere: its text is told, its case is not
            agda = fragor.Agda.av(conn, Bemanning.ledande(conn, s.kommun, idag, vem.aktor.id), vem.aktor)
            uppgifter = mina_uppgifter(conn, s, agda, vem.aktor, idag, uppgift_sida)
        egna, fordelas = fragor.egna(s.kommun, vem.aktor), agda.att_fordela
        mina = or_(egna, fordelas)
        att_rakna = {k: (u, mina if k else egna) for k, u in urval.items()} | {"fordela": (Urval(), fordelas)}
        hur_manga = antal_av(conn, s, vem.aktor, att_rakna, nu)
        arenden = lista(
            conn, s, vem.aktor, urval[visa], nu, sida=sida_nr, extra=mina if visa else egna, ordning=val.ordning
        )
        att_fordela = [] if visa else lista(conn, s, vem.aktor, Urval(), nu, per_sida=VANTAR, extra=fordelas)
        foljer = lista(conn, s, vem.aktor, Urval(vilande=True), nu, per_sida=FOLJER, extra=andras(vem.aktor))
        nytt = olasta(conn, vem.aktor, [r.nummer for r in foljer])
        steg = nasta_steg(conn, s, [r.nummer for r in (*arenden, *att_fordela)], vem.aktor, nu)
        regler = att_gora(conn, vem, idag)
        forslag = vantar_pa(conn, s, vem.aktor, idag)
        sparade = vyer(conn, vem.aktor.id)
        ersatter, ersatts_av = franvaro.kring(conn, vem.aktor.id, idag)

    sortfraga = "".join(f"&{k}={v}" for k, v in val.fraga)
    return sida(
        request,
        "min_dag.html",
        vem,
        aktiv="min_dag",
        idag=idag,
        rakning={k: hur_manga[k] for k in VALT} | {"uppgifter": uppgifter.antal},
        adresser={k: f"/?visa={k}#lista" for k in VALT} | {"uppgifter": "#uppgift-rubrik"},
        arenden=med_steg(rader(s, arenden, nu), steg),
        bladdring=bladdring(sida_nr, hur_manga[visa], SIDA, f"/?visa={visa}{sortfraga}&sida_nr="),
        sortering=val.sortering("/", {"visa": visa}, "#lista"),
        ordning=val.ord if val.fraga else "",
        uppgifter=uppgifter.uppgifter,
        uppgiftsbladdring=bladdring(uppgifter.nr, uppgifter.antal, UPPGIFTER, "/?uppgift_sida=", "#uppgift-rubrik"),
        forslag=[
            {"nummer": f.nummer, "sort": f.sort, "rubrik": f.rubrik, "vem": f.vem, "nar": f.tid, "url": f"/arende/{f.nummer}#forslag"}
            for f in forslag
        ],
        beslut=med_steg(rader(s, att_fordela, nu), steg),
        antal_beslut=0 if visa else hur_manga["fordela"],
        foljer=[rad | {"nytt": rad["nummer"] in nytt} for rad in rader(s, foljer, nu)],
        regler=regler,
        ersatter=ersatter,
        ersatts_av=ersatts_av,
        vyer=[{"namn": v.namn, "url": f"/enhet?{v.fraga}"} for v in sparade],
        kan_fa=bool(vem.aktor.roller & SER),
        valt=VALT.get(visa, ""),
    )


@router.post("/arende/{nummer}/folj")
def borja_folja(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, nummer: str) -> Response:
    with vaka.som(vem.aktor) as conn:
        folj(conn, vaka.sammanhang, las_nummer(nummer), vem.aktor, nu)
    return vidare(request, f"/arende/{las_nummer(nummer)}", "foljer")


@router.post("/arende/{nummer}/folj-inte")
def sluta(request: Request, vaka: Program, vem: Vem, form: Form, nummer: str) -> Response:
    with vaka.som(vem.aktor) as conn:
        sluta_folja(conn, vaka.sammanhang, las_nummer(nummer), vem.aktor)
    return vidare(request, f"/arende/{las_nummer(nummer)}", "foljer_inte")
