"""A case, its contact details kept apart, its links to other cases, and the series its number comes from."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from tjanster.db.typer import delindex, json, nyckel, pekar, tid


class Arende(SQLModel, table=True):
    """One case. `dag` is its day zero (received, reported or decided); `version` goes up by one for each event.
    `nyckel` is the form's own key: a form sent twice makes one case. `krets`: with a protected identity only these persons
    see the case; NULL = the circle that the process has. `javiga`: those who are recused, and never see it. `foljnr` goes up
    when the one who left it turns out to be somebody else, so that the wrong one's code to follow it no longer holds.
    `klardag`: the day on which the daily work with it was done, since it ended or came to rest; NULL while something is waited for.

    `typ`, `orsaker`, `atgarder`, `hjalpte`: what is counted over many cases, kept by the database beside the long texts that it
    needn't unpack then. `noter`: the words of its notes, kept by a trigger; `sok` weighs numbers before fields before notes.
    `narmast`: the day of its nearest open limit, or on which that began when it is to be done at once, and `narmast_frist` to
    `narmast_forfaller_tid`, which one it is; written by the one path, put right by a trigger. Whether the case is late is never stored.
    """

    __tablename__ = "arende"

    id: int = nyckel()
    nummer: str = Field(unique=True)
    process: str
    tillstand: str
    version: int
    enhet: str
    handlaggare: int | None = pekar("anvandare.id", null=True)
    registrerad_av: int | None = pekar("anvandare.id", null=True)
    dag: date
    externt_id: str | None
    uppgifter: dict[str, Any] = json()
    registrerad: datetime = tid()
    andrad: datetime = tid()
    avslutad: datetime | None = tid(null=True)
    klardag: date | None
    narmast: date | None = Field(default=None)
    narmast_frist: str | None = Field(default=None)
    narmast_slag: str | None = Field(default=None)
    narmast_status: str | None = Field(default=None)
    narmast_forfaller: date | None = Field(default=None)
    narmast_forfaller_tid: datetime | None = tid(null=True)
    regelversion: int = pekar("regelversion.id")
    processversion: int = pekar("processversion.id")
    nyckel: str | None = Field(default=None, unique=True)
    krets: list[int] | None = Field(default=None, sa_column=Column(ARRAY(BigInteger), nullable=True))
    javiga: list[int] = Field(
        default_factory=list, sa_column=Column(ARRAY(BigInteger), nullable=False, server_default=text("'{}'"))
    )
    noter: Any = Field(default=None, sa_column=Column(TSVECTOR, nullable=True))
    foljnr: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    sok: Any = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed(
                "setweight(to_tsvector('simple', replace(lower(nummer), '-', '') || ' ' || split_part(nummer, '-', 2)"
                " || split_part(nummer, '-', 3) || ' ' || split_part(nummer, '-', 3) || ' ' || ltrim(split_part(nummer, '-', 3), '0')"
                " || ' ' || coalesce(externt_id, '') || ' ' || translate(lower(coalesce(externt_id, '')), ' /.:_-', '')"
                " || ' ' || coalesce(uppgifter ->> 'diarienummer', '')"
                " || ' ' || translate(lower(coalesce(uppgifter ->> 'diarienummer', '')), ' /.:_-', '')), 'A')"
                " || setweight(jsonb_to_tsvector('swedish', uppgifter, '[\"string\"]'), 'B')"
                " || setweight(coalesce(noter, ''::tsvector), 'C')",
                persisted=True,
            ),
        ),
    )

    typ: Any = Field(default=None, sa_column=Column(String, Computed("uppgifter ->> 'typ'", persisted=True)))
    orsaker: Any = Field(default=None, sa_column=Column(JSONB, Computed("uppgifter -> 'orsaker'", persisted=True)))
    atgarder: Any = Field(default=None, sa_column=Column(JSONB, Computed("uppgifter -> 'atgarder'", persisted=True)))
    hjalpte: Any = Field(default=None, sa_column=Column(String, Computed("uppgifter ->> 'hjalpte'", persisted=True)))

    __table_args__ = (
        delindex("arende_externt", "process", "externt_id", dar="externt_id IS NOT NULL", unik=True),
        Index("arende_handlaggare", "handlaggare", "klardag"),
        # Holds all that is asked of a case before it is chosen for a page: who may see it, and where in the list it stands.
        Index(
            "arende_pagar", "enhet", "process", postgresql_where=text("klardag IS NULL"),
            postgresql_include=["id", "narmast", "handlaggare", "registrerad_av", "krets", "javiga"],
        ),
        # And these what is asked of it before it is counted among those that came in or were done with on some days.
        Index("arende_inkommet", "process", "dag", "enhet", postgresql_include=["handlaggare", "registrerad_av", "krets", "javiga"]),
        Index(
            "arende_klart", "process", "klardag", "enhet", postgresql_where=text("klardag IS NOT NULL"),
            postgresql_include=["dag", "handlaggare", "registrerad_av", "krets", "javiga"],
        ),
        Index("arende_registrerad", "registrerad"),
        Index("arende_registrerad_av", "registrerad_av"),
        Index("arende_sok", "sok", postgresql_using="gin"),
        delindex("arende_sarskilda", "id", dar="avslutad IS NULL AND (krets IS NOT NULL OR cardinality(javiga) > 0)"),
        CheckConstraint("version > 0", name="arende_version"),
        CheckConstraint("avslutad IS NULL OR klardag IS NOT NULL", name="arende_klart_nar_avslutat"),
    )


class Kontakt(SQLModel, table=True):
    """A person of a case and how to reach them: `roll` avsandare is who left it (one at most), galler whom it concerns.
    Apart from the case, so that a case can be read without it, and encrypted: `tjanster.arenden.personuppgifter`."""

    __tablename__ = "kontakt"

    id: int = nyckel()
    arende_id: int = pekar("arende.id", index=True)
    roll: str = Field(sa_column=Column(String, nullable=False, server_default=text("'avsandare'")))
    uppgifter: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    namn_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    personnummer_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    epost_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    telefon_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))

    __table_args__: ClassVar[Any] = (
        CheckConstraint("roll IN ('avsandare', 'galler')", name="kontakt_roll"),
        delindex("kontakt_en_avsandare", "arende_id", dar="roll = 'avsandare'", unik=True),
        Index("kontakt_namn", "namn_hash"),
        Index("kontakt_personnummer", "personnummer_hash"),
        Index("kontakt_epost", "epost_hash"),
        Index("kontakt_telefon", "telefon_hash"),
    )


class Koppling(SQLModel, table=True):
    """Two cases that belong together; both tell it. `slag`: blev, dubblett or hor_ihop."""

    __tablename__ = "koppling"

    id: int = nyckel()
    fran_id: int = pekar("arende.id")
    till_id: int = pekar("arende.id", index=True)
    slag: str
    tid: datetime = tid()

    __table_args__: ClassVar[Any] = (
        UniqueConstraint("fran_id", "till_id", "slag", name="koppling_en"),
        CheckConstraint("fran_id <> till_id", name="koppling_inte_sig_sjalv"),
    )


class Nummerserie(SQLModel, table=True):
    """The last number used for a prefix and a year."""

    __tablename__ = "nummerserie"

    prefix: str = Field(primary_key=True)
    ar: int = Field(primary_key=True)
    senaste: int
