"""The one clock. Everything else takes the day or the time as an argument.

Swedish time, because working days and statutory limits are counted there. A process may be given a fixed start
(`--nu`, `VAKA_NU`) so that any day can be tried; the clock then runs on from it.
"""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SVENSK_TID = ZoneInfo("Europe/Stockholm")

_forskjutning = timedelta(0)


class Tidsfel(ValueError):
    """The text is not a Swedish date or time."""


def nu() -> datetime:
    """The time now, with zone, in Swedish time."""
    return datetime.now(SVENSK_TID) + _forskjutning


def idag() -> date:
    """The day now in Sweden."""
    return nu().date()


def stall(tid: datetime | None) -> None:
    """Let the clock start at `tid` (Swedish time); None goes back to real time."""
    global _forskjutning
    _forskjutning = timedelta(0)
    if tid is not None:
        _forskjutning = svensk(tid) - nu()


def svensk(tid: datetime) -> datetime:
    """The same moment in Swedish time; a naive time is read as Swedish."""
    return tid.replace(tzinfo=SVENSK_TID) if tid.tzinfo is None else tid.astimezone(SVENSK_TID)


def las_tid(text: str) -> datetime:
    """Read `2026-12-24T08:00` or `2026-12-24` (midnight) as Swedish time; Tidsfel with what to write instead."""
    try:
        return svensk(datetime.fromisoformat(text.strip()))
    except ValueError:
        raise Tidsfel(f"'{text}' är ingen tid. Skriv till exempel 2026-12-24T08:00 eller 2026-12-24.") from None


def midnatt(dag: date) -> datetime:
    """The first moment of the day, Swedish time."""
    return datetime(dag.year, dag.month, dag.day, tzinfo=SVENSK_TID)


def maskintid() -> float:
    """Seconds by the machine's own clock, also while another day is tried. For libraries that count in them, never for a case."""
    return time.time()
