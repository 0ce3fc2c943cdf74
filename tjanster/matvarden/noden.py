"""What this node knows by itself: its version, its rules, its connections to the database."""

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from tjanster.app import Vaka
from tjanster.db import migrera
from tjanster.db.session import i_bruk


class Noden(Collector):
    """Asks nobody, so it answers whatever the database does."""

    def __init__(self, vaka: Vaka) -> None:
        self.vaka = vaka
        self._version = {"version": version("vaka")}
        self._schema = int(migrera.nyaste())

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("vaka_program", "Programmets version", value=self._version)
        yield GaugeMetricFamily("vaka_programmets_schemaversion", "Version av tabellerna som programmet behöver", value=self._schema)
        yield GaugeMetricFamily(
            "vaka_nodens_regelversion", "Version av reglerna som noden går efter", value=self.vaka.sammanhang.regelversion
        )
        forbindelser = GaugeMetricFamily("vaka_forbindelser", "Nodens förbindelser till databasen", labels=["lage"])
        tagna, hogst = i_bruk(self.vaka.motor)
        forbindelser.add_metric(["i_bruk"], tagna)
        forbindelser.add_metric(["kvar"], hogst - tagna)
        yield forbindelser
