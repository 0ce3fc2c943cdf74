"""A person who has a keyboard and no mouse: finds things by tabbing to them, and is heard to complain when it goes astray."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page, expect

from tests.berattelser.folk import Person

# More presses than this from one thing to the next is a trap, or too long a way.
HOGST = 70
# What has the focus: is it marked, is it there, and does anything lie on top of it (WCAG 2.4.7, 2.4.11)?
FOKUS = """mal => {
  const e = document.activeElement;
  if (!e || e === document.body) return {namn: 'webbläsaren', fel: 'ingenting har fokus'};
  const namn = `${e.tagName.toLowerCase()} '${(e.ariaLabel || e.labels?.[0]?.innerText || e.innerText || e.name || '').trim().slice(0, 60)}'`;
  // A choice is ringed together with its words, and the browser itself rings the calendar's button within a date.
  const ring = [e, e.closest('.ds-field')].some(d => d && getComputedStyle(d).outlineStyle !== 'none' && parseFloat(getComputedStyle(d).outlineWidth) >= 2);
  const egen = e.matches('.ds-skip-link, main') || (e.type === 'date' && !e.matches(':focus-visible'));
  if (!ring && !egen) return {namn, fel: 'syns inte att den har fokus'};
  const r = [...e.getClientRects()].find(r => r.width > 1 && r.height > 1);
  if (!r) return {namn, fel: 'har ingen yta'};
  if (e.matches('main, [data-felsammanfattning]')) return {namn, fel: '', framme: mal.includes(e)};
  const [v, h, o, n] = [Math.max(r.left, 0), Math.min(r.right, innerWidth), Math.max(r.top, 0), Math.min(r.bottom, innerHeight)];
  if (v >= h || o >= n) return {namn, fel: 'ligger utanför skärmen'};
  const dar = document.elementFromPoint((v + h) / 2, (o + n) / 2);
  if (!dar || !(e.contains(dar) || dar.contains(e) || [...(e.labels || [])].some(l => l.contains(dar)))) {
    return {namn, fel: `ligger bakom ${dar?.outerHTML.slice(0, 80)}`};
  }
  return {namn, fel: '', framme: mal.includes(e)};
}"""
UTE = "webbläsaren"


@dataclass
class Tangenter:
    """Only keys, and how many they were. Everything that gets the focus on the way is looked at."""

    sida: Page
    antal: int = 0

    @classmethod
    def hos(cls, vem: Person, vag: str) -> "Tangenter":
        """With an address opened, as from a bookmark."""
        vem.ga(vag)
        return cls(vem.sida)

    def tryck(self, *tangenter: str) -> None:
        for tangent in tangenter:
            self.sida.keyboard.press(tangent)
            self.antal += 1

    def skriv(self, text: str) -> None:
        self.sida.keyboard.type(text)
        self.antal += len(text)

    def ser_fokus(self, mal: Sequence[ElementHandle] = ()) -> dict[str, Any]:
        """What has the focus, and whether it is what was looked for; not to see it is a fault."""
        fokus: dict[str, Any] = self.sida.evaluate(FOKUS, list(mal))
        assert not fokus["fel"], f"{self.sida.url}: {fokus['namn']} {fokus['fel']}"
        return fokus

    def till(self, roll: Any, namn: str | re.Pattern[str], *, hogst: int = HOGST) -> None:
        """Tab to what has that role and that name, as a screen reader would say them."""
        self.tabba(self.sida.get_by_role(roll, name=namn, exact=True), f"{roll} '{namn}'", hogst)

    def tabba(self, sokt: Locator, ord_: str, hogst: int = HOGST) -> None:
        """Tab until one of these has the focus; once out of the page and round is allowed, a trap or a long way isn't."""
        sokt.first.wait_for()
        mal = sokt.element_handles()
        passerade: list[str] = []
        for _ in range(hogst):
            self.tryck("Tab")
            fokus = self.sida.evaluate(FOKUS, mal)
            assert not fokus["fel"] or fokus["namn"] == UTE, f"{self.sida.url}: {fokus['namn']} {fokus['fel']}"
            passerade.append(fokus["namn"])
            if fokus.get("framme"):
                return
        raise AssertionError(f"{self.sida.url}: tabb når inte {ord_}. På vägen: {', '.join(passerade)}")

    def hoppa(self) -> None:
        """Past the menus: the first stop of every page."""
        self.till("link", "Hoppa till innehållet", hogst=1)
        self.tryck("Enter")
        assert self.sida.evaluate("document.activeElement.id") == "huvudinnehall"

    def oppna(self, roll: Any, namn: str | re.Pattern[str], vag: str | re.Pattern[str] = "", **mer: Any) -> None:
        """Go to it and press Enter; vag: the page that one lands on, with ** for what may be anything."""
        self.till(roll, namn, **mer)
        self.tryck("Enter")
        if vag:
            self.sida.wait_for_url(vag, wait_until="load")

    def fyll(self, namn: str | re.Pattern[str], text: str) -> None:
        self.till("textbox", namn)
        self.skriv(text)

    def valj(self, namn: str, text: str) -> None:
        """A list: its choices are walked through with the arrow."""
        self.till("combobox", namn)
        lista = self.sida.get_by_role("combobox", name=namn, exact=True)
        for _ in range(HOGST):
            if lista.evaluate("e => e.selectedOptions[0].text.trim()") == text:
                return
            self.tryck("ArrowDown")
        raise AssertionError(f"{namn}: piltangenten når inte '{text}'")

    def ett_av(self, text: str) -> None:
        """One of a group: the group is one stop, and the arrows go between its choices."""
        vald = self.sida.get_by_role("radio", name=text, exact=True)
        grupp = vald.first.get_attribute("name")
        self.tabba(self.sida.locator(f"input[type=radio][name='{grupp}']"), f"gruppen med '{text}'")
        for _ in range(HOGST):
            if self.ser_fokus(vald.element_handles())["framme"]:
                self.tryck("Space")
                expect(vald).to_be_checked()
                return
            self.tryck("ArrowDown")
        raise AssertionError(f"piltangenten når inte '{text}'")

    def vik_upp(self, rubrik: str) -> None:
        """What lies folded, by its own words; Enter unfolds it."""
        vikt = self.sida.locator("summary", has_text=rubrik)
        self.tabba(vikt, rubrik)
        self.tryck("Enter")
        expect(vikt.locator("xpath=..")).to_have_attribute("open", "")

    def felen(self) -> list[str]:
        """What is wrong: the focus lies there after a form that was not taken."""
        expect(self.sida.locator("[data-felsammanfattning]")).to_be_focused()
        self.ser_fokus()
        return [rad.strip() for rad in self.sida.locator("[data-felsammanfattning] li").all_inner_texts()]
