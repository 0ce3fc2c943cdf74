"""Does the machine's clock go as the database's? A node a day ahead would call late what isn't, and write to people about it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from tjanster import klocka
from tjanster.app import Vaka

HOGST = 120
"""Seconds that the two may differ: far more than machines that keep their time do, far less than a limit."""


def fel(vaka: Vaka) -> str | None:
    """None, or in a sentence how wrong one of the two is. Another day that is tried (`--nu`) moves neither."""
    fore = _fore(vaka)
    if abs(fore) <= HOGST:
        return None
    return (
        f"Datorns klocka går {round(abs(fore) / 60)} minuter {'före' if fore > 0 else 'efter'} databasens. Rätta den som går fel; "
        "tills dess bevakar och skickar den här datorn inget."
    )


def senaste(vaka: Vaka) -> datetime:
    """The later of the times that the two say it is: who asks whether something has been silent for too long believes the one that
    says so."""
    return klocka.nu() + timedelta(seconds=max(0.0, -_fore(vaka)))


def _fore(vaka: Vaka) -> float:
    """So many seconds is the machine ahead of the database."""
    with vaka.motor.connect() as conn:
        return klocka.maskintid() - float(conn.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())
