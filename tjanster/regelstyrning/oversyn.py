"""When a rule changes, the routines and templates tied to it must be looked through: which, by whom, by when, done or not
(krav F9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from regler import Regelverk
from regler.motor.skillnad import Regelskillnad
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.db import t


@dataclass(frozen=True)
class Oversyn:
    """One routine to review since an activation. `av`: who did it."""

    id: int
    aktivering: int
    rutin: str
    rubrik: str
    slag: str
    lank: str | None
    regler: list[str]
    ansvarig: str
    senast: date
    skal: str
    klar: datetime | None
    av: str | None
    kommentar: str | None


def be_om_oversyn(
    conn: Connection, regelverk: Regelverk, aktivering_id: int, andrade: Iterable[Regelskillnad], idag: date
) -> int:
    """Note a review for every routine tied to a rule that changed; returns how many."""
    namn = {_namn(skillnad) for skillnad in andrade}
    rader = [
        {
            "aktivering": aktivering_id, "rutin": nyckel, "rubrik": rutin.rubrik, "slag": rutin.slag, "lank": rutin.lank,
            "regler": traffade, "ansvarig": rutin.ansvarig, "senast": idag + timedelta(days=rutin.dagar),
        }
        for nyckel, rutin in regelverk.rutiner.items()
        if (traffade := sorted(regel for regel in rutin.regler if _traffas(regel, namn)))
    ]  # fmt: skip
    if rader:
        conn.execute(t.rutinoversyn.insert(), rader)
    return len(rader)


def _namn(skillnad: Regelskillnad) -> str:
    """The name that a routine gives the rule: limits by 'process/limit', others with their kind before."""
    slag = {"frist": "", "trappa": ""}.get(skillnad.slag, f"{skillnad.slag}:")
    nyckel = skillnad.nyckel.split("/")[-1] if skillnad.slag == "delegation" else skillnad.nyckel
    return f"{slag}{nyckel}"


def _traffas(regel: str, andrade: set[str]) -> bool:
    if regel.endswith("/*"):
        return any(namn.startswith(regel[:-1]) for namn in andrade)
    return regel in andrade


def oversyner(conn: Connection, *, oppna: bool | None = None) -> list[Oversyn]:
    """The reviews, those not done first and by their day. oppna: only those not done (True) or done (False)."""
    o, a, p = t.rutinoversyn.c, t.regelaktivering.c, t.anvandare.c
    sats = (
        select(t.rutinoversyn, a.skal, p.namn.label("av"))
        .join_from(t.rutinoversyn, t.regelaktivering, a.id == o.aktivering)
        .outerjoin(t.anvandare, p.id == o.klar_av)
        .order_by(o.klar.is_not(None), o.senast, o.id)
    )
    if oppna is not None:
        sats = sats.where(o.klar.is_(None) if oppna else o.klar.is_not(None))
    return [_av(rad) for rad in conn.execute(sats).mappings()]


def _av(rad: Any) -> Oversyn:
    return Oversyn(
        rad["id"], rad["aktivering"], rad["rutin"], rad["rubrik"], rad["slag"], rad["lank"], rad["regler"], rad["ansvarig"],
        rad["senast"], rad["skal"], rad["klar"], rad["av"], rad["kommentar"],
    )  # fmt: skip


def klarmarkera(conn: Connection, oversyn_id: int, *, nu: datetime, av: int, kommentar: str) -> None:
    """It has been looked through; `kommentar` says what came of it. Raises FinnsInte, and Nej when it was done already."""
    _satt(conn, oversyn_id, klar=False, varden={"klar": nu, "klar_av": av, "kommentar": kommentar.strip() or None})


def angra(conn: Connection, oversyn_id: int) -> None:
    """It wasn't done after all. Raises FinnsInte, and Nej when it isn't marked."""
    _satt(conn, oversyn_id, klar=True, varden={"klar": None, "klar_av": None, "kommentar": None})


def _satt(conn: Connection, oversyn_id: int, *, klar: bool, varden: dict[str, Any]) -> None:
    o = t.rutinoversyn.c
    ska = o.klar.is_not(None) if klar else o.klar.is_(None)
    if conn.execute(update(t.rutinoversyn).where(o.id == oversyn_id, ska).values(varden)).rowcount:
        return
    if conn.execute(select(o.id).where(o.id == oversyn_id)).first() is None:
        raise FinnsInte("Översynen")
    raise Nej("Översynen är inte klarmarkerad." if klar else "Översynen är redan klarmarkerad.", kod="steget_gar_inte_nu")
