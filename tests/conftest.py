"""Every test that needs a database gets one of its own, made from a template that the migrations built."""

import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from regler import Regelverk
from tests.bygg import NU, Bygge, lagg_in_personal
from tests.provserver import provserver, stada
from tjanster import klocka
from tjanster.app import Vaka, las_regler
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.db import krets, migrera, session
from tjanster.settings import Settings


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: while one waits for a browser, a process or a killed database, another computes."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long walks in the browser go first, so that the workers are done at the same time."""
    items.sort(key=lambda item: (item.path.stem != "test_sidor", "berattelser" not in item.path.parts))


def pytest_configure(config: pytest.Config) -> None:
    """What a run that was killed left in memory goes away when the next one begins."""
    if not hasattr(config, "workerinput"):
        stada()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Also when this run was interrupted: its workers are gone by now, and what they had no time for is done for them."""
    if not hasattr(config, "workerinput"):
        stada()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """An embedded PostgreSQL for this test process; stops and goes away with it."""
    with provserver("mall") as url:
        motor = session.motor(url, storlek=2)
        migrera.migrera(motor)
        _bradska(motor)
        motor.dispose()
        yield url


def _bradska(motor: Engine) -> None:
    """A database is made and thrown away for each test. What a computer that loses its power would lose is no loss here; a
    killed process loses nothing."""
    with motor.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for val in ("fsync", "full_page_writes", "synchronous_commit"):
            conn.execute(text(f"ALTER SYSTEM SET {val} = off"))
        conn.execute(text("SELECT pg_reload_conf()"))


@pytest.fixture(scope="session")
def _admin(postgres: str) -> Iterator[Engine]:
    """Makes and takes away databases."""
    url = make_url(postgres).set(drivername="postgresql+psycopg", database="postgres")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    yield admin
    admin.dispose()


@pytest.fixture
def databas(postgres: str, _admin: Engine) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database."""
    namn = f"prov_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with _admin.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy'))
    yield make_url(postgres).set(database=namn).render_as_string(hide_password=False)
    with _admin.connect() as conn:
        conn.execute(text(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)'))


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
    regelverk = _exempelkommunens_regler() if kommun == "exempelkommun" else las_regler(settings)
    with krets.systemet(motor) as conn:
        return Vaka(settings, motor, las_in_versioner(conn, regelverk, settings.url, settings.nyckel()))


@cache
def _exempelkommunens_regler() -> Regelverk:
    """Read once in each process: a rule set never changes after that."""
    return las_regler(Settings(kommun="exempelkommun"))


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
