"""What a person asks of the cases: which are theirs, which wait for an officer, which are late in which unit."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select

from regler import Kommun
from tjanster.arenden.behorighet import Aktor, handlagger, synliga
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.krets import Krets
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, alltid, villkor
from tjanster.arenden.urvalsvillkor import ar_nara, ar_sent
from tjanster.db import t
from tjanster.db.fardig import Fardig


def handlaggare_i(conn: Connection, s: Sammanhang, aktor: Aktor, enheter: frozenset[str] | None) -> dict[str, str]:
    """Who else handles open cases in those units, by name: account → name."""
    return {str(i): namn for i, namn in _fardiga_handlaggare(s.kommun, aktor, enheter).rader(conn)}


@lru_cache(maxsize=1024)
def _fardiga_handlaggare(kommun: Kommun, aktor: Aktor, enheter: frozenset[str] | None) -> Fardig:
    a, n = t.arende.c, t.anvandare.c
    dessa = select(a.handlaggare).where(synliga(aktor, kommun), *alltid(Urval(enheter=enheter)), a.handlaggare != aktor.id)
    return Fardig.av(select(n.id, n.namn).where(n.id.in_(dessa)).order_by(n.namn))


class Agda(NamedTuple):
    """What somebody owns that has no officer: the units whose cases it goes by, and the row numbers of the few cases that
    name persons or keep some out, which are asked one by one."""

    enheter: list[str]
    sarskilda: list[int]

    @classmethod
    def av(cls, conn: Connection, bemanning: Bemanning, aktor: Aktor) -> "Agda":
        """What `aktor` owns by that day's appointments, as far as the connection sees the cases."""
        a = t.arende.c
        sarskilda = [
            r.id
            for r in conn.execute(select(a.id, a.enhet, a.krets, a.javiga).where(_UTAN, _EGEN))
            if aktor.id in {p.id for p in bemanning.agare(r.enhet, None, Krets.av(r)).personer}
        ]
        return cls(sorted(bemanning.enheter_agda_av(aktor.id)), sarskilda)

    @property
    def att_fordela(self) -> ColumnElement[bool]:
        """WHERE: the cases without officer whose next step the person owns."""
        a = t.arende.c
        return and_(_UTAN, or_(and_(a.enhet.in_(self.enheter), ~_EGEN), a.id.in_(self.sarskilda)))


def egna(kommun: Kommun, aktor: Aktor) -> ColumnElement[bool]:
    """WHERE: the cases that this person handles."""
    return handlagger(aktor, kommun, t.arende.c.handlaggare, t.arende.c.enhet)


_UTAN = and_(t.arende.c.handlaggare.is_(None), t.arende.c.avslutad.is_(None))
_EGEN = or_(t.arende.c.krets.is_not(None), func.cardinality(t.arende.c.javiga) > literal_column("0"))


def hitta_id(conn: Connection, s: Sammanhang, nummer: str, aktor: Aktor | None) -> int | None:
    """The row of a case that the person may see; None otherwise."""
    a = t.arende.c
    sats = select(a.id).where(a.nummer == nummer)
    if aktor is not None:
        sats = sats.where(synliga(aktor, s.kommun))
    return conn.execute(sats).scalar_one_or_none()


class Brattom(NamedTuple):
    """What is late or near in one unit: how many of each, and the rows of all, the nearest limit first."""

    sena: int
    nara: int
    ids: list[int]


def sena_per_enhet(
    conn: Connection, s: Sammanhang, aktor: Aktor, enheter: frozenset[str], horisont: date, nu: datetime
) -> dict[str, Brattom]:
    """Unit → what is late or near among the cases that the person may see; near = due on `horisont` at the latest."""
    a = t.arende.c
    sent, nara = ar_sent(nu), ar_nara(nu, horisont)
    sats = (
        select(a.enhet, a.id, sent)
        .where(*villkor(conn, s, aktor, Urval(enheter=enheter), nu), or_(sent, nara))
        .order_by(a.narmast.nulls_last(), a.id)
    )
    per: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for enhet, i, ar_sen in conn.execute(sats).all():
        per[enhet].append((i, ar_sen))
    return {
        enhet: Brattom(sum(x for _, x in alla), sum(not x for _, x in alla), [i for i, _ in alla]) for enhet, alla in per.items()
    }


def tysta_enheter(conn: Connection, enheter: frozenset[str], idag: date, dagar: int = 90) -> frozenset[str]:
    """Units that have reported no deviation for so long: underreporting must show (krav A9)."""
    a = t.arende.c
    har = set(
        conn.execute(
            select(a.enhet)
            .where(a.process == "avvikelse", a.dag >= idag - timedelta(days=dagar), a.enhet.in_(sorted(enheter)))
            .distinct()
        ).scalars()
    )
    return enheter - har
