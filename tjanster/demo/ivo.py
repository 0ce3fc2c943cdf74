"""The demo's reports to IVO: which decisions a quarter's report held, and as what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_BROTT = text("""
SELECT a.nummer, a.tillstand, a.uppgifter -> 'ivo_rapporter' AS rapporter
  FROM arende a
 WHERE a.process = 'beslut'
   AND (EXISTS (SELECT 1 FROM frist f JOIN fristbrott b ON b.frist_id = f.id
                 WHERE f.arende_id = a.id AND b.forfoll < :slut AND (f.mott IS NULL OR f.mott > :slut)
                   AND f.status <> 'utgatt')
        OR jsonb_array_length(a.uppgifter -> 'ivo_rapporter') > 0)
 ORDER BY a.nummer
""")


@dataclass(frozen=True)
class Rapport:
    """One decision in one quarter's report."""

    nummer: str
    kvartal: str
    slag: str

    @property
    def forsta(self) -> bool:
        return self.slag == "individrapport"

    def som_data(self, dag: date) -> dict[str, Any]:
        return {
            "kvartal": self.kvartal, "slag": self.slag, "dag": dag.isoformat(),
            "kvittens": f"Kvittens {self.kvartal}-{self.nummer.rpartition('-')[2]} (påhittad)",
        }  # fmt: skip


def att_rapportera(conn: Connection, slut: date) -> list[Rapport]:
    """What is handed in for the quarter that ended on `slut`: first reports, repeated ones, closing ones."""
    kvartal = f"{slut.year}K{slut.month // 3}"
    ut = []
    for rad in conn.execute(_BROTT, {"slut": slut}):
        lamnade = rad.rapporter or []
        if any(r["slag"] == "avslutsrapport" for r in lamnade):
            continue
        oppen = rad.tillstand in ("ej_verkstallt", "ej_aterupptaget")
        slag = "individrapport" if not lamnade else "aterrapport" if oppen else "avslutsrapport"
        ut.append(Rapport(rad.nummer, kvartal, slag))
    return ut
