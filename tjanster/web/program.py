"""The web program: pages and the API on one address, with the headers that every answer bears."""

import logging
import re
import secrets
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
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tjanster.api import lagg_till_api
from tjanster.app import Vaka
from tjanster.arenden.bilagor import HOGST_BYTE, HOGST_FILER, storlekstext
from tjanster.arenden.fel import Nej
from tjanster.web import (
    allmanhet,
    arende,
    bilagor,
    drift,
    hjalp,
    inloggning,
    listor,
    nytt,
    rapporter,
    regler,
    steg,
    uppgift,
)
from tjanster.web.mallar import SAKERHETSPOLICY, STATISKT, kommun_css, rendera
from tjanster.web.ram import KAKA, Inloggad, InteInloggad, kraver_inloggning, sida

logg = logging.getLogger("vaka.webb")
STORSTA = 1_000_000
STORSTA_MED_FILER = HOGST_FILER * HOGST_BYTE + STORSTA
TAR_FILER = re.compile(r"/arende/[^/]+/bifoga|/api/v1/arenden/[^/]+/bilagor")
HUVUDEN = {
    "content-security-policy": SAKERHETSPOLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def program(vaka: Vaka, demokonton: Sequence[Any] = ()) -> FastAPI:
    """All doors of one municipality as one ASGI program. demokonton: accounts that the demo's log-in page offers."""
    app = FastAPI(title="Vaka", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.vaka = vaka
    app.state.demokonton = list(demokonton) if vaka.settings.demo else []
    for modul in (inloggning, allmanhet, listor, nytt, rapporter, hjalp, drift, *regler.MODULER, arende, bilagor, steg, uppgift):
        app.include_router(modul.router, include_in_schema=False)
    app.add_api_route("/kommun.css", _kommunens_farg, include_in_schema=False)
    app.add_api_route("/halsa", _lever, include_in_schema=False)
    app.mount("/static", _Statiskt(directory=STATISKT), name="static")
    lagg_till_api(app)
    _lagg_till_fel(app)
    app.add_middleware(Skal, sakert=vaka.settings.url.startswith("https://"))
    return app


class _Statiskt(StaticFiles):
    """Files for the browser. One asked for by its fingerprint never changes."""

    def file_response(self, *args: Any, **kw: Any) -> Response:
        svar = super().file_response(*args, **kw)
        scope: Scope = args[2] if len(args) > 2 else kw["scope"]
        forever = b"v=" in scope.get("query_string", b"")
        svar.headers["cache-control"] = "public, max-age=31536000, immutable" if forever else "public, max-age=3600"
        return svar


class Skal:
    """Headers on every answer; a body that is too large is refused before it is read."""

    def __init__(self, app: ASGIApp, sakert: bool) -> None:
        self.app, self.huvuden = app, dict(HUVUDEN)
        if sakert:
            self.huvuden["strict-transport-security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        last = 0
        storsta, hogst = STORSTA, "1 MB"
        if TAR_FILER.fullmatch(scope["path"]):
            storsta, hogst = STORSTA_MED_FILER, f"{HOGST_FILER} filer på {storlekstext(HOGST_BYTE)}"

        async def ta_emot() -> Message:
            nonlocal last
            meddelande = await receive()
            last += len(meddelande.get("body", b""))
            if last > storsta:
                raise HTTPException(413, f"Det du skickade är för stort: högst {hogst}.")
            return meddelande

        async def sand(meddelande: Message) -> None:
            if meddelande["type"] == "http.response.start":
                finns = {k.lower() for k, _ in meddelande["headers"]}
                huvuden = dict(self.huvuden)
                if not scope["path"].startswith(("/static/", "/kommun.css")):
                    huvuden["cache-control"] = "no-store"
                meddelande["headers"] = [
                    *meddelande["headers"],
                    *((k.encode(), v.encode()) for k, v in huvuden.items() if k.encode() not in finns),
                ]
            await send(meddelande)

        await self.app(scope, ta_emot, sand)


def _kommunens_farg(request: Request) -> Response:
    kommun = request.app.state.vaka.sammanhang.kommun
    return Response(kommun_css(kommun.farg), media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _lever(request: Request) -> Response:
    """For the one who watches the server: up, and with its database."""
    with request.app.state.vaka.motor.connect() as conn:
        conn.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")


def _lagg_till_fel(app: FastAPI) -> None:
    """Errors as pages with Swedish reasons; under /api as JSON (tjanster.api has its own)."""
    tidigare = dict(app.exception_handlers)

    def hantera(klass: Any, gor: Any) -> None:
        forr = tidigare.get(klass)

        async def svara(request: Request, fel: Exception) -> Response:
            if request.url.path.startswith("/api/"):
                if forr is not None:
                    svar = forr(request, fel)
                    return (await svar) if hasattr(svar, "__await__") else svar
                return JSONResponse({"fel": "fel", "skal": ["Något gick fel."], "falt": {}}, status_code=500)
            return gor(request, fel)

        app.add_exception_handler(klass, svara)

    hantera(InteInloggad, _till_inloggningen)
    hantera(Nej, lambda r, f: felsida(r, f.status, f.skal or list(f.falt.values()), f.kod))
    hantera(HTTPException, lambda r, f: felsida(r, f.status_code, [str(f.detail)] if f.status_code in (413,) else []))
    hantera(RequestValidationError, lambda r, f: felsida(r, 404, []))
    for borta in (OperationalError, InterfaceError, VantadeForLange):
        hantera(borta, lambda r, f: felsida(r, 503, [], "databasen_svarar_inte", vem=False))
    hantera(Exception, _ovantat)


def _till_inloggningen(request: Request, _: Exception) -> Response:
    """Log in, and back to the page; from a form that was sent to the form itself, where the draft waits."""
    sidan = request.url if request.method == "GET" else URL(request.headers.get("referer", ""))
    if sidan.hostname != request.url.hostname or sidan.path in ("", "/logga-in"):
        return RedirectResponse("/logga-in", status_code=303)
    mal = sidan.path + (f"?{sidan.query}" if sidan.query else "")
    return RedirectResponse(f"/logga-in?vidare={quote(mal)}", status_code=303)


def _ovantat(request: Request, fel: Exception) -> Response:
    """Nothing of the error reaches the page; its id ties the page to the log."""
    kod = secrets.token_hex(4)
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


