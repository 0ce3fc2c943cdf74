"""Who may see a case and in which roles a person meets it. Every answer comes from appointments on a given day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    all_,
    and_,
    any_,
    bindparam,
    false,
    literal,
    or_,
    text,
)

from arbetsfloden import PROCESSER, Process
from regler import Kommun
from tjanster.db import t
from tjanster.db.anvandare import GALLER, Vems
from tjanster.db.fardig import Fardig

HANDLAGGER = ("handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare")
"""Roles that may be a case's officer."""

@cache
def _las(vems: str, fore: str) -> Fardig:
    sats = text(f"""{fore}
SELECT a.id, a.namn, u.roll, u.enhet, u.for_anvandare
  FROM anvandare a LEFT JOIN uppdrag u ON u.anvandare_id = a.id AND {GALLER}
 WHERE a.id = ({vems}) AND a.aktiv ORDER BY u.for_anvandare IS NOT NULL, u.id
""").bindparams(bindparam("dag", type_=Date))  # noqa: S608 -- only words of the program's own
    return Fardig.av(sats)


@dataclass(frozen=True)
class Aktor:
    """A person who acts, with the appointments that hold today: (role, unit). vikariat: those of them that are held only
    for somebody absent, with that account; ersatter: everybody replaced today as an officer, with the unit that it holds on."""

    id: int
    namn: str
    uppdrag: tuple[tuple[str, str], ...]
    vikariat: tuple[tuple[str, str, int], ...] = ()
    ersatter: frozenset[tuple[int, str]] = frozenset()

    @property
    def roller(self) -> frozenset[str]:
        return frozenset(roll for roll, _ in self.uppdrag)

    @property
    def egna(self) -> tuple[tuple[str, str], ...]:
        """Appointments of their own."""
        lanade = {(roll, enhet) for roll, enhet, _ in self.vikariat}
        return tuple(x for x in self.uppdrag if x not in lanade)

    def ersatter_i(self, kommun: Kommun, enhet: str) -> frozenset[int]:
        """Those whose cases in the unit this person handles meanwhile."""
        return frozenset(vem for vem, e in self.ersatter if e in kommun.vagen_upp(enhet))

    def galler(self, javiga: Iterable[int]) -> tuple[tuple[str, str], ...]:
        """The appointments in a case where `javiga` are recused: nobody stands in for one of them there."""
        return (*self.egna, *((roll, enhet) for roll, enhet, vem in self.vikariat if vem not in javiga))


def las_aktor(conn: Connection, konto: int | Vems, dag: date) -> Aktor | None:
    """The person with the appointments that hold on `dag`, each once even when both a hand and a group gave it; None when
    the account is closed or unknown. konto: its number, or the question whose answer it is."""
    vems = Vems(":konto", {"konto": konto}) if isinstance(konto, int) else konto
    rader = _las(vems.sats, vems.fore).rader(conn, {**vems.varden, "dag": dag})
    if not rader:
        return None
    har = [r for r in rader if r.roll is not None]
    egna = {(r.roll, r.enhet) for r in har if r.for_anvandare is None}
    return Aktor(
        rader[0].id,
        rader[0].namn,
        tuple(dict.fromkeys((r.roll, r.enhet) for r in har)),
        tuple(dict.fromkeys(
            (r.roll, r.enhet, r.for_anvandare) for r in har if r.for_anvandare is not None and (r.roll, r.enhet) not in egna
        )),
        frozenset((r.for_anvandare, r.enhet) for r in har if r.for_anvandare is not None and r.roll in HANDLAGGER),
    )  # fmt: skip


def roller_i(aktor: Aktor, kommun: Kommun, enhet: str, javiga: Iterable[int] = ()) -> frozenset[str]:
    """The roles the person holds for a unit: appointments on it or on a unit above it, for nobody among `javiga`."""
    ovanfor = set(kommun.vagen_upp(enhet))
    return frozenset(roll for roll, e in aktor.galler(javiga) if e in ovanfor)


def enheter_for(aktor: Aktor, kommun: Kommun, roller: Iterable[str]) -> frozenset[str]:
    """All units where the person holds any of the roles."""
    roller = frozenset(roller)
    return frozenset(e for roll, enhet in aktor.uppdrag if roll in roller for e in kommun.undertrad(enhet))


def far_se(aktor: Aktor, kommun: Kommun, process: Process, rad: Mapping[str, Any]) -> bool:
    """May this person open the case: a role that the process lets see on its unit, its officer, or the reporter of
    a deviation. A case with a protected identity is for those it names and nobody else; one who is recused never sees
    it. Anything unknown is no. rad: the case's row."""
    if aktor.id in rad["javiga"]:
        return False
    if rad["krets"] is not None:
        return aktor.id in rad["krets"]
    if rad["handlaggare"] == aktor.id or rad["handlaggare"] in aktor.ersatter_i(kommun, rad["enhet"]):
        return True
    if process.namn == "avvikelse" and rad["registrerad_av"] == aktor.id:
        return True
    return bool(roller_i(aktor, kommun, rad["enhet"], rad["javiga"]) & frozenset(process.synlig_for))


@lru_cache(maxsize=1024)
def synliga(aktor: Aktor, kommun: Kommun) -> ColumnElement[bool]:
    """The same as `far_se`, as a WHERE clause over the case table."""
    a = t.arende.c
    vagar: list[ColumnElement[bool]] = [
        handlagger(aktor, kommun, a.handlaggare, a.enhet),
        and_(a.process == "avvikelse", a.registrerad_av == aktor.id),
    ]
    egen, pa = replace(aktor, uppdrag=aktor.egna, vikariat=()), defaultdict[frozenset[str], list[str]](list)
    for process in PROCESSER.values():
        pa[enheter_for(egen, kommun, process.synlig_for)].append(process.namn)
    for enheter, namn in pa.items():  # one question for all that is seen in the same units, and none about units in all
        ar = a.process.in_(namn)
        vagar.append(false() if not enheter else ar if len(enheter) == len(kommun.enheter) else and_(ar, a.enhet.in_(sorted(enheter))))
    for process in PROCESSER.values():
        vagar += [
            and_(a.process == process.namn, a.enhet.in_(sorted(kommun.undertrad(enhet))), literal(vem) != all_(a.javiga))
            for roll, enhet, vem in aktor.vikariat
            if roll in process.synlig_for
        ]
    oppet = and_(a.krets.is_(None), or_(*vagar))
    return and_(literal(aktor.id) != all_(a.javiga), or_(oppet, literal(aktor.id) == any_(a.krets)))


def handlagger(aktor: Aktor, kommun: Kommun, person: Any, enhet: Any) -> ColumnElement[bool]:
    """WHERE: the column `person` is this one, or somebody whose work in `enhet` they do meanwhile."""
    i_stallet = [and_(person == vem, enhet.in_(sorted(kommun.undertrad(e)))) for vem, e in sorted(aktor.ersatter)]
    return or_(person == aktor.id, *i_stallet)


@lru_cache(maxsize=1024)
def krets(aktor: Aktor, kommun: Kommun) -> frozenset[str]:
    """The person's circle for the database's own lock: `process:enhet`, or `process:*` where it is the whole
    municipality; `process:enhet:konto` what is lent by somebody, who must not be recused; `for:konto:enhet` for each officer
    replaced."""
    ut: set[str] = set()
    for vem, enhet in aktor.ersatter:
        ut |= {f"for:{vem}:{e}" for e in _enheter(kommun.undertrad(enhet), kommun)}
    egen = replace(aktor, uppdrag=aktor.egna, vikariat=())
    for process in PROCESSER.values():
        ut |= {f"{process.namn}:{e}" for e in _enheter(enheter_for(egen, kommun, process.synlig_for), kommun)}
        for roll, enhet, vem in aktor.vikariat:
            if roll in process.synlig_for:
                ut |= {f"{process.namn}:{e}:{vem}" for e in _enheter(kommun.undertrad(enhet), kommun)}
    return frozenset(ut)


def _enheter(enheter: frozenset[str], kommun: Kommun) -> Iterable[str]:
    return ("*",) if len(enheter) == len(kommun.enheter) else enheter
