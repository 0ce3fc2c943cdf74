"""What makes a case late, near, old, slow or of a kind, as conditions: the figures of those who lead and the lists that
they lead to are counted by the same ones."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, column, exists, false, func, not_, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from arbetsfloden import PROCESSER
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.urval import Urval

MED_ATGARDER = tuple(p.namn for p in PROCESSER.values() if "atgarder" in p.modell.beskrivna())
BESLUTADE = "atgarder_beslutade"
"""The state in which measures are decided and not yet followed up."""


def tidsvillkor(urval: "Urval", nu: datetime) -> list[ColumnElement[bool]]:
    """The conditions that hold at one time and not at another: has any limit passed?"""
    ut: list[ColumnElement[bool]] = []
    if urval.sena:
        ut.append(ar_sent(nu))
    if urval.nara is not None:
        ut.append(ar_nara(nu, urval.nara))
    return ut


def urvalsvillkor(urval: "Urval") -> list[ColumnElement[bool]]:
    """The conditions that look at the case itself."""
    a = t.arende.c
    ut: list[ColumnElement[bool]] = []
    if urval.process is None and any((*urval.inkom, *urval.klara)):
        ut.append(a.process.in_(PROCESSER))  # all of them: the indexes of days begin with the process
    for dag, (fran, till) in ((a.dag, urval.inkom), (a.klardag, urval.klara)):
        if fran is not None:
            ut.append(dag >= fran)
        if till is not None:
            ut.append(dag <= till)
    if urval.langre_an is not None:
        ut.append(a.klardag - a.dag > urval.langre_an)
    if urval.typ is not None:
        ut.append(a.typ == urval.typ)
    if urval.orsak is not None:
        ut.append(a.orsaker.has_key(urval.orsak))
    if urval.ej_uppfoljda is not None:
        ut.append(ej_uppfoljt(urval.ej_uppfoljda))
    return ut


def ar_sent(nu: datetime) -> ColumnElement[bool]:
    """A running limit of the case has passed."""
    return t.arende.c.id.in_(select(func.vaka_sena(nu)))


def ar_nara(nu: datetime, senast: date) -> ColumnElement[bool]:
    """A running limit of the case is due by then, and none has passed."""
    return t.arende.c.id.in_(select(func.vaka_nara(nu, senast)))


def star_som_sent(nu: datetime) -> ColumnElement[bool]:
    """The same as `ar_sent`, asked of the nearest limit that stands on the case: for rows that are read anyway, where to find all
    that are late first takes as long as to read them."""
    a, idag = t.arende.c, nu.date()
    passerad = or_(a.narmast_forfaller < idag, and_(a.narmast_forfaller == idag, a.narmast_forfaller_tid < nu))
    return and_(a.narmast_status == "lopande", func.coalesce(passerad, false()))


def star_som_nara(nu: datetime, senast: date) -> ColumnElement[bool]:
    """The same as `ar_nara`, asked of the nearest limit that stands on the case."""
    a = t.arende.c
    return and_(a.narmast_status == "lopande", a.narmast_forfaller <= senast, not_(star_som_sent(nu)))


def ej_uppfoljt(idag: date) -> ColumnElement[bool]:
    """Measures are decided, the day of one has passed, and nobody has said whether they helped."""
    a = t.arende.c
    rader = func.jsonb_array_elements(a.atgarder).table_valued(column("value", JSONB), name="atgard")
    passerad = exists().select_from(rader).where(rader.c.value["senast"].astext < idag.isoformat())
    return and_(a.process.in_(MED_ATGARDER), a.tillstand == BESLUTADE, passerad)
