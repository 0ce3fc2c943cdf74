"""systemd's unit files, read as systemd reads them."""

import shlex
from collections import defaultdict
from pathlib import Path

from tjanster.settings import ROT

MAPP = ROT / "deploy" / "systemd"
VAKA = "/opt/vaka/.venv/bin/vaka"


def las(fil: Path) -> dict[str, dict[str, list[str]]]:
    """Section → key → values. An empty value forgets those before it."""
    ut: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    del_ = ""
    for rad in fil.read_text("utf-8").splitlines():
        if rad.startswith("["):
            del_ = rad.strip("[]")
        elif rad and not rad.startswith(("#", ";")):
            namn, _, varde = rad.partition("=")
            ut[del_][namn].append(varde)
    return ut


def miljon(fil: Path, byten: dict[str, str]) -> dict[str, str]:
    """The environment that a unit gives, with systemd's specifiers as in `byten`."""
    ut = {}
    for rad in las(fil)["Service"]["Environment"]:
        for ett in shlex.split(rad):
            namn, _, varde = ett.partition("=")
            for fran, till in byten.items():
                varde = varde.replace(fran, till)
            ut[namn] = varde
    # What the file says goes first.
    return ut | dict(rad.split("=", 1) for rad in (MAPP / "vaka.env").read_text("utf-8").splitlines() if rad and not rad.startswith("#"))


def kommandot(fil: Path) -> list[str]:
    """The words after `vaka`."""
    (rad,) = las(fil)["Service"]["ExecStart"]
    program, *ord_ = shlex.split(rad)
    assert program == VAKA
    return ord_
