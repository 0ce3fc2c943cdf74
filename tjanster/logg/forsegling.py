"""The sealer: gives every row of the log its seal, in order, without keeping any writer waiting.

A row gets its number when it is written and is seen when it is committed, so a lower number may turn up after a higher
one. A table is therefore known to be whole up to L only when L was read first, and nobody who held the table for writing
then holds it any longer: whoever took a number up to L had the table's lock by then. Until that is so the floor stays,
and the rows above it are looked through again.
"""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from tjanster.app import Vaka
from tjanster.db import t
from tjanster.logg import ankare, sigill
from tjanster.logg.dagslut import stang_dagar

LAS = 5_391_200_271
BLOCK = 5_000
VANTA = 2.0

_EN_STUND = text("SELECT pg_sleep(0.02)")
_SISTA = text("SELECT coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence(:tabell, 'id') AS regclass)), 0)")
_SKRIVARE = text("""
SELECT DISTINCT virtualtransaction FROM pg_locks
 WHERE locktype = 'relation' AND relation = to_regclass(:tabell) AND mode = 'RowExclusiveLock' AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND pid IS DISTINCT FROM pg_backend_pid()
""")
_LAGG_TILL = text("""
INSERT INTO loggkedja (nr, dag, lopnr, tabell, rad_id, form, nyckel, mac)
SELECT nr, :dag, lopnr, :tabell, rad_id, :form, :nyckel, mac
  FROM unnest(CAST(:nr AS bigint[]), CAST(:lopnr AS bigint[]), CAST(:rad AS bigint[]), CAST(:mac AS bytea[]))
       AS x (nr, lopnr, rad_id, mac)
""")


@dataclass
class Forsegling:
    """What one round did: rows sealed, days closed, and the tables where somebody was still writing."""

    rader: int = 0
    dagar: list[date] = field(default_factory=list)
    vantar: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Huvud:
    """The end of the chain, as the next seal needs it."""

    nr: int
    dag: date
    lopnr: int
    mac: bytes


def forsegla(vaka: Vaka, nu: datetime, *, vanta: float = VANTA) -> Forsegling:
    """Seal all that is committed and close the days that are over, then put them down outside the database. Any number of
    nodes may do it at once. vanta: how many seconds those who write just now are waited for."""
    ut = Forsegling()
    for tabell in sigill.FORMER:
        _en_tabell(vaka, tabell, nu, vanta, ut)
    with vaka.systemet() as conn:
        las(conn)
        ut.dagar = stang_dagar(conn, vaka, huvud(conn, nu), nu)
    ankare.skriv(vaka)
    return ut


def _en_tabell(vaka: Vaka, tabell: str, nu: datetime, vanta: float, ut: Forsegling) -> None:
    hel_till = _hel_till(vaka, tabell, vanta)
    with vaka.systemet() as conn:
        golv = golvet(conn, tabell)
    efter, fullt = golv, True
    while fullt:
        with vaka.systemet() as conn:
            las(conn)
            antal, efter = _ett_block(conn, vaka, tabell, efter, nu)
        ut.rader += antal
        fullt = antal == BLOCK
    if hel_till is None:
        ut.vantar.append(tabell)
    elif hel_till > golv:
        with vaka.systemet() as conn:
            sats = insert(t.logglage).values(tabell=tabell, golv=hel_till, nar=nu)
            nytt = {"golv": sats.excluded.golv, "nar": sats.excluded.nar}
            conn.execute(
                sats.on_conflict_do_update(index_elements=["tabell"], set_=nytt, where=t.logglage.c.golv < sats.excluded.golv)
            )


def las(conn: Connection) -> None:
    """One sealer at a time, until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": LAS})


def _hel_till(vaka: Vaka, tabell: str, vanta: float) -> int | None:
    """The last row number given out, once nobody is left who may hold one up to it uncommitted; None when somebody is."""
    slut = time.monotonic() + vanta
    with vaka.systemet() as conn:
        sista = sista_nummer(conn, tabell)
        kvar = set(conn.execute(_SKRIVARE, {"tabell": tabell}).scalars())
        while kvar:
            if time.monotonic() >= slut:
                return None
            conn.execute(_EN_STUND)
            kvar &= set(conn.execute(_SKRIVARE, {"tabell": tabell}).scalars())
    return sista


def sista_nummer(conn: Connection, tabell: str) -> int:
    """The last number that the table's own series has given out; 0 when none."""
    return int(conn.execute(_SISTA, {"tabell": tabell}).scalar_one())


def golvet(conn: Connection, tabell: str) -> int:
    har = conn.execute(select(t.logglage.c.golv).where(t.logglage.c.tabell == tabell)).scalar_one_or_none()
    return int(har or 0)


def huvud(conn: Connection, nu: datetime) -> Huvud:
    """Where the chain ends now. The day is the one that is open: the day after the last one closed, else that of the last
    seal, else today."""
    k, d = t.loggkedja.c, t.loggdag.c
    sista = conn.execute(select(k.nr, k.dag, k.lopnr, k.mac).order_by(k.nr.desc()).limit(1)).one_or_none()
    stangd = conn.execute(select(d.dag, d.sista_nr, d.mac).order_by(d.dag.desc()).limit(1)).one_or_none()
    if stangd is not None and (sista is None or sista.nr <= stangd.sista_nr):
        return Huvud(stangd.sista_nr, stangd.dag + timedelta(days=1), 0, stangd.mac)
    if sista is not None:
        return Huvud(sista.nr, sista.dag, sista.lopnr, sista.mac)
    return Huvud(0, nu.date(), 0, sigill.START)


def _ett_block(conn: Connection, vaka: Vaka, tabell: str, efter: int, nu: datetime) -> tuple[int, int]:
    """Seal the next rows above `efter` that have no seal; returns how many, and the last one's number."""
    form = sigill.nyaste_form(tabell)
    tab, k, nycklar = getattr(t, tabell), t.loggkedja.c, vaka.nyckelring
    har = select(k.nr).where(k.tabell == tabell, k.rad_id == tab.c.id).exists()
    kolumner = [tab.c[namn] for namn in sigill.FORMER[tabell][form]]
    sats = select(*kolumner).where(tab.c.id > efter, ~har).order_by(tab.c.id).limit(BLOCK)
    rader = conn.execute(sats).all()
    if not rader:
        return 0, efter
    slut = huvud(conn, nu)
    nr, lopnr, forra, nyckel = slut.nr, slut.lopnr, slut.mac, nycklar.aktuell
    nya: dict[str, list[Any]] = {"nr": [], "lopnr": [], "rad": [], "mac": []}
    for rad in rader:
        nr, lopnr = nr + 1, lopnr + 1
        forra = sigill.radens(
            nycklar, forra, nr=nr, dag=slut.dag, lopnr=lopnr, tabell=tabell, form=form, nyckel=nyckel, rad=rad
        )
        for namn, varde in (("nr", nr), ("lopnr", lopnr), ("rad", rad[0]), ("mac", forra)):
            nya[namn].append(varde)
    conn.execute(_LAGG_TILL, nya | {"dag": slut.dag, "tabell": tabell, "form": form, "nyckel": nyckel})
    return len(rader), rader[-1][0]
