"""A report as a file: JSON for machines, CSV and Excel for people. No cell can run as a formula."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from arbetsfloden import narmast
from tjanster.kalkylblad import ofarlig, som_csv
from tjanster.rapporter.rapport import Rapport

MIME = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Formatfel(ValueError):
    """No such format. Says which there are."""


def skriv(rapport: Rapport, format_: str) -> bytes:
    """The report as a file of the format; see MIME for what it is. Raises Formatfel."""
    if format_ not in _FORMAT:
        raise Formatfel(f"Formatet '{format_}' finns inte{narmast(format_, _FORMAT)}. Välj {', '.join(_FORMAT)}.")
    return _FORMAT[format_](rapport)


def filnamn(rapport: Rapport, format_: str) -> str:
    """What the file is called: report, municipality and period."""
    return re.sub(r"[^\w.-]+", "-", f"{rapport.namn}-{rapport.kommun.kod}-{rapport.period.kod}") + f".{format_}"


def _json(rapport: Rapport) -> bytes:
    return (json.dumps(rapport.som_dict(), ensure_ascii=False, indent=1, default=_enkel) + "\n").encode()


def _enkel(varde: Any) -> Any:
    if isinstance(varde, date):  # a datetime is a date too
        return varde.isoformat()
    raise TypeError(f"{type(varde).__name__} kan inte skrivas som JSON")


def _huvud(rapport: Rapport) -> list[list[Any]]:
    return [
        [f"{rapport.rubrik}, {rapport.kommun.namn}"],
        [f"{rapport.period.rubrik}, räknad per {rapport.raknad}"],
        *([rad] for rad in (rapport.ingress, *rapport.anm) if rad),
    ]


def _csv(rapport: Rapport) -> bytes:
    rader: list[list[Any]] = _huvud(rapport)
    for tabell in rapport.tabeller:
        rader += [[], [tabell.rubrik], [k.rubrik for k in tabell.kolumner], *map(list, tabell.alla_rader)]
        rader += [[tabell.anm]] if tabell.anm else []
    return som_csv(rader)


def _xlsx(rapport: Rapport) -> bytes:
    import xlsxwriter

    ut = io.BytesIO()
    bok = xlsxwriter.Workbook(
        ut, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    # The same report gives the same file, whenever it is printed.
    bok.set_properties({"title": rapport.rubrik, "created": datetime(rapport.raknad.year, 1, 1)})
    fet, dag = bok.add_format({"bold": True}), bok.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    namn: set[str] = set()
    for tabell in rapport.tabeller:
        blad = bok.add_worksheet(_bladnamn(tabell.rubrik, namn))
        for i, huvudrad in enumerate(_huvud(rapport)):
            blad.write(i, 0, ofarlig(huvudrad[0]), fet if i == 0 else None)
        start = len(_huvud(rapport)) + 1
        blad.write(start, 0, tabell.rubrik, fet)
        blad.write_row(start + 1, 0, [k.rubrik for k in tabell.kolumner], fet)
        blad.freeze_panes(start + 2, 1)
        for i, rad in enumerate(tabell.alla_rader):
            for j, varde in enumerate(rad):
                if isinstance(varde, date) and not isinstance(varde, datetime):
                    blad.write_datetime(start + 2 + i, j, varde, dag)
                else:
                    blad.write(start + 2 + i, j, ofarlig(varde), fet if i == len(tabell.rader) else None)
        if tabell.anm:
            blad.write(start + 3 + len(tabell.alla_rader), 0, tabell.anm)
        for j, kolumn in enumerate(tabell.kolumner):
            blad.set_column(j, j, min(60, max([len(kolumn.rubrik), *(len(str(r[j])) for r in tabell.alla_rader[:200])]) + 2))
    bok.close()
    return ut.getvalue()


def _bladnamn(rubrik: str, tagna: set[str]) -> str:
    """A sheet's name: at most 31 characters, without those that Excel refuses, and once only."""
    grund = re.sub(r"[\[\]:*?/\\']", " ", rubrik).strip()[:28] or "Tabell"
    namn, n = grund, 1
    while namn.lower() in tagna:
        n += 1
        namn = f"{grund} {n}"
    tagna.add(namn.lower())
    return namn


_FORMAT: dict[str, Callable[[Rapport], bytes]] = {"json": _json, "csv": _csv, "xlsx": _xlsx}
FORMAT = tuple(_FORMAT)
