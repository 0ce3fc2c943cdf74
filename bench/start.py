"""From starting the program to its first page, and how much memory the web process then holds.

`vaka start --roll webb` against a database that is already running and migrated; the page is the log-in page. Beside it
as little as such a program can be (`motpart/minsta.py`): FastAPI, one SQLModel table, APScheduler with one job kept in PostgreSQL, and one route that
reads the database. The same server, and both are asked for their first answer over and over from the moment they are started.
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, fields
from pathlib import Path

from grund import ROT, Rad, databas, kvot, median, miljo, oppna, skriv_tabell, turas_om

VARV = 7
MAL_SEKUNDER, MAL_MB, MAL_KVOT = 2.0, 200, 1.15

def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass(frozen=True)
class Start:
    """Seconds until the page answers 200, the processor's seconds by then, and resident memory in MB a while later."""

    sekunder: float
    processor: float
    minne: float


def starta(kommando: list[str], port: int, omgivning: dict[str, str]) -> Start:
    start = time.perf_counter()
    with subprocess.Popen(kommando, env=omgivning, cwd=ROT, stderr=subprocess.DEVNULL) as process:
        try:
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/logga-in", timeout=5) as svar:
                        assert svar.status == 200
                        break
                except OSError:
                    if process.poll() is not None:
                        raise RuntimeError(f"{kommando[0]} slutade innan sidan kom") from None
                    time.sleep(0.005)  # noqa: TID251 — another process's port
            tid = time.perf_counter() - start
            i_karnan = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            processor = (int(i_karnan[11]) + int(i_karnan[12])) / os.sysconf("SC_CLK_TCK")
            time.sleep(2)  # noqa: TID251 — what the first page left behind is done with
            status = Path(f"/proc/{process.pid}/status").read_text()
            return Start(tid, processor, int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
        finally:
            process.terminate()
            process.wait(20)


def kor() -> list[Rad]:
    """The measurement: medians of a few starts, Vaka and the bare program in turn."""
    with databas() as (url, mapp):
        oppna(url, mapp).stang()
        omgivning = miljo(
            mapp, VAKA_DATABAS=url, VAKA_DATA=str(mapp), VAKA_KOMMUN="exempelkommun", VAKA_HEMLIGHET="prov" * 8,
            VAKA_URL="https://vaka.example", VAKA_AVSANDARE="vaka@vaka.example", VAKA_SMTP="smtp://127.0.0.1:25", VAKA_DEMO="ja",
        )  # fmt: skip
        vakas: list[Start] = []
        bara: list[Start] = []

        def en(kommando: list[str], till: list[Start]) -> float:
            port = ledig_port()
            till.append(starta([*kommando, str(port)], port, omgivning))
            return till[-1].sekunder

        vaka = [str(Path(sys.executable).parent / "vaka"), "start", "--roll", "webb", "--port"]
        motpart = [sys.executable, str(ROT / "bench" / "motpart" / "minsta.py"), url]
        egna, deras = turas_om(lambda: en(vaka, vakas), lambda: en(motpart, bara), VARV)
    q = kvot(egna, deras)
    (tid, processor, minne), (bar_tid, bar_processor, bart_minne) = (
        tuple(median([getattr(x, f.name) for x in sida[1:]]) for f in fields(Start)) for sida in (vakas, bara)
    )
    return [
        Rad("Start: till första sidan", f"{tid:.2f} s, därav processor {processor:.2f} s", f"< {MAL_SEKUNDER:.0f} s", tid < MAL_SEKUNDER),
        Rad(
            "Start: mot FastAPI, SQLModel och APScheduler", f"{q:.2f} gånger ({bar_tid:.2f} s, därav processor {bar_processor:.2f} s)",
            f"≤ {MAL_KVOT}", q <= MAL_KVOT,
        ),
        Rad("Start: minne", f"{minne:.0f} MB (motparten {bart_minne:.0f} MB)", f"< {MAL_MB} MB", minne < MAL_MB),
    ]  # fmt: skip


if __name__ == "__main__":
    skriv_tabell(kor())
