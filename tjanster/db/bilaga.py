"""Files that belong to a case."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, LargeBinary, text
from sqlmodel import Field, SQLModel

from tjanster.db.typer import delindex, nyckel, pekar, tid


class Bilaga(SQLModel, table=True):
    """A file, encrypted; `sha256` is a keyed sum by which the same file is known again. Its content is in `innehall`, or outside
    the database as `objekt` in the store `lager`. One that is taken away keeps its row, emptied of its content, so that the
    history still tells of it."""

    __tablename__ = "bilaga"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    namn: str
    typ: str
    storlek: int
    sha256: str
    krypterad: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default="false"))
    innehall: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    lager: str | None = None
    objekt: str | None = None
    rubrik: str | None
    av: int | None = pekar("anvandare.id", null=True)
    borttagen: datetime | None = tid(null=True)
    borttagen_av: int | None = pekar("anvandare.id", null=True)
    skal: str | None
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        CheckConstraint(
            "num_nonnulls(innehall, objekt) = CASE WHEN borttagen IS NULL THEN 1 ELSE 0 END", name="bilaga_pa_ett_stalle"
        ),
        CheckConstraint("(lager IS NULL) = (objekt IS NULL)", name="bilaga_objekt_i_lager"),
        delindex("bilaga_objekt", "lager", "objekt", dar="objekt IS NOT NULL", unik=True),
    )


class Bilageradering(SQLModel, table=True):
    """An object that no row holds any more, to be deleted from its store. Written by a trigger on `bilaga` alone."""

    __tablename__ = "bilageradering"

    id: int = nyckel()
    lager: str
    objekt: str
    tid: datetime = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    )
