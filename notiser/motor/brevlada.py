"""The demo's mailbox: instead of leaving the house, mails are kept in a table that the web shows at /demo/brevlada."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime, ForeignKey, Integer, Table
from sqlmodel import Field, SQLModel

from notiser.motor import utkorg as _utkorg  # noqa: F401 — the foreign key needs its table to be known


@dataclass(frozen=True)
class Brevlada:
    """Given to skicka_vantande instead of SmtpInstallningar: deliver to the table `brevlada`."""


class BrevladaRad(SQLModel, table=True):
    """One mail as the recipient would read it."""

    __tablename__ = "brevlada"

    id: int | None = Field(default=None, primary_key=True)
    notis_id: int = Field(
        sa_column=Column(Integer, ForeignKey("notis.id", ondelete="CASCADE"), unique=True, nullable=False)
    )
    till: str
    amne: str
    text: str
    html: str | None = None  # None: only as text
    tid: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


BREVLADA: Table = BrevladaRad.__table__  # type: ignore[attr-defined]
