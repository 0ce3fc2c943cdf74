"""Time limits of a case: the limit, the acts on it, the breach that stays on record, and the rungs of its ladder."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import delindex, lista, nyckel, pekar, tid


class Frist(SQLModel, table=True):
    """One limit in one case. `forfaller` is the last day; for limits in hours `forfaller_tid` is the moment too.

    `slag`: lag (binds) or mal (a municipality's own, shorter goal). `status`: lopande, pausad, mott or utgatt
    (ended without being met: the case took another way). `omgang` goes up each time the day is moved.
    """

    __tablename__ = "frist"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    namn: str
    slag: str
    start: date
    start_tid: datetime | None = tid(null=True)
    forfaller: date | None
    forfaller_tid: datetime | None = tid(null=True)
    regel: str
    regelversion: int = pekar("regelversion.id")
    status: str
    omgang: int = Field(default=1)
    mott: date | None
    mott_tid: datetime | None = tid(null=True)

    __table_args__ = (
        delindex("frist_lopande", "forfaller", dar="status = 'lopande'"),
        delindex("frist_pausad", "arende_id", dar="status = 'pausad'"),
        delindex("frist_en_oppen", "arende_id", "namn", "slag", dar="status IN ('lopande', 'pausad')", unik=True),
        CheckConstraint("status IN ('lopande', 'pausad', 'mott', 'utgatt')", name="frist_status"),
        CheckConstraint("slag IN ('lag', 'mal')", name="frist_slag"),
        CheckConstraint("(status = 'mott') = (mott IS NOT NULL)", name="frist_mott"),
    )


class Fristakt(SQLModel, table=True):
    """An act on a limit: forlangd, pausad or startad_igen, with its reason and what it used."""

    __tablename__ = "fristakt"

    id: int = nyckel()
    frist_id: int = pekar("frist.id", index=True)
    slag: str
    dag: date
    fran_dag: date | None
    till_dag: date | None
    dagar: int | None
    skal: str
    av: int | None = pekar("anvandare.id", null=True)
    tid: datetime = tid()


class Fristbrott(SQLModel, table=True):
    """A limit that was broken, and the last day that was (`forfoll`). Stays if the limit is moved afterwards; the late
    step asks for the cause. Taken away only when it turns out that it never was: the thing had been done in time and
    was told late, or a day was wrong. The event that showed it keeps the note (`rattat_brott`)."""

    __tablename__ = "fristbrott"

    frist_id: int = Field(default=None, primary_key=True, sa_type=BigInteger, foreign_key="frist.id")
    forfoll: date
    upptackt: datetime = tid()
    orsak: str | None
    orsak_text: str | None
    atgard: str | None


class Paminnelse(SQLModel, table=True):
    """A rung of a limit's ladder. Waits while `fallen` is empty; falls once.

    `roll` is who should be told, `till_roll` who was (an empty post goes to the level above). `ikapp`: fell later
    than its day because no sweep ran. `nycklar` name the notices in the outbox.
    """

    __tablename__ = "paminnelse"

    id: int = nyckel()
    frist_id: int = pekar("frist.id")
    omgang: int
    trappsteg: int
    dag: date
    nar: str
    roll: str
    bradskande: bool
    aven_ledig_dag: bool
    fallen: datetime | None = tid(null=True)
    ikapp: bool | None
    till_roll: str | None
    till_enhet: str | None
    mottagare: list[int] = lista(BigInteger)
    nycklar: list[str] = lista(Text)

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("frist_id", "omgang", "trappsteg", name="paminnelse_en"),
        delindex("paminnelse_vantar", "dag", "id", dar="fallen IS NULL"),
        Index("paminnelse_fallen", "fallen"),
    )
