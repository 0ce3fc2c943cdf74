"""Weeding: who holds a case back, each run, and the certificate of every case that went."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from tjanster.db.typer import json, nyckel, pekar, tid


def _lista() -> Any:
    return Field(default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))


class Gallringssparr(SQLModel, table=True):
    """A legal hold on a case: it isn't weeded from `fran` to and including `till`, or until it is lifted."""

    __tablename__ = "gallringssparr"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    skal: str
    fran: date
    till: date | None = None
    av: int | None = pekar("anvandare.id", null=True)
    havd_av: int | None = pekar("anvandare.id", null=True)
    havd: datetime | None = tid(null=True)
    havd_skal: str | None = None
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        CheckConstraint("till IS NULL OR till >= fran", name="gallringssparr_dagar"),
        CheckConstraint("(havd IS NULL) = (havd_skal IS NULL)", name="gallringssparr_havd_med_skal"),
    )


class Bevarande(SQLModel, table=True):
    """A legal hold on a person: no case that concerns them is weeded from `fran` to and including `till`, or until it is
    lifted. Who it is stands only as a hash under the key `nyckel`. Never taken away, and changed only by being lifted."""

    __tablename__ = "bevarande"

    id: int = nyckel()
    nyckel: str
    personnummer_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True))
    skal: str
    fran: date
    till: date | None = None
    av: int | None = pekar("anvandare.id", null=True)
    havd: datetime | None = tid(null=True)
    havd_av: int | None = pekar("anvandare.id", null=True)
    havd_skal: str | None = None
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        CheckConstraint("till IS NULL OR till >= fran", name="bevarande_dagar"),
        CheckConstraint("(havd IS NULL) = (havd_skal IS NULL)", name="bevarande_havd_med_skal"),
    )


class Gallringskorning(SQLModel, table=True):
    """A run: proposed by one, approved by another. `arenden` are those to go ({nummer, process, enhet, vad, regel, rad,
    lagrum, rubrik, tidigast}), `kvar` those that were held back when it came to it ({nummer, skal}), `bevarade` how many
    were held back for a person's sake when it was proposed."""

    __tablename__ = "gallringskorning"

    id: int = nyckel()
    dag: date
    status: str
    beslut: str
    foreslagen_av: int = pekar("anvandare.id")
    foreslagen: datetime = tid()
    godkand_av: int | None = pekar("anvandare.id", null=True)
    godkand: datetime | None = tid(null=True)
    slut: datetime | None = tid(null=True)
    avbruten_skal: str | None = None
    arenden: list[dict[str, Any]] = _lista()
    kvar: list[dict[str, Any]] = _lista()
    bevarade: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default=text("0")))

    __table_args__: ClassVar[Any] = (
        CheckConstraint("status IN ('vantar', 'pagar', 'klar', 'avbruten')", name="gallringskorning_status"),
        CheckConstraint("godkand_av <> foreslagen_av", name="gallringskorning_tva_personer"),
        CheckConstraint("status NOT IN ('pagar', 'klar') OR godkand_av IS NOT NULL", name="gallringskorning_godkand"),
    )


class Gallring(SQLModel, table=True):
    """What is left of a case that went: which, by which rule, who decided, how many rows of each table, which, and a hash
    of their content. Append-only, written by the database function `gallra_arende` alone."""

    __tablename__ = "gallring"

    id: int = nyckel()
    korning_id: int = pekar("gallringskorning.id")
    arende_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    nummer: str
    process: str
    enhet: str
    vad: str
    regel: str
    lagrum: str | None = None
    beslut: str
    foreslagen_av: int = pekar("anvandare.id")
    godkand_av: int = pekar("anvandare.id")
    tid: datetime = tid()
    antal: dict[str, Any] = json()
    rader: dict[str, Any] = json()
    hash: str
    transaktion: int = Field(
        default=None,
        sa_column=Column(BigInteger, nullable=False, server_default=text("pg_current_xact_id()::text::bigint")),
    )

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("arende_id", "vad", name="gallring_en"),
        Index("gallring_korning", "korning_id"),
    )
