"""Bring a database to the newest tables, or back. Migrations are numbered files; `NUVARANDE` names the newest, so
that two branches that both add one collide in git and not in production."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

MAPP = Path(__file__).parent / "migreringar"
LAS = 5_391_200_261


def _config(motor: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MAPP))
    config.attributes["motor"] = motor
    return config


def migrera(motor: Engine, till: str = "head") -> None:
    """Upgrade to `till`. One at a time: other nodes wait for the lock and then find the work done."""
    with motor.connect() as las:
        las.execute(text("SELECT pg_advisory_lock(:k)"), {"k": LAS})
        try:
            command.upgrade(_config(motor), till)
        finally:
            las.execute(text("SELECT pg_advisory_unlock(:k)"), {"k": LAS})
            las.commit()


def backa(motor: Engine, till: str) -> None:
    """Downgrade to `till` ('base' = no tables)."""
    command.downgrade(_config(motor), till)


def nyaste() -> str:
    return ScriptDirectory(str(MAPP)).get_current_head() or ""


def nuvarande(motor: Engine) -> str | None:
    """The migration that the database stands at; None when it is empty."""
    with motor.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()
