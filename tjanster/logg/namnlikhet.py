"""Does the reader bear the same surname as the person of the case? Compared when the sample is drawn; no name is kept."""

import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, select

from tjanster.arenden.personuppgifter import ringen, ur_rad
from tjanster.db import t


def efternamn(namn: str | None) -> str | None:
    """The last word of a name, in one spelling; None when there is none."""
    ord_ = unicodedata.normalize("NFC", namn or "").casefold().split()
    return ord_[-1] if ord_ else None


def samma_efternamn(conn: Connection, par: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of the pairs (case, reader): those where the last words of the reader's name and of any of the case's persons are the same."""
    par = set(par)
    arenden, lasare = sorted({a for a, _ in par}), sorted({p for _, p in par})
    k, a = t.kontakt.c, t.anvandare.c
    ring = ringen(conn)
    personer: dict[int, set[str]] = {}
    for r in conn.execute(select(k.arende_id, k.uppgifter, k.roll).where(k.arende_id.in_(arenden))):
        if (namn := efternamn(ur_rad(ring, r.arende_id, r.uppgifter, r.roll)["namn"])) is not None:
            personer.setdefault(r.arende_id, set()).add(namn)
    den = {r[0]: efternamn(r[1]) for r in conn.execute(select(a.id, a.namn).where(a.id.in_(lasare)))}
    return {(arende, vem) for arende, vem in par if den.get(vem) in personer.get(arende, ())}
