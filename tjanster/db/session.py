"""The engine. Sessions run in Swedish time, so that a day in SQL is a day in Sweden."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url


def motor(url: str, *, storlek: int = 10) -> Engine:
    """An engine for `postgresql://…`. A dead connection is found before use; a lost database gives an error in 5 s."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=storlek,
        max_overflow=storlek,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # an SQL error must not print an address or a case's text
        connect_args={"connect_timeout": 5, "options": "-c timezone=Europe/Stockholm"},
    )
