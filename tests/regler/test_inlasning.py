"""Files that can't be read, folders that aren't what they seem, and too much of everything: a sentence each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regler import OkandKommun, Regelfel, Regelverk, las_in, las_in_texter, las_mapp
from regler.motor import filer
from tests.regler.conftest import HELA

TRASIGA = Path(__file__).parents[1] / "trasiga"
Las = Callable[..., Regelverk]


@pytest.fixture
def rot(tmp_path: Path) -> Path:
    """The small made-up set on the disk: `regler/` and `config/by/`."""
    for vag, text in HELA.items():
        fil = tmp_path / vag
        fil.parent.mkdir(parents=True, exist_ok=True)
        fil.write_text(text, "utf-8")
    return tmp_path


def felen(rot: Path, kommun: str | None = "by") -> list[str]:
    with pytest.raises(Regelfel) as fel:
        las_in(kommun, rot=rot)
    return [str(ett).removeprefix(f"{rot}/") for ett in fel.value.fel]


PROV = "regler/frister/prov.yaml"


@pytest.mark.parametrize(
    ("fil", "mening"),
    [
        ("windows_1252", f"{PROV}, rad 5, kolumn 64: filen är inte sparad som UTF-8 (här står kanske 'å' i Windows-1252); spara om den så"),
        ("utf_16", f"{PROV}, rad 1, kolumn 1: filen är inte sparad som UTF-8 (här står kanske 'ÿ' i Windows-1252); spara om den så"),
        ("utf_8_avbruten", f"{PROV}, rad 5, kolumn 64: filen är inte sparad som UTF-8 (här står kanske 'Ã' i Windows-1252); spara om den så"),
    ],
)  # fmt: skip
def test_fil_som_inte_ar_utf8_sags_med_rad_och_kolumn(rot: Path, fil: str, mening: str) -> None:
    shutil.copy(TRASIGA / "filer" / f"{fil}.bytes", rot / PROV)
    assert felen(rot) == [mening]


def test_fil_med_bom_lases_som_den_ar(rot: Path) -> None:
    (rot / PROV).write_text("\ufeff" + HELA[PROV], "utf-8")
    assert las_in("by", rot=rot).filer[PROV] == HELA[PROV]
    (rot / PROV).write_bytes("\ufeffx: 1\ny: ".encode() + b"\xe5")
    assert felen(rot) == [f"{PROV}, rad 2, kolumn 4: filen är inte sparad som UTF-8 (här står kanske 'å' i Windows-1252); spara om den så"]


def test_fil_pa_50_mb_lases_inte_ens(rot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(TRASIGA / "filer" / "stor.yaml", rot / PROV)
    os.truncate(rot / PROV, 50_000_000)
    lasta: list[Path] = []
    riktig = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda fil: lasta.append(fil) or riktig(fil))
    assert felen(rot) == [f"{PROV}: filen är 50 MB; en regelfil får vara högst 1 MB"]
    assert rot / PROV not in lasta
    assert lasta


def test_for_manga_filer_lases_inte(rot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(filer.FLEST_FILER):
        (rot / f"regler/frister/p{i}.yaml").write_text("x", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", lambda fil: pytest.fail(f"{fil} lästes"))
    antal = filer.FLEST_FILER + len(HELA)
    assert felen(rot) == [f"regler: {antal} filer är för många; en uppsättning får ha högst 500"]


def test_for_mycket_tillsammans_lases_inte(rot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(6):
        (rot / f"regler/frister/p{i}.yaml").write_bytes(b" " * 1_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda fil: pytest.fail(f"{fil} lästes"))
    assert felen(rot) == ["regler: filerna är 6 MB tillsammans; högst 5 MB får läsas"]


def test_inklistrad_text_som_ar_for_stor_vagras(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({PROV: "#" * 1_500_000})
    assert [str(ett) for ett in fel.value.fel] == [f"{PROV}: filen är 1,5 MB; en regelfil får vara högst 1 MB"]
    with pytest.raises(Regelfel, match="501 filer är för många"):
        las_in_texter({f"regler/frister/p{i}.yaml": "" for i in range(501)}, None)
    with pytest.raises(Regelfel, match="filerna är 5,1 MB tillsammans; högst 5 MB får läsas"):
        las_in_texter({f"regler/frister/p{i}.yaml": " " * 850_000 for i in range(6)}, None)


def test_mapp_och_lank_som_heter_som_en_regelfil_sags(rot: Path) -> None:
    (rot / "regler/frister/mapp.yaml").mkdir()
    (rot / "regler/frister/lank.yaml").symlink_to(rot / "finns_inte.yaml")
    (rot / "regler/lankad").symlink_to(rot / "regler/frister")
    (rot / "regler/frister/rund.yaml").symlink_to("rund.yaml")
    os.mkfifo(rot / "regler/frister/ror.yaml")
    assert felen(rot) == [
        "regler/frister/lank.yaml: är en länk till något som inte finns: lägg filen här, eller ta bort länken",
        "regler/frister/mapp.yaml: är en mapp men heter som en regelfil: döp om den",
        "regler/frister/ror.yaml: är ingen vanlig fil: lägg filen här, eller ta bort den",
        "regler/frister/rund.yaml: filen går inte att läsa (Too many levels of symbolic links)",
        "regler/lankad: är en länk till en mapp: lägg filerna här i stället",
    ]


def test_lank_till_en_fil_som_finns_lases_och_redigerarens_egna_filer_lases_inte(rot: Path) -> None:
    (rot / PROV).rename(rot / "annanstans.yaml")
    (rot / PROV).symlink_to(rot / "annanstans.yaml")
    (rot / "regler/frister/.#prov.yaml").symlink_to("jag@har")
    (rot / "regler/.git").mkdir()
    (rot / "regler/.git/x.yaml").write_text("{", "utf-8")
    assert las_in("by", rot=rot).processer == ("prov",)


def test_oppnad_fil_som_inte_far_lasas_sags(rot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    riktig = Path.read_bytes

    def nekas(fil: Path) -> bytes:
        if fil.name == "kommun.yaml":
            raise PermissionError(13, "Permission denied", str(fil))
        if fil.name == "listor.yaml":
            raise OSError(5, "Input/output error", str(fil))
        return riktig(fil)

    monkeypatch.setattr(Path, "read_bytes", nekas)
    assert felen(rot) == [
        "config/by/kommun.yaml: filen går inte att läsa: Vaka har inte rätt att göra det",
        "config/by/listor.yaml: filen går inte att läsa (Input/output error)",
    ]


def test_mapp_som_inte_far_oppnas_sags_och_hoppas_inte_over(rot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    riktig = os.scandir

    def nekas(mapp: str) -> Iterator[os.DirEntry[str]]:
        if str(mapp).endswith("eskalering"):
            raise PermissionError(13, "Permission denied", str(mapp))
        return riktig(mapp)

    monkeypatch.setattr(os, "scandir", nekas)
    assert felen(rot) == ["regler/eskalering: mappen går inte att öppna: Vaka har inte rätt att göra det"]


def test_alla_fel_sags_fast_en_fil_inte_gar_att_lasa(rot: Path) -> None:
    (rot / "config/by/kommun.yaml").write_bytes("namn: Å\n".encode("cp1252"))
    (rot / "config/by/organisation.yaml").write_text("kod: Alla\nnamn: Alla\n", "utf-8")
    assert [rad.split(":")[0] for rad in felen(rot)] == [
        "config/by/kommun.yaml, rad 1, kolumn 7",
        "config/by/organisation.yaml, rad 1, kolumn 6",
    ]


def test_kommunmapp_utan_enheter_sags() -> None:
    mapp = TRASIGA / "kommuner" / "utan_enheter"
    with pytest.raises(Regelfel) as fel:
        las_mapp(mapp)
    mening = "filen saknas; varje kommun har kommun.yaml, organisation.yaml och listor.yaml"
    assert [str(ett) for ett in fel.value.fel] == [f"{mapp}/organisation.yaml: {mening}"]


# -- a folder that somebody has prepared -------------------------------------------------------------------------------


def test_hel_uppsattning_lases_med_sina_egna_nationella_regler(rot: Path) -> None:
    regler = las_mapp(rot)
    assert (regler.kommun.kod, regler.processer) == ("by", ("prov",))
    assert las_mapp(str(rot), "by").hash == las_in("by", rot=rot).hash == las_in(rot).hash == regler.hash


def test_kommunmapp_lases_som_den_kommun_som_sags(rot: Path, tmp_path: Path) -> None:
    mapp = (rot / "config/by").rename(tmp_path / "forslag")
    assert las_mapp(mapp, rot=rot).kommun.kod == "forslag"
    regler = las_mapp(mapp, "by", rot=rot)
    assert regler.kommun.kod == "by"
    assert "config/by/kommun.yaml" in regler.filer


@pytest.mark.parametrize("hel", [True, False])
def test_felen_namner_filerna_som_mappen_gavs(rot: Path, hel: bool) -> None:
    (rot / "config/by/kommun.yaml").write_text("namn: Byn\n", "utf-8")
    mapp = rot if hel else rot / "config/by"
    with pytest.raises(Regelfel) as fel:
        las_mapp(mapp, "by", rot=rot)
    assert [str(ett) for ett in fel.value.fel] == [f"{rot}/config/by/kommun.yaml, rad 1, kolumn 1: kvalitetsar: saknas"]


def test_flera_kommuner_i_uppsattningen_kraver_ett_val(rot: Path) -> None:
    shutil.copytree(rot / "config/by", rot / "config/stad")
    with pytest.raises(Regelfel, match="config: välj en kommun av by och stad"):
        las_mapp(rot)
    assert las_mapp(rot, "stad").kommun.kod == "stad"
    with pytest.raises(OkandKommun, match=r"kommunen 'stadd' finns inte – menade du 'stad'\?"):
        las_mapp(rot, "stadd")


def test_mapp_som_inte_ar_nagon_uppsattning_sags(rot: Path, tmp_path: Path) -> None:
    with pytest.raises(Regelfel, match="finns_inte: mappen finns inte"):
        las_mapp(tmp_path / "finns_inte")
    tom = tmp_path / "tom"
    tom.mkdir()
    with pytest.raises(Regelfel, match=r"tom: mappen är varken en kommuns mapp \(kommun.yaml saknas\) eller en hel"):
        las_mapp(tom)
    shutil.rmtree(rot / "config/by")
    with pytest.raises(Regelfel, match=r"config: ingen mapp här har kommun\.yaml"):
        las_mapp(rot)
    with pytest.raises(OkandKommun, match="kommunen 'by' finns inte; config har ingen kommun"):
        las_in("by", rot=rot)


@pytest.mark.parametrize("skrivet", ["min_mapp", "./min_mapp", "{tmp}/min_mapp"])
def test_en_mapp_som_star_dar_man_ar_kan_namnas_hur_man_vill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skrivet: str
) -> None:
    shutil.copytree(Path(__file__).parents[2] / "config" / "hjo", tmp_path / "min_mapp")
    monkeypatch.chdir(tmp_path)
    assert las_in(skrivet.format(tmp=tmp_path)).kommun.namn == "Hjo kommun"
