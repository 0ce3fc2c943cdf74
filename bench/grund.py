"""What the measurements share: a database of their own, rounds in turn, and ratios within each round.

The machine may be busy with other things, so a time says little. Both ways are run in the same round, in alternating
order, and the figure is the median over the rounds of the ratio within the round.
"""

import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

ROT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROT))

from pydantic import SecretStr  # noqa: E402
from sqlalchemy import Connection  # noqa: E402

from tjanster import app  # noqa: E402
from tjanster.app import Vaka  # noqa: E402
from tjanster.db import migrera, server, session, t  # noqa: E402
from tjanster.klocka import SVENSK_TID  # noqa: E402
from tjanster.settings import Settings  # noqa: E402

BENCH = Path(sys.executable).parent.parent / "bench" / "bin" / "python"
"""The environment of what Vaka is compared with."""

# A Monday, an ordinary working day, before noon.
NU = datetime(2026, 9, 7, 9, 0, tzinfo=SVENSK_TID)


@dataclass(frozen=True)
class Rad:
    """One line of the table: what was measured, the goal, and whether it was reached (None = no goal)."""

    vad: str
    matt: str
    mal: str = ""
    nadd: bool | None = None


@contextmanager
def databas() -> Iterator[tuple[str, Path]]:
    """An embedded PostgreSQL of the measurement's own, with the server's ordinary settings. Yields URL and folder."""
    mapp = Path(tempfile.mkdtemp(prefix="vaka-bench-"))
    try:
        url = server.starta(mapp, databas="bench")
        motor = session.motor(url, storlek=2)
        migrera.migrera(motor)
        motor.dispose()
        yield url, mapp
    finally:
        shutil.rmtree(mapp, ignore_errors=True)


def oppna(url: str, mapp: Path, kommun: str = "exempelkommun") -> Vaka:
    """The program on that database, without people or cases."""
    return app.oppna(Settings(kommun=kommun, data=mapp, databas=SecretStr(url), demo=True))


def lagg_in_folk(conn: Connection, vaka: Vaka, per_enhet: int = 40) -> dict[tuple[str, str], int]:
    """A municipality's worth of accounts: managers for each unit, officers and employees. Returns (role, unit) → one."""
    kommun = vaka.sammanhang.kommun
    poster = [("kvalitetsledare", kommun.rot), ("registrator", kommun.rot), ("administrator", kommun.rot)]
    for enhet in kommun.enheter:
        poster += [("enhetschef", enhet), ("avdelningschef", enhet)]
        poster += [("handlaggare", enhet)] * 4 + [("medarbetare", enhet)] * per_enhet
    personer = [
        {
            "anvandarnamn": f"p{i}", "namn": f"Påhittad {i}", "epost": f"p{i}@vaka.example", "losen": None,
            "aktiv": True, "misslyckade": 0, "skapad": NU,
        }
        for i in range(len(poster))
    ]  # fmt: skip
    conn.execute(t.anvandare.insert(), personer)
    id_av = {r.anvandarnamn: r.id for r in conn.execute(t.anvandare.select())}
    uppdrag = [
        {"anvandare_id": id_av[f"p{i}"], "roll": roll, "enhet": enhet, "fran": date(2020, 1, 1)}
        for i, (roll, enhet) in enumerate(poster)
    ]
    conn.execute(t.uppdrag.insert(), uppdrag)
    return {(u["roll"], u["enhet"]): u["anvandare_id"] for u in uppdrag}


def turas_om(ena: Callable[[], float], andra: Callable[[], float], varv: int) -> tuple[list[float], list[float]]:
    """Run two ways in turn, the first one changing each round. Each gives its own seconds; the first round is warm-up
    and not counted."""
    tider: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for nr in range(varv + 1):
        for i in (0, 1) if nr % 2 else (1, 0):
            tid = (ena, andra)[i]()
            if nr:
                tider[i].append(tid)
    return tider


def kvot(ena: list[float], andra: list[float]) -> float:
    """Median over the rounds of one time divided by the other in the same round."""
    return statistics.median(a / b for a, b in zip(ena, andra, strict=True))


def median(tider: list[float]) -> float:
    return statistics.median(tider)


@contextmanager
def klockad() -> Iterator[Callable[[], float]]:
    """`with klockad() as tid: …` and then tid() is the seconds it took."""
    start = time.perf_counter()
    slut = start

    yield lambda: slut - start
    slut = time.perf_counter()


def miljo(mapp: Path, **till: str) -> dict[str, str]:
    """The environment of a program to be timed. Python keeps its compiled modules in `mapp`, as it would when installed,
    so the first run is warm-up."""
    utan = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("VAKA_")}
    return utan | {"PYTHONPYCACHEPREFIX": str(mapp / "pyc")} | till


def skriv_tabell(rader: list[Rad]) -> None:
    """The table as text, one line a measurement."""
    bredd = max(len(r.vad) for r in rader)
    matt = max(len(r.matt) for r in rader)
    for r in rader:
        nadd = {True: "nått", False: "INTE NÅTT", None: ""}[r.nadd]
        print(f"{r.vad:<{bredd}}  {r.matt:>{matt}}  {r.mal:<12} {nadd}".rstrip())
    sys.stdout.flush()
