"""Write what a rule set does to open cases: one event in each case that it touches, its limits, and their reminders.

In bulk, within the activation's transaction: a statement for many cases, not one for each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Date, bindparam, text
from sqlalchemy.dialects.postgresql import insert

from tjanster.arenden.frister import frist_rad, trapprader
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t
from tjanster.regelstyrning.verkan import Flytt, Omlagd, Verkan

HANDELSE = "regler_andrade"
BUNT = 2000

_IDN = bindparam("idn", type_=ARRAY(BigInteger))
_ANDRA_ARENDEN = text("""
UPDATE arende a SET version = version + 1, andrad = :nu, narmast = n.dag, narmast_frist = n.namn, narmast_slag = n.slag,
       narmast_status = n.status, narmast_forfaller = n.forfaller, narmast_forfaller_tid = n.forfaller_tid
  FROM unnest(:idn) x LEFT JOIN vaka_narmast(x) n ON true WHERE a.id = x
RETURNING a.id, a.version, a.tillstand, a.process, a.processversion
""").bindparams(_IDN)
_FALLNA = text("""
SELECT frist_id, nar, roll FROM paminnelse WHERE frist_id = ANY(:idn) AND fallen IS NOT NULL
""").bindparams(_IDN)
_BORT_MED_KOMMANDE = text("""
DELETE FROM paminnelse WHERE frist_id = ANY(:idn) AND fallen IS NULL AND dag > :igar
""").bindparams(_IDN, bindparam("igar", type_=Date))
_BEHOVS_INTE = text("""
UPDATE paminnelse SET fallen = :nu, ikapp = false WHERE frist_id = ANY(:idn) AND fallen IS NULL AND dag <= :igar
""").bindparams(_IDN, bindparam("igar", type_=Date))
_NY_OMGANG = text("UPDATE frist SET omgang = omgang + 1 WHERE id = ANY(:idn) RETURNING id, omgang").bindparams(_IDN)
_BRYT = insert(t.fristbrott).on_conflict_do_nothing()
_FLYTTA = (
    t.frist.update()
    .where(t.frist.c.id == bindparam("b_id"))
    .values({k: bindparam(f"b_{k}") for k in ("start", "start_tid", "forfaller", "forfaller_tid", "regel", "regelversion")})
)  # fmt: skip
_SLUTA = (
    t.frist.update().where(t.frist.c.id == bindparam("b_id")).values(status="utgatt", regelversion=bindparam("b_regelversion"))
)  # fmt: skip


def skriv(
    conn: Connection, s: Sammanhang, verkan: Verkan, nu: datetime, skal: str, framsteg: Callable[[int], None]
) -> None:
    """Everything that `verkan` says, with `s` going by the new rules. `framsteg` is called with how many cases are done.

    A limit already met is not in `verkan` and never touched. A breach on record stays: it was one by the rules of its
    day; a limit that becomes late by the change is put on record at once.
    """
    per_arende: dict[int, list[Flytt]] = defaultdict(list)
    for flytt in verkan.flyttas:
        per_arende[flytt.arende_id].append(flytt)
    gjorda = 0
    for bunt in _buntar(list(per_arende.items())):
        _en_bunt(conn, s, dict(bunt), nu, skal)
        gjorda += len(bunt)
        framsteg(gjorda)
    for omlagda in _buntar(verkan.trappor):
        _lagg_om(conn, s, omlagda, nu, utom_fallna=True)


def _en_bunt(conn: Connection, s: Sammanhang, per_arende: Mapping[int, Sequence[Flytt]], nu: datetime, skal: str) -> None:
    brott, flyttade, slutar, nya, trappor = [], [], [], [], []
    for arende_id, flyttar in per_arende.items():
        for flytt in flyttar:
            rad = frist_rad(s, arende_id, flytt.frist, flytt.slag, flytt.svar, flytt.efter) if flytt.svar else None
            if rad is None:
                slutar.append({"b_id": flytt.frist_id, "b_regelversion": s.regelversion})
                continue
            if flytt.frist_id is None:
                rad["id"] = s.nya_id(conn, "frist")[0]
                nya.append(rad)
            else:
                rad["id"] = flytt.frist_id
                flyttade.append({f"b_{k}": rad[k] for k in ("id", "start", "start_tid", "forfaller", "forfaller_tid",
                                                            "regel", "regelversion")})  # fmt: skip
            if not flytt.paus:
                trappor.append(Omlagd(rad["id"], flytt.process, flytt.frist, rad["start"], rad["forfaller"]))
            if flytt.blir_sen and flytt.slag == "lag":
                brott.append({"frist_id": rad["id"], "forfoll": rad["forfaller"], "upptackt": nu})
    for sats, rader in ((t.frist.insert(), nya), (_FLYTTA, flyttade), (_SLUTA, slutar), (_BRYT, brott)):
        if rader:
            conn.execute(sats, rader)
    conn.execute(
        t.handelse.insert(),
        [
            {
                "arende_id": r.id, "lopnr": r.version, "handelse": HANDELSE, "fran": r.tillstand, "till": r.tillstand, "av": None,
                "roll": "systemet", "dag": nu.date(), "tid": nu, "skal": skal, "uppgifter": {},
                "foljder": {"omraknade": [_beratta(flytt) for flytt in per_arende[r.id]]}, "regelversion": s.regelversion,
                "processversion": r.processversion,
            }
            for r in conn.execute(_ANDRA_ARENDEN, {"idn": list(per_arende), "nu": nu})
        ],
    )  # fmt: skip
    if slutar:
        _sluta_trappor(conn, [rad["b_id"] for rad in slutar], nu)
    _lagg_om(conn, s, trappor, nu)


def _beratta(flytt: Flytt) -> dict[str, Any]:
    """What the event tells of one limit: the day before and after, and the row that gave it."""
    ut: dict[str, Any] = {
        "frist": flytt.frist,
        "slag": flytt.slag,
        "fran": flytt.fore.isoformat() if flytt.fore else None,
        "forfaller": flytt.efter.isoformat() if flytt.efter else None,
    }
    return ut | ({"regel": flytt.svar.regel.id} if flytt.svar else {})


def _sluta_trappor(conn: Connection, idn: list[int], nu: datetime) -> None:
    igar = nu.date() - timedelta(days=1)
    conn.execute(_BORT_MED_KOMMANDE, {"idn": idn, "igar": igar})
    conn.execute(_BEHOVS_INTE, {"idn": idn, "igar": igar, "nu": nu})


def _lagg_om(
    conn: Connection, s: Sammanhang, omlagda: Sequence[Omlagd], nu: datetime, *, utom_fallna: bool = False
) -> None:
    """New rungs for limits. `utom_fallna`: where the day stands, a rung that has fallen doesn't fall again."""
    if not omlagda:
        return
    idn = [en.frist_id for en in omlagda]
    fallna = {(r.frist_id, r.nar, r.roll) for r in conn.execute(_FALLNA, {"idn": idn})} if utom_fallna else set()
    _sluta_trappor(conn, idn, nu)
    omgang = {r.id: r.omgang for r in conn.execute(_NY_OMGANG, {"idn": idn})}
    rader = [
        rad
        for en in omlagda
        for rad in trapprader(s, en.process, en.frist, en.frist_id, omgang[en.frist_id], en.start, en.forfaller)
        if (en.frist_id, rad["nar"], rad["roll"]) not in fallna
    ]
    if rader:
        conn.execute(t.paminnelse.insert(), rader)


def _buntar(alla: Sequence[Any]) -> Iterator[list[Any]]:
    resten = iter(alla)
    while bunt := list(islice(resten, BUNT)):
        yield bunt
