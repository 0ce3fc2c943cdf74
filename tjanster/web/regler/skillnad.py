"""Two texts as lines that were taken away, added or kept, with a few kept lines around. No database, no request."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

OMKRING = 3


def rader(fore: str, efter: str) -> list[dict[str, Any]]:
    """{slag: 'bort' | 'ny' | 'lika' | 'hopp', fore: int | None, efter: int | None, text}; line numbers count from one."""
    gamla, nya = fore.splitlines(), efter.splitlines()
    ut: list[dict[str, Any]] = []
    for grupp in SequenceMatcher(None, gamla, nya, autojunk=False).get_grouped_opcodes(OMKRING):
        if grupp[0][1] or grupp[0][3]:
            ut.append({"slag": "hopp", "fore": None, "efter": None, "text": "…"})
        for sort, i1, i2, j1, j2 in grupp:
            if sort == "equal":
                ut += [{"slag": "lika", "fore": i + 1, "efter": j + 1, "text": gamla[i]}
                       for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]  # fmt: skip
                continue
            ut += [{"slag": "bort", "fore": i + 1, "efter": None, "text": gamla[i]} for i in range(i1, i2)]
            ut += [{"slag": "ny", "fore": None, "efter": j + 1, "text": nya[j]} for j in range(j1, j2)]
    return ut


def filer(fore: Mapping[str, str], efter: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files that differ: {fil, vad: 'ny' | 'borttagen' | 'andrad', rader}."""
    ut = []
    for fil in sorted({*fore, *efter}):
        if fore.get(fil) == efter.get(fil):
            continue
        vad = "ny" if fil not in fore else "borttagen" if fil not in efter else "andrad"
        ut.append({"fil": fil, "vad": vad, "rader": rader(fore.get(fil, ""), efter.get(fil, ""))})
    return ut
