"""How a hand-over went, for the one who made it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.arendelista import kort
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.fel import FinnsInte
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle

MINNS = timedelta(days=30)


@dataclass(frozen=True)
class Overlamnat:
    """How a hand-over went. rader: (case number, words about it where the person sees it, outcome, why)."""

    id: int
    sort: str
    till: str
    skal: str
    skapad: datetime
    klar: datetime | None
    utanfor: int
    rader: tuple[tuple[str, str | None, str | None, str | None], ...]
    angrar: int | None
    angrad_av: int | None

    @property
    def gick(self) -> int:
        return sum(utfall == "gick" for _, _, utfall, _ in self.rader)

    @property
    def kvar(self) -> int:
        return sum(utfall is None for _, _, utfall, _ in self.rader)


def kraver_egen(conn: Connection, aktor: Aktor, overlamning: int) -> Any:
    """The row of one that the person made. FinnsInte for all others."""
    o = t.overlamning.c
    sats = select(t.overlamning).where(o.id == overlamning, o.av == aktor.id)
    rad = conn.execute(sats).one_or_none() if 0 < overlamning < 2**62 else None
    if rad is None:
        raise FinnsInte("Överlämningen")
    return rad


def hamta(vaka: Vaka, aktor: Aktor, overlamning: int) -> Overlamnat:
    """One of the person's own hand-overs. They know the numbers that they chose; more is told of what they see still."""
    o, r, a = t.overlamning.c, t.overlamningsrad.c, t.arende.c
    s = vaka.sammanhang
    with vaka.som(aktor) as conn:
        rad = kraver_egen(conn, aktor, overlamning)
        fraga = select(a.nummer, a.process, a.uppgifter).join(t.overlamningsrad, r.arende_id == a.id)
        ser = {x.nummer: kort(s, x.process, x.uppgifter) or PROCESSER[x.process].ental for x in conn.execute(fraga.where(r.overlamning_id == rad.id))}
        with i_systemets_stalle(conn):
            rader = conn.execute(
                select(a.nummer, r.utfall, r.varfor).join(t.arende, a.id == r.arende_id).where(r.overlamning_id == rad.id).order_by(r.id)
            ).all()
            angrad_av = conn.execute(select(o.id).where(o.angrar == rad.id)).scalar_one_or_none()
        till = _till(conn, s, rad)
    return Overlamnat(
        rad.id, rad.sort, till, rad.skal, rad.skapad, rad.klar, rad.utanfor,
        tuple((x.nummer, ser.get(x.nummer), x.utfall, x.varfor) for x in rader), rad.angrar, angrad_av,
    )  # fmt: skip


def _till(conn: Connection, s: Sammanhang, rad: Any) -> str:
    if rad.till_enhet is not None:
        return s.enhetsnamn(rad.till_enhet)
    if rad.till_handlaggare is None:
        return ""
    namn = conn.execute(select(t.anvandare.c.namn).where(t.anvandare.c.id == rad.till_handlaggare)).scalar_one()
    return str(namn)


def senaste(conn: Connection, s: Sammanhang, aktor: Aktor, nu: datetime, antal: int = 5) -> list[dict[str, Any]]:
    """The person's own hand-overs of late, the latest first."""
    o = t.overlamning.c
    sats = select(t.overlamning).where(o.av == aktor.id, o.skapad > nu - MINNS).order_by(o.id.desc()).limit(antal)
    return [
        {"id": r.id, "till": _till(conn, s, r), "sort": r.sort, "skapad": r.skapad, "klar": r.klar is not None}
        for r in conn.execute(sats).all()
    ]
