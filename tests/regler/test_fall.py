"""Cases in `fall/*.yaml`, written so that a quality manager can add one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from regler import Regelverk, las_in, svara
from regler.motor.yamltrad import las_trad

FALL = [
    pytest.param(fall, id=f"{fil.stem}: {fall['namn']}")
    for fil in sorted((Path(__file__).parent / "fall").glob("*.yaml"))
    for fall in las_trad(fil.name, fil.read_text("utf-8")).data
]
FRAGA = ("process", "frist", "kommun", "fran", "falt")


@cache
def las(kommun: str | None) -> Regelverk:
    return las_in(kommun)


@pytest.mark.parametrize("fall", FALL)
def test_fallet_blir_som_det_ar_skrivet(fall: dict[str, Any]) -> None:
    svar = svara({ord_: fall[ord_] for ord_ in FRAGA if ord_ in fall}, las)
    if "fel" in fall:
        assert svar["fel"] == fall["fel"], svar
        return
    assert "fel" not in svar, svar
    assert svar["forfaller"] == fall["forfaller"]
    assert svar["fran"] == fall["fran"]
    for ord_ in ("tid", "lagrum", "niva"):
        if ord_ in fall:
            assert svar["regel"][ord_] == fall[ord_]
    if "raknade" in fall:
        assert sum(rad["raknas"] for rad in svar["rakning"]) == int(fall["raknade"])
    assert svar.get("lag", {}).get("forfaller") == fall.get("lag")


def test_svaret_har_de_utlovade_orden_och_inga_andra() -> None:
    svar = svara({"process": "synpunkt", "frist": "svar", "kommun": "hjo", "fran": "2026-03-31"}, las)
    assert list(svar) == ["process", "frist", "kommun", "fran", "forfaller", "regel", "rakning"]
    assert list(svar["regel"]) == ["fran", "tid", "lagrum", "kalla", "kontrollerad", "niva"]
    assert [list(rad) for rad in svar["rakning"]] == [["dag", "raknas", "nummer", "varfor"]] * 17
