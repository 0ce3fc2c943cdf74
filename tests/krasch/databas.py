"""The database that is killed: a PostgreSQL with the settings it comes with, so that what it has said yes to is on disk.

`python -m tests.krasch.databas MAPP` starts it, also after it was killed, prints its address and leaves it running.
"""

import subprocess
import sys
from pathlib import Path
from random import Random

import psutil

from tjanster.db import server
from tjanster.settings import ROT


class Databas:
    def __init__(self, mapp: Path) -> None:
        self.mapp = mapp
        self.url = ""

    def starta(self) -> None:
        """Start it; after a kill it reads its own log and comes back to where it was."""
        svar = subprocess.run(
            [sys.executable, "-m", "tests.krasch.databas", str(self.mapp)],
            cwd=ROT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if svar.returncode:
            raise RuntimeError(svar.stderr)
        self.url = svar.stdout.split()[-1]

    def _moder(self) -> psutil.Process:
        return psutil.Process(int((self.mapp / "pg" / "postmaster.pid").read_text("utf-8").split()[0]))

    def doda(self) -> None:
        """SIGKILL to all of it at once, as when the machine loses its power."""
        moder = self._moder()
        alla = [moder, *moder.children(recursive=True)]
        for en in alla:
            en.suspend()
        for en in alla:
            en.kill()
        psutil.wait_procs(alla, 20)

    def doda_en(self, slump: Random) -> None:
        """SIGKILL to one of those who serve a client: the server then throws out everybody and starts anew by itself."""
        barn = [p for p in self._moder().children() if "client backend" in " ".join(p.cmdline()) or " vaka " in " ".join(p.cmdline())]
        if barn:
            slump.choice(barn).kill()

    def stanna(self) -> None:
        try:
            moder = self._moder()
        except (OSError, psutil.NoSuchProcess):
            return
        moder.terminate()
        moder.wait(60)


if __name__ == "__main__":
    print(server.starta(Path(sys.argv[1]), databas="vaka", stanna=False))  # noqa: T201
