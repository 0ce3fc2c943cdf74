"""A hand-over from its note to its end: each case taken once, whoever runs it and however often it was stopped."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tjanster.app import Vaka
from tjanster.arenden.behorighet import Aktor, las_aktor
from tjanster.arenden.fel import Nej
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle
from tjanster.ledning.overlamning.bild import kraver_egen
from tjanster.ledning.overlamning.brev import beratta
from tjanster.ledning.overlamning.plan import HOGST, Plan
from tjanster.ledning.overlamning.steg import i_ord, lamna


def skapa(
    vaka: Vaka, aktor: Aktor, plan: Plan, valda: Sequence[tuple[str, int]], nyckel: str, nu: datetime
) -> int:  # fmt: skip
    """Note what is to be handed over; `kor` does it. valda: case number and the version that was seen. The same key again is
    the hand-over that it made the first time."""
    versioner = dict(valda[:HOGST])
    a = t.arende.c
    with vaka.som(aktor) as conn:
        rader = conn.execute(select(a.id, a.nummer, a.enhet, a.handlaggare).where(a.nummer.in_(versioner)).order_by(a.id)).all()
        with i_systemets_stalle(conn):
            if (har := _med_nyckel(conn, aktor, nyckel)) is not None:
                return har
            ny = _ny(conn, aktor, plan, nyckel, nu, utanfor=len(versioner) - len(rader))
            _rader(conn, ny, [(r.id, versioner[r.nummer], r.handlaggare, r.enhet) for r in rader])
    return ny


def angra(vaka: Vaka, aktor: Aktor, overlamning: int, nu: datetime) -> int:
    """Note that each case that was handed over goes back to the officer and the unit that it had; `kor` does it."""
    r = t.overlamningsrad.c
    with vaka.systemet() as conn:
        o = kraver_egen(conn, aktor, overlamning)
        if o.angrar is not None:
            raise Nej("Det som har lämnats tillbaka går inte att ångra igen. Lämna över ärendena på nytt i stället.")
        nyckel = f"angra:{o.id}"
        if (har := _med_nyckel(conn, aktor, nyckel)) is not None:
            return har
        rader = conn.execute(
            select(r.arende_id, t.arende.c.version, r.fran_handlaggare, r.fran_enhet)
            .join(t.arende, t.arende.c.id == r.arende_id)
            .where(r.overlamning_id == o.id, r.utfall == "gick")
            .order_by(r.id)
        ).all()
        if not rader:
            raise Nej("Inget ärende har lämnats över, så det finns inget att lämna tillbaka.")
        ny = _ny(conn, aktor, Plan(f"Lämnas tillbaka: {o.skal}"), nyckel, nu, angrar=o.id)
        _rader(conn, ny, [tuple(x) for x in rader])
    return ny


def _med_nyckel(conn: Connection, aktor: Aktor, nyckel: str) -> int | None:
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(nyckel))))
    o = t.overlamning.c
    har: int | None = conn.execute(select(o.id).where(o.nyckel == nyckel, o.av == aktor.id)).scalar_one_or_none()
    return har


def _ny(
    conn: Connection, aktor: Aktor, plan: Plan, nyckel: str, nu: datetime, *, utanfor: int = 0, angrar: int | None = None
) -> int:
    rad = {
        "av": aktor.id, "skapad": nu, "sort": plan.sort, "till_handlaggare": plan.handlaggare, "till_enhet": plan.enhet,
        "skal": plan.skal, "nyckel": nyckel, "utanfor": utanfor, "angrar": angrar,
    }  # fmt: skip
    return int(conn.execute(t.overlamning.insert().values(rad).returning(t.overlamning.c.id)).scalar_one())


def _rader(conn: Connection, overlamning: int, rader: Sequence[tuple[int, int, int | None, str]]) -> None:
    if rader:
        namn = ("arende_id", "version", "fran_handlaggare", "fran_enhet")
        conn.execute(t.overlamningsrad.insert(), [{"overlamning_id": overlamning} | dict(zip(namn, r, strict=True)) for r in rader])


def kor(vaka: Vaka, overlamning: int, nu: datetime, efter_var: Callable[[], None] = lambda: None) -> None:
    """Hand over what still waits, one transaction a case, and tell those who got something. Several may run it: each case is
    taken by one. efter_var: called after each case."""
    with vaka.systemet() as conn:
        o = conn.execute(select(t.overlamning).where(t.overlamning.c.id == overlamning)).one()
        r = t.overlamningsrad.c
        kvar = conn.execute(select(r.id).where(r.overlamning_id == o.id, r.utfall.is_(None)).order_by(r.id)).scalars().all()
        alla = conn.execute(select(func.count()).where(r.overlamning_id == o.id)).scalar_one()
        aktor = las_aktor(conn, o.av, nu.date())
    if aktor is None:
        raise Nej("Kontot som lämnade över är stängt.")
    for rad in kvar:
        _en(vaka, aktor, o, rad, nu, samlat=alla > 1)
        efter_var()
    with vaka.systemet() as conn:
        _avsluta(conn, vaka.sammanhang, aktor, o.id, nu, samlat=alla > 1)


def _en(vaka: Vaka, aktor: Aktor, o: Any, rad_id: int, nu: datetime, *, samlat: bool) -> None:
    r = t.overlamningsrad.c
    rad = None
    try:
        with vaka.som(aktor) as conn:
            with i_systemets_stalle(conn):
                forra = t.overlamning.alias("forra")
                sats = (
                    select(t.overlamningsrad, t.arende.c.nummer, forra.c.till_handlaggare.label("gavs_person"), forra.c.till_enhet.label("gavs_enhet"))
                    .join(t.arende, t.arende.c.id == r.arende_id)
                    .outerjoin(forra, forra.c.id == o.angrar)
                    .where(r.id == rad_id, r.utfall.is_(None))
                    .with_for_update(of=t.overlamningsrad, skip_locked=True)
                )
                rad = conn.execute(sats).one_or_none()
            if rad is None:  # somebody else takes it, or has
                return
            plan = Plan(o.skal, o.till_handlaggare, o.till_enhet)
            lamna(
                conn, vaka.sammanhang, aktor, plan, rad.nummer, rad.version, nu,
                tillbaka=rad if o.angrar is not None else None, samlat=samlat,
            )  # fmt: skip
            with i_systemets_stalle(conn):
                conn.execute(t.overlamningsrad.update().where(r.id == rad_id).values(utfall="gick"))
    except Nej as nej:
        with vaka.systemet() as conn:
            till = t.overlamningsrad.update().where(r.id == rad_id, r.utfall.is_(None))
            conn.execute(till.values(utfall="gick_inte", varfor=i_ord(nej)))


def _avsluta(conn: Connection, s: Sammanhang, aktor: Aktor, overlamning: int, nu: datetime, *, samlat: bool) -> None:
    """When nothing waits any more: it is done, and each who got several cases has one letter."""
    o, r = t.overlamning.c, t.overlamningsrad.c
    vantar = select(r.id).where(r.overlamning_id == overlamning, r.utfall.is_(None)).exists()
    klar = conn.execute(t.overlamning.update().where(o.id == overlamning, o.klar.is_(None), ~vantar).values(klar=nu))
    if not klar.rowcount or not samlat:
        return
    beratta(conn, s, aktor, overlamning, nu)
