"""Two persons of the same name: shown side by side before a case is tied to one of them (krav H2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from arbetsfloden.motor.ord import uppraknat
from tjanster.arenden.behorighet import Aktor, synliga
from tjanster.arenden.fel import Nej
from tjanster.arenden.personuppgifter import alla_hashar, maskat, ringen, ur_rad
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.db import t

HOGST = 20


@dataclass(frozen=True)
class Namnlik:
    """One who bears the same name in a case that the asker may see; the personal number without its last digits."""

    nummer: str
    namn: str
    personnummer: str
    epost: str
    telefon: str
    adress: str


class Namnlika(Nej):
    """Somebody of the same name is there already, and nothing says whether it is the same person."""

    status = 409
    kod = "namnlika"

    def __init__(self, likar: tuple[Namnlik, ...]) -> None:
        self.likar = likar
        super().__init__(
            f"Det finns redan någon med samma namn, i {uppraknat(en.nummer for en in likar)}. Jämför, så att ärendet inte "
            "hamnar på fel person, och skicka sedan igen."
        )


def namnlika(conn: Connection, s: Sammanhang, aktor: Aktor, kontakt: Mapping[str, Any]) -> tuple[Namnlik, ...]:
    """Those of the same name among the cases that `aktor` may see, who aren't known by number, e-mail or telephone to be
    the same person; the newest first."""
    ring, k, a = ringen(conn), t.kontakt.c, t.arende.c

    def lika(slag: str) -> Any:
        return getattr(k, f"{slag}_hash").in_(alla_hashar(conn, slag, kontakt.get(slag)))

    if not kontakt.get("namn"):
        return ()
    samma = or_(*(lika(slag) for slag in ("personnummer", "epost", "telefon")))
    sats = (
        select(a.id, a.nummer, k.uppgifter)
        .join(t.kontakt, k.arende_id == a.id)
        .where(synliga(aktor, s.kommun), lika("namn"), samma.is_not(True))
        .order_by(a.id.desc())
        .limit(HOGST)
    )
    return tuple(_lik(r.nummer, ur_rad(ring, r.id, r.uppgifter)) for r in conn.execute(sats))


def _lik(nummer: str, vem: Mapping[str, str | None]) -> Namnlik:
    return Namnlik(
        nummer, vem["namn"] or "", maskat(vem["personnummer"]), vem["epost"] or "", vem["telefon"] or "", vem["adress"] or ""
    )
