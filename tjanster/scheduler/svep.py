"""One sweep: limits that have passed, rungs that have fallen due, letters to write and to send.

It asks the state and not the hour, and writes what it did: twice is once, and a missed night is caught up.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import InterfaceError, OperationalError

from arbetsfloden import PROCESSER, Process, tabeller
from notiser import Avsandare, Brevlada, SmtpInstallningar, Utskick, skicka_vantande
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.arenden.bilageplats import radera_slappta
from tjanster.arenden.fel import Nej
from tjanster.arenden.handelse import Begaran, ta_automatiskt, utfor
from tjanster.db import t
from tjanster.kopia.hall import hallet
from tjanster.logg.natt import vakta
from tjanster.regelstyrning import verkstall_planerade
from tjanster.scheduler.morgonbrev import skriv_morgonbrev
from tjanster.scheduler.trappan import lat_falla

_BRYT = text("""
INSERT INTO fristbrott (frist_id, forfoll, upptackt)
SELECT id, forfaller, :nu FROM (
  SELECT f.id, f.forfaller FROM frist f
   WHERE f.status = 'lopande' AND f.slag = 'lag' AND f.forfaller <= :idag
     AND (f.forfaller < :idag OR f.forfaller_tid < :nu)
     AND NOT EXISTS (SELECT 1 FROM fristbrott b WHERE b.frist_id = f.id)
     FOR NO KEY UPDATE OF f SKIP LOCKED) x
ON CONFLICT DO NOTHING
""")
_PASSERADE = text("""
SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id
 WHERE f.status = 'lopande' AND f.slag = 'lag' AND f.namn = :frist AND f.forfaller <= :idag
   AND (CASE WHEN f.forfaller_tid IS NULL THEN f.forfaller < :idag ELSE f.forfaller_tid < :nu END)
   AND a.process = :process AND a.tillstand = ANY(:fran) AND a.nummer > :efter
 ORDER BY a.nummer LIMIT 1000
""")
_PAUSADE = text("""
SELECT a.nummer, a.process, f.namn AS frist, max(k.dag) AS sedan
  FROM fristakt k JOIN frist f ON f.id = k.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE k.slag = 'pausad' AND f.status = 'pausad' GROUP BY a.nummer, a.process, f.namn ORDER BY a.nummer, f.namn
""")

logg = logging.getLogger("vaka.vakt")


@dataclass
class Utfall:
    """What one sweep did."""

    startade: int = 0
    brutna: int = 0
    flyttade: int = 0
    trappsteg: int = 0
    ikapp: int = 0
    bradskande: int = 0
    utan_mottagare: int = 0
    morgonbrev: int = 0
    brev_klara: bool = False
    fel: list[str] = field(default_factory=list)


def svepa(vaka: Vaka, nu: datetime) -> Utfall:
    """Run one sweep as of `nu` and note it. Any number of nodes may run it at once."""
    utfall = Utfall()
    with vaka.systemet() as conn:
        svep = conn.execute(
            t.svep.insert().values(start=(borjan := klocka.nu()), nu=nu, utfall={}).returning(t.svep.c.id)
        ).scalar_one()
    _starta_pausade(vaka, nu, utfall)
    with vaka.systemet() as conn:
        utfall.brutna = conn.execute(_BRYT, {"nu": nu, "idag": nu.date()}).rowcount
    _ta_fristens_steg(vaka, nu, utfall)
    _ta_regelns_steg(vaka, nu, utfall)
    fall = lat_falla(vaka.motor, vaka.sammanhang, nu)
    morgon = skriv_morgonbrev(vaka.motor, vaka.sammanhang, nu, fall)
    utfall.morgonbrev, utfall.brev_klara = morgon.brev, morgon.klar
    utfall.trappsteg, utfall.ikapp = fall.fallna, fall.ikapp
    utfall.bradskande, utfall.utan_mottagare = fall.bradskande, fall.utan_mottagare
    with vaka.systemet() as conn:
        conn.execute(t.svep.update().where(t.svep.c.id == svep).values(slut=(slut := klocka.nu()), utfall=asdict(utfall)))
    _beratta(utfall, slut - borjan)
    return utfall


def _beratta(utfall: Utfall, tog: timedelta) -> None:
    """What it did, as numbers: which case a fault was about stands in the sweep's record."""
    tal = {namn: varde for namn, varde in asdict(utfall).items() if type(varde) is int} | {"antal_fel": len(utfall.fel)}
    logg.info(
        "Svep: %s", ", ".join(f"{namn} {varde}" for namn, varde in tal.items() if varde) or "inget att göra",
        extra={"action": "sweep", "ms": round(tog.total_seconds() * 1000), **tal},
    )  # fmt: skip


def _ta_fristens_steg(vaka: Vaka, nu: datetime, utfall: Utfall) -> None:
    """A passed limit moves the case by itself where the process says so. The same path as everybody's."""
    for process in PROCESSER.values():
        for steg in process.steg:
            if steg.vid_frist is None:
                continue
            efter, fran = "", list(process.kallor(steg))
            urval: dict[str, Any] = {"frist": steg.vid_frist, "process": process.namn, "fran": fran}
            while True:
                with vaka.systemet() as conn:
                    nummer = list(
                        conn.execute(_PASSERADE, urval | {"idag": nu.date(), "nu": nu, "efter": efter}).scalars()
                    )
                if not nummer:
                    break
                efter = nummer[-1]
                for n in nummer:
                    utfall.flyttade += _ta(vaka, Begaran(n, steg.handelse, nu), utfall)


def _ta_regelns_steg(vaka: Vaka, nu: datetime, utfall: Utfall) -> None:
    """A decision table that was changed may let the system take a step in a case that has waited since before."""
    with vaka.systemet() as conn:
        vantar = [nummer for process in PROCESSER.values() for nummer in _som_en_regel_avgor(conn, process)]
    for nummer in vantar:
        utfall.flyttade += _i_fred(vaka, nummer, "steget som en regel avgör", utfall, _automatiskt(vaka, nummer, nu))


def _som_en_regel_avgor(conn: Connection, process: Process) -> Iterable[str]:
    """The cases that stand where a table may let the system take them further, by number."""
    fran = {
        kalla
        for steg in process.steg
        if steg.automatisk
        for kalla in process.kallor(steg)
        if tabeller(process, kalla, steg.handelse)
    }
    if not fran:
        return ()
    a = t.arende.c
    sats = select(a.nummer).where(a.process == process.namn, a.tillstand.in_(fran)).order_by(a.nummer)
    if not any(map(process.vilar, fran)):  # found among those that something is waited for in, however many are done with
        sats = sats.where(a.klardag.is_(None))
    return conn.execute(sats).scalars()


def _automatiskt(vaka: Vaka, nummer: str, nu: datetime) -> Callable[[Connection], bool]:
    return lambda conn: ta_automatiskt(conn, vaka.sammanhang, nummer, nu)


def _ta(vaka: Vaka, begaran: Begaran, utfall: Utfall) -> bool:
    def gor(conn: Connection) -> bool:
        utfor(conn, vaka.sammanhang, begaran)
        return True

    return _i_fred(vaka, begaran.nummer, begaran.handelse, utfall, gor)


def _i_fred(vaka: Vaka, nummer: str, vad: str, utfall: Utfall, gor: Callable[[Connection], bool]) -> bool:
    """One step in a transaction of its own. One case that can't be moved stands in the sweep's record and the log,
    and keeps nobody else waiting."""
    try:
        with vaka.systemet() as conn:
            return gor(conn)
    except (OperationalError, InterfaceError):
        raise
    except Nej as nej:
        if nej.kod != "steget_gar_inte_nu":  # else another node was first
            utfall.fel.append(f"{nummer}: {nej}")
    except Exception as fel:
        logg.exception("Svepet kunde inte ta %s i %s", vad, nummer, extra={"action": "sweep_step"})
        utfall.fel.append(f"{nummer}: {vad} gick inte ({type(fel).__name__}), se loggen")
    return False


def _starta_pausade(vaka: Vaka, nu: datetime, utfall: Utfall) -> None:
    """A pause lasts no longer than its rule allows: after that the limit runs again, whoever forgot it."""
    with vaka.systemet() as conn:
        pausade = conn.execute(_PAUSADE).all()
    for rad in pausade:
        slut = vaka.sammanhang.regelverk.pausens_slut(rad.process, rad.frist, rad.sedan)
        if slut is not None and slut < nu.date():
            utfall.startade += _ta(vaka, Begaran(rad.nummer, "starta_frist_igen", nu, uppgifter={"frist": rad.frist}), utfall)


def skicka(vaka: Vaka, nu: datetime, *, bara_bradskande: bool = False) -> Utskick | None:
    """Send what waits in the outbox; on a day off, or when asked to, only what is urgent. In the demo without a server the letters go to
    the open mailbox; elsewhere without a server they wait (None). Out of a database that was set back nothing goes before somebody
    has said so."""
    s = vaka.settings
    with vaka.systemet() as conn:
        if (hall := hallet(conn)) is not None:
            return Utskick(stopp=str(hall))
    avsandare = Avsandare(bas_url=s.url, namn=f"Vaka {vaka.sammanhang.kommun.namn}", adress=s.avsandare)
    if s.smtp is None and not s.demo:
        return None
    vart = SmtpInstallningar.fran_url(s.smtp.get_secret_value()) if s.smtp is not None else Brevlada()
    ledigt = not vaka.sammanhang.regelverk.kalender.arbetsdag(nu.date())
    return skicka_vantande(vaka.motor, vart, nu, avsandare=avsandare, bara_bradskande=bara_bradskande or ledigt)


def bevaka(vaka: Vaka, nu: datetime) -> tuple[Utfall, Utskick | None]:
    """A sweep and a round of sending, by the rules whose day has come: `vaka bevaka`. Rules that can't take over keep no
    reminder waiting."""
    fel: list[str] = []
    try:
        verkstall_planerade(vaka, nu)
    except Nej as nej:
        fel = [f"Reglerna kunde inte bytas: {skal}" for skal in nej.skal]
    utfall = svepa(vaka, nu)
    utfall.fel += fel + vakta(vaka, nu) + radera_slappta(vaka.motor, vaka.bilagelager).fel
    return utfall, skicka(vaka, nu)


__all__ = ["Utfall", "bevaka", "skicka", "svepa"]
