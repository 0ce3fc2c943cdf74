"""Where the tests' own PostgreSQL lies: in memory when there is room, since each test makes a database and throws it away.

What memory keeps is lost with the power, and these databases are lost with the test. Tests of what a computer that stops
keeps (tests/krasch) have servers of their own on the disk.
"""

import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tjanster.db import server

I_MINNET = Path("/dev/shm")
PLATS_KRAVS = 2 * 2**30
PREFIX = "vaka-prov-"


def plats(minnet: Path = I_MINNET) -> Path:
    """The folder in memory, or the temporary one when that is not there, can't be written to or has less than 2 GiB free."""
    try:
        rum = os.statvfs(minnet)
    except OSError:
        return Path(tempfile.gettempdir())
    if rum.f_bavail * rum.f_frsize < PLATS_KRAVS or not os.access(minnet, os.W_OK | os.X_OK):
        return Path(tempfile.gettempdir())
    return minnet


@contextmanager
def provmapp(var: Path | None = None) -> Iterator[Path]:
    """A folder of this process for a server to lie in; goes away afterwards. var: where, if not at the best place."""
    mapp = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=var or plats()))
    try:
        yield mapp
    finally:
        shutil.rmtree(mapp, ignore_errors=True)


@contextmanager
def provserver(databas: str, var: Path | None = None) -> Iterator[str]:
    """The URL of an empty database on a server of this process; server and folder go away afterwards."""
    with provmapp(var) as mapp:
        try:
            yield server.starta(mapp, databas=databas)
        finally:
            server.stanna(mapp)


def stada(minnet: Path = I_MINNET) -> list[Path]:
    """Take away what test processes that were killed left in memory: their servers first, then the folder. Returns the folders."""
    bort = [mapp for mapp in minnet.glob(f"{PREFIX}*-*") if (pid := _agare(mapp)) is not None and not _lever(pid)]
    for mapp in bort:
        for pid in mapp.rglob("postmaster.pid"):
            _stanna(pid.parent)
        shutil.rmtree(mapp, ignore_errors=True)
    return bort


def _agare(mapp: Path) -> int | None:
    """The process that the folder is named for; None when it isn't ours to take away."""
    pid = mapp.name.removeprefix(PREFIX).partition("-")[0]
    return int(pid) if pid.isdigit() and mapp.stat().st_uid == os.geteuid() else None


def _lever(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _stanna(pg: Path) -> None:
    """End the server of the folder, and see it gone. Nothing when there is none."""
    try:
        pid = int((pg / "postmaster.pid").read_text().partition("\n")[0])
        server_ = os.pidfd_open(pid)
    except (OSError, ValueError):
        return
    try:
        if str(pg) in Path(f"/proc/{pid}/cmdline").read_text():  # else the number went on to another program
            signal.pidfd_send_signal(server_, signal.SIGINT)  # it breaks off what it does, and stops
            select.select([server_], [], [], 20)
    except OSError:  # gone already
        pass
    finally:
        os.close(server_)
