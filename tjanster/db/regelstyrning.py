"""How rules are changed: each activation of a set, the draft being written, and the routines to review afterwards."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from tjanster.db.typer import delindex, json, nyckel, pekar, tid


class Regelaktivering(SQLModel, table=True):
    """One rule set on its way to hold, holding, or replaced. One at a time is `aktiv`; that one every node follows.

    `sort`: forsta (found at the first start), aktivera or aterga. `status`: vantar (for the second person), planerad
    (for a day to come), pagar (open limits are being recomputed), aktiv, ersatt, avbruten or misslyckad. `fran` is the
    day it is to hold from. `regler` tells what differs from the set before, `effekt` what it did to open cases.
    `klart` of `antal` cases are done while it is under way. `fel`: the sentences of one that failed. `pa_vag` is always
    true: the index over it lets one at a time be on its way.
    """

    __tablename__ = "regelaktivering"

    id: int = nyckel()
    regelversion: int = pekar("regelversion.id", index=True)
    fore: int | None = pekar("regelversion.id", null=True)
    sort: str
    status: str
    pa_vag: bool = Field(default=True)
    fran: date
    skal: str
    av: int | None = pekar("anvandare.id", null=True)
    godkand_av: int | None = pekar("anvandare.id", null=True)
    begard: datetime = tid()
    godkand: datetime | None = tid(null=True)
    aktiverad: datetime | None = tid(null=True)
    regler: list[Any] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    effekt: dict[str, Any] = json()
    klart: int = Field(default=0)
    antal: int = Field(default=0)
    fel: str | None

    __table_args__: ClassVar[Any] = (
        # One that holds, and one at a time on its way, so that nobody is asked to approve what then differs.
        delindex("regelaktivering_en_aktiv", "status", dar="status = 'aktiv'", unik=True),
        delindex("regelaktivering_en_pa_vag", "pa_vag", dar="status IN ('vantar', 'planerad', 'pagar')", unik=True),
        CheckConstraint(
            "status IN ('vantar', 'planerad', 'pagar', 'aktiv', 'ersatt', 'avbruten', 'misslyckad')",
            name="regelaktivering_status",
        ),
        CheckConstraint("sort IN ('forsta', 'aktivera', 'aterga')", name="regelaktivering_sort"),
        CheckConstraint("godkand_av IS NULL OR av IS NULL OR godkand_av <> av", name="regelaktivering_tva_personer"),
    )


class Regelutkast(SQLModel, table=True):
    """A rule set being written: every file's text, also while it is broken. `forra` is the text before the last change,
    so that it can be undone. `version` goes up by each change. `status`: oppet, kastat or aktiverat; one is open."""

    __tablename__ = "regelutkast"

    id: int = nyckel()
    status: str
    bas: int = pekar("regelversion.id")
    filer: dict[str, Any] = json()
    forra: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    version: int
    skapad: datetime = tid()
    skapad_av: int | None = pekar("anvandare.id", null=True)
    andrad: datetime = tid()
    andrad_av: int | None = pekar("anvandare.id", null=True)

    __table_args__: ClassVar[Any] = (
        delindex("regelutkast_ett_oppet", "status", dar="status = 'oppet'", unik=True),
        CheckConstraint("status IN ('oppet', 'kastat', 'aktiverat')", name="regelutkast_status"),
    )


class Rutinoversyn(SQLModel, table=True):
    """A routine or template that must be reviewed since a rule it is tied to was changed."""

    __tablename__ = "rutinoversyn"

    id: int = nyckel()
    aktivering: int = pekar("regelaktivering.id")
    rutin: str
    rubrik: str
    slag: str
    lank: str | None
    regler: list[Any] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    ansvarig: str
    senast: date
    klar: datetime | None = tid(null=True)
    klar_av: int | None = pekar("anvandare.id", null=True)
    kommentar: str | None

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("aktivering", "rutin", name="rutinoversyn_en"),
        delindex("rutinoversyn_oppen", "senast", dar="klar IS NULL"),
        CheckConstraint("slag IN ('rutin', 'mall')", name="rutinoversyn_slag"),
    )
