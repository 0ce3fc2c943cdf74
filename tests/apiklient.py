"""Talks to the whole program over ASGI, as another system would."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from tests.bygg import NU, Bygge
from tjanster import klocka
from tjanster.db import t
from tjanster.konton import skapa_nyckel
from tjanster.web.program import program


def token(bygg: Bygge, som: str) -> str:
    """A token of one of the made-up people."""
    a = t.anvandare.c
    with bygg.vaka.systemet() as conn:
        vem = conn.execute(select(a.id).where(a.anvandarnamn == som)).scalar_one()
        return skapa_nyckel(conn, vem, "prov", NU, NU + timedelta(days=1000))


class Apiklient:
    """`klient("GET", "/arenden", som="rut")`; the answer has been checked to be JSON in one of the two shapes."""

    def __init__(self, bygg: Bygge) -> None:
        self.bygg = bygg
        self.app = program(bygg.vaka)
        self.tokens: dict[str, str] = {}
        klocka.stall(bygg.nu)

    def __call__(self, metod: str, vag: str, som: str | None = "rut", **kw: Any) -> httpx.Response:
        huvuden = dict(kw.pop("headers", {}))
        if som is not None:
            if som not in self.tokens:
                self.tokens[som] = token(self.bygg, som)
            huvuden = {"Authorization": f"Bearer {self.tokens[som]}"} | huvuden
        svar = asyncio.run(self._fraga(metod, vag if vag.startswith("/api") else f"/api/v1{vag}", huvuden, kw))
        if svar.status_code >= 400:
            fel = svar.json()
            assert {"fel", "skal", "falt"} <= fel.keys()
            assert fel["skal"], "ett fel utan skäl"
            assert all(isinstance(x, str) for x in (*fel["skal"], *fel["falt"].values()))
        return svar

    async def _fraga(self, metod: str, vag: str, huvuden: dict[str, str], kw: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://vaka.example") as klient:
            return await klient.request(metod, vag, headers=huvuden, **kw)
