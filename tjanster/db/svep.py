"""Each sweep and what it did, so that silence is noticed."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from tjanster.db.typer import json, nyckel, tid


class Svep(SQLModel, table=True):
    """One run of the watch."""

    __tablename__ = "svep"

    id: int = nyckel()
    start: datetime = tid()
    slut: datetime | None = tid(null=True)
    nu: datetime = tid()
    utfall: dict[str, Any] = json()
