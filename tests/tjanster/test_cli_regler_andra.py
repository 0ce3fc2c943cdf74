"""The commands that change the rules: what they print, their exit codes, and that nothing is activated by mistake."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.bygg import Bygge
from tests.conftest import starta_vaka
from tests.tjanster.conftest import Kor
from tests.tjanster.egen_kommun import utan_exempel
from tjanster.app import Vaka

DAG = ("--nu", "2026-09-07T10:00")


@pytest.fixture
def vaka(programmets: Engine, databas: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vaka:
    monkeypatch.setenv("VAKA_KOMMUN", str(mapp := utan_exempel(tmp_path / "grund")))
    return starta_vaka(programmets, databas, tmp_path, str(mapp))


@pytest.fixture
def mapp(tmp_path: Path) -> Path:
    """The municipality's folder under another name, with five working days to answer."""
    mapp = utan_exempel(tmp_path).rename(tmp_path / "nya_regler")
    skriv_om(mapp, "tid: 10 arbetsdagar", "tid: 5 arbetsdagar")
    return mapp


def skriv_om(mapp: Path, star: str, ska: str, fil: str = "regler/frister/synpunkt.yaml") -> None:
    text = (mapp / fil).read_text("utf-8")
    assert star in text
    (mapp / fil).write_text(text.replace(star, ska), "utf-8")


def test_jamfor_visar_vad_som_skiljer_och_vad_det_gor(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    nummer = bygg.ny("synpunkt")
    kod, ut, _ = med_databas("regler", "jamfor", str(mapp), *DAG)
    assert kod == 0
    assert "ÄNDRAD  frist synpunkt/svar, kommunens" in ut
    assert "  - Från 2022-01-01: 10 arbetsdagar; källa" in ut
    assert "  + Från 2022-01-01: 5 arbetsdagar; källa" in ut
    assert "1 öppet ärende med 1 öppen frist. 1 ärende berörs: 1 frist kortare, 0 frister längre" in ut
    assert next(rad for rad in ut.splitlines() if rad.startswith(nummer)).split() == [nummer, "svar", "2026-09-21", "2026-09-14", "-7"]
    assert "Familjehemsenheten" in ut


def test_jamfor_i_json(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    nummer = bygg.ny("synpunkt")
    kod, ut, _ = med_databas("regler", "jamfor", str(mapp), "--json", *DAG)
    svar = json.loads(ut)
    assert (kod, set(svar)) == (0, {"regler", "verkan", "hinder"})
    assert svar["regler"][0]["nyckel"] == "synpunkt/svar"
    assert svar["verkan"]["totalt"] == {
        "frister": svar["verkan"]["totalt"]["frister"], "tidigare": 1, "senare": 0, "tillkommer": 0, "faller_bort": 0, "blir_sena": 0,
    }  # fmt: skip
    assert svar["verkan"]["flyttas"] == [
        {"nummer": nummer, "process": "synpunkt", "enhet": "familjehem", "frist": "svar", "slag": "lag", "vad": "flyttas",
         "dagar": -7, "blir_sen": False, "fore": "2026-09-21", "efter": "2026-09-14"}
    ]  # fmt: skip


def test_jamfor_med_sig_sjalv(med_databas: Kor, bygg: Bygge) -> None:
    kod, ut, _ = med_databas("regler", "jamfor", *DAG)
    assert (kod, "Reglerna är desamma som de som gäller." in ut) == (0, True)


def test_jamfor_med_hinder_slutar_med_ett(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    bygg.ny("synpunkt")
    skriv_om(mapp, "      - {kod: familjehem, namn: Familjehemsenheten}\n", "", "organisation.yaml")
    kod, ut, _ = med_databas("regler", "jamfor", str(mapp), *DAG)
    assert (kod, "HINDER  Enheten 'familjehem' används" in ut) == (1, True)


def test_aktivera_historik_och_aterga(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    nummer = bygg.ny("synpunkt")
    kod, ut, _ = med_databas("regler", "aktivera", str(mapp), "--skal", "Ny riktlinje, påhittad", "--av", "adam", *DAG)
    assert (kod, "gäller nu. 1 ärende fick nya dagar." in ut) == (0, True)
    assert max(f["forfaller"].isoformat() for f in bygg.frister(nummer) if f["namn"] == "svar") == "2026-09-14"
    kod, ut, _ = med_databas("regler", "historik")
    rad = ut.splitlines()[1].split()
    assert (kod, rad[2:4]) == (0, ["Gäller", "nu"])
    assert "Adam Påhittad" in ut
    assert "Ny riktlinje, påhittad" in ut
    kod, ut, _ = med_databas("regler", "historik", "--json")
    alla = json.loads(ut)
    assert [en["status"] for en in alla] == ["aktiv", "ersatt"]
    kod, ut, _ = med_databas("regler", "aterga", str(alla[1]["version"]), "--skal", "Det blev fel", "--json", *DAG)
    assert (kod, json.loads(ut)["sort"]) == (0, "aterga")
    assert {f["forfaller"].isoformat() for f in bygg.frister(nummer) if f["namn"] == "svar"} == {"2026-09-21"}


def test_trasig_mapp_aktiveras_aldrig(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    skriv_om(mapp, "tid: 5 arbetsdagar", "tid: 5 arbetsdaga")
    kod, ut, fel = med_databas("regler", "aktivera", str(mapp), "--skal", "x", "--json", *DAG)
    assert (kod, json.loads(ut)["fel"]) == (1, "regelfel")
    assert f"{mapp}/regler/frister/synpunkt.yaml, rad " in fel
    assert "'5 arbetsdaga' är ingen tid – menade du '5 arbetsdagar'?" in fel
    kod, ut, _ = med_databas("regler", "historik", "--json")
    assert [en["status"] for en in json.loads(ut)] == ["aktiv"]


def test_utan_skal_ar_kommandot_fel_skrivet(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    assert med_databas("regler", "aktivera", str(mapp))[0] == 2


def test_planerad_och_avbruten(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    kod, ut, _ = med_databas("regler", "aktivera", str(mapp), "--skal", "Till nyår", "--fran", "2026-10-01", *DAG)
    assert (kod, "börjar gälla 2026-10-01. Bevakningen gör det den dagen." in ut) == (0, True)
    kod, ut, _ = med_databas("regler", "historik", "--json")
    andring = json.loads(ut)[0]
    assert (andring["status"], andring["fran"]) == ("planerad", "2026-10-01")
    kod, ut, _ = med_databas("regler", "avbryt", str(andring["id"]), "--skal", "Uppskjutet", *DAG)
    assert (kod, ut.strip()) == (0, f"Ändring {andring['id']} är avbruten.")


def test_tva_personer_fran_kommandoraden(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    fil = mapp / "kommun.yaml"
    fil.write_text(fil.read_text("utf-8") + "regelandring: {tva_personer: ja}\n", "utf-8")
    assert med_databas("regler", "aktivera", str(mapp), "--skal", "Två", *DAG)[0] == 0
    skriv_om(mapp, "tid: 5 arbetsdagar", "tid: 6 arbetsdagar")
    kod, _, fel = med_databas("regler", "aktivera", str(mapp), "--skal", "Sex", *DAG)
    assert (kod, "säg vem du är" in fel) == (1, True)
    kod, ut, _ = med_databas("regler", "aktivera", str(mapp), "--skal", "Sex", "--av", "adam", *DAG)
    assert "väntar på att en annan person godkänner den: vaka regler godkann" in ut
    andring = ut.split()[1]
    kod, _, fel = med_databas("regler", "godkann", andring, "--av", "adam", *DAG)
    assert (kod, "kan inte godkänna den själv" in fel) == (1, True)
    kod, _, fel = med_databas("regler", "godkann", andring, "--av", "mia", *DAG)
    assert (kod, "får inte ändra reglerna" in fel) == (1, True)
    kod, ut, _ = med_databas("regler", "godkann", andring, "--av", "kim", *DAG)
    assert (kod, "gäller nu" in ut) == (0, True)


def test_planerad_regel_borjar_galla_i_svepet(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    nummer = bygg.ny("synpunkt")
    med_databas("regler", "aktivera", str(mapp), "--skal", "Snart", "--fran", "2026-09-09", *DAG)
    med_databas("bevaka", "--nu", "2026-09-09T06:00")
    assert {f["forfaller"].isoformat() for f in bygg.frister(nummer) if f["namn"] == "svar"} == {"2026-09-14"}


def test_halsan_sager_vilka_regler_som_galler_och_vad_som_ar_fel(med_databas: Kor, bygg: Bygge, mapp: Path) -> None:
    assert "ok   Regler: version" in med_databas("halsa")[1]
    med_databas("regler", "aktivera", str(mapp), "--skal", "Annat än disken", *DAG)
    assert "filerna på disken säger annat, se 'vaka regler jamfor'" in med_databas("halsa")[1]
    med_databas("regler", "aktivera", "--skal", "Till disken igen", "--fran", "2026-10-01", *DAG)
    assert "skulle ha gällt från 2026-10-01: starta 'vaka start --roll vakt'" in med_databas("halsa", "--nu", "2026-10-03T08:00")[1]
