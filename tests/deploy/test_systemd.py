"""The units: systemd has nothing to object, each names commands and settings that exist, and each is really run."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import typer.main
from sqlalchemy.engine import make_url

from tests.deploy import enheter
from tests.deploy.enheter import MAPP
from tests.krasch.noder import VAKA, ledig_port
from tests.krasch.par import tills
from tjanster import cli
from tjanster.krypto import ny_nyckel
from tjanster.settings import HEMLIGA, ROT, Settings, las

TJANSTER = sorted(MAPP.glob("*.service"))
HEMLIGHETER = ("databas", "smtp", "nycklar", "hemlighet")


@pytest.fixture
def miljo(databas: str, tmp_path: Path) -> dict[str, str]:
    """systemd's words for where things lie, with the secrets that an installation has: in production, the demo is off."""
    hemligt = tmp_path / "hemligt"
    hemligt.mkdir()
    for namn, varde in {
        "databas": make_url(databas).set(password=None).render_as_string(hide_password=False).replace(":@", "@"),
        "smtp": "smtp://127.0.0.1:9", "nycklar": ny_nyckel(), "hemlighet": secrets.token_urlsafe(48),
    }.items():  # fmt: skip
        (hemligt / namn).touch(mode=0o600)
        (hemligt / namn).write_text(varde, "utf-8")
    return {"%d": str(hemligt), "%S": str(tmp_path), "%i": str(ledig_port())}


@contextmanager
def starta(fil: Path, byten: dict[str, str], mapp: Path) -> Iterator[subprocess.Popen[str]]:
    """What the unit starts; gone afterwards, however the test ends."""
    miljon = enheter.miljon(fil, byten) | {"VAKA_KOMMUN": "exempelkommun", "VAKA_KOPIA": str(mapp / "kopior"), "PYTHONPATH": str(ROT)}
    ord_ = [ord_.replace("/srv/kopior", str(mapp / "kopior")) for ord_ in enheter.kommandot(fil)]
    # systemd gives nothing of what the one who starts it has in its environment.
    with subprocess.Popen(
        [*VAKA, *ord_], cwd=ROT, env=miljon | {"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def sluta(process: subprocess.Popen[str]) -> str:
    process.terminate()
    ut = process.communicate(timeout=60)[0]
    assert process.returncode == 0, ut
    return ut


def test_det_finns_enheter_for_allt_som_ska_ga() -> None:
    assert [fil.name for fil in TJANSTER] == ["vaka-halsa.service", "vaka-kopia.service", "vaka-vakt.service", "vaka-webb@.service"]
    assert sorted(fil.stem for fil in MAPP.glob("*.timer")) == ["vaka-halsa", "vaka-kopia"]


def test_webben_startas_som_enheten_sager_och_svarar(miljo: dict[str, str], tmp_path: Path) -> None:
    with starta(MAPP / "vaka-webb@.service", miljo, tmp_path) as process:
        assert tills(lambda: process.poll() is None and _svarar(f"http://127.0.0.1:{miljo['%i']}/halsa"), "webben svarar inte")
        sluta(process)


def _svarar(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).text == "ok\n"
    except httpx.HTTPError:
        return False


def test_vakten_halsan_och_kopian_startas_som_enheterna_sager(miljo: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "kopior").mkdir(mode=0o700)
    with starta(MAPP / "vaka-vakt.service", miljo, tmp_path) as vakten, starta(MAPP / "vaka-kopia.service", miljo, tmp_path) as kopian:
        ut = kopian.communicate(timeout=120)[0]
        assert kopian.returncode == 0, ut
        assert len([p for p in (tmp_path / "kopior").iterdir() if not p.name.endswith(".halv")]) == 1

        def hel() -> str | None:
            with starta(MAPP / "vaka-halsa.service", miljo, tmp_path) as halsan:
                sagt = halsan.communicate(timeout=60)[0]
            assert "Traceback" not in sagt
            return sagt if "ok   Bevakning" in sagt and "ok   Säkerhetskopia" in sagt else None

        tills(hel, "hälsan såg varken vakten eller kopian")
        sluta(vakten)


def test_ett_kommando_for_hand_har_enheternas_installningar(miljo: dict[str, str], tmp_path: Path) -> None:
    text = (MAPP / "vaka").read_text("utf-8")
    (tmp_path / "vaka.env").write_text((MAPP / "vaka.env").read_text("utf-8").replace("/etc/vaka/kommunen", "exempelkommun"), "utf-8")
    for fran, till in {
        "runuser -u vaka -- /opt/vaka/.venv/bin/vaka": f"{sys.executable} -c 'from tjanster.cli import main; main()'", "/opt/vaka": str(ROT),
        "/etc/vaka/vaka.env": str(tmp_path / "vaka.env"), "/var/lib/vaka": str(tmp_path / "vaka"), "/etc/vaka/hemligt": miljo["%d"],
    }.items():  # fmt: skip
        assert fran in text, fran
        text = text.replace(fran, till)
    for ord_, sagt in ((["migrera"], "Tabellerna är i version"), (["anvandare", "lista"], "")):
        svar = subprocess.run(["sh", "-c", text, "vaka", *ord_], env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROT)}, capture_output=True, text=True, check=False)
        assert (svar.returncode, sagt in svar.stdout) == (0, True), svar.stdout + svar.stderr


@pytest.mark.parametrize("fil", TJANSTER, ids=lambda f: f.name)
def test_kommandon_val_och_installningar_finns(fil: Path) -> None:
    namn, *ord_ = enheter.kommandot(fil)
    kommando = typer.main.get_command(cli.app).commands[namn]  # type: ignore[attr-defined]
    kommando.make_context(namn, ord_)
    for installning in enheter.miljon(fil, {}):
        kort = installning.removeprefix("VAKA_").lower()
        assert kort in Settings.model_fields or kort.removesuffix("_fil") in HEMLIGA, installning
    d = enheter.las(fil)["Service"]
    assert [rad.split(":")[0] for rad in d["LoadCredential"]] == list(HEMLIGHETER)
    assert d["User"] == ["vaka"]
    if namn == "start":
        assert (d["Restart"], enheter.las(fil)["Unit"]["StartLimitIntervalSec"]) == (["always"], ["0"])


def test_det_som_enheterna_ger_duger_i_drift(miljo: dict[str, str]) -> None:
    satt = las(enheter.miljon(MAPP / "vaka-webb@.service", miljo) | {"VAKA_KOMMUN": "hjo"}, Path("/finns/inte"))
    assert satt.skarp


def test_systemd_har_inget_att_invanda(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("systemd finns bara i Linux")
    for fil in [*TJANSTER, *MAPP.glob("*.timer")]:
        text = fil.read_text("utf-8").replace(enheter.VAKA, "/bin/true").replace("vaka-webb@.service", "vaka-webb@8001.service")
        (tmp_path / fil.name.replace("@", "@8001")).write_text(text, "utf-8")
    analys = shutil.which("systemd-analyze")
    assert analys, "systemd-analyze saknas: kör tests/driftprogram.sh"
    svar = subprocess.run([analys, "verify", "--man=no", *map(str, sorted(tmp_path.glob("vaka-*")))], capture_output=True, text=True, check=False)
    egna = [rad for rad in svar.stderr.splitlines() if "vaka-" in rad]
    assert not egna, "\n".join(egna)
    for fil in tmp_path.glob("*.service"):
        sakert = subprocess.run([analys, "security", "--offline=yes", "--no-pager", str(fil)], capture_output=True, text=True, check=True)
        tal = re.search(r"Overall exposure level for \S+: ([\d.]+)", sakert.stdout)
        assert tal, sakert.stdout
        assert float(tal[1]) < 2.5, sakert.stdout
