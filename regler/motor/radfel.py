"""What can be wrong with the rows of a limit that their shape doesn't show.

Read from the text as written, so that it is found also in a row that has other faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regler.motor.daterat import fristnyckel, granska_daterat
from regler.motor.fel import narmast
from regler.motor.modeller import FALTETS_LISTA
from regler.motor.tid import EU_TID, Tid, tolka_tid
from regler.motor.yamltrad import Plats, Trad


def granska_rader(trad: Trad, namn: str, galler: Any, nationell: bool) -> None:
    """Note the faults of every row of the limit `namn`."""
    granska_daterat(trad, (namn, "galler"), fristnyckel, nationell=nationell)
    for i, rad in enumerate(galler if isinstance(galler, list) else ()):
        if isinstance(rad, dict):
            _hur_den_raknas(trad, (namn, "galler", i), rad)
            if nationell:
                _nationell(trad, (namn, "galler", i), rad)


def _nationell(trad: Trad, plats: Plats, rad: Mapping[str, Any]) -> None:
    if "mal" in rad:
        trad.anmark((*plats, "mal"), "mål är kommunens egna och skrivs i config/<kommun>/regler", nyckel=True)
    if rad.get("tid") == "som nationellt":
        trad.anmark((*plats, "tid"), "'som nationellt' hör hemma i kommunens egna regler")


def _hur_den_raknas(trad: Trad, plats: Plats, rad: Mapping[str, Any]) -> None:
    tid = _tid(rad.get("tid"))
    if tid is None:
        return
    if tid.i_kalendern and rad.get("rullas") is None:
        trad.anmark(
            (*plats, "rullas"),
            "saknas: skriv ja om något ska göras senast den dagen (då gäller nästa vardag), nej om en tid har löpt",
        )
    if not tid.i_kalendern and "rullas" in rad:
        trad.anmark((*plats, "rullas"), f"har ingen mening för '{tid}': ta bort ordet", nyckel=True)
    lag = rad.get("raknas_enligt")
    if lag is not None and not (tid.i_kalendern or (tid.enhet == "timmar" and lag == EU_TID)):
        trad.anmark((*plats, "raknas_enligt"), f"'{lag}' räknar inte '{tid}': ta bort ordet", nyckel=True)


def _tid(text: Any) -> Tid | None:
    try:
        return tolka_tid(text) if isinstance(text, str) else None
    except ValueError:
        return None  # a fault of the shape, told there


def kontrollera_nar(
    trad: Trad,
    namn: str,
    galler: Any,
    val: Mapping[str, Mapping[str, str]],
    listor: Mapping[str, Mapping[str, str]] | None,
) -> None:
    """Each `nar` names a field that may pick a row and a code that exists. `listor` None = a national file."""
    if not isinstance(galler, list):
        return
    for i, rad in enumerate(galler):
        nar = rad.get("nar") if isinstance(rad, dict) else None
        if not isinstance(nar, dict):
            continue
        for falt, varde in nar.items():
            plats = (namn, "galler", i, "nar", falt)
            koder = val.get(falt)
            if koder is None and listor is not None and falt in FALTETS_LISTA:
                koder = listor.get(FALTETS_LISTA[falt])
                if koder is None:
                    continue  # the missing list is a fault of its own
            if koder is None:
                kanda = (*val, *(FALTETS_LISTA if listor is not None else ()))
                mening = f"fältet '{falt}' kan inte välja en rad här{narmast(falt, kanda)}"
                trad.anmark(plats, mening, nyckel=True)
            elif isinstance(varde, str) and varde not in koder:
                trad.anmark(plats, f"'{varde}' är inget värde för {falt}{narmast(varde, koder)}")
