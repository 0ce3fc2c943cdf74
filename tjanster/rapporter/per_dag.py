"""Cases as they stood on a day, worked out from the events that had happened by then.

A report printed in January and again in June is thereby the same, however the cases have moved on: a correction is
an event of the day it was made, and what happened on a later day isn't counted. A step written down late counts from
the day it happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_LAGE = """
SELECT DISTINCT ON (h.arende_id) h.arende_id, h.till
  FROM handelse h JOIN arende a ON a.id = h.arende_id
 WHERE a.process = :process AND h.dag <= :dag {urval}
 ORDER BY h.arende_id, h.lopnr DESC
"""
# The last value of a key wins in a jsonb object, so the aggregate is the case's fields as they were.
_FALT = """
WITH lage AS ({lage})
SELECT a.id, a.nummer, a.externt_id, l.till AS tillstand,
       jsonb_object_agg(kv.key, kv.value -> 1 ORDER BY h.lopnr) AS falt
  FROM lage l
  JOIN arende a ON a.id = l.arende_id
  JOIN handelse h ON h.arende_id = l.arende_id AND h.dag <= :dag
 CROSS JOIN LATERAL jsonb_each(h.uppgifter) kv
 WHERE kv.key = ANY(:falt) {villkor}
 GROUP BY a.id, a.nummer, a.externt_id, l.till
 ORDER BY a.id
"""


@dataclass(frozen=True)
class Lagesbild:
    """A case on the day: its state, and the fields asked for that were known."""

    id: int
    nummer: str
    externt_id: str | None
    tillstand: str
    falt: dict[str, Any]

    def dag(self, namn: str) -> date | None:
        varde = self.falt.get(namn)
        return date.fromisoformat(varde) if varde else None


def arenden_per(
    conn: Connection,
    process: str,
    dag: date,
    falt: Sequence[str],
    *,
    tillstand: Iterable[str] | None = None,
    ids: Sequence[int] | None = None,
) -> list[Lagesbild]:
    """The cases of a process as they stood at the end of `dag`, of all or some states, all or some cases."""
    lage = _LAGE.format(urval="AND a.id = ANY(:ids)" if ids is not None else "")
    sats = _FALT.format(lage=lage, villkor="AND l.till = ANY(:tillstand)" if tillstand is not None else "")
    varden: dict[str, Any] = {"process": process, "dag": dag, "falt": list(falt)}
    if tillstand is not None:
        varden["tillstand"] = list(tillstand)
    if ids is not None:
        varden["ids"] = list(ids)
    # A database that has just been filled has no statistics, and a nested loop would walk all events once a case.
    conn.execute(text("SET LOCAL enable_nestloop = off"))
    rader = [Lagesbild(*rad) for rad in conn.execute(text(sats), varden)]
    conn.execute(text("SET LOCAL enable_nestloop = on"))
    return rader
