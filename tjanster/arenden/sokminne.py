"""A person's own latest searches, so that they stand in no address and can be taken up again: encrypted, for a month, and
forgotten when the person says so. And the cases that they themself read last."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from tjanster.arenden.arendelista import Arenderad, lista
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.personuppgifter import ringen
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.sokning import Sokning
from tjanster.arenden.urval import Urval
from tjanster.db import t
from tjanster.krypto import FelText, OkandNyckel

HOGST, VISAS, MINNS = 30, 8, timedelta(days=30)
LASTA = ("sida", "sok", "brev", "historik", "steg")
"""Readings that are of the whole case, opened by the person."""


def sokningens_bindning(nummer: int) -> str:
    return f"sokning:{nummer}"


def spara(conn: Connection, s: Sammanhang, av: int, sokning: Sokning, nu: datetime) -> int:
    """Keep it, and return its number; the same one again only becomes the latest. Old ones go."""
    stada(conn, nu, av)
    for nummer, gammal in _las(conn, av, HOGST):
        if gammal == sokning:
            conn.execute(update(t.sokning).where(t.sokning.c.id == nummer).values(tid=nu))
            return nummer
    nummer = s.nya_id(conn, "sokning")[0]
    data = json.dumps(sokning.som_dict(), ensure_ascii=False).encode()
    blob = ringen(conn).kryptera(data, sokningens_bindning(nummer))
    conn.execute(t.sokning.insert().values(id=nummer, av=av, tid=nu, fraga=blob))
    over = select(t.sokning.c.id).where(t.sokning.c.av == av).order_by(t.sokning.c.tid.desc(), t.sokning.c.id.desc()).offset(HOGST)
    conn.execute(delete(t.sokning).where(t.sokning.c.id.in_(over)))
    return nummer


def hamta(conn: Connection, av: int, nummer: int, nu: datetime) -> Sokning | None:
    """One of the person's own; None when it is another's, forgotten or never was."""
    r = t.sokning.c
    sats = select(r.fraga).where(r.id == nummer, r.av == av, r.tid > nu - MINNS)
    blob = conn.execute(sats).scalar_one_or_none()
    return _ur(conn, nummer, blob) if blob is not None else None


def senaste(conn: Connection, av: int, nu: datetime) -> list[tuple[int, Sokning]]:
    """The person's latest, with their numbers."""
    return list(_las(conn, av, VISAS, nu))


def glom(conn: Connection, av: int) -> int:
    """Forget all of the person's; returns how many."""
    return int(conn.execute(delete(t.sokning).where(t.sokning.c.av == av)).rowcount)


def stada(conn: Connection, nu: datetime, av: int | None = None) -> int:
    """Take away what is older than a month, of one person or of all; returns how many."""
    sats = delete(t.sokning).where(t.sokning.c.tid <= nu - MINNS)
    return int(conn.execute(sats if av is None else sats.where(t.sokning.c.av == av)).rowcount)


def _las(conn: Connection, av: int, hogst: int, nu: datetime | None = None) -> Sequence[tuple[int, Sokning]]:
    r = t.sokning.c
    sats = select(r.id, r.fraga).where(r.av == av).order_by(r.tid.desc(), r.id.desc()).limit(hogst)
    rader = conn.execute(sats if nu is None else sats.where(r.tid > nu - MINNS)).all()
    return [(rad.id, sokning) for rad in rader if (sokning := _ur(conn, rad.id, rad.fraga)) is not None]


def _ur(conn: Connection, nummer: int, blob: bytes) -> Sokning | None:
    try:
        return Sokning.ur(json.loads(ringen(conn).oppna(bytes(blob), sokningens_bindning(nummer))))
    except (OkandNyckel, FelText):  # its key is gone, and with it a search that was soon to go anyway
        return None


def nyss_lasta(conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, antal: int = VISAS) -> list[Arenderad]:
    """The cases that the person opened last and may still see, the latest first."""
    r = t.lasning.c
    nyss = (
        select(r.arende_id, r.tid, r.id)
        .where(r.av == aktor.id, r.vad.in_(LASTA), r.tid <= nu)
        .order_by(r.tid.desc(), r.id.desc())
        .limit(100)
        .subquery()
    )
    senast = func.max(nyss.c.tid)
    sats = select(nyss.c.arende_id).group_by(nyss.c.arende_id).order_by(senast.desc(), func.max(nyss.c.id).desc()).limit(antal)
    ids = list(conn.execute(sats).scalars())
    if not ids:
        return []
    a = t.arende.c
    nummer = {rad.nummer: rad.id for rad in conn.execute(select(a.nummer, a.id).where(a.id.in_(ids)))}
    rader = lista(conn, s, aktor, Urval(aven_avslutade=True), nu, per_sida=antal, extra=a.id.in_(ids))
    return sorted(rader, key=lambda rad: ids.index(nummer[rad.nummer]))
