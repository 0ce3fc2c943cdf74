"""People who use Vaka, what they are appointed to do, and how they come in."""

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from tjanster.db.typer import json_eller_inget, nyckel, pekar, tid


class Anvandare(SQLModel, table=True):
    """A person with an account. `losen` is an argon2 hash; empty = can't log in with a password. `losen_galler_till`: it is
    temporary, lets in until then and only to choose another; NULL = their own. `totp` is the encrypted secret of the second step,
    `totp_steg` the last half minute whose code was used. `brevval`: what they have chosen about their letters; NULL = as the
    municipality has it."""

    __tablename__ = "anvandare"

    id: int = nyckel()
    anvandarnamn: str = Field(unique=True)
    namn: str
    epost: str | None
    losen: str | None
    losen_galler_till: datetime | None = tid(null=True)
    aktiv: bool = Field(default=True)
    misslyckade: int = Field(default=0)
    last_till: datetime | None = tid(null=True)
    totp: bytes | None
    totp_steg: int | None = Field(default=None, sa_type=BigInteger)
    totp_fran: datetime | None = tid(null=True)
    brevval: dict[str, Any] | None = json_eller_inget()
    skapad: datetime = tid()

    __table_args__: ClassVar[Any] = (
        CheckConstraint("losen IS NOT NULL OR losen_galler_till IS NULL", name="anvandare_engangslosen"),
    )


class Vems(NamedTuple):
    """Whose is it, as a question that gives an account or nothing; `fore` is done on the way."""

    sats: str
    varden: dict[str, Any]
    fore: str = ""


GALLER = """u.fran <= :dag AND (u.till IS NULL OR u.till >= :dag)
 AND (u.for_anvandare IS NULL OR EXISTS (
   SELECT FROM uppdrag o JOIN anvandare f ON f.id = o.anvandare_id AND f.aktiv
    WHERE o.anvandare_id = u.for_anvandare AND o.for_anvandare IS NULL AND o.roll = u.roll AND o.enhet = u.enhet
      AND o.fran <= :dag AND (o.till IS NULL OR o.till >= :dag)))"""
"""Does the appointment `u` hold on `:dag`: a stand-in's ends with that of the one replaced."""


class Uppdrag(SQLModel, table=True):
    """A role on a unit and all units below it, from a day, maybe to a day (that day included). `kalla`: made by hand, or
    given by a group of the municipality's login and kept in step with it. `for_anvandare`: a stand-in's, holding only while
    the one replaced holds the same role on the same unit; `vikariat_id`: the assignment that lends it."""

    __tablename__ = "uppdrag"

    id: int = nyckel()
    anvandare_id: int = pekar("anvandare.id", index=True)
    roll: str
    enhet: str
    fran: date
    till: date | None
    kalla: str = Field(default="hand", sa_column_kwargs={"server_default": "hand"})
    for_anvandare: int | None = Field(default=None, sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    vikariat_id: int | None = Field(default=None, sa_type=BigInteger, index=True)

    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(
            ["vikariat_id", "for_anvandare", "anvandare_id"],
            ["vikariat.id", "vikariat.for_anvandare", "vikariat.vikarie"],
            name="uppdrag_vikariatets",
        ),
        CheckConstraint("(vikariat_id IS NULL) = (for_anvandare IS NULL)", name="uppdrag_lanat_av_vikariat"),
        Index("uppdrag_enhet", "enhet", "roll"),
        CheckConstraint("till IS NULL OR till >= fran", name="uppdrag_dagar"),
        CheckConstraint("kalla IN ('hand', 'grupp')", name="uppdrag_kalla_finns"),
        CheckConstraint("for_anvandare <> anvandare_id", name="uppdrag_inte_for_sig_sjalv"),
    )


class Inloggning(SQLModel, table=True):
    """A session in the browser. Only a hash of the cookie's secret is kept.

    `steg`: klar = in; kod = the password was right and the second step is left; inskrivning = the second step must be set
    up first; losen = the password was temporary and another must be chosen. `idtoken`: encrypted, what the municipality's login wants to see at log-out."""

    __tablename__ = "inloggning"

    hash: str = Field(primary_key=True)
    anvandare_id: int = Field(sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    id: int = Field(default=None, sa_column=Column(BigInteger, Identity(), unique=True, nullable=False))
    skapad: datetime = tid()
    senast: datetime = tid()
    steg: str = Field(default="klar", sa_column_kwargs={"server_default": "klar"})
    kalla: str = Field(default="lokal", sa_column_kwargs={"server_default": "lokal"})
    webblasare: str = Field(default="", sa_column_kwargs={"server_default": ""})
    idtoken: bytes | None

    __table_args__: ClassVar[Any] = (
        CheckConstraint("steg IN ('klar', 'kod', 'inskrivning', 'losen')", name="inloggning_steg_finns"),
        CheckConstraint("kalla IN ('lokal', 'oidc')", name="inloggning_kalla_finns"),
    )


class Inloggningsforsok(SQLModel, table=True):
    """Somebody has been sent to the municipality's login and is awaited back. Taken away when they come: an answer holds
    once. What the answer must bear follows from the cookie's secret, of which only a hash is kept."""

    __tablename__ = "inloggningsforsok"

    hash: str = Field(primary_key=True)
    skapad: datetime = tid()
    vidare: str


class Identitet(SQLModel, table=True):
    """An account as the municipality's login knows it: by issuer and subject, which never change."""

    __tablename__ = "identitet"

    id: int = nyckel()
    anvandare_id: int = pekar("anvandare.id", index=True)
    utfardare: str
    amne: str
    skapad: datetime = tid()
    senast: datetime = tid()

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("utfardare", "amne", name="identitet_en_gang"),
        UniqueConstraint("anvandare_id", "utfardare", name="identitet_en_per_utfardare"),
    )


class Aterstallningskod(SQLModel, table=True):
    """A code for one whose telephone is gone. Holds once; only its hash is kept."""

    __tablename__ = "aterstallningskod"

    hash: str = Field(primary_key=True)
    anvandare_id: int = Field(sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    skapad: datetime = tid()
    anvand: datetime | None = tid(null=True)


class Apinyckel(SQLModel, table=True):
    """A token for another system, acting as one account. Only its hash is kept."""

    __tablename__ = "apinyckel"

    hash: str = Field(primary_key=True)
    id: int = Field(default=None, sa_column=Column(BigInteger, Identity(), unique=True, nullable=False))
    anvandare_id: int = Field(sa_type=BigInteger, foreign_key="anvandare.id", index=True)
    namn: str
    skapad: datetime = tid()
    upphor: datetime | None = tid(null=True)
