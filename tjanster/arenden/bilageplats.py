"""Where a file's content lies: fetched from there, put somewhere else, and let go of there when no row holds it any more."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, exists, func, select, update

from tjanster.bilagelager import DATABAS, Bilagelager, LagretSvararInte, ObjektetSaknas, nyckel_i
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.krypto import FelText, Nyckelring, OkandNyckel

BUNT = 200
LAS = 5_391_200_266
"""Held by whoever copies the stores: meanwhile nothing is deleted there."""
BRISTER = {
    "saknas": "innehållet finns inte i lagret",
    "andrad": "innehållet är ändrat eller skadat där det ligger",
    "nyckel": "nyckeln som innehållet är krypterat med finns inte i Vaka",
}

logg = logging.getLogger("vaka.bilagor")


class GarInteAttOppna(Exception):
    """What lies where the row says isn't the file. vad: a word of BRISTER."""

    def __init__(self, vad: str) -> None:
        self.vad = vad
        super().__init__(BRISTER[vad])


def lagren(conn: Connection | Engine) -> Bilagelager:
    """The stores that the connection's program knows."""
    ut: Bilagelager = conn.get_execution_options()["bilagelager"]
    return ut


def bilagans_bindning(bilaga: int) -> str:
    return f"bilaga:{bilaga}"


def summa(ring: Nyckelring, innehall: bytes) -> str:
    """By which the same file is known again; without the key it tells nothing of what the file is."""
    return ring.mac("bilaga", innehall).hex()


def oppna(ring: Nyckelring, alla: Bilagelager, bilaga: int, plats: Sequence[Any]) -> bytes:
    """A file's content. plats: its row's (innehall, lager, objekt). Raises LagretSvararInte and GarInteAttOppna."""
    try:
        blob = alla.hamta(*plats)
        if ring.nyckel_for(blob) not in ring.nycklar:
            raise GarInteAttOppna("nyckel")
        return ring.oppna(blob, bilagans_bindning(bilaga))
    except ObjektetSaknas:
        raise GarInteAttOppna("saknas") from None
    except (FelText, OkandNyckel):
        raise GarInteAttOppna("andrad") from None


def i_lager(lager: str) -> Any:
    """The rows whose content lies in that store."""
    b = t.bilaga.c
    return b.innehall.is_not(None) if lager == DATABAS else b.lager == lager


def lagg_om(motor: Engine, ring: Nyckelring, alla: Bilagelager, bilaga: int, till: str | None = None) -> bool:
    """Encrypt a file's content with the newest key and put it in the store `till`, or anew where it lies. In a transaction of
    its own that holds the row: whatever stops it, the content lies where the row says. What it leaves is queued by the
    database. False when somebody else moved or emptied it first.

    Raises LagretSvararInte and GarInteAttOppna."""
    b = t.bilaga.c
    with systemet(motor) as conn:
        sats = select(b.innehall, b.lager, b.objekt).where(b.id == bilaga, b.borttagen.is_(None)).with_for_update()
        rad = conn.execute(sats).one_or_none()
        if rad is None:
            return False
        fran = rad.lager or DATABAS
        if fran == till or (till is None and nyckel_i(rad.objekt or ring.aktuell) == ring.aktuell):
            return False
        innehall = oppna(ring, alla, bilaga, rad)
        blob = ring.kryptera(innehall, bilagans_bindning(bilaga))
        plats = alla.lagg(till or fran, ring, blob)
        if alla.hamta(**plats) != blob:
            raise LagretSvararInte(till or fran, "ger inte tillbaka det som skrevs där")
        conn.execute(update(t.bilaga).where(b.id == bilaga).values(plats | {"sha256": summa(ring, innehall)}))
    return True


@dataclass
class Radering:
    """borta: how many objects were deleted; fel: a sentence about each store that couldn't be asked."""

    borta: int
    fel: list[str]


def radera_slappta(motor: Engine, alla: Bilagelager) -> Radering:
    """Delete what no row holds any more, in every store. Any number of nodes may do it at once, and again after a stop."""
    r, ut = t.bilageradering.c, Radering(0, [])
    with systemet(motor) as conn:
        namnen = list(conn.scalars(select(r.lager).distinct().order_by(r.lager)))
    for namn in namnen:
        try:
            for antal in _ur(motor, alla, namn):
                ut.borta += antal
        except LagretSvararInte as fel:
            logg.warning("Borttagna filer ligger kvar: %s", fel, extra={"action": "attachments_not_deleted"})
            ut.fel.append(f"{fel} Borttagna filer ligger kvar där tills det svarar.")
    return ut


def _ur(motor: Engine, alla: Bilagelager, namn: str) -> Iterator[int]:
    r, b = t.bilageradering.c, t.bilaga.c
    halls = exists().where(b.lager == r.lager, b.objekt == r.objekt)
    sats = select(r.id, r.objekt).where(r.lager == namn, ~halls).order_by(r.id).limit(BUNT).with_for_update(skip_locked=True)
    while True:
        with systemet(motor) as conn:
            fritt = conn.scalar(select(func.pg_try_advisory_xact_lock_shared(LAS)))
            rader = conn.execute(sats).all() if fritt else []
            for rad in rader:
                alla.lager(namn).ta_bort(rad.objekt)
            conn.execute(delete(t.bilageradering).where(r.id.in_([rad.id for rad in rader])))
        yield len(rader)
        if len(rader) < BUNT:
            return


def vantar(conn: Connection) -> tuple[int, int]:
    """How many objects wait to be deleted, and how many of them since more than a day."""
    r = t.bilageradering.c
    gamla = func.count().filter(r.tid < func.now() - func.make_interval(0, 0, 0, 1))
    antal, for_lange = conn.execute(select(func.count(), gamla)).one()
    return antal, for_lange
