"""The effect of a rule set as a picture: an SVG of bars, a bar for each process and unit. No database, no request."""

from collections.abc import Iterable, Mapping
from typing import Any

from tjanster.web import diagram
from tjanster.web.diagram import RADBRYTER

HOGST_STAPLAR = 20
SORTER = (("tidigare", "Tidigare dag"), ("senare", "Senare dag"), ("tillkommer", "Får en dag"), ("faller_bort", "Ingen dag längre"))


def staplar(per: Iterable[Mapping[str, Any]], processnamn: Mapping[str, str], enhetsnamn: Mapping[str, str]) -> list[dict[str, Any]]:
    """The bars, the longest first, at the most HOGST_STAPLAR; the rest are put together in one."""
    rader = []
    for p in per:
        antal = {sort: p[sort] for sort, _ in SORTER}
        if summa := sum(antal.values()):
            namn = f"{processnamn.get(p['process'], p['process'])}{RADBRYTER}{enhetsnamn.get(p['enhet'], p['enhet'])}"
            rader.append({"namn": namn, "summa": summa, "sena": p["blir_sena"], **antal})
    rader.sort(key=lambda r: (-r["summa"], r["namn"]))
    if len(rader) > HOGST_STAPLAR:
        rest = rader[HOGST_STAPLAR - 1 :]
        summor = {k: sum(r[k] for r in rest) for k in ("summa", "sena", *(sort for sort, _ in SORTER))}
        rader[HOGST_STAPLAR - 1 :] = [{"namn": f"Övriga ({len(rest)})", **summor}]
    return rader


def beskriv(rader: list[dict[str, Any]]) -> str:
    """The picture in a sentence, for one who doesn't see it. The table beside has it all."""
    if not rader:
        return "Inga frister flyttas."
    mest = rader[0]
    return (
        f"Stapeldiagram över frister som ändras, en stapel för varje process och enhet. Flest har {mest['namn'].replace(RADBRYTER, ', ')}: {mest['summa']}. "
        "Samma tal står i tabellen."
    )


def rita(rader: list[dict[str, Any]], *, mork: bool = False, smal: bool = False) -> bytes:
    """The bars as SVG: mork for a dark page, smal for a phone."""

    def slut(r: dict[str, Any]) -> str:
        return f"{r['summa']}" + (f", {r['sena']} blir sena" if r["sena"] else "")

    staplarna = tuple((r["namn"], slut(r), tuple(r[sort] for sort, _ in SORTER)) for r in rader)
    return diagram.liggande(staplarna, tuple(ord_ for _, ord_ in SORTER), "Frister", mork=mork, smal=smal)
