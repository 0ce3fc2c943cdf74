"""The order of delegation: who may take a step, from when to when, for which units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from regler import Regelfel, Regelverk

Las = Callable[..., Regelverk]
VAG = "config/by/regler/delegation/ordning.yaml"
ORDNING = """
avslag:
  rubrik: Avslå
  process: prov
  steg: [avsla]
  galler:
    - {fran: 2022-01-01, till: 2026-12-31, far: [kvalitetsledare], enheter: [norr], punkt: "4.12", kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2027-01-01, far: [enhetschef], enheter: [norr], kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2024-01-01, far: [avdelningschef], enheter: [alla], kalla: Prov, kontrollerad: 2026-11-22}
"""


def far(regler: Regelverk, steg: str, dag: date, enhet: str | None) -> list[str] | None:
    rader = regler.delegation("prov", steg, dag, enhet)
    return None if rader is None else [roll for rad in rader for roll in rad.far]


def test_dagen_och_enheten_valjer_raderna(las: Las) -> None:
    regler = las({VAG: ORDNING})
    assert far(regler, "avsla", date(2023, 12, 31), "norr") == ["kvalitetsledare"]
    assert far(regler, "avsla", date(2026, 12, 31), "norr") == ["kvalitetsledare", "avdelningschef"]
    assert far(regler, "avsla", date(2027, 1, 1), "norr") == ["enhetschef", "avdelningschef"]
    assert regler.delegation("prov", "avsla", date(2026, 1, 1), "norr")[0].punkt == "4.12"  # type: ignore[index]


def test_en_enhet_omfattar_dem_under_den(las: Las) -> None:
    assert far(las({VAG: ORDNING}), "avsla", date(2026, 1, 1), "soder") == ["avdelningschef"]


def test_tomt_ar_ingen_men_utan_ordning_galler_processens_egna_roller(las: Las) -> None:
    regler = las({VAG: ORDNING})
    assert far(regler, "avsla", date(2023, 1, 1), "soder") == []
    assert far(regler, "avsla", date(2026, 1, 1), None) == []
    assert far(regler, "annat", date(2026, 1, 1), "norr") is None


def test_kommunens_punkt_byter_den_nationella_av_samma_namn(las: Las) -> None:
    assert far(las(), "besluta", date(2026, 1, 1), None) == ["enhetschef"]
    egen = ORDNING.replace("avslag:", "besluta:").replace("[avsla]", "[besluta]")
    assert far(las({VAG: egen}), "besluta", date(2026, 1, 1), "soder") == ["avdelningschef"]


def test_samma_punkt_i_tva_filer_vagras(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({VAG: ORDNING, VAG.replace("ordning", "till"): ORDNING})
    assert [str(ett) for ett in fel.value.fel] == [
        f"config/by/regler/delegation/till.yaml, rad 2, kolumn 1: avslag: finns redan i {VAG}: ta bort den ena"
    ]


def test_enheten_provas_inte_mot_en_trasig_organisation(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({VAG: ORDNING, "config/by/organisation.yaml": "kod: alla\n"})
    assert {ett.fil for ett in fel.value.fel} == {"config/by/organisation.yaml"}


def test_namnen_som_ordningen_anvander(las: Las) -> None:
    egna = [(ett.slag, ett.process, ett.namn, ett.rad) for ett in las({VAG: ORDNING}).namn_i_bruk() if ett.fil == VAG]
    assert egna == [("process", "prov", "prov", 4), ("steg", "prov", "avsla", 5)]
