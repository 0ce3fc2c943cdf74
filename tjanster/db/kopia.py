"""Copies taken of the database, and the times that it was set back to an older state."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, tid


class Sakerhetskopia(SQLModel, table=True):
    """A whole copy: `tagen` is the moment that it shows, `klar` when it was whole on disk. `storlek` in bytes. A restored database
    knows of the copies before the one that it came from."""

    __tablename__ = "sakerhetskopia"

    id: int = nyckel()
    tagen: datetime = tid()
    klar: datetime = tid()
    namn: str
    storlek: int = Field(sa_type=BigInteger)


class Aterstallning(SQLModel, table=True):
    """The database was set back to how it was at `till`. No letter leaves before somebody has said what is to become of those that
    may have gone already: `val` of those up to `sista_notis`, and of what rungs up to `sista_paminnelse` give."""

    __tablename__ = "aterstallning"

    id: int = nyckel()
    till: datetime = tid()
    gjord: datetime = tid()
    namn: str | None
    sista_notis: int = Field(sa_type=BigInteger)
    sista_paminnelse: int = Field(sa_type=BigInteger)
    slappt: datetime | None = tid(null=True)
    slappt_av: int | None = Field(default=None, sa_column=Column(BigInteger, ForeignKey("anvandare.id"), nullable=True))
    val: str | None

    __table_args__: ClassVar[Any] = (
        CheckConstraint("val IN ('skicka', 'stryk')", name="aterstallning_val_finns"),
        CheckConstraint("num_nonnulls(slappt, slappt_av, val) IN (0, 3)", name="aterstallning_slappt_hel"),
    )
