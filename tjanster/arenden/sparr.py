"""Legal hold: a case that must not be weeded, for as long as somebody needs what is in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.lage import Lage, Skrivning
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.handelse import Begaran


def sparra(lage: Lage, skr: Skrivning, begaran: "Begaran", till: date | None, skal: str) -> None:
    """Hold the case from today to and including `till`, or until it is lifted. It may be held for several reasons. Raises
    OgiltigaUppgifter for a day that is past."""
    if till is not None and till < begaran.nu.date():
        raise OgiltigaUppgifter(falt={"sparr_till": "Sista dagen har redan varit. Lämna tomt för tills vidare."})
    skr.sparrar.append(
        {
            "arende_id": lage.rad["id"], "skal": skal, "fran": begaran.nu.date(), "till": till,
            "av": begaran.av.id if begaran.av else None, "tid": begaran.nu,
        }
    )  # fmt: skip
    lage.sparrad = True


def hav(lage: Lage, skr: Skrivning, begaran: "Begaran", skal: str) -> None:
    """Lift every hold of the case. The holds stay on record, with who lifted them and why."""
    av = begaran.av.id if begaran.av else None
    skr.havda.append({"arende": lage.rad["id"], "havd": begaran.nu, "havd_av": av, "havd_skal": skal})
    lage.sparrad = False


def haller(dag: date) -> ColumnElement[bool]:
    """The holds that hold on `dag`."""
    g = t.gallringssparr.c
    return and_(g.havd.is_(None), or_(g.till.is_(None), g.till >= dag))


@dataclass(frozen=True)
class Sparr:
    """A hold as the case's page tells it."""

    skal: str
    fran: date
    till: date | None
    av: str | None
    tid: datetime


def sparrar(conn: Connection, arende: int, dag: date) -> list[Sparr]:
    """The holds of a case on `dag`, the oldest first."""
    g, a = t.gallringssparr.c, t.anvandare.c
    sats = (
        select(g.skal, g.fran, g.till, a.namn, g.tid)
        .select_from(t.gallringssparr.outerjoin(t.anvandare, a.id == g.av))
        .where(g.arende_id == arende, haller(dag))
        .order_by(g.id)
    )
    return [Sparr(*rad) for rad in conn.execute(sats)]
