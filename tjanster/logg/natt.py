"""What the watch does with the log: seals it each minute, and goes through yesterday once a night."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import text

from tjanster.app import Vaka
from tjanster.logg.ankare import Ankarfel
from tjanster.logg.forsegling import forsegla
from tjanster.logg.stickprov import jaga, manadens_stickprov
from tjanster.logg.verifiering import Prov, senaste_provet, verifiera

LAS_NATT = 5_391_200_272

logg = logging.getLogger("vaka.logg")


def vakta(vaka: Vaka, nu: datetime) -> list[str]:
    """Draw the month's samples and chase those that are late, seal, and verify what was closed when no verification has
    been made today. Returns what is wrong, in sentences without any case's content."""
    fel = []
    manadens_stickprov(vaka, nu)
    jaga(vaka, nu)
    prov = None
    try:
        forsegla(vaka, nu)
    except Ankarfel as nej:
        fel.append(str(nej))
    try:
        prov = natten(vaka, nu)
    except Ankarfel as nej:
        fel.append(str(nej))
    if prov is not None and not prov.hel:
        fel.append(f"Loggen är inte hel ({prov.antal_fel} fel). Det första: {prov.fel[0]}. Kör 'vaka logg verifiera'.")
    for ett in fel:
        logg.error("%s", ett, extra={"action": "log_not_whole"})
    return fel


def natten(vaka: Vaka, nu: datetime) -> Prov | None:
    """The night's verification, once a day whichever node is first: from the day before the last one, or all of it the
    first time. None when it is made already."""
    with vaka.systemet() as conn:
        if not conn.execute(text("SELECT pg_try_advisory_xact_lock(:k)"), {"k": LAS_NATT}).scalar_one():
            return None
        senast = senaste_provet(conn)
        if senast is not None and senast.nar.astimezone(nu.tzinfo).date() >= nu.date():
            return None
        fran = senast.nar.astimezone(nu.tzinfo).date() - timedelta(days=1) if senast is not None else None
        return verifiera(vaka, nu, fran=fran)
