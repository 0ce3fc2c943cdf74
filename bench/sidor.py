"""Lists and pages with 100,000 cases, as a browser and another system fetch them.

`vaka start --roll webb` on one core, who asks on the other. Beside it, in turn, a server that answers the same fifty cases with
their nearest limit, officer and number by asyncpg and orjson, and by SQLModel's AsyncSession with a response model. Vaka's
answers go through login, the two locks of who may see and the security headers too; theirs through nothing of that, but for a third,
which asks whose token it is and in which units they work before it lists.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grund import BENCH, ROT, Rad, databas, median, miljo, oppna, skriv_tabell
from hundratusen import fyll
from start import ledig_port

from tjanster import klocka
from tjanster.app import Vaka
from tjanster.konton import skapa_nyckel
from tjanster.sessioner import skapa_session
from tjanster.web.ram import KAKA

VARV, SEKUNDER = 9, 1.0  # what stands idle for five seconds is closed
I_BRUK = 12
"""So many times a question is asked on a connection before PostgreSQL stops planning it anew."""
KARNOR = sorted(os.sched_getaffinity(0))
SIDOR = ("/", "/enhet", "/enhet?process=avvikelse", "/sena", "/laget", "/kvalitet", "/sok", "/nytt/avvikelse", "/rapporter", "/rapporter/avvikelser", "/hjalp")
MAL_SIDA, MAL_VIKT = 100, 60


@contextmanager
def server(kommando: list[str], port: int, omgivning: dict[str, str], forsta: str) -> Iterator[subprocess.Popen[bytes]]:
    """A web server on the first core; who asks is on another one."""
    with subprocess.Popen(kommando, env=omgivning, cwd=ROT) as process:
        os.sched_setaffinity(process.pid, {KARNOR[0]})
        try:
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{forsta}", timeout=5):
                        break
                except OSError:
                    if process.poll() is not None:
                        raise RuntimeError(f"{kommando[-1]} slutade innan första svaret") from None
                    time.sleep(0.02)  # noqa: TID251 — another process's port
            yield process
        finally:
            process.terminate()
            process.wait(20)


class Fragare:
    """One kept-alive connection that asks for one address over and over."""

    def __init__(self, port: int, vag: str, huvuden: dict[str, str]) -> None:
        rader = "".join(f"{k}: {v}\r\n" for k, v in huvuden.items())
        self.fraga = f"GET {vag} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{rader}\r\n".encode()
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.fil = self.sock.makefile("rb")

    def hamta(self) -> tuple[int, bytes]:
        """Status and body."""
        self.sock.sendall(self.fraga)
        status = int(self.fil.readline().split()[1])
        langd, bitvis = 0, False
        while (rad := self.fil.readline()) != b"\r\n":
            namn, _, varde = rad.partition(b":")
            if namn.lower() == b"content-length":
                langd = int(varde)
            bitvis = bitvis or (namn.lower() == b"transfer-encoding" and b"chunked" in varde)
        if not bitvis:
            return status, self.fil.read(langd)
        delar = []
        while storlek := int(self.fil.readline(), 16):
            delar.append(self.fil.read(storlek))
            self.fil.readline()
        self.fil.readline()
        return status, b"".join(delar)


def sekunder_var(fragare: Fragare, sekunder: float = SEKUNDER) -> float:
    """Seconds a request, one after the other."""
    start, antal = time.perf_counter(), 0
    while True:
        fragare.hamta()
        antal += 1
        if (tid := time.perf_counter() - start) >= sekunder:
            return tid / antal


def inlogg(vaka: Vaka, konto: int) -> tuple[dict[str, str], dict[str, str]]:
    """The headers of a browser that is logged in, and of another system."""
    nu = klocka.nu()
    with vaka.motor.begin() as conn:
        kaka, nyckel = skapa_session(conn, konto, nu), skapa_nyckel(conn, konto, "bench", nu)
    return {"Cookie": f"{KAKA}={kaka}", "Accept-Encoding": "gzip"}, {"Authorization": f"Bearer {nyckel}"}


def kvoter(port: int, motport: int, webb: dict[str, str], api: dict[str, str]) -> list[Rad]:
    """Vaka's list as JSON and as a page, against the two of the other server; all in turn in each round."""
    alla = {
        "json": Fragare(port, "/api/v1/arenden?enhet=familjehem", api),
        "sida": Fragare(port, "/enhet?enhet=familjehem", webb),
        "snabbast": Fragare(motport, "/snabbast", {}),
        "vanligt": Fragare(motport, "/vanligt", {}),
        "inloggat": Fragare(motport, "/inloggat", api),
    }
    for namn, fragare in alla.items():
        status, kropp = fragare.hamta()
        assert status == 200, (namn, status)
        assert namn == "sida" or kropp.count(b'"nummer"') == 50, namn
    varv: list[dict[str, float]] = []
    for _ in range(VARV + 1):
        varv.append({namn: sekunder_var(fragare) for namn, fragare in alla.items()})
    del varv[0]

    def kvot(mot: str, vakas: str) -> float:
        return median([v[mot] / v[vakas] for v in varv])

    ms = {namn: 1000 * median([v[namn] for v in varv]) for namn in alla}
    return [
        Rad(vad, f"{kvot(mot, vakas):.2f} av {mot} ({ms[vakas]:.1f} ms mot {ms[mot]:.1f})", f"≥ {mal}" if mal else "", kvot(mot, vakas) >= mal if mal else None)
        for vad, mot, vakas, mal in (
            ("Lista på 50 som JSON, mot asyncpg och orjson", "snabbast", "json", 0.35),
            ("Lista på 50 som JSON, mot SQLModel AsyncSession", "vanligt", "json", 1.5),
            ("Lista på 50 som JSON, mot SQLModel AsyncSession som frågar vem det är", "inloggat", "json", None),
            ("Lista på 50 som sida, mot asyncpg och orjson", "snabbast", "sida", 0.22),
        )
    ]


def sidorna(port: int, vem: str, huvuden: dict[str, str]) -> list[Rad]:
    """Each page: how long until it is answered, and how much is sent."""
    rader = []
    for vag in SIDOR:
        fragare = Fragare(port, vag, huvuden)
        status, kropp = fragare.hamta()
        if status != 200:
            continue
        for _ in range(I_BRUK):
            fragare.hamta()
        ms = 1000 * median([sekunder_var(fragare, 0) for _ in range(VARV)])
        vikt = len(kropp) / 1000
        rader.append(Rad(f"{vag} som {vem}", f"{ms:.0f} ms, {vikt:.0f} kB", f"< {MAL_SIDA} ms, {MAL_VIKT} kB", ms < MAL_SIDA and vikt < MAL_VIKT))
    return rader


def kor() -> list[Rad]:
    """The measurement, with a municipality of its own."""
    with databas() as (url, mapp):
        vaka = oppna(url, mapp)
        folk = fyll(vaka, klocka.nu().date())
        chef, kvalitet = (inlogg(vaka, folk[roll, enhet]) for roll, enhet in (("enhetschef", "familjehem"), ("kvalitetsledare", vaka.sammanhang.kommun.rot)))
        vaka.stang()
        omgivning = miljo(
            mapp, VAKA_DATABAS=url, VAKA_DATA=str(mapp), VAKA_KOMMUN="exempelkommun", VAKA_HEMLIGHET="prov" * 8,
            VAKA_URL="http://127.0.0.1", VAKA_AVSANDARE="vaka@vaka.example", VAKA_SMTP="smtp://127.0.0.1:25", VAKA_DEMO="ja",
        )  # fmt: skip
        port, motport = ledig_port(), ledig_port()
        vakas = [str(Path(sys.executable).parent / "vaka"), "start", "--roll", "webb", "--port", str(port)]
        motpart = [str(BENCH), str(ROT / "bench" / "motpart" / "webb.py"), url, str(motport)]
        os.sched_setaffinity(0, {KARNOR[-1]})
        with server(vakas, port, omgivning, "/logga-in"), server(motpart, motport, miljo(mapp), "/hej"):
            return [*kvoter(port, motport, *chef), *sidorna(port, "enhetschef", chef[0]), *sidorna(port, "kvalitetsledare", kvalitet[0])]


if __name__ == "__main__":
    skriv_tabell(kor())
