"""Choosing a colleague: by user name or name as people write them, or among those at hand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, select, text

from arbetsfloden import ROLLER
from arbetsfloden.motor.ord import uppraknat
from regler import Kommun
from tjanster.db import t
from tjanster.db.anvandare import GALLER

_I_PARENTES = re.compile(r"\(([^()]+)\)\s*$")
# Whoever holds a post of their own on the units, by name.
_PA = text(f"""
SELECT a.id, a.anvandarnamn, a.namn, a.aktiv, u.roll, u.enhet FROM uppdrag u JOIN anvandare a ON a.id = u.anvandare_id
 WHERE a.aktiv AND u.for_anvandare IS NULL AND u.enhet = ANY(:enheter) AND {GALLER} ORDER BY a.namn, a.id
""").bindparams(bindparam("dag", type_=Date), bindparam("enheter", type_=ARRAY(Text)))  # noqa: S608 -- only words of the program's own

_MINA = text(f"""
SELECT u.anvandare_id AS id, u.roll, u.enhet FROM uppdrag u
 WHERE u.anvandare_id = ANY(:konton) AND u.for_anvandare IS NULL AND {GALLER} ORDER BY u.id
""").bindparams(bindparam("dag", type_=Date), bindparam("konton", type_=ARRAY(BigInteger)))  # noqa: S608 -- only words of the program's own


class OkandPerson(ValueError):
    """Nobody, or more than one, goes by that name. The text is the sentence that the person sees."""


@dataclass(frozen=True)
class Konto:
    """An account. post: what it is chosen as, in words; roll: the role of that post."""

    id: int
    anvandarnamn: str
    namn: str
    aktiv: bool
    post: str = ""
    roll: str = ""

    @property
    def etikett(self) -> str:
        """'Hanna Ek (hanna)': tells two of the same name apart, and is understood when it comes back."""
        return f"{self.namn} ({self.anvandarnamn})"


def las_person(conn: Connection, skrivet: str) -> Konto:
    """The account meant: its user name, its person's name, or both as in `etikett`. Closed ones are found too, unless an
    open one bears the name. Raises OkandPerson."""
    sokt = " ".join(skrivet.split())
    a = t.anvandare.c
    sats = select(a.id, a.anvandarnamn, a.namn, a.aktiv)
    i_parentes = _I_PARENTES.search(sokt)
    for namn in (sokt, i_parentes[1] if i_parentes else ""):
        if namn and (rad := conn.execute(sats.where(a.anvandarnamn == namn.strip().casefold())).one_or_none()):
            return Konto(*rad)
    alla = [Konto(*rad) for rad in conn.execute(sats.order_by(a.id))]
    heter = [k for k in alla if " ".join(k.namn.split()).casefold() == sokt.casefold()]
    traffar = [k for k in heter if k.aktiv] or heter
    if len(traffar) > 1:
        raise OkandPerson(f"{len(traffar)} personer heter {traffar[0].namn}: välj {uppraknat((k.etikett for k in traffar), 'eller')}.")
    if not traffar:
        ratta = {ord_.casefold(): k.etikett for k in alla if k.aktiv for ord_ in (k.namn, k.anvandarnamn)}
        nara = get_close_matches(sokt.casefold(), ratta, n=1)
        raise OkandPerson(f"'{sokt}' är ingen användare" + (f" – menade du {ratta[nara[0]]}?" if nara else "."))
    return traffar[0]


def i_enheter(conn: Connection, kommun: Kommun, enheter: Iterable[str], dag: date, utom: Iterable[int] = ()) -> list[Konto]:
    """Those who hold a post of their own on any of the units, by name, each with their highest post there in words."""
    utom, rang = set(utom), list(ROLLER)
    ut: dict[int, Konto] = {}
    for rad in conn.execute(_PA, {"dag": dag, "enheter": sorted(set(enheter))}):
        har = ut.get(rad.id)
        if rad.id not in utom and (har is None or rang.index(rad.roll) > rang.index(har.roll)):
            ut[rad.id] = Konto(rad.id, rad.anvandarnamn, rad.namn, rad.aktiv, _post(kommun, rad.roll, rad.enhet), rad.roll)
    return list(ut.values())


def i_linjen(conn: Connection, kommun: Kommun, enheter: Iterable[str], dag: date, utom: Iterable[int] = ()) -> list[Konto]:
    """The same on the units and on all above them."""
    uppat = {over for e in enheter if e in kommun.enheter for over in kommun.vagen_upp(e)}
    return i_enheter(conn, kommun, uppat, dag, utom)


def med_id(conn: Connection, kommun: Kommun, konton: Iterable[int], dag: date) -> list[Konto]:
    """The accounts, by name, each with its first post in words; '' for one who has none that day."""
    a, valda = t.anvandare.c, sorted(set(konton))
    har: dict[int, str] = {}
    for rad in conn.execute(_MINA, {"dag": dag, "konton": valda}):
        har.setdefault(rad.id, _post(kommun, rad.roll, rad.enhet))
    sats = select(a.id, a.anvandarnamn, a.namn, a.aktiv).where(a.id.in_(valda)).order_by(a.namn, a.id)
    return [Konto(*rad, har.get(rad.id, "")) for rad in conn.execute(sats)]


def _post(kommun: Kommun, roll: str, enhet: str) -> str:
    return f"{ROLLER.get(roll, roll).lower()}, {kommun.enheter[enhet].namn if enhet in kommun.enheter else enhet}"
