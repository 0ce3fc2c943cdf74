"""Which rules and which form a case was handled under. Rows are never changed."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from tjanster.db.typer import json, nyckel, tid


class Regelversion(SQLModel, table=True):
    """A whole set of rule files as it was, by its hash."""

    __tablename__ = "regelversion"

    id: int = nyckel()
    hash: str = Field(unique=True)
    filer: dict[str, Any] = json()
    tid: datetime = tid()


class Processversion(SQLModel, table=True):
    """A process as it was declared (states, steps, fields), by its hash."""

    __tablename__ = "processversion"

    id: int = nyckel()
    process: str
    hash: str = Field(unique=True)
    forklaring: dict[str, Any] = json()
    tid: datetime = tid()
