"""A step that two persons take: what the first one proposed, and what came of it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from tjanster.db.typer import delindex, json, nyckel, pekar, tid


class Forslag(SQLModel, table=True):
    """A proposed step that waits for another person. `lopnr`: the case's event that tells of it; `uppgifter` and `skal`: what
    was filled in; `varfor`: the demand for two; `delegation`: the row by which the proposer may. `utfall` is empty while
    it waits; the database lets nothing else be changed, and that but once.
    """

    __tablename__ = "forslag"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    lopnr: int
    handelse: str
    uppgifter: dict[str, Any] = json()
    skal: str | None
    varfor: str
    delegation: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    av: int = pekar("anvandare.id")
    i_stallet_for: int | None = pekar("anvandare.id", null=True)
    utfall: str | None = None
    svarat: datetime | None = tid(null=True)
    svarat_av: int | None = pekar("anvandare.id", null=True)
    svar_skal: str | None = None
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        delindex("forslag_ett_i_taget", "arende_id", "handelse", dar="utfall IS NULL", unik=True),
        CheckConstraint("utfall IN ('bekraftat', 'avslaget', 'atertaget', 'fallet')", name="forslag_utfall"),
        CheckConstraint("(utfall IS NULL) = (svarat IS NULL)", name="forslag_svarat"),
        CheckConstraint(
            "utfall <> 'bekraftat' OR (svarat_av IS NOT NULL AND svarat_av <> av)", name="forslag_tva_personer"
        ),
    )
