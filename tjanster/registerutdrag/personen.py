"""Find the cases that have something on a person: by who left them, and by what is written in them."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text

from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.nummertext import FelPersonnummer, las_personnummer
from tjanster.arenden.personuppgifter import alla_hashar

HOGST = 200


@dataclass(frozen=True)
class Sokt:
    """Who is sought. personnummer: twelve figures, or None."""

    namn: str | None
    personnummer: str | None


@dataclass(frozen=True)
class Traff:
    """A case. lamnade: the person left it by name. personer: its persons (row numbers) that bear the number, or the name and no
    other number. With neither, somebody of that name or number is mentioned in it."""

    nummer: str
    lamnade: bool
    personer: frozenset[int] = frozenset()


def las_sokt(namn: str, nummer: str) -> Sokt:
    """What was typed. Raises OgiltigaUppgifter for nothing at all, a name that is no name, and a wrong personal number."""
    namn, nummer, fel = " ".join(namn.split()), nummer.strip(), {}
    if not namn and not nummer:
        fel["namn"] = "Skriv personens namn, personnummer eller båda."
    if namn and (len(namn) > HOGST or len(namn.split()) < 2):
        fel["namn"] = f"Skriv både förnamn och efternamn, högst {HOGST} tecken."
    helt = None
    if nummer:
        try:
            helt = las_personnummer(nummer)
        except FelPersonnummer as nej:
            fel["personnummer"] = str(nej)
    if fel:
        raise OgiltigaUppgifter(falt=fel)
    return Sokt(namn or None, helt)


_SOK = text("""
SELECT a.nummer, coalesce(k.lamnade, false) AS lamnade, k.personer
  FROM arende a
  LEFT JOIN (SELECT arende_id, bool_or(roll = 'avsandare' AND egen) AS lamnade, array_agg(id) FILTER (WHERE egen) AS personer
               FROM (SELECT *, personnummer_hash = ANY(:nummer)
                               OR personnummer_hash IS NULL OR cardinality(CAST(:nummer AS bytea[])) = 0 AS egen
                       FROM kontakt WHERE namn_hash = ANY(:namn) OR personnummer_hash = ANY(:nummer)) t
              GROUP BY arende_id) k ON k.arende_id = a.id
 WHERE k.arende_id IS NOT NULL
    OR a.uppgifter::text ~* CAST(:monster AS text)
    OR EXISTS (SELECT FROM handelse h WHERE h.arende_id = a.id
               AND (h.uppgifter::text ~* CAST(:monster AS text) OR h.skal ~* CAST(:monster AS text)))
    OR EXISTS (SELECT FROM bilaga b WHERE b.arende_id = a.id AND b.namn ~* CAST(:monster AS text))
 ORDER BY a.dag, a.id
""")


def hitta(conn: Connection, sokt: Sokt) -> list[Traff]:
    """Every case, the oldest first. Asked as the system: what the person who asks may see is settled afterwards."""
    hashar = {"namn": alla_hashar(conn, "namn", sokt.namn), "nummer": _nummer(conn, sokt.personnummer)}
    rader = conn.execute(_SOK, hashar | {"monster": _monster(sokt)})
    return [Traff(rad.nummer, rad.lamnade, frozenset(rad.personer or ())) for rad in rader]


def _nummer(conn: Connection, personnummer: str | None) -> list[bytes]:
    """Of both centuries: ten figures don't say which, and whoever wrote them may have meant the other."""
    sekel = ("19", "20") if personnummer else ()
    return [h for s in sekel for h in alla_hashar(conn, "personnummer", s + str(personnummer)[2:])]


def _monster(sokt: Sokt) -> str:
    """The name with any white space between its words, the number with or without century and mark."""
    delar = []
    if sokt.namn:
        delar.append(r"\m" + r"(\s|\\n)+".join(re.escape(ord_) for ord_ in sokt.namn.split()) + r"\M")
    if sokt.personnummer:
        delar.append(rf"(19|20)?{sokt.personnummer[2:8]}[-+ ]?{sokt.personnummer[8:]}")
    return "|".join(delar)
