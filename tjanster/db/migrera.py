"""Bring a database to the newest tables, or back. Migrations are numbered files; `NUVARANDE` names the newest, so
that two branches that both add one collide in git and not in production.

Alembic takes a fifth of a second to load, so it is loaded only when there is something for it to do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

if TYPE_CHECKING:
    from alembic.config import Config

MAPP = Path(__file__).parent / "migreringar"
LAS = 5_391_200_261
PAGAR = "aterstallning_pagar"
"""The table that stands in a database from before it is filled from a copy until all that follows is done."""


class HalvAterstallning(RuntimeError):
    """The database was being filled from a copy, and it never got done."""

    def __init__(self) -> None:
        super().__init__(
            "Databasen håller på att läsas tillbaka ur en säkerhetskopia, eller så avbröts det på halva vägen. Är 'vaka aterstall' inte "
            "i gång: gör en ny tom databas och kör det igen. Den här startar aldrig."
        )


def _config(motor: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MAPP))
    config.attributes["motor"] = motor
    return config


def migrera(motor: Engine, till: str = "head", *, under_aterstallning: bool = False) -> None:
    """Upgrade to `till`. One at a time: other nodes wait for the lock and then find the work done. Raises HalvAterstallning."""
    if not under_aterstallning:
        neka_halv(motor)
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


def neka_halv(motor: Engine) -> None:
    """Raises HalvAterstallning for a database that a copy is being put in, or never was put whole."""
    with motor.connect() as conn:
        if conn.scalar(text("SELECT to_regclass(:t)"), {"t": PAGAR}) is not None:
            raise HalvAterstallning


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
        return nuvarande_i(conn)


def nuvarande_i(conn: Connection) -> str | None:
    """The same, as the connection sees it."""
    if conn.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    har: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return har
