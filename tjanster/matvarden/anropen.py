"""How many calls, how they went and how long they took, by the address's template."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from tjanster.anrop import Anrop

HINKAR = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds. Beyond two and a half somebody has looked up from the screen."""


class Anropen:
    """The counters of one program. A series is looked up once; the next call of its kind only adds to it."""

    def __init__(self, register: CollectorRegistry) -> None:
        self._antal = Counter("vaka_anrop", "Besvarade anrop", ["rutt", "metod", "klass"], registry=register)
        self._tid = Histogram(
            "vaka_anrop_sekunder", "Tid från första byten till sista", ["rutt", "metod"], buckets=HINKAR, registry=register
        )
        self._fel = Counter("vaka_ovantade_fel", "Fel som ingen hade förutsett", ["rutt"], registry=register)
        self._serier: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def rakna(self, anrop: Anrop) -> None:
        """Count a call that is over. One that the caller broke off before any answer is of class 0xx."""
        nyckel = rutt, metod, klass = anrop.rutt, anrop.metod, anrop.status // 100
        serier = self._serier.get(nyckel)
        if serier is None:
            serier = self._serier[nyckel] = (self._antal.labels(rutt, metod, f"{klass}xx"), self._tid.labels(rutt, metod))
        serier[0].inc()
        serier[1].observe(anrop.sekunder)
        if anrop.ovantat:
            self._fel.labels(rutt).inc()
