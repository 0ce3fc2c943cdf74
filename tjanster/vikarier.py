"""Acting for an absent colleague: a dated loan of their appointments, which ends with them. Who may is in `vikarieratt`.

`av` None is the command line.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from arbetsfloden import ROLLER
from arbetsfloden.motor.ord import uppraknat
from notiser import dagtext
from regler import Kommun
from tjanster.arenden.behorighet import Aktor, enheter_for
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.jav import CHEFER
from tjanster.db import t
from tjanster.vikarieratt import SER_DEM_UNDER, Uppdraget, chef_over, far_avsluta, far_lana, rar_om, saknar

SYNS_EFTERAT = timedelta(days=365)


@dataclass(frozen=True)
class Vikariatbild:
    """One assignment as it is told. uppdrag: roles with their units. lage: nu, kommer or tidigare. varning: why nobody does
    the work although it holds."""

    id: int
    borta: str
    vikarie: str
    fran: date
    till: date
    uppdrag: tuple[tuple[str, str], ...]
    satt: datetime
    satt_av: str | None
    andrad: datetime | None
    andrad_av: str | None
    avslutad: bool
    lage: str
    varning: str
    far_andra: bool
    far_avsluta: bool


def far_satta(conn: Connection, kommun: Kommun, aktor: Aktor, for_konto: int, dag: date) -> bool:
    """May this person give the account a stand-in that day, for any of its appointments?"""
    return any(far_lana(kommun, aktor, for_konto, u) for u in _egna(conn, [for_konto], dag, dag).get(for_konto, ()))


def under(conn: Connection, kommun: Kommun, aktor: Aktor, dag: date) -> list[int]:
    """Everybody else whom the person may give a stand-in."""
    if not {roll for roll, _ in aktor.egna} & {*CHEFER, "administrator"}:
        return []
    return [k for k, har in _egna(conn, None, dag, dag).items() if k != aktor.id and any(rar_om(kommun, aktor, k, u) for u in har)]


def kollegor(conn: Connection, kommun: Kommun, aktor: Aktor, dag: date) -> list[int]:
    """Who already has the right to all that the person does, and so may be left it by them."""
    alla = _egna(conn, None, dag, dag)
    mina = alla.pop(aktor.id, [])
    return [k for k, har in alla.items() if mina and not saknar(kommun, har, mina, dag, dag)]


def satt_vikarie(
    conn: Connection, kommun: Kommun, for_konto: int, vikarie: int, fran: date, till: date, nu: datetime, *, av: Aktor | None
) -> int:  # fmt: skip
    """Lend the appointments of `for_konto` to `vikarie` from a day to a day, both included; returns the assignment.

    Each is at most as long as the absent one's own; a manager lends those that lie below them. Raises OgiltigaUppgifter with
    every fault, or FarInte."""
    borta, ny = _konton(conn, for_konto, vikarie)
    fel: dict[str, str] = {}
    if not borta.aktiv:
        fel["for"] = f"{borta.namn} har inget öppet konto längre. Ärendena ligger hos enhetens chef; ge uppdragen till den som tar över."
    if fran < nu.date():
        fel["fran"] = _har_varit("Första", fran)
    egna = _egna(conn, [for_konto], fran, till).get(for_konto, [])
    lanas = egna if av is None else [u for u in egna if far_lana(kommun, av, for_konto, u)]
    if av is not None and av.id != for_konto and borta.aktiv and not lanas and not far_satta(conn, kommun, av, for_konto, nu.date()):
        raise FarInte("En vikarie sätts av personen själv, dess chef eller administratören.")
    if till >= fran and borta.aktiv and not lanas:
        fel["for"] = f"{borta.namn} har inget eget uppdrag de dagarna, så det finns inget att vikariera för."
    fel |= _fel(conn, kommun, av, borta, ny, fran, till, lanas)
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    rad = {"for_anvandare": for_konto, "vikarie": vikarie, "fran": fran, "till": till, "satt": nu, "satt_av": av.id if av else None}
    vikariat: int = conn.execute(insert(t.vikariat).values(rad).returning(t.vikariat.c.id)).scalar_one()
    _lana(conn, vikariat, for_konto, vikarie, fran, till, lanas)
    return vikariat


def andra(conn: Connection, kommun: Kommun, vikariat: int, fran: date, till: date, nu: datetime, *, av: Aktor) -> None:
    """Other days for the same assignment, with the same appointments. Raises OgiltigaUppgifter, FarInte or Nej."""
    v, idag = _hamta(conn, vikariat), nu.date()
    har = {(u.roll, u.enhet) for u in _lanade(conn, [vikariat]).get(vikariat, ())}
    if v.avslutad or v.till < idag:
        raise Nej("Vikariatet är slut och kan inte ändras. Sätt ett nytt.", kod="slut")
    if not all(far_lana(kommun, av, v.for_anvandare, Uppdraget(*x, fran, till)) for x in har):
        raise FarInte("Vikariatet gäller uppdrag som du inte är chef över. Det ändras av den som är det, eller av administratören.")
    borta, ny = _konton(conn, v.for_anvandare, v.vikarie)
    fel: dict[str, str] = {}
    if v.fran <= idag and fran != v.fran:
        fel["fran"] = f"Vikariatet började {dagtext(v.fran)}. Den dagen går inte att ändra längre."
    elif v.fran > idag and fran < idag:
        fel["fran"] = _har_varit("Första", fran)
    if fran <= till < idag:
        fel["till"] = f"Sista dagen {till} har varit. Välj Avsluta nu om vikariatet ska sluta genast."
    lanas = [u for u in _egna(conn, [borta.id], fran, till).get(borta.id, ()) if (u.roll, u.enhet) in har]
    if fran <= till and not lanas:
        fel.setdefault("till", f"{borta.namn} har inte kvar uppdragen de dagarna.")
    fel |= _fel(conn, kommun, av, borta, ny, fran, till, lanas, utom=vikariat)
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    conn.execute(delete(t.uppdrag).where(t.uppdrag.c.vikariat_id == vikariat))
    varden: dict[str, Any] = {"fran": fran, "till": till, "andrad": nu, "andrad_av": av.id}
    conn.execute(update(t.vikariat).where(t.vikariat.c.id == vikariat).values(varden))
    _lana(conn, vikariat, borta.id, ny.id, fran, till, lanas)


def avsluta(conn: Connection, kommun: Kommun, vikariat: int, nu: datetime, *, av: Aktor | None) -> None:
    """End the loan at once: yesterday was the last day, and what hasn't begun never was. Raises Nej or FarInte."""
    v, u, idag = _hamta(conn, vikariat), t.uppdrag.c, nu.date()
    if v.avslutad or v.till < idag:
        raise Nej("Vikariatet är redan slut.", kod="slut")
    if av is not None and not far_avsluta(kommun, av, v.for_anvandare, _lanade(conn, [vikariat]).get(vikariat, ())):
        raise FarInte("Vikariatet avslutas av den som ersätts, dess chef eller administratören.")
    igar = idag - timedelta(days=1)
    conn.execute(delete(t.uppdrag).where(u.vikariat_id == vikariat, u.fran >= idag))
    conn.execute(update(t.uppdrag).where(u.vikariat_id == vikariat, u.till >= idag).values(till=igar))
    varden: dict[str, Any] = {"avslutad": True, "till": max(v.fran, igar), "andrad": nu, "andrad_av": av.id if av else None}
    conn.execute(update(t.vikariat).where(t.vikariat.c.id == vikariat).values(varden))


def avsluta_mellan(conn: Connection, kommun: Kommun, for_konto: int, vikarie: int, nu: datetime) -> int:
    """End every loan between the two that isn't over; returns how many."""
    v = t.vikariat.c
    par = (v.for_anvandare == for_konto, v.vikarie == vikarie, v.till >= nu.date(), v.avslutad.is_(False))
    alla = conn.execute(select(v.id).where(*par)).scalars().all()
    for vikariat in alla:
        avsluta(conn, kommun, vikariat, nu, av=None)
    return len(alla)


def lista(conn: Connection, kommun: Kommun, idag: date, av: Aktor | None, bara: int | None = None) -> list[Vikariatbild]:
    """Assignments that the person is told of: their own, and of those who work below them. What holds or comes first by
    its day, then what is over, the latest first, for a year."""
    v, b, e = t.vikariat.c, t.anvandare.alias("b"), t.anvandare.alias("e")
    s, x = t.anvandare.alias("s"), t.anvandare.alias("x")
    namn = [b.c.namn.label("borta"), b.c.aktiv.label("borta_finns"), e.c.namn.label("ersattare"), e.c.aktiv.label("ersattare_finns")]
    sats = (
        select(t.vikariat, *namn, s.c.namn.label("satte"), x.c.namn.label("andrade"))
        .join_from(t.vikariat, b, b.c.id == v.for_anvandare).join(e, e.c.id == v.vikarie)
        .outerjoin(s, s.c.id == v.satt_av).outerjoin(x, x.c.id == v.andrad_av)
        .where(v.till >= idag - SYNS_EFTERAT, *([v.id == bara] if bara is not None else []))
    )  # fmt: skip
    if av is not None:
        u = t.uppdrag.c
        enheter = enheter_for(Aktor(av.id, av.namn, av.egna), kommun, SER_DEM_UNDER)
        nedanfor = select(u.anvandare_id).where(u.for_anvandare.is_(None), u.enhet.in_(sorted(enheter)))
        sats = sats.where(or_(v.for_anvandare == av.id, v.vikarie == av.id, v.satt_av == av.id, v.for_anvandare.in_(nedanfor)))
    rader = conn.execute(sats).all()
    lanade = _lanade(conn, [r.id for r in rader])
    bilder = [_bild(conn, kommun, r, lanade.get(r.id, []), idag, av) for r in rader]
    kvar = sorted((x for x in bilder if x.lage != "tidigare"), key=lambda x: (x.fran, x.borta, x.id))
    return kvar + sorted((x for x in bilder if x.lage == "tidigare"), key=lambda x: (x.till, x.id), reverse=True)


def hitta(conn: Connection, kommun: Kommun, vikariat: int, idag: date, av: Aktor) -> Vikariatbild:
    """One of those. Raises FinnsInte."""
    traff = lista(conn, kommun, idag, av, vikariat)
    if not traff:
        raise FinnsInte("Vikariatet")
    return traff[0]


def _bild(conn: Connection, kommun: Kommun, r: Row[Any], lanade: list[Uppdraget], idag: date, av: Aktor | None) -> Vikariatbild:
    slut = r.avslutad or r.till < idag
    return Vikariatbild(
        id=r.id, borta=r.borta, vikarie=r.ersattare, fran=r.fran, till=r.till,
        uppdrag=tuple(dict.fromkeys((u.roll, u.enhet) for u in lanade)),
        satt=r.satt, satt_av=r.satte, andrad=r.andrad, andrad_av=r.andrade, avslutad=r.avslutad,
        lage="tidigare" if slut else "nu" if r.fran <= idag else "kommer",
        varning="" if slut else _varning(conn, r),
        far_andra=not slut and (av is None or all(far_lana(kommun, av, r.for_anvandare, u) for u in lanade)),
        far_avsluta=not slut and (av is None or far_avsluta(kommun, av, r.for_anvandare, lanade)),
    )  # fmt: skip


def _varning(conn: Connection, r: Row[Any]) -> str:
    if not r.borta_finns:
        return f"{r.borta} har inget öppet konto längre, så vikariatet gäller inte. Ärendena ligger hos enhetens chef."
    if not r.ersattare_finns:
        return f"{r.ersattare} har inget öppet konto längre. Sätt en annan vikarie."
    return f"{r.ersattare} är också borta någon av dagarna. Sätt en annan vikarie då." if _borta_da(conn, r.vikarie, r.fran, r.till) else ""


def _fel(
    conn: Connection, kommun: Kommun, av: Aktor | None, borta: Row[Any], ny: Row[Any], fran: date, till: date,
    lanas: list[Uppdraget], utom: int | None = None,
) -> dict[str, str]:  # fmt: skip
    """What is wrong with the days, the stand-in and what is to be lent."""
    fel: dict[str, str] = {}
    if borta.id == ny.id:
        fel["vikarie"] = "Ingen kan vikariera för sig själv. Välj en kollega."
    elif not ny.aktiv:
        fel["vikarie"] = f"{ny.namn} har inget öppet konto. Välj någon annan."
    if till < fran:
        return fel | {"till": f"Sista dagen {till} ligger före första dagen {fran}."}
    if not fel and (mening := _duger_inte(conn, kommun, av, borta.id, ny, fran, till, lanas)):
        fel["vikarie"] = mening
    if krock := _krock(conn, borta.id, fran, till, lanas, utom):
        fel["fran"] = (
            f"{krock.namn} ersätter redan {borta.namn} {dagtext(krock.fran)} – {dagtext(krock.till)}. "
            "Välj andra dagar, eller ändra eller avsluta det vikariatet först."
        )
    return fel


def _duger_inte(
    conn: Connection, kommun: Kommun, av: Aktor | None, for_konto: int, ny: Row[Any], fran: date, till: date, lanas: list[Uppdraget]
) -> str | None:  # fmt: skip
    """Why this one can't be the stand-in; None when they can."""
    if _borta_da(conn, ny.id, fran, till):
        return f"{ny.namn} är själv borta någon av de dagarna. Välj någon annan, eller andra dagar."
    if av is None:
        return None
    if ny.id == av.id and not all(chef_over(kommun, av, u) for u in lanas):
        return "Du kan inte ge dig själv någon annans uppdrag som administratör. Välj någon annan, eller be personens chef."
    fria = [u for u in lanas if not rar_om(kommun, av, for_konto, u)]
    if saknas := saknar(kommun, _egna(conn, [ny.id], fran, till).get(ny.id, ()), fria, fran, till):
        vilka = uppraknat(f"{ROLLER[u.roll].lower()} för {_enhet(kommun, u.enhet)}" for u in saknas)
        return f"{ny.namn} är inte redan {vilka}. Välj en kollega som är det, eller be din chef sätta vikarien."
    return None


def _krock(conn: Connection, for_konto: int, fran: date, till: date, lanas: list[Uppdraget], utom: int | None) -> Row[Any] | None:
    """The stand-in who has one of the appointments already on one of the days."""
    u, v = t.uppdrag.c, t.vikariat.c
    if not lanas:
        return None
    samma = [and_(u.roll == x.roll, u.enhet == x.enhet) for x in lanas]
    sats = (
        select(t.anvandare.c.namn, v.fran, v.till)
        .join_from(t.uppdrag, t.vikariat, v.id == u.vikariat_id).join(t.anvandare, t.anvandare.c.id == v.vikarie)
        .where(u.for_anvandare == for_konto, _nagon_dag(fran, till), or_(*samma), *([v.id != utom] if utom is not None else []))
        .order_by(v.fran, v.id)
    )  # fmt: skip
    return conn.execute(sats).first()


def _borta_da(conn: Connection, konto: int, fran: date, till: date) -> bool:
    """Is the account itself replaced on one of the days?"""
    u = t.uppdrag.c
    return conn.execute(select(u.id).where(u.for_anvandare == konto, _nagon_dag(fran, till))).first() is not None


def _lana(conn: Connection, vikariat: int, borta: int, vikarie: int, fran: date, till: date, uppdrag: list[Uppdraget]) -> None:
    rader = [
        {
            "anvandare_id": vikarie, "roll": u.roll, "enhet": u.enhet, "fran": max(fran, u.fran),
            "till": min(till, u.till or till), "for_anvandare": borta, "vikariat_id": vikariat,
        }
        for u in uppdrag
    ]  # fmt: skip
    conn.execute(insert(t.uppdrag), rader)


def _konton(conn: Connection, borta: int, vikarie: int) -> tuple[Row[Any], Row[Any]]:
    """The two accounts, held: assignments set at the same time would else not see each other."""
    a = t.anvandare.c
    sats = select(a.id, a.namn, a.aktiv).where(a.id.in_((borta, vikarie))).order_by(a.id).with_for_update(key_share=True)
    rader = {r.id: r for r in conn.execute(sats)}
    return rader[borta], rader[vikarie]


def _hamta(conn: Connection, vikariat: int) -> Row[Any]:
    rad = conn.execute(select(t.vikariat).where(t.vikariat.c.id == vikariat).with_for_update()).one_or_none()
    if rad is None:
        raise FinnsInte("Vikariatet")
    return rad


def _lanade(conn: Connection, vikariaten: list[int]) -> dict[int, list[Uppdraget]]:
    """What each assignment lends."""
    u = t.uppdrag.c
    return _per(conn, u.vikariat_id, u.vikariat_id.in_(vikariaten)) if vikariaten else {}


def _egna(conn: Connection, konton: list[int] | None, fran: date, till: date) -> dict[int, list[Uppdraget]]:
    """Account → its own appointments that hold on some of the days, for open accounts. konton None: everybody."""
    a, u = t.anvandare.c, t.uppdrag.c
    oppna = u.anvandare_id.in_(select(a.id).where(a.aktiv) if konton is None else konton)
    return _per(conn, u.anvandare_id, u.for_anvandare.is_(None), _nagon_dag(fran, till), oppna)


def _per(conn: Connection, vad: Any, *villkor: Any) -> dict[int, list[Uppdraget]]:
    u, ut = t.uppdrag.c, dict[int, list[Uppdraget]]()
    for i, *rest in conn.execute(select(vad, u.roll, u.enhet, u.fran, u.till).where(*villkor).order_by(u.id)):
        ut.setdefault(i, []).append(Uppdraget(*rest))
    return ut


def _nagon_dag(fran: date, till: date) -> Any:
    """WHERE: the appointment holds on some of the days."""
    u = t.uppdrag.c
    return and_(u.fran <= till, or_(u.till.is_(None), u.till >= fran))


def _har_varit(vilken: str, dag: date) -> str:
    return f"{vilken} dagen {dag} har varit. Välj i dag eller senare."


def _enhet(kommun: Kommun, kod: str) -> str:
    return kommun.enheter[kod].namn if kod in kommun.enheter else kod
