"""When everything in the stories happened: working days before today become days and hours, in one order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regler import Kalender
from tjanster.demo.berattelser import Berattelse
from tjanster.klocka import SVENSK_TID

FRO = 20251
RAPPORTDAG = 8
"""The working day of a new quarter when last quarter's report is typed into IVO's e-service."""


@dataclass(frozen=True, order=True)
class Punkt:
    """Something that happens at `tid`: a story's opening (steg 0) or one of its steps; berattelse -1: IVO's report."""

    tid: datetime
    berattelse: int
    steg: int
    kvartalsslut: date | None = None


def planera(berattelser: Sequence[Berattelse], kalender: Kalender, nu: datetime) -> list[Punkt]:
    """All that happens, in order; the last on the working day before `nu`. The same stories and day, the same plan."""
    slump, ut = random.Random(FRO), []
    for nr, b in enumerate(berattelser):
        kvar, tid = b.start, None
        for steg, efter in enumerate((0, *(h.efter for h in b.steg))):
            kvar -= efter
            if kvar < 1:
                raise ValueError(f"Berättelse {nr} ({b.process}, {b.enhet}) går förbi i dag i steg {steg}.")
            if efter or tid is None:
                tid = _tidpunkt(kalender.minus_arbetsdagar(nu.date(), kvar), 480 + slump.randrange(150))
            else:
                tid += timedelta(minutes=20 + slump.randrange(40), seconds=slump.randrange(60))
            ut.append(Punkt(tid, nr, steg))
    ut += [
        Punkt(_tidpunkt(dag, 16 * 60), -1, 0, slut)  # after the day's other work
        for slut, dag in rapportdagar(kalender, nu.date())
        if dag > min(ut).tid.date()
    ]
    return sorted(ut)


def _tidpunkt(dag: date, minut: int) -> datetime:
    return datetime.combine(dag, time(minut // 60, minut % 60), SVENSK_TID)


def rapportdagar(kalender: Kalender, idag: date) -> list[tuple[date, date]]:
    """(the quarter's last day, the day its report was made) of the two latest quarters that were reported three
    weeks ago or more, so that the demo has decisions that came after the report too."""
    ut: list[tuple[date, date]] = []
    forsta = date(idag.year, 3 * ((idag.month - 1) // 3) + 1, 1)
    while len(ut) < 2:
        dag = kalender.plus_arbetsdagar(forsta - timedelta(days=1), RAPPORTDAG)
        if dag <= kalender.minus_arbetsdagar(idag, 15):
            ut.append((forsta - timedelta(days=1), dag))
        forsta = date(forsta.year - (forsta.month == 1), (forsta.month - 4) % 12 + 1, 1)
    return ut[::-1]
