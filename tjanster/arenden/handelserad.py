"""The row that tells of an event, and how fields stand in it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from arbetsfloden import Uppgifter
from tjanster.arenden.lage import Lage
from tjanster.arenden.sammanhang import Sammanhang


def handelserad(
    s: Sammanhang, lage: Lage, handelse: str, nu: datetime, *, av: int | None, fran: str | None, dag: date, skal: str | None,
    uppgifter: Mapping[str, Any], foljder: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The event that took the case from `fran` to where it is now, with the version that it has now. av None: the system."""
    return {
        "arende_id": lage.rad["id"], "lopnr": lage.rad["version"], "handelse": handelse, "fran": fran,
        "till": lage.rad["tillstand"], "av": av, "roll": None if av is not None else "systemet", "dag": dag, "tid": nu,
        "skal": skal, "uppgifter": dict(uppgifter), "foljder": foljder, "regelversion": s.regelversion,
        "processversion": s.processversioner[lage.process.namn],
    }  # fmt: skip


def som_json(uppgifter: Uppgifter) -> dict[str, Any]:
    return {k: v for k, v in uppgifter.model_dump(mode="json", exclude_none=True).items() if v != []}


def skillnad(fore: Mapping[str, Any], efter: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What changed: field → [before, after]."""
    return {k: [fore.get(k), efter.get(k)] for k in sorted({*fore, *efter}) if fore.get(k) != efter.get(k)}
