"""The log control: a month's sample of readings in a unit, and what its manager said of each."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import json, nyckel, pekar, tid


class Loggkontroll(SQLModel, table=True):
    """One drawing. `fro` is the seed, `regel` the sizes and weights, `lika` the readings by somebody with the same surname
    as the person: with the readings they give the same sample again.
    `antal`: how many readings it was drawn from; `senast`: the day when all is to be marked."""

    __tablename__ = "loggkontroll"

    id: int = nyckel()
    manad: date
    enhet: str
    fro: str
    regel: dict[str, Any] = json()
    lika: list[int] = json()
    antal: int
    senast: date
    dragen: datetime = tid()
    paminda: int = Field(default=0, sa_column_kwargs={"server_default": "0"})

    __table_args__: ClassVar[Any] = (UniqueConstraint("manad", "enhet", name="loggkontroll_en"),)


class Loggkontrollrad(SQLModel, table=True):
    """One reading of a sample. `varfor`: what gave it extra weight; `arende`: the case that the follow-up became."""

    __tablename__ = "loggkontrollrad"

    id: int = nyckel()
    kontroll_id: int = pekar("loggkontroll.id")
    lasning_id: int = pekar("lasning.id")
    vikt: float
    varfor: list[str] = json()
    bedomning: str | None = None
    motiv: str | None = None
    av: int | None = pekar("anvandare.id", null=True)
    nar: datetime | None = tid(null=True)
    arende: str | None = None

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("kontroll_id", "lasning_id", name="loggkontrollrad_en"),
        Index("loggkontrollrad_lasning", "lasning_id"),
        CheckConstraint("bedomning IN ('ratt', 'utreds')", name="loggkontrollrad_bedomning"),
        CheckConstraint("(bedomning IS NULL) = (nar IS NULL)", name="loggkontrollrad_bedomd_nar"),
    )
