"""What every use case needs besides the connection: the rules, the versions they bear, and where links lead."""

import hashlib
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.dialects.postgresql import insert

from arbetsfloden import PROCESSER
from regler import Kommun, Regelverk
from tjanster import klocka
from tjanster.arenden.regelbok import Regelbok, aktiv_version
from tjanster.db import t

BLOCK = 200


@dataclass
class Sammanhang:
    """Made when the program starts and anew when another rule set becomes the active one; shared by all doors. Never
    changed, so that what begins under one set ends under it. `bok` knows which one is the newest."""

    regelverk: Regelverk
    regelversion: int
    processversioner: dict[str, int]
    url: str
    nyckel: str
    bok: Regelbok = field(default_factory=Regelbok, repr=False, compare=False)
    _block: dict[str, list[int]] = field(default_factory=dict)
    _las: Any = field(default_factory=threading.RLock)  # an error inside comes back to glom_nummer

    def __post_init__(self) -> None:
        self.bok.borja(self)

    @cached_property
    def listor(self) -> Mapping[str, Mapping[str, str]]:
        """The municipality's own lists, its units among them: code → text."""
        return {**self.kommun.listor, "enheter": {e.kod: e.namn for e in self.kommun.enheter.values()}}

    def med_regler(self, regelverk: Regelverk, version: int) -> "Sammanhang":
        """The same, going by other rules."""
        return replace(self, regelverk=regelverk, regelversion=version)

    @property
    def kommun(self) -> Kommun:
        return self.regelverk.kommun

    def enhetsnamn(self, kod: str) -> str:
        """A unit's name; its code when the organisation doesn't know it."""
        enhet = self.regelverk.kommun.enheter.get(kod)
        return kod if enhet is None else enhet.namn

    def foljvag(self, nummer: str, foljnr: int = 0) -> str:
        """The path where the one who left the complaint follows it: the number and a code that can't be guessed."""
        return f"/folj/{nummer}/{self.foljkod(nummer, foljnr)}"

    def foljkod(self, nummer: str, foljnr: int = 0) -> str:
        """Letters only: digits in a row could be taken for a personal number. foljnr: the case's own, by which an older code
        ends."""
        kod = hmac.new(self.nyckel.encode(), f"folj {nummer}{f' {foljnr}' if foljnr else ''}".encode(), hashlib.sha256).hexdigest()[:26]
        return kod.translate(str.maketrans("0123456789abcdef", "bcdfghjkmnpqrstv"))

    def nya_id(self, conn: Connection, tabell: str, antal: int = 1) -> list[int]:
        """Row numbers taken from the table's own series, a block at a time so that an event needs no extra trip.
        Numbers lost at a restart leave harmless gaps."""
        with self._las:
            kvar = self._block.setdefault(tabell, [])
            if len(kvar) < antal:
                serie = func.pg_get_serial_sequence(tabell, "id")
                hamta = max(BLOCK, antal)
                kvar.extend(
                    conn.execute(
                        select(func.nextval(serie)).select_from(func.generate_series(1, hamta).alias())
                    ).scalars()
                )
            ut, self._block[tabell] = kvar[:antal], kvar[antal:]
            return ut

    def glom_nummer(self) -> None:
        """A database that went down may hand out again the row numbers we hold: its series is only safe on disk once
        the step that took a block is written."""
        with self._las:
            self._block.clear()


def las_in_versioner(conn: Connection, regelverk: Regelverk, url: str, nyckel: str) -> Sammanhang:
    """Keep the rule set and the processes as they are now, once for each content, and return what points to them. The
    first set of a database becomes its active one."""
    tid = klocka.nu()
    version = spara_version(conn, regelverk)
    if aktiv_version(conn) is None:
        forsta = {
            "regelversion": version, "sort": "forsta", "status": "aktiv", "fran": tid.date(), "begard": tid, "aktiverad": tid,
            "skal": "De regler som fanns när Vaka startades första gången.",
        }  # fmt: skip
        conn.execute(insert(t.regelaktivering).values(forsta).on_conflict_do_nothing())  # another node may be first
    processer = {
        p.namn: _spara(conn, t.processversion, {"process": p.namn, "hash": p.version, "forklaring": p.forklaring, "tid": tid})
        for p in PROCESSER.values()
    }
    s = Sammanhang(regelverk, version, processer, url, nyckel)
    # A connection was found dead; or a new one was made, perhaps to a server that took over while others still wait for the old.
    for nar in ("invalidate", "connect"):
        event.listen(conn.engine, nar, lambda *_: s.glom_nummer())
    return s


def spara_version(conn: Connection, regelverk: Regelverk) -> int:
    """The set's files as a version that is never changed; the same content is the same version."""
    return _spara(conn, t.regelversion, {"hash": regelverk.hash, "filer": dict(regelverk.filer), "tid": klocka.nu()})


def _spara(conn: Connection, tabell: Any, rad: dict[str, Any]) -> int:
    # Asked first, or each start would use up a number of the series, and versions would go 1, 3, 7.
    fraga = select(tabell.c.id).where(tabell.c.hash == rad["hash"])
    if (har := conn.execute(fraga).scalar_one_or_none()) is None:
        conn.execute(insert(tabell).values(rad).on_conflict_do_nothing(index_elements=["hash"]))
        har = conn.execute(fraga).scalar_one()
    return int(har)


def nasta_nummer(conn: Connection, prefix: str, ar: int, antal: int = 1) -> list[str]:
    """The next case numbers in the series of a prefix and a year: SYN-2026-0001 and on."""
    senaste = conn.execute(
        text(
            "INSERT INTO nummerserie (prefix, ar, senaste) VALUES (:p, :a, :n) "
            "ON CONFLICT (prefix, ar) DO UPDATE SET senaste = nummerserie.senaste + :n RETURNING senaste"
        ),
        {"p": prefix, "a": ar, "n": antal},
    ).scalar_one()
    return [f"{prefix}-{ar}-{n:04d}" for n in range(senaste - antal + 1, senaste + 1)]
