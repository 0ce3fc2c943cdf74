"""What must not start: broken rules, a broken process, a database that isn't ours. Each names the place and the mend."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from regler import Regelfel
from tests.bygg import Bygge
from tests.tjanster.egen_kommun import kopiera
from tjanster.app import FelMigrering, las_regler, oppna
from tjanster.db import migrera
from tjanster.settings import ROT, Settings

VAKA = [sys.executable, "-c", "from tjanster.cli import main; main()"]


def regelfel(mapp: Path) -> list[str]:
    with pytest.raises(Regelfel) as fel:
        las_regler(Settings(kommun=str(mapp)))
    return [str(ett) for ett in fel.value.fel]


def vaka(*ord_: str, rot: Path = ROT, **miljo: str) -> tuple[int, str]:
    """Run `vaka` from the source in `rot`; exit code and all that it printed. On a port that nobody has, since a demo may
    be running."""
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = str(ledig.getsockname()[1])
    arv = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")} | {"PYTHONPATH": str(rot), "VAKA_PORT": port}
    svar = subprocess.run([*VAKA, *ord_], cwd=rot, env=arv | miljo, capture_output=True, text=True, timeout=60)
    return svar.returncode, svar.stdout + svar.stderr


# -- rule files --------------------------------------------------------------------------------------------------------


def test_trasig_regelfil_namnger_fil_plats_och_rattning(tmp_path: Path) -> None:
    mapp = kopiera("exempelkommun", tmp_path)
    fil = mapp / "regler" / "frister" / "synpunkt.yaml"
    fil.write_text(fil.read_text("utf-8").replace("tid: 10 arbetsdagar", "tid: 10 arbetsdar"), "utf-8")
    (rad,) = regelfel(mapp)
    nummer = fil.read_text("utf-8").splitlines().index("      tid: 10 arbetsdar") + 1
    assert rad == f"{fil}, rad {nummer}, kolumn 12: svar › galler › 1 › tid: '10 arbetsdar' är ingen tid – menade du '10 arbetsdagar'?"


def test_alla_fel_i_alla_filer_sags_pa_en_gang(tmp_path: Path) -> None:
    mapp = kopiera("exempelkommun", tmp_path)
    (mapp / "regler" / "frister" / "avvikelse.yaml").write_text("mottagandet:\n  galler: []\n", "utf-8")
    (mapp / "organisation.yaml").write_text("kod: a\nnamn: A\nenheter:\n  - {kod: a, namn: B}\n", "utf-8")
    (mapp / "listor.yaml").write_text("slag:\n\tx: y\n", "utf-8")
    rader = regelfel(mapp)
    assert {Path(rad.split(",")[0].split(":")[0]).name for rad in rader} == {
        "avvikelse.yaml", "organisation.yaml", "listor.yaml",
        "inloggning.yaml",  # it names units that the broken organisation lacks
    }  # fmt: skip
    assert any("mottagande" in rad for rad in rader)


def test_namn_som_inte_kan_sta_i_ett_brev_stoppar_starten(tmp_path: Path) -> None:
    """Else every letter about the unit would fail, and the first to know would be nobody."""
    mapp = kopiera("exempelkommun", tmp_path)
    fil = mapp / "organisation.yaml"
    fil.write_text(fil.read_text("utf-8").replace("Öppenvården Bryggan", "Öppenvården 20110101-1234"), "utf-8")
    (rad,) = regelfel(mapp)
    assert rad.startswith(f"{fil}: oppenvard: 'Öppenvården 20110101-1234' kan inte stå i ett brev. Fältet 'enhet'")


def test_trasig_regelfil_stoppar_starten_innan_databasen_rors(tmp_path: Path) -> None:
    mapp = kopiera("exempelkommun", tmp_path)
    (mapp / "kommun.yaml").unlink()
    kod, ut = vaka("start", VAKA_KOMMUN=str(mapp), VAKA_DATA=str(tmp_path / "data"))
    assert (kod, "kommun.yaml: filen saknas" in ut, "Traceback" in ut) == (1, True, False)
    assert not (tmp_path / "data").exists()


# -- processes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratt", "fel", "mening"),
    [
        ('startar=("bekraftelse", "svar"),', 'startar=("bekraftelse", "svart"),',
         "synpunkt: öppnandet nämner fristen 'svart' som inte finns – menade du 'svar'?"),
        ('notis=("synpunkt_besvarad",)', 'notis=("synpunkt_besvarat",)',
         "synpunkt: steget 'besvara' nämner notisen 'synpunkt_besvarat' som inte finns – menade du 'synpunkt_besvarad'?"),
        ('fran="fordelad", till="handlaggs"', 'fran="fordelad", till="handlags"',
         "synpunkt: steget 'handlagg' nämner tillståndet 'handlags' som inte finns – menade du 'handlaggs'?"),
        ('kraver=("har_epost",)', 'kraver=("har_epot",)',
         "synpunkt: steget 'bekrafta' nämner villkoret 'har_epot' som inte finns – menade du 'har_epost'?"),
    ],
)  # fmt: skip
def test_trasig_process_stoppar_starten_och_namnger_ordet(tmp_path: Path, ratt: str, fel: str, mening: str) -> None:
    """A slip in the declaration itself, made in a copy of the program."""
    for mapp in ("arbetsfloden", "regler", "config", "notiser", "tjanster"):
        shutil.copytree(ROT / mapp, tmp_path / mapp, ignore=shutil.ignore_patterns("__pycache__", "static"))
    fil = tmp_path / "arbetsfloden" / "synpunkt.py"
    text_ = fil.read_text("utf-8")
    assert text_.count(ratt) == 1
    fil.write_text(text_.replace(ratt, fel), "utf-8")
    kod, ut = vaka("start", rot=tmp_path, VAKA_DATA=str(tmp_path / "data"))
    assert kod == 1
    assert ut.strip() == f"arbetsfloden/synpunkt.py: {mening}"
    assert not (tmp_path / "data").exists()


# -- databases ---------------------------------------------------------------------------------------------------------


def test_databas_med_andra_tabeller_startar_inte(databas: str, motor: Engine, tmp_path: Path) -> None:
    migrera.backa(motor, "base")
    with pytest.raises(FelMigrering, match=r"version ingen, programmet behöver .*Kör 'vaka migrera'"):
        oppna(Settings(databas=databas, data=tmp_path))


def test_databas_for_en_annan_kommun_startar_inte(bygg: Bygge, databas: str, tmp_path: Path) -> None:
    bygg.ny("avvikelse", "mia")
    with bygg.vaka.systemet() as conn:
        fore = conn.scalar(text("SELECT count(*) FROM regelversion"))
    kod, ut = vaka("bevaka", VAKA_DATABAS=databas, VAKA_KOMMUN="hjo", VAKA_DEMO="ja", VAKA_DATA=str(tmp_path))
    assert (kod, "Traceback" in ut) == (1, False)
    assert "Databasen har reglerna för kommunen 'exempelkommun', men VAKA_KOMMUN är 'hjo'" in ut
    with bygg.vaka.systemet() as conn:
        assert conn.scalar(text("SELECT count(*) FROM regelversion")) == fore


def test_databas_som_inte_svarar_sags_pa_svenska(tmp_path: Path) -> None:
    kod, ut = vaka(
        "halsa", VAKA_DATABAS="postgresql://vaka:hemligtord@127.0.0.1:1/vaka", VAKA_DEMO="ja", VAKA_DATA=str(tmp_path)
    )
    assert (kod, "Traceback" in ut, "hemligtord" in ut) == (1, False, False)
    assert "Databasen svarar inte" in ut
