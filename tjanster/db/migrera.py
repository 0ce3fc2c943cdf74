"""Bring a database to the newest tables, or back. Migrations are numbered files; `NUVARANDE` names the newest, so
that two branches that both add one collide in git and not in production.

Alembic takes a fifth of a second to load, so it is loaded only when there is something for it to do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

if TYPE_CHECKING:
    from alembic.config import Config

MAPP = Path(__file__).parent / "migreringar"
LAS = 5_391_200_261


def _config(motor: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MAPP))
    config.attributes["motor"] = motor
    return config


def migrera(motor: Engine, till: str = "head") -> None:
    """Upgrade to `till`. One at a time: other nodes wait for the lock and then find the work done."""
    if till == "head" and nuvarande(motor) == nyaste():
        return
    from alembic import command

    with motor.connect() as las:
        las.execute(text("SELECT pg_advisory_lock(:k)"), {"k": LAS})
        try:
            command.upgrade(_config(motor), till)
        finally:
            las.execute(text("SELECT pg_advisory_unlock(:k)"), {"k": LAS})
            las.commit()


def backa(motor: Engine, till: str) -> None:
    """Downgrade to `till` ('base' = no tables)."""
    from alembic import command

    command.downgrade(_config(motor), till)


def nyaste() -> str:
    """The number of the newest migration."""
    return (MAPP / "NUVARANDE").read_text(encoding="utf-8").partition("_")[0]


def nuvarande(motor: Engine) -> str | None:
    """The migration that the database stands at; None when it is empty."""
    with motor.connect() as conn:
        if conn.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        har: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
        return har
