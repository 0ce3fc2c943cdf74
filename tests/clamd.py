"""A real clamd of the test's own: signatures for one thing only, the harmless text that scanners are tried with."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# In two pieces, so that no scanner takes this file for what it tests.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
STORST = 2 * 1024 * 1024


@dataclass(frozen=True)
class Clamd:
    tcp: str
    unix: str
    process: "subprocess.Popen[bytes]"


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def clamd() -> Iterator[Clamd]:
    """Takes at most STORST bytes. Lives in a folder with a short name: a socket's path has a longest."""
    program = shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert program, "clamd saknas: kör 'sh tests/clamav.sh'"
    with tempfile.TemporaryDirectory(prefix="clamd-", ignore_cleanup_errors=True) as namn:
        mapp, port = Path(namn), ledig_port()
        (mapp / "db").mkdir()
        (mapp / "db" / "prov.ndb").write_text(f"Pahittat.Prov:0:*:{EICAR.hex()}\n")
        (mapp / "clamd.conf").write_text(
            f"Foreground yes\nDatabaseDirectory {mapp}/db\nLocalSocket {mapp}/s\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
            f"StreamMaxLength {STORST}\nMaxThreads 2\nConcurrentDatabaseReload no\nAlertExceedsMax yes\n"
        )
        process = subprocess.Popen(
            [program, "--config-file", str(mapp / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _vanta(process, str(mapp / "s"))
            yield Clamd(f"tcp://127.0.0.1:{port}", f"unix:{mapp}/s", process)
        finally:
            process.terminate()
            process.wait(20)


def _vanta(process: "subprocess.Popen[bytes]", vag: str) -> None:
    paus = threading.Event()
    for _ in range(300):
        assert process.poll() is None, "clamd stannade"
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(vag)
                s.sendall(b"nPING\n")
                assert s.recv(16) == b"PONG\n"
                return
            except OSError:
                paus.wait(0.1)
    raise AssertionError("clamd kom inte i gång på 30 sekunder")
