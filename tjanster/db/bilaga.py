"""Files that belong to a case."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, Column, LargeBinary
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Bilaga(SQLModel, table=True):
    """A file, encrypted; `sha256` is a keyed sum by which the same file is known again. One that is taken away keeps its row, emptied of its content, so that the history still tells of it."""

    __tablename__ = "bilaga"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    namn: str
    typ: str
    storlek: int
    sha256: str
    krypterad: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default="false"))
    innehall: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    rubrik: str | None
    av: int | None = pekar("anvandare.id", null=True)
    borttagen: datetime | None = tid(null=True)
    borttagen_av: int | None = pekar("anvandare.id", null=True)
    skal: str | None
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        CheckConstraint("(borttagen IS NULL) = (innehall IS NOT NULL)", name="bilaga_tom_nar_borttagen"),
    )
