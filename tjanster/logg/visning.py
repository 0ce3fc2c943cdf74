"""The log as people read it: what happened in a case and who read it, or what one person did and read."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, func, literal, select, union_all
from sqlalchemy import null as ingen

from tjanster.arenden.lasning import VAD
from tjanster.db import t
from tjanster.klocka import SVENSK_TID

HOGST = 10_000


@dataclass(frozen=True)
class Loggrad:
    """One row: an event or a reading. `vad` in words, `skal` what was said when asked why."""

    id: int
    sort: str
    tid: datetime
    vem: str
    arende: str
    vad: str
    detalj: str | None
    skal: str | None
    tilldelad: bool | None

    def som_dict(self) -> dict[str, Any]:
        return dict(vars(self)) | {"tid": self.tid.isoformat()}


def lasningar(conn: Connection, arende_id: int, *, sida: int = 1, per_sida: int = 100) -> list[Loggrad]:
    """Who has read the case, the newest first."""
    r = t.lasning.c
    sats = _lasningar().where(r.arende_id == arende_id).order_by(r.id.desc()).limit(per_sida).offset((sida - 1) * per_sida)
    return [_rad(rad) for rad in conn.execute(sats)]


def antal_lasningar(conn: Connection, arende_id: int) -> int:
    """How many readings `lasningar` pages through."""
    return int(conn.execute(select(func.count()).where(t.lasning.c.arende_id == arende_id)).scalar_one())


def loggen(
    conn: Connection, *, arende: str | None = None, anvandare: str | None = None, fran: date | None = None, till: date | None = None
) -> list[Loggrad]:
    """Events and readings of a case or of an account by its user name, in the order they came; `fran` and `till` are days,
    both included. At most HOGST rows."""
    r, h, a, p = t.lasning.c, t.handelse.c, t.arende.c, t.anvandare.c
    las, hande = _lasningar(), _handelser()
    for villkor in (a.nummer == arende if arende else None, p.anvandarnamn == anvandare if anvandare else None):
        if villkor is not None:
            las, hande = las.where(villkor), hande.where(villkor)
    if fran is not None:
        borjan = datetime.combine(fran, time.min, SVENSK_TID)
        las, hande = las.where(r.tid >= borjan), hande.where(h.tid >= borjan)
    if till is not None:
        slut = datetime.combine(till, time.max, SVENSK_TID)
        las, hande = las.where(r.tid <= slut), hande.where(h.tid <= slut)
    bada = union_all(las, hande).subquery()
    return [_rad(rad) for rad in conn.execute(select(bada).order_by(bada.c.tid, bada.c.sort, bada.c.id).limit(HOGST))]


def _lasningar() -> Any:
    r, a, p = t.lasning.c, t.arende.c, t.anvandare.c
    return select(
        r.id, literal("läsning").label("sort"), r.tid, p.namn.label("vem"), a.nummer.label("arende"), r.vad, r.detalj, r.skal,
        r.tilldelad,
    ).select_from(t.lasning.outerjoin(t.arende, a.id == r.arende_id).outerjoin(t.anvandare, p.id == r.av))  # fmt: skip


def _handelser() -> Any:
    h, a, p = t.handelse.c, t.arende.c, t.anvandare.c
    return select(
        h.id, literal("händelse").label("sort"), h.tid, p.namn.label("vem"), a.nummer.label("arende"), h.handelse.label("vad"),
        ingen().label("detalj"), ingen().label("skal"), ingen().label("tilldelad"),
    ).select_from(t.handelse.join(t.arende, a.id == h.arende_id).outerjoin(t.anvandare, p.id == h.av))  # fmt: skip


def _rad(rad: Any) -> Loggrad:
    vad = VAD.get(rad.vad, rad.vad) if rad.sort == "läsning" else rad.vad
    vem = rad.vem or ("Den som lämnade synpunkten" if rad.vad == "inlamnaren" else "Vaka")
    return Loggrad(rad.id, rad.sort, rad.tid.astimezone(SVENSK_TID), vem, rad.arende or "gallrat", vad, rad.detalj, rad.skal, rad.tilldelad)
