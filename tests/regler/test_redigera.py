"""A dated row is added to a rule file, and nothing else in it moves."""

from pathlib import Path

import pytest

from regler.motor.redigera import Redigeringsfel, lagg_till_rad
from regler.motor.yamltrad import las_trad

ROT = Path(__file__).parents[2]
RAD = {"fran": "2099-01-01", "tid": "5 arbetsdagar", "kalla": "Nämnden 2098-12-10, § 112", "kontrollerad": "2098-12-15"}
FILER = sorted([*ROT.glob("regler/frister/*.yaml"), *ROT.glob("config/*/regler/frister/*.yaml")])
SVAR = """# Egna tider.
svar:
  galler:
    - fran: 2022-01-01
      tid: 10 arbetsdagar   # två veckor
      kalla: Riktlinje
      kontrollerad: 2026-11-22
  # Bara en gång.
  forlangning:
    far: [enhetschef]
"""


@pytest.mark.parametrize("fil", FILER, ids=lambda f: f"{f.parent.parent.parent.name}-{f.stem}")
def test_varje_regelfil_far_en_rad_och_behaller_allt_annat(fil: Path) -> None:
    text = fil.read_text("utf-8")
    fore = las_trad(fil.name, text)
    assert isinstance(fore.data, dict)
    for namn, post in fore.data.items():
        efter = lagg_till_rad(text, namn, RAD)
        nya = las_trad(fil.name, efter).data
        assert nya[namn]["galler"] == [*post.get("galler", []), RAD]
        assert {k: v for k, v in nya.items() if k != namn} == {k: v for k, v in fore.data.items() if k != namn}
        kvar = iter(efter.splitlines())
        assert all(rad in kvar for rad in text.splitlines())


def test_raden_star_fore_kommentaren_om_det_som_kommer_efter() -> None:
    efter = lagg_till_rad(SVAR, "svar", RAD)
    assert efter.index("2099-01-01") < efter.index("# Bara en gång.")
    assert "tid: 10 arbetsdagar   # två veckor\n" in efter


def test_radens_ord_star_i_den_ordning_som_filerna_har() -> None:
    rad = {"anmarkning": "Påhittad", "kontrollerad": None, "nar": {"insats": "boendestod"}, "mal": "ja", **RAD, "till": "2099-12-31"}
    assert lagg_till_rad("", "svar", rad) == (
        "svar:\n  galler:\n    - fran: 2099-01-01\n      till: 2099-12-31\n      nar: {insats: boendestod}\n      tid: 5 arbetsdagar\n"
        "      mal: ja\n      kalla: Nämnden 2098-12-10, § 112\n      kontrollerad: 2098-12-15\n      anmarkning: Påhittad\n"
    )


def test_ett_varde_som_yaml_skulle_lasa_som_nagot_annat_far_citattecken() -> None:
    efter = lagg_till_rad("", "svar", RAD | {"kalla": 'Beslut: "ja" # inte nej', "anmarkning": "null"})
    rad = las_trad("", efter).data["svar"]["galler"][0]
    assert (rad["kalla"], rad["anmarkning"]) == ('Beslut: "ja" # inte nej', "null")


def test_en_rad_som_ingen_har_kontrollerat_skrivs_med_null() -> None:
    assert "      kontrollerad: null\n" in lagg_till_rad("", "svar", RAD | {"kontrollerad": None})


@pytest.mark.parametrize("text", ["", "# Egna tider.\n", "bekraftelse:\n  galler:\n    - {fran: 2022-01-01, tid: genast, kalla: x}"])
def test_en_post_som_inte_finns_laggs_sist(text: str) -> None:
    efter = lagg_till_rad(text, "svar", RAD)
    assert efter.startswith(text.rstrip("\n"))
    assert las_trad("", efter).data["svar"] == {"galler": [RAD]}


def test_en_post_utan_rader_far_sin_forsta() -> None:
    efter = lagg_till_rad("svar:\n  rubrik: Svar\n  raknas_fran: inkom\n\nannat:\n  rubrik: Annat\n", "svar", RAD)
    assert las_trad("", efter).data["svar"]["galler"] == [RAD]


@pytest.mark.parametrize(
    ("text", "mening"),
    [
        ("svar: [", "Filen går inte att läsa. Rätta felen i den först, och lägg sedan till raden."),
        ("- svar", "Filen går inte att läsa. Rätta felen i den först, och lägg sedan till raden."),
        ("svar: {rubrik: Svar}", "'svar' står på en enda rad i filen. Skriv den på flera rader, eller ändra texten för hand."),
        ("svar:\n  galler: [{fran: 2022-01-01}]", "Raderna i 'svar' står inte under varandra med bindestreck. Ändra texten för hand."),
        ("svar:\n  galler:\n", "Raderna i 'svar' står inte under varandra med bindestreck. Ändra texten för hand."),
    ],
)  # fmt: skip
def test_en_rad_som_inte_kan_laggas_till_vagras_med_skal(text: str, mening: str) -> None:
    with pytest.raises(Redigeringsfel) as fel:
        lagg_till_rad(text, "svar", RAD)
    assert str(fel.value) == mening
