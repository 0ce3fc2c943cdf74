"""What came of a simulated time, counted from the cases as they stand: never from what the simulation meant to do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from tjanster.simulering.modell import PROCESSER

_ARENDEN = text("""
SELECT a.process, count(*) AS inkomna, count(a.klardag) AS klara, count(*) FILTER (WHERE a.klardag IS NULL) AS oppna,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY a.klardag - a.dag) AS median,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY a.klardag - a.dag) AS p90
  FROM arende a GROUP BY a.process
""")
# Only limits that bind and have a day: 'promptly' can't be broken, and a goal of the municipality's own isn't a limit.
_FRISTER = text("""
SELECT a.process, count(*) FILTER (WHERE b.frist_id IS NULL AND f.status = 'mott') AS hallna,
       count(b.frist_id) FILTER (WHERE b.forfoll <= :till) AS brutna,
       count(DISTINCT a.id) FILTER (WHERE b.forfoll <= :till) AS sena
  FROM frist f JOIN arende a ON a.id = f.arende_id LEFT JOIN fristbrott b ON b.frist_id = f.id
 WHERE f.slag = 'lag' AND f.forfaller IS NOT NULL GROUP BY a.process
""")
_PAMINNELSER = text("""
SELECT a.process, count(*) AS antal FROM paminnelse p JOIN frist f ON f.id = p.frist_id JOIN arende a ON a.id = f.arende_id
 WHERE p.fallen IS NOT NULL AND cardinality(p.mottagare) > 0 GROUP BY a.process
""")
_MANADER = text("""
SELECT to_char(m, 'YYYY-MM') AS manad,
       (SELECT count(*) FROM arende WHERE date_trunc('month', registrerad) = m) AS inkomna,
       (SELECT count(*) FROM arende WHERE date_trunc('month', klardag) = m) AS klara,
       (SELECT count(*) FROM fristbrott b JOIN frist f ON f.id = b.frist_id
         WHERE f.slag = 'lag' AND b.forfoll <= :till AND date_trunc('month', b.forfoll) = m) AS brutna,
       (SELECT count(*) FROM arende
         WHERE registrerad < m + interval '1 month' AND (klardag IS NULL OR klardag >= m + interval '1 month')) AS oppna
  FROM generate_series(date_trunc('month', CAST(:fran AS timestamp)), CAST(:till AS timestamp), interval '1 month') m ORDER BY m
""")


@dataclass(frozen=True)
class Processrad:
    """One process. klara: the work with it is done. hallna, brutna: limits that bind, met in time or broken; sena: cases with a
    broken one. median, p90: days from the case's day until it was done, of those that are. oppna: on the last day."""

    process: str
    inkomna: int
    klara: int
    oppna: int
    hallna: int
    brutna: int
    sena: int
    median: int | None
    p90: int | None
    paminnelser: int

    @property
    def andel_i_tid(self) -> float | None:
        """Of the limits that were met or broken; None when none was."""
        alla = self.hallna + self.brutna
        return round(self.hallna / alla, 4) if alla else None

    def som_dict(self) -> dict[str, Any]:
        return asdict(self) | {"andel_i_tid": self.andel_i_tid}


@dataclass(frozen=True)
class Manad:
    manad: str
    inkomna: int
    klara: int
    brutna: int
    oppna: int


@dataclass(frozen=True)
class Resultat:
    """All of it. belaggning: role → share of its time used. nekade: what the program refused, and how often; it should be empty.
    sekunder: by the machine's clock, and so never the same twice."""

    fran: date
    till: date
    processer: Sequence[Processrad]
    manader: Sequence[Manad]
    brev: int
    handelser: int
    belaggning: Mapping[str, float]
    nekade: Mapping[str, int]
    svepfel: Sequence[str]
    utan_mottagare: int
    sekunder: float

    @property
    def summa(self) -> Processrad:
        """All processes together. Days are not put together: a decision and a complaint wait for different things."""
        n = {f: sum(getattr(p, f) for p in self.processer) for f in ("inkomna", "klara", "oppna", "hallna", "brutna", "sena", "paminnelser")}
        return Processrad("alla", median=None, p90=None, **n)

    def som_dict(self) -> dict[str, Any]:
        """As `--json` shows it. All but `sekunder` is the same for the same seed."""
        return {
            "fran": self.fran.isoformat(), "till": self.till.isoformat(),
            "processer": [p.som_dict() for p in self.processer], "alla": self.summa.som_dict(),
            "manader": [asdict(m) for m in self.manader], "brev": self.brev, "handelser": self.handelser,
            "belaggning": dict(self.belaggning), "nekade": dict(self.nekade), "svepfel": list(self.svepfel),
            "utan_mottagare": self.utan_mottagare, "sekunder": round(self.sekunder, 1),
        }  # fmt: skip


def rakna(conn: Connection, fran: date, till: date, **mer: Any) -> Resultat:
    """Count it. `mer`: what only the one who drove it knows."""
    arenden = {r.process: r for r in conn.execute(_ARENDEN)}
    frister = {r.process: r for r in conn.execute(_FRISTER, {"till": till})}
    paminnelser = {r.process: int(r.antal) for r in conn.execute(_PAMINNELSER)}
    rader = []
    for process in PROCESSER:
        a, f = arenden.get(process), frister.get(process)
        inkomna, klara, oppna = (a.inkomna, a.klara, a.oppna) if a else (0, 0, 0)
        hallna, brutna, sena = (f.hallna, f.brutna, f.sena) if f else (0, 0, 0)
        median, p90 = (a.median, a.p90) if a else (None, None)
        rader.append(Processrad(process, inkomna, klara, oppna, hallna, brutna, sena, median, p90, paminnelser.get(process, 0)))
    manader = [Manad(r.manad, r.inkomna, r.klara, r.brutna, r.oppna) for r in conn.execute(_MANADER, {"fran": fran, "till": till})]
    brev = int(conn.scalar(text("SELECT count(*) FROM notis")) or 0)
    handelser = int(conn.scalar(text("SELECT count(*) FROM handelse")) or 0)
    return Resultat(fran, till, rader, manader, brev, handelser, **mer)
