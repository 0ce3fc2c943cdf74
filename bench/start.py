"""From starting the program to its first page, and how much memory the web process then holds.

`vaka start --roll webb` against a database that is already running and migrated; the page is the log-in page. Beside it
the same without Vaka: a Python that imports FastAPI, SQLModel, uvicorn and Jinja2 and answers one route.
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

from grund import ROT, Rad, databas, median, miljo, oppna, skriv_tabell

VARV = 5
MAL_SEKUNDER, MAL_MB = 2.0, 200
BAR = """
import sys
import jinja2, sqlmodel, uvicorn
from fastapi import FastAPI
app = FastAPI()
app.get("/logga-in")(lambda: "hej")
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


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
            VAKA_URL="https://vaka.example", VAKA_AVSANDARE="vaka@vaka.example", VAKA_SMTP="smtp://127.0.0.1:25",
        )  # fmt: skip
        vakas, bara = [], []
        for _ in range(VARV + 1):
            port = ledig_port()
            vaka = str(Path(sys.executable).parent / "vaka")
            vakas.append(starta([vaka, "start", "--roll", "webb", "--port", str(port)], port, omgivning))
            port = ledig_port()
            bara.append(starta([sys.executable, "-c", BAR, str(port)], port, omgivning))
        del vakas[0], bara[0]
    tid, processor, minne = (median([getattr(x, f.name) for x in vakas]) for f in fields(Start))
    bar_tid, bar_processor, bart_minne = (median([getattr(x, f.name) for x in bara]) for f in fields(Start))
    return [
        Rad(
            "Start: till första sidan",
            f"{tid:.2f} s, därav processor {processor:.2f} s (bara FastAPI och SQLModel {bar_tid:.2f} s, {bar_processor:.2f} s)",
            f"< {MAL_SEKUNDER:.0f} s", tid < MAL_SEKUNDER,
        ),
        Rad("Start: minne", f"{minne:.0f} MB (bara {bart_minne:.0f} MB)", f"< {MAL_MB} MB", minne < MAL_MB),
    ]  # fmt: skip


if __name__ == "__main__":
    skriv_tabell(kor())
