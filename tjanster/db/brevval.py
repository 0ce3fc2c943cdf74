"""What people have chosen about their letters, and when they changed it: why a letter came, or didn't, can be told afterwards."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from tjanster.db.typer import json_eller_inget, nyckel, pekar, tid


class Brevvalsandring(SQLModel, table=True):
    """A change from what to what; NULL = as the municipality has it. `av` is empty for the command line. Append-only."""

    __tablename__ = "brevvalsandring"

    id: int = nyckel()
    anvandare_id: int = pekar("anvandare.id", index=True)
    av: int | None = pekar("anvandare.id", null=True)
    tid: datetime = tid()
    fran: dict[str, Any] | None = json_eller_inget()
    till: dict[str, Any] | None = json_eller_inget()
