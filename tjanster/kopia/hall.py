"""A database that was set back sends no letter before an administrator has said what is to become of those that may have gone
already. Nobody knows what was sent after the moment that it shows: unknown is never yes, and never no."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Date, and_, case, cast, func, or_, select, update

from notiser import avbryt_alla, kvar
from tjanster import klocka
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.fel import FarInte, Nej
from tjanster.arenden.konto import hitta_konto
from tjanster.db import t
from tjanster.settings import Settings

KOPIA_SENAST = timedelta(hours=26)
SKICKA, STRYK = "skicka", "stryk"
OSKICKAT = ("vantar", "samlas")


@dataclass(frozen=True)
class Hall:
    """till: the moment that the database was set back to; gjord: when. vantar: letters in the outbox; kanske: those of them that may have
    gone already."""

    till: datetime
    gjord: datetime
    vantar: int
    kanske: int

    def __str__(self) -> str:
        return (
            f"Inga brev skickas sedan databasen sattes tillbaka till {klocka.svensk(self.till):%Y-%m-%d %H:%M}. {self.vantar} väntar, och "
            f"{self.kanske} av dem kan ha gått redan. Ska de skickas (inget missas, några kan komma två gånger) eller strykas (inget kommer "
            "två gånger, men ett som aldrig gick går inte alls)? En administratör bestämmer: 'vaka utskick --slapp skicka --av NAMN' eller "
            "'vaka utskick --slapp stryk --av NAMN'."
        )

    def som_dict(self) -> dict[str, Any]:
        return {"till": self.till, "gjord": self.gjord, "vantar": self.vantar, "kanske_skickade": self.kanske}


def hallet(conn: Connection) -> Hall | None:
    """What holds the letters; None when nothing does."""
    a = t.aterstallning.c
    rad = conn.execute(select(func.min(a.till).label("till"), func.max(a.gjord).label("gjord")).where(a.slappt.is_(None))).one()
    if rad.till is None:
        return None
    lage = kvar(conn)
    return Hall(rad.till, rad.gjord, lage.vantar + lage.samlas, len(_kanske_skickade(conn)))


def _kanske_skickade(conn: Connection) -> list[int]:
    """The letters that may have gone between the moment that the database shows and when it was set back: those that waited
    then, and those that the watch writes for rungs and mornings that had come."""
    a, n, p = t.aterstallning.c, t.notis.c, t.paminnelse.c
    rad = conn.execute(
        select(func.max(a.gjord), func.max(a.sista_notis), func.max(a.sista_paminnelse)).where(a.slappt.is_(None))
    ).one()
    gjord, sista_notis, sista_paminnelse = rad
    if gjord is None:
        return []
    dag = klocka.svensk(gjord).date()
    sort, delar = func.split_part(n.nyckel, ":", 1), lambda nr: func.split_part(n.nyckel, ":", nr)
    trappsteg = case((sort == "trappsteg", cast(delar(2), BigInteger)))
    morgon = case((sort == "morgonbrev", cast(delar(3), Date)))
    fallna = select(p.id).where(p.id <= sista_paminnelse, p.dag <= dag)
    sats = select(n.id).where(
        n.status.in_(OSKICKAT), or_(n.id <= sista_notis, trappsteg.in_(fallna), and_(n.id > sista_notis, morgon <= dag))
    )
    return list(conn.scalars(sats))


def slapp(conn: Connection, val: str, av: str, nu: datetime) -> tuple[Hall, int]:
    """Let letters leave again. val: SKICKA all, or STRYK those that may have gone already; the others go in both cases. av: the
    administrator's user name. Returns what was held, and how many were taken back. Raises Nej."""
    vem = hitta_konto(conn, av)
    aktor = las_aktor(conn, vem, nu.date()) if vem is not None else None
    if aktor is None:
        raise Nej(f"'{av}' är ingen användare med öppet konto.", kod="okand_anvandare")
    if "administrator" not in aktor.roller:
        raise FarInte("Utskicken släpps av en administratör.")
    conn.execute(select(t.aterstallning.c.id).where(t.aterstallning.c.slappt.is_(None)).with_for_update())
    hall = hallet(conn)
    if hall is None:
        raise Nej("Utskicken hålls inte: breven går som vanligt.", kod="inget_att_slappa")
    strukna = avbryt_alla(conn, _kanske_skickade(conn)) if val == STRYK else 0
    conn.execute(update(t.aterstallning).where(t.aterstallning.c.slappt.is_(None)).values(slappt=nu, slappt_av=aktor.id, val=val))
    return hall, strukna


def kopians_halsa(conn: Connection, settings: Settings, nu: datetime) -> tuple[bool, str]:
    """When the last whole copy was taken; only where VAKA_KOPIA says that Vaka takes them is its absence a fault."""
    senast = conn.execute(select(func.max(t.sakerhetskopia.c.tagen))).scalar()
    sedan = f"senast {klocka.svensk(senast):%Y-%m-%d %H:%M}" if senast else "ingen tagen än"
    if settings.kopia is None:
        return True, f"{sedan}; Vaka vaktar dem inte (VAKA_KOPIA)"
    if senast is not None and nu - senast < KOPIA_SENAST:
        return True, sedan
    return False, f"{sedan}: kör 'vaka sakerhetskopia' varje dygn, och se varför det inte gick"
