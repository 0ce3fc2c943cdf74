"""The wheel of the year, and the year to which the calendar is filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from regler import Regelfel, Regelverk

Las = Callable[..., Regelverk]
VAG = "config/by/regler/kalender/egen.yaml"
EGEN = """
ifylld_till: 2027
lediga_dagar:
  - {dag: 2026-05-15, varfor: klämdag, kalla: Prov}
arshjul:
  egenkontroll: {rubrik: Egenkontroll, nar: [10-01, 04-01], roll: enhetschef, antal: 10, kalla: Prov, kontrollerad: 2026-11-22}
"""


def test_hjulet_star_i_dagarnas_ordning_med_nationens_och_kommunens(las: Las) -> None:
    regler = las({VAG: EGEN})
    assert [(ett.dag, ett.namn, ett.antal, ett.niva) for ett in regler.arshjul(2027)] == [
        (date(2027, 3, 1), "berattelse", None, "nationell"),
        (date(2027, 4, 1), "egenkontroll", 10, "lokal"),
        (date(2027, 10, 1), "egenkontroll", 10, "lokal"),
    ]
    assert regler.arshjul(2027)[0].som_dict() == {
        "dag": "2027-03-01", "namn": "berattelse", "rubrik": "Kvalitetsberättelsen", "roll": "kvalitetsledare",
        "antal": None, "lagrum": "9 §", "kalla": "Prov", "kontrollerad": "2026-11-22", "niva": "nationell",
    }  # fmt: skip
    assert regler.arshjul(2027)[1].rad == 6


def test_kommunens_syssla_byter_nationens_av_samma_namn(las: Las) -> None:
    regler = las({VAG: EGEN.replace("egenkontroll:", "berattelse:")})
    assert {(ett.namn, ett.niva) for ett in regler.arshjul(2027)} == {("berattelse", "lokal")}


def test_samma_syssla_i_tva_filer_vagras(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({VAG: EGEN, VAG.replace("egen", "egna"): EGEN.replace("2026-05-15", "2026-05-16")})
    assert [str(ett) for ett in fel.value.fel] == [
        f"config/by/regler/kalender/egna.yaml, rad 6, kolumn 3: arshjul › egenkontroll: finns redan i {VAG}: ta bort den ena"
    ]


def test_kalendern_sager_hur_langt_den_ar_ifylld(las: Las) -> None:
    assert las({VAG: EGEN}).ifylld_till == 2027
    assert las().ifylld_till is None
    assert not las({VAG: EGEN}).kalender.arbetsdag(date(2026, 5, 15))
