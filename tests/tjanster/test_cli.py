"""The command line, as another program meets it: what it prints, in which shape, and its exit codes."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from arbetsfloden import PROCESSER
from tests.bygg import AVVIKELSE, SYNPUNKT, Bygge
from tests.tjanster.conftest import Kor
from tjanster.db import migrera
from tjanster.krypto import Nyckelring

DATA = Path(__file__).parent / "data"


def _fil(mapp: Path, varde: object) -> str:
    fil = mapp / "in.json"
    fil.write_text(json.dumps(varde), encoding="utf-8")
    return str(fil)


# -- limits, without a database ----------------------------------------------------------------------------------------


def test_frist_svarar_i_den_form_som_utlovats(kor: Kor) -> None:
    kod, ut, _ = kor("frist", "synpunkt", "svar", "--fran", "2026-03-31", "--kommun", "hjo", "--json")
    svar = json.loads(ut)
    assert kod == 0
    assert set(svar) == {"process", "frist", "kommun", "fran", "forfaller", "regel", "rakning"}
    assert set(svar["regel"]) == {"fran", "tid", "lagrum", "kalla", "kontrollerad", "niva"}
    assert {frozenset(r) for r in svar["rakning"]} == {frozenset({"dag", "raknas", "nummer", "varfor"})}
    assert (svar["forfaller"], svar["regel"]["niva"]) == ("2026-04-16", "lokal")
    assert sum(r["raknas"] for r in svar["rakning"]) == 10


@pytest.mark.parametrize(
    ("ord_", "forfaller", "lagrum"),
    [
        (("beslut", "verkstallighet", "--fran", "2025-06-30"), "2025-09-30", "16 kap. 6 f § SoL (2001:453)"),
        (("beslut", "verkstallighet", "--fran", "2025-07-01"), "2025-10-01", "34 kap. 1 § SoL (2025:400)"),
        (("beslut", "verkstallighet", "--fran", "2025-07-01", "--falt", "lagrum=LSS"), "2025-10-01", "28 f § LSS (1993:387)"),
        (("beslut", "aterupptagande", "--fran", "2026-11-30"), "2027-02-28", "34 kap. 1 § SoL (2025:400)"),
    ],
)
def test_ratt_lag_for_ratt_dag(kor: Kor, ord_: tuple[str, ...], forfaller: str, lagrum: str) -> None:
    _, ut, _ = kor("frist", *ord_, "--json")
    svar = json.loads(ut)
    assert svar["forfaller"] == forfaller
    assert svar["regel"]["lagrum"].startswith(lagrum)


def test_timmar_ger_tid_med_zon_och_skyndsamt_ger_ingen_dag(kor: Kor) -> None:
    _, ut, _ = kor("frist", "personuppgiftsincident", "anmalan_imy", "--fran", "2026-12-24T10:00", "--json")
    assert json.loads(ut)["forfaller"] == "2026-12-27T10:00:00+01:00"
    _, ut, _ = kor("frist", "lex_sarah", "anmalan_ivo", "--fran", "2026-12-24", "--json")
    assert json.loads(ut)["forfaller"] is None


def test_manga_rader_i_ordning_aven_de_trasiga(kor: Kor, tmp_path: Path) -> None:
    rader = tmp_path / "rader.jsonl"
    rader.write_text(
        '{"process": "synpunkt", "frist": "svar", "kommun": "hjo", "fran": "2026-03-31"}\ntrasig\n'
        '{"process": "synpunkt", "frist": "svarr", "kommun": "hjo", "fran": "2026-03-31"}\n',
        encoding="utf-8",
    )
    kod, ut, _ = kor("frist", "--fil", str(rader))
    svar = [json.loads(rad) for rad in ut.splitlines()]
    assert kod == 0
    assert [s.get("forfaller", s.get("fel")) for s in svar] == ["2026-04-16", "trasig_rad", "okand_frist"]


@pytest.mark.parametrize(
    ("ord_", "kod", "mening"),
    [
        (("frist", "synpunkt", "svarr", "--fran", "2026-03-31"), 1, "menade du 'svar'"),
        (("frist", "synpunkt", "svar", "--fran", "2026-13-01"), 1, "är ingen dag"),
        (("frist", "synpunkt", "svar", "--fran", "2026-03-31", "--kommun", "hjoo"), 1, "hjo"),
        (("frist", "synpunkt"), 2, "ange PROCESS, FRIST och --fran"),
        (("frist", "synpunkt", "svar", "--fran", "2026-03-31", "--falt", "lagrum"), 2, "skriv namn=värde"),
        (("frist", "--fil", "finns-inte.jsonl"), 1, "går inte att läsa"),
        (("hittepa",), 2, "hittepa"),
        (("process", "visa", "synpunktt"), 1, "menade du 'synpunkt'"),
        (("bevaka", "--nu", "i morgon"), 2, "är ingen tid"),
        (("start", "--roll", "hej"), 2, "välj webb, vakt eller allt"),
    ],
)
def test_fel_har_ratt_kod_och_sager_vad_som_ar_ratt(kor: Kor, ord_: tuple[str, ...], kod: int, mening: str) -> None:
    svar, ut, fel = kor(*ord_)
    assert svar == kod
    assert mening in " ".join((ut + fel).split())


def test_okand_installning_namner_den_ratta(kor: Kor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAKA_KOMUN", "hjo")
    kod, _, fel = kor("halsa")
    assert kod == 1
    assert "VAKA_KOMUN är ingen inställning. Menade du VAKA_KOMMUN?" in fel


# -- processes and rules -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("namn", PROCESSER)
def test_process_visas_som_tabell_och_mermaid(kor: Kor, namn: str) -> None:
    kod, ut, _ = kor("process", "visa", namn)
    assert kod == 0
    assert PROCESSER[namn].rubrik in ut
    assert "stateDiagram-v2" in ut


def test_reglerna_i_forradet_ar_felfria(kor: Kor) -> None:
    kod, ut, _ = kor("regler", "kontrollera", "--json")
    assert kod == 0, ut
    assert json.loads(ut)["fel"] == []


def test_trasiga_regler_sags_alla_pa_en_gang(kor: Kor, tmp_path: Path) -> None:
    import shutil

    from tjanster.settings import ROT

    mapp = tmp_path / "trasig"
    shutil.copytree(ROT / "config" / "hjo", mapp)
    fil = mapp / "regler" / "frister" / "synpunkt.yaml"
    fil.write_text(fil.read_text(encoding="utf-8").replace("10 arbetsdagar", "tio dagar").replace("kalla:", "kala:"), encoding="utf-8")
    kod, ut, _ = kor("regler", "kontrollera", str(mapp))
    assert kod == 1
    assert "'tio dagar' är ingen tid" in ut
    assert "menade du 'kalla'" in ut


# -- cases, on a database ----------------------------------------------------------------------------------------------


def test_arende_skapas_flyttas_visas_och_listas(med_databas: Kor, bygg: Bygge, tmp_path: Path) -> None:
    nu = ("--nu", "2026-09-07T09:00")
    kod, ut, fel = med_databas("arende", "skapa", "synpunkt", "--fil", _fil(tmp_path, SYNPUNKT), "--json", *nu)
    assert kod == 0, fel
    nummer = json.loads(ut)["nummer"]
    data = {"uppgifter": {"enhet": "familjehem"}, "version": 2}
    kod, ut, fel = med_databas("arende", "handelse", nummer, "fordela", "--fil", _fil(tmp_path, data), "--som", "rut", "--json", *nu)
    assert kod == 0, fel
    assert json.loads(ut)["tillstand"] == "fordelad"
    kod, ut, fel = med_databas("arende", "handelse", nummer, "fordela", "--fil", _fil(tmp_path, data), "--som", "rut", "--json", *nu)
    assert (kod, json.loads(ut)["fel"]) == (1, "nagon_hann_fore")
    kod, ut, _ = med_databas("arende", "visa", nummer, "--json", *nu)
    assert json.loads(ut)["nummer"] == nummer
    kod, ut, _ = med_databas("arende", "visa", nummer, *nu)
    assert "Fördelad till enhet" in ut
    kod, ut, _ = med_databas("arende", "lista", "--json", *nu)
    assert [r["nummer"] for r in json.loads(ut)] == [nummer]
    kod, ut, _ = med_databas("arende", "lista", "--sena", "--json", *nu)
    assert json.loads(ut) == []


def test_fel_i_arendet_ar_den_enda_felformen(med_databas: Kor, bygg: Bygge, tmp_path: Path) -> None:
    fil = _fil(tmp_path, AVVIKELSE | {"typ": "rutinn"})
    kod, ut, _ = med_databas("arende", "skapa", "avvikelse", "--fil", fil, "--json", "--nu", "2026-09-07T09:00")
    svar = json.loads(ut)
    assert kod == 1
    assert set(svar) == {"fel", "skal", "falt"}
    assert "Rutin saknas" in svar["falt"]["typ"]


@pytest.mark.parametrize(("innehall", "mening"), [("{", "trasig JSON"), ("[1]", "JSON-objekt")])
def test_trasig_fil_sags_med_rad(med_databas: Kor, tmp_path: Path, innehall: str, mening: str) -> None:
    fil = tmp_path / "in.json"
    fil.write_text(innehall, encoding="utf-8")
    kod, _, fel = med_databas("arende", "skapa", "synpunkt", "--fil", str(fil))
    assert kod == 1
    assert mening in fel


def test_bevaka_tva_ganger_ar_en_gang(med_databas: Kor, bygg: Bygge) -> None:
    bygg.ny("avvikelse", "mia")
    _, ut, _ = med_databas("bevaka", "--nu", "2026-09-30T06:30", "--json")
    forsta = json.loads(ut)
    _, ut, _ = med_databas("bevaka", "--nu", "2026-09-30T06:31", "--json")
    andra = json.loads(ut)
    assert forsta["trappsteg"] > 0
    assert (andra["trappsteg"], andra["morgonbrev"], andra["brutna"]) == (0, 0, 0)


@pytest.mark.parametrize("ord_", [("bevaka",), ("bevaka", "--nu", "2026-09-29T08:00")])
def test_vaka_nu_flyttar_klockan_for_kommandona_ocksa(
    med_databas: Kor, bygg: Bygge, monkeypatch: pytest.MonkeyPatch, ord_: tuple[str, ...]
) -> None:
    """It used to be the real day that a command went by, also where web and watch went by another."""
    nummer = bygg.ny("synpunkt")
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    monkeypatch.setenv("VAKA_NU", "2026-09-29T08:00" if len(ord_) == 1 else "2020-01-02")  # what is said beside the command goes first
    kod, ut, _ = med_databas(*ord_, "--json")
    assert kod == 0 and json.loads(ut)["ikapp"] == json.loads(ut)["trappsteg"] > 0
    with bygg.vaka.systemet() as conn:
        assert str(conn.execute(text("SELECT nu::date FROM svep ORDER BY id DESC LIMIT 1")).scalar()) == "2026-09-29"


def test_halsan_sager_vad_som_fattas(med_databas: Kor, bygg: Bygge) -> None:
    kod, ut, _ = med_databas("halsa", "--json", "--nu", "2026-09-07T09:00")
    svar = json.loads(ut)
    assert (kod, svar["bra"]) == (1, False)
    assert "har aldrig gått" in next(p["text"] for p in svar["punkter"] if p["namn"] == "Bevakning")


def test_rapport_och_statistik_gar_att_be_om_fel(med_databas: Kor, bygg: Bygge) -> None:
    assert "menade du 'ej-verkstallda'" in med_databas("rapport", "ej-verkstalda", "--period", "2026K3")[2]
    assert "är ingen period" in med_databas("rapport", "ej-verkstallda", "--period", "i fjol")[2]
    assert "typ" in med_databas("statistik", "avvikelse", "--per", "typp")[2]
    kod, ut, _ = med_databas("statistik", "avvikelse", "--per", "typ", "--json")
    assert (kod, json.loads(ut)) == (0, {"summa": 0, "grupper": []})


def test_fel_kommun_for_databasen_nekas_vid_start(med_databas: Kor, bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAKA_KOMMUN", "hjo")
    kod, _, fel = med_databas("arende", "lista")
    assert kod == 1
    assert "men VAKA_KOMMUN är 'hjo'. Vilken är rätt?" in fel


def test_enheter_som_organisationen_saknar_nekas_innan_nagra_regler_galler(med_databas: Kor, motor: Engine) -> None:
    with motor.begin() as conn:
        konto = conn.execute(text(
            "INSERT INTO anvandare (anvandarnamn, namn, aktiv, misslyckade, skapad) VALUES ('p', 'Påhittad', true, 0, now()) RETURNING id"
        )).scalar()  # fmt: skip
        conn.execute(text("INSERT INTO uppdrag (anvandare_id, roll, enhet, fran) VALUES (:k, 'enhetschef', 'borta', '2026-01-01')"), {"k": konto})
    kod, _, fel = med_databas("arende", "lista")
    assert kod == 1
    assert "enheter som inte finns i organisationen för Exempelkommun: borta. Är VAKA_KOMMUN rätt?" in fel


def test_gamla_tabeller_nekas_och_migreras_inte_i_smyg(med_databas: Kor, motor: Engine) -> None:
    migrera.backa(motor, "base")
    kod, _, fel = med_databas("halsa")
    assert kod == 1
    assert "Kör 'vaka migrera'" in fel
    assert med_databas("migrera")[0] == 0


def test_migrera_sager_versionen(med_databas: Kor) -> None:
    assert f"version {migrera.nyaste()}" in med_databas("migrera")[1]


def test_konto_skapas_far_nyckel_och_stangs(med_databas: Kor, bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "en-lang-mening-att-minnas")
    uppdrag = ("--namn", "Nya Påhittad", "--roll", "handlaggare", "--enhet", "Familjehemsenheten")
    assert med_databas("anvandare", "skapa", "nya", *uppdrag)[0] == 0
    _, ut, _ = med_databas("anvandare", "nyckel", "nya", "diariet")
    assert ut.startswith("vaka_")
    assert "Återkallade: 1" in med_databas("anvandare", "nyckel", "nya", "diariet", "--aterkalla")[1]
    assert "är enhetschef för Öppenvården Bryggan" in med_databas(
        "anvandare", "uppdrag", "nya", "--roll", "enhetschef", "--enhet", "oppenvard", "--till", "2099-12-31"
    )[1]
    assert "menade du 'familjehem'" in med_databas("anvandare", "uppdrag", "nya", "--roll", "enhetschef", "--enhet", "familjehm")[2]
    assert Nyckelring(med_databas("nyckel")[1]).nycklar
    assert "är bytt" in med_databas("anvandare", "losen", "nya")[1]
    assert "Tvåstegsinloggningen för nya är av." in med_databas("anvandare", "tvasteg", "nya")[1]
    assert "nya hade ingen" in med_databas("anvandare", "tvasteg", "nya", "--ta-bort")[1]
    assert "VAKA_OIDC är inte satt" in med_databas("anvandare", "koppla", "nya", "ett-id")[2]
    assert "är stängt" in med_databas("anvandare", "stang", "nya")[1]
    assert "är öppet" in med_databas("anvandare", "oppna", "nya")[1]
    assert "är stängt" in med_databas("anvandare", "stang", "nya")[1]
    rader = json.loads(med_databas("anvandare", "lista", "--json")[1])
    assert [(r["aktiv"], r["roll"]) for r in rader if r["anvandarnamn"] == "nya"] == [
        (False, "handlaggare"), (False, "enhetschef")
    ]
    assert "inget konto som heter" in med_databas("anvandare", "stang", "finnsinte")[2]
