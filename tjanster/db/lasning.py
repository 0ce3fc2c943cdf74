"""Every reading of a case: append-only, like what happened in it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Lasning(SQLModel, table=True):
    """Somebody saw something of a case. `av` is empty when the system or the command line read; `vad` is a word of
    `tjanster.arenden.lasning.VAD`, `detalj` the number of a file or the name of a report, `skal` the reason that was
    asked for. `enhet` (the case's), `tilldelad` and `skyddad` are as they were then."""

    __tablename__ = "lasning"

    id: int = nyckel()
    arende_id: int = Field(sa_column=Column(BigInteger, nullable=False))  # no key: it outlives a case that is weeded
    av: int | None = pekar("anvandare.id", null=True)
    tid: datetime = tid()
    enhet: str
    vad: str
    detalj: str | None = None
    skal: str | None = None
    tilldelad: bool
    skyddad: bool

    __table_args__: ClassVar[Any] = (
        Index("lasning_arende", "arende_id", "id"),
        Index("lasning_av", "av", "tid"),
        Index("lasning_tid", "tid"),
    )
