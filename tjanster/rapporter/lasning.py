"""A report that tells of single cases is a reading of each of them, whether it is shown or fetched as a file."""

import json
import re
from datetime import datetime

from sqlalchemy import Connection, select

from arbetsfloden import PROCESSER
from tjanster.arenden.lasning import anteckna_manga
from tjanster.db import t
from tjanster.rapporter.rapport import Rapport

_NUMMER = re.compile(rf"\b(?:{'|'.join(p.prefix for p in PROCESSER.values())})-\d{{4}}-\d{{4,}}\b")


def anteckna_rapport(conn: Connection, rapport: Rapport, av: int | None, nu: datetime) -> int:
    """Write a reading of every case whose number stands anywhere in the report; returns how many. av: the account; None is
    the command line."""
    allt = json.dumps([rapport.som_dict(), [[t_.rubrik, *t_.alla_rader] for t_ in rapport.tabeller]], default=str)
    nummer = sorted(set(_NUMMER.findall(allt)))
    a = t.arende.c
    sats = select(a.id, a.enhet, a.krets.is_not(None)).where(a.nummer.in_(nummer)).order_by(a.id)
    arenden = [tuple(rad) for rad in conn.execute(sats)] if nummer else []
    anteckna_manga(conn, arenden, av, nu, "rapport", rapport.namn)
    return len(arenden)
