"""A process of its own that registers, takes steps and sweeps until it is killed: `python -m tests.tjanster.trubbel_arbetare`.

One parent loads the program once; each line on its standard input forks a worker, so that killing twenty costs little.
`arbeta FRÖ NU` works by chance and writes a dot after each thing it did; `svepa NU ANTAL` sweeps so many times.
"""

import os
import sys
from datetime import datetime
from pathlib import Path
from random import Random

from tests.bygg import Bygge
from tests.conftest import starta_vaka
from tests.tjanster.slump import FRISTAKTER, Slump
from tjanster.app import las_regler
from tjanster.db import session
from tjanster.klocka import svensk
from tjanster.scheduler.svep import svepa
from tjanster.settings import Settings


def arbeta(url: str, mapp: Path, fro: int, nu: datetime) -> None:
    motor = session.programmets(url, storlek=2)
    slump = Random(fro)
    liv = Slump(Bygge(starta_vaka(motor, url, mapp, "exempelkommun")), slump)
    sys.stdout.write("i gång\n")
    while True:
        val = slump.random()
        if val < 0.25:
            liv.registrera(nu)
        elif val < 0.8:
            liv.steg(nu, FRISTAKTER if val < 0.35 else ())
        else:
            liv.svep(nu)
        sys.stdout.write(".\n")
        sys.stdout.flush()


def svepa_igen(url: str, mapp: Path, nu: datetime, antal: int) -> None:
    motor = session.programmets(url, storlek=2)
    vaka = starta_vaka(motor, url, mapp, "exempelkommun")
    sys.stdout.write("redo\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(antal):
        utfall = svepa(vaka, nu)
        assert not utfall.fel, utfall.fel
    sys.stdout.write("klar\n")
    sys.stdout.flush()


def main() -> None:
    url, mapp = sys.argv[1], Path(sys.argv[2])
    las_regler(Settings(kommun="exempelkommun"))  # parsed once here, so that the workers start at once
    for rad in iter(sys.stdin.readline, ""):
        order = rad.split()
        if order[0] == "svepa":
            svepa_igen(url, mapp, svensk(datetime.fromisoformat(order[1])), int(order[2]))
            continue
        barn = os.fork()
        if barn == 0:
            arbeta(url, mapp, int(order[1]), svensk(datetime.fromisoformat(order[2])))
        sys.stdout.write(f"pid {barn}\n")
        sys.stdout.flush()
        os.waitpid(barn, 0)
        sys.stdout.write("död\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
