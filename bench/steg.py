"""One step in memory: may it be taken, by whom, with all its reasons, and its row in the history; against the bare library.

`transitions` alone triggers the same event of the same machine on a light object. Vaka's side is `prova` with roles, fields and
conditions, and the event as it is to be written. Beside them python-statemachine's `send` with the same states and steps.
"""

import json
import logging
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from grund import NU, Rad, kvot, median, skriv_tabell, turas_om
from sidor import BENCH

from arbetsfloden import PROCESSER, Fakta, prova
from arbetsfloden.motor.maskin import _Forsok, _maskin
from tjanster.arenden.handelserad import handelserad
from tjanster.arenden.lage import Lage

STEG, VARV = 2000, 15
MAL_BAR, MAL_ANNAN = 0.8, 6.0
P, FRAN, HANDELSE = PROCESSER["synpunkt"], "handlaggs", "besvara"
UPPGIFTER = {
    "kanal": "telefon", "slag": "klagomal", "kategori": "bemotande", "text": "Påhittad", "vill_ha_svar": True, "inkom": "2026-09-07",
    "enhet": "familjehem", "svar": "Påhittat svar", "besvarad": "2026-09-07",
}  # fmt: skip


class Annan:
    """python-statemachine in the benchmarks' own environment."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [str(BENCH), str(Path(__file__).parent / "motpart" / "maskin.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        finns = {
            "tillstand": list(P.tillstand), "start": P.start, "fran": FRAN, "handelse": HANDELSE,
            "steg": [[s.handelse, k, s.till or k] for s in P.alla_steg for k in P.kallor(s)],
        }  # fmt: skip
        assert self._svar(json.dumps(finns)) == "redo"

    def _svar(self, fraga: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(fraga + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def tid(self) -> float:
        return float(self._svar(str(STEG)))

    def stang(self) -> None:
        self.process.kill()
        self.process.communicate()


def kor() -> list[Rad]:
    """The measurement, in the processor's time."""
    logging.disable(logging.INFO)  # as in use
    fakta = Fakta(dag=NU.date(), uppgifter=P.modell.model_validate(UPPGIFTER))
    utlos = _maskin(P).events[HANDELSE].trigger
    s: Any = SimpleNamespace(regelversion=1, processversioner={P.namn: 1})
    lage = Lage(rad={"id": 1, "version": 3, "process": P.namn, "tillstand": "besvarad", "uppgifter": UPPGIFTER, "krets": None})

    def vakas() -> float:
        start = time.process_time()
        for _ in range(STEG):
            steg = prova(P, FRAN, HANDELSE, fakta, ("handlaggare",))
            handelserad(
                s, lage, steg.handelse, NU, av=7, fran=FRAN, dag=NU.date(), skal=None, uppgifter={"svar": "Påhittat svar"}, foljder={}
            )
        return time.process_time() - start

    def bara() -> float:
        start = time.process_time()
        for _ in range(STEG):
            utlos(_Forsok(FRAN))
        return time.process_time() - start

    annan = Annan()
    try:
        vara, bart = turas_om(vakas, bara, VARV)
        vara2, annans = turas_om(vakas, annan.tid, VARV)
    finally:
        annan.stang()
    us = 1e6 / STEG
    q, q2 = kvot(bart, vara), kvot(annans, vara2)
    return [
        Rad("Steg i minnet, med roller, fält, skäl och händelsens rad", f"{q:.2f} av bara transitions ({us * median(vara):.0f} mot {us * median(bart):.0f} µs)", f"≥ {MAL_BAR}", q >= MAL_BAR),
        Rad("Steg i minnet", f"{q2:.1f} gånger python-statemachine ({us * median(annans):.0f} µs)", f"≥ {MAL_ANNAN:.0f}", q2 >= MAL_ANNAN),
    ]


if __name__ == "__main__":
    skriv_tabell(kor())
