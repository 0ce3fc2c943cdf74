"""What a person arranges for their own work: cases they follow, and lists they come back to."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Foljer(SQLModel, table=True):
    """A person follows a case. It gives no right to see it: outside their circle the row shows nothing."""

    __tablename__ = "foljer"

    anvandare_id: int = Field(sa_column=Column(BigInteger, ForeignKey("anvandare.id"), primary_key=True))
    arende_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("arende.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    sedan: datetime = tid()


class Vy(SQLModel, table=True):
    """A list under a name of the person's own. `fraga` is the list's own question: codes, never words of anybody's."""

    __tablename__ = "vy"

    id: int = nyckel()
    anvandare_id: int = pekar("anvandare.id")
    namn: str
    fraga: str
    skapad: datetime = tid()

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("anvandare_id", "namn", name="vy_namn"),
        CheckConstraint("length(namn) BETWEEN 1 AND 60 AND length(fraga) <= 1000", name="vy_langd"),
    )
