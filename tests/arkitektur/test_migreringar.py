"""Migrations build just the tables that the code declares, up and down and up again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from tjanster.db import migrera


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
