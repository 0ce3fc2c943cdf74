"""Bring a database to the newest tables, or back. Migrations are numbered files; `NUVARANDE` names the newest, so
that two branches that both add one collide in git and not in production.

The program before this one goes on while the tables are changed, and after: a migration only adds, until the release that took
away the last use of something says so (`KRYMPER`; docs/drift.md, *Upgrading*).

Alembic takes a fifth of a second to load, so it is loaded only when there is something for it to do.
"""

import logging
import threading
from importlib.metadata import version
from pathlib import Path
from random import uniform
from typing import TYPE_CHECKING

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from alembic.config import Config

MAPP = Path(__file__).parent / "migreringar"
LAS = 5_391_200_261
FORSOK = 60
VILA = (1.0, 3.0)
"""How often a table that is busy is tried, and the seconds in between: four minutes in all."""
FORSTA = "0.4.0"
"""No table that this release uses has been taken away."""
logg = logging.getLogger("vaka.migrera")
PAGAR = "aterstallning_pagar"
"""The table that stands in a database from before it is filled from a copy until all that follows is done."""


class HalvAterstallning(RuntimeError):
    """The database was being filled from a copy, and it never got done."""

    def __init__(self) -> None:
        super().__init__(
            "Databasen håller på att läsas tillbaka ur en säkerhetskopia, eller så avbröts det på halva vägen. Är 'vaka aterstall' inte "
            "i gång: gör en ny tom databas och kör det igen. Den här startar aldrig."
        )


class Upptaget(RuntimeError):
    """A table was never free for the moment that a change takes."""

    def __init__(self, star_i: str | None) -> None:
        super().__init__(
            "Tabellerna går inte att ändra: något har använt dem hela tiden, till exempel en säkerhetskopia eller en stor rapport. "
            f"De är i version {star_i or 'ingen'} och alla kan arbeta. Kör 'vaka migrera' igen när det är klart."
        )


def _config(motor: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MAPP))
    config.attributes["motor"] = motor
    return config


def migrera(motor: Engine, till: str = "head", *, under_aterstallning: bool = False) -> None:
    """Upgrade to `till`, while others work: a busy table is left alone and tried again. One at a time: other nodes wait for the
    lock and then find the work done. Raises HalvAterstallning and Upptaget."""
    if not under_aterstallning:
        neka_halv(motor)
    if till == "head" and nuvarande(motor) == nyaste():
        return
    # In no transaction: an index that is built while others write waits until all that were open have ended.
    with motor.connect().execution_options(isolation_level="AUTOCOMMIT") as las:
        las.execute(text("SELECT pg_advisory_lock(:k)"), {"k": LAS})
        try:
            _upp(motor, till)
        finally:
            las.execute(text("SELECT pg_advisory_unlock(:k)"), {"k": LAS})


def _upp(motor: Engine, till: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config(motor)
    for kvar in reversed(range(FORSOK)):
        try:
            command.upgrade(config, till)
            break
        except OperationalError as fel:
            if not isinstance(fel.orig, LockNotAvailable):
                raise
            if not kvar:
                raise Upptaget(nuvarande(motor)) from None
            logg.info("En tabell är upptagen; försöker igen", extra={"action": "migration_waits"})
        threading.Event().wait(uniform(*VILA))  # noqa: S311 — so that two never keep step
    krympta = [getattr(m.module, "KRYMPER", FORSTA) for m in ScriptDirectory.from_config(config).walk_revisions()]
    with motor.begin() as conn:
        conn.execute(text(f"COMMENT ON TABLE alembic_version IS '{max(krympta, key=tal)}'"))


def tal(slapp: str) -> list[int]:
    """A release as numbers, to be compared: '0.10.0' comes after '0.9.1'."""
    return [int(del_) if del_.isdigit() else 0 for del_ in slapp.split(".")]


def felet(motor: Engine) -> str | None:
    """Why this program can't work on the tables as they are, and what to do. Newer ones that still have all that it uses are well."""
    har, ska = nuvarande(motor), nyaste()
    if har == ska:
        return None
    mening = f"Databasen har tabellerna i version {har or 'ingen'}, programmet behöver {ska}."
    if har is None or int(har) < int(ska):
        return f"{mening} Kör 'vaka migrera'."
    minst = _for(motor)
    if minst is not None and tal(version("vaka")) >= tal(minst):
        return None
    return f"{mening} Installera Vaka {minst} eller nyare." if minst else f"{mening} Installera en nyare Vaka."


def _for(motor: Engine) -> str | None:
    """The oldest release that the tables are for, as the one who changed them noted it."""
    with motor.connect() as conn:
        ut: str | None = conn.scalar(text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')"))
        return ut


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
