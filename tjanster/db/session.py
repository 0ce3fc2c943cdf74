"""The engine. Sessions run in Swedish time, so that a day in SQL is a day in Sweden."""

import re
from typing import Any

from psycopg.errors import InsufficientPrivilege, InvalidParameterValue
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url

from tjanster.db.krets import ROLL


def motor(url: str, *, storlek: int = 10) -> Engine:
    """An engine for `postgresql://…` with the rights of the one who logs in: for migrations. A dead connection is found
    before use; a lost database gives an error in 5 s."""
    ut = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=storlek,
        max_overflow=storlek,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # an SQL error must not print an address or a case's text
        connect_args={"connect_timeout": 5, "options": "-c timezone=Europe/Stockholm"},
    )
    event.listen(ut, "handle_error", _utan_innehall)
    return ut


def _utan_innehall(om: ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refused; what it quotes must not reach a log. The error's `diag` keeps it."""
    for fel in (om.original_exception, om.sqlalchemy_exception):
        if fel is not None and fel.args and isinstance(fel.args[0], str):
            fel.args = (re.sub(r"(?m)\n^(DETAIL|CONTEXT|LINE \d+|HINT|QUERY):.*(\n(?!\[|\().*)*", "", fel.args[0]), *fel.args[1:])


class RollSaknas(RuntimeError):
    """The database log-in may not take the program's role."""


def programmets(url: str, *, storlek: int = 10) -> Engine:
    """The engine that the program runs on: with the rights of `vaka_app`, which changes and removes nothing of the log and
    sees no case until it is said who asks (`tjanster.db.krets`)."""
    ut = motor(url, storlek=storlek)

    @event.listens_for(ut, "connect")
    def _ta_rollen(dbapi: Any, _post: Any) -> None:
        with dbapi.cursor() as cur:
            try:
                cur.execute(f"SET ROLE {ROLL}")
            except (InvalidParameterValue, InsufficientPrivilege) as fel:
                raise RollSaknas(
                    f"Databasens inloggning får inte ta rollen {ROLL}. Kör 'vaka migrera', eller låt den som sköter "
                    f"databasen köra: GRANT {ROLL} TO <inloggningen>."
                ) from fel
        dbapi.commit()

    return ut
