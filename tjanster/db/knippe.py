"""Statements that are sent together: one trip to the server, in order, in the transaction that is open.

An event writes a handful of rows in as many tables. Sent one by one, most of its time goes to waiting for the server to say yes to
each. libpq's pipeline mode sends them all and then reads all the answers; a fault in one stops those after it.

The driver's call is all that is exchanged: errors, lost connections and what may be told of them are handled as for any statement.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from weakref import WeakKeyDictionary

from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

Sats = tuple[Executable, Sequence[Mapping[str, Any]]]
"""A statement, and the values of each time that it is to be run."""
VAL = "vaka_knippe"
"""The execution option that holds a bundle."""
_forst: WeakKeyDictionary[Any, tuple[str, Mapping[str, Any]]] = WeakKeyDictionary()
"""The driver's connection → what goes with its next statement."""
_fore_varje: WeakKeyDictionary[Any, tuple[str, Mapping[str, Any]]] = WeakKeyDictionary()
"""The same with each of its statements."""
_DIALEKT = dialect()


class Knippe:
    def __init__(self, satser: Sequence[Sats]) -> None:
        self.satser = satser
        self.svar: list[list[dict[str, Any]]] = []

    def driverns(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The statements and their values as the driver takes them."""
        return [_driverns(sats, rader) for sats, rader in self.satser]


def sand(conn: Connection, satser: Sequence[Sats]) -> list[list[dict[str, Any]]]:
    """Run them all, in order; those without values are left out. Gives the rows that each gave, none for one that gives none and for
    one with many values. Raises what `conn.execute` raises for the first that fails."""
    knippe = Knippe([(sats, rader) for sats, rader in satser if rader])
    if knippe.satser:
        conn.exec_driver_sql("knippe", execution_options={VAL: knippe})
    return knippe.svar


def forst(conn: Connection, sats: str, varden: Mapping[str, Any]) -> None:
    """Let this, in the driver's words, go with the next statement and before it. Another one asked for meanwhile takes its place."""
    _forst[_drivern(conn)] = sats, varden


def fore_varje(conn: Connection, sats: str, varden: Mapping[str, Any]) -> None:
    """Let this go with each statement and before it, until it is forgotten."""
    _fore_varje[_drivern(conn)] = sats, varden


def glom(conn: Connection) -> None:
    """What was to go with the next statement, or with each, is not to go."""
    _forst.pop(_drivern(conn), None)
    _fore_varje.pop(_drivern(conn), None)


def _drivern(conn: Connection) -> Any:
    return conn.connection.driver_connection


def ta_hand_om(motor: Engine) -> None:
    """Let the engine's connections send bundles."""
    event.listen(motor, "do_execute", _skicka)
    event.listen(motor, "do_executemany", partial(_skicka, flera=True))
    event.listen(motor, "do_execute_no_params", _skicka_utan)


def _skicka_utan(cursor: Any, sats: str, context: Any) -> bool:
    return _skicka(cursor, sats, None, context)


def _skicka(cursor: Any, sats: str, parametrar: Any, context: Any, *, flera: bool = False) -> bool:
    knippe = context.execution_options.get(VAL)
    innan, varje = _forst.pop(cursor.connection, None), _fore_varje.get(cursor.connection)
    innan = innan or varje
    if knippe is None and innan is None:
        return False
    driver = cursor.connection
    with driver.pipeline():
        if innan:
            driver.cursor().execute(*innan)
        if knippe:
            gjorda = [_kor(driver.cursor(row_factory=dict_row), *ett) for ett in knippe.driverns()]
        elif flera:
            cursor.executemany(sats, parametrar)
        elif parametrar or varje:
            cursor.execute(sats, parametrar)
    if knippe:
        knippe.svar = [gjord.fetchall() if gjord.rownumber is not None else [] for gjord in gjorda]
    # Without values a text may hold several statements, which can't go with others: it is sent by itself, in the same transaction.
    return bool(knippe or parametrar or varje)


def _kor(cursor: Any, sats: str, rader: list[dict[str, Any]]) -> Any:
    if len(rader) == 1:
        cursor.execute(sats, rader[0])
    else:
        cursor.executemany(sats, rader)
    return cursor


def _driverns(sats: Executable, rader: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    text, fasta, omvandlas = _oversatt(sats, frozenset(rader[0]))
    ut = [{**fasta, **rad} for rad in rader]
    for namn, omvandla in omvandlas:
        for rad in ut:
            rad[namn] = omvandla(rad[namn])
    return text, ut


@lru_cache(256)
def _oversatt(sats: Executable, namn: frozenset[str]) -> tuple[str, dict[str, Any], list[tuple[str, Any]]]:
    """The statement as text, the values that stand in it, and how a value of each name is made the driver's."""
    assert isinstance(sats, ClauseElement)
    klar = sats.compile(dialect=_DIALEKT, column_keys=sorted(namn))
    assert isinstance(klar, SQLCompiler)
    far_inte = [*klar.insert_prefetch, *klar.update_prefetch, *klar.post_compile_params]
    assert not far_inte, f"{klar}: defaults of the program's and IN with a list aren't sent in a bundle"
    omvandlas = [
        (bind, gor) for bind, parameter in klar.binds.items()
        if (gor := parameter.type.dialect_impl(_DIALEKT).bind_processor(_DIALEKT)) is not None
    ]  # fmt: skip
    return str(klar), {k: v for k, v in klar.params.items() if k not in namn}, omvandlas
