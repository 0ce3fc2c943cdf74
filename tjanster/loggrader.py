"""The program's own log: a line an event on standard error, as text or as JSON (`VAKA_LOGG`).

What an exception says may quote what somebody wrote, so of one only its class and its places are told. Of a library's
sentence what it puts into it is left out. What Vaka itself adds to a line is a number or a code word.
"""

import json
import logging
import re
import threading
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tjanster import anrop
from tjanster.klocka import SVENSK_TID

NIVAER = {"DEBUG": "info", "INFO": "info", "WARNING": "varning", "ERROR": "fel", "CRITICAL": "fel"}
EGNA = ("vaka", "apscheduler")
"""Those whose sentences hold nothing of a case. Of the scheduler it is the jobs' names."""
KODORD = re.compile(r"[a-z0-9_:.-]{1,60}")
_ROT = f"{Path(__file__).resolve().parent.parent}/"
_ALLAS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "action"}
_RADER = 40


def som_falt(record: logging.LogRecord) -> dict[str, Any]:
    """What a line tells, by name: see docs/drift.md."""
    egen = record.name.partition(".")[0] in EGNA
    ut: dict[str, Any] = {
        "tid": datetime.fromtimestamp(record.created, SVENSK_TID).isoformat(timespec="milliseconds"),
        "niva": NIVAER.get(record.levelname, "info"),
        "logger": record.name,
        "meddelande": _enradigt(record.getMessage() if egen else _utan_varden(record)),
    }
    if egen:
        if _kodord(handelse := getattr(record, "action", None)):
            ut["handelse"] = handelse
        ut |= {k: v for k, v in record.__dict__.items() if k not in _ALLAS and (isinstance(v, int | float) or _kodord(v))}
    if (nu := anrop.nuvarande()) is not None:
        ut |= {"anrop": nu.nummer, "rutt": nu.rutt}
    if record.exc_info and record.exc_info[1] is not None:
        ut |= {"fel": felets_klass(record.exc_info[1]), "spar": list(spar(record.exc_info[1]))[-_RADER:]}
    return ut


def felets_klass(fel: BaseException) -> str:
    """What sort of fault it is; of the database's own also its code and the constraint that said no."""
    klass = type(fel)
    delar = [klass.__qualname__ if klass.__module__ == "builtins" else f"{klass.__module__}.{klass.__qualname__}"]
    databasens = getattr(fel, "orig", None) or fel
    delar += filter(None, (getattr(databasens, "sqlstate", None), getattr(getattr(databasens, "diag", None), "constraint_name", None)))
    return " ".join(delar)


def spar(fel: BaseException) -> Iterator[str]:
    """Where a fault came from: each class with its places, what caused it first."""
    orsak = fel.__cause__ or (None if fel.__suppress_context__ else fel.__context__)
    if orsak is not None:
        yield from spar(orsak)
    for del_ in getattr(fel, "exceptions", ()):
        yield from spar(del_)
    yield felets_klass(fel)
    for ram, rad in traceback.walk_tb(fel.__traceback__):
        yield f"  {_kort(ram.f_code.co_filename)}:{rad} {ram.f_code.co_qualname}"


def _kodord(varde: object) -> bool:
    return isinstance(varde, str) and KODORD.fullmatch(varde) is not None


def _enradigt(text: str) -> str:
    return " ".join(text.splitlines())


def _utan_varden(record: logging.LogRecord) -> str:
    if isinstance(record.msg, BaseException):
        return felets_klass(record.msg)
    return str(record.msg).strip().partition("\n")[0]


def _kort(fil: str) -> str:
    return fil.removeprefix(_ROT).rpartition("site-packages/")[2]


class Textrad(logging.Formatter):
    """For eyes: time, level, who, what; a fault's places on lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        f = som_falt(record)
        delar = [f["tid"], record.levelname, f["logger"], f["meddelande"]]
        if "anrop" in f and f["anrop"] not in f["meddelande"]:
            delar.append(f"[{f['anrop']}]")
        return "\n".join([" ".join(delar), *(f"    {rad}" for rad in f.get("spar", ()))])


class Jsonrad(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(som_falt(record), ensure_ascii=False)


def stall_in(form: Literal["text", "json"]) -> None:
    """Write the log in this form from now on. As JSON every call has a line; as text those that failed."""
    hanterare = logging.StreamHandler()
    hanterare.setFormatter(Jsonrad() if form == "json" else Textrad())
    logging.basicConfig(level=logging.WARNING, handlers=[hanterare])
    logging.getLogger("vaka").setLevel(logging.INFO)
    logging.getLogger("vaka.anrop").setLevel(logging.INFO if form == "json" else logging.WARNING)
    logging.raiseExceptions = False  # a line that can't be written would else be quoted, values and all
    threading.excepthook = _traden_stannade


def stall_in_for_kommandon() -> None:
    """A command writes its answer, and of its log only warnings: those without values too."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(Textrad())


def _traden_stannade(om: threading.ExceptHookArgs) -> None:
    if om.exc_value is not None and not isinstance(om.exc_value, SystemExit):
        logging.getLogger("vaka.trad").error("En tråd stannade", exc_info=om.exc_value, extra={"action": "thread_stopped"})
