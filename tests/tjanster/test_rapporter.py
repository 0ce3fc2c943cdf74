"""The published tables come out as published, and a report is the same whenever it is printed."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from tests.bygg import NU, Bygge
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.importhjalp import DATA, forvantat
from tjanster.app import Vaka
from tjanster.importera import importera
from tjanster.rapporter import (
    FORMAT,
    RAPPORTER,
    Formatfel,
    Kolumn,
    OkandRapport,
    Periodvalfel,
    Rapport,
    Tabell,
    filnamn,
    gor_rapport,
    hitta_rapport,
    skriv,
    statistik,
    tolka_period,
)

IDAG = date(2026, 9, 7)


@pytest.fixture(scope="module")
def ostersund(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    """Östersund's three files, read in once; the tests here only read."""
    with delad_vaka(postgres, tmp_path_factory.mktemp("ostersund"), "ostersund") as vaka:
        for process, fil in (
            ("beslut", "ostersund_beslut_2019.csv"),
            ("avvikelse", "ostersund_avvikelser_2019-2020.csv"),
            ("synpunkt", "ostersund_synpunkter_2014-2020.csv"),
        ):
            svar = importera(vaka, process, DATA / fil, nu=NU)
            assert (svar.fel, svar.skrivet) == ([], True)
        yield vaka


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("rapport"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(_delad: Vaka) -> Vaka:
    return tom(_delad)


def rapport(vaka: Vaka, namn: str, period: str, idag: date = IDAG) -> Rapport:
    with vaka.systemet() as conn:
        return gor_rapport(conn, vaka.sammanhang, namn, period, idag)


def grupper(vaka: Vaka, process: str, per: str, fran: str | None, till: str) -> dict[str, object]:
    with vaka.systemet() as conn:
        svar = statistik(
            conn, vaka.sammanhang, process, [per], date.fromisoformat(fran) if fran else None,
            date.fromisoformat(till), omaskad=True,
        ).som_dict()  # fmt: skip
    return {"summa": svar["summa"]} | {g[per]: g["antal"] for g in svar["grupper"]}


# -- the published tables ---------------------------------------------------------------------------------------------


def test_ostersunds_tabell_over_ej_verkstallda_beslut(ostersund: Vaka) -> None:
    svar = rapport(ostersund, "ej-verkstallda", "2019K4").som_dict()
    assert svar == forvantat("ostersund_beslut_2019") | {"period": "2019K4", "kommun": "ostersund"}


def test_ostersunds_avvikelser(ostersund: Vaka) -> None:
    f = forvantat("ostersund_avvikelser_2019-2020")
    for per in ("enhet", "typ", "ar"):
        assert grupper(ostersund, "avvikelse", per, f["fran"], f["till"]) == {"summa": f["summa"]} | f[per]


def test_ostersunds_synpunkter(ostersund: Vaka) -> None:
    f = forvantat("ostersund_synpunkter_2014-2020")
    with ostersund.systemet() as conn:
        svar = statistik(
            conn, ostersund.sammanhang, "synpunkt", ["slag", "ar"], date(2014, 1, 1), date(2019, 12, 31), omaskad=True
        )
        tertial = statistik(
            conn, ostersund.sammanhang, "synpunkt", ["kategori", "slag"], date(2020, 1, 1), date(2020, 4, 30), omaskad=True
        ).som_dict()
    per_ar: dict[str, dict[str, int]] = {}
    for g in svar.som_dict()["grupper"]:
        per_ar.setdefault(g["ar"], {})[g["slag"]] = g["antal"]
    assert per_ar == f["slag_per_ar"]
    assert grupper(ostersund, "synpunkt", "kategori", "2019-01-01", "2019-12-31") == f["kategori_2019"] | {"summa": 41}
    t1 = f["forsta_tertialen_2020"]
    klagomal = {g["kategori"]: g["antal"] for g in tertial["grupper"] if g["slag"] == "Klagomål"}
    berom = sum(g["antal"] for g in tertial["grupper"] if g["slag"] == "Beröm")
    assert (tertial["summa"], klagomal, berom) == (t1["summa"], t1["klagomål_per_kategori"], t1["Beröm"])


def test_alingsas_avvikelser(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    f = forvantat("alingsas_avvikelser_2022")
    with delad_vaka(postgres, tmp_path_factory.mktemp("alingsas"), "alingsas") as vaka:
        assert importera(vaka, "avvikelse", DATA / "alingsas_avvikelser_2022.csv", nu=NU).skrivet
        assert grupper(vaka, "avvikelse", "enhet", f["fran"], f["till"]) == {"summa": f["summa"]} | f["enhet"]
        oppna = grupper(vaka, "avvikelse", "oppet", f["fran"], f["till"])
        assert oppna["Öppet"] == f["oppna_vid_arets_slut"]


# -- as of a day ------------------------------------------------------------------------------------------------------


def test_rapporten_ar_densamma_nar_den_an_skrivs_ut(bygg: Bygge) -> None:
    a = bygg.ny("beslut", externt_id="A", beslutsdatum="2026-01-10", sen_registrering_skal="Prov")
    bygg.ny("beslut", externt_id="B", beslutsdatum="2026-03-31", sen_registrering_skal="Prov", kon="man")
    c = bygg.ny("beslut", externt_id="C", beslutsdatum="2026-04-01", sen_registrering_skal="Prov")
    fore = rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()
    assert fore["totalt"] == 2  # C has waited two months and thirty days
    assert fore["ej_verkstallda"]["summa"] == {"3-6": 2, "6-9": 0, "9-12": 0, "over12": 0, "summa": 2}
    bygg.gor(a, "verkstall", "elin", verkstalld="2026-08-01", sen_registrering_skal="Prov", orsak="resursbrist")
    bygg.gor(c, "andra", "elin", skal="Fel dag", beslutsdatum="2026-01-01")
    assert rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict() == fore
    efter = rapport(bygg.vaka, "ej-verkstallda", "2026K3").som_dict()
    assert efter["totalt"] == 2
    assert efter["ej_verkstallda"]["Kontaktperson/-familj"] == {"3-6": 0, "6-9": 2, "9-12": 0, "over12": 0, "summa": 2}


def test_ett_steg_som_antecknas_sent_raknas_fran_sin_egen_dag(bygg: Bygge) -> None:
    a = bygg.ny("beslut", beslutsdatum="2026-01-10", sen_registrering_skal="Prov")
    assert rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()["totalt"] == 1
    bygg.gor(a, "verkstall", "elin", verkstalld="2026-06-30", sen_registrering_skal="Prov", orsak="resursbrist")
    assert rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()["totalt"] == 0


@pytest.mark.parametrize(
    ("dag", "tid"),
    [("2026-04-01", None), ("2026-03-31", "3-6"), ("2026-01-01", "3-6"), ("2025-12-31", "6-9"), ("2025-10-01", "6-9"),
     ("2025-09-30", "9-12"), ("2025-07-01", "9-12"), ("2025-06-30", "over12"), ("2024-02-29", "over12")],
)  # fmt: skip
def test_hela_manader_enligt_kalendern_till_kvartalets_sista_dag(bygg: Bygge, dag: str, tid: str | None) -> None:
    lag = "sol_2025" if dag >= "2025-07-01" else "sol_2001"
    bygg.ny("beslut", beslutsdatum=dag, lagrum=lag, sen_registrering_skal="Prov")
    svar = rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()
    assert svar["totalt"] == (tid is not None)
    if tid is not None:
        assert svar["ej_verkstallda"]["summa"][tid] == 1


def test_delvis_verkstallt_och_avbojt_erbjudande_star_kvar(bygg: Bygge) -> None:
    a = bygg.ny("beslut", beslutsdatum="2026-01-10", sen_registrering_skal="Prov", kon=None)
    bygg.gor(a, "erbjud", "elin", erbjudanden=[{"dag": "2026-03-01", "vad": "Påhittat", "utfall": "tackade_nej"}])
    bygg.gor(a, "verkstall_delvis", "elin", delvis_verkstalld="2026-03-02", aterstar="Helgerna", sen_registrering_skal="Prov")
    svar = rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()
    assert svar["totalt"] == 1
    assert svar["kon"] == {"Kontaktperson/-familj": {"kvinna": 0, "man": 0, "okänt": 1}}


def test_avbrott_raknas_fran_avbrottets_dag_och_for_sig(bygg: Bygge) -> None:
    a = bygg.ny("beslut", beslutsdatum="2025-08-01", sen_registrering_skal="Prov")
    bygg.gor(a, "verkstall", "elin", verkstalld="2025-08-10", sen_registrering_skal="Prov")
    bygg.gor(a, "avbryt", "elin", avbruten="2026-03-30", sen_registrering_skal="Prov")
    assert rapport(bygg.vaka, "ej-verkstallda", "2026K1").som_dict()["totalt"] == 0
    svar = rapport(bygg.vaka, "ej-verkstallda", "2026K2").som_dict()
    assert (svar["avbrutna"], svar["ej_verkstallda"]) == (
        {"Kontaktperson/-familj": 1, "summa": 1}, {"summa": dict.fromkeys(("3-6", "6-9", "9-12", "over12", "summa"), 0)},
    )  # fmt: skip


def test_nasta_rapport_sager_varfor_ett_beslut_har_lamnat_den(bygg: Bygge) -> None:
    dag = {"beslutsdatum": "2026-01-10", "sen_registrering_skal": "Prov"}
    a, b, c = (bygg.ny("beslut", externt_id=x, **dag) for x in "ABC")
    d = bygg.ny("beslut", externt_id="D", **dag | {"beslutsdatum": "2026-05-01"})
    bygg.gor(a, "verkstall", "elin", verkstalld="2026-08-01", sen_registrering_skal="Prov", orsak="resursbrist")
    bygg.gor(b, "behovet_upphor", "elin", upphort="2026-08-02", upphort_skal="Återtagen", sen_registrering_skal="Prov", orsak="annat")
    bygg.gor(c, "andra", "elin", skal="Fel år", beslutsdatum="2026-09-01", lagrum="sol_2025")
    svar = rapport(bygg.vaka, "ej-verkstallda-forandring", "2026K3").som_dict()
    assert {x["nummer"]: (x["skal"], x["dag"], x["text"]) for x in svar["lamnade"]} == {
        a: ("Verkställt", "2026-08-01", ""),
        b: ("Behovet har upphört", "2026-08-02", "Återtagen"),
        c: ("Dagen har rättats", None, ""),
    }
    assert [x["nummer"] for x in svar["nya"]] == [d]
    tabell = rapport(bygg.vaka, "ej-verkstallda", "2026K3").tabeller[-1]
    assert dict(tabell.alla_rader) == {
        "I rapporten per 2026-06-30": 3, "Nya i rapporten": 1, "Lämnade: verkställt": 1,
        "Lämnade: behovet har upphört": 1, "Lämnade: dagen har rättats": 1, "I rapporten per 2026-09-30": 1,
    }  # fmt: skip


def test_aterupptaget_efter_avbrott_lamnar_rapporten(bygg: Bygge) -> None:
    a = bygg.ny("beslut", beslutsdatum="2025-08-01", sen_registrering_skal="Prov")
    bygg.gor(a, "verkstall", "elin", verkstalld="2025-08-10", sen_registrering_skal="Prov")
    bygg.gor(a, "avbryt", "elin", avbruten="2026-01-30", sen_registrering_skal="Prov")
    bygg.gor(a, "ateruppta", "elin", aterupptagen="2026-07-30", sen_registrering_skal="Prov", orsak="annat")
    svar = rapport(bygg.vaka, "ej-verkstallda-forandring", "2026K3").som_dict()
    assert [(x["skal"], x["dag"], x["avbrott"]) for x in svar["lamnade"]] == [("Återupptaget", "2026-07-30", True)]


def test_fullmaktiges_rapport_har_inget_som_pekar_ut_nagon(ostersund: Vaka) -> None:
    r = rapport(ostersund, "ej-verkstallda-fullmaktige", "2019K4")
    svar = r.som_dict()
    assert svar["totalt"] == 97
    assert sum(x["antal"] for x in svar["ej_verkstallda"]) == 88
    assert sum(x["antal"] for x in svar["avbrutna"]) == 9
    assert {tuple(x) for x in svar["ej_verkstallda"]} == {("insats", "lagrum", "manader", "antal")}
    allt = b"".join(skriv(r, f) for f in ("json", "csv")).decode()
    assert "OSD-" not in allt
    assert "BES-" not in allt


def test_en_period_som_pagar_ar_preliminar(ostersund: Vaka) -> None:
    assert "Preliminär: perioden slutar 2026-09-30" in rapport(ostersund, "ej-verkstallda", "2026K3").anm[0]
    assert rapport(ostersund, "ej-verkstallda", "2026K3", date(2026, 10, 1)).anm == ()


# -- the list of reports and their formats ----------------------------------------------------------------------------


@pytest.mark.parametrize("namn", list(RAPPORTER))
@pytest.mark.parametrize("format_", FORMAT)
def test_varje_rapport_gar_att_skriva_i_varje_format_och_blir_densamma(ostersund: Vaka, namn: str, format_: str) -> None:
    r = rapport(ostersund, namn, "2019K4")
    fil = skriv(r, format_)
    assert fil == skriv(rapport(ostersund, namn, "2019K4"), format_)
    assert filnamn(r, format_) == f"{namn}-ostersund-2019K4.{format_}"
    if format_ == "json":
        svar = json.loads(fil)
        assert (svar["period"], svar["kommun"]) == ("2019K4", "ostersund")
    elif format_ == "csv":
        assert fil.startswith(b"\xef\xbb\xbf")
        assert r.rubrik in next(iter(csv.reader(io.StringIO(fil.decode("utf-8-sig")), delimiter=";")))[0]
    else:
        with zipfile.ZipFile(io.BytesIO(fil)) as bok:
            blad = [n for n in bok.namelist() if n.startswith("xl/worksheets/sheet")]
            assert len(blad) == len(r.tabeller)
            for n in blad:
                assert not list(ElementTree.fromstring(bok.read(n)).iter("{*}f"))


def test_okant_namn_period_och_format_sager_vad_som_finns(ostersund: Vaka) -> None:
    with pytest.raises(OkandRapport, match="menade du 'ej-verkstallda'"):
        hitta_rapport("ej_verkstallda")
    with pytest.raises(Periodvalfel, match="IVO-underlaget görs för ett kvartal, inte för 2019"):
        rapport(ostersund, "ivo-underlag", "2019")
    with pytest.raises(Periodvalfel, match="Det finns ingen period före"):
        rapport(ostersund, "ej-verkstallda-forandring", "2019-01-01..2019-12-31")
    with pytest.raises(Formatfel, match="Formatet 'xls' finns inte – menade du 'xlsx'"):
        skriv(rapport(ostersund, "ej-verkstallda", "2019K4"), "xls")


def test_en_cell_kan_inte_bli_en_formel(ostersund: Vaka) -> None:
    kommun = ostersund.sammanhang.kommun
    r = Rapport(
        "prov", "Prov", tolka_period("2026", kommun), kommun,
        [Tabell("=A/B:C?*[d] som är en mycket lång rubrik", (Kolumn("A"), Kolumn("B", True), Kolumn("C")),
                [("=1+1", 2, date(2026, 1, 1)), ("@SUM(A1)", None, "http://exempel.example")], ("+46", 2, ""), "Not"),
         Tabell("=A/B:C?*[d] som är en mycket lång rubrik", (Kolumn("A"),), [])],
        "Ingress",
    )  # fmt: skip
    rader = list(csv.reader(io.StringIO(skriv(r, "csv").decode("utf-8-sig")), delimiter=";"))
    assert ["'=1+1", "2", "2026-01-01"] in rader
    assert ["'+46", "2", ""] in rader
    with zipfile.ZipFile(io.BytesIO(skriv(r, "xlsx"))) as bok:
        assert b"'=1+1" in bok.read("xl/sharedStrings.xml")
        assert b"<f>" not in bok.read("xl/worksheets/sheet1.xml")
    assert json.loads(skriv(r, "json"))["tabeller"][0]["rader"][0] == ["=1+1", 2, "2026-01-01"]


def test_rapporten_kan_goras_per_vilken_dag_som_helst(ostersund: Vaka) -> None:
    svar = rapport(ostersund, "ej-verkstallda", "2019-12-31..2019-12-31").som_dict()
    assert svar["per"] == "2019-12-31"
    assert svar["totalt"] == 97
    tidigare = rapport(ostersund, "ej-verkstallda", f"2019-01-01..{date(2019, 12, 31) - timedelta(days=92)}").som_dict()
    assert tidigare["totalt"] < 97
