"""One broken file per message: each in `tests/trasiga/regler` says where it lies and what is to be said about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regler import OkandKommun, Regelfel, Regelverk, las_in, las_in_texter
from regler.motor.yamltrad import las_trad

TRASIGA = sorted((Path(__file__).parents[1] / "trasiga" / "regler").glob("*.yaml"))
Las = Callable[..., Regelverk]


@pytest.mark.parametrize("fil", TRASIGA, ids=lambda fil: fil.stem)
def test_trasig_fil_sager_vad_som_ar_fel_var_och_vad_som_ar_ratt(fil: Path, las: Las) -> None:
    text = fil.read_text("utf-8")
    vag = text.split("\n", 1)[0].removeprefix("# läggs som ")
    ska_saga = [rad.removeprefix("# ska säga ") for rad in text.splitlines() if rad.startswith("# ska säga ")]
    assert ska_saga
    with pytest.raises(Regelfel) as fel:
        las({vag: text})
    assert [str(ett) for ett in fel.value.fel] == ska_saga


def test_hela_uppsattningen_ar_hel(las: Las) -> None:
    assert las().kommun.namn == "Byn"
    assert las(None, None).kommun.kod is None


def test_alla_fel_i_alla_filer_pa_en_gang(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({"regler/frister/prov.yaml": "svar:\n\tx", "config/by/kommun.yaml": "namn: A\n"})
    assert [ett.fil for ett in fel.value.fel] == ["config/by/kommun.yaml", "regler/frister/prov.yaml"]


def test_saknad_kommunfil_sags() -> None:
    with pytest.raises(Regelfel) as fel:
        las_in_texter({"config/by/kommun.yaml": "namn: Byn\nkvalitetsar: {borjar: 01-01}\n"}, "by")
    assert [str(ett) for ett in fel.value.fel] == [
        "config/by/listor.yaml: filen saknas; varje kommun har kommun.yaml, organisation.yaml och listor.yaml",
        "config/by/organisation.yaml: filen saknas; varje kommun har kommun.yaml, organisation.yaml och listor.yaml",
    ]


def test_okand_kommun_namnger_den_narmaste() -> None:
    with pytest.raises(OkandKommun, match=r"kommunen 'ostersnd' finns inte – menade du 'ostersund'\?") as fel:
        las_in("ostersnd")
    assert fel.value.kod == "okand_kommun"
    with pytest.raises(OkandKommun, match="det som finns är alingsas, exempelkommun, goteborg-centrum, hjo"):
        las_in("zzz")


def test_mapp_utan_regler_sags(tmp_path: Path) -> None:
    with pytest.raises(Regelfel, match="regler har inga regelfiler"):
        las_in(None, rot=tmp_path)


def test_kommun_utanfor_config_namns_som_den_gavs(tmp_path: Path) -> None:
    (tmp_path / "kommun.yaml").write_text("namn: Byn\n")
    with pytest.raises(Regelfel) as fel:
        las_in(tmp_path)
    assert f"{tmp_path}/kommun.yaml, rad 1, kolumn 1: kvalitetsar: saknas" in [str(ett) for ett in fel.value.fel]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hur_filen_an_ar_trasig_blir_det_meningar_och_aldrig_ett_krasch(data: st.DataObject, las: Las) -> None:
    filer = dict(las().filer)
    vag = data.draw(st.sampled_from(sorted(filer)))
    rader = filer[vag].splitlines()
    i = data.draw(st.integers(0, len(rader) - 1))
    j = data.draw(st.integers(0, len(rader[i])))
    skrap = data.draw(
        st.sampled_from(
            ["", ":", "- ", "[", "]", "{a: 1}", "\t", "'", "null", "x", "&a ", "*a", "!!int ", "\n", "# ", "§", "\0"]
        )
    )
    rader[i] = rader[i][:j] + skrap + rader[i][data.draw(st.integers(j, len(rader[i]))) :]
    meningar = ["läst"]
    try:
        las({vag: "\n".join(rader)})
    except Regelfel as fel:
        meningar = [ett.mening for ett in fel.fel]
    assert meningar
    assert all(meningar)


@settings(deadline=None, max_examples=500)
@given(text=st.text(alphabet="ab1 \n\t-:?,[]{}#&*!|>'\"%@`\\ux0U~<=.é\ufeff\u200b", max_size=40))
def test_vilken_text_som_helst_blir_data_eller_meningar(text: str) -> None:
    trad = las_trad("x.yaml", text)
    assert trad.data is not None or trad.fel
    assert all(ett.mening for ett in trad.fel)
