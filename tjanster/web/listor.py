"""Lists: the unit's cases, the late ones."""


from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.arenden import fragor
from tjanster.arenden.arendelista import antal, med_id
from tjanster.arenden.behorighet import enheter_for
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval
from tjanster.web.formular import enhetsval
from tjanster.web.rader import rader
from tjanster.web.ram import SER, Nu, Program, Vem, sida

router = APIRouter()
LEDER = ("enhetschef", "avdelningschef", "kvalitetsledare")
PER_ENHET = 10
FORVALDA = ("enhet", "tillstand", "frist", "handlaggare")


@router.get("/sena", response_class=HTMLResponse)
def sena(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    s, idag = vaka.sammanhang, nu.date()
    horisont = s.regelverk.kalender.plus_arbetsdagar(idag, 3)
    egna = enheter_for(vem.aktor, s.kommun, LEDER) or enheter_for(vem.aktor, s.kommun, SER)
    enheter, tal = [], {"sena": 0, "nara": 0, "utan_handlaggare": 0}
    with vaka.som(vem.aktor) as conn:
        tal["utan_handlaggare"] = antal(conn, s, vem.aktor, Urval(enheter=egna, utan_handlaggare=True), nu)
        per_enhet = fragor.sena_per_enhet(conn, s, vem.aktor, egna, horisont, nu)
        forsta = [i for b in per_enhet.values() for i in b.ids[:PER_ENHET]]
        visade = med_id(conn, s, forsta, nu)
        tysta = fragor.tysta_enheter(conn, egna, idag)
        for e in enhetsval(s.kommun):
            kod = e["kod"]
            antal_sena, antal_nara, ids = per_enhet.get(kod, (0, 0, []))
            tyst = "Ingen avvikelse har rapporterats här på tre månader." if kod in tysta else ""
            if kod not in egna or not (antal_sena or antal_nara or (tyst and _lov(s, kod))):
                continue
            tal["sena"] += antal_sena
            tal["nara"] += antal_nara
            enheter.append(
                {
                    "kod": kod, "namn": e["namn"], "sena": antal_sena, "nara": antal_nara,
                    "rader": rader(s, [visade[i] for i in ids[:PER_ENHET] if i in visade], nu), "tyst": tyst,
                    "fler_url": f"/enhet?enhet={kod}" if antal_sena + antal_nara > PER_ENHET else None,
                }
            )  # fmt: skip
    enheter.sort(key=lambda e: (-e["sena"], -e["nara"]))
    bra = not tal["sena"] and not tal["nara"]
    return sida(request, "sena.html", vem, aktiv="sena", idag=idag, rakning=tal, enheter=enheter, allt_bra=bra)


def _lov(s: Sammanhang, kod: str) -> bool:
    """A unit with no units below it."""
    return len(s.kommun.undertrad(kod)) == 1
