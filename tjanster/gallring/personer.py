"""Whom a case is about, as far as weeding needs to know: those whose personal numbers stand with it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select

from tjanster.arenden.personuppgifter import AVSANDARE, alla_hashar, ringen, ur_rad
from tjanster.db import t

SAMORDNING = 60


def personer_i(conn: Connection, arenden: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Case → personal numbers of those whom it concerns, or of the one who left it when it concerns nobody else. A case that
    isn't here: nobody knows whom it is about, or not of all of them."""
    k, ring = t.kontakt.c, ringen(conn)
    funna: dict[int, dict[str, list[str | None]]] = {}
    for r in conn.execute(select(k.arende_id, k.uppgifter, k.roll).where(k.arende_id.in_(arenden)).order_by(k.id)):
        nummer = ur_rad(ring, r.arende_id, r.uppgifter, r.roll)["personnummer"]
        funna.setdefault(r.arende_id, {}).setdefault(r.roll, []).append(nummer)
    ut = {}
    for arende, roller in funna.items():
        nummer_i = roller.get("galler") or roller[AVSANDARE]
        if all(nummer_i):
            ut[arende] = tuple(str(x) for x in nummer_i)
    return ut


def fodelsedag(personnummer: str) -> date | None:
    """The day of birth in a personal or coordination number of twelve figures; None for what is no day."""
    ar, manad, dag = int(personnummer[:4]), int(personnummer[4:6]), int(personnummer[6:8])
    try:
        return date(ar, manad, dag - SAMORDNING if dag > SAMORDNING else dag)
    except ValueError:
        return None


def personernas_arenden(conn: Connection, personer: Iterable[str]) -> Mapping[str, list[tuple[int, str]]]:
    """Personal number → every case about the person, open ones too: (row number, case number)."""
    a, k, ut = t.arende.c, t.kontakt.c, {}
    for person in personer:
        sats = select(a.id, a.nummer).join(t.kontakt, k.arende_id == a.id)
        traffar = conn.execute(sats.where(k.personnummer_hash.in_(alla_hashar(conn, "personnummer", person))))
        ut[person] = [(rad.id, rad.nummer) for rad in traffar]
    return ut
