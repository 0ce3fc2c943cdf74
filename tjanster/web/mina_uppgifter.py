"""The open tasks of one person, the one that is due first on top."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, all_, and_, any_, func, literal, or_, select

from arbetsfloden.motor.gemensamma import EGEN_UPPGIFT
from tjanster.arenden.behorighet import Aktor, handlagger, synliga
from tjanster.arenden.fragor import Agda
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.web.uppgift import atgardstext

UPPGIFTER = 20
"""So many on a page."""
NARA = timedelta(days=3)


class Sidan(NamedTuple):
    """The tasks of a page, how many there are on all, and which page it is."""

    uppgifter: list[dict[str, Any]]
    antal: int
    nr: int


def mina_uppgifter(
    conn: Connection, s: Sammanhang, agda: Agda, aktor: Aktor, idag: date, sida: int
) -> Sidan:
    """One page of the open tasks that are this person's, the last one when there are fewer: given to them or to one they stand in
    for, of a unit they own, or of a case they own since the unit's own manager is recused. What somebody wrote by hand is only
    for those who see its case. Asked in the system's place."""
    u, a, jag = t.uppgift.c, t.arende.c, literal(aktor.id)
    synlig, n = synliga(aktor, s.kommun), t.anvandare.c
    far_veta = and_(jag != all_(a.javiga), or_(a.krets.is_(None), jag == any_(a.krets)), or_(u.slag != EGEN_UPPGIFT, synlig))
    ingens = ~select(n.id).where(n.id == u.agare, n.aktiv).exists()
    arendets = and_(u.enhet == a.enhet, u.arende_id.in_(agda.sarskilda))
    egna = or_(handlagger(aktor, s.kommun, u.agare, u.enhet), and_(ingens, or_(u.enhet.in_(agda.enheter), arendets)))
    dessa = select(u.id, u.senast, func.count().over().label("alla")).join(t.arende, a.id == u.arende_id).where(
        u.klar.is_(None), far_veta, egna
    ).order_by(u.senast.nulls_last(), u.id).limit(UPPGIFTER).offset((sida - 1) * UPPGIFTER).subquery("sidan")  # fmt: skip
    sats = (
        select(u.id, u.text, u.senast, u.atgard, a.atgarder, a.nummer, synlig.label("synlig"), dessa.c.alla)
        .join(t.arende, a.id == u.arende_id).join(dessa, dessa.c.id == u.id).order_by(u.senast.nulls_last(), u.id)
    )  # fmt: skip
    rader = conn.execute(sats).all()
    if not rader and sida > 1:  # what was on the page has been done
        antal = mina_uppgifter(conn, s, agda, aktor, idag, 1).antal
        return mina_uppgifter(conn, s, agda, aktor, idag, max(1, -(-antal // UPPGIFTER)))
    return Sidan([_rad(r, idag) for r in rader], rader[0].alla if rader else 0, sida)


def _rad(r: Any, idag: date) -> dict[str, Any]:
    return {
        "text": f"Ta ställning till åtgärden ”{atgardstext(r.atgarder, r.atgard)}”" if r.atgard else r.text,
        "nummer": r.nummer,
        "url": f"/arende/{r.nummer}" if r.synlig else f"/uppgift/{r.id}",
        "senast": r.senast,
        "lage": "god" if r.senast is None or r.senast > idag + NARA else "sen" if r.senast < idag else "nara",
        "klar_url": f"/uppgift/{r.id}/klar",
        "svara_url": f"/uppgift/{r.id}" if r.atgard else None,
    }
