"""Each extract of what is held on a person: who made it, when, and how much it told. Append-only."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, LargeBinary, Text
from sqlmodel import Field, SQLModel

from tjanster.db.typer import lista, nyckel, pekar, tid


class Registerutdrag(SQLModel, table=True):
    """One extract. `sokt` is a keyed hash of whom it was about, `slappta` the pieces that were let go, `annan_krets` how
    many cases somebody else must look at, `hash` that of the file (none when it was only shown)."""

    __tablename__ = "registerutdrag"

    id: int = nyckel()
    av: int | None = pekar("anvandare.id", null=True)
    tid: datetime = tid()
    form: str
    sokt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    arenden: list[str] = lista(Text)
    slappta: list[str] = lista(Text)
    annan_krets: int
    hash: str | None = None

    __table_args__: ClassVar[Any] = (CheckConstraint("form IN ('visat', 'pdf', 'json')", name="registerutdrag_form"),)
