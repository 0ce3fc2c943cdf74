"""People who use Vaka, what they are appointed to do, and how they come in."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Anvandare(SQLModel, table=True):
    """A person with an account. `losen` is an argon2 hash; empty = can't log in with a password."""

    __tablename__ = "anvandare"

    id: int = nyckel()
    anvandarnamn: str = Field(unique=True)
    namn: str
    epost: str | None
    losen: str | None
    aktiv: bool = Field(default=True)
    misslyckade: int = Field(default=0)
    last_till: datetime | None = tid(null=True)
    skapad: datetime = tid()


class Uppdrag(SQLModel, table=True):
    """A role on a unit and all units below it, from a day, maybe to a day (that day included)."""

    __tablename__ = "uppdrag"

    id: int = nyckel()
    anvandare_id: int = pekar("anvandare.id", index=True)
    roll: str
    enhet: str
    fran: date
    till: date | None

    __table_args__: ClassVar[Any] = (
        Index("uppdrag_enhet", "enhet", "roll"),
        CheckConstraint("till IS NULL OR till >= fran", name="uppdrag_dagar"),
    )


class Inloggning(SQLModel, table=True):
    """A session in the browser. Only a hash of the cookie's secret is kept."""

    __tablename__ = "inloggning"

    hash: str = Field(primary_key=True)
    anvandare_id: int = Field(sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    skapad: datetime = tid()
    senast: datetime = tid()


class Apinyckel(SQLModel, table=True):
    """A token for another system, acting as one account. Only its hash is kept."""

    __tablename__ = "apinyckel"

    hash: str = Field(primary_key=True)
    anvandare_id: int = Field(sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    namn: str
    skapad: datetime = tid()
    upphor: datetime | None = tid(null=True)
