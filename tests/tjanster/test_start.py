"""The program as a person starts it: everything comes up, Ctrl-C stops it, and starting again loses nothing."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

VAKA = [sys.executable, "-c", "from tjanster.cli import main; main()"]


def _ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _starta(mapp: Path, port: int) -> subprocess.Popen[str]:
    """`vaka demo` until it has told where the web is."""
    miljo = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")} | {"VAKA_DATA": str(mapp)}
    miljo["PYTHONPATH"] = str(Path(__file__).parent.parent.parent)
    process = subprocess.Popen(
        [*VAKA, "demo", "--port", str(port)], cwd=mapp, env=miljo, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    rader = []
    assert process.stdout is not None
    for rad in process.stdout:
        rader.append(rad)
        if "Avsluta med Ctrl-C" in rad:
            return process
    raise AssertionError("".join(rader))


def _hamta(port: int, vag: str) -> str:
    """The page, once the web has begun to listen."""
    paus = threading.Event()
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{vag}", timeout=10) as svar:
                return str(svar.read().decode())
        except (ConnectionError, urllib.error.URLError):
            paus.wait(0.1)
    raise AssertionError("webben svarade aldrig")


def _stoppa(process: subprocess.Popen[str], hur: signal.Signals) -> None:
    process.send_signal(hur)
    process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.timeout(400)  # a demo is loaded, on a machine that others use
def test_demon_startar_stannar_och_minns(tmp_path: Path) -> None:
    """Stopped by Ctrl-C and by the system; the second start finds what the first one made."""
    for hur in (signal.SIGINT, signal.SIGTERM):
        port = _ledig_port()
        process = _starta(tmp_path, port)
        try:
            assert "Logga in" in _hamta(port, "/logga-in")
            assert _hamta(port, "/halsa") == "ok\n"
        finally:
            _stoppa(process, hur)
        assert not (tmp_path / "pg" / "postmaster.pid").exists()
        miljo = os.environ | {"VAKA_DATA": str(tmp_path), "VAKA_DEMO": "true", "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
        ut = subprocess.run([*VAKA, "arende", "lista", "--alla", "--json"], cwd=tmp_path, env=miljo, capture_output=True, text=True, check=True)
        assert ut.stdout.count('"nummer"') == 50


def test_upptagen_port_sags_innan_nagot_laddas(tmp_path: Path) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = str(s.getsockname()[1])
        miljo = os.environ | {"VAKA_DATA": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
        svar = subprocess.run([*VAKA, "demo", "--port", port], cwd=tmp_path, env=miljo, capture_output=True, text=True)
    assert svar.returncode == 1
    assert "går inte att använda" in svar.stderr
    assert not (tmp_path / "pg").exists()
