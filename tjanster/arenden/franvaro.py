"""Who is away today and who stands in for them, as pages tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Connection, Date, bindparam, text

from arbetsfloden import Process
from regler import Kommun
from tjanster.arenden.behorighet import HANDLAGGER, Aktor
from tjanster.arenden.krets import Krets
from tjanster.db.anvandare import GALLER

_NU = text(f"""
SELECT u.for_anvandare AS borta, f.namn AS borta_namn, u.anvandare_id AS vikarie, v.namn AS vikarie_namn, u.roll, u.enhet, u.till
  FROM uppdrag u JOIN anvandare f ON f.id = u.for_anvandare JOIN anvandare v ON v.id = u.anvandare_id AND v.aktiv
 WHERE (u.anvandare_id = :vikarie OR u.for_anvandare = :borta) AND u.for_anvandare IS NOT NULL AND {GALLER} ORDER BY u.id
""").bindparams(  # noqa: S608 -- only words of the program's own
    bindparam("dag", type_=Date), bindparam("vikarie", type_=BigInteger), bindparam("borta", type_=BigInteger)
)


@dataclass(frozen=True)
class Ersattning:
    """Somebody stands in for somebody: whom, and until which day, that day included."""

    namn: str
    till: date


def kring(conn: Connection, person: int, dag: date) -> tuple[tuple[Ersattning, ...], tuple[Ersattning, ...]]:
    """Those whom the person replaces today, and those who replace the person."""
    rader = _nu(conn, dag, vikarie=person, borta=person).all()
    return (
        _var_for_sig((r.borta_namn, r.till) for r in rader if r.vikarie == person),
        _var_for_sig((r.vikarie_namn, r.till) for r in rader if r.borta == person),
    )


def ersatter_i_arendet(
    conn: Connection, kommun: Kommun, process: Process, rad: Mapping[str, Any], aktor: Aktor, dag: date
) -> tuple[Ersattning, ...]:
    """Those through whom the person meets this case as a stand-in: its officer, or whoever has the role on its unit."""
    if not aktor.ersatter and not aktor.vikariat:
        return ()
    enheter = kommun.vagen_upp(rad["enhet"])
    genom = {rad["handlaggare"]} & aktor.ersatter_i(kommun, rad["enhet"])
    genom |= {vem for roll, enhet, vem in aktor.vikariat if enhet in enheter and roll in process.synlig_for}
    genom -= set(rad["javiga"])
    return _var_for_sig(
        (r.borta_namn, r.till) for r in _nu(conn, dag, vikarie=aktor.id) if r.borta in genom and r.enhet in enheter
    )


def handlaggaren_ersatts_av(conn: Connection, kommun: Kommun, rad: Mapping[str, Any], dag: date) -> tuple[Ersattning, ...]:
    """Who handles the case today instead of its officer."""
    if rad["handlaggare"] is None:
        return ()
    enheter, krets = kommun.vagen_upp(rad["enhet"]), Krets.av(rad)
    return _var_for_sig(
        (r.vikarie_namn, r.till)
        for r in _nu(conn, dag, borta=rad["handlaggare"])
        if r.enhet in enheter and r.roll in HANDLAGGER and krets.slapper_in(r.vikarie)
    )


def _nu(conn: Connection, dag: date, *, vikarie: int | None = None, borta: int | None = None) -> Any:
    return conn.execute(_NU, {"dag": dag, "vikarie": vikarie, "borta": borta})


def _var_for_sig(rader: Any) -> tuple[Ersattning, ...]:
    """Each once, with the last of the days."""
    ut: dict[str, date] = {}
    for namn, till in rader:
        ut[namn] = max(till, ut.get(namn, till))
    return tuple(Ersattning(namn, till) for namn, till in ut.items())
