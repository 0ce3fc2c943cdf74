"""Empty the outbox: claim rows, hand them over, mark each after the server's yes.

Any number of nodes may run it at once. A killed sender's rows come back when their lease has run out; the one mail that may go
twice is the one whose kill fell between the server's yes and our mark, and its copy bears the same Message-ID.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from notiser.motor.brevlada import BREVLADA, Brevlada
from notiser.motor.falt import Falt, Notisfel, doman_i_ascii
from notiser.motor.rendering import Avsandare, Brev, rendera, som_epost
from notiser.motor.smtp import Avbrott, Forbindelse, Serverfel, Slutgiltigt, SmtpInstallningar, Tillfalligt
from notiser.motor.utkorg import MISSLYCKAD, SKICKAD, TABELL, VANTAR

logg = logging.getLogger("vaka.notiser")

# Waits after the first, second … failure; when they are used up (about five days) the notice is given up, visibly.
VANTETIDER = (
    *(timedelta(minutes=m) for m in (1, 5, 15, 60)),
    *(timedelta(hours=h) for h in (4, 8, 12, 24, 24, 24, 24)),
)
BUNT = 50
BREV_PER_FORBINDELSE = 100
# A lease is the longest that one mail may take and this on top; so long do a killed sender's rows stay away.
LAN_UTOVER = timedelta(minutes=2)
# So many in a row without one yes, and the server rather than the mails is ill.
TILLFALLIGA_I_RAD, AVBROTT_I_RAD = 5, 2


@dataclass
class Utskick:
    """What one round did. `stopp` says in Swedish why it ended early; those mails wait, none of their tries used."""

    skickade: int = 0
    uppskjutna: int = 0
    misslyckade: int = 0
    stopp: str | None = None


def skicka_vantande(
    engine: Engine,
    smtp: SmtpInstallningar | Brevlada,
    nu: datetime,
    *,
    avsandare: Avsandare,
    hogst: int | None = None,
) -> Utskick:
    """Send what is due at `nu` (with zone), urgent first, at most `hogst` mails. Commits by itself, one mail at a time.

    Must not be called from a running event loop. Database errors go to the caller; what was sent by then is marked.
    """
    if nu.tzinfo is None:
        raise Notisfel("Tiden för utskicket ska ha tidszon.")
    omgang = _Omgang(engine, smtp, nu, avsandare, hogst)
    asyncio.run(omgang.kor())
    r = omgang.resultat
    if r.skickade or r.uppskjutna or r.misslyckade or r.stopp:
        logg.info(
            "Utskick: %d skickade, %d uppskjutna, %d misslyckade%s",
            r.skickade,
            r.uppskjutna,
            r.misslyckade,
            f". Stannade: {r.stopp}" if r.stopp else "",
        )
    return r


class _Omgang:
    def __init__(
        self, engine: Engine, smtp: SmtpInstallningar | Brevlada, nu: datetime, avsandare: Avsandare, hogst: int | None
    ) -> None:
        self.engine = engine
        self.avsandare = avsandare
        self.kvar = hogst
        self.forbindelse = Forbindelse(smtp) if isinstance(smtp, SmtpInstallningar) else None
        sekunder = smtp.langsta_sandning if isinstance(smtp, SmtpInstallningar) else 1.0
        self.langsta = timedelta(seconds=sekunder)
        self.lan = self.langsta + LAN_UTOVER
        self.start = (nu, time.monotonic())
        self.i_rad: Counter[type[Exception]] = Counter()
        self.resultat = Utskick()

    def nu(self) -> datetime:
        """The caller's time, moved on by what has passed since: a long round must not outlive its own leases unseen."""
        return self.start[0] + timedelta(seconds=time.monotonic() - self.start[1])

    async def kor(self) -> None:
        try:
            while self.resultat.stopp is None and self.kvar != 0:
                rader, lan = self.lana()
                if not rader:
                    break
                await self.bunt(rader, lan)
        finally:
            if self.forbindelse is not None:
                await self.forbindelse.stang()

    def lana(self) -> tuple[Sequence[Row[Any]], datetime]:
        """Claim the next batch. Other nodes skip rows being claimed, and then see a `nasta_forsok` that lies ahead."""
        t, nu = TABELL.c, self.nu()
        antal = BUNT if self.kvar is None else min(BUNT, self.kvar)
        valda = (
            select(t.id)
            .where(t.status == VANTAR, t.tidigast <= nu, t.nasta_forsok <= nu)
            .order_by(t.bradskande.desc(), t.tidigast, t.id)
            .limit(antal)
            .with_for_update(skip_locked=True)
            .cte("valda")
        )
        # The id gets its domain now, before any server can have seen it, and then never changes.
        full_id = case((t.message_id.contains("@"), t.message_id), else_=t.message_id + f"@{self.avsandare.doman}")
        sats = (
            update(TABELL)
            .where(t.id.in_(select(valda.c.id)))
            .values(nasta_forsok=nu + self.lan, message_id=full_id)
            .returning(*TABELL.c)
        )
        with self.engine.begin() as conn:
            rader = sorted(conn.execute(sats), key=lambda r: (not r.bradskande, r.tidigast, r.id))
        return rader, nu + self.lan

    async def bunt(self, rader: Sequence[Row[Any]], lan: datetime) -> None:
        """Send one batch; what was not reached is given back at once, with none of its tries used."""
        kvar = deque(rader)
        try:
            # A server so slow that the lease would run out: give back and claim anew, so that no other node sends the same.
            while kvar and self.resultat.stopp is None and self.nu() + self.langsta <= lan:
                rad = kvar.popleft()
                try:
                    await self.en(rad)
                except Serverfel as fel:
                    kvar.appendleft(rad)
                    self.resultat.stopp = str(fel)
        finally:
            self.slapp([rad.id for rad in kvar], lan)

    async def en(self, rad: Row[Any]) -> None:
        """One mail, up to its mark. Raises Serverfel when the mail is not to blame."""
        try:
            brev = rendera(rad.mall, Falt.from_dict(rad.falt), bas_url=self.avsandare.bas_url)
            if self.forbindelse is None:
                self.till_brevladan(rad, brev)
            else:
                await self.till_servern(self.forbindelse, rad, brev)
                self.marka(rad, status=SKICKAD, skickad=self.nu(), mallversion=brev.mallversion, senaste_fel=None)
            self.i_rad.clear()
            self.resultat.skickade += 1
        except (Notisfel, Slutgiltigt) as fel:
            self.i_rad.clear()
            self.ge_upp(rad, str(fel))
        except (Tillfalligt, Avbrott) as fel:
            self.skjut_upp(rad, fel)
        if self.kvar is not None:
            self.kvar -= 1

    async def till_servern(self, forbindelse: Forbindelse, rad: Row[Any], brev: Brev) -> None:
        till = doman_i_ascii(rad.adress)
        if till is None:
            raise Notisfel("Mejladressen går inte att skicka till. Rätta den hos mottagaren.")
        post = som_epost(
            brev,
            till=till,
            avsandare=self.avsandare,
            message_id=rad.message_id,
            datum=max(rad.skapad, rad.tidigast),
        ).as_bytes()
        if forbindelse.skickade >= BREV_PER_FORBINDELSE:
            await forbindelse.stang()
        begagnad = forbindelse.oppen
        if not begagnad:
            await forbindelse.oppna()
        try:
            await forbindelse.skicka(self.avsandare.adress, till, post)
        except Serverfel:
            if not begagnad:
                raise
            # Servers close a connection that has been idle or has carried enough; that is no reason to stop.
            await forbindelse.stang()
            await forbindelse.oppna()
            await forbindelse.skicka(self.avsandare.adress, till, post)

    def till_brevladan(self, rad: Row[Any], brev: Brev) -> None:
        tid = self.nu()
        sats = insert(BREVLADA).on_conflict_do_nothing(index_elements=["notis_id"])
        with self.engine.begin() as conn:
            conn.execute(sats, {"notis_id": rad.id, "till": rad.adress, "amne": brev.amne, "text": brev.text, "tid": tid})
            conn.execute(
                update(TABELL)
                .where(TABELL.c.id == rad.id)
                .values(status=SKICKAD, skickad=tid, forsok=rad.forsok + 1, mallversion=brev.mallversion)
            )

    def skjut_upp(self, rad: Row[Any], fel: Tillfalligt | Avbrott) -> None:
        if rad.forsok >= len(VANTETIDER):
            self.ge_upp(rad, f"Gav upp efter {rad.forsok + 1} försök. {fel}")
        else:
            self.marka(rad, nasta_forsok=self.nu() + VANTETIDER[rad.forsok], senaste_fel=str(fel))
            self.resultat.uppskjutna += 1
        self.i_rad[type(fel)] += 1
        if self.i_rad[Tillfalligt] >= TILLFALLIGA_I_RAD or self.i_rad[Avbrott] >= AVBROTT_I_RAD:
            self.resultat.stopp = str(fel)

    def ge_upp(self, rad: Row[Any], mening: str) -> None:
        self.marka(rad, status=MISSLYCKAD, senaste_fel=mening)
        self.resultat.misslyckade += 1
        logg.warning("Notis %d (%s) gick inte att skicka: %s", rad.id, rad.mall, mening)

    def marka(self, rad: Row[Any], **varden: Any) -> None:
        """Note what happened, in a transaction of its own. Tried twice: a lost mark after a yes is a mail sent twice."""
        sats = update(TABELL).where(TABELL.c.id == rad.id).values(forsok=rad.forsok + 1, **varden)
        try:
            with self.engine.begin() as conn:
                conn.execute(sats)
        except OperationalError:
            with self.engine.begin() as conn:
                conn.execute(sats)

    def slapp(self, ider: Sequence[int], lan: datetime) -> None:
        """Give back rows we did not reach, if they are still ours."""
        if not ider:
            return
        t = TABELL.c
        with self.engine.begin() as conn:
            conn.execute(
                update(TABELL)
                .where(t.id.in_(ider), t.status == VANTAR, t.nasta_forsok == lan)
                .values(nasta_forsok=self.nu(), senaste_fel=func.coalesce(self.resultat.stopp, t.senaste_fel))
            )
