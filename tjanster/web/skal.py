"""The shell around every door: what is refused before it is read, and the headers and cookies that every answer bears."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tjanster.anrop import Anrop, pagar
from tjanster.arenden.filgranskning import HOGST_BYTE, HOGST_FILER, storlekstext
from tjanster.settings import Settings
from tjanster.takt import ForOfta, Takt, klientens_adress
from tjanster.web.mallar import SAKERHETSPOLICY

logg = logging.getLogger("vaka.skal")
anropslogg = logging.getLogger("vaka.anrop")
STORSTA = 1_000_000
STORSTA_MED_FILER = HOGST_FILER * HOGST_BYTE + STORSTA
TAR_FILER = re.compile(r"/arende/[^/]+/bifoga|/api/v1/arenden/[^/]+/bilagor")
INLOGGNING = re.compile(r"POST (/logga-in(/kod|/tvasteg|/losen)?|/api/v1/inloggning)|GET /logga-in/svar")
NUMMER = re.compile(r"(?<=/)[A-Z]{2,6}-[0-9]{4}-[0-9]{1,9}(?=/|$)")
LANGSTA_ADRESS, STORSTA_HUVUDEN = 8_000, 32_000
ANDRAR_INGET = ("GET", "HEAD", "OPTIONS")
STAR_STILLA = ("/static/", "/kommun.css")
FOR_OVERVAKNING = ("/halsa", "/matvarden")
SAGS_INTE = ("/static", "/kommun.css", "/kommun-logotyp", *FOR_OVERVAKNING)
"""Routes whose calls are no line in the log while they go well."""
AVSTANGT = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
    "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "serial", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
HUVUDEN = {
    "content-security-policy": SAKERHETSPOLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "x-permitted-cross-domain-policies": "none",
    "x-robots-tag": "noindex, nofollow",
    "permissions-policy": ", ".join(f"{namn}=()" for namn in AVSTANGT),
}
APIPOLICY = {"content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}
SPARAS_INTE = (b"cache-control", b"no-store")
HSTS = "max-age=63072000; includeSubDomains"

Felsvar = Callable[[Request, int, list[str], str], Awaitable[Response]]


class Avvisad(Exception):
    """Refused at the door, before anything of it was read."""

    def __init__(self, status: int, kod: str, mening: str, huvuden: Mapping[str, str] | None = None) -> None:
        self.status, self.kod, self.mening, self.huvuden = status, kod, mening, dict(huvuden or {})


class Skal:
    """Stands outermost, so that also the answer to an unexpected error bears its headers. felsvar: how a refusal looks
    at each door; over: who is told of each call when it is over."""

    def __init__(self, app: ASGIApp, settings: Settings, takt: Takt, felsvar: Felsvar, over: Sequence[Callable[[Anrop], None]]) -> None:
        self.app, self.takt, self.felsvar, self.over = app, takt, felsvar, over
        self.krypterat = settings.url.startswith("https://")
        self.vardnamn = _utan_port(urlsplit(settings.url).netloc.lower(), self.krypterat) if settings.skarp else None
        self.url = settings.url
        self.proxyer = settings.proxyer
        huvuden = HUVUDEN | ({"strict-transport-security": HSTS} if self.krypterat else {})
        self.huvuden, self.apihuvuden = _kodade(huvuden), _kodade(huvuden | APIPOLICY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        huvuden, metod, vag = Headers(scope=scope), scope["method"], scope["path"]
        granne = scope["client"][0] if scope.get("client") else None
        adress = klientens_adress(granne, huvuden.getlist("x-forwarded-for"), self.proxyer)
        inre = scope | {"headers": inkommande_kakor(scope["headers"])} if self.krypterat else scope
        anrop = Anrop(inre, huvuden.get("x-request-id"))

        def efter(status: int) -> None:
            anrop.status = status
            self.takt.efter(adress, metod, vag, status)
            anteckna(inre, status)

        sand = self._med_huvuden(vag, send, efter, anrop.nummer)
        with pagar(anrop):
            try:
                if (nej := self._vid_dorren(scope, huvuden, adress)) is not None:
                    await self._avvisa(nej, scope, receive, sand)
                else:
                    await self.app(inre, begransad(vag, receive), sand)
            except Exception:
                # The framework tells of an unexpected error, answers it, and raises it on to be told again by the server. That
                # is to know only when the answer was broken off, so that it hangs up.
                if not (anrop.ovantat and anrop.status == 500):
                    raise
            finally:
                for beratta in self.over:
                    beratta(anrop)

    def _vid_dorren(self, scope: Scope, huvuden: Headers, adress: str) -> "Avvisad | ForOfta | None":
        """Why the call isn't let in; None when it is."""
        metod, vag = scope["method"], scope["path"]
        try:
            self._rimlig(scope)
            self._ratt_adress(huvuden, vag)
            self._fran_egen_sida(huvuden, metod)
            self.takt.fore(adress, metod, vag)
        except (Avvisad, ForOfta) as nej:
            return nej
        return None

    def _rimlig(self, scope: Scope) -> None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LANGSTA_ADRESS:
            raise Avvisad(414, "for_lang_adress", "Adressen är för lång.")
        if sum(len(namn) + len(varde) for namn, varde in scope["headers"]) > STORSTA_HUVUDEN:
            raise Avvisad(
                431,
                "for_stora_huvuden",
                "Webbläsaren skickade för mycket runt omkring. Rensa kakorna för sidan och försök igen.",
            )

    def _ratt_adress(self, huvuden: Headers, vag: str) -> None:
        """In production the program answers by its own name only: no page, link or redirect can bear another's. The
        one who watches the server asks each node by number, and gets no page and no link."""
        if self.vardnamn is not None and vag not in FOR_OVERVAKNING:
            visade = huvuden.getlist("host")
            if len(visade) != 1 or _utan_port(visade[0].lower(), self.krypterat) != self.vardnamn:
                raise Avvisad(421, "fel_adress", f"Vaka svarar bara på {self.url}.")

    def _fran_egen_sida(self, huvuden: Headers, metod: str) -> None:
        """A second lock beside the form's word: a browser tells from where a change is sent, and it must be from here."""
        if metod in ANDRAR_INGET:
            return
        fran, kommer = huvuden.get("origin"), huvuden.get("sec-fetch-site", "none")
        har = self.vardnamn or _utan_port(huvuden.get("host", "").lower(), self.krypterat)
        if (fran is not None and not self._egen(fran, har)) or kommer not in ("same-origin", "none"):
            raise Avvisad(403, "frammande_sida", "Det skickades från en annan webbplats. Öppna Vaka och gör det där.")

    def _egen(self, fran: str, har: str) -> bool:
        try:
            delar = urlsplit(fran)
        except ValueError:
            return False
        return _utan_port(delar.netloc.lower(), self.krypterat) == har and (
            delar.scheme == "https" or not self.krypterat
        )

    async def _avvisa(self, nej: "Avvisad | ForOfta", scope: Scope, receive: Receive, sand: Send) -> None:
        if isinstance(nej, ForOfta):
            nej = Avvisad(429, nej.kod, nej.skal[0], {"retry-after": str(nej.sekunder)})
        # Neither who nor what: an address or a path may hold both.
        logg.warning("Avvisat vid dörren: %s %s", nej.status, nej.kod)
        svar = await self.felsvar(Request(scope, receive), nej.status, [nej.mening], nej.kod)
        svar.headers.update(nej.huvuden)
        await svar(scope, receive, sand)

    def _med_huvuden(self, vag: str, send: Send, efter: Callable[[int], None], nummer: str) -> Send:
        async def sand(meddelande: Message) -> None:
            if meddelande["type"] == "http.response.start":
                efter(meddelande["status"])
                egna = utgaende_kakor(meddelande["headers"]) if self.krypterat else meddelande["headers"]
                finns = {namn.lower() for namn, _ in egna}
                alla = [*(self.apihuvuden if vag.startswith("/api/") else self.huvuden), (b"x-request-id", nummer.encode())]
                if not vag.startswith(STAR_STILLA) or meddelande["status"] >= 400:
                    alla.append(SPARAS_INTE)
                meddelande["headers"] = [*egna, *(huvud for huvud in alla if huvud[0] not in finns)]
            await send(meddelande)

        return sand


def _kodade(huvuden: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(namn.encode(), varde.encode()) for namn, varde in huvuden.items()]


def skriv_upp(anrop: Anrop) -> None:
    """A line a call, by the address's template. One that was broken off before any answer has status 0."""
    rutt, status = anrop.rutt, anrop.status
    if rutt in SAGS_INTE and 0 < status < 400:
        return
    anropslogg.log(
        logging.WARNING if status >= 500 else logging.INFO, "%s %s %s", anrop.metod, rutt, status,
        extra={"metod": anrop.metod.lower(), "status": status, "ms": round(anrop.sekunder * 1000)},
    )  # fmt: skip


def anteckna(scope: Scope, status: int) -> None:
    """A line for every log-in that was tried and every no that somebody with an account was given. The account's row number
    and the case's number, never a name, an address or what was typed."""
    metod, vag = scope["method"], scope["path"]
    if INLOGGNING.fullmatch(f"{metod} {vag}"):
        logg.info("Inloggning: %s", "nekad" if status >= 400 else "godtagen")
    elif status in (401, 403, 404) and "vaka.konto" in scope:
        nummer = NUMMER.search(vag)
        logg.warning(
            "Nekat: %s, konto %s, %s %s", status, scope["vaka.konto"], metod, nummer[0] if nummer else "utan ärende"
        )


def begransad(vag: str, receive: Receive) -> Receive:
    """A body that is too large is refused while it comes."""
    last = 0
    storsta, hogst = STORSTA, "1 MB"
    if TAR_FILER.fullmatch(vag):
        storsta, hogst = STORSTA_MED_FILER, f"{HOGST_FILER} filer på {storlekstext(HOGST_BYTE)}"

    async def ta_emot() -> Message:
        nonlocal last
        meddelande = await receive()
        last += len(meddelande.get("body", b""))
        if last > storsta:
            raise HTTPException(413, f"Det du skickade är för stort: högst {hogst}.")
        return meddelande

    return ta_emot


def _utan_port(vard: str, krypterat: bool) -> str:
    return vard.removesuffix(":443" if krypterat else ":80")


# -- cookies over https: the browser itself holds that they are ours, whole site, https only -----------------------------

PREFIX = "__Host-"


def utgaende_kakor(huvuden: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Each Set-Cookie gets the name that a browser takes from this very host only, so that no neighbour can plant one; it
    then wants the whole site and https, also to take the cookie away."""
    return [(k, _last_kaka(v) if k.lower() == b"set-cookie" else v) for k, v in huvuden]


def _last_kaka(kaka: bytes) -> bytes:
    delar = [d.strip() for d in kaka.split(b";")]
    kvar = [d for d in delar[1:] if d.lower().partition(b"=")[0] not in (b"path", b"secure", b"domain")]
    return b"; ".join([PREFIX.encode() + delar[0], *kvar, b"Path=/", b"Secure"])


def inkommande_kakor(huvuden: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The program sees its own cookies by their own names; others, tossed here by a neighbour, it never sees."""
    ut = []
    for namn, varde in huvuden:
        if namn == b"cookie":
            kakor = [
                k.strip().removeprefix(PREFIX.encode())
                for k in varde.split(b";")
                if k.strip().startswith(PREFIX.encode())
            ]
            varde = b"; ".join(kakor)
        ut.append((namn, varde))
    return ut
