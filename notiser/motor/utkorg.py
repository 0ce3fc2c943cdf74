"""The outbox. A notice is laid here in the same transaction as the event that caused it, and sent afterwards.

Nothing here commits, and nothing here reads the clock.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Executable,
    Index,
    Select,
    Table,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, SQLModel

from notiser.motor.falt import Falt, Notisfel, adress_duger
from notiser.motor.katalog import KATALOG
from notiser.motor.rendering import rendera

VANTAR, SKICKAD, MISSLYCKAD, AVBRUTEN = "vantar", "skickad", "misslyckad", "avbruten"
# Waits for the recipient's digest, and is told in one.
SAMLAS, SAMLAD = "samlas", "samlad"

# The words of an index, which a question must repeat to be answered by it.
_KVAR = text(f"status IN {(VANTAR, SAMLAS, MISSLYCKAD)}")


def _tid(null: bool = False) -> Any:
    return Field(default=None if null else ..., sa_column=Column(DateTime(timezone=True), nullable=null))


class Notis(SQLModel, table=True):
    """One mail to one recipient. `nyckel` says what it is about, so that the same thing is told once."""

    __tablename__ = "notis"
    __table_args__ = (
        CheckConstraint("status IN ('vantar', 'samlas', 'skickad', 'samlad', 'misslyckad', 'avbruten')", name="notis_status_finns"),
        CheckConstraint("(status = 'skickad') = (skickad IS NOT NULL)", name="notis_skickad_har_tid"),
        Index(
            "notis_att_skicka",
            text("bradskande DESC"),
            "tidigast",
            "id",
            postgresql_where=text("status = 'vantar'"),
        ),
        Index("notis_lanade", "lantagare", postgresql_where=text("lantagare IS NOT NULL")),
        Index("notis_arendenummer", "arendenummer"),
        Index("notis_samlas", "anvandare_id", postgresql_where=text("status = 'samlas'")),
        Index("notis_kvar", "status", "tidigast", postgresql_where=_KVAR),
    )

    id: int | None = Field(default=None, primary_key=True)
    mall: str
    mallversion: str  # of the text as queued, then as sent
    arendenummer: str | None = None
    anvandare_id: int | None = None
    adress: str
    falt: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    nyckel: str = Field(unique=True)
    skapad: datetime = _tid()
    tidigast: datetime = _tid()
    bradskande: bool = False
    bara_text: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    status: str = VANTAR
    forsok: int = 0
    # Also the lease: while a sender holds the row this lies ahead, so that the row comes back whatever happens.
    nasta_forsok: datetime = _tid()
    # The advisory lock that the sender's session holds: free lock = dead sender, so its rows come back at once.
    lantagare: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    senaste_fel: str | None = None
    message_id: str = Field(unique=True)  # gets its '@domain' at the first try and keeps it
    skickad: datetime | None = _tid(null=True)


TABELL: Table = Notis.__table__  # type: ignore[attr-defined]
# Only one who left a complaint has no account. Their address is needed no more once nothing is left to send.
UTAN_UTOMSTAENDE: ColumnElement[str] = case((TABELL.c.anvandare_id.is_(None), ""), else_=TABELL.c.adress)
_PER_STATUS = select(TABELL.c.status, func.count(), func.min(TABELL.c.tidigast)).group_by(TABELL.c.status)
_LAGG = insert(TABELL).inline().on_conflict_do_nothing(index_elements=["nyckel"])
_LAGG_OCH_RAKNA = insert(TABELL).on_conflict_do_nothing(index_elements=["nyckel"]).returning(TABELL.c.id)
_BYT = update(TABELL).where(
    TABELL.c.arendenummer == bindparam("b_nummer"), TABELL.c.anvandare_id.is_(None),
    or_(TABELL.c.status == VANTAR, TABELL.c.status == MISSLYCKAD),
)  # fmt: skip
_BYT_TILL = _BYT.values(adress=bindparam("b_adress"))
_BYT_TILL_INGEN = _BYT.values(status=AVBRUTEN, adress="")


Sats = tuple[Executable, list[dict[str, Any]]]
"""A statement, and the values of each time that it is to be run."""


@dataclass(frozen=True, kw_only=True)
class NyNotis:
    """A notice to lay in the outbox. Times with zone. `tidigast` default `skapad`, `bradskande` as the catalogue.

    What the recipient has chosen: bara_text, no page; samlas, in their digest and not by itself."""

    mall: str
    falt: Falt
    adress: str
    nyckel: str
    skapad: datetime
    tidigast: datetime | None = None
    anvandare_id: int | None = None
    bradskande: bool | None = None
    bara_text: bool = False
    samlas: bool = False


@dataclass(frozen=True)
class Kvar:
    """What in the outbox isn't done with. `samlas` waits for its recipient's digest; `aldsta_vantar` is the earliest time that
    something still waiting might have gone out."""

    vantar: int
    samlas: int
    misslyckad: int
    aldsta_vantar: datetime | None


@dataclass(frozen=True)
class Lage(Kvar):
    """All that is in the outbox. `skickad` counts what a digest told too."""

    skickad: int
    avbruten: int


def lagg_i_utkorg(conn: Connection, rader: Iterable[NyNotis]) -> int:
    """Lay notices in the outbox, in the caller's transaction. Gives how many were new.

    A row whose key is there already is left alone: the same thing is told once, however often it is asked for.
    Raises Notisfel, before anything is written, if a notice could not be written out or addressed.
    """
    varden = [_som_rad(rad) for rad in rader]
    if not varden:
        return 0
    return len(conn.execute(_LAGG_OCH_RAKNA, varden).all())


def till_utkorgen(rader: Iterable[NyNotis]) -> Sats:
    """What `lagg_i_utkorg` does, as a statement and its values, for who sends it together with others. Raises as that does."""
    return _LAGG, [_som_rad(rad) for rad in rader]


def _som_rad(ny: NyNotis) -> dict[str, Any]:
    # Written out once already here: a fault stops the event that caused it instead of turning up at night.
    brev = rendera(ny.mall, ny.falt, bas_url="https://provas.invalid")
    if not adress_duger(ny.adress):
        raise Notisfel(f"Mejladressen för notisen '{ny.mall}' går inte att skicka till. Rätta den hos mottagaren.")
    if not ny.nyckel.strip() or len(ny.nyckel) > 300:
        raise Notisfel(f"Nyckeln för notisen '{ny.mall}' ska ha 1–300 tecken.")
    tidigast = ny.tidigast or ny.skapad
    if ny.skapad.tzinfo is None or tidigast.tzinfo is None:
        raise Notisfel(f"Tiden för notisen '{ny.mall}' ska ha tidszon.")
    if ny.samlas and (not KATALOG[ny.mall].far_vanta or ny.anvandare_id is None):
        raise Notisfel(f"Notisen '{ny.mall}' får inte vänta på ett morgonbrev.")
    return {
        "mall": ny.mall,
        "mallversion": brev.mallversion,
        "arendenummer": ny.falt.arendenummer,
        "anvandare_id": ny.anvandare_id,
        "adress": ny.adress,
        "falt": ny.falt.as_dict(),
        "nyckel": ny.nyckel,
        "skapad": ny.skapad,
        "tidigast": tidigast,
        "bradskande": KATALOG[ny.mall].bradskande if ny.bradskande is None else ny.bradskande,
        "bara_text": ny.bara_text,
        "status": SAMLAS if ny.samlas else VANTAR,
        "forsok": 0,
        "nasta_forsok": tidigast,
        "message_id": uuid.uuid4().hex,
    }


def kvar(conn: Connection) -> Kvar:
    """How many notices wait or have failed, and since when the oldest has waited. Reads none of those that are done with."""
    per = _per_status(conn, _PER_STATUS.where(_KVAR))
    return Kvar(*(per[s][0] for s in (VANTAR, SAMLAS, MISSLYCKAD)), per[VANTAR][1])


def status(conn: Connection) -> Lage:
    """How many notices there are of each status, and since when the oldest has waited."""
    per = _per_status(conn, _PER_STATUS)
    vantar, samlas, misslyckad, skickad, samlad, avbruten = (per[s][0] for s in (VANTAR, SAMLAS, MISSLYCKAD, SKICKAD, SAMLAD, AVBRUTEN))
    return Lage(vantar, samlas, misslyckad, per[VANTAR][1], skickad + samlad, avbruten)


def _per_status(conn: Connection, sats: Select[tuple[str, int, datetime]]) -> dict[str, tuple[int, datetime | None]]:
    """Status → how many, and the earliest time that one of them was to go out."""
    return defaultdict(lambda: (0, None), {status: (antal, forst) for status, antal, forst in conn.execute(sats)})


def skicka_om(conn: Connection, id: int) -> bool:
    """Let a failed notice try again from the start, under the same Message-ID. False when no such one has failed."""
    sats = (
        update(TABELL)
        .where(TABELL.c.id == id, TABELL.c.status == MISSLYCKAD)
        .values(status=VANTAR, forsok=0, nasta_forsok=TABELL.c.tidigast, senaste_fel=None)
    )
    return conn.execute(sats).rowcount == 1


def byt_utomstaende(arendenummer: str, adress: str | None) -> Sats:
    """Let what a case still has to send to the one who left it go to another address, or with None nowhere: a statement and
    its values.

    A mail that a sender holds right now still goes to the old one.
    """
    vilka = {"b_nummer": arendenummer}
    return (_BYT_TILL_INGEN, [vilka]) if adress is None else (_BYT_TILL, [vilka | {"b_adress": adress}])


def slapp_samlade(conn: Connection, konton: Iterable[int], nar: datetime, *, fore: datetime | None = None) -> int:
    """What waits for these accounts' digests goes by itself, at `nar`; with `fore` only what was laid before then. Gives how many."""
    vilka = [TABELL.c.status == SAMLAS, TABELL.c.anvandare_id.in_(list(konton))]
    if fore is not None:
        vilka.append(TABELL.c.skapad < fore)
    return conn.execute(update(TABELL).where(*vilka).values(status=VANTAR, tidigast=nar, nasta_forsok=nar)).rowcount


def ta_samlade(conn: Connection, berattade: Iterable[int], inaktuella: Iterable[int] = ()) -> None:
    """Notices that a digest has told, and those that it must not: their recipient may no longer see the case."""
    for ider, status in ((list(berattade), SAMLAD), (list(inaktuella), AVBRUTEN)):
        if ider:
            conn.execute(update(TABELL).where(TABELL.c.id.in_(ider), TABELL.c.status == SAMLAS).values(status=status))


def avbryt(conn: Connection, *, arendenummer: str | None = None, id: int | None = None) -> int:
    """Take back what has not been sent, of a case or one notice. Gives how many.

    A mail that a sender holds right now still goes, and is then marked as sent.
    """
    if (arendenummer is None) == (id is None):
        raise Notisfel("Ange antingen ärendenummer eller notisens id.")
    return _ta_tillbaka(conn, TABELL.c.arendenummer == arendenummer if id is None else TABELL.c.id == id)


def avbryt_alla(conn: Connection, ider: Iterable[int]) -> int:
    """Take back those of these notices that have not been sent. Gives how many."""
    return _ta_tillbaka(conn, TABELL.c.id == func.any(list(ider)))


def _ta_tillbaka(conn: Connection, vilka: ColumnElement[bool]) -> int:
    sats = (
        update(TABELL)
        .where(vilka, TABELL.c.status.in_([VANTAR, SAMLAS, MISSLYCKAD]))
        .values(status=AVBRUTEN, adress=UTAN_UTOMSTAENDE)
    )
    return conn.execute(sats).rowcount
