"""What the tests of rule changes ask the database."""

from datetime import date
from typing import Any

from sqlalchemy import select

from tests.bygg import Bygge
from tjanster import regelstyrning
from tjanster.db import t
from tjanster.regelstyrning import (
    historik,
)

SKAL = "Socialnämnden 2026-09-01, påhittat"


def alla(bygg: Bygge) -> list[regelstyrning.Aktivering]:
    with bygg.vaka.systemet() as conn:
        return historik(conn)


def frist(bygg: Bygge, nummer: str, namn: str = "svar") -> dict[str, Any]:
    return next(f for f in bygg.frister(nummer) if f["namn"] == namn and f["slag"] == "lag")


def trappa(bygg: Bygge, nummer: str, namn: str = "svar") -> list[tuple[str, date, bool]]:
    p = t.paminnelse.c
    with bygg.vaka.systemet() as conn:
        sats = select(p.nar, p.dag, p.fallen).where(p.frist_id == frist(bygg, nummer, namn)["id"]).order_by(p.dag, p.id)
        return [(nar, dag, fallen is not None) for nar, dag, fallen in conn.execute(sats)]
