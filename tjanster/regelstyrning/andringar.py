"""Every activation, as it was asked for and as it stands."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tjanster.arenden.fel import FinnsInte
from tjanster.db import t

PA_VAG = ("vantar", "planerad", "pagar")
LAGEN = {
    "vantar": "Väntar på godkännande", "planerad": "Planerad", "pagar": "På väg", "aktiv": "Gäller nu", "ersatt": "Ersatt",
    "avbruten": "Avbruten", "misslyckad": "Misslyckad",
}  # fmt: skip


@dataclass(frozen=True)
class Aktivering:
    """One activation, as it stands. `version` and `fore` are rule versions; `av` and `godkand_av` people's names."""

    id: int
    version: int
    fore: int | None
    hash: str
    sort: str
    status: str
    fran: date
    skal: str
    av: str | None
    av_id: int | None
    godkand_av: str | None
    begard: datetime
    godkand: datetime | None
    aktiverad: datetime | None
    regler: list[dict[str, Any]]
    effekt: dict[str, Any]
    klart: int
    antal: int
    fel: str | None

    def som_dict(self) -> dict[str, Any]:
        """As the command line shows it."""
        return {k: v for k, v in asdict(self).items() if k not in ("av_id", "regler", "effekt")} | {
            "effekt": {k: v for k, v in self.effekt.items() if k != "flyttas"},
        }


def historik(conn: Connection, *, hogst: int = 200) -> list[Aktivering]:
    """Every activation, the newest first."""
    return [_av(rad) for rad in conn.execute(_sats().order_by(t.regelaktivering.c.id.desc()).limit(hogst)).mappings()]


def hamta(conn: Connection, aktivering_id: int) -> Aktivering:
    """One activation. Raises FinnsInte."""
    finns = aktivering_id < 2**63  # more than the database can count to
    rad = conn.execute(_sats().where(t.regelaktivering.c.id == aktivering_id)).mappings().one_or_none() if finns else None
    if rad is None:
        raise FinnsInte(f"Regeländring {aktivering_id}")
    return _av(rad)


def pa_vag(conn: Connection) -> Aktivering | None:
    """The activation that is on its way, if any."""
    rad = conn.execute(_sats().where(t.regelaktivering.c.status.in_(PA_VAG))).mappings().one_or_none()
    return _av(rad) if rad is not None else None


def forsta_gang(conn: Connection, version: int) -> Aktivering | None:
    """When a version first came to hold, and by whom: asked when a case shows the rule that gave its day."""
    a = t.regelaktivering.c
    sats = _sats().where(a.regelversion == version, a.aktiverad.is_not(None)).order_by(a.id).limit(1)
    rad = conn.execute(sats).mappings().one_or_none()
    return _av(rad) if rad is not None else None


def _sats() -> Any:
    a, v = t.regelaktivering.c, t.regelversion.c
    den, andra = t.anvandare.alias("den"), t.anvandare.alias("andra")
    return (
        select(t.regelaktivering, v.hash, den.c.namn.label("av_namn"), andra.c.namn.label("godkand_namn"))
        .join_from(t.regelaktivering, t.regelversion, v.id == a.regelversion)
        .outerjoin(den, den.c.id == a.av)
        .outerjoin(andra, andra.c.id == a.godkand_av)
    )


def _av(rad: Any) -> Aktivering:
    return Aktivering(
        rad["id"], rad["regelversion"], rad["fore"], rad["hash"], rad["sort"], rad["status"], rad["fran"], rad["skal"],
        rad["av_namn"], rad["av"], rad["godkand_namn"], rad["begard"], rad["godkand"], rad["aktiverad"], rad["regler"],
        rad["effekt"], rad["klart"], rad["antal"], rad["fel"],
    )  # fmt: skip
