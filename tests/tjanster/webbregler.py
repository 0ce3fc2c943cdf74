"""A rule change as it is made in the browser: a row whose answer time is shorter, and the draft that it lies in."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from tests.webbklient import Sida, Webbklient
from tjanster.db import t

FIL = "config/exempelkommun/regler/frister/synpunkt.yaml"
RAD = {
    "niva": "lokal", "fran": "2026-06-01", "till": "2026-09-30", "tid": "5 arbetsdagar", "kalla": "Nämnden 2026-05-20, § 9",
    "kontrollerad": "2026-05-21",
}  # fmt: skip
SEDAN = RAD | {"fran": "2026-10-01", "till": "", "tid": "10 arbetsdagar"}


def utkast(webb: Webbklient) -> dict[str, Any]:
    with webb.bygg.vaka.systemet() as conn:
        return dict(conn.execute(select(t.regelutkast).order_by(t.regelutkast.c.id.desc()).limit(1)).mappings().one())


def version(webb: Webbklient) -> str:
    return str(utkast(webb)["version"])


def med_text(webb: Webbklient, fil: str, andra: Callable[[str], str]) -> Sida:
    """Save a file of the draft with its text changed."""
    webb.post("/regler/utkast")
    return webb.post(f"/regler/utkast/fil?namn={fil}", text=andra(utkast(webb)["filer"][fil]), version=version(webb))


def kort_svarstid(webb: Webbklient) -> None:
    """A draft whose answer time is five working days until the end of September. The example about that day goes."""
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD)
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **SEDAN)
    webb.post("/regler/utkast/fil/ta-bort?namn=config/exempelkommun/fall/egna.yaml", version=version(webb))
