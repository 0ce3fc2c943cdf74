"""Every store that the program may be asked for: where new content goes, and where older rows say that theirs lies."""

import threading
from typing import Any

from tjanster.bilagelager.adress import DATABAS, FIL, S3, S3val
from tjanster.bilagelager.namn import nytt_namn
from tjanster.bilagelager.ram import Lager, LagretSvararInte
from tjanster.krypto import Nyckelring


class Bilagelager:
    """nya: the store for what is new, 'databas' or an address. hogst: how much one case may hold, in bytes."""

    def __init__(self, nya: str = DATABAS, s3: S3val | None = None, hogst: int = 0) -> None:
        self.nya, self.hogst = nya, hogst
        self._s3, self._oppna, self._las = s3, dict[str, Lager](), threading.Lock()

    def lager(self, namn: str) -> Lager:
        """The store of that name, opened once. Raises LagretSvararInte when the settings don't say how to reach it."""
        with self._las:
            if namn not in self._oppna:
                self._oppna[namn] = self._oppna_lager(namn)
            return self._oppna[namn]

    def _oppna_lager(self, namn: str) -> Lager:
        if namn.startswith(FIL):
            from tjanster.bilagelager.fil import Fillager

            return Fillager(namn)
        if namn.startswith(S3) and self._s3 is not None:
            from tjanster.bilagelager.s3 import S3lager

            return S3lager(namn, self._s3)
        raise LagretSvararInte(namn, "går inte att öppna: sätt VAKA_BILAGELAGER_ADRESS med nyckel och hemlighet")

    def lagg(self, var: str, ring: Nyckelring, blob: bytes) -> dict[str, Any]:
        """Put what is encrypted in the store `var`; returns what its row must say. Raises LagretSvararInte."""
        if var == DATABAS:
            return {"innehall": blob, "lager": None, "objekt": None}
        objekt = nytt_namn(ring, blob)
        self.lager(var).skriv(objekt, blob)
        return {"innehall": None, "lager": var, "objekt": objekt}

    def hamta(self, innehall: bytes | None, lager: str | None, objekt: str | None) -> bytes:
        """What a row says where it lies. Raises LagretSvararInte and ObjektetSaknas."""
        if lager is None or objekt is None:
            return bytes(innehall or b"")
        return self.lager(lager).las(objekt)
