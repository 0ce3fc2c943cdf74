"""The examples in `tests/fall`, one test each, and that they reach every rule of the nation."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from regler import Regelverk, las_in, svara
from regler.motor.exempel import Exempel, las_exempel, prova_exempel

MAPP = Path(__file__).parent.parent / "fall"
EXEMPEL = las_exempel({str(fil.relative_to(MAPP)): fil.read_text("utf-8") for fil in sorted(MAPP.rglob("*.yaml"))})


@cache
def las(kommun: str | None) -> Regelverk:
    return las_in(kommun)


NATION = las(None)
FRISTER = [f"{process}/{frist}" for process in NATION.processer for frist in NATION.frister(process)]


@pytest.mark.parametrize("exempel", EXEMPEL, ids=lambda ett: f"{ett.fil}: {ett.modell.namn}")
def test_exemplet_blir_som_det_ar_skrivet(exempel: Exempel) -> None:
    assert prova_exempel([exempel], las) == []


def provat(*ord_: str) -> set[str]:
    """What examples with these words name: 'process/frist', 'omrade/namn'."""
    fragor = [[getattr(ett.modell, ett_ord, None) for ett_ord in ord_] for ett in EXEMPEL]
    return {"/".join(fraga) for fraga in fragor if all(isinstance(ett, str) for ett in fraga)}


@pytest.mark.parametrize("nyckel", FRISTER)
def test_varje_frist_har_ett_exempel(nyckel: str) -> None:
    assert nyckel in provat("process", "frist")


@pytest.mark.parametrize("nyckel", sorted(NATION.skyldigheter))
def test_varje_skyldighet_har_ett_exempel(nyckel: str) -> None:
    assert nyckel in provat("skyldighet")


@pytest.mark.parametrize("nyckel", [regel.nyckel for regler in NATION.alla_gallring.values() for regel in regler])
def test_varje_gallringsregel_har_ett_exempel(nyckel: str) -> None:
    assert nyckel in provat("gallring")


@pytest.mark.parametrize("nyckel", sorted(NATION.tabeller))
def test_varje_utfall_i_varje_tabell_har_ett_exempel(nyckel: str) -> None:
    blev = {ett.modell.blir for ett in EXEMPEL if getattr(ett.modell, "tabell", None) == nyckel}
    assert set(NATION.tabell(nyckel).utfall) <= blev
    assert "okänt" in blev


def test_exemplen_ar_minst_hundratjugo_och_varje_kommun_har_sina() -> None:
    antal = Counter(ett.modell.kommun for ett in EXEMPEL)
    assert antal.total() >= 120
    assert antal[None] >= 90
    for kommun in ("hjo", "alingsas", "goteborg-centrum", "ostersund", "huddinge"):
        assert antal[kommun] >= 5, kommun


def test_svaret_har_de_utlovade_orden_och_inga_andra() -> None:
    svar = svara({"process": "synpunkt", "frist": "svar", "kommun": "hjo", "fran": "2026-03-31"}, las)
    assert list(svar) == ["process", "frist", "kommun", "fran", "forfaller", "regel", "rakning"]
    assert list(svar["regel"]) == ["fran", "tid", "lagrum", "kalla", "kontrollerad", "niva"]
    assert [list(rad) for rad in svar["rakning"]] == [["dag", "raknas", "nummer", "varfor"]] * 17
