"""Empty the outbox: claim rows, hand them over, mark each after the server's yes.

Any number of nodes may run it at once (`lan.py`). The one mail that may go twice is the one whose sender was killed
between the server's yes and our mark, and its copy bears the same Message-ID.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, update
from sqlalchemy.dialects.postgresql import insert

from notiser.motor.brevlada import BREVLADA, Brevlada
from notiser.motor.epost import Avsandare, som_epost
from notiser.motor.falt import Falt, Notisfel, doman_i_ascii
from notiser.motor.lan import Lan, lanetid
from notiser.motor.rendering import Brev, rendera
from notiser.motor.smtp import Avbrott, Forbindelse, Serverfel, Slutgiltigt, SmtpInstallningar, Tillfalligt
from notiser.motor.utkorg import MISSLYCKAD, SKICKAD, TABELL, UTAN_UTOMSTAENDE

logg = logging.getLogger("vaka.notiser")

# Waits after the first, second … failure; when they are used up (about five days) the notice is given up, visibly.
VANTETIDER = (
    *(timedelta(minutes=m) for m in (1, 5, 15, 60)),
    *(timedelta(hours=h) for h in (4, 8, 12, 24, 24, 24, 24)),
)
BUNT = 50
BREV_PER_FORBINDELSE = 100
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
    bara_bradskande: bool = False,
) -> Utskick:
    """Send what is due at `nu` (with zone), urgent first, at most `hogst` mails. Commits by itself, mail by mail.

    bara_bradskande: a day off; what isn't urgent waits, also when it should have gone before and couldn't.

    Must not be called from a running event loop. Database errors go to the caller; what was sent by then is marked.
    """
    if nu.tzinfo is None:
        raise Notisfel("Tiden för utskicket ska ha tidszon.")
    with Lan(engine) as lan:
        omgang = _Omgang(lan, smtp, nu, avsandare, hogst, bara_bradskande)
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
        self, lan: Lan, smtp: SmtpInstallningar | Brevlada, nu: datetime, avsandare: Avsandare, hogst: int | None,
        bara_bradskande: bool,
    ) -> None:  # fmt: skip
        self.lan = lan
        self.bara_bradskande = bara_bradskande
        self.avsandare = avsandare
        self.kvar = hogst
        self.forbindelse = Forbindelse(smtp) if isinstance(smtp, SmtpInstallningar) else None
        sekunder = smtp.langsta_sandning if isinstance(smtp, SmtpInstallningar) else 1.0
        self.langsta = timedelta(seconds=sekunder)
        self.start = (nu, time.monotonic())
        self.i_rad: Counter[type[Exception]] = Counter()
        self.resultat = Utskick()

    def nu(self) -> datetime:
        """The caller's time, moved on by the whole seconds since: a long round must not outlive its claims unseen."""
        return self.start[0] + timedelta(seconds=int(time.monotonic() - self.start[1]))

    async def kor(self) -> None:
        self.lan.aterta(self.start[0])
        try:
            while self.resultat.stopp is None and self.kvar != 0:
                till = self.nu() + lanetid(self.langsta)
                antal = BUNT if self.kvar is None else min(BUNT, self.kvar)
                rader = self.lan.ta(antal, self.nu(), till, self.avsandare.doman, bara_bradskande=self.bara_bradskande)
                if not rader:
                    break
                await self.bunt(deque(rader), till)
        finally:
            if self.forbindelse is not None:
                await self.forbindelse.stang()

    async def bunt(self, rader: deque[Row[Any]], till: datetime) -> None:
        try:
            # So slow a server that the claim would run out: give back and claim anew.
            while rader and self.resultat.stopp is None and self.nu() + self.langsta <= till:
                self.lan.prova()
                rad = rader.popleft()
                try:
                    await self.en(rad)
                except Serverfel as fel:
                    rader.appendleft(rad)
                    self.resultat.stopp = str(fel)
        finally:
            self.lan.slapp([rad.id for rad in rader], self.start[0], orsak=self.resultat.stopp)

    async def en(self, rad: Row[Any]) -> None:
        """One mail, up to its mark. Raises Serverfel when the mail is not to blame."""
        try:
            brev = rendera(rad.mall, Falt.from_dict(rad.falt), bas_url=self.avsandare.bas_url)
            if self.forbindelse is None:
                self.till_brevladan(rad, brev)
            else:
                await self.till_servern(self.forbindelse, rad, brev)
                self.lan.marka(rad, status=SKICKAD, skickad=self.nu(), mallversion=brev.mallversion, senaste_fel=None)
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
            bara_text=rad.bara_text,
        )
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
        with self.lan.engine.begin() as conn:
            brevet = {"amne": brev.amne, "text": brev.text, "html": None if rad.bara_text else brev.html}
            conn.execute(sats, {"notis_id": rad.id, "till": rad.adress, "tid": tid} | brevet)
            conn.execute(
                update(TABELL)
                .where(TABELL.c.id == rad.id)
                .values(
                    status=SKICKAD,
                    skickad=tid,
                    forsok=rad.forsok + 1,
                    mallversion=brev.mallversion,
                    lantagare=None,
                    adress=UTAN_UTOMSTAENDE,
                )
            )

    def skjut_upp(self, rad: Row[Any], fel: Tillfalligt | Avbrott) -> None:
        if rad.forsok >= len(VANTETIDER):
            self.ge_upp(rad, f"Gav upp efter {rad.forsok + 1} försök. {fel}")
        else:
            self.lan.marka(rad, nasta_forsok=self.nu() + VANTETIDER[rad.forsok], senaste_fel=str(fel))
            self.resultat.uppskjutna += 1
        self.i_rad[type(fel)] += 1
        if self.i_rad[Tillfalligt] >= TILLFALLIGA_I_RAD or self.i_rad[Avbrott] >= AVBROTT_I_RAD:
            self.resultat.stopp = str(fel)

    def ge_upp(self, rad: Row[Any], mening: str) -> None:
        self.lan.marka(rad, status=MISSLYCKAD, senaste_fel=mening)
        self.resultat.misslyckade += 1
        logg.warning("Notis %d (%s) gick inte att skicka: %s", rad.id, rad.mall, mening)
