"""Figures for whoever watches the servers, as Prometheus reads them: calls, errors, the outbox, the sweeps, the database.

None tells of a person, a case or what was searched for. docs/drift.md has them in a table.
"""

import prometheus_client
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest

from tjanster.app import Vaka
from tjanster.matvarden.anropen import Anropen
from tjanster.matvarden.databasen import Databasen
from tjanster.matvarden.noden import Noden

prometheus_client.disable_created_metrics()  # when each series began: three times as many lines, and nobody asks


class Matvarden:
    """The figures of one web program: `anropen` counts, `text()` is what is collected."""

    def __init__(self, vaka: Vaka) -> None:
        self._alla = CollectorRegistry()
        self.anropen = Anropen(self._alla)
        for samlare in (Noden(vaka), Databasen(vaka)):
            self._alla.register(samlare)
        for fardig in (ProcessCollector, PlatformCollector, GCCollector):
            fardig(registry=self._alla)

    def text(self) -> bytes:
        """All figures now, in Prometheus's text format."""
        return generate_latest(self._alla)


__all__ = ["Matvarden"]
