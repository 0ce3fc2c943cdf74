"""Whom a case is about, as far as weeding needs to know: the one whose personal number stands with it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select

from tjanster.arenden.personuppgifter import alla_hashar, ringen, ur_rad
from tjanster.db import t

SAMORDNING = 60


def personer_i(conn: Connection, arenden: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Case → personal numbers. A case that isn't here: nobody knows whom it is about."""
    k, ring = t.kontakt.c, ringen(conn)
    sats = select(k.arende_id, k.uppgifter).where(k.arende_id.in_(arenden), k.personnummer_hash.is_not(None))
    funna = ((rad.arende_id, ur_rad(ring, rad.arende_id, rad.uppgifter)["personnummer"]) for rad in conn.execute(sats))
    return {arende: (nummer,) for arende, nummer in funna if nummer}


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
