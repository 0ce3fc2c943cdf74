"""One database for all the tests of a file, emptied before each: making one takes longer than these tests."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from tests.bygg import Bygge, lagg_in_personal
from tests.conftest import starta_vaka
from tjanster.app import Vaka
from tjanster.db import session

STANNAR = {"regelversion", "processversion", "regelaktivering"}


@contextmanager
def delad_vaka(postgres: str, mapp: Path, kommun: str) -> Iterator[Vaka]:
    """The program for a municipality, on a database that goes away afterwards."""
    grund, namn = make_url(postgres), f"delad_{uuid.uuid4().hex[:8]}"
    admin = create_engine(grund.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{namn}" TEMPLATE mall STRATEGY file_copy'))
    url = grund.set(database=namn).render_as_string(hide_password=False)
    motor = session.programmets(url, storlek=5)
    try:
        yield starta_vaka(motor, url, mapp, kommun)
    finally:
        motor.dispose()
        with admin.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{namn}" WITH (FORCE)'))
        admin.dispose()


def bemannad(vaka: Vaka) -> Bygge:
    """The same program emptied, with its people in place."""
    with tom(vaka).systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(vaka)


def tom(vaka: Vaka) -> Vaka:
    """The same program with no people and no cases. Goes around the lock on events, as only a test may."""
    tabeller = [t.name for t in SQLModel.metadata.sorted_tables if t.name not in STANNAR]
    with vaka.systemet() as conn:
        conn.execute(text("SET LOCAL ROLE NONE"))
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for tabell in tabeller:
            conn.execute(text(f'DELETE FROM "{tabell}"'))
    return vaka
