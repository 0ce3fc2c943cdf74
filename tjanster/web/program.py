"""The web program: pages and the API on one address, with the headers that every answer bears."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as VantadeForLange
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from tjanster.anrop import ovantat_fel
from tjanster.api import lagg_till_api
from tjanster.api.fel import felsvar
from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.lasning import BehoverSkal
from tjanster.db.session import full
from tjanster.takt import DEMO, Takt
from tjanster.web import (
    allmanhet,
    arende,
    bevarande,
    bilagor,
    brevlada,
    brevmallar,
    brevval,
    delegation,
    drift,
    enhet,
    gallring,
    hjalp,
    inloggning,
    konto,
    kvalitet,
    laget,
    lasare,
    listor,
    loggkontroll,
    losenbyte,
    matvarden,
    min_dag,
    nytt,
    oidc,
    overlamning,
    personal,
    personer,
    rapporter,
    registerutdrag,
    regler,
    sok,
    steg,
    tvasteg,
    uppgift,
    vikarier,
)
from tjanster.web.mallar import STATISKT, kommun_css, rendera
from tjanster.web.ram import KAKA, Inloggad, InteInloggad, kraver_inloggning, sida
from tjanster.web.skal import Skal, skriv_upp

logg = logging.getLogger("vaka.webb")
# What is small already: pressing it again only takes time.
OKOMPRIMERAT = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
LOGOTYPER = ("logotyp.svg", "logotyp.png")
INGEN_TELEMETRI: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own would tell a collector of each address as it was asked for, and of errors with what stood in them."""

def program(vaka: Vaka, demokonton: Sequence[Any] = ()) -> FastAPI:
    """All doors of one municipality as one ASGI program. demokonton: accounts that the demo's log-in page offers."""
    app = Program(title="Vaka", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, telemetry=INGEN_TELEMETRI)
    app.state.vaka = vaka
    app.state.takt = Takt(faktor=DEMO if vaka.settings.demo else 1)
    app.state.matvarden = matvarden.samlare(vaka)
    app.state.leverantor = None
    if vaka.settings.oidc:
        from tjanster.inloggning.leverantor import Leverantor  # takes a tenth of a second, and few have it set

        app.state.leverantor = Leverantor(vaka.settings)
    app.state.logotyp = next((f for namn in LOGOTYPER if (f := vaka.settings.kommunmapp / namn).is_file()), None)
    app.state.demokonton = list(demokonton) if vaka.settings.demo else []
    # The routes as they are: those of an included router are made anew at the first call and compared twice at every one.
    lagg_till_api(app)  # first, since each page's address is compared before the next
    for modul in (
        inloggning, losenbyte, tvasteg, oidc, konto, brevval, allmanhet, min_dag, listor, enhet, overlamning, laget, kvalitet, sok, loggkontroll, nytt,
        rapporter, hjalp, drift, matvarden, brevlada, brevmallar, personal, gallring, bevarande, registerutdrag, delegation, vikarier,
        *regler.MODULER, arende, bilagor, lasare, personer, steg, uppgift,
    ):  # fmt: skip
        app.router.routes.extend(modul.router.routes)
    app.add_api_route("/kommun.css", _kommunens_farg, include_in_schema=False)
    app.add_api_route("/kommun-logotyp", _kommunens_logotyp, include_in_schema=False)
    app.add_api_route("/halsa", _lever, include_in_schema=False)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=3, exclude_content_types=OKOMPRIMERAT)
    app.mount("/static", _Statiskt(directory=STATISKT), name="static")
    _lagg_till_fel(app)
    return app


class Program(FastAPI):
    """The program in its shell. The framework would answer an unexpected error outside of what is added as middleware."""

    def build_middleware_stack(self) -> ASGIApp:
        rakna = [self.state.matvarden.anropen.rakna] if self.state.matvarden else []
        return Skal(super().build_middleware_stack(), self.state.vaka.settings, self.state.takt, _vid_dorren, [*rakna, skriv_upp])


async def _vid_dorren(request: Request, status: int, skal: list[str], kod: str) -> Response:
    """A refusal by the shell, before anybody is asked who they are."""
    if request.scope["path"].startswith("/api/"):
        return felsvar(status, kod, skal)
    return felsida(request, status, skal, kod, vem=False)


class _Statiskt(StaticFiles):
    """Files for the browser. One asked for by its fingerprint never changes."""

    def file_response(self, *args: Any, **kw: Any) -> Response:
        svar = super().file_response(*args, **kw)
        scope: Scope = args[2] if len(args) > 2 else kw["scope"]
        forever = b"v=" in scope.get("query_string", b"")
        svar.headers["cache-control"] = "public, max-age=31536000, immutable" if forever else "public, max-age=3600"
        return svar


def _kommunens_farg(request: Request) -> Response:
    kommun = request.app.state.vaka.sammanhang.kommun
    return Response(kommun_css(kommun.farg), media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _kommunens_logotyp(request: Request) -> Response:
    """The municipality's mark, a file of its own folder. Shown as a picture, where no script in it can run."""
    fil = request.app.state.logotyp
    if fil is None:
        raise FinnsInte("Bilden")
    typ = {".svg": "image/svg+xml", ".png": "image/png"}[fil.suffix]
    return Response(fil.read_bytes(), media_type=typ, headers={"cache-control": "public, max-age=3600"})


def _lever(request: Request) -> Response:
    """For the one who watches the server: up, and with its database."""
    with request.app.state.vaka.motor.connect() as conn:
        conn.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")


def _lagg_till_fel(app: FastAPI) -> None:
    """Errors as pages with Swedish reasons; under /api as JSON (tjanster.api has its own)."""
    tidigare = dict(app.exception_handlers)

    def hantera(klass: Any, gor: Any) -> None:
        forr = next((tidigare[k] for k in klass.__mro__ if k in tidigare), None)

        async def svara(request: Request, fel: Exception) -> Response:
            if request.url.path.startswith("/api/"):
                if forr is not None:
                    svar = forr(request, fel)
                    return (await svar) if hasattr(svar, "__await__") else svar
                return JSONResponse({"fel": "fel", "skal": ["Något gick fel."], "falt": {}}, status_code=500)
            return gor(request, fel)

        app.add_exception_handler(klass, svara)

    hantera(InteInloggad, _till_inloggningen)
    hantera(BehoverSkal, _fraga_om_skal)
    hantera(Nej, _nej)
    hantera(HTTPException, lambda r, f: felsida(r, f.status_code, [str(f.detail)] if f.status_code in (413,) else []))
    hantera(RequestValidationError, lambda r, f: felsida(r, 404, []))
    for borta in (OperationalError, InterfaceError, VantadeForLange):
        hantera(borta, lambda r, f: felsida(r, 503, [], "databasen_full" if full(f) else "", vem=False))
    hantera(Exception, _ovantat)


def _nej(request: Request, nej: Nej) -> Response:
    svar = felsida(request, nej.status, nej.skal or list(nej.falt.values()), nej.kod)
    if (sekunder := getattr(nej, "sekunder", None)) is not None:
        svar.headers["retry-after"] = str(sekunder)
    return svar


def _till_inloggningen(request: Request, _: Exception) -> Response:
    """Log in, and back to the page; from a form that was sent to the form itself, where the draft waits."""
    till_inloggningen = RedirectResponse("/logga-in", status_code=303)
    try:
        sidan = request.url if request.method == "GET" else URL(request.headers.get("referer", ""))
        if sidan.hostname != request.url.hostname or sidan.path in ("", "/logga-in"):
            return till_inloggningen
    except ValueError:  # what was sent as the page before is no address
        return till_inloggningen
    mal = sidan.path + (f"?{sidan.query}" if sidan.query else "")
    return RedirectResponse(f"/logga-in?vidare={quote(mal)}", status_code=303)


def _fraga_om_skal(request: Request, fel: BehoverSkal) -> Response:
    """Ask why, and go on to the page that was wanted; from a form, to the case."""
    delar = request.url
    mal = delar.path + (f"?{delar.query}" if delar.query else "") if request.method == "GET" else f"/arende/{fel.nummer}"
    return lasare.fraga_om_skal(request, kraver_inloggning(request), fel.nummer, mal, mening=str(fel))


def _ovantat(request: Request, fel: Exception) -> Response:
    """Nothing of the error reaches the page; the call's number ties the page to the log."""
    kod = ovantat_fel()
    logg.error("Oväntat fel %s", kod, exc_info=fel, extra={"action": "unexpected_error"})
    return felsida(request, 500, [], kod, vem=False)


def felsida(request: Request, status: int, skal: list[str], kod: str = "", *, vem: bool = True) -> Response:
    """An error as a page in its frame; without the frame's person when the database may be away."""
    inloggad: Inloggad | None = None
    if vem and request.cookies.get(KAKA):
        try:
            inloggad = kraver_inloggning(request)
        except Exception:
            inloggad = None
    try:
        return (
            sida(request, "fel.html", inloggad, http=status, status=status, skal=skal, felkod=kod, tillbaka=_arendet(request, status))
            if inloggad
            else _utan(request, status, skal, kod)
        )
    except Exception:
        logg.exception("Felsidan gick inte att visa", extra={"action": "error_page_failed"})
        return PlainTextResponse("Något gick fel. Försök igen om en stund.", status_code=status)


def _arendet(request: Request, status: int) -> str:
    """The case that the page was about, to go back to; '' when there is none to see."""
    delar = request.url.path.split("/")
    return f"/arende/{delar[2]}" if status != 404 and len(delar) > 3 and delar[1] == "arende" else ""


def _utan(request: Request, status: int, skal: list[str], kod: str) -> Response:
    from fastapi.responses import HTMLResponse

    kommun = request.app.state.vaka.sammanhang.kommun
    html = rendera(
        "fel.html", kommun=kommun, anvandare=None, csrf="", demo=False, status=status, skal=skal, felkod=kod, tillbaka=""
    )
    return HTMLResponse(html, status_code=status)


