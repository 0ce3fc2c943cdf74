"""Somebody's browser without script: Vaka over ASGI, every other address over a real socket, one jar of cookies."""

import asyncio
import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import httpx
from sqlalchemy import Connection, select

from regler import Inloggningsregler
from tests.webbklient import Sida
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.web.program import program

VAKA = "http://vaka.example"


class Besokare:
    """Keeps its cookies from page to page. `sida` is the page that it is on."""

    def __init__(self, vaka: Vaka, huvuden: dict[str, str] | None = None) -> None:
        self._loop = asyncio.Runner()
        transport = httpx.ASGITransport(program(vaka), raise_app_exceptions=True)
        self.klient = httpx.AsyncClient(mounts={VAKA: transport}, trust_env=False, follow_redirects=True, headers=huvuden)

    def __enter__(self) -> "Besokare":
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self.klient.aclose())
        self._loop.close()

    def ga(self, adress: str, **kw: Any) -> Sida:
        return self._fraga("GET", urljoin(VAKA, adress), **kw)

    def skicka(self, sida: Sida, hit: str | None = None, **falt: str) -> Sida:
        """Fill in a form of the page and send it: the one that goes to `hit`, else the first below the page's head."""
        var = sida.html if hit else sida.html.partition("<main")[2] or sida.html
        for adress, innehall in re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', var, re.S):
            if hit in (None, html.unescape(adress)):
                gomda = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', innehall)
                data = {namn: html.unescape(varde) for namn, varde in gomda} | falt
                return self._fraga("POST", urljoin(str(sida.svar.url), html.unescape(adress)), data=data)
        raise AssertionError(f"sidan har inget formulär till {hit}:\n{sida.text}")

    def _fraga(self, metod: str, adress: str, **kw: Any) -> Sida:
        return Sida(self._loop.run(self.klient.request(metod, adress, **kw)))

    def hos_leverantoren(self, namn: str, vidare: str = "/") -> Sida:
        """The whole way through a real provider: its page to log in, its page to agree, and back."""
        sida = self.ga(f"/logga-in/kommunen?vidare={vidare}")
        if 'name="login"' in sida.html:
            sida = self.skicka(sida, login=namn, password="vad som helst")
        if 'value="consent"' in sida.html:
            sida = self.skicka(sida)
        return sida


def med_oidc(vaka: Vaka, utfardare: str, **andrat: Any) -> Vaka:
    """The program as it starts with these settings."""
    satt = {
        "oidc": utfardare, "oidc_klient": "vaka", "oidc_hemlighet": "pahittad-hemlighet", "url": VAKA,
        "oidc_omfattning": "openid profile email groups",
    }  # fmt: skip
    grund = vaka.settings.model_dump(exclude={"databas"}) | {"databas": vaka.settings.databas} | satt | andrat
    return replace(vaka, settings=type(vaka.settings)(**grund))


def med_regler(vaka: Vaka, andra: Callable[[Inloggningsregler], Inloggningsregler]) -> None:
    """The municipality's own rules of logging in, for this test."""
    kommun = vaka.sammanhang.kommun
    object.__setattr__(kommun, "inloggning", andra(kommun.inloggning))


def uppdragen(conn: Connection, namn: str) -> list[tuple[Any, ...]]:
    """role, unit, from, to, source of a person's appointments."""
    u, a = t.uppdrag.c, t.anvandare.c
    sats = select(u.roll, u.enhet, u.fran, u.till, u.kalla).join(t.anvandare, a.id == u.anvandare_id).where(a.anvandarnamn == namn).order_by(u.id)
    return [tuple(rad) for rad in conn.execute(sats)]
