"""Everything encrypted in the database, walked: what lay in plain text before there were keys, and what an old key still holds.

Each batch is a transaction of its own, so that it can be stopped anywhere, goes on where it stopped, and runs beside the
program.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text, true, update

from tjanster.arenden import personuppgifter
from tjanster.arenden.bilageplats import GarInteAttOppna, bilagans_bindning, lagg_om, lagren, summa
from tjanster.arenden.sokminne import sokningens_bindning
from tjanster.bilagelager import nyckel_i
from tjanster.db import t
from tjanster.db.krets import systemet
from tjanster.krypto import Nyckelring

BUNT = 200
logg = logging.getLogger("vaka.bilagor")
LAS = 5_391_200_264


@dataclass(frozen=True)
class Krypterat:
    """One encrypted column, in a table with an `id`: how the row binds the content, and the columns that say it. nya: what
    else follows from the newest key."""

    tabell: Any
    kolumn: str
    bindning: Callable[[Any], str]
    nya: Callable[[Nyckelring, Any, bytes], dict[str, Any]] = lambda _ring, _rad, _data: {}
    av: tuple[str, ...] = ("id",)


def _hashar(ring: Nyckelring, rad: Any, data: bytes) -> dict[str, Any]:
    return personuppgifter.till_rad(ring, json.loads(data) | {"arende_id": rad.arende_id, "roll": rad.roll})


ALLT = (
    Krypterat(t.kontakt, "uppgifter", lambda rad: personuppgifter.bindning(rad.arende_id, rad.roll), _hashar, ("id", "arende_id", "roll")),
    Krypterat(
        t.bilaga, "innehall", lambda rad: bilagans_bindning(rad.id), lambda ring, _rad, data: {"sha256": summa(ring, data)}
    ),
    Krypterat(t.anvandare, "totp", lambda rad: f"totp:{rad.id}"),
    Krypterat(t.sokning, "fraga", lambda rad: sokningens_bindning(rad.id)),
)


def per_nyckel(conn: Connection, ring: Nyckelring) -> Counter[str]:
    """How many values each key holds, the log's seals and the holds on persons among them; '' for what isn't encrypted with any
    key of ours. Seals and holds are never made anew: a key stays needed as long as the log has one of its seals, and as long
    as a hold that it made isn't lifted."""
    ut: Counter[str] = Counter()
    b = t.bilaga.c
    for (objekt,) in conn.execute(select(b.objekt).where(b.objekt.is_not(None))):
        ut[nyckel_i(objekt)] += 1
    for ett in ALLT:
        kolumn = ett.tabell.c[ett.kolumn]
        for (huvud,) in conn.execute(select(func.substr(kolumn, 1, 18)).where(kolumn.is_not(None))):
            ut[_namn(ring, bytes(huvud))] += 1
    for tabell, villkor in ((t.loggkedja, true()), (t.loggdag, true()), (t.bevarande, t.bevarande.c.havd.is_(None))):
        for namn, antal in conn.execute(select(tabell.c.nyckel, func.count()).where(villkor).group_by(tabell.c.nyckel)):
            ut[namn] += antal
    return ut


def _namn(ring: Nyckelring, blob: bytes) -> str:
    try:
        return ring.nyckel_for(blob)
    except ValueError:
        return ""


def rotera(motor: Engine, ring: Nyckelring, skadade: list[int] | None = None) -> Iterator[tuple[int, int]]:
    """Encrypt with the newest key all that an older one holds; yields (walked, encrypted anew) after each batch. skadade gets
    the files whose content in a store can't be opened, which stay as they are. Raises OkandNyckel when a key that is needed
    isn't in the ring, and LagretSvararInte; what is done is then kept."""
    gangna = nya = 0
    for ett in ALLT:
        c, efter = ett.tabell.c, 0
        while True:
            with systemet(motor) as conn:
                sats = (
                    select(*(c[namn] for namn in ett.av), c[ett.kolumn].label("blob"))
                    .where(c.id > efter, c[ett.kolumn].is_not(None))
                    .order_by(c.id)
                    .limit(BUNT)
                    .with_for_update()
                )
                rader = conn.execute(sats).all()
                for rad in rader:
                    if ring.nyckel_for(rad.blob) != ring.aktuell:
                        data = ring.oppna(rad.blob, ett.bindning(rad))
                        varden = {ett.kolumn: ring.kryptera(data, ett.bindning(rad))} | ett.nya(ring, rad, data)
                        conn.execute(update(ett.tabell).where(c.id == rad.id).values(varden))
                        nya += 1
            gangna += len(rader)
            yield gangna, nya
            if len(rader) < BUNT:
                break
            efter = rader[-1].id
    for bytt in _i_lagren(motor, ring, [] if skadade is None else skadade):
        gangna, nya = gangna + 1, nya + bytt
        yield gangna, nya


def _i_lagren(motor: Engine, ring: Nyckelring, skadade: list[int]) -> Iterator[bool]:
    """The objects of older keys, one by one: was it encrypted anew?"""
    b, efter = t.bilaga.c, 0
    while True:
        with systemet(motor) as conn:
            aldre = b.objekt.is_not(None) & ~b.objekt.startswith(f"{ring.aktuell}/")
            bunt = list(conn.scalars(select(b.id).where(aldre, b.id > efter).order_by(b.id).limit(BUNT)))
        for bilaga in bunt:
            try:
                yield lagg_om(motor, ring, lagren(motor), bilaga)
            except GarInteAttOppna as fel:
                logg.error("Bilaga %s krypteras inte om: %s", bilaga, fel, extra={"action": "attachment_unreadable"})
                skadade.append(bilaga)
        if len(bunt) < BUNT:
            return
        efter = bunt[-1]


def kryptera_klartext(agare: Engine, ring: Nyckelring) -> int:
    """Encrypt what an older version left in plain text, with the owner's rights; returns how many values. Twice is once."""
    antal = 0
    with agare.begin() as conn:
        conn.execute(select(func.pg_advisory_xact_lock(LAS)))  # another node may be starting too
        if conn.scalar(text("SELECT to_regclass('kontakt_klartext')")) is not None:
            rader = conn.execute(text("SELECT * FROM kontakt_klartext")).mappings().all()
            for rad in rader:
                conn.execute(t.kontakt.insert().values(personuppgifter.till_rad(ring, rad)))
            conn.execute(text("DROP TABLE kontakt_klartext"))
            conn.execute(
                text("UPDATE notis SET adress = '' WHERE anvandare_id IS NULL AND status IN ('skickad', 'avbruten')")
            )
            antal += len(rader)
    b = t.bilaga.c
    oppna = select(b.id, b.innehall).where(~b.krypterad, b.innehall.is_not(None)).order_by(b.id).limit(BUNT).with_for_update()
    while True:
        with agare.begin() as conn:
            filer = conn.execute(oppna).all()
            for i, innehall in filer:
                blob = ring.kryptera(innehall, bilagans_bindning(i))
                varden = {"innehall": blob, "krypterad": True, "sha256": summa(ring, innehall)}
                conn.execute(update(t.bilaga).where(b.id == i).values(varden))
        antal += len(filer)
        if len(filer) < BUNT:
            return antal
