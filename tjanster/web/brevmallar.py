"""For the administrator: every notice as it will be read, with made-up cases, before anybody gets it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from notiser import KATALOG, Brev, exempel, fallen, rendera
from tjanster.app import Vaka
from tjanster.arenden.fel import FarInte, FinnsInte
from tjanster.web.brevram import brevsida, med_ram
from tjanster.web.ram import DRIFT, Inloggad, Nu, Program, Vem, sida

router = APIRouter()


def _kraver_drift(vem: Inloggad) -> None:
    if not vem.aktor.roller & DRIFT:
        raise FarInte("Breven ses av administratör och kvalitetsledare.")


@router.get("/mallar", response_class=HTMLResponse)
def lista(request: Request, vaka: Program, vem: Vem, nu: Nu) -> Response:
    _kraver_drift(vem)
    rader = [
        {
            "rubrik": sort.rubrik,
            "url": f"/mallar/{namn}",
            "amne": _brevet(vaka, namn, "", nu)[0].amne,
            "beskrivning": sort.beskrivning,
            "bradskande": sort.bradskande,
            "valbart": "Går att välja bort" if sort.samlingsbrev else "Kan samlas i morgonbrevet" if sort.far_vanta else "",
        }
        for namn, sort in KATALOG.items()
    ]
    return sida(request, "mallar.html", vem, aktiv="notiser", rader=rader)


@router.get("/mallar/{namn}", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, nu: Nu, namn: str, fall: str = "") -> Response:
    _kraver_drift(vem)
    brev, valt = _brevet(vaka, namn, fall, nu)
    sort = KATALOG[namn]
    svar = sida(
        request,
        "mall.html",
        vem,
        aktiv="notiser",
        brodsmulor=[{"rubrik": "Utskick och kö", "url": "/notiser"}, {"rubrik": "Breven", "url": "/mallar"}, {"rubrik": sort.rubrik, "url": ""}],
        rubrik=sort.rubrik,
        beskrivning=sort.beskrivning,
        alltid=sort.alltid,
        fall=[{"text": text, "url": f"/mallar/{namn}?fall={f}", "valt": f == valt} for f, text in fallen(namn).items()],
        amne=brev.amne,
        text=brev.text,
        version=brev.mallversion,
        sida=f"/mallar/{namn}/sida?fall={valt}",
        filer=[f"notiser/mallar/{namn}.{typ}" for typ in ("txt", "html")],
    )
    return med_ram(svar)


@router.get("/mallar/{namn}/sida", response_class=HTMLResponse)
def brevets_sida(vaka: Program, vem: Vem, nu: Nu, namn: str, fall: str = "") -> Response:
    """The letter's page, for the frame. Its links lead nowhere: the cases are made up."""
    _kraver_drift(vem)
    return brevsida(_brevet(vaka, namn, fall, nu)[0].html)


def _brevet(vaka: Vaka, namn: str, fall: str, nu: Nu) -> tuple[Brev, str]:
    """The notice with made-up fields, and which of its wordings that is."""
    if namn not in KATALOG:
        raise FinnsInte("Brevet")
    valt = fall if fall in fallen(namn) else next(iter(fallen(namn)))
    falt = exempel(namn, nu.date(), kommun=vaka.sammanhang.kommun.namn, fall=valt)
    return rendera(namn, falt, bas_url=vaka.settings.url), valt
