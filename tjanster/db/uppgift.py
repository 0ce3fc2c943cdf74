"""Something a person must do in a case, or a measure that a unit must take a stand on."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlmodel import SQLModel

from tjanster.db.typer import delindex, nyckel, pekar, tid


class Uppgift(SQLModel, table=True):
    """A task. Belongs to a unit; its manager owns it until somebody else does. `atgard` ties it to a measure."""

    __tablename__ = "uppgift"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    slag: str
    text: str
    enhet: str
    agare: int | None = pekar("anvandare.id", null=True)
    senast: date | None
    atgard: str | None
    skapad: datetime = tid()
    klar: datetime | None = tid(null=True)
    klar_av: int | None = pekar("anvandare.id", null=True)
    kommentar: str | None

    __table_args__: ClassVar[Any] = (
        delindex("uppgift_oppen", "enhet", "senast", dar="klar IS NULL"),
        delindex("uppgift_atgard", "arende_id", dar="atgard IS NOT NULL", med=["klar", "senast"]),
    )
