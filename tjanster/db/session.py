"""The engine. Sessions run in Swedish time, so that a day in SQL is a day in Sweden."""

import re
import select
from functools import partial
from typing import Any

from psycopg import Error
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DiskFull, InsufficientPrivilege, InvalidParameterValue
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from tjanster import klocka
from tjanster.db import knippe
from tjanster.db.krets import ROLL, SYSTEMETS

VILA = 10.0
"""Seconds after which a connection that nobody used is tried before it is used again."""
STUM = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""A machine that loses its power closes nothing, and a call to it would wait for hours. Seconds, but the last: milliseconds."""


def adress(url: str) -> URL:
    """`postgresql://…` as the engine takes it; several servers stand with commas between them, as libpq has it."""
    delar = conninfo_to_dict(url)
    if "," not in str(delar.get("host", "")):
        return make_url(url).set(drivername="postgresql+psycopg")
    namn, losen, databas = (delar.pop(ord_, None) for ord_ in ("user", "password", "dbname"))
    return URL.create(
        "postgresql+psycopg", None if namn is None else str(namn), None if losen is None else str(losen),
        database=None if databas is None else str(databas), query={ord_: str(varde) for ord_, varde in delar.items()},
    )  # fmt: skip


def motor(url: str, *, storlek: int = 10) -> Engine:
    """An engine for `postgresql://…` with the rights of the one who logs in: for migrations. A dead connection is found
    before use; a lost database gives an error in 5 s for each of its servers, one that went silent in 15 s."""
    ut = create_engine(
        adress(url),
        pool_size=storlek,
        max_overflow=storlek,
        pool_timeout=10,
        hide_parameters=True,  # an SQL error must not print an address or a case's text
        connect_args={"connect_timeout": 5, "options": "-c timezone=Europe/Stockholm", **STUM},
    )
    knippe.ta_hand_om(ut)
    event.listen(ut, "handle_error", _utan_innehall)
    event.listen(ut, "checkin", _lamnad)
    event.listen(ut, "checkout", partial(_lever, ut))
    return ut


def i_bruk(motor: Engine) -> tuple[int, int]:
    """How many of the engine's connections somebody holds now, and how many there may be."""
    pool = motor.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout(), 2 * pool.size()  # as many above its size as in it


def _lamnad(_dbapi: Any, post: Any) -> None:
    post.info["lamnad"] = klocka.maskintid()


def _lever(motor: Engine, dbapi: Any, post: Any, _post: Any) -> None:
    """A server that goes away says so on the socket, which is free to look at; only after a rest is the server asked."""
    nyss = 0 <= klocka.maskintid() - post.info.get("lamnad", klocka.maskintid()) < VILA
    try:
        if not (nyss and _tyst(dbapi)):
            motor.dialect.do_ping(dbapi)
    except Error:
        raise DisconnectionError from None


def _tyst(dbapi: Any) -> bool:
    """Has nothing come that wasn't asked for?"""
    vakt = select.poll()
    vakt.register(dbapi.fileno(), select.POLLIN)
    return not vakt.poll(0)


def _utan_innehall(om: ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refused; what it quotes must not reach a log. The error's `diag` keeps it."""
    for fel in (om.original_exception, om.sqlalchemy_exception):
        if fel is not None and fel.args and isinstance(fel.args[0], str):
            fel.args = (re.sub(r"(?m)\n^(DETAIL|CONTEXT|LINE \d+|HINT|QUERY):.*(\n(?!\[|\().*)*", "", fel.args[0]), *fel.args[1:])


def full(fel: BaseException) -> bool:
    """Was it refused because the server's disk is full? Then nothing was written."""
    return isinstance(getattr(fel, "orig", None), DiskFull)


class RollSaknas(RuntimeError):
    """The database log-in may not take the program's role."""


def programmets(url: str, *, storlek: int = 10) -> Engine:
    """The engine that the program runs on: with the rights of `vaka_app`, which changes and removes nothing of the log and
    sees no case until it is said who asks (`tjanster.db.krets`)."""
    ut = motor(url, storlek=storlek)

    @event.listens_for(ut, "connect")
    def _ta_rollen(dbapi: Any, _post: Any) -> None:
        with dbapi.cursor() as cur:
            for roll in (SYSTEMETS, ROLL):  # the first one has to be there to be taken
                try:
                    cur.execute(f"SET ROLE {roll}")
                except (InvalidParameterValue, InsufficientPrivilege) as fel:
                    dbapi.close()  # nobody else has it yet
                    raise RollSaknas(
                        f"Databasens inloggning får inte ta rollen {roll}. Kör 'vaka migrera', eller låt den som sköter "
                        f"databasen köra: GRANT {roll} TO <inloggningen>."
                    ) from fel
        dbapi.commit()

    return ut
