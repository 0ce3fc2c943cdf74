"""A day that is over is closed: counted, sealed, and told to the auditors by its hash."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from notiser import KATALOG, Falt, dagtext, lagg_i_utkorg
from tjanster.app import Vaka
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.notera import brev_till, nasta_brevtid
from tjanster.db import t
from tjanster.logg import sigill

if TYPE_CHECKING:
    from tjanster.logg.forsegling import Huvud

BREV = "loggdag_stangd"


def stang_dagar(conn: Connection, vaka: Vaka, slut: "Huvud", nu: datetime) -> list[date]:
    """Close every day from the open one to yesterday, those without rows too; returns them. The sealer's lock is held and
    all is sealed. One letter goes to each auditor: the last day's hash stands for all before it."""
    if slut.nr == 0 and slut.mac == sigill.START:
        return []
    golv = {r.tabell: r.golv for r in conn.execute(select(t.logglage.c.tabell, t.logglage.c.golv))}
    golv = {tabell: golv.get(tabell, 0) for tabell in sigill.FORMER}
    nycklar, forra, dag, antal, rader = vaka.nyckelring, slut.mac, slut.dag, slut.lopnr, []
    while dag < nu.date():
        nyckel = nycklar.aktuell
        forra = sigill.dagens(nycklar, forra, dag=dag, antal=antal, sista_nr=slut.nr, golv=golv, nyckel=nyckel)
        rader.append(
            {"dag": dag, "antal": antal, "sista_nr": slut.nr, "golv": golv, "nyckel": nyckel, "mac": forra, "stangd": nu}
        )
        dag, antal = dag + timedelta(days=1), 0
    if rader:
        conn.execute(t.loggdag.insert(), rader)
        _beratta(conn, vaka, rader[-1]["dag"], rader[-1]["antal"], forra.hex(), nu)
    return [rad["dag"] for rad in rader]


def _beratta(conn: Connection, vaka: Vaka, dag: date, antal: int, hash_: str, nu: datetime) -> None:
    """The auditors' letter: the day, how many rows, the hash. Nothing of any case."""
    s = vaka.sammanhang
    falt = Falt(kommun=s.kommun.namn, lank="/", forfaller=dagtext(dag), antal=antal, hash=hash_)
    tid = nasta_brevtid(s, nu, bradskande=KATALOG[BREV].bradskande)
    lagg_i_utkorg(
        conn,
        [
            brev_till(person, BREV, falt, nyckel=f"loggdag:{dag}:{person.id}", nu=nu, tidigast=tid)
            for person in Bemanning.las(conn, s.kommun, nu.date()).pa("revisor", s.kommun.rot)
            if person.epost
        ],
    )
