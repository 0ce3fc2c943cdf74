"""Those who work in Vaka while it is being killed: each keeps its own book of what it was given a yes to.

A call whose answer never came is sent again, as another system would: a case under the same Idempotency-Key, a step after a look at
whether it was taken.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx

ENHETER = ("familjehem", "oppenvard", "utredning_barn")
OTALIG = 10.0
VILA = 0.05
TANKER = 0.15
"""Seconds at most between two things that one of them does."""


@dataclass
class Bok:
    """What one of them knows. arenden: number → marker. steg: (number, marker of the step). ovissa: calls whose answer never came;
    nej: answers that nobody should get."""

    arenden: dict[str, str] = field(default_factory=dict)
    steg: list[tuple[str, str]] = field(default_factory=list)
    ovissa: int = 0
    nej: list[str] = field(default_factory=list)


class Arbetare(threading.Thread):
    """Registers and takes steps until it is told to stop. portar: where a web may answer."""

    def __init__(self, fro: int, portar: Callable[[], list[int]], tokens: dict[str, str], idag: Callable[[], date]) -> None:
        super().__init__(daemon=True)
        self.slump, self.portar, self.tokens, self.idag = Random(fro), portar, tokens, idag
        self.fro, self.nr = fro, 0
        self.bok, self.slut = Bok(), threading.Event()
        self.oppna: dict[str, int] = {}
        self.bas = "http://127.0.0.1"
        self.ny_klient = lambda: httpx.Client(timeout=OTALIG)
        self.klient: httpx.Client

    def run(self) -> None:
        with self.ny_klient() as self.klient:
            self.arbeta()

    def arbeta(self) -> None:
        while not self.slut.is_set():
            try:
                if self.oppna and self.slump.random() < 0.7:
                    self.steg(self.slump.choice(list(self.oppna)))
                else:
                    self.registrera()
                self.slut.wait(self.slump.uniform(0, TANKER))
            except Stopp:
                return
            except Exception as fel:  # told in the book, so that the test sees it
                self.bok.nej.append(f"{type(fel).__name__}: {fel}")
                return

    def marke(self) -> str:
        self.nr += 1
        return f"prov {self.fro}x{self.nr}"

    # -- what they do -------------------------------------------------------------------------------------------------

    def registrera(self) -> None:
        marke, slump = self.marke(), self.slump
        kom = (self.idag() - timedelta(days=slump.choice((0, 0, 1, 4, 9, 16)))).isoformat()
        enhet = slump.choice(ENHETER)
        vilken = slump.random()
        if vilken < 0.6:
            process, uppgifter = "synpunkt", {
                "kanal": "telefon", "slag": "klagomal", "kategori": "bemotande", "enhet": enhet, "text": marke, "vill_ha_svar": True, "inkom": kom,
            }  # fmt: skip
        elif vilken < 0.9:
            process, uppgifter = "avvikelse", {"enhet": "familjehem", "handelsedatum": kom, "rapporterad": kom, "typ": "rutin", "beskrivning": marke}
        else:
            process, uppgifter = "lex_sarah", {"enhet": "familjehem", "lagomrade": "sol", "handelsedatum": kom, "rapporterad": kom, "beskrivning": marke}
        kropp: dict[str, Any] = {"uppgifter": uppgifter | {"sen_registrering_skal": "Påhittat driftstopp"}}
        if process == "synpunkt":
            kropp["kontakt"] = {"epost": f"pahittad{self.fro}x{self.nr}@exempel.example"}
        svar = self.tills_svar(lambda: self.fraga("POST", f"/arenden/{process}", "rut" if process == "synpunkt" else "mia", kropp, {"Idempotency-Key": marke}))
        if svar.status_code not in (200, 201):
            self.bok.nej.append(f"{process}: {svar.status_code} {svar.text[:300]}")
            return
        nummer = svar.json()["nummer"]
        self.bok.arenden[nummer] = marke
        if process == "synpunkt":
            self.oppna[nummer] = svar.json()["version"]

    def steg(self, nummer: str) -> None:
        """A task that bears our mark, or the next step of the case."""
        if self.slump.random() < 0.6:
            marke = self.marke()
            self.tag(nummer, "lagg_till_uppgift", "rut", {"vad": marke}, marke=marke)
            return
        lage = self.las(nummer)
        vidare = {
            "mottagen": ("fordela", "rut", {"enhet": "familjehem"}), "bekraftad": ("fordela", "rut", {"enhet": "familjehem"}),
            "fordelad": ("handlagg", "hanna", {}), "handlaggs": ("besvara", "hanna", {"svar": f"Påhittat svar {nummer}"}),
        }.get(lage["tillstand"])  # fmt: skip
        if vidare is None:
            self.oppna.pop(nummer)
            return
        handelse, som, uppgifter = vidare
        if handelse == "besvara":
            uppgifter = uppgifter | {"besvarad": self.idag().isoformat(), "forseningsorsak": "tekniskt_fel"}
        self.tag(nummer, handelse, som, uppgifter)

    def tag(self, nummer: str, handelse: str, som: str, uppgifter: dict[str, str], *, marke: str | None = None) -> None:
        """Take the step once, whatever happens to the answer: after a call that nobody answered, and when somebody came
        before, we look at whether it is ours that is there."""
        kropp, dag = {"handelse": handelse, "uppgifter": uppgifter}, self.idag()
        while True:
            kropp["version"] = self.oppna[nummer]
            try:
                svar = self.fraga("POST", f"/arenden/{nummer}/handelser", som, kropp)
            except Ovisst:
                svar = None
            if svar is not None and svar.status_code == 200:
                self.oppna[nummer] = svar.json()["version"]
                break
            if svar is not None and svar.status_code == 422 and self.idag() != dag:
                return  # the answer bore yesterday's day, and everything was down over the night
            if svar is not None and svar.status_code != 409:
                self.bok.nej.append(f"{nummer} {handelse}: {svar.status_code} {svar.text[:300]}")
                self.oppna.pop(nummer)
                return
            if self.taget(nummer, handelse, marke):
                break
        self.bok.steg.append((nummer, marke or handelse))

    def taget(self, nummer: str, handelse: str, marke: str | None) -> bool:
        """Is our step there? Notes the version that is."""
        lage = self.las(nummer)
        if marke:
            return any(marke == uppgift["text"] for uppgift in lage["att_gora"])
        historik = self.tills_svar(lambda: self.fraga("GET", f"/arenden/{nummer}/historik", "rut")).json()
        return any(rad["handelse"] == handelse for rad in historik["handelser"])

    def las(self, nummer: str) -> dict[str, Any]:
        svar = self.tills_svar(lambda: self.fraga("GET", f"/arenden/{nummer}", "rut"))
        assert svar.status_code == 200, svar.text
        self.oppna[nummer] = svar.json()["version"]
        return dict(svar.json())

    # -- calls --------------------------------------------------------------------------------------------------------

    def tills_svar(self, gor: Callable[[], httpx.Response]) -> httpx.Response:
        while True:
            try:
                return gor()
            except Ovisst:
                if self.slut.wait(VILA):
                    raise Stopp from None

    def fraga(self, metod: str, vag: str, som: str, kropp: Any = None, huvuden: dict[str, str] | None = None) -> httpx.Response:
        """One call to one of the webs. Raises Ovisst when nobody answered, or said that the database is away."""
        portar = self.portar()
        if not portar:
            self.slut.wait(VILA)
            raise Ovisst
        try:
            svar = self.klient.request(
                metod, f"{self.bas}:{self.slump.choice(portar)}/api/v1{vag}", json=kropp,
                headers={"Authorization": f"Bearer {self.tokens[som]}", **(huvuden or {})},
            )  # fmt: skip
        except httpx.HTTPError:
            self.bok.ovissa += 1
            self.slut.wait(VILA)
            raise Ovisst from None
        if svar.status_code in (500, 502, 503):
            if svar.status_code == 500:
                self.bok.nej.append(f"{metod} {vag}: {svar.text[:300]}")
            self.bok.ovissa += 1
            self.slut.wait(VILA)
            raise Ovisst
        return svar


class Ovisst(Exception):
    """Nobody knows whether it was done."""


class Stopp(Exception):
    """Told to stop while waiting."""
