"""Move the contents of attachments to another store, one by one, while Vaka is in use. Stopped anywhere, the same again goes on
where it was."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select

from tjanster.arenden.bilageplats import BUNT, GarInteAttOppna, i_lager, lagg_om
from tjanster.bilagelager import Bilagelager
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.krypto import Nyckelring

logg = logging.getLogger("vaka.bilagor")


@dataclass
class Flytt:
    """alla: how many there were to move; flyttade: moved now; skadade: the files that can't be opened, left where they lie."""

    alla: int = 0
    flyttade: int = 0
    skadade: list[int] = field(default_factory=list)

    @property
    def kvar(self) -> int:
        return self.alla - self.flyttade


def flytta(motor: Engine, ring: Nyckelring, alla: Bilagelager, till: str) -> Iterator[Flytt]:
    """Yields after each file. Raises LagretSvararInte; what has been moved then stays moved."""
    b, ut, efter = t.bilaga.c, Flytt(), 0
    ska = b.borttagen.is_(None) & ~func.coalesce(i_lager(till), False)
    with systemet(motor) as conn:
        ut.alla = conn.execute(select(func.count()).select_from(t.bilaga).where(ska)).scalar_one()
    yield ut
    while True:
        with systemet(motor) as conn:
            bunt = list(conn.scalars(select(b.id).where(ska, b.id > efter).order_by(b.id).limit(BUNT)))
        for bilaga in bunt:
            try:
                ut.flyttade += lagg_om(motor, ring, alla, bilaga, till)
            except GarInteAttOppna as fel:
                logg.error("Bilaga %s flyttas inte: %s", bilaga, fel, extra={"action": "attachment_unreadable"})
                ut.skadade.append(bilaga)
            yield ut
        if len(bunt) < BUNT:
            return
        efter = bunt[-1]
