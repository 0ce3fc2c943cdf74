"""Which sender holds which row: claim, mark, give back. All in short transactions of their own.

A claim has two ends. A sender holds an advisory lock in a database session as long as it lives; when it is killed the
database drops the lock, and the next round takes its rows back at once. And each claim is a lease: `nasta_forsok` lies
ahead, so that rows come back whatever happens to the session.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, Update, bindparam, case, func, select, update
from sqlalchemy.exc import OperationalError

from notiser.motor.utkorg import TABELL, UTAN_UTOMSTAENDE, VANTAR

t = TABELL.c


@cache
def _marke(namn: tuple[str, ...]) -> Update:
    """The statement that notes these columns. What was sent needs the address of someone without an account no more."""
    satt: dict[str, Any] = {k: bindparam(f"b_{k}", type_=t[k].type) for k in ("forsok", *namn)}
    if "skickad" in namn:
        satt["adress"] = UTAN_UTOMSTAENDE
    return update(TABELL).where(t.id == bindparam("b_id")).values(lantagare=None, **satt)


class Lan:
    """One sender's claims. Use as a context manager; leaving it lets go of the lock."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.nyckel = secrets.randbits(62)
        self._session: Connection | None = None
        self._brott: OperationalError | None = None
        self._lever = False

    def __enter__(self) -> Self:
        self._session = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._session.detach()  # closing it must end the session, and with it the lock
        self._session.execute(select(func.pg_advisory_lock(self.nyckel)))
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.close()

    def prova(self) -> None:
        """Raises OperationalError when our session is gone: then others may already have taken our rows. Nothing is asked
        when the session has just noted a mail."""
        if self._brott is not None:
            raise self._brott  # the library would quietly open a new session, without the lock
        assert self._session is not None, "Lan används som kontexthanterare"
        if not self._lever:
            self._session.execute(select(1))
        self._lever = False

    def aterta(self, nu: datetime) -> int:
        """Free the rows of senders that are dead. Gives how many."""
        antal = 0
        with self.engine.begin() as conn:
            agare = select(t.lantagare).where(t.lantagare.is_not(None), t.status == VANTAR).distinct()
            for nyckel in conn.scalars(agare).all():
                if conn.scalar(select(func.pg_try_advisory_xact_lock(nyckel))):
                    sats = update(TABELL).where(t.lantagare == nyckel, t.status == VANTAR)
                    antal += conn.execute(sats.values(lantagare=None, nasta_forsok=nu)).rowcount
        return antal

    def ta(
        self, antal: int, nu: datetime, till: datetime, doman: str, *, bara_bradskande: bool = False
    ) -> Sequence[Row[Any]]:
        """Claim at most `antal` rows due at `nu`, urgent and oldest first, until `till`. Other senders skip them."""
        valda = (
            select(t.id)
            .where(t.status == VANTAR, t.tidigast <= nu, t.nasta_forsok <= nu, *([t.bradskande] if bara_bradskande else []))
            .order_by(t.bradskande.desc(), t.tidigast, t.id)
            .limit(antal)
            .with_for_update(skip_locked=True)
            .cte("valda")
        )
        # The id gets its domain now, before any server can have seen it, and then never changes.
        full_id = case((t.message_id.contains("@"), t.message_id), else_=t.message_id + f"@{doman}")
        sats = (
            update(TABELL)
            .where(t.id.in_(select(valda.c.id)))
            .values(nasta_forsok=till, lantagare=self.nyckel, message_id=full_id)
            .returning(*t)
        )
        with self.engine.begin() as conn:
            return sorted(conn.execute(sats), key=lambda r: (not r.bradskande, r.tidigast, r.id))

    def marka(self, rad: Row[Any], **varden: Any) -> None:
        """Note what became of a row, in a transaction of its own: by the session that holds the lock, in one message that the
        database carries out whatever becomes of us, or, when the session is gone, twice by another. A mark lost after the
        server's yes is a mail sent twice."""
        assert self._session is not None, "Lan används som kontexthanterare"
        sats, data = _marke(tuple(varden)), {"b_id": rad.id, "b_forsok": rad.forsok + 1} | {f"b_{k}": v for k, v in varden.items()}
        if self._brott is None:
            try:
                self._session.execute(sats, data)
                self._lever = True
                return
            except OperationalError as fel:
                self._brott = fel
        try:
            with self.engine.begin() as conn:
                conn.execute(sats, data)
        except OperationalError:
            with self.engine.begin() as conn:
                conn.execute(sats, data)

    def slapp(self, ider: Sequence[int], nu: datetime, *, orsak: str | None) -> None:
        """Give back rows we did not reach, with none of their tries used; `orsak` is why, when there is a reason."""
        if not ider:
            return
        sats = (
            update(TABELL)
            .where(t.id.in_(ider), t.status == VANTAR, t.lantagare == self.nyckel)
            .values(nasta_forsok=nu, lantagare=None, senaste_fel=func.coalesce(orsak, t.senaste_fel))
        )
        with self.engine.begin() as conn:
            conn.execute(sats)


def lanetid(langsta_sandning: timedelta) -> timedelta:
    """How long a claim lasts: the longest that one mail may take, and room for the quick ones before it."""
    return langsta_sandning + timedelta(minutes=2)
