"""Who stands in for whom, between which days, and who said so."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Vikariat(SQLModel, table=True):
    """A dated assignment. The appointments that it lends are rows of `uppdrag`. `satt_av` None: from the command line.
    `avslutad`: ended before its last day, which is then the day that it came to hold to."""

    __tablename__ = "vikariat"

    id: int = nyckel()
    for_anvandare: int = pekar("anvandare.id", index=True)
    vikarie: int = pekar("anvandare.id", index=True)
    fran: date
    till: date
    satt: datetime = tid()
    satt_av: int | None = pekar("anvandare.id", null=True)
    andrad: datetime | None = tid(null=True)
    andrad_av: int | None = pekar("anvandare.id", null=True)
    avslutad: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("id", "for_anvandare", "vikarie", name="vikariat_parterna"),
        CheckConstraint("till >= fran", name="vikariat_dagar"),
        CheckConstraint("for_anvandare <> vikarie", name="vikariat_inte_for_sig_sjalv"),
    )
