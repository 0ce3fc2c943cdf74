"""One letter to each who got cases, however many they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from arbetsfloden import PROCESSER, ROLLER
from notiser import Falt, Rad, dagtext, lagg_i_utkorg
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.bemanning import Bemanning, Person, Traff
from tjanster.arenden.krets import Krets
from tjanster.arenden.notera import brev_till, nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

BREV = "arenden_overlamnade"


def beratta(conn: Connection, s: Sammanhang, aktor: Aktor, overlamning: int, nu: datetime) -> None:
    """One letter to each who got cases: the officer, or who now owns those that have none."""
    r, a, f = t.overlamningsrad.c, t.arende.c, t.frist.c
    forfaller = select(func.min(f.forfaller)).where(f.arende_id == a.id, f.status == "lopande").scalar_subquery()
    sats = (
        select(a.nummer, a.enhet, a.handlaggare, a.process, a.krets, a.javiga, forfaller.label("forfaller"))
        .join(t.overlamningsrad, r.arende_id == a.id)
        .where(r.overlamning_id == overlamning, r.utfall == "gick")
        .order_by(forfaller.nulls_last(), a.id)
    )
    bemanning = Bemanning.las(conn, s.kommun, nu.date())
    till: dict[Person, list[Rad]] = {}
    for rad in conn.execute(sats):
        process, officer = PROCESSER[rad.process], bemanning.personer.get(rad.handlaggare)
        traff = None
        if officer is None:
            traff = bemanning.hitta("enhetschef", rad.enhet, None, process, utom=(aktor.id,), krets=Krets.av(rad))
        for person in traff.personer if traff else (officer,):
            assert person is not None
            till.setdefault(person, []).append(_brevrad(s, rad, traff))
    brev = [
        brev_till(
            p, BREV, Falt(kommun=s.kommun.namn, lank="/", rader=tuple(rader)), nyckel=f"overlamning:{overlamning}:{p.id}", nu=nu,
            tidigast=nasta_brevtid(s, nu, bradskande=False),
        )
        for p, rader in till.items() if p.epost and p.id != aktor.id
    ]  # fmt: skip
    if brev:
        lagg_i_utkorg(conn, brev)


def _brevrad(s: Sammanhang, rad: Any, traff: Traff | None) -> Rad:
    """A case in the letter; the unit stands there when it has no officer. traff: who was found for it then."""
    return Rad(
        arendenummer=rad.nummer, lank=f"/arende/{rad.nummer}", process=PROCESSER[rad.process].ental, forfaller=dagtext(rad.forfaller),
        enhet=s.enhetsnamn(rad.enhet) if traff else None, roll=ROLLER[traff.roll].lower() if traff else None,
        tom_post=bool(traff and traff.ersatter and not rad.javiga),
    )  # fmt: skip
