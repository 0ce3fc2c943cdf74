"""The server in front: nginx takes the file, and when one of two webs is killed everybody works on at the other, nothing done twice."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from tests.krasch.kampanj import Varld
from tests.krasch.noder import ledig_port
from tests.krasch.par import tills
from tests.krasch.provning import Facit, bockerna
from tjanster.settings import ROT

FIL = ROT / "deploy" / "nginx" / "vaka.conf"
SOK = f"{os.environ['PATH']}:/usr/sbin:/sbin:{ROT}/.venv/nginx/usr/sbin"
ALLT = """
{anvandare}
pid {mapp}/nginx.pid; error_log {mapp}/fel.log; daemon off; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {mapp}/a; proxy_temp_path {mapp}/b; fastcgi_temp_path {mapp}/c; uwsgi_temp_path {mapp}/d; scgi_temp_path {mapp}/e;
    include {mapp}/vaka.conf;
}}
"""


@pytest.fixture
def varld(tmp_path: Path) -> Iterator[Varld]:
    v = Varld(tmp_path, 20261203, webbar=2, vakter=0, arbetare=3)
    for nod in v.noder:
        nod.miljo["VAKA_PROXY"] = "127.0.0.1"
    yield v
    v.stang()


def konf(mapp: Path, portar: list[int], port: int, ca: trustme.CA) -> Path:
    """The file as it stands, with this test's ports and certificate."""
    cert = ca.issue_cert("vaka.kommunen.example", "127.0.0.1")
    cert.private_key_pem.write_to_path(mapp / "nyckel.pem")
    for blob in cert.cert_chain_pems:
        blob.write_to_path(mapp / "kedja.pem", append=True)
    text = FIL.read_text("utf-8")
    for fran, till in {
        "127.0.0.1:8001": f"127.0.0.1:{portar[0]}", "127.0.0.1:8002": f"127.0.0.1:{portar[1]}", "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{ledig_port()}", "/etc/ssl/vaka/kedja.pem": f"{mapp}/kedja.pem", "/etc/ssl/vaka/nyckel.pem": f"{mapp}/nyckel.pem",
        "/var/log/nginx/vaka.log": f"{mapp}/anrop.log",
    }.items():  # fmt: skip
        assert fran in text, fran
        text = text.replace(fran, till)
    (mapp / "vaka.conf").write_text(text, "utf-8")
    ut = mapp / "nginx.conf"
    ut.write_text(ALLT.format(mapp=mapp, anvandare="user root;" if os.geteuid() == 0 else ""), "utf-8")
    return ut


def test_en_webb_dodas_bakom_nginx_och_arbetet_gar_vidare(varld: Varld, tmp_path: Path) -> None:
    nginx, ca, port = shutil.which("nginx", path=SOK), trustme.CA(), ledig_port()
    assert nginx, "nginx saknas: kör tests/driftprogram.sh"
    fil = konf(tmp_path, [n.port for n in varld.noder], port, ca)
    svar = subprocess.run([nginx, "-t", "-c", fil, "-e", tmp_path / "fel.log"], capture_output=True, text=True, check=False)
    assert svar.returncode == 0, svar.stderr
    assert "warn" not in svar.stderr
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    import ssl

    lit = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with subprocess.Popen([nginx, "-c", fil, "-e", tmp_path / "fel.log"]) as server:
        try:
            varld.upp()
            for a in varld.arbetare:
                a.bas, a.ny_klient, a.portar = "https://127.0.0.1", lambda: httpx.Client(timeout=10, verify=lit), lambda: [port]
                a.start()
            tills(lambda: varld.kvitterade() > 20, "ingen fick något gjort")
            assert httpx.get(f"https://127.0.0.1:{port}/logga-in", verify=lit).status_code == 200
            varld.noder[0].doda()
            fore = varld.kvitterade()
            tills(lambda: varld.kvitterade() > fore + 30, "arbetet gick inte vidare")
            httpx.get(f"https://127.0.0.1:{port}/folj/SYN-2026-0001/hemligkod?x=1", verify=lit)
            for a in varld.arbetare:
                a.slut.set()
                a.join(60)
        finally:
            server.terminate()
    facit = Facit()
    with varld.fraga() as conn:
        bockerna(conn, varld, facit)
    assert (facit.fel, facit.forlorade, facit.dubbla) == ([], 0, 0)
    assert facit.kvitterade >= fore + 30
    # Only what the killed one had in its hands got no answer: at most one call of each who works.
    assert sum(b.ovissa for b in varld.utfall.bocker) <= len(varld.arbetare)
    loggen = (tmp_path / "anrop.log").read_text("utf-8")
    assert "GET /folj/- " in loggen
    assert "hemligkod" not in loggen


def test_det_som_har_sants_gar_aldrig_till_en_till() -> None:
    text = "\n".join(rad for rad in FIL.read_text("utf-8").splitlines() if not rad.strip().startswith("#"))
    assert "proxy_next_upstream error timeout;" in text
    assert "non_idempotent" not in text
