"""How a question is prepared: put together once and asked many times, since putting a long one together costs more than asking it;
or planned anew each time, where it goes through very many rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, TextClause, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg


@dataclass(frozen=True)
class Fardig:
    """The text as PostgreSQL gets it, and its values as they are: none that must be written in another way first, as JSON is."""

    text: str
    varden: dict[str, Any]

    @classmethod
    def av(cls, sats: Select[Any] | TextClause) -> "Fardig":
        satt = sats.compile(dialect=_DIALEKT, compile_kwargs={"render_postcompile": True})
        return cls(str(satt), dict(satt.params))

    def rader(self, conn: Connection, varden: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """The rows; varden: what stands in it this time, beside what always does."""
        return conn.exec_driver_sql(self.text, {**self.varden, **varden} if varden else self.varden).all()


def for_manga(conn: Connection) -> None:
    """Before questions over very many rows: PostgreSQL plans them for their very values for the rest of the transaction, answers with
    one core, and puts rows together without first putting them in order. A plan made for any values, which it goes over to when a
    question comes back, costs more there than it saves; helpers take the other cores from everybody else; and to order words is much
    dearer than it reckons."""
    conn.execute(_FOR_MANGA)


_FOR_MANGA = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('enable_sort', 'off', true)"
)
_DIALEKT = PGDialect_psycopg()
