"""Vaka as it runs in a municipality: what its process writes on standard error, and what is collected from it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.bygg import Bygge
from tjanster.settings import ROT

TOKEN = "k7Qw2-pahittad_m9Zt4Xr8Lb3Vc6Ns1Hd5"


@dataclass
class Process:
    """`vaka start` as a process of its own."""

    process: subprocess.Popen[str]
    port: int

    def hamta(self, vag: str, token: str = TOKEN) -> tuple[int, str]:
        fraga = urllib.request.Request(f"http://127.0.0.1:{self.port}{vag}", headers={"authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(fraga, timeout=20) as svar:
                return svar.status, svar.read().decode()
        except urllib.error.HTTPError as nej:
            return nej.code, nej.read().decode()

    def skrap(self) -> bytes:
        """Something that is no HTTP; returns what the server says of it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"RAGNHILD \x00\x01 19121212-1212\r\n\r\n")
            return s.recv(1000)

    def slut(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        _, fel = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return fel


def _vanta(p: Process) -> None:
    paus = threading.Event()
    for _ in range(600):
        try:
            assert p.hamta("/halsa")[0] == 200
            return
        except (ConnectionError, urllib.error.URLError):
            assert p.process.poll() is None
            paus.wait(0.1)
    raise AssertionError("webben svarade aldrig")


@pytest.fixture(params=["json", "text"])
def igang(request: pytest.FixtureRequest, bygg: Bygge, databas: str, tmp_path: Path) -> Iterator[tuple[str, Process]]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = int(s.getsockname()[1])
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    satt = {"DATABAS": databas, "DEMO": "ja", "DATA": str(tmp_path), "PORT": str(port), "LOGG": request.param, "MATVARDEN_FIL": str(tmp_path / "token")}
    miljo = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")} | {f"VAKA_{k}": v for k, v in satt.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", "from tjanster.cli import main; main()", "start"], cwd=tmp_path, env=miljo | {"PYTHONPATH": str(ROT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield request.param, Process(process, port)
    finally:
        process.kill()
        process.communicate(timeout=60)


def test_processen_svarar_med_tal_och_skriver_bara_det_den_far(igang: tuple[str, Process]) -> None:
    form, p = igang
    _vanta(p)
    assert p.hamta("/matvarden", "fel")[0] == 401
    assert p.hamta("/sida-om-ragnhild?q=19121212-1212")[0] == 404
    assert b"400" in p.skrap()
    status, text = p.hamta("/matvarden")
    assert status == 200
    tal = {f.name: f.samples for f in text_string_to_metric_families(text)}
    assert tal["vaka_databas_svarar"][0].value == 1
    assert {s.labels["rutt"] for s in tal["vaka_anrop"]} == {"/halsa", "/matvarden", "ingen"}
    fel = p.slut()
    rader = [rad for rad in fel.splitlines() if rad]
    if form == "json":
        alla = [json.loads(rad) for rad in rader]
        assert [r["meddelande"] for r in alla if r["logger"] == "vaka.anrop"] == ["GET /matvarden 401", "GET ingen 404"]
        assert any(r["logger"] == "uvicorn.error" and r["niva"] == "varning" for r in alla)
        assert any(r.get("handelse") == "sweep" for r in alla)
    else:
        assert "vaka.anrop" not in fel
        assert any(" INFO vaka.vakt Svep: " in rad for rad in rader)
    for ord_ in (TOKEN, "agnhild", "AGNHILD", "19121212", "127.0.0.1"):
        assert ord_ not in fel
