"""What somebody searched for lately: their own and nobody else's, encrypted, for a month."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Sokning(SQLModel, table=True):
    """One search; `fraga` holds its words and filters. Its number stands in the address instead of its words."""

    __tablename__ = "sokning"

    id: int = nyckel()
    av: int = pekar("anvandare.id")
    tid: datetime = tid()
    fraga: bytes = Field(sa_column=Column(LargeBinary, nullable=False))

    __table_args__: ClassVar[Any] = (Index("sokning_av", "av", "tid"),)
