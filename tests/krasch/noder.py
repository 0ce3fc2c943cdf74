"""Vaka's own processes, as they are started in production: webs, watches and imports."""

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import IO

import httpx

from tjanster.settings import ROT

VAKA = [sys.executable, "-c", "from tjanster.cli import main; main()"]
UPPE_INOM = 120.0


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Nod:
    """A process of Vaka. `roll`: webb or vakt."""

    def __init__(self, roll: str, miljo: dict[str, str], logg: Path) -> None:
        self.roll, self.logg = roll, logg
        self.port = ledig_port()
        self.miljo = miljo | {"VAKA_PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None
        self.uppe = threading.Event()

    def starta(self, nu: datetime) -> None:
        """Start it, and notice on the side when it answers; a watch has no door to knock at."""
        with self.logg.open("ab") as fil:
            self.process = starta(["start", "--roll", self.roll], self.miljo, nu, fil)
        self.uppe.clear()
        threading.Thread(target=self._knacka, args=(self.process,), daemon=True).start()

    def _knacka(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None and self.roll == "webb":
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/logga-in", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                threading.Event().wait(0.1)
        if process is self.process and process.poll() is None:
            self.uppe.set()

    def vanta(self) -> None:
        """Until it answers."""
        assert self.process is not None
        slut = time.monotonic() + UPPE_INOM
        while not self.uppe.wait(0.2):
            if self.process.poll() is not None or time.monotonic() > slut:
                raise RuntimeError(f"{self.roll} kom inte upp:\n{self.logg.read_text('utf-8')[-3000:]}")

    def doda(self) -> None:
        assert self.process is not None
        self.uppe.clear()
        self.process.kill()
        self.process.wait(20)


def starta(ord_: list[str], miljo: dict[str, str], nu: datetime, ut: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """`vaka ORD …` as a process of its own, at that time."""
    arv = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")}
    tid = nu.replace(tzinfo=None).isoformat(timespec="seconds")
    return subprocess.Popen(
        [*VAKA, *ord_], cwd=ROT, env=arv | miljo | {"PYTHONPATH": str(ROT), "VAKA_NU": tid}, stdout=ut, stderr=subprocess.STDOUT
    )


def kor(ord_: list[str], miljo: dict[str, str], nu: datetime) -> tuple[int, str]:
    """The same, to its end: exit code and all that it printed."""
    with starta(ord_, miljo, nu, subprocess.PIPE) as process:
        ut = process.communicate(timeout=600)[0]
    return process.returncode, ut.decode()
