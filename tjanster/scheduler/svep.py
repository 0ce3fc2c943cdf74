"""One sweep: limits that have passed, rungs that have fallen due, letters to write and to send.

It asks the state and not the hour, and writes what it did: twice is once, and a missed night is caught up.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from arbetsfloden import PROCESSER
from notiser import Avsandare, Brevlada, SmtpInstallningar, Utskick, skicka_vantande
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej
from tjanster.arenden.handelse import Begaran, utfor
from tjanster.db import t
from tjanster.scheduler.trappan import lat_falla, skriv_morgonbrev

_BRYT = text("""
INSERT INTO fristbrott (frist_id, forfoll, upptackt)
SELECT f.id, f.forfaller, :nu FROM frist f
 WHERE f.status = 'lopande' AND f.slag = 'lag' AND f.forfaller <= :idag
   AND (f.forfaller < :idag OR f.forfaller_tid < :nu)
   AND NOT EXISTS (SELECT 1 FROM fristbrott b WHERE b.frist_id = f.id)
ON CONFLICT DO NOTHING
""")
_PASSERADE = text("""
SELECT a.nummer FROM frist f JOIN arende a ON a.id = f.arende_id
 WHERE f.status = 'lopande' AND f.slag = 'lag' AND f.namn = :frist AND f.forfaller <= :idag
   AND (CASE WHEN f.forfaller_tid IS NULL THEN f.forfaller < :idag ELSE f.forfaller_tid < :nu END)
   AND a.process = :process AND a.tillstand = ANY(:fran) AND a.nummer > :efter
 ORDER BY a.nummer LIMIT 1000
""")


@dataclass
class Utfall:
    """What one sweep did."""

    brutna: int = 0
    flyttade: int = 0
    trappsteg: int = 0
    ikapp: int = 0
    bradskande: int = 0
    utan_mottagare: int = 0
    morgonbrev: int = 0
    fel: list[str] = field(default_factory=list)


def svepa(vaka: Vaka, nu: datetime) -> Utfall:
    """Run one sweep as of `nu` and note it. Any number of nodes may run it at once."""
    utfall = Utfall()
    with vaka.motor.begin() as conn:
        svep = conn.execute(
            t.svep.insert().values(start=klocka.nu(), nu=nu, utfall={}).returning(t.svep.c.id)
        ).scalar_one()
    with vaka.motor.begin() as conn:
        utfall.brutna = conn.execute(_BRYT, {"nu": nu, "idag": nu.date()}).rowcount
    _ta_fristens_steg(vaka, nu, utfall)
    fall = lat_falla(vaka.motor, vaka.sammanhang, nu)
    utfall.trappsteg, utfall.ikapp = fall.fallna, fall.ikapp
    utfall.bradskande, utfall.utan_mottagare = fall.bradskande, fall.utan_mottagare
    utfall.morgonbrev = skriv_morgonbrev(vaka.motor, vaka.sammanhang, nu)
    with vaka.motor.begin() as conn:
        conn.execute(t.svep.update().where(t.svep.c.id == svep).values(slut=klocka.nu(), utfall=asdict(utfall)))
    return utfall


def _ta_fristens_steg(vaka: Vaka, nu: datetime, utfall: Utfall) -> None:
    """A passed limit moves the case by itself where the process says so. The same path as everybody's."""
    for process in PROCESSER.values():
        for steg in process.steg:
            if steg.vid_frist is None:
                continue
            efter, fran = "", list(process.kallor(steg))
            urval: dict[str, Any] = {"frist": steg.vid_frist, "process": process.namn, "fran": fran}
            while True:
                with vaka.motor.connect() as conn:
                    nummer = list(
                        conn.execute(_PASSERADE, urval | {"idag": nu.date(), "nu": nu, "efter": efter}).scalars()
                    )
                if not nummer:
                    break
                efter = nummer[-1]
                for n in nummer:
                    try:
                        with vaka.motor.begin() as conn:
                            utfor(conn, vaka.sammanhang, Begaran(n, steg.handelse, nu))
                        utfall.flyttade += 1
                    except Nej as nej:
                        # Another node was first; anything else stands in the sweep's own record.
                        if nej.kod != "steget_gar_inte_nu":
                            utfall.fel.append(f"{n}: {nej}")


def skicka(vaka: Vaka, nu: datetime) -> Utskick | None:
    """Send what waits in the outbox. In the demo without a server the letters go to the open mailbox; elsewhere
    without a server they wait (None)."""
    s = vaka.settings
    avsandare = Avsandare(bas_url=s.url, namn=f"Vaka {vaka.sammanhang.kommun.namn}", adress=s.avsandare)
    if s.smtp is not None:
        return skicka_vantande(
            vaka.motor, SmtpInstallningar.fran_url(s.smtp.get_secret_value()), nu, avsandare=avsandare
        )
    if s.demo:
        return skicka_vantande(vaka.motor, Brevlada(), nu, avsandare=avsandare)
    return None


def bevaka(vaka: Vaka, nu: datetime) -> tuple[Utfall, Utskick | None]:
    """A sweep and a round of sending: `vaka bevaka`."""
    return svepa(vaka, nu), skicka(vaka, nu)


__all__ = ["Utfall", "bevaka", "skicka", "svepa"]
