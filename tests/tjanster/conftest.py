"""The command line, run in this process as a user runs it; stores for attachments; and a database to share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bygg import Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.lagerhjalp import Provlager, i_hink, i_mapp, s3_server
from tjanster import cli
from tjanster.app import Vaka

Kor = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kor(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Kor:
    """Run `vaka …`; returns exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def gor(*ord_: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["vaka", *ord_])
        capfd.readouterr()
        with pytest.raises(SystemExit) as slut:
            cli.main()
        ut, fel = capfd.readouterr()
        return int(slut.value.code or 0), ut, fel

    return gor


@pytest.fixture
def med_databas(kor: Kor, databas: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kor:
    for namn, varde in {"DATABAS": databas, "DEMO": "true", "KOMMUN": "exempelkommun", "DATA": str(tmp_path)}.items():
        monkeypatch.setenv(f"VAKA_{namn}", varde)
    return kor


@pytest.fixture(scope="module")
def delad_exempel(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    """The made-up municipality on a database that a file's tests share; `tom` empties it before each."""
    with delad_vaka(postgres, tmp_path_factory.mktemp("data"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a service that speaks S3."""
    with s3_server() as adress:
        yield adress


@pytest.fixture(params=["fil", "s3"])
def lager(request: pytest.FixtureRequest, tmp_path: Path) -> Provlager:
    """An empty store of each sort."""
    return i_mapp(tmp_path / "lager") if request.param == "fil" else i_hink(request.getfixturevalue("s3"))


@pytest.fixture
def tomt_bygge(delad_exempel: Vaka) -> Bygge:
    """People in place and no cases, in a database that the tests of the file share."""
    with tom(delad_exempel).systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(delad_exempel)
