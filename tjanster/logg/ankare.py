"""Days put down outside the database, where whoever holds the database can't reach them: a file that only grows, and
beside it the newest seal of the chain."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from tjanster.app import Vaka
from tjanster.db import t
from tjanster.settings import Settings, olasbar


class Ankarfel(Exception):
    """The file of anchors can't be read or written."""


class Ankare(NamedTuple):
    """A closed day as it was put down; `rad` is the line of the file."""

    rad: int
    dag: date
    antal: int
    sista_nr: int
    hash: str


def ankarfil(settings: Settings) -> Path:
    """VAKA_LOGGANKARE, else `logg/ankare.jsonl` in the data folder."""
    return settings.loggankare or settings.datamapp / "logg" / "ankare.jsonl"


def huvudfil(fil: Path) -> Path:
    """Where the newest seal stands."""
    return fil.with_name(f"{fil.name}.huvud")


def skriv(vaka: Vaka) -> int:
    """Add the closed days that the file lacks, on disk before it returns, and the newest seal; returns how many days. Each
    node keeps its own file. Raises Ankarfel when it can't be written."""
    fil = ankarfil(vaka.settings)
    try:
        fil.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _last(fil) as f:
            sista = _sista_dagen(f)
            d, k = t.loggdag.c, t.loggkedja.c
            sats = select(d.dag, d.antal, d.sista_nr, d.mac, d.stangd).order_by(d.dag)
            with vaka.systemet() as conn:
                dagar = conn.execute(sats.where(d.dag > sista) if sista else sats).all()
                huvud = conn.execute(select(k.nr, k.mac).order_by(k.nr.desc()).limit(1)).one_or_none()
            for rad in dagar:
                f.write(_rad(rad))
            if dagar:
                f.flush()
                os.fsync(f.fileno())
            if huvud is not None:
                _byt(huvudfil(fil), json.dumps({"nr": huvud.nr, "hash": huvud.mac.hex()}) + "\n")
    except OSError as fel:
        raise Ankarfel(f"Loggens ankarfil {fil} går inte att skriva{olasbar(fel)}. Se VAKA_LOGGANKARE.") from None
    return len(dagar)


def _rad(rad: Any) -> str:
    post = {
        "dag": rad.dag.isoformat(), "antal": rad.antal, "sista_nr": rad.sista_nr, "hash": rad.mac.hex(),
        "stangd": rad.stangd.isoformat(timespec="seconds"),
    }  # fmt: skip
    return json.dumps(post) + "\n"


@contextmanager
def _last(fil: Path) -> Iterator[Any]:
    with open(os.open(fil, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield f


def _sista_dagen(f: Any) -> date | None:
    """The day of the last whole line; a line cut short by a kill is ended, so that the next one stands by itself."""
    f.seek(0, os.SEEK_END)
    slut = f.tell()
    f.seek(max(0, slut - 4096))
    svans = f.read()
    if svans and not svans.endswith("\n"):
        f.write("\n")
    for rad in reversed(svans.split("\n")):
        try:
            return date.fromisoformat(json.loads(rad)["dag"])
        except (ValueError, KeyError, TypeError):
            continue
    return None


def _byt(fil: Path, text: str) -> None:
    ny = fil.with_name(f"{fil.name}.{os.getpid()}")
    with open(os.open(ny, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    os.replace(ny, fil)


def las(fil: Path) -> tuple[list[Ankare], list[int]]:
    """The anchors of a file, and the numbers of the lines that aren't any. Raises Ankarfel when it can't be read."""
    try:
        rader = fil.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise Ankarfel(f"Ankarfilen {fil} är inte UTF-8: den är skadad, eller är en annan fil.") from None
    except OSError as fel:
        raise Ankarfel(f"Ankarfilen {fil} går inte att läsa{olasbar(fel)}.") from None
    bra, trasiga = [], []
    for nr, rad in enumerate(rader, 1):
        if not rad.strip():
            continue
        try:
            post = json.loads(rad)
            bra.append(Ankare(nr, date.fromisoformat(post["dag"]), int(post["antal"]), int(post["sista_nr"]), str(post["hash"])))
        except (ValueError, KeyError, TypeError):
            trasiga.append(nr)
    return bra, trasiga


def kapa(settings: Settings, sista: date | None, tillagg: str) -> Path | None:
    """The database was set back: let this node's file end with the day `sista`, the last closed one there. What it held is kept
    beside it under a name that ends in `tillagg`, as the only trace of what was lost; returns that file, None when there was no
    need. Raises Ankarfel."""
    fil = ankarfil(settings)
    if not fil.exists():
        return None
    undan = fil.with_name(f"{fil.name}.{tillagg}")
    try:
        with _last(fil) as f:
            rader = f.read() if not f.seek(0) else ""
            behalls = [rad for rad in rader.splitlines(keepends=True) if sista is not None and _dagen(rad) <= sista]
            _byt(undan, rader)
            if (huvud := huvudfil(fil)).exists():
                huvud.replace(huvudfil(undan))
            f.truncate(0)
            f.write("".join(behalls))
            f.flush()
            os.fsync(f.fileno())
    except OSError as fel:
        raise Ankarfel(f"Loggens ankarfil {fil} går inte att skriva{olasbar(fel)}. Se VAKA_LOGGANKARE.") from None
    return undan


def _dagen(rad: str) -> date:
    """The day of a line; of one that can't be read, the last there is: it is set aside with the rest."""
    try:
        return date.fromisoformat(json.loads(rad)["dag"])
    except (ValueError, KeyError, TypeError):
        return date.max


def las_huvud(fil: Path) -> tuple[int, str] | None:
    """(number, hash) of the newest seal beside the file; None when there is none to read."""
    try:
        post = json.loads(huvudfil(fil).read_text(encoding="utf-8"))
        return int(post["nr"]), str(post["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
