"""What is to be handed over, to whom and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tjanster.arenden.behorighet import Aktor
from tjanster.arenden.bemanning import Bemanning, Person
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.foljder import arbetande_pa
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.arenden.urval import Urval, villkor
from tjanster.arenden.varning import granska
from tjanster.db import t

HOGST = 200
"""So many at once: what is to happen with each is tried beforehand."""
HOGST_SKAL = 500


@dataclass(frozen=True)
class Plan:
    """To whom, and why. Just one of handlaggare (an account) and enhet is given; neither: back to where each case was."""

    skal: str
    handlaggare: int | None = None
    enhet: str | None = None

    @property
    def sort(self) -> str:
        return "person" if self.handlaggare is not None else "enhet" if self.enhet is not None else "tillbaka"


def las_plan(conn: Connection, s: Sammanhang, aktor: Aktor, handlaggare: str, enhet: str, skal: str) -> Plan:
    """What was filled in. Raises OgiltigaUppgifter with what is lacking or wrong."""
    fel, skal = {}, " ".join(skal.split())
    if handlaggare and enhet:
        fel["ny_enhet"] = "Välj antingen en kollega eller en enhet, inte båda."
    elif not handlaggare and not enhet:
        fel["handlaggare"] = "Välj en kollega eller en enhet."
    if enhet and enhet not in s.kommun.enheter:
        fel["ny_enhet"] = "Enheten finns inte. Välj en i listan."
    konto = int(handlaggare) if handlaggare.isascii() and handlaggare.isdigit() and len(handlaggare) < 16 else None
    if handlaggare and (konto is None or _kontonamn(conn, konto) is None):
        fel["handlaggare"] = "Kollegan finns inte, eller har inget öppet konto. Välj en i listan."
    if not skal:
        fel["skal"] = "Skriv varför ärendena lämnas över."
    elif len(skal) > HOGST_SKAL:
        fel["skal"] = f"Skriv kortare: {len(skal)} tecken, högst {HOGST_SKAL}."
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    granska({}, {"skal": skal}, bekraftat=False)
    return Plan(skal, konto, enhet or None)


def _kontonamn(conn: Connection, konto: int) -> str | None:
    a = t.anvandare.c
    namn: str | None = conn.execute(select(a.namn).where(a.id == konto, a.aktiv)).scalar_one_or_none()
    return namn


def kollegor(conn: Connection, s: Sammanhang, nummer: Sequence[str], nu: datetime) -> list[tuple[Person, int]]:
    """Whom the cases can be given to, each with how many of them; who can take the most comes first, then by name."""
    a = t.arende.c
    antal = conn.execute(select(a.enhet, func.count()).where(a.nummer.in_(nummer)).group_by(a.enhet)).all()
    bemanning, kan = Bemanning.las(conn, s.kommun, nu.date()), Counter[Person]()
    for enhet, n in antal:
        kan.update(dict.fromkeys(arbetande_pa(bemanning, enhet), n))
    return sorted(kan.items(), key=lambda x: (-x[1], x[0].namn))


def nummer_i(conn: Connection, s: Sammanhang, aktor: Aktor, urval: Urval, nu: datetime) -> list[str]:
    """The numbers of a whole list, at the most one more than can be handed over at once."""
    a = t.arende.c
    return list(conn.execute(select(a.nummer).where(*villkor(conn, s, aktor, urval, nu)).order_by(a.id).limit(HOGST + 1)).scalars())
