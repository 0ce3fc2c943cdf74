"""Legal hold on a person: no case that concerns them is weeded while it holds. Who it is stands as a keyed hash and nothing else,
so a hold can be sought by a number but never read out as one."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, text, update

from tjanster.app import Vaka
from tjanster.arenden.fel import FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.nummertext import FelPersonnummer, har_nummer, las_personnummer, nummer_i
from tjanster.arenden.personuppgifter import alla_hashar, ringen, sokhash, ur_rad
from tjanster.arenden.varning import SPARAS
from tjanster.db import t

BEVARAS = "spärrat: ärendet rör en person vars ärenden bevaras"
"""Why a case is kept; the same words as the database's own lock. Outside the case's circle only the first is told."""
HOGST_SKAL = 2000
LAS = 5_391_200_313

logg = logging.getLogger("vaka.gallring")


@dataclass(frozen=True)
class Bevarande:
    """One hold, without whom it is about."""

    id: int
    skal: str
    fran: date
    till: date | None
    av: str | None
    tid: datetime
    havd: datetime | None
    havd_av: str | None
    havd_skal: str | None

    def lage(self, dag: date) -> str:
        """'galler', 'kommer', 'slut' or 'havt'."""
        if self.havd is not None:
            return "havt"
        if dag < self.fran:
            return "kommer"
        return "slut" if self.till is not None and self.till < dag else "galler"

    def som_dict(self, dag: date) -> dict[str, Any]:
        ut = {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in asdict(self).items()}
        return ut | {"lage": self.lage(dag)}


def las_nummer(skrivet: str) -> str:
    """A personal number as typed → twelve figures. Raises OgiltigaUppgifter."""
    try:
        return las_personnummer(skrivet)
    except FelPersonnummer as nej:
        raise OgiltigaUppgifter(falt={"personnummer": str(nej)}) from None


def bevara(
    vaka: Vaka, *, personnummer: str, skal: str, av: int, nu: datetime, fran: date | None = None, till: date | None = None
) -> Bevarande:  # fmt: skip
    """Hold every case that concerns the person, from `fran` (today) to and including `till`, or until it is lifted. Waits for
    the case that a run is taking right now. Raises OgiltigaUppgifter with every fault."""
    fran, fel = fran or nu.date(), _skalfel(skal)
    try:
        helt = las_nummer(personnummer)
    except OgiltigaUppgifter as nej:
        fel |= nej.falt
    if till is not None and till < max(fran, nu.date()):
        fel["till"] = "Sista dagen har redan varit, eller ligger före den första. Lämna tomt för tills vidare."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    ring = vaka.nyckelring
    rad = {
        "nyckel": ring.aktuell, "personnummer_hash": sokhash(ring, "personnummer", helt), "skal": skal.strip(), "fran": fran,
        "till": till, "av": av, "tid": nu,
    }  # fmt: skip
    with vaka.systemet() as conn:
        conn.execute(select(func.pg_advisory_xact_lock(LAS)))
        nytt = conn.execute(t.bevarande.insert().values(rad).returning(t.bevarande.c.id)).scalar_one()
        har = hamta(conn, nytt)
    logg.info("Bevarande %s lagt", nytt, extra={"action": "person_hold_set"})
    return har


def hav(vaka: Vaka, bevarande: int, *, skal: str, av: int, nu: datetime) -> Bevarande:
    """Lift a hold. It stays on record, with who lifted it and why. Raises FinnsInte, Nej or OgiltigaUppgifter."""
    with vaka.systemet() as conn:
        har = hamta(conn, bevarande)
        if har.havd is not None:
            raise Nej("Bevarandet är redan hävt.", kod="steget_gar_inte_nu")
        if fel := _skalfel(skal):
            raise OgiltigaUppgifter(falt=fel)
        b = t.bevarande.c
        conn.execute(
            update(t.bevarande).where(b.id == bevarande, b.havd.is_(None)).values(havd=nu, havd_av=av, havd_skal=skal.strip())
        )
        har = hamta(conn, bevarande)
    logg.info("Bevarande %s hävt", bevarande, extra={"action": "person_hold_lifted"})
    return har


def _skalfel(skal: str) -> dict[str, str]:
    if not skal.strip():
        return {"skal": "Skriv varför, till exempel vilket mål eller vilken begäran det gäller. Inga namn."}
    if len(skal) > HOGST_SKAL:
        return {"skal": f"Skriv kortare: {len(skal)} tecken, högst {HOGST_SKAL}."}
    return {"skal": SPARAS} if har_nummer(skal) else {}


def hamta(conn: Connection, bevarande: int) -> Bevarande:
    """One hold. Raises FinnsInte."""
    har = _las(conn, t.bevarande.c.id == bevarande) if 0 < bevarande < 2**62 else []
    if not har:
        raise FinnsInte(f"Bevarande {bevarande}")
    return har[0]


def alla(conn: Connection) -> list[Bevarande]:
    """Every hold, the latest first."""
    return _las(conn, t.bevarande.c.id > 0)


def om(conn: Connection, personnummer: str) -> list[Bevarande]:
    """The holds about a person, the latest first. Raises OgiltigaUppgifter."""
    hashar = [h for v in _sekler(las_nummer(personnummer)) for h in alla_hashar(conn, "personnummer", v)]
    return _las(conn, t.bevarande.c.personnummer_hash.in_(hashar))


def _las(conn: Connection, villkor: Any) -> list[Bevarande]:
    b, av, havd_av = t.bevarande.c, t.anvandare.alias(), t.anvandare.alias()
    sats = (
        select(b.id, b.skal, b.fran, b.till, av.c.namn, b.tid, b.havd, havd_av.c.namn, b.havd_skal)
        .select_from(t.bevarande.outerjoin(av, av.c.id == b.av).outerjoin(havd_av, havd_av.c.id == b.havd_av))
        .where(villkor)
        .order_by(b.id.desc())
    )
    return [Bevarande(*rad) for rad in conn.execute(sats)]


def _sekler(nummer: str) -> tuple[str, str]:
    """Both centuries: ten figures don't say which, and a hold must not miss for that."""
    return f"19{nummer[2:]}", f"20{nummer[2:]}"


_LANKAR = text("SELECT fran_id, till_id FROM koppling WHERE fran_id = ANY(:idn) OR till_id = ANY(:idn)")
_TEXTER = text(r"""
SELECT id AS arende, uppgifter::text AS ord FROM arende WHERE id = ANY(:idn) AND uppgifter::text ~ '\d{6}[-+ ]?\d{4}'
UNION ALL SELECT arende_id, concat_ws(' ', uppgifter, skal) FROM handelse
 WHERE arende_id = ANY(:idn) AND concat_ws(' ', uppgifter, skal) ~ '\d{6}[-+ ]?\d{4}'
UNION ALL SELECT arende_id, namn FROM bilaga WHERE arende_id = ANY(:idn) AND namn ~ '\d{6}[-+ ]?\d{4}'
UNION ALL SELECT arende_id, kommentar FROM uppgift WHERE arende_id = ANY(:idn) AND kommentar ~ '\d{6}[-+ ]?\d{4}'
""")


def hallna(conn: Connection, arenden: Collection[int], dag: date) -> set[int]:
    """Those of the cases that must be kept on `dag` for a person's sake: the person is tied to the case, their number stands in
    it, or it is linked to such a case. Raises Nej when nobody can tell, since a key that made a hold isn't held."""
    b = t.bevarande.c
    galler = and_(b.havd.is_(None), b.fran <= dag, or_(b.till.is_(None), b.till >= dag))
    sokta = {(r.nyckel, bytes(r.personnummer_hash)) for r in conn.execute(select(b.nyckel, b.personnummer_hash).where(galler))}
    if not sokta or not arenden:
        return set()
    ring = ringen(conn)
    if saknas := sorted({nyckel for nyckel, _ in sokta} - set(ring.nycklar)):
        raise Nej(
            f"Inget kan gallras: ett bevarande är gjort med nyckeln {', '.join(saknas)}, som inte finns i VAKA_NYCKLAR. Lägg "
            "tillbaka den, eller häv bevarandet och lägg det igen.",
            kod="nyckel_saknas",
        )
    nycklar = {nyckel for nyckel, _ in sokta}

    def bevaras(nummer: Iterable[str]) -> bool:
        return any((n, sokhash(ring, "personnummer", v, n)) in sokta for x in nummer for v in _sekler(x) for n in nycklar)

    grannar: dict[int, set[int]] = {i: {i} for i in arenden}
    for fran, till in conn.execute(_LANKAR, {"idn": list(arenden)}):
        for ett, annat in ((fran, till), (till, fran)):
            if ett in grannar:
                grannar[ett].add(annat)
    berorda = {i for i, nummer in _nummer(conn, set().union(*grannar.values())) if bevaras(nummer)}
    return {i for i, nara in grannar.items() if nara & berorda}


def _nummer(conn: Connection, idn: Collection[int]) -> Iterable[tuple[int, set[str]]]:
    """Case and personal numbers, of its persons and in its texts; a case may come more than once."""
    k, ring = t.kontakt.c, ringen(conn)
    sats = select(k.arende_id, k.uppgifter, k.roll).where(k.arende_id.in_(idn), k.personnummer_hash.is_not(None))
    for r in conn.execute(sats):
        yield r.arende_id, {str(ur_rad(ring, r.arende_id, r.uppgifter, r.roll)["personnummer"])}
    for r in conn.execute(_TEXTER, {"idn": list(idn)}):
        yield r.arende, nummer_i(r.ord)
