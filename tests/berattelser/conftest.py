"""Told stories: real people in real browsers against the real program on a socket, with a database of their own.

The clock is moved by the test; who was logged in yesterday has to log in again, as at work.
"""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, update

from tests.berattelser.folk import LOSENORD, PERSONAL, Stad
from tests.bygg import NU, Bygge, lagg_in_personal
from tests.conftest import starta_vaka
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.konton import HASHARE
from tjanster.web.program import program

# The headless shell first: the same engine, and a page opens in a third of the time.
WEBBLASARE = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGGOR = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--lang=sv-SE"]


@pytest.fixture(scope="module")
def webblasare() -> Iterator[Browser]:
    """The system's own Chromium. Without one the tests fail and say so.

    For a file at a time: while it runs, its event loop stands in the way of other tests that start one.
    """
    vag = next((hittad for namn in WEBBLASARE if (hittad := shutil.which(namn))), None)
    if vag is None:
        pytest.fail(
            "Berättelserna behöver Chromium, men ingen av " + ", ".join(WEBBLASARE) + " finns på datorn. "
            "Installera med till exempel 'apt-get install chromium-headless-shell' och kör igen.",
            pytrace=False,
        )
    with sync_playwright() as pw:
        lasare = pw.chromium.launch(executable_path=vag, args=FLAGGOR)
        yield lasare
        lasare.close()


@pytest.fixture(scope="session")
def hashat() -> str:
    """Everybody's password; hashed once, since hashing is slow on purpose."""
    return HASHARE.hash(LOSENORD)


@pytest.fixture
def vaka(programmets: Engine, databas: str, tmp_path: Path, hashat: str) -> Vaka:
    """The program with its people, at nine on a Monday morning."""
    klocka.stall(NU)
    vaka = starta_vaka(programmets, databas, tmp_path, "exempelkommun")
    with programmets.begin() as conn:
        lagg_in_personal(conn, PERSONAL)
        conn.execute(update(t.anvandare).values(losen=hashat))
    return vaka


@pytest.fixture
def adress(vaka: Vaka) -> Iterator[str]:
    with servera(vaka) as adress:
        yield adress


class servera:  # noqa: N801  (used as `with servera(...)`)
    """The program behind a real server on a free port, or a given one; stops when the block ends."""

    def __init__(self, vaka: Vaka, port: int = 0) -> None:
        self.lyssnar = socket.socket()
        self.lyssnar.bind(("127.0.0.1", port))
        self.lyssnar.listen(128)
        installningar = uvicorn.Config(program(vaka), log_level="error", server_header=False, lifespan="off")
        self.server = uvicorn.Server(installningar)
        self.trad = threading.Thread(target=self.server.run, args=([self.lyssnar],), daemon=True)

    def __enter__(self) -> str:
        # Already listening: the first page waits in line until the program is up.
        self.trad.start()
        return f"http://127.0.0.1:{self.lyssnar.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.trad.join(timeout=20)
        self.lyssnar.close()


@pytest.fixture
def stad(webblasare: Browser, adress: str, vaka: Vaka) -> Iterator[Stad]:
    """The municipality with its people at their screens. At the end: no script failed and nothing was fetched from elsewhere."""
    staden = Stad(webblasare, adress, vaka)
    yield staden
    staden.stang()
    assert staden.fel == []


@pytest.fixture
def bygg(vaka: Vaka) -> Bygge:
    """To take a case to where the story begins, by the one path."""
    return Bygge(vaka)
