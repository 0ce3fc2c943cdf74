"""The month's samples: drawn once, unit by unit, on the first working day, kept with their seed, and chased when late.
lag (2001:454) 10 §: systematic and recurring checks; krav F3."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from arbetsfloden import ROLLER
from notiser import KATALOG, Falt, dagtext, lagg_i_utkorg
from tjanster.app import Vaka
from tjanster.arenden.bemanning import Bemanning, Traff
from tjanster.arenden.krets import OPPEN, Krets
from tjanster.arenden.notera import brev_till, nasta_brevtid
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.klocka import SVENSK_TID, midnatt
from tjanster.logg.namnlikhet import samma_efternamn
from tjanster.logg.urval import Lasning, dra, regeln, storlek

LAS = 5_391_200_273
BREV = "loggkontroll_att_gora"
GRANSKARE = ("enhetschef", "avdelningschef", "kvalitetsledare")
SEN_IGEN = 10
"""Working days after the last one, when the level above is told too."""


@dataclass(frozen=True)
class Stickprov:
    """One unit's sample: how many were drawn, of how many readings."""

    enhet: str
    antal: int
    av: int


def manaden_fore(dag: date) -> date:
    """The first day of the month before."""
    return (dag.replace(day=1) - timedelta(days=1)).replace(day=1)


def manadens_stickprov(vaka: Vaka, nu: datetime) -> list[Stickprov]:
    """Draw last month's samples unless it is done, or this month has had no working day yet. In one transaction: all units
    or none."""
    s, manad = vaka.sammanhang, manaden_fore(nu.date())
    if nu.date() < s.regelverk.kalender.nasta_arbetsdag(nu.date().replace(day=1), inklusive=True):
        return []
    with vaka.systemet() as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": LAS})
        gjort = select(t.loggkontroll.c.id).where(t.loggkontroll.c.manad == manad).limit(1)
        if conn.execute(gjort).first() is not None:
            return []
        return _dra_alla(conn, s, manad, nu)


def _dra_alla(conn: Connection, s: Sammanhang, manad: date, nu: datetime) -> list[Stickprov]:
    regel = regeln(s.regelverk, nu.date())
    senast = s.regelverk.kalender.plus_arbetsdagar(nu.date(), int(regel["dagar"]))
    bemanning = Bemanning.las(conn, s.kommun, nu.date())
    ut = []
    for enhet, lasningar in manadens_lasningar(conn, manad, None).items():
        fro = secrets.token_hex(16)
        dragna = dra(lasningar, fro, storlek(len(lasningar), regel), regel, s.regelverk.kalender)
        rad = {
            "manad": manad, "enhet": enhet, "fro": fro, "regel": dict(regel),
            "lika": [las.id for las in lasningar if las.samma_efternamn], "antal": len(lasningar), "senast": senast,
            "dragen": nu,
        }  # fmt: skip
        kontroll = conn.execute(t.loggkontroll.insert().values(rad).returning(t.loggkontroll.c.id)).scalar_one()
        conn.execute(
            t.loggkontrollrad.insert(),
            [{"kontroll_id": kontroll, "lasning_id": d.id, "vikt": d.vikt, "varfor": list(d.varfor)} for d in dragna],
        )
        _beratta(conn, s, bemanning, kontroll, enhet, len(dragna), senast, nu)
        ut.append(Stickprov(enhet, len(dragna), len(lasningar)))
    return ut


def manadens_lasningar(conn: Connection, manad: date, lika: Iterable[int] | None) -> dict[str, list[Lasning]]:
    """Unit of the case then → the month's readings by people, in the order of their numbers. lika: those by somebody with
    the same surname, as they were found to be; None = look now."""
    r = t.lasning.c
    slut = (manad + timedelta(days=31)).replace(day=1)
    sats = (
        select(r.id, r.tid, r.tilldelad, r.skyddad, r.av, r.arende_id, r.enhet)
        .where(r.av.is_not(None), r.vad != "skal", r.tid >= midnatt(manad), r.tid < midnatt(slut))
        .order_by(r.id)
    )
    rader = conn.execute(sats).all()
    if lika is None:
        par = samma_efternamn(conn, {(rad.arende_id, rad.av) for rad in rader})
        lika = [rad.id for rad in rader if (rad.arende_id, rad.av) in par]
    lika = frozenset(lika)
    ut: dict[str, list[Lasning]] = defaultdict(list)
    for rad in rader:
        tid = rad.tid.astimezone(SVENSK_TID)
        ut[rad.enhet].append(Lasning(rad.id, tid, rad.tilldelad, rad.skyddad, rad.id in lika))
    return dict(sorted(ut.items()))


def dra_om(conn: Connection, s: Sammanhang, kontroll_id: int) -> list[int]:
    """The numbers of the readings that the kept seed and rule give, to compare with those that were kept."""
    k = conn.execute(select(t.loggkontroll).where(t.loggkontroll.c.id == kontroll_id)).one()
    lasningar = manadens_lasningar(conn, k.manad, k.lika).get(k.enhet, [])
    return [d.id for d in dra(lasningar, k.fro, storlek(len(lasningar), k.regel), k.regel, s.regelverk.kalender)]


def stammer(conn: Connection, s: Sammanhang, *, hogst: int = 200) -> list[str]:
    """Samples that their seed and rule don't give, in sentences: a reading was put among them, or taken away."""
    k, r = t.loggkontroll.c, t.loggkontrollrad.c
    fel = []
    for rad in conn.execute(select(k.id, k.enhet, k.manad).order_by(k.id.desc()).limit(hogst)).all():
        har = set(conn.execute(select(r.lasning_id).where(r.kontroll_id == rad.id)).scalars())
        if har != set(dra_om(conn, s, rad.id)):
            fel.append(f"Stickprovet {rad.manad:%Y-%m} för {s.enhetsnamn(rad.enhet)} är inte det som dess frö ger.")
    return fel


def granskare(bemanning: Bemanning, enhet: str, utom: Iterable[int], krets: Krets = OPPEN) -> Traff:
    """Who looks at a reading: the unit's manager, never the one who read; then the level above. Empty when nobody can."""
    utom = frozenset(utom) | krets.javiga
    for roll in GRANSKARE:
        for e in bemanning.kommun.vagen_upp(enhet):
            if duger := tuple(p for p in bemanning.pa(roll, e) if p.id not in utom):
                return Traff(duger, roll, e, ersatter=roll != "enhetschef" or e != enhet)
    return Traff((), "enhetschef", enhet, ersatter=True)


def _beratta(
    conn: Connection, s: Sammanhang, bemanning: Bemanning, kontroll: int, enhet: str, antal: int, senast: date, nu: datetime,
    *, passerad: bool = False, fran: int = 0,
) -> None:  # fmt: skip
    """A letter to those who look at the unit's readings; `fran` 1 when it is late, 2 when the level above is told too."""
    traff = granskare(bemanning, enhet, ())
    if fran == 2 and traff.personer:
        over = granskare(bemanning, enhet, [p.id for p in traff.personer])
        traff = over if over.personer else traff
    falt = Falt(
        kommun=s.kommun.namn, lank="/loggkontroll", enhet=s.enhetsnamn(enhet), antal=antal, forfaller=dagtext(senast),
        passerad=passerad, roll=ROLLER["enhetschef"].lower(), tom_post=traff.ersatter and fran != 2,
    )  # fmt: skip
    tid = nasta_brevtid(s, nu, bradskande=KATALOG[BREV].bradskande)
    lagg_i_utkorg(
        conn,
        [
            brev_till(p, BREV, falt, nyckel=f"loggkontroll:{kontroll}:{fran}:{p.id}", nu=nu, tidigast=tid)
            for p in traff.personer
            if p.epost
        ],
    )


def jaga(vaka: Vaka, nu: datetime) -> int:
    """Chase the samples that are late: their manager the day after, the level above two weeks later; returns how many."""
    s, antal = vaka.sammanhang, 0
    with vaka.systemet() as conn:
        bemanning: Bemanning | None = None
        for k, kvar in _sena(conn, nu.date()):
            igen = s.regelverk.kalender.plus_arbetsdagar(k.senast, SEN_IGEN)
            niva = 2 if nu.date() >= igen else 1
            if k.paminda >= niva:
                continue
            bemanning = bemanning or Bemanning.las(conn, s.kommun, nu.date())
            _beratta(conn, s, bemanning, k.id, k.enhet, kvar, k.senast, nu, passerad=True, fran=niva)
            conn.execute(t.loggkontroll.update().where(t.loggkontroll.c.id == k.id).values(paminda=niva))
            antal += 1
    return antal


def _sena(conn: Connection, idag: date) -> Iterator[tuple[Any, int]]:
    k, r = t.loggkontroll.c, t.loggkontrollrad.c
    kvar = select(func.count()).where(r.kontroll_id == k.id, r.bedomning.is_(None)).scalar_subquery()
    sats = select(t.loggkontroll, kvar.label("kvar")).where(k.senast < idag, k.paminda < 2, kvar > 0)
    for rad in conn.execute(sats.with_for_update(skip_locked=True)).all():
        yield rad, rad.kvar
