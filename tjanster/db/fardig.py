"""A question that is put together once and asked many times: putting a long one together costs more than asking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg


@dataclass(frozen=True)
class Fardig:
    """The text as PostgreSQL gets it, and its values as they are: none that must be written in another way first, as JSON is."""

    text: str
    varden: dict[str, Any]

    @classmethod
    def av(cls, sats: Select[Any]) -> "Fardig":
        satt = sats.compile(dialect=_DIALEKT, compile_kwargs={"render_postcompile": True})
        return cls(str(satt), dict(satt.params))

    def rader(self, conn: Connection) -> Sequence[Row[Any]]:
        return conn.exec_driver_sql(self.text, self.varden).all()


_DIALEKT = PGDialect_psycopg()
