"""A real PostgreSQL and a real SMTP server on a socket: nothing here is a mock."""

import asyncio
import os
import socket
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy import Engine, Row, create_engine, make_url, text

import notiser
from notiser import Avsandare, Falt, NyNotis, SmtpInstallningar, Utskick, lagg_i_utkorg, skicka_vantande

NU = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(scope="module")
def _databas(postgres: str) -> Iterator[Engine]:
    """One migrated database a test file, emptied between its tests."""
    namn = f"notiser_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    grund = make_url(postgres).set(drivername="postgresql+psycopg")
    admin = create_engine(grund.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy'))
    engine = create_engine(grund.set(database=namn), hide_parameters=True, pool_size=10)
    yield engine
    engine.dispose()
    with admin.connect() as conn:
        conn.execute(text(f'DROP DATABASE "{namn}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def motor(_databas: Engine) -> Engine:
    """An engine on a database with the notice tables, empty."""
    with _databas.begin() as conn:
        conn.execute(text("TRUNCATE notis, brevlada RESTART IDENTITY CASCADE"))
    return _databas


@pytest.fixture
def nu() -> datetime:
    return NU


@pytest.fixture
def avsandare() -> Avsandare:
    return Avsandare(bas_url="https://vaka.exempel.se", namn="Exempelkommun")


def bygg_notis(nr: int = 1, **andrat: Any) -> NyNotis:
    falt = Falt(kommun="Exempelkommun", lank=f"/arenden/SYN-2026-{nr:04}", arendenummer=f"SYN-2026-{nr:04}")
    varden = {
        "mall": "synpunkt_besvarad",
        "falt": falt,
        "adress": f"mottagare{nr}@exempel.se",
        "nyckel": f"synpunkt/{nr}/besvarad",
        "skapad": NU,
    }
    return NyNotis(**(varden | andrat))


@pytest.fixture
def ny() -> Callable[..., NyNotis]:
    """Builder of a notice: ny(3, adress='…')."""
    return bygg_notis


@pytest.fixture
def lagg(motor: Engine) -> Callable[..., int]:
    """lagg(5): five notices in the outbox; lagg(ny(1), ny(2)): those."""

    def _lagg(*vad: int | NyNotis) -> int:
        rader = [bygg_notis(n + 1) for n in range(vad[0])] if isinstance(vad[0], int) else list(vad)
        with motor.begin() as conn:
            return lagg_i_utkorg(conn, rader)

    return _lagg


@pytest.fixture
def rader(motor: Engine) -> Callable[[], list[Row[Any]]]:
    def _rader() -> list[Row[Any]]:
        with motor.connect() as conn:
            return list(conn.execute(text("SELECT * FROM notis ORDER BY nyckel")))

    return _rader


Svar = Callable[[str, int, str], str | None]


@dataclass
class Brevserver:
    """aiosmtpd with a script: `svar(kommando, nr, adress)` gives an answer instead of the yes, 'bryt' or 'hang'."""

    svar: Svar = lambda kommando, nr, adress: None
    mottagna: list[tuple[str, EmailMessage]] = field(default_factory=list)
    forbindelser: int = 0
    krypterade: list[bool] = field(default_factory=list)
    kommandon: dict[str, int] = field(default_factory=dict)
    port: int = 0
    vid_mottaget: Callable[[int], None] = lambda nr: None

    def _fraga(self, kommando: str, adress: str) -> str | None:
        self.kommandon[kommando] = self.kommandon.get(kommando, 0) + 1
        return self.svar(kommando, self.kommandon[kommando], adress)

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if svar := self._fraga("MAIL", address):
            return svar
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if svar := self._fraga("RCPT", address):
            return svar
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        svar = self._fraga("DATA", envelope.rcpt_tos[0])
        if svar == "bryt":
            server.transport.abort()
            return "250 OK"
        if svar == "hang":
            await asyncio.Event().wait()
        if svar:
            return svar
        self.krypterade.append(session.ssl is not None)
        post = message_from_bytes(envelope.content, policy=default)
        self.mottagna.append((envelope.rcpt_tos[0], post))
        self.vid_mottaget(len(self.mottagna))
        return "250 OK"

    def till(self) -> list[str]:
        return [adress for adress, _ in self.mottagna]


class _Kontroll(Controller):
    def factory(self) -> SMTP:
        self.handler.forbindelser += 1
        return super().factory()


@pytest.fixture
def brevserver() -> Iterator[Callable[..., Brevserver]]:
    """brevserver(svar=…, …): a server on a socket of its own; more arguments as aiosmtpd's Controller."""
    startade: list[Controller] = []

    def starta(server: Brevserver | None = None, svar: Svar | None = None, **mer: Any) -> Brevserver:
        server = server or Brevserver()
        server.svar = svar or server.svar
        kontroll = _Kontroll(server, hostname="127.0.0.1", port=server.port, ready_timeout=10, **mer)
        # aiosmtpd asks port 0 where it went; it must be told which port it got before it tries itself out.
        kontroll.port = server.port = server.port or ledig_port()
        kontroll.start()
        startade.append(kontroll)
        return server

    yield starta
    for kontroll in startade:
        kontroll.stop(no_assert=True)


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture
def stangd_port() -> int:
    """A port where nobody answers."""
    return ledig_port()


@dataclass(frozen=True)
class Certifikat:
    server: Any
    ca_fil: str


@pytest.fixture(scope="session")
def certifikat(tmp_path_factory: pytest.TempPathFactory) -> Certifikat:
    ca = trustme.CA()
    sammanhang = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(sammanhang)
    fil = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(fil))
    return Certifikat(sammanhang, str(fil))


class Inloggning:
    """Takes the user 'vaka' with the password 'hemligt/ord'."""

    def __init__(self) -> None:
        self.inloggade: list[str] = []

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _sort: str, data: Any) -> AuthResult:
        ratt = (data.login, data.password) == (b"vaka", b"hemligt/ord")
        if ratt:
            self.inloggade.append(data.login.decode())
        return AuthResult(success=ratt, handled=False)


@pytest.fixture
def inloggning() -> Inloggning:
    return Inloggning()


@pytest.fixture
def skicka(motor: Engine, avsandare: Avsandare) -> Callable[..., Utskick]:
    """skicka(server, timedelta(minutes=1)): one round, so long after the start."""

    def _skicka(
        mot: Brevserver | SmtpInstallningar | notiser.Brevlada,
        senare: timedelta = timedelta(0),
        hogst: int | None = None,
    ) -> Utskick:
        if isinstance(mot, Brevserver):
            mot = SmtpInstallningar.fran_url(f"smtp://127.0.0.1:{mot.port}?timeout=5&svarstid=5")
        return skicka_vantande(motor, mot, NU + senare, avsandare=avsandare, hogst=hogst)

    return _skicka


@pytest.fixture
def vanta_pa() -> Callable[[Callable[[], bool]], None]:
    """Ask again until it is so, or fail after ten seconds."""

    def vanta(villkor: Callable[[], bool]) -> None:
        aldrig = threading.Event()
        for _ in range(500):
            if villkor():
                return
            aldrig.wait(0.02)
        raise AssertionError("det väntade hände inte inom tio sekunder")

    return vanta
