"""One case of a hand-over: the steps that it takes, and what would come of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER
from tjanster.app import Vaka
from tjanster.arenden.arendelista import kort
from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.db.krets import i_systemets_stalle
from tjanster.ledning.overlamning.plan import Plan


@dataclass(frozen=True)
class Provat:
    """What would happen with a case, or why it can't."""

    nummer: str
    version: int
    sort: str
    kort: str
    enhet: str
    tillstand: str
    handlaggare: str | None
    gar: bool
    text: str


def _las(conn: Connection, nummer: str) -> Any:
    a, n = t.arende.c, t.anvandare.c
    sats = (
        select(a.id, a.nummer, a.process, a.tillstand, a.version, a.enhet, a.handlaggare, a.uppgifter, a.krets, a.javiga,
               n.namn.label("handlaggare_namn"))
        .select_from(t.arende.outerjoin(t.anvandare, n.id == a.handlaggare))
        .where(a.nummer == nummer)
    )  # fmt: skip
    rad = conn.execute(sats).one_or_none()
    if rad is None:
        raise FinnsInte(f"Ärendet {nummer}")
    return rad


def lamna(
    conn: Connection, s: Sammanhang, aktor: Aktor, plan: Plan, nummer: str, version: int | None, nu: datetime,
    *, tillbaka: Any = None, samlat: bool = False,
) -> None:  # fmt: skip
    """Take the steps that the hand-over is for one case. tillbaka: the row that says where it was before the hand-over that is
    undone, and to whom that one gave it. Raises Nej."""
    rad = _las(conn, nummer)
    if tillbaka is not None and (tillbaka.gavs_person or rad.handlaggare, tillbaka.gavs_enhet or rad.enhet) != (rad.handlaggare, rad.enhet):
        raise Nej("Någon har lämnat ärendet vidare sedan dess.")

    def ta(handelse: str, **uppgifter: str) -> None:
        nonlocal version
        begaran = Begaran(nummer, handelse, nu, aktor, uppgifter, plan.skal, version, samlat=samlat)
        kvitto = utfor(conn, s, begaran)
        if kvitto.forslag is not None:
            raise Nej(f"{kvitto.forslag.varfor} Gör det från ärendets sida.")
        version = kvitto.version

    enhet, person = (plan.enhet, plan.handlaggare) if tillbaka is None else (tillbaka.fran_enhet, tillbaka.fran_handlaggare)
    if plan.sort == "person" and rad.handlaggare == person:
        raise Nej("Har redan den handläggaren.")
    if plan.sort == "enhet" and rad.enhet == enhet:
        raise Nej("Ligger redan på den enheten.")
    if enhet is not None and enhet != rad.enhet:
        if "lamna_over_enhet" not in PROCESSER[rad.process].handelser:
            raise Nej(f"{PROCESSER[rad.process].rubrik} kan inte lämnas över till en annan enhet.")
        ta("lamna_over_enhet", ny_enhet=enhet)
        rad = _efter(conn, nummer)
    if person is not None and person != rad.handlaggare:
        ta("tilldela", handlaggare=str(person))
    elif tillbaka is not None and person is None and rad.handlaggare is not None:
        ta("lamna_tillbaka")


def _efter(conn: Connection, nummer: str) -> Any:
    """The case as it became, also when it has left the circle of who handed it over."""
    with i_systemets_stalle(conn):
        return _las(conn, nummer)


class _Ogjort(Exception):
    """Takes back a transaction that was only a trial."""

    def __init__(self, fore: Any, efter: Any) -> None:
        self.fore, self.efter = fore, efter


def prova(vaka: Vaka, aktor: Aktor, plan: Plan, nummer: Iterable[str], nu: datetime) -> list[Provat]:
    """Take the steps and take them back again, case by case: what would happen, by the very path that does it. Cases that the
    person doesn't see are left out."""
    s, ut = vaka.sammanhang, []
    for ett in nummer:
        with vaka.som(aktor) as conn:
            try:
                fore = _las(conn, ett)
            except FinnsInte:
                continue
        try:
            with vaka.som(aktor) as conn:
                lamna(conn, s, aktor, plan, ett, fore.version, nu)
                raise _Ogjort(fore, _efter(conn, ett))
        except _Ogjort as x:
            ut.append(_provat(s, x.fore, True, _vad_hander(s, x.fore, x.efter)))
        except Nej as nej:
            ut.append(_provat(s, fore, False, i_ord(nej)))
    return ut


def _provat(s: Sammanhang, rad: Any, gar: bool, text: str) -> Provat:
    p = PROCESSER[rad.process]
    return Provat(
        rad.nummer, rad.version, p.ental, kort(s, p.namn, rad.uppgifter), s.enhetsnamn(rad.enhet), p.tillstand[rad.tillstand],
        rad.handlaggare_namn, gar, text,
    )  # fmt: skip


def _vad_hander(s: Sammanhang, fore: Any, efter: Any) -> str:
    delar = []
    if efter.enhet != fore.enhet:
        delar.append(f"Går till {s.enhetsnamn(efter.enhet)}.")
    if efter.tillstand != fore.tillstand:
        delar.append(f"Läget blir ”{PROCESSER[efter.process].tillstand[efter.tillstand]}”.")
    if efter.handlaggare != fore.handlaggare:
        delar.append(f"{efter.handlaggare_namn} blir handläggare." if efter.handlaggare else "Handläggaren tas bort.")
    return " ".join(delar)


def i_ord(nej: Nej) -> str:
    """Why it didn't go, in sentences."""
    meningar = [*nej.skal, *(m for m in nej.falt.values() if m not in nej.skal)]
    return " ".join(m if m.endswith((".", "!", "?")) else f"{m}." for m in meningar)
