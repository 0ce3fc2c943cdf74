"""Which rule set holds now, and those that held before. The database says; every event asks it in its own transaction,
and each node looks every other second, so that pages follow too.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from regler import Regelverk, las_in_texter
from tjanster.db import t

if TYPE_CHECKING:
    from tjanster.arenden.sammanhang import Sammanhang

SEKUNDER = 2
"""Between two looks: a node shows a new set well within five seconds."""
SPARADE = 8

logg = logging.getLogger("vaka.regler")


class Regelbok:
    """The sets by their version; one for the whole process. `aktuell` is what a door starts from."""

    aktuell: "Sammanhang"

    def __init__(self) -> None:
        self._lasta: OrderedDict[int, Regelverk] = OrderedDict()
        self._las = threading.Lock()

    def borja(self, s: "Sammanhang") -> None:
        """The first set of the process."""
        if not self._lasta:
            self.aktuell, self._lasta[s.regelversion] = s, s.regelverk

    def folj(self, conn: Connection, s: "Sammanhang", version: int | None) -> "Sammanhang":
        """`s`, or its like with the rules of `version` when another set has become the active one."""
        if version is None or version == s.regelversion:
            return s
        self.byt(self.version(conn, version), version)
        return self.aktuell

    def byt(self, regelverk: Regelverk, version: int) -> None:
        """Let the process go by these rules from now on."""
        with self._las:
            self._lasta[version] = regelverk
            if version != self.aktuell.regelversion:
                self.aktuell = self.aktuell.med_regler(regelverk, version)

    def version(self, conn: Connection, version: int) -> Regelverk:
        """The set that a limit or an event was handled under, read from the database once. Raises Regelfel when this
        program can no longer read it, KeyError for an unknown version."""
        with self._las:
            if version in self._lasta:
                self._lasta.move_to_end(version)
                return self._lasta[version]
        filer = filer_i(conn, version)
        regelverk = las_in_texter(filer, kommunkod(filer))
        with self._las:
            self._lasta[version] = regelverk
            while len(self._lasta) > SPARADE:
                self._lasta.popitem(last=False)
        return regelverk

    def titta(self, motor: Engine) -> None:
        """Look once which set holds, and follow."""
        with motor.connect() as conn:
            self.folj(conn, self.aktuell, aktiv_version(conn))

    def bevaka(self, motor: Engine) -> Callable[[], None]:
        """Look every other second, in a thread of its own, until what is returned is called."""
        slut = threading.Event()

        def vaka() -> None:
            while not slut.wait(SEKUNDER):
                try:
                    self.titta(motor)
                except (OperationalError, InterfaceError):
                    logg.warning("Databasen svarar inte; reglerna är de som gällde senast", extra={"action": "rules_no_db"})
                except Exception:
                    logg.exception("De nya reglerna gick inte att läsa", extra={"action": "rules_unreadable"})

        trad = threading.Thread(target=vaka, name="regler", daemon=True)
        trad.start()

        def sluta() -> None:
            slut.set()
            trad.join(SEKUNDER)

        return sluta


def aktiv_version(conn: Connection) -> int | None:
    """The version that holds; None before the first start has noted one."""
    a = t.regelaktivering.c
    return conn.execute(select(a.regelversion).where(a.status == "aktiv")).scalar_one_or_none()


def las_fast(conn: Connection) -> int | None:
    """The version that holds, and keeps holding until this transaction ends: an activation waits for it."""
    return conn.execute(select(func.regel_nu())).scalar_one()


def filer_i(conn: Connection, version: int) -> Mapping[str, str]:
    """The files of a version. KeyError when there is none."""
    if version >= 2**63:
        raise KeyError(version)  # more than the database can count to
    v = t.regelversion.c
    filer = conn.execute(select(v.filer).where(v.id == version)).scalar_one_or_none()
    if filer is None:
        raise KeyError(version)
    return filer


def kommunkod(filer: Mapping[str, str]) -> str | None:
    """The municipality whose files these are; None for the nation's alone."""
    return next((vag.split("/")[1] for vag in filer if vag.startswith("config/")), None)
