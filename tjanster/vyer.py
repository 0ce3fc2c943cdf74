"""Lists that a person has saved under a name of their own. A list is its question: filters, order, columns."""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.db import t
from tjanster.db.fardig import Fardig

HOGST = 20
LANGSTA_NAMN = 60
FRAGOR = (
    "enhet", "process", "lage", "handlaggare", "steg", "alder", "inkom", "klart", "over", "typ", "orsak", "bara", "leder",
    "ordna", "fall", "kolumn",
)  # fmt: skip
"""What a list may be asked for. Search words may be somebody's name and are never kept."""


class Vyrad(NamedTuple):
    id: int
    namn: str
    fraga: str


_VYER = Fardig.av(
    select(t.vy.c.id, t.vy.c.namn, t.vy.c.fraga)
    .where(t.vy.c.anvandare_id == bindparam("vems"))
    .order_by(func.translate(func.lower(t.vy.c.namn), "åäö", "{|}").collate("C"))
)


def vyer(conn: Connection, anvandare: int) -> list[Vyrad]:
    """The person's lists, by name."""
    return [Vyrad(*r) for r in _VYER.rader(conn, {"vems": anvandare})]


def spara(conn: Connection, anvandare: int, namn: str, fraga: str, nu: datetime) -> Vyrad:
    """Save a list; the same name again replaces the old one. Raises OgiltigaUppgifter."""
    namn = " ".join(namn.split())
    if not 0 < len(namn) <= LANGSTA_NAMN or not namn.isprintable():
        raise OgiltigaUppgifter(falt={"namn": f"Ge vyn ett namn med 1–{LANGSTA_NAMN} tecken."})
    ren = rensad(fraga)
    har = {v.namn for v in vyer(conn, anvandare)}
    if namn not in har and len(har) >= HOGST:
        raise OgiltigaUppgifter(falt={"namn": f"Du har redan {HOGST} sparade vyer. Ta bort en som du inte använder."})
    sats = insert(t.vy).values(anvandare_id=anvandare, namn=namn, fraga=ren, skapad=nu)
    sats = sats.on_conflict_do_update(constraint="vy_namn", set_={"fraga": ren}).returning(t.vy.c.id)
    return Vyrad(conn.execute(sats).scalar_one(), namn, ren)


def ta_bort(conn: Connection, anvandare: int, vy: int) -> Vyrad:
    """Forget a list and return it, so that it can be put back. FinnsInte for another person's."""
    v = t.vy.c
    if not 0 < vy < 2**62:
        raise FinnsInte("Vyn")
    rad = conn.execute(
        delete(t.vy).where(v.id == vy, v.anvandare_id == anvandare).returning(v.id, v.namn, v.fraga)
    ).one_or_none()
    if rad is None:
        raise FinnsInte("Vyn")
    return Vyrad(*rad)


def rensad(fraga: str) -> str:
    """The question with only what a list may be asked for, each in its place."""
    par = [(k, v) for k, v in parse_qsl(fraga[:1000], max_num_fields=40) if k in FRAGOR and v and len(v) <= 60]
    return urlencode(sorted(par, key=lambda kv: FRAGOR.index(kv[0])))[:1000]
