"""Show once more who you are before you change how you come in: a browser left open must not be enough."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select

from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.inloggning.tvasteg import Ring, prova_kod
from tjanster.konton import prova_losen

Fraga = Literal["losenord", "kod"]


def vad_som_fragas(conn: Connection, anvandare_id: int) -> list[Fraga]:
    """What the person has to show: the password when they have one, the second step when it is on."""
    a = t.anvandare.c
    losen, totp = conn.execute(select(a.losen.is_not(None), a.totp.is_not(None)).where(a.id == anvandare_id)).one()
    alla: list[tuple[bool, Fraga]] = [(losen, "losenord"), (totp, "kod")]
    return [fraga for har, fraga in alla if har]


def bekrafta(motor: Engine, ring: Ring, anvandare_id: int, svar: Mapping[str, Any], nu: datetime) -> Nej | None:
    """Is it they? None = yes. In a transaction of its own, so that a failed try is counted whatever the caller does."""
    with motor.begin() as conn:
        fragor = vad_som_fragas(conn, anvandare_id)
        if "losenord" in fragor:
            namn = conn.execute(select(t.anvandare.c.anvandarnamn).where(t.anvandare.c.id == anvandare_id)).scalar_one()
            vem = prova_losen(conn, namn, str(svar.get("losenord") or ""), nu)
            if isinstance(vem, Nej):
                return Nej("Lösenordet stämmer inte.", kod="fel_losenord") if vem.kod == "fel_inloggning" else vem
        if "kod" in fragor:
            return prova_kod(conn, ring, anvandare_id, str(svar.get("kod") or ""), nu)
    return None
