"""Knocks on every door of the whole program, as a stranger with tools would: any method, header, cookie and body."""

import asyncio
import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import httpx
from sqlalchemy import select

from tests.apiklient import token
from tests.bygg import Bygge
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.sessioner import csrf, skapa_session
from tjanster.takt import Takt
from tjanster.web.program import program
from tjanster.web.ram import KAKA

I_DRIFT = "https://vaka.kommun.example"


def i_drift(vaka: Vaka, **andrat: Any) -> Vaka:
    """The same program set up as in production."""
    andrat = {"demo": False, "url": I_DRIFT} | andrat
    return dataclasses.replace(vaka, settings=vaka.settings.model_copy(update=andrat))


class Dorr:
    """`dorr("GET", "/regler", som="kim")`; redirects are not followed and nothing is raised: what is answered is the answer."""

    def __init__(self, bygg: Bygge, *, drift: bool = False, takt: Takt | None = None, **settings: Any) -> None:
        self.bygg = bygg
        self.app = program(i_drift(bygg.vaka, **settings) if drift else bygg.vaka)
        if takt is not None:
            self.app.state.takt = takt
        self.bas = I_DRIFT if drift else "http://vaka.example"
        self.drift = drift
        self.sessioner: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        klocka.stall(bygg.nu)

    def session(self, som: str) -> str:
        if som not in self.sessioner:
            with self.bygg.vaka.motor.begin() as conn:
                self.sessioner[som] = skapa_session(conn, _id(conn, som), klocka.nu())
        return self.sessioner[som]

    def token(self, som: str) -> str:
        if som not in self.tokens:
            self.tokens[som] = token(self.bygg, som)
        return self.tokens[som]

    def __call__(
        self, metod: str, vag: str, som: str | None = None, *, huvuden: dict[str, str] | None = None, adress: str = "192.0.2.7",
        kaka: str | None = None, form: dict[str, Any] | None = None, **kw: Any,
    ) -> httpx.Response:  # fmt: skip
        """form: a posted form, with the word of the session along."""
        return self.flera([(metod, vag, som, dict(huvuden or {}), kaka, form, kw)], adress)[0]

    def flera(self, fragor: Sequence[tuple[Any, ...]], adress: str = "192.0.2.7") -> list[httpx.Response]:
        """Many calls in one event loop: thousands of them would else spend their time on starting it."""

        async def alla() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(adress, 1))
            async with httpx.AsyncClient(transport=transport, base_url=self.bas) as klient:
                return [await klient.send(self._begaran(klient, *fraga)) for fraga in fragor]

        return asyncio.run(alla())

    def _begaran(
        self, klient: httpx.AsyncClient, metod: str, vag: str, som: str | None, huvuden: dict[str, str], kaka: str | None,
        form: dict[str, Any] | None, kw: dict[str, Any],
    ) -> httpx.Request:  # fmt: skip
        if som is not None and vag.startswith("/api/"):
            huvuden = {"authorization": f"Bearer {self.token(som)}"} | huvuden
        elif som is not None:
            huvuden = {"cookie": f"{'__Host-' if self.drift else ''}{KAKA}={self.session(som)}"} | huvuden
        if kaka is not None:
            huvuden = huvuden | {"cookie": kaka}
        if form is not None:
            kw = {"data": ({"csrf": csrf(self.session(som))} if som else {}) | form} | kw
        return klient.build_request(
            metod, vag, headers=[(k.encode(), v.encode("latin-1")) for k, v in huvuden.items()], **kw
        )


def _id(conn: Any, som: str) -> int:
    return int(conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == som)).scalar_one())


def vagar(app: Any) -> list[tuple[str, str]]:
    """Every (method, path) of the program, API included. Mounted files are not among them."""
    return sorted({(metod, rutt.path) for rutt in app.routes for metod in getattr(rutt, "methods", None) or ()})


def ifylld(vag: str, **varden: str) -> str:
    """The path with every parameter filled: by name, else by something that doesn't exist."""
    return re.sub(
        r"\{(\w+)(?::\w+)?\}",
        lambda m: varden.get(m[1], "1" if m[1] in ("bilaga", "id", "lopnr") else "finns-inte"),
        vag,
    )
