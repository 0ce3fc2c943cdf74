"""Many cases handed over at once: to whom and why, and how it went with each of them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import nyckel, pekar, tid


class Overlamning(SQLModel, table=True):
    """One hand-over. `sort`: person, enhet, or tillbaka (each case to where it was before the one in `angrar`). `nyckel` is the
    form's own key: a form sent twice is one hand-over. `utanfor`: cases chosen that the person didn't see any more."""

    __tablename__ = "overlamning"

    id: int = nyckel()
    av: int = pekar("anvandare.id", index=True)
    skapad: datetime = tid()
    sort: str
    till_handlaggare: int | None = pekar("anvandare.id", null=True)
    till_enhet: str | None
    skal: str
    nyckel: str = Field(unique=True)
    angrar: int | None = pekar("overlamning.id", null=True)
    utanfor: int = Field(default=0)
    klar: datetime | None = tid(null=True)

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("angrar", name="overlamning_angras_en_gang"),
        CheckConstraint(
            "(sort = 'person') = (till_handlaggare IS NOT NULL) AND (sort = 'enhet') = (till_enhet IS NOT NULL) "
            "AND (sort = 'tillbaka') = (angrar IS NOT NULL)",
            name="overlamning_sort",
        ),
    )


class Overlamningsrad(SQLModel, table=True):
    """A case of it, as it was before, and how it went: empty while it waits, gick or gick_inte with why. Written in the
    transaction of the case's own event."""

    __tablename__ = "overlamningsrad"

    id: int = nyckel()
    overlamning_id: int = pekar("overlamning.id", index=True)
    arende_id: int = pekar("arende.id", index=True)
    version: int
    fran_handlaggare: int | None = pekar("anvandare.id", null=True)
    fran_enhet: str
    utfall: str | None
    varfor: str | None

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("overlamning_id", "arende_id", name="overlamningsrad_en"),
        CheckConstraint("utfall IN ('gick', 'gick_inte')", name="overlamningsrad_utfall"),
        CheckConstraint("(utfall IS NOT DISTINCT FROM 'gick_inte') = (varfor IS NOT NULL)", name="overlamningsrad_varfor"),
    )
