"""`vaka simulera` as it is run: what it tells, what it refuses, and that it leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.provserver import provmapp
from tests.tjanster.conftest import Kor
from tjanster import app as program
from tjanster.db import server
from tjanster.settings import ROT, Settings
from tjanster.simulering import Korning
from tjanster.simulering.databas import avbruten_ar_avbruten
from tjanster.simulering.modell import FIL, Modellfel, las_modell
from tjanster.simulering.prognos import varianter

DAGAR = ("--fran", "2027-03-01", "--till", "2027-03-05", "--arenden", "800")
PROCESSRADEN = {
    "process", "inkomna", "klara", "oppna", "hallna", "brutna", "sena", "median", "p90", "paminnelser", "andel_i_tid",
}  # fmt: skip


@pytest.fixture
def tillfalligt(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made, empty and by itself. The server's library has put its lock elsewhere by then."""
    with provmapp() as mapp:
        monkeypatch.setenv("TMPDIR", str(mapp))
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield mapp
        monkeypatch.setattr(tempfile, "tempdir", None)


def kvar(mapp: Path) -> list[str]:
    """What lies in the folder, but for the empty lock that all servers of the library share."""
    return [fil.name for fil in mapp.iterdir() if fil.name != ".lockfile"]


def servrar(mapp: Path) -> list[str]:
    """The command lines of processes that have anything to do with the folder."""
    ut = []
    for fil in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            rad = fil.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(mapp) in rad and "postgres" in rad:
                ut.append(rad)
    return ut


# -- what it tells -----------------------------------------------------------------------------------------------------


def test_json_har_sin_form_och_inget_ligger_kvar(kor: Kor, tillfalligt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SMTP is set to a server that isn't there: nothing asks it."""
    monkeypatch.setenv("VAKA_SMTP", "smtp://127.0.0.1:1")
    kod, ut, fel = kor("simulera", *DAGAR, "--json")
    svar = json.loads(ut)
    assert (kod, fel) == (0, "")
    assert {k: v for k, v in svar.items() if k != "korningar"} == {
        "kommun": "exempelkommun", "fran": "2027-03-01", "till": "2027-03-05", "pahittat": True,
    }  # fmt: skip
    (en,) = svar["korningar"]
    assert (en["personal"], en["regler"], en["fro"]) == (1.0, "idag", 1)
    assert set(en) == {
        "personal", "regler", "fro", "fran", "till", "processer", "alla", "manader", "brev", "handelser", "belaggning", "nekade",
        "svepfel", "utan_mottagare", "sekunder",
    }  # fmt: skip
    assert [set(p) for p in en["processer"]] == [PROCESSRADEN] * 4
    assert set(en["alla"]) == PROCESSRADEN
    assert en["alla"]["inkomna"] > 3
    assert [set(m) for m in en["manader"]] == [{"manad", "inkomna", "klara", "brutna", "oppna"}]
    assert kvar(tillfalligt) == []
    assert servrar(tillfalligt) == []


def test_texten_sager_att_allt_ar_pahittat_och_vad_den_vilar_pa(kor: Kor, tillfalligt: Path) -> None:
    kod, ut, _ = kor("simulera", *DAGAR, "--jamfor-personal", "0.5,2", "--utan-brev")
    assert kod == 0
    assert "Allt är påhittat" in ut
    assert "Ingen post lämnar datorn" in ut
    assert "antaganden" in ut
    for rad in ("Personal 0.5", "Personal 2", "Synpunkter och klagomål", "Lex Sarah"):
        assert rad in ut
    assert kvar(tillfalligt) == []


def test_regler_att_prova_star_bredvid_dagens_med_samma_arenden(kor: Kor, tmp_path: Path, tillfalligt: Path) -> None:
    mapp = tmp_path / "exempelkommun"
    shutil.copytree(ROT / "config/exempelkommun", mapp)
    fil = mapp / "regler/frister/avvikelse.yaml"
    fil.write_text(fil.read_text("utf-8").replace("tid: 3 arbetsdagar", "tid: 30 arbetsdagar"), "utf-8")
    kod, ut, _ = kor("simulera", "--fran", "2027-03-01", "--till", "2027-03-10", "--arenden", "1500", "--personal", "0.1", "--regler", str(mapp), "--json")
    assert kod == 0
    idag, ny = json.loads(ut)["korningar"]
    assert (idag["regler"], ny["regler"]) == ("idag", str(mapp))
    assert idag["processer"][1]["inkomna"] == ny["processer"][1]["inkomna"]
    assert idag["processer"][1]["brutna"] > ny["processer"][1]["brutna"] == 0


def test_flera_kommuner_har_var_sitt_fro_och_jamforelser_samma() -> None:
    idag = program.las_regler(Settings())
    korning = Korning(las_modell(), date(2027, 3, 1), date(2027, 3, 5), fro=5)
    assert [v.korning.fro for v in varianter(korning, idag, kommuner=3)] == [5, 6, 7]
    alla = varianter(korning, idag, personal=(0.8, 1.2), nya=idag, namn="egna")
    assert [(v.korning.personal, v.namn, v.korning.fro) for v in alla] == [
        (0.8, "idag", 5), (0.8, "egna", 5), (1.2, "idag", 5), (1.2, "egna", 5),
    ]  # fmt: skip
    assert [v.rubrik for v in alla][:2] == ["Personal 0.8", "Personal 0.8, egna"]


def test_det_som_sparas_gar_att_oppna_som_en_vanlig_vaka(kor: Kor, tmp_path: Path, tillfalligt: Path) -> None:
    mapp = Path(tempfile.mkdtemp(prefix="vb-")) / "sparad"
    kod, ut, _ = kor("simulera", *DAGAR, "--behall", str(mapp))
    assert kod == 0
    assert f"VAKA_DATA={mapp} VAKA_KOMMUN=exempelkommun VAKA_DEMO=ja VAKA_NU=2027-03-05T17:00 vaka start" in ut
    assert servrar(mapp) == []
    vaka = program.oppna(Settings(kommun="exempelkommun", data=mapp, demo=True))
    try:
        with vaka.systemet() as conn:
            assert conn.scalar(text("SELECT count(*) FROM arende")) > 3
            assert conn.scalar(text("SHOW synchronous_commit")) == "on"
            assert conn.scalar(text("SELECT count(*) FROM pg_database WHERE datname = 'mall'")) == 0
    finally:
        vaka.stang()
        server.stanna(mapp)
        shutil.rmtree(mapp.parent)


def test_avbruten_lamnar_den_inget_efter_sig(tillfalligt: Path, tmp_path: Path) -> None:
    miljo = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")} | {"PYTHONPATH": str(ROT), "TMPDIR": str(tillfalligt)}
    kor = [sys.executable, "-c", "from tjanster.cli import main; main()", "simulera", "--ar", "2027"]
    with subprocess.Popen(kor, cwd=tmp_path, env=miljo, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as p:
        try:
            while not list(tillfalligt.glob("*/hemlighet")):  # made when the first database is opened
                with suppress(subprocess.TimeoutExpired):
                    p.wait(0.1)
                assert p.poll() is None, p.communicate()
            assert servrar(tillfalligt) != []
            p.send_signal(signal.SIGINT)
            p.communicate(timeout=60)
        finally:
            p.kill()
    assert p.returncode == 130
    assert kvar(tillfalligt) == []
    assert servrar(tillfalligt) == []


def test_den_som_ber_processen_sluta_far_samma_stadning_som_ctrl_c() -> None:
    fore = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), avbruten_ar_avbruten():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is fore


# -- what it refuses ---------------------------------------------------------------------------------------------------


def test_den_kor_aldrig_mot_en_databas_som_nagon_arbetar_i(med_databas: Kor, databas: str) -> None:
    kod, _, fel = med_databas("simulera", *DAGAR)
    assert kod == 1
    assert "VAKA_DATABAS är satt" in fel
    assert "tar bort den efteråt" in fel
    assert databas not in fel


def test_det_som_finns_skrivs_inte_over(kor: Kor, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/viktigt").write_text("x")
    kod, ut, _ = kor("simulera", *DAGAR, "--behall", "full", "--json")
    assert kod == 1
    assert json.loads(ut) == {"fel": "simulering", "skal": ["full finns redan och är inte tom. Ange en mapp som inte finns."], "falt": {}}
    assert (tmp_path / "full/viktigt").read_text() == "x"


@pytest.mark.parametrize(
    ("val", "mening"),
    [
        (("--ar", "2021"), "ska vara ett år mellan 2022 och 2099"),
        (("--ar", "2027", "--fran", "2027-01-01"), "ange antingen --ar, eller både --fran och --till"),
        (("--fran", "2027-01-01"), "ange antingen --ar, eller både --fran och --till"),
        (("--fran", "2027-02-01", "--till", "2027-01-01"), "kan inte vara före --fran"),
        (("--fran", "2021-02-01", "--till", "2022-01-01"), "dagarna ska ligga mellan 2022-01-01 och 2099-12-31"),
        (("--fran", "2025-01-01", "--till", "2028-12-31"), "högst tre år åt gången"),
        (("--arenden", "0"), "ska vara mellan 1 och 200000"),
        (("--invanare", "5"), "ska vara mellan 100 och 2000000"),
        (("--kommuner", "500"), "ska vara mellan 1 och 300"),
        (("--arenden", "10", "--invanare", "1000"), "ange antingen --arenden eller --invanare"),
        (("--personal", "0"), "ska vara mellan 0.1 och 10; 1.0 är den tid som arbetet kräver"),
        (("--jamfor-personal", "1.0,99"), "ska vara mellan 0.1 och 10"),
        (("--jamfor-personal", "0,8;1"), "skriv tal med komma emellan, till exempel 0.8,1.0,1.2"),
        (("--jamfor-personal", "1,2", "--personal", "1"), "ange antingen --personal eller --jamfor-personal"),
        (("--kommuner", "2", "--jamfor-personal", "1,2"), "går inte ihop med --jamfor-personal eller --regler"),
        (("--behall", "x", "--jamfor-personal", "1,2"), "går bara med en enda körning"),
    ],
)
def test_det_som_inte_gar_ihop_nekas(kor: Kor, tmp_path: Path, val: tuple[str, ...], mening: str) -> None:
    kod, _, fel = kor("simulera", *val)
    assert kod == 2
    assert mening in " ".join(fel.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_regler_som_inte_gar_att_lasa_nekas_innan_nagot_startas(kor: Kor, tmp_path: Path, tillfalligt: Path) -> None:
    kod, _, fel = kor("simulera", *DAGAR, "--regler", str(tmp_path / "borta"))
    assert kod == 1
    assert "mappen finns inte" in fel
    shutil.copytree(ROT / "regler", tmp_path / "bara/regler")
    kod, _, fel = kor("simulera", *DAGAR, "--regler", str(tmp_path / "bara"))
    assert kod == 1
    assert "har ingen kommun" in fel or "kommun.yaml" in fel
    assert kvar(tillfalligt) == []


# -- the municipality's own numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fore", "efter", "mening"),
    [
        ("  avvikelse: 47\n", "", "volym.avvikelse saknas."),
        ("avvikelse: 47", "avvikelse: många", "volym.avvikelse ska vara ett tal."),
        ("avvikelse: 47", "avvikelse: -1", "volym.avvikelse ska vara minst 0."),
        ("belaggning: 0.85", "belaggning: 0", "personal.belaggning ska vara mer än 0."),
        ("epost: 0.6", "epost: 1.6", "andelar.epost ska vara högst 1."),
        ("semesterdagar: 25", "semesterdagar: 2.5", "personal.semesterdagar ska vara ett heltal."),
        ("epost: 0.6", "epost: 0.6\n  fax: 0.1", "andelar.fax finns inte i modellen."),
        ("veckodagar: [1.2, ", "veckodagar: [", "sasong.veckodagar har för få tal."),
        ("veckodagar: [1.2, ", "veckodagar: [1, 1.2, ", "sasong.veckodagar har för många tal."),
        ("veckodagar: [1.2, 1.1, 1.0, 1.0, 0.7]", "veckodagar: 1", "sasong.veckodagar ska vara en lista."),
        ("veckodagar: [1.2, 1.1, 1.0, 1.0, 0.7]", "veckodagar: [0, 0, 0, 0, 0]", "sasong måste ha någon månad och någon veckodag över noll."),
        ("inled_utredning: {roll: enhetschef", "inled_utredning: {roll: chef", "arbete.lex_sarah.inled_utredning.roll ska vara registrator, handlaggare, enhetschef eller kvalitetsledare."),
        ("    inled_utredning: {roll: enhetschef, minuter: 20}\n", "", "arbete.lex_sarah.inled_utredning saknas."),
        ("volym:\n", "volym: x\nannat:\n", "volym ska vara en grupp av namn och tal."),
        ("manader: [", "manader: [[", "går inte att förstå som YAML."),
    ],
)  # fmt: skip
def test_ett_tal_som_inte_duger_sags_med_namn(tmp_path: Path, fore: str, efter: str, mening: str) -> None:
    innehall = FIL.read_text("utf-8")
    assert fore in innehall
    (tmp_path / "egna.yaml").write_text(innehall.replace(fore, efter), "utf-8")
    with pytest.raises(Modellfel) as fel:
        las_modell(tmp_path / "egna.yaml")
    assert any(mening in ett for ett in fel.value.skal), fel.value.skal
    assert all(str(tmp_path / "egna.yaml") in ett for ett in fel.value.skal)


def test_modellen_gar_att_byta_och_en_fil_som_saknas_sags(kor: Kor, tmp_path: Path) -> None:
    kod, _, fel = kor("simulera", *DAGAR, "--modell", "borta.yaml")
    assert kod == 1
    assert "Filen borta.yaml går inte att läsa. Kopiera modell.yaml som följer med Vaka och ändra i den." in fel
    (tmp_path / "egna.yaml").write_text(FIL.read_text("utf-8").replace("  beslut: 317", "  beslut: 40"), "utf-8")
    assert las_modell(tmp_path / "egna.yaml").volym.beslut == 40
