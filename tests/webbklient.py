"""Talks to the whole program over ASGI, as a browser without script would: one session a person, the form's word along."""

import asyncio
import html
import re
from typing import Any

import httpx
from sqlalchemy import select

from tests.bygg import Bygge
from tjanster import klocka
from tjanster.db import t
from tjanster.sessioner import csrf, skapa_session
from tjanster.web.program import program
from tjanster.web.ram import KAKA


class Webbklient:
    """`webb.get("/regler", som="kim")`, `webb.post("/regler/utkast", som="kim")`. Redirects are followed."""

    def __init__(self, bygg: Bygge) -> None:
        self.bygg = bygg
        self.app = program(bygg.vaka)
        self.sessioner: dict[str, str] = {}
        klocka.stall(bygg.nu)

    def get(self, vag: str, som: str = "kim") -> "Sida":
        return self._fraga("GET", vag, som)

    def post(self, vag: str, som: str = "kim", **falt: Any) -> "Sida":
        return self._fraga("POST", vag, som, data={"csrf": csrf(self._session(som))} | falt)

    def ladda_upp(self, vag: str, filer: dict[str, tuple[str, bytes]], som: str = "kim", **falt: Any) -> "Sida":
        return self._fraga("POST", vag, som, data={"csrf": csrf(self._session(som))} | falt, files=filer)

    def _session(self, som: str) -> str:
        if som not in self.sessioner:
            a = t.anvandare.c
            with self.bygg.vaka.systemet() as conn:
                vem = conn.execute(select(a.id).where(a.anvandarnamn == som)).scalar_one()
                self.sessioner[som] = skapa_session(conn, vem, klocka.nu())
        return self.sessioner[som]

    def _fraga(self, metod: str, vag: str, som: str, **kw: Any) -> "Sida":
        async def fraga() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
            kakor = {KAKA: self._session(som)}
            async with httpx.AsyncClient(transport=transport, base_url="http://vaka.example", cookies=kakor) as klient:
                return await klient.request(metod, vag, follow_redirects=True, **kw)

        return Sida(asyncio.run(fraga()))


class Sida:
    """A page as it is read: its words, its error summary, its address."""

    def __init__(self, svar: httpx.Response) -> None:
        self.svar = svar
        self.status = svar.status_code
        self.vag = svar.url.raw_path.decode()

    @property
    def html(self) -> str:
        return self.svar.text

    @property
    def text(self) -> str:
        """The words of the page, without marks and with single spaces."""
        huvud = self.svar.text.partition("<main")[2] or self.svar.text
        rader = re.sub(r"</(?:p|li|td|th|h\d|div|option|label)>", " ", huvud)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", rader)).split())

    @property
    def fel(self) -> list[str]:
        """The sentences of the error summary."""
        ruta = re.search(r"data-felsammanfattning.*?</div>", self.svar.text, re.S)
        return [html.unescape(re.sub(r"<[^>]+>", "", x)) for x in re.findall(r"<li>(.*?)</li>", ruta[0] if ruta else "", re.S)]
