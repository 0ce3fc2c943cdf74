"""`python -m tests.krasch --dodade 300`: kill so many times and print the figures. Exit code 1 when anything isn't as it must be."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.krasch.kampanj import Utfall, Varld
from tests.krasch.provning import prova


def main() -> int:
    val = argparse.ArgumentParser(prog="python -m tests.krasch")
    val.add_argument("--dodade", type=int, default=300)
    val.add_argument("--fro", type=int, default=int(time.time()))
    val.add_argument("--webbar", type=int, default=3)
    val.add_argument("--vakter", type=int, default=2)
    val = val.parse_args()
    konsol, mapp, borjan = Console(highlight=False), Path(tempfile.mkdtemp(prefix="vaka-krasch-")), time.monotonic()
    varld = Varld(mapp, val.fro, webbar=val.webbar, vakter=val.vakter)

    def visa(nr: int, _: Utfall) -> None:
        if nr % 10 == 0:
            konsol.print(f"{nr} dödade, {varld.kvitterade()} kvitterade, {time.monotonic() - borjan:.0f} s")

    try:
        utfall = varld.kor(val.dodade, visa)
        f = prova(varld)
    finally:
        varld.stang()
    tabell = Table(title=f"frö {val.fro}, {val.webbar} webbar, {val.vakter} vakter, {time.monotonic() - borjan:.0f} s")
    tabell.add_column("vad")
    tabell.add_column("antal", justify="right")
    for slag, antal in utfall.dodade.most_common():
        tabell.add_row(f"dödade: {slag}", str(antal))
    for namn, antal in vars(f).items():
        if namn != "fel":
            tabell.add_row(namn.replace("_", " "), str(antal))
    konsol.print(tabell)
    for ett in f.fel[:20]:
        konsol.print(f"FEL {ett}")
    if f.fel:
        konsol.print(f"Allt ligger kvar i {mapp}")
    else:
        shutil.rmtree(mapp)
    return 1 if f.fel else 0


if __name__ == "__main__":
    sys.exit(main())
