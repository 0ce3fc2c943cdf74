
"""Questions row by row, as the command line asks them: right ones, wrong ones, broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from regler import Regelfel, Regelverk, las_in, svara, svara_rader

Las = Callable[..., Regelverk]
RATT = {"process": "synpunkt", "frist": "svar", "kommun": "hjo", "fran": "2026-03-31"}


@cache
def las_kommun(kommun: str | None) -> Regelverk:
    return las_in(kommun)


@pytest.mark.parametrize(
    ("rad", "fel", "skal"),
    [
        ({**RATT, "process": "synpunkter"}, "okand_process", "Processen 'synpunkter' har inga frister – menade du 'synpunkt'?"),
        ({**RATT, "frist": "svarr"}, "okand_frist", "Fristen 'svarr' finns inte för synpunkt – menade du 'svar'?"),
        ({**RATT, "frist": "xyz"}, "okand_frist", "Fristen 'xyz' finns inte för synpunkt; det som finns är bekraftelse och svar"),
        ({**RATT, "kommun": "hjoo"}, "okand_kommun", "config: kommunen 'hjoo' finns inte – menade du 'hjo'?"),
        ({**RATT, "fran": "2026-02-30"}, "fel_dag", "'2026-02-30' är ingen dag eller tid; skriv till exempel '2026-12-24' eller '2026-12-24T10:00'"),
        ({**RATT, "fran": "i går"}, "fel_dag", "'i går' är ingen dag eller tid; skriv till exempel '2026-12-24' eller '2026-12-24T10:00'"),
        ({**RATT, "fran": "20260331"}, "fel_dag", "'20260331' är ingen dag eller tid; skriv till exempel '2026-12-24' eller '2026-12-24T10:00'"),
        ({**RATT, "fran": "2026-W14-2"}, "fel_dag", "'2026-W14-2' är ingen dag eller tid; skriv till exempel '2026-12-24' eller '2026-12-24T10:00'"),
        ({**RATT, "fran": "1999-01-01"}, "ingen_rad", "Ingen regel för synpunkt/svar gäller den 1999-01-01: den första gäller från 2002-01-01"),
        ({**RATT, "fran": "9999-12-31"}, "utanfor_kalendern", "9999-12-31 ligger utanför kalendern, som går från 1953 till 2099"),
        ({**RATT, "framn": "x"}, "trasig_rad", "okänt ord 'framn' – menade du 'fran'?"),
        ({"process": "synpunkt", "frist": "svar"}, "trasig_rad", "fran saknas"),
        ({**RATT, "fran": 20260331}, "trasig_rad", "fran ska vara en text"),
        ({**RATT, "kommun": ["hjo"]}, "trasig_rad", "kommun ska vara en text"),
        ({**RATT, "falt": {"insats": 1}}, "trasig_rad", 'falt ska vara ett objekt med texter, till exempel {"lagrum": "lss"}'),
        ({**RATT, "falt": {"lagrum": "lss"}}, "okant_falt", "Fältet 'lagrum' väljer ingen rad i synpunkt/svar; den väljs inte av något fält"),
        ([1], "trasig_rad", 'raden ska vara ett JSON-objekt som {"process": "synpunkt", "frist": "svar", "fran": "2026-03-31"}'),
    ],
)  # fmt: skip
def test_fel_fraga_far_ett_svar_i_ord(rad: Any, fel: str, skal: str) -> None:
    svar = svara(rad, las_kommun)
    assert list(svar) == ["fel", "skal", "falt"]
    assert (svar["fel"], svar["skal"]) == (fel, [skal])


def test_okant_falt_och_varde_namnger_det_narmaste() -> None:
    beslut = {"process": "beslut", "frist": "verkstallighet", "fran": "2026-03-31"}
    svar = svara({**beslut, "falt": {"lagrumm": "lss"}}, las_kommun)
    assert svar["falt"] == {
        "falt.lagrumm": "Fältet 'lagrumm' väljer ingen rad i beslut/verkstallighet – menade du 'lagrum'?"
    }
    svar = svara({**beslut, "falt": {"lagrum": "lsss"}}, las_kommun)
    assert svar["skal"] == ["'lsss' är inget värde för lagrum – menade du 'lss'?"]


def test_alla_fel_i_raden_pa_en_gang() -> None:
    svar = svara({"proces": "synpunkt", "fran": 1}, las_kommun)
    assert svar["skal"] == [
        "okänt ord 'proces' – menade du 'process'?",
        "process saknas",
        "frist saknas",
        "fran ska vara en text",
    ]


def test_rader_in_rader_ut_i_ordning_och_varje_kommun_lases_en_gang() -> None:
    lasta = []

    def las(kommun: str | None) -> Regelverk:
        lasta.append(kommun)
        return las_in(kommun)

    rader = [
        json.dumps(RATT),
        "",
        "{trasig",
        json.dumps({**RATT, "kommun": "hjoo"}),
        json.dumps({**RATT, "kommun": "hjoo"}),
        json.dumps({**RATT, "fran": "2026-09-05"}),
    ]
    svar = [json.loads(rad) for rad in svara_rader(rader, las)]
    assert [ett.get("fel") or ett["forfaller"] for ett in svar] == [
        "2026-04-16",
        "trasig_rad",
        "trasig_rad",
        "okand_kommun",
        "okand_kommun",
        "2026-09-18",
    ]
    assert lasta == ["hjo", "hjoo"]


def test_kommun_utelamnad_eller_null_ar_de_nationella_reglerna() -> None:
    for rad in ({**RATT, "kommun": None}, {ord_: varde for ord_, varde in RATT.items() if ord_ != "kommun"}):
        svar = svara(rad, las_kommun)
        assert (svar["kommun"], svar["regel"]["niva"], svar["forfaller"]) == (None, "nationell", None)


def test_trasiga_regler_blir_ett_svar_med_alla_fel(las: Las) -> None:
    svar = svara(RATT, lambda _: las({"config/by/kommun.yaml": "x: 1\n"}))
    assert svar["fel"] == "trasiga_regler"
    assert "config/by/kommun.yaml, rad 1, kolumn 1: namn: saknas" in svar["skal"]
    with pytest.raises(Regelfel):
        las({"config/by/kommun.yaml": "x: 1\n"})


def test_rakningen_over_pask_sager_varfor() -> None:
    rader = svara(RATT, las_kommun)["rakning"]
    assert rader[0] == {
        "dag": "2026-03-31",
        "raknas": False,
        "nummer": None,
        "varfor": "startdagen räknas inte; nästa arbetsdag är dag 1",
    }
    assert rader[3] == {"dag": "2026-04-03", "raknas": False, "nummer": None, "varfor": "långfredagen är helgdag"}
    assert rader[-1] == {"dag": "2026-04-16", "raknas": True, "nummer": 10, "varfor": "arbetsdag 10, sista dagen"}


@pytest.mark.parametrize(
    ("process", "frist", "fran", "sist"),
    [
        ("orosanmalan", "forhandsbedomning", "2026-12-11", ["dag 14, men juldagen är helgdag: flyttas till nästa vardag (2 § lagen 1930:173)", "annandag jul är helgdag", "söndag", "första vardagen därefter: sista dagen"]),
        ("beslut", "verkstallighet", "2026-11-30", ["dag 90: 3 månader; den 30 finns inte i månaden, så månadens sista dag gäller (1 § lagen 1930:173), sista dagen (söndag, men regeln flyttar inte)"]),
        ("overklagande", "inkommet", "2026-03-02", ["dag 21: 3 veckor, samma veckodag som startdagen, sista dagen"]),
        ("utredning", "barn", "2026-03-02", ["dag 122: 4 månader, samma datum som startdagen, sista dagen"]),
        ("lex_sarah", "utredning", "2026-03-02", ["”genast” sätter ingen sista dag; påminnelser räknas från den här dagen"]),
        ("personuppgiftsincident", "anmalan_imy", "2026-12-24T10:30", ["klockan 10.30–24.00: 13 timmar och 30 minuter", "klockan 00.00–24.00: 24 timmar", "klockan 00.00–24.00: 24 timmar", "klockan 00.00–10.30: 10 timmar och 30 minuter"]),
        ("cyberincident", "varning", "2026-10-24T23:59", ["klockan 23.59–24.00: 1 minut", "klockan 00.00–22.59: 23 timmar och 59 minuter"]),
    ],
)  # fmt: skip
def test_slutet_av_rakningen_i_ord(process: str, frist: str, fran: str, sist: list[str]) -> None:
    rader = svara({"process": process, "frist": frist, "fran": fran}, las_kommun)["rakning"]
    assert [rad["varfor"] for rad in rader[-len(sist) :]] == sist
