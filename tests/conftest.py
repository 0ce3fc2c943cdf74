"""Every test that needs a database gets one of its own, made from a template that the migrations built."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from tests.bygg import NU, Bygge, lagg_in_personal
from tjanster import klocka
from tjanster.app import Vaka, las_regler
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.db import krets, migrera, server, session
from tjanster.settings import Settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long walks in the browser go first, so that the workers are done at the same time."""
    items.sort(key=lambda item: (item.path.stem != "test_sidor", "berattelser" not in item.path.parts))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """An embedded PostgreSQL for this test process; stops and goes away with it."""
    mapp = Path(tempfile.mkdtemp(prefix="vaka-prov-"))
    url = server.starta(mapp, databas="mall")
    motor = session.motor(url, storlek=2)
    migrera.migrera(motor)
    _bradska(motor)
    motor.dispose()
    yield url
    atexit.register(shutil.rmtree, mapp, ignore_errors=True)


def _bradska(motor: Engine) -> None:
    """A database is made and thrown away for each test. What a computer that loses its power would lose is no loss here; a
    killed process loses nothing."""
    with motor.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for val in ("fsync", "full_page_writes", "synchronous_commit"):
            conn.execute(text(f"ALTER SYSTEM SET {val} = off"))
        conn.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture
def databas(postgres: str) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database."""
    namn = f"prov_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    grund = make_url(postgres)
    admin = create_engine(grund.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy'))
    yield grund.set(database=namn).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def motor(databas: str) -> Iterator[Engine]:
    motor = session.motor(databas, storlek=5)
    yield motor
    motor.dispose()


@pytest.fixture
def programmets(databas: str) -> Iterator[Engine]:
    """The same database with the rights that the program has."""
    motor = session.programmets(databas, storlek=5)
    yield motor
    motor.dispose()


@pytest.fixture
def vaka(programmets: Engine, databas: str, tmp_path: Path) -> Vaka:
    """The running program for the made-up municipality, without people or cases."""
    return starta_vaka(programmets, databas, tmp_path, "exempelkommun")


def starta_vaka(motor: Engine, databas: str, mapp: Path, kommun: str) -> Vaka:
    settings = Settings(kommun=kommun, data=mapp, databas=databas, demo=True)
    with krets.systemet(motor) as conn:
        return Vaka(settings, motor, las_in_versioner(conn, las_regler(settings), settings.url, settings.nyckel()))


@pytest.fixture
def bygg(vaka: Vaka) -> Bygge:
    """Builders: people in place, and cases taken to any state by the one path."""
    with vaka.systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(vaka)


@pytest.fixture(autouse=True)
def riktig_klocka() -> Iterator[None]:
    """No test leaves the clock moved."""
    yield
    klocka.stall(None)


@pytest.fixture
def nu() -> datetime:
    return NU
