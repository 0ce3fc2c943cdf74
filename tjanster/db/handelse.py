"""What happened: append-only. The database refuses to change or remove a row."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from tjanster.db.typer import json, nyckel, pekar, tid


class Handelse(SQLModel, table=True):
    """One event in a case. `dag` is the day it happened, `tid` when it was written down.

    `uppgifter` holds {field: [before, after]}; `foljder` the limits started and met with the dated rule that gave
    each day, and the notices sent. `av` is empty when the system acted.
    """

    __tablename__ = "handelse"

    id: int = nyckel()
    arende_id: int = pekar("arende.id")
    lopnr: int
    handelse: str
    fran: str | None
    till: str
    av: int | None = pekar("anvandare.id", null=True)
    roll: str | None
    dag: date
    tid: datetime = tid()
    skal: str | None
    uppgifter: dict[str, Any] = json()
    foljder: dict[str, Any] = json()
    regelversion: int = pekar("regelversion.id")
    processversion: int = pekar("processversion.id")

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("arende_id", "lopnr", name="handelse_en"),
        Index("handelse_namn_dag", "handelse", "dag"),
        Index("handelse_dag", "dag"),
    )
