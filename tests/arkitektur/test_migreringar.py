"""Migrations build just the tables that the code declares, up and down and up again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

from tests.tjanster.kopiahjalp import servermapp
from tjanster.db import migrera, server, session


def test_migreringarna_ger_samma_tabeller_som_koden(motor: Engine) -> None:
    with motor.connect() as conn:
        skillnad = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), SQLModel.metadata)
    assert skillnad == []


def test_ned_och_upp_igen(motor: Engine) -> None:
    migrera.backa(motor, "base")
    assert inspect(motor).get_table_names() == ["alembic_version"]
    migrera.migrera(motor)
    assert migrera.nuvarande(motor) == migrera.nyaste()
    migrera.migrera(motor)


def test_en_aldre_version_far_inte_lamna_innehall_efter_sig_i_ett_lager(motor: Engine) -> None:
    rad = (
        "INSERT INTO bilaga (arende_id, namn, typ, storlek, sha256, lager, objekt, tid) "
        "VALUES (1, 'a.txt', 'text/plain', 1, 'x', 'file:///lager', 'k/a', now())"
    )
    with motor.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text(rad))
    with pytest.raises(ProgrammingError, match="vaka bilagor flytta --till databas"):
        migrera.backa(motor, "0013")
    with motor.begin() as conn:
        conn.execute(text("DELETE FROM bilaga"))
    with pytest.raises(ProgrammingError, match="Kör 'vaka bevaka' först"):
        migrera.backa(motor, "0013")
    with motor.begin() as conn:
        conn.execute(text("DELETE FROM bilageradering"))
    migrera.backa(motor, "0013")
    assert migrera.nuvarande(motor) == "0013"


def test_den_som_gjorde_rollen_utan_att_vara_superanvandare_far_ta_den() -> None:
    """PostgreSQL 16 and newer: whoever makes a role is its member, and may not take it before it is given to them."""
    url = server.starta(servermapp(), databas="postgres")
    admin = session.motor(url)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("CREATE ROLE socialen LOGIN CREATEROLE"))
        conn.execute(text("CREATE DATABASE kvalitet OWNER socialen"))
    admin.dispose()
    egen = make_url(url).set(username="socialen", database="kvalitet").render_as_string(hide_password=False)
    agare = session.motor(egen)
    migrera.migrera(agare)
    agare.dispose()
    programmets = session.programmets(egen)
    with programmets.connect() as conn:
        assert conn.scalar(text("SELECT current_user")) == "vaka_app"
    programmets.dispose()
