"""The seals of the log: a keyed chain over its rows, the days that were closed, how far each table is known to be whole."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, SmallInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import json, nyckel, tid


class Loggkedja(SQLModel, table=True):
    """The seal of one row: `mac` is keyed by `nyckel`, over the seal before it and the row as `form` spells it.
    `nr` runs through the whole chain, `lopnr` through its day. Append-only."""

    __tablename__ = "loggkedja"

    nr: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    dag: date
    lopnr: int = Field(sa_type=BigInteger)
    tabell: str
    rad_id: int = Field(sa_type=BigInteger)
    form: int = Field(sa_type=SmallInteger)
    nyckel: str
    mac: bytes

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("tabell", "rad_id", name="loggkedja_en"),
        Index("loggkedja_dag", "dag", "lopnr"),
    )


class Loggdag(SQLModel, table=True):
    """A day that was closed: how many seals it got, the last one's number, and a seal over that. `golv`: table → the
    row number up to which every row had a seal. Append-only."""

    __tablename__ = "loggdag"

    dag: date = Field(primary_key=True)
    antal: int = Field(sa_type=BigInteger)
    sista_nr: int = Field(sa_type=BigInteger)
    golv: dict[str, Any] = json()
    nyckel: str
    mac: bytes
    stangd: datetime = tid()


class Logglage(SQLModel, table=True):
    """How far a table is known to be whole: every row up to `golv` that there will ever be is sealed."""

    __tablename__ = "logglage"

    tabell: str = Field(primary_key=True)
    golv: int = Field(sa_type=BigInteger)
    nar: datetime = tid()


class Loggprov(SQLModel, table=True):
    """A verification and what it found. `fel` is empty when the log was whole."""

    __tablename__ = "loggprov"

    id: int = nyckel()
    nar: datetime = tid()
    fran: date | None
    rader: int = Field(sa_type=BigInteger)
    antal_fel: int
    fel: dict[str, Any] = json()
