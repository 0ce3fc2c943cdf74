"""Two rule sets side by side: what differs, what it does to open cases, and what stands in the way."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from regler import Regelverk
from regler.motor.skillnad import Regelskillnad, skillnader
from tjanster.arenden.sammanhang import Sammanhang
from tjanster.regelstyrning.forslag import Hinder, hinder
from tjanster.regelstyrning.verkan import Verkan, rakna_verkan


@dataclass(frozen=True)
class Jamforelse:
    """`regler`: every entry that differs; `verkan`: what it does to open cases; `hinder`: why it can't be activated."""

    regler: tuple[Regelskillnad, ...]
    verkan: Verkan
    hinder: tuple[Hinder, ...]

    @property
    def lika(self) -> bool:
        """Nothing differs but, at most, comments."""
        return not self.regler

    def som_dict(self) -> dict[str, Any]:
        return {
            "regler": [asdict(skillnad) for skillnad in self.regler],
            "verkan": self.verkan.som_dict(),
            "hinder": [str(ett) for ett in self.hinder],
        }


def jamfor(conn: Connection, s: Sammanhang, ny: Regelverk, nu: datetime) -> Jamforelse:
    """What `ny` would change if it took over from the rules of `s` at `nu`. Reads only."""
    verkan = rakna_verkan(conn, s, ny, nu)
    return Jamforelse(skillnader(s.regelverk, ny), verkan, hinder(conn, s, ny, verkan))
