"""Ask the rules and check them from the command line: what is said, in which shape, and the exit code."""

import json
import shutil
from pathlib import Path

import pytest

from regler import kommuner
from tests.bygg import Bygge
from tests.tjanster.conftest import Kor
from tjanster.cli import regelkontroll
from tjanster.settings import ROT


@pytest.fixture
def hjo(tmp_path: Path) -> Path:
    """A copy of a municipality's folder, by the municipality's own name."""
    return Path(shutil.copytree(ROT / "config/hjo", tmp_path / "hjo"))


@pytest.fixture
def hel(tmp_path: Path) -> Path:
    """A whole set: the nation's rules and two municipalities."""
    shutil.copytree(ROT / "regler", tmp_path / "hel/regler")
    for kod in ("hjo", "ostersund"):
        shutil.copytree(ROT / "config" / kod, tmp_path / "hel/config" / kod)
    return tmp_path / "hel"


def skriv_om(fil: Path, fore: str, efter: str) -> None:
    text = fil.read_text("utf-8")
    assert fore in text
    fil.write_text(text.replace(fore, efter), "utf-8")


# -- kontrollera -------------------------------------------------------------------------------------------------------


def test_forradet_ar_felfritt_och_det_okontrollerade_listas(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "kontrollera", "--json", "--nu", "2026-11-25")
    svar = json.loads(ut)
    assert (kod, svar["fel"]) == (0, [])
    assert svar["kontrollerade"] == ["nationella", *kommuner()]
    assert {ett["slag"] for ett in svar["anmarkningar"]} == {"ej_kontrollerad", "process_saknas"}
    assert len({json.dumps(ett) for ett in svar["anmarkningar"]}) == len(svar["anmarkningar"])


def test_anmarkningar_grupperas_med_antal_fil_och_rad(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "kontrollera", "hjo", "--nu", "2028-11-25")
    rader = ut.splitlines()
    assert (kod, rader[0]) == (0, "Inga fel i 1 regelverk.")
    rubriker = [rad for rad in rader if rad and not rad.startswith(" ")][1:]
    assert [rad.split(":")[0] for rad in rubriker] == [
        "Inte kontrollerade mot källan", "Inte kontrollerade på ett år", "Frister vars process inte finns i programmet än",
    ]  # fmt: skip
    for rubrik in rubriker:
        efter = rader[rader.index(rubrik) + 1 :]
        sagda = efter[: efter.index("")] if "" in efter else efter
        assert len(sagda) == int(rubrik.split(": ")[1])
        assert all(", rad " in rad for rad in sagda)


def test_trasig_mapp_namns_som_den_gavs_och_alla_fel_sags(kor: Kor, hjo: Path) -> None:
    fil = hjo / "regler/frister/synpunkt.yaml"
    skriv_om(fil, "10 arbetsdagar", "tio dagar")
    skriv_om(fil, "kalla:", "kala:")
    kod, ut, _ = kor("regler", "kontrollera", str(hjo), "--json")
    svar = json.loads(ut)
    assert (kod, svar["kontrollerade"], svar["anmarkningar"]) == (1, [str(hjo)], [])
    assert all(ett.startswith(f"{fil}, rad ") for ett in svar["fel"])
    assert any("'tio dagar' är ingen tid – menade du '10 dagar'?" in ett for ett in svar["fel"])
    assert any("okänt ord – menade du 'kalla'?" in ett for ett in svar["fel"])
    kod, ut, _ = kor("regler", "kontrollera", str(hjo))
    assert ut.splitlines()[-1] == f"{len(svar['fel'])} fel i 1 regelverk."


def test_hel_uppsattning_kontrolleras_kommun_for_kommun(kor: Kor, hel: Path) -> None:
    kod, ut, _ = kor("regler", "kontrollera", str(hel), "--json")
    svar = json.loads(ut)
    assert (kod, svar["fel"]) == (0, [])
    assert svar["kontrollerade"] == [f"{hel}/regler", f"{hel}/config/hjo", f"{hel}/config/ostersund"]
    assert all(ett["fil"].startswith(f"{hel}/") for ett in svar["anmarkningar"])
    skriv_om(hel / "regler/frister/synpunkt.yaml", "tid: ", "tidd: ")
    kod, ut, _ = kor("regler", "kontrollera", str(hel), "--json")
    fel = json.loads(ut)["fel"]
    assert kod == 1
    assert any(ett.startswith(f"{hel}/regler/frister/synpunkt.yaml, rad ") and "menade du 'tid'" in ett for ett in fel)
    assert len(set(fel)) == len(fel)


@pytest.mark.parametrize(
    ("mapp", "mening"),
    [
        ("hjoo", "config: kommunen 'hjoo' finns inte – menade du 'hjo'?"),
        ("tom", "tom: mappen är varken en kommuns mapp (kommun.yaml saknas) eller en hel uppsättning"),
        ("utan", "utan/regler: mappen utan/regler har inga regelfiler"),
    ],
)
def test_mapp_som_inte_ar_en_uppsattning_ar_ett_fel(kor: Kor, tmp_path: Path, mapp: str, mening: str) -> None:
    (tmp_path / "tom").mkdir()
    (tmp_path / "utan/regler").mkdir(parents=True)
    (tmp_path / "utan/config").mkdir()
    kod, ut, _ = kor("regler", "kontrollera", mapp)
    assert kod == 1
    assert mening in ut


def test_kommunens_egen_frist_som_inget_steg_startar_ar_ett_fel(kor: Kor, hjo: Path) -> None:
    fil = hjo / "regler/frister/synpunkt.yaml"
    rad = "{fran: 2026-01-01, tid: 3 arbetsdagar, kalla: Prov, kontrollerad: 2026-11-22}"
    fil.write_text(f"{fil.read_text('utf-8')}\negen:\n  rubrik: Egen\n  raknas_fran: inkom\n  galler:\n    - {rad}\n", "utf-8")
    kod, ut, _ = kor("regler", "kontrollera", str(hjo), "--json")
    nummer = len(fil.read_text("utf-8").splitlines())
    assert kod == 1
    assert json.loads(ut)["fel"] == [f"{fil}, rad {nummer}, kolumn 1: synpunkt/egen: inget steg i synpunkt startar fristen"]


def test_bemanning_sager_vilka_roller_ingen_har(med_databas: Kor, bygg: Bygge) -> None:
    kod, ut, fel = med_databas("regler", "kontrollera", "--bemanning", "--json", "--nu", "2026-11-25")
    assert kod == 0, fel
    svar = json.loads(ut)
    assert svar["kontrollerade"] == ["exempelkommun"]
    assert [ett for ett in svar["anmarkningar"] if ett["slag"] == "tom_roll"] == []
    kod, ut, _ = med_databas("regler", "kontrollera", "--bemanning", "--nu", "1999-01-01")
    assert "\nRoller som ingen har: " in ut
    assert "ingen är avdelningschef, som får det som rör " in ut
    assert kod == 0


def test_bemanning_laser_en_mapp_som_databasens_kommun(med_databas: Kor, bygg: Bygge, tmp_path: Path) -> None:
    mapp = shutil.copytree(ROT / "config/exempelkommun", tmp_path / "forslag")
    kod, ut, fel = med_databas("regler", "kontrollera", str(mapp), "--bemanning", "--json")
    assert kod == 0, ut + fel
    assert json.loads(ut)["kontrollerade"] == [str(mapp)]


# -- prova -------------------------------------------------------------------------------------------------------------

FALL = """
- {namn: en vanlig vecka, process: synpunkt, frist: svar, fran: 2026-11-23, forfaller: 2026-12-07}
- {namn: fel dag, process: synpunkt, frist: svar, fran: 2026-11-23, forfaller: 2026-12-08}
"""


def test_alla_exempel_stammer(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "prova", "--json")
    svar = json.loads(ut)
    assert (kod, svar["fel"]) == (0, [])
    assert svar["antal"] >= 120
    assert kor("regler", "prova")[1] == f"Alla {svar['antal']} exempel stämmer.\n"


def test_exempel_som_inte_stammer_sags_med_fil_rad_vantat_och_blev(kor: Kor, hjo: Path) -> None:
    (hjo / "fall").mkdir()
    (hjo / "fall/egna.yaml").write_text(FALL, "utf-8")
    kod, ut, _ = kor("regler", "prova", str(hjo))
    *rader, sist = ut.splitlines()
    assert kod == 1
    assert rader == [f"{hjo}/fall/egna.yaml, rad 3, kolumn 3: fel dag: forfaller skulle bli 2026-12-08 men blev 2026-12-07"]
    assert sist.startswith("1 av ")
    svar = json.loads(kor("regler", "prova", str(hjo), "--json")[1])
    assert svar["fel"] == [
        {"fil": f"{hjo}/fall/egna.yaml", "rad": 3, "kolumn": 3, "namn": "fel dag",
         "mening": "forfaller skulle bli 2026-12-08 men blev 2026-12-07"}
    ]  # fmt: skip


def test_gemensamma_exempel_provas_mot_mappens_regler(kor: Kor, hjo: Path, hel: Path) -> None:
    skriv_om(hjo / "regler/frister/synpunkt.yaml", "tid: 10 arbetsdagar", "tid: 9 arbetsdagar")
    kod, ut, _ = kor("regler", "prova", str(hjo))
    assert kod == 1
    assert "tests/fall/" in ut
    assert "stämmer inte." in ut
    kod, ut, _ = kor("regler", "prova", str(hel))
    assert kod == 0, ut


def test_exempel_provas_inte_mot_trasiga_regler_eller_trasiga_exempel(
    kor: Kor, hjo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skriv_om(hjo / "kommun.yaml", "namn:", "nam:")
    kod, _, fel = kor("regler", "prova", str(hjo))
    assert kod == 1
    assert f"{hjo}/kommun.yaml, rad " in fel
    (tmp_path / "rot/tests/fall").mkdir(parents=True)
    (tmp_path / "rot/tests/fall/a.yaml").write_text("- {namn: inget alls}\n", "utf-8")
    monkeypatch.setattr(regelkontroll, "ROT", tmp_path / "rot")
    kod, _, fel = kor("regler", "prova", "hjo")
    assert kod == 1
    assert "tests/fall/a.yaml, rad 1, kolumn 3: 1: ett exempel prövar en sak" in fel
    (tmp_path / "rot/tests/fall/a.yaml").write_bytes(b"\xe5")
    assert "tests/fall/a.yaml, rad 1, kolumn 1: filen är inte sparad som UTF-8" in kor("regler", "prova", "hjo")[2]


def test_utan_gemensamma_exempel_provas_bara_uppsattningens_egna(
    kor: Kor, hjo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regelkontroll, "ROT", tmp_path)
    shutil.rmtree(hjo / "fall", ignore_errors=True)
    assert kor("regler", "prova", str(hjo))[:2] == (0, "Alla 0 exempel stämmer.\n")


# -- schema ------------------------------------------------------------------------------------------------------------


def test_schemat_skrivs_om_bara_nar_det_ar_ett_annat(kor: Kor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROT / "regler/schema", tmp_path / "regler/schema")
    monkeypatch.setattr(regelkontroll, "ROT", tmp_path)
    assert kor("regler", "schema")[:2] == (0, "15 scheman i regler/schema, inga ändrade.\n")
    (tmp_path / "regler/schema/krav.json").write_text("{}", "utf-8")
    (tmp_path / "regler/schema/fall.json").unlink()
    assert kor("regler", "schema")[:2] == (0, "15 scheman i regler/schema, 2 ändrade.\n")
    assert json.loads((tmp_path / "regler/schema/krav.json").read_text("utf-8"))["title"] == "krav"


def test_schema_som_inte_gar_att_skriva_sags(kor: Kor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regelkontroll, "ROT", tmp_path)
    kod, _, fel = kor("regler", "schema")
    assert kod == 1
    assert f"{tmp_path}/regler/schema/frister.json går inte att skriva: den finns inte." in fel


# -- kalender and the wheel of the year --------------------------------------------------------------------------------


def test_aret_dag_for_dag_med_varfor(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "kalender", "--ar", "2027", "--kommun", "exempelkommun", "--json")
    svar = json.loads(ut)
    assert (kod, svar["ar"], svar["kommun"], len(svar["dagar"])) == (0, 2027, "exempelkommun", 365)
    assert svar["arbetsdagar"] == sum(ett["arbetsdag"] for ett in svar["dagar"])
    assert svar["arbetsdagar"] == sum(ett["arbetsdagar"] for ett in svar["manader"])
    assert [ett["manad"] for ett in svar["manader"]] == [f"2027-{m:02}" for m in range(1, 13)]
    per_dag = {ett["dag"]: ett for ett in svar["dagar"]}
    assert per_dag["2027-06-25"] == {
        "dag": "2027-06-25", "arbetsdag": False, "vardag": False, "varfor": "midsommarafton räknas som helgdag", "arshjul": [],
    }  # fmt: skip
    assert per_dag["2027-01-31"]["arshjul"][0]["rubrik"]
    assert len(json.loads(kor("regler", "kalender", "--ar", "2028", "--json")[1])["dagar"]) == 366


def test_aret_som_manader_i_terminalen(kor: Kor) -> None:
    _, ut, _ = kor("regler", "kalender", "--ar", "2026", "--kommun", "exempelkommun")
    block = ut.split("\n\n")
    assert len(block) == 13
    maj = block[5].splitlines()
    assert maj[0] == "maj 2026: 18 arbetsdagar"
    assert maj[1] == "vecka  må  ti  on  to  fr  lö  sö"
    assert maj[2] == "   18                   1*  2   3"
    assert "  14  Kristi himmelsfärdsdag är helgdag" in maj
    assert any(rad.startswith("  15  ledig dag i kommunen: klämdag") for rad in maj)
    assert not any("lördag" in rad for rad in maj)


@pytest.mark.parametrize("ar", ["1952", "2100", "0", "nästa", "²", "9" * 5000])
def test_ar_utanfor_kalendern_ar_fel_anvandning(kor: Kor, ar: str) -> None:
    for kommando in ("kalender", "arshjul"):
        kod, _, fel = kor("regler", kommando, "--ar", ar)
        assert kod == 2
        assert "är inget år i kalendern, som går från 1953 till 2099" in " ".join(fel.split())


def test_arshjulet_i_dagarnas_ordning_och_tomt(kor: Kor, monkeypatch: pytest.MonkeyPatch, hjo: Path) -> None:
    kod, ut, _ = kor("regler", "arshjul", "--ar", "2027", "--kommun", "exempelkommun", "--json")
    dagar = [ett["dag"] for ett in json.loads(ut)]
    assert (kod, dagar) == (0, sorted(dagar))
    assert dagar
    assert "kvalitetsledare, 10 st" in kor("regler", "arshjul", "--ar", "2027", "--kommun", "exempelkommun")[1]
    monkeypatch.setattr("regler.Regelverk.arshjul", lambda *_: ())
    assert kor("regler", "arshjul", "--ar", "2027")[1] == "Årshjulet är tomt.\n"


def test_utan_ar_och_dag_menas_nu(kor: Kor) -> None:
    from tjanster import klocka

    idag = klocka.idag()
    assert json.loads(kor("regler", "kalender", "--json")[1])["ar"] == idag.year
    assert json.loads(kor("regler", "tabell", "lex_sarah/till_ivo", "--json")[1])["dag"] == idag.isoformat()


# -- tables and duties -------------------------------------------------------------------------------------------------


def test_tabellen_svarar_med_rad_och_varfor(kor: Kor) -> None:
    ord_ = ("regler", "tabell", "lex_sarah/till_ivo", "--svar", "bedomning=allvarligt", "--dag", "2025-06-30")
    kod, ut, _ = kor(*ord_, "--json")
    svar = json.loads(ut)
    assert (kod, svar["utfall"], svar["saknas"], svar["dag"]) == (0, "anmals", [], "2025-06-30")
    assert svar["rad"]["lagrum"] == "14 kap. 7 § SoL (2001:453)"
    assert svar["svar"] == {"bedomning": "Allvarligt missförhållande"}
    ut = kor(*ord_)[1].splitlines()
    assert ut[0] == "lex_sarah/till_ivo: Ska anmälas till IVO"
    assert ut[1] == f"Därför: {svar['motiv']}"
    assert f"{svar['rad']['fil']}, rad {svar['rad']['rad']}." in ut[2]
    assert ut[4:] == ["  Bedömning: Allvarligt missförhållande"]


def test_okant_ar_okant_och_sager_vad_som_saknas(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "tabell", "lex_sarah/till_ivo", "--json")
    svar = json.loads(ut)
    assert (kod, svar["utfall"], svar["rad"], svar["saknas"]) == (0, None, None, ["bedomning"])
    assert kor("regler", "tabell", "lex_sarah/till_ivo")[1].splitlines() == [
        "lex_sarah/till_ivo: okänt",
        "  Svara på bedomning, Bedömning: inget, risk, missforhallande, risk_allvarligt, allvarligt",
    ]


def test_skyldigheten_med_belopp_i_kronor(kor: Kor) -> None:
    for dag, belopp in (("2025-12-31", [10000, 1000000]), ("2026-01-01", [15000, 1500000])):
        svar = json.loads(kor("regler", "skyldighet", "beslut/sarskild_avgift", "--dag", dag, "--json")[1])
        assert list(svar["varde"].values()) == belopp
        assert (svar["skyldighet"], svar["dag"], svar["enhet"]) == ("beslut/sarskild_avgift", dag, "kr")
    _, ut, _ = kor("regler", "skyldighet", "beslut/sarskild_avgift", "--dag", "2026-01-01", "--falt", "lagrum=lss")
    assert "  hogst: 1 500 000 kr\n" in ut
    assert "28 b § LSS (1993:387)" in ut
    assert "Kontrollerad: nej." in ut


@pytest.mark.parametrize(
    ("ord_", "kod", "mening"),
    [
        (("tabell", "lex_sarah/till_ivoo"), 1, "menade du 'lex_sarah/till_ivo'?"),
        (("tabell", "lex_sarah/till_ivo", "--svar", "bedomning=allvarlig"), 1, "menade du 'allvarligt'?"),
        (("tabell", "lex_sarah/till_ivo", "--svar", "bedömning"), 2, "skriv namn=värde"),
        (("tabell", "lex_sarah/till_ivo", "--dag", "i går"), 2, "i går"),
        (("tabell", "lex_sarah/till_ivo", "--dag", "1999-01-01"), 1, "gäller den 1999-01-01: den första gäller från 2002-01-01"),
        (("tabell", "lex_sarah/till_ivo", "--kommun", "hjoo"), 1, "menade du 'hjo'?"),
        (("skyldighet", "beslut/sarskild_avgif"), 1, "menade du 'beslut/sarskild_avgift'?"),
        (("skyldighet", "beslut/sarskild_avgift", "--falt", "lagrum=lsss"), 1, "menade du 'lss'?"),
        (("skyldighet", "beslut/sarskild_avgift", "--dag", "1999-01-01"), 1, "gäller den 1999-01-01"),
    ],
)
def test_fel_fraga_har_ratt_kod_och_namner_det_ratta(kor: Kor, ord_: tuple[str, ...], kod: int, mening: str) -> None:
    svar, ut, fel = kor("regler", *ord_)
    assert svar == kod
    assert mening in " ".join((ut + fel).split())


def test_fel_falt_och_svar_ar_den_enda_felformen(kor: Kor) -> None:
    svar = json.loads(kor("regler", "tabell", "lex_sarah/till_ivo", "--svar", "bedomning=x", "--json")[1])
    assert set(svar) == {"fel", "skal", "falt"}
    assert set(svar["falt"]) == {"bedomning"}
