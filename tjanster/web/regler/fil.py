"""One file of the draft in the editor: typed with its faults beside the lines, pasted new, taken away, put back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.web.formular import fellista
from tjanster.web.mallar import rendera
from tjanster.web.ram import Form, Inloggad, Nu, Program, Vem, vidare
from tjanster.web.regler import klarsprak, redaktor, utkast
from tjanster.web.regler.ram import kraver_andra, regelsida

router = APIRouter()


@router.get("/regler/utkast/fil", response_class=HTMLResponse)
def visa(request: Request, vaka: Program, vem: Vem, namn: str = "") -> Response:
    kraver_andra(vem)
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, vaka.sammanhang)
    if namn not in arbete.utkast.filer:
        raise FinnsInte("Filen")
    return _sida(request, vaka, vem, arbete, namn, arbete.utkast.filer[namn])


def _sida(
    request: Request, vaka: Any, vem: Inloggad, arbete: utkast.Arbete, fil: str, text: str, *, nej: Nej | None = None
) -> Response:  # fmt: skip
    s = vaka.sammanhang
    namn = klarsprak.filnamn(fil, s.kommun)
    return regelsida(
        request,
        "regler_fil.html",
        vem,
        utkast.UTKASTET,
        {"rubrik": namn, "url": ""},
        del_="utkast",
        http=nej.status if nej else 200,
        rubrik=namn,
        fil=fil,
        text=text,
        version=arbete.utkast.version,
        nej=nej.skal if nej else [],
        i_grunden=fil in arbete.utkast.grund,
        andrad=fil in arbete.utkast.andrade,
        **_provning(s, {**arbete.utkast.filer, fil: text}, fil),
    )


def _provning(s: Any, filer: dict[str, str], fil: str) -> dict[str, Any]:
    _, fel = utkast.prova(s, filer)
    har = [f for f in fel if f.fil == fil]
    return {
        "rader": redaktor.rader(filer[fil], fil, har),
        "fel": redaktor.felbilder(har),
        "fel_annanstans": len(fel) - len(har),
    }


@router.post("/regler/utkast/fil/prova", response_class=HTMLResponse)
def prova(request: Request, vaka: Program, vem: Vem, form: Form, namn: str = "") -> Response:
    """The check alone, for the script that asks while one types."""
    kraver_andra(vem)
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, vaka.sammanhang)
    filer = {**arbete.utkast.filer, namn: redaktor.rent(str(form.get("text") or ""))}
    return HTMLResponse(rendera("_regler_provning.html", **_provning(vaka.sammanhang, filer, namn)))


@router.post("/regler/utkast/fil", response_class=HTMLResponse)
def spara(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, namn: str = "") -> Response:
    """Keep what was typed, right or wrong: a draft may be broken, only an active set may not."""
    kraver_andra(vem)
    text = redaktor.rent(str(form.get("text") or ""))
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, vaka.sammanhang)
    if namn not in arbete.utkast.filer:
        raise FinnsInte("Filen")
    if form.get("gor") == "prova":
        return _sida(request, vaka, vem, arbete, namn, text)
    try:
        utkast.andra_fil(vaka, vem, form, nu, namn, text)
    except Nej as nej:
        return _sida(request, vaka, vem, arbete, namn, text, nej=nej)
    _, fel = utkast.prova(vaka.sammanhang, {**arbete.utkast.filer, namn: text})
    if any(f.fil == namn for f in fel):
        return vidare(request, f"/regler/utkast/fil?namn={namn}", "sparat_med_fel")
    return vidare(request, "/regler/utkast", "sparat")


@router.post("/regler/utkast/fil/ta-bort")
def ta_bort(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, namn: str = "") -> Response:
    kraver_andra(vem)
    utkast.andra_fil(vaka, vem, form, nu, namn, None)
    return vidare(request, "/regler/utkast", "sparat")


@router.post("/regler/utkast/fil/aterstall")
def aterstall(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu, namn: str = "") -> Response:
    """The file as it is in the set that the draft began from."""
    kraver_andra(vem)
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, vaka.sammanhang)
    utkast.andra_fil(vaka, vem, form, nu, namn, arbete.utkast.grund.get(namn))
    return vidare(request, "/regler/utkast", "sparat")


@router.get("/regler/utkast/ny-fil", response_class=HTMLResponse)
def visa_ny(request: Request, vaka: Program, vem: Vem) -> Response:
    kraver_andra(vem)
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, vaka.sammanhang)
    return _nysida(request, vaka, vem, arbete, {})


def _nysida(request: Request, vaka: Any, vem: Inloggad, arbete: utkast.Arbete, varden: dict[str, str], nej: Nej | None = None) -> Response:
    fel = nej.falt if nej else {}
    return regelsida(
        request,
        "regler_ny_fil.html",
        vem,
        utkast.UTKASTET,
        {"rubrik": "Ny fil", "url": ""},
        del_="utkast",
        http=nej.status if nej else 200,
        version=arbete.utkast.version,
        falt=[
            {"namn": "mapp", "rubrik": "Var ska filen ligga?", "slag": "val", "krav": True, "val": redaktor.mappar(vaka.sammanhang.kommun)},
            {"namn": "namn", "rubrik": "Filens namn", "slag": "text", "krav": True,
             "hjalp": "En frist ligger i en fil med processens namn, till exempel synpunkt. Annars är namnet fritt."},
            {"namn": "text", "rubrik": "Innehåll", "slag": "langtext", "krav": True, "hojd": 16, "max_langd": 200000,
             "hjalp": "Klistra in filen som den är. Kommentarer står kvar."},
        ],
        varden=varden,
        falten_fel=fel,
        fel=fellista(fel, nej.skal if nej else ()),
    )  # fmt: skip


@router.post("/regler/utkast/ny-fil", response_class=HTMLResponse)
def ny(request: Request, vaka: Program, vem: Vem, form: Form, nu: Nu) -> Response:
    kraver_andra(vem)
    s = vaka.sammanhang
    varden = {k: str(form.get(k) or "") for k in ("mapp", "namn", "text")}
    with vaka.motor.connect() as conn:
        arbete = utkast.kraver_arbete(conn, s)
    try:
        vag = utkast.ny_vag(varden["mapp"], varden["namn"].strip().removesuffix(".yaml"), s.kommun, arbete.utkast.filer)
        if not varden["text"].strip():
            raise OgiltigaUppgifter(falt={"text": "Klistra in filens innehåll."})
        utkast.andra_fil(vaka, vem, form, nu, vag, redaktor.rent(varden["text"]))
    except Nej as nej:
        return _nysida(request, vaka, vem, arbete, varden, nej)
    return vidare(request, f"/regler/utkast/fil?namn={vag}", "sparat")
