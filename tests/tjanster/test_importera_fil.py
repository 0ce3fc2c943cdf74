"""Files as other systems write them, and every fault that a file may have. No database."""

from datetime import date
from pathlib import Path

import pytest

from regler import las_in
from tests.tjanster.importhjalp import AVVIKELSE, BESLUT, fil, rad
from tjanster.importera.fil import Importfel, las_csv
from tjanster.importera.granskning import Granskare, ar_personnummer
from tjanster.importera.rapport import Importrapport, Radfel
from tjanster.importera.sorter import IMPORTSORTER
from tjanster.kalkylblad import ofarlig, som_csv, utan_apostrof

KOLUMNER = IMPORTSORTER["beslut"].kolumner
IDAG = date(2026, 9, 7)


@pytest.fixture(scope="module")
def listor() -> dict[str, dict[str, str]]:
    kommun = las_in("exempelkommun").kommun
    egna = {namn: dict(lista) for namn, lista in kommun.listor.items()}
    return {**egna, "enheter": {e.kod: e.namn for e in kommun.enheter.values()}}


def granska(listor: dict[str, dict[str, str]], vag: Path, process: str = "beslut") -> tuple[list[dict[str, object]], list[Radfel]]:
    sort = IMPORTSORTER[process]
    rader, fel = las_csv(vag, sort.kolumner)
    ratta, fler = Granskare(sort, listor, IDAG).granska(rader)
    return [dict(r.varden) for r in ratta], [*fel, *fler]


@pytest.mark.parametrize("kod", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("avgransare", [";", ",", "\t"])
def test_teckenkod_och_avgransare_kanns_igen(
    tmp_path: Path, listor: dict[str, dict[str, str]], kod: str, avgransare: str
) -> None:
    text = rad(enhet="Vuxen- och beroendeenheten", insats="Särskilt boende").replace(";", avgransare)
    ratta, fel = granska(listor, fil(tmp_path, text, rubrik=BESLUT.replace(";", avgransare), kod=kod))
    assert fel == []
    assert (ratta[0]["insats"], ratta[0]["enhet"]) == ("sarskilt_boende", "vuxen_beroende")


@pytest.mark.parametrize("dag", ["2026-01-15", "2026/01/15", "20260115", "15 januari 2026", " 2026-01-15 "])
def test_svenska_och_iso_dagar_lases(tmp_path: Path, listor: dict[str, dict[str, str]], dag: str) -> None:
    ratta, fel = granska(listor, fil(tmp_path, rad(beslutsdatum=dag)))
    assert fel == []
    assert ratta[0]["beslutsdatum"] == "2026-01-15"


def test_citattecken_och_radbyten_i_text(tmp_path: Path, listor: dict[str, dict[str, str]]) -> None:
    vag = fil(tmp_path, 'A-1;2026-01-01;2026-01-02;familjehem;rutin;"Rad ett;\n""rad"" två";', "",
              "A-2;2026-01-01;2026-01-32;familjehem;rutin;Text;", rubrik=AVVIKELSE)  # fmt: skip
    ratta, fel = granska(listor, vag, "avvikelse")
    assert ratta[0]["beskrivning"] == 'Rad ett;\n"rad" två'
    assert fel[0].rad == 5  # the line in the file, however many lines the row before took


# (cells changed, line, column, what the sentence says)
FEL = [
    ({"beslutsdatum": "2026-02-30"}, "beslutsdatum", "finns inte i kalendern: februari 2026 har 28 dagar"),
    ({"beslutsdatum": "igår"}, "beslutsdatum", "är ingen dag; skriv till exempel 2026-11-23"),
    ({"beslutsdatum": ""}, "beslutsdatum", "Beslutsdatum ska fyllas i"),
    ({"beslutsdatum": "2026-09-08"}, "beslutsdatum", "dagen kan inte ligga i framtiden"),
    ({"verkstalld": "2026-09-08"}, "verkstalld", "dagen kan inte ligga i framtiden"),
    ({"verkstalld": "2026-01-14"}, "verkstalld", "kan inte ligga före beslutsdatum 2026-01-15"),
    ({"enhet": "Familjehemsenhten"}, "enhet", "menade du 'Familjehemsenheten'?"),
    ({"enhet": "qqq"}, "enhet", "välj bland Socialförvaltningen, Individ- och familjeomsorg"),
    ({"enhet": ""}, "enhet", "Enhet ska fyllas i"),
    ({"insats": "Kontaktprson-familj"}, "insats", "menade du 'Kontaktperson/-familj'?"),
    ({"kon": "kvina"}, "kon", "menade du 'Kvinna'?"),
    ({"lagrum": "SoL"}, "lagrum", "finns inte bland valen"),
    ({"lagrum": "sol_2001"}, "lagrum", "gällde inte den 2026-01-15; menade du 'SoL (2025:400) 11 kap. 1 §'"),
    ({"orsak": "Resursbrst"}, "orsak", "menade du 'Resursbrist'?"),
    ({"externt_id": ""}, "externt_id", "ska fyllas i"),
    ({"externt_id": "x" * 101}, "externt_id", "Texten är för lång: 101 tecken, högst 100"),
    ({"avbruten": "2026-03-01"}, "avbruten", "ett beslut som inte är verkställt kan inte vara avbrutet"),
    ({"verkstalld": "2026-02-01", "aterupptagen": "2026-03-01"}, "aterupptagen", "det som inte är avbrutet"),
    ({"verkstalld": "2026-02-01", "avbruten": "2026-01-20"}, "avbruten", "kan inte ligga före verkställd 2026-02-01"),
]  # fmt: skip


@pytest.mark.parametrize(("andrat", "kolumn", "mening"), FEL)
def test_varje_fel_har_rad_kolumn_varde_och_vad_som_ar_ratt(
    tmp_path: Path, listor: dict[str, dict[str, str]], andrat: dict[str, str], kolumn: str, mening: str
) -> None:
    ratta, fel = granska(listor, fil(tmp_path, rad(externt_id="D-0"), rad(**andrat)))
    assert len(ratta) == 1
    assert [(f.rad, f.kolumn) for f in fel] == [(3, kolumn)]
    assert mening in fel[0].fel
    assert fel[0].varde[:39] == andrat.get(kolumn, "")[:39]
    assert str(fel[0]).startswith(f"Rad 3, {kolumn}")
    assert fel[0].varde in str(fel[0])


def test_alla_fel_i_alla_rader_sags_pa_en_gang(tmp_path: Path, listor: dict[str, dict[str, str]]) -> None:
    vag = fil(tmp_path, rad(enhet="x", kon="y", verkstalld="z"), rad(externt_id="D-2", insats="q"), "a;b")
    _, fel = granska(listor, vag)
    assert {(f.rad, f.kolumn) for f in fel} >= {(2, "enhet"), (2, "kon"), (2, "verkstalld"), (3, "insats"), (4, "")}


def test_samma_id_tva_ganger_sager_pa_vilken_rad_det_forsta_star(
    tmp_path: Path, listor: dict[str, dict[str, str]]
) -> None:
    _, fel = granska(listor, fil(tmp_path, rad(), rad(externt_id="D-2"), rad()))
    assert [(f.rad, f.kolumn, f.varde) for f in fel] == [(4, "externt_id", "D-1")]
    assert "samma id finns redan på rad 2" in fel[0].fel


def test_personnummer_som_id_nekas_utan_att_visas(tmp_path: Path, listor: dict[str, dict[str, str]]) -> None:
    _, fel = granska(listor, fil(tmp_path, rad(externt_id="19121212-1212")))
    assert "ser ut som ett personnummer" in fel[0].fel
    assert "1212" not in str(fel[0].som_dict())


@pytest.mark.parametrize(
    ("text", "svar"),
    [("19121212-1212", True), ("191212121212", True), ("121212-1212", True), ("1212121212", False), ("D-1", False),
     ("19121212-1213", False), ("191272-1212", True), ("19129912-1212", False), ("19121200-1212", False)],
)  # fmt: skip
def test_personnummer_kanns_igen(text: str, svar: bool) -> None:
    assert ar_personnummer(text) is svar


def test_fri_text_visas_aldrig_i_ett_fel(tmp_path: Path, listor: dict[str, dict[str, str]]) -> None:
    vag = fil(tmp_path, f"A-1;2026-01-01;2026-01-02;familjehem;rutin;{'Hemligt ' * 2000};", rubrik=AVVIKELSE)
    _, fel = granska(listor, vag, "avvikelse")
    assert fel[0].kolumn == "beskrivning"
    assert "Hemligt" not in str(fel[0].som_dict())


RUBRIKFEL = [
    (BESLUT.replace("verkstalld", "verkställd"), "verkställd", "menade du 'verkstalld'?"),
    (BESLUT + ";namn", "namn", "kolumnen 'namn' finns inte. Kolumnerna är externt_id"),
    (BESLUT.replace(";orsak", ""), "orsak", "kolumnen 'orsak' saknas"),
    (BESLUT + ";kon", "kon", "kolumnen finns två gånger"),
]


@pytest.mark.parametrize(("rubrik", "kolumn", "mening"), RUBRIKFEL)
def test_fel_i_rubriken(tmp_path: Path, rubrik: str, kolumn: str, mening: str) -> None:
    with pytest.raises(Importfel) as fel:
        las_csv(fil(tmp_path, rad(), rubrik=rubrik), KOLUMNER)
    assert any(f.rad == 1 and f.kolumn == kolumn and mening in f.fel for f in fel.value.fel)
    assert all(sagt.startswith("Rad 1, ") for sagt in fel.value.skal)


@pytest.mark.parametrize(
    ("data", "mening"),
    [
        (b"", "Filen är tom"),
        (b"\xff\xfee\0x\0", "är UTF-16"),
        (b"PK\x03\x04\0\0", "är ingen textfil"),
        (BESLUT.encode() + b"\nD-1;\x81", "varken är UTF-8 eller Windows-1252"),
        (BESLUT.encode() + b'\nD-1;"aldrig slut', "filen tar slut mitt i en cell"),
        (BESLUT.encode() + b'\nD-1;"ett"tva;x', "tecken efter ett avslutande citattecken"),
        (BESLUT.encode() + b"\nD-1;" + b"x" * 1_000_001, "en cell är längre än"),
    ],
)
def test_filer_som_inte_gar_att_lasa(tmp_path: Path, data: bytes, mening: str) -> None:
    vag = tmp_path / "f.csv"
    vag.write_bytes(data)
    with pytest.raises(Importfel, match=mening):
        las_csv(vag, KOLUMNER)


def test_fil_som_inte_finns(tmp_path: Path) -> None:
    with pytest.raises(Importfel, match="går inte att läsa"):
        las_csv(tmp_path / "finns_inte.csv", KOLUMNER)


def test_rad_med_fel_antal_celler_sager_hur_manga(tmp_path: Path) -> None:
    _, fel = las_csv(fil(tmp_path, rad() + ";extra"), KOLUMNER)
    assert "raden har 11 celler, rubriken har 10" in fel[0].fel


@pytest.mark.parametrize(
    "text", ["=1+1", "+46", "-1", "@SUM(A1)", "\tx", " =1", "\n=1", "\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹢1", "−1", "\u200b=1", "\u00a0=1", "\ufeff\u3000=1"],
)
def test_formler_ofarliggors_och_kommer_tillbaka(text: str) -> None:
    assert str(ofarlig(text)).startswith("'")
    assert utan_apostrof(str(ofarlig(text))) == text
    assert som_csv([[text]]).startswith(b"\xef\xbb\xbf")


def test_vanliga_varden_lamnas_i_fred() -> None:
    assert [ofarlig(v) for v in ("'citat'", 5, None, date(2026, 1, 2), "a=b", "– replik")] == [
        "'citat'", 5, "", "2026-01-02", "a=b", "– replik",
    ]  # fmt: skip
    assert utan_apostrof("'citat'") == "'citat'"


def test_sammanfattningen_sager_vad_som_hande() -> None:
    r = Importrapport("beslut", "f.csv", rader=3, nya=1, felrader=2)
    assert r.sammanfattning().startswith("Inget har sparats: 2 felaktiga rader av 3")
    r.skrivet, r.felrader = True, 0
    assert r.sammanfattning() == "Inläst: 1 nytt ärende, 0 ändrade och 0 oförändrade."
    r.prova = True
    assert r.sammanfattning().startswith("Prov, inget har sparats")
