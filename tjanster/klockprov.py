"""Does the machine's clock go as the database's? A node a day ahead would call late what isn't, and write to people about it."""

from sqlalchemy import func, select

from tjanster import klocka
from tjanster.app import Vaka

HOGST = 120
"""Seconds that the two may differ: far more than machines that keep their time do, far less than a limit."""


def fel(vaka: Vaka) -> str | None:
    """None, or in a sentence how wrong one of the two is. Another day that is tried (`--nu`) moves neither."""
    with vaka.motor.connect() as conn:
        databasens = conn.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()
    skillnad = klocka.maskintid() - float(databasens)
    if abs(skillnad) <= HOGST:
        return None
    return (
        f"Datorns klocka går {round(abs(skillnad) / 60)} minuter {'före' if skillnad > 0 else 'efter'} databasens. Rätta den som går fel; "
        "tills dess bevakar och skickar den här datorn inget."
    )
