"""The people of the stories and what they do at a screen: by the words on the buttons, as a person finds them."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)
from sqlalchemy import select

from notiser import Avsandare, Brevlada, skicka_vantande
from tests import bygg
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.scheduler.svep import svepa
from tjanster.sessioner import skapa_session
from tjanster.web.ram import KAKA

LOSENORD = "en-pahittad-hemlighet-7"
# One more manager than the other tests have: of a unit whose people don't see the first one's cases.
PERSONAL = bygg.PERSONAL | {"stina": ("enhetschef", "utredning_barn"), "berit": ("enhetschef", "ekbacken")}
DATOR = {"width": 1280, "height": 900}
TELEFON = {"width": 390, "height": 844}
NUMMER = re.compile(r"(?:SYN|AVV|LXS|BES)-\d{4}-\d{4,}")
# What the browser itself says when a page answers 404, 409, 422 or 502; the page is the answer.
AVSIKTLIGT = re.compile(r"Failed to load resource: the server responded with a status of (?:4\d\d|502)")
# Whether a press leaves the page: a link to another, or a form that is sent as a whole. Without waiting for it, what comes
# next may be done to the old page.
LEDER_VIDARE = """k => {
  const delar = (e) => [...e.attributes].some((a) => a.name.startsWith("hx-"));
  const lank = k.closest("a[href]");
  if (lank) return !delar(lank) && !lank.target && !lank.hasAttribute("download") && !lank.getAttribute("href").startsWith("#");
  return Boolean(k.form) && k.type === "submit" && !k.matches("[data-lagg-till]") && !delar(k) && !delar(k.form);
}"""

expect.set_options(timeout=10_000)


@dataclass
class Stad:
    """The municipality: opens a screen for each person and moves the clock."""

    lasare: Browser
    adress: str
    vaka: Vaka
    fel: list[str] = field(default_factory=list)
    oppna: list[BrowserContext] = field(default_factory=list)

    def skarm(self, *, telefon: bool = False, skript: bool = True) -> Page:
        """A screen of its own: cookies, drafts and all."""
        sammanhang = self.lasare.new_context(
            base_url=self.adress, locale="sv-SE", timezone_id="Europe/Stockholm", java_script_enabled=skript,
            viewport=TELEFON if telefon else DATOR, has_touch=telefon, is_mobile=telefon,
        )  # fmt: skip
        sammanhang.set_default_timeout(10_000)
        self.oppna.append(sammanhang)
        sida = sammanhang.new_page()
        sida.on("console", self._konsol)
        sida.on("pageerror", lambda fel: self.fel.append(f"{sida.url}: {fel}"))
        sida.on("request", self._hamtar)
        return sida

    def _konsol(self, rad: ConsoleMessage) -> None:
        if rad.type in ("error", "warning") and not AVSIKTLIGT.search(rad.text):
            self.fel.append(f"{rad.page.url if rad.page else ''}: {rad.text}")

    def _hamtar(self, begaran: Request) -> None:
        if not begaran.url.startswith((self.adress, "data:", "blob:")):
            self.fel.append(f"hämtar utifrån: {begaran.url}")

    def person(self, namn: str, *, telefon: bool = False, skript: bool = True) -> "Person":
        """Somebody of the staff, logged in."""
        vem = Person(self, namn, self.skarm(telefon=telefon, skript=skript))
        vem.ny_session()
        return vem

    def id_for(self, namn: str) -> int:
        with self.vaka.systemet() as conn:
            a = t.anvandare.c
            return int(conn.execute(select(a.id).where(a.anvandarnamn == namn)).scalar_one())

    def klockan(self, tid: str) -> datetime:
        """It becomes `tid` (Swedish time): the watch sweeps and the letters go."""
        klocka.stall(klocka.las_tid(tid))
        svepa(self.vaka, klocka.nu())
        self.skicka_brev()
        return klocka.nu()

    def skicka_brev(self) -> None:
        s = self.vaka.settings
        avsandare = Avsandare(bas_url=self.adress, namn="Vaka", adress=s.avsandare)
        # Beside the browser's own event loop there is no room for another one in this thread.
        with ThreadPoolExecutor(1) as trad:
            trad.submit(skicka_vantande, self.vaka.motor, Brevlada(), klocka.nu(), avsandare=avsandare).result()

    def brev(self, till: str = "") -> list[dict[str, Any]]:
        with self.vaka.systemet() as conn:
            rader = conn.execute(select(t.brevlada).order_by(t.brevlada.c.id)).mappings()
            return [dict(r) for r in rader if till in r["till"]]

    def stang(self) -> None:
        for sammanhang in self.oppna:
            sammanhang.close()


@dataclass
class Person:
    """Somebody at a screen. Everything is found by the words that are read."""

    stad: Stad
    namn: str
    sida: Page

    def ga(self, vag: str) -> Response:
        """Open an address; one whose session has gone out gets a new one, as if they had logged in."""
        svar = self.sida.goto(vag)
        if "/logga-in" in self.sida.url:
            self.ny_session()
            svar = self.sida.goto(vag)
        assert svar is not None
        return svar

    def hamta(self, vag: str) -> APIResponse:
        """What the server answers, without opening it."""
        svar = self.sida.request.get(vag)
        if "/logga-in" in svar.url:
            self.ny_session()
            svar = self.sida.request.get(vag)
        return svar

    def ny_session(self) -> None:
        """What logging in gives, without the two pages that it takes; those have a test of their own."""
        with self.stad.vaka.systemet() as conn:
            hemlighet = skapa_session(conn, self.id, klocka.nu())
        self.sida.context.add_cookies([{"name": KAKA, "value": hemlighet, "url": self.stad.adress, "httpOnly": True}])

    @property
    def id(self) -> int:
        return self.stad.id_for(self.namn)

    def logga_in(self, losen: str = LOSENORD) -> None:
        self.sida.get_by_label("Användarnamn").fill(self.namn)
        self.sida.get_by_label("Lösenord").fill(losen)
        self.sida.get_by_role("button", name="Logga in", exact=True).click()

    def arende(self, nummer: str) -> None:
        self.ga(f"/arende/{nummer}")

    def tryck(self, text: str, *, i: Locator | None = None) -> None:
        """A button or a link with those words, and wait for the page it leads to; one that lies folded away is unfolded first."""
        inom = i or self.sida.locator("main")
        knapp = (
            inom.get_by_role("button", name=text, exact=True).or_(inom.get_by_role("link", name=text, exact=True)).first
        )
        if not knapp.is_visible():
            self.vik_upp()
        if knapp.evaluate(LEDER_VIDARE):
            with self.sida.expect_navigation(wait_until="domcontentloaded"):
                knapp.click()
        else:
            knapp.click()

    def vik_upp(self) -> None:
        """Open whatever lies folded on the page."""
        vikta = self.sida.locator("main details:not([open]) > summary")
        while vikta.count():
            vikta.first.click()

    def fyll(self, **falt: str) -> None:
        """Fields by their names; what lies folded away is unfolded first."""
        for namn, varde in falt.items():
            ruta = self.sida.locator(f"main [name='{namn}']").first
            if not ruta.is_visible():
                self.vik_upp()
            slag = ruta.get_attribute("type") or ruta.evaluate("e => e.tagName")
            if slag in ("radio", "checkbox"):
                self.sida.locator(f"main [name='{namn}'][value='{varde}']").check()
            elif slag == "SELECT":
                ruta.select_option(varde)
            else:
                ruta.fill(varde)

    def steg(self, rubrik: str, **falt: str) -> None:
        """Take a step from the case page: its button, its form, and the same word again at the form's end."""
        self.tryck(rubrik)
        if falt or self.sida.locator("form[data-utkast]").count():
            self.fyll(**falt)
            self.tryck(rubrik)

    def ser(self, *texter: str) -> None:
        """All the texts are to be seen on the page."""
        for text in texter:
            expect(self.sida.locator("body")).to_contain_text(text)

    def ser_inte(self, *texter: str) -> None:
        for text in texter:
            expect(self.sida.locator("body")).not_to_contain_text(text)

    def lage(self, text: str) -> None:
        """The case is in that state."""
        expect(self.sida.locator(".sidtopp .tagg")).to_have_text(text)

    def nummer(self) -> str:
        """The case number on the page."""
        hittat = NUMMER.search(self.sida.locator("main").inner_text())
        assert hittat, "inget ärendenummer på sidan"
        return hittat.group()

    def fel(self) -> list[str]:
        """The sentences of the error summary."""
        ruta = self.sida.locator("[data-felsammanfattning]")
        expect(ruta).to_be_visible()
        return [rad.strip() for rad in ruta.locator("li").all_inner_texts()]
