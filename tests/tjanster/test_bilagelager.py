"""The stores themselves: the same in a folder and in a bucket, whole or not at all, and a clear no when they are away."""

import errno
import os
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.clamd import ledig_port
from tests.tjanster.lagerhjalp import HEMLIGHET, HINK, Provlager, i_mapp
from tjanster import klocka
from tjanster.bilagelager import Bilagelager, Lager, LagretSvararInte, ObjektetSaknas, S3val, eget, las_lager, nytt_namn
from tjanster.krypto import Nyckelring, ny_nyckel

RING = Nyckelring(ny_nyckel())
BLOB = RING.kryptera("Påhittat innehåll".encode(), "bilaga:1")
NAMN = nytt_namn(RING, BLOB)


def oppna(lager: Provlager, sekunder: float = 5) -> Lager:
    return Bilagelager(lager.namn, S3val(lager.adress or "", "eu-north-1", "prov", HEMLIGHET, sekunder)).lager(lager.namn)


@pytest.mark.parametrize(
    ("skrivet", "last"),
    [
        ("databas", "databas"),
        (" file:///srv/vaka/bilagor/ ", "file:///srv/vaka/bilagor"),
        ("file://localhost/srv/med%20blank", "file:///srv/med%20blank"),
        ("s3://vaka-bilagor", "s3://vaka-bilagor"),
        ("s3://vaka-bilagor/hjo/", "s3://vaka-bilagor/hjo"),
    ],
)
def test_ett_lager_skrivs_pa_ett_satt(skrivet: str, last: str) -> None:
    assert las_lager(skrivet) == last == las_lager(last)


@pytest.mark.parametrize(
    "skrivet",
    ["", "fil", "databasen", "file://server/srv", "file:///", "file:srv", "file:///srv/../etc", "file:///srv?x=1", "s3://", "s3://a",
     "s3://Hink/x", "s3://nyckel:hemligt77@hink/x", "s3://hink/../x", "s3://hink//x", "s3://hink/å", "https://s3.example/hink", "s3://[x"],
)  # fmt: skip
def test_det_som_inte_ar_ett_lager_upprepas_inte(skrivet: str) -> None:
    with pytest.raises(ValueError, match=r"^ska vara databas, file:///mapp eller s3://hink/mapp") as fel:
        las_lager(skrivet)
    assert "hemligt77" not in str(fel.value)


def test_namnet_borjar_med_nyckeln_och_ar_annars_slump() -> None:
    andra = Nyckelring(ny_nyckel())
    assert NAMN.startswith(f"{RING.aktuell}/")
    assert len({nytt_namn(RING, BLOB) for _ in range(50)}) == 50
    assert eget(RING, NAMN)
    assert eget(RING, f"{NAMN}.halv")
    for annat in (NAMN[:-1] + ("0" if NAMN[-1] != "0" else "1"), NAMN.upper(), f"x/{NAMN}", "", "lasmig.txt", f"{NAMN}.bak"):
        assert not eget(RING, annat), annat
    assert not eget(andra, NAMN)


def test_det_som_lagts_dar_ar_vad_som_hamtas(lager: Provlager) -> None:
    ett = oppna(lager)
    assert list(ett.lista()) == []
    ett.skriv(NAMN, BLOB)
    assert ett.las(NAMN) == BLOB == lager.innehall(NAMN)
    (dar,) = ett.lista()
    assert (dar.namn, dar.storlek) == (NAMN, len(BLOB))
    assert abs(klocka.nu() - dar.tid) < timedelta(minutes=1)
    ett.ta_bort(NAMN)
    ett.ta_bort(NAMN)
    assert list(ett.lista()) == []
    with pytest.raises(ObjektetSaknas):
        ett.las(NAMN)


def test_tva_lager_i_samma_hink_ser_inte_varandra(s3: str) -> None:
    ena, andra = (oppna(Provlager(f"s3://{HINK}/{prefix}", s3)) for prefix in ("vaka", "vaka2"))
    ena.skriv(NAMN, BLOB)
    assert [o.namn for o in ena.lista()] == [NAMN]
    assert list(andra.lista()) == []


# -- a folder ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mapp(tmp_path: Path) -> Provlager:
    return i_mapp(tmp_path / "lager")


def test_bara_vaka_far_lasa_filerna(mapp: Provlager) -> None:
    oppna(mapp).skriv(NAMN, BLOB)
    assert stat.S_IMODE((mapp.mapp / NAMN).stat().st_mode) == 0o600
    for over in (mapp.mapp / NAMN).relative_to(mapp.mapp).parents[:-1]:
        assert stat.S_IMODE((mapp.mapp / over).stat().st_mode) == 0o700


def test_en_full_disk_lamnar_inget_halvt(mapp: Provlager, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    ett = oppna(mapp)
    with monkeypatch.context() as m:
        m.setattr(os, "fsync", full)
        with pytest.raises(LagretSvararInte, match=r"går inte att skriva i \(No space left on device\)"):
            ett.skriv(NAMN, BLOB)
    assert list(ett.lista()) == []
    ett.skriv(NAMN, BLOB)
    assert ett.las(NAMN) == BLOB


def test_innehallet_och_varje_mapp_ar_pa_disken_innan_det_ar_klart(mapp: Provlager, monkeypatch: pytest.MonkeyPatch) -> None:
    skrivna: list[str] = []
    riktig = os.fsync

    def fsync(fd: int) -> None:
        skrivna.append(os.readlink(f"/proc/self/fd/{fd}"))
        riktig(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    oppna(mapp).skriv(NAMN, BLOB)
    fil = mapp.mapp / NAMN
    assert skrivna == [f"{fil}.halv", *(str(m) for m in (fil.parent, fil.parent.parent, mapp.mapp))]


def test_en_mapp_som_inte_finns_gors_inte(tmp_path: Path) -> None:
    borta = Provlager((tmp_path / "borta").as_uri())
    ett = oppna(borta)
    for gor in (lambda: ett.skriv(NAMN, BLOB), lambda: ett.las(NAMN), lambda: ett.ta_bort(NAMN), lambda: list(ett.lista())):
        with pytest.raises(LagretSvararInte, match=f"^Lagret {borta.namn} svarar inte: mappen finns inte"):
            gor()
    assert not borta.mapp.exists()


def test_namn_och_lankar_leder_inte_ut_ur_mappen(mapp: Provlager, tmp_path: Path) -> None:
    hemlig = tmp_path / "hemlig"
    hemlig.write_bytes(b"hemligt")
    ett = oppna(mapp)
    for namn in ("../hemlig", str(hemlig), "", "k1/../../hemlig", NAMN + "/..", NAMN + "\0"):
        for gor in (ett.las, ett.ta_bort, lambda namn: ett.skriv(namn, b"")):
            with pytest.raises(ObjektetSaknas):
                gor(namn)
    (mapp.mapp / NAMN).parent.mkdir(parents=True)
    (mapp.mapp / NAMN).symlink_to(hemlig)
    with pytest.raises(LagretSvararInte, match="går inte att läsa"):
        ett.las(NAMN)
    assert hemlig.read_bytes() == b"hemligt"


# -- a bucket ------------------------------------------------------------------------------------------------------------


def alla_sager(ett: Lager, mening: str) -> None:
    """Whatever is asked, the answer is that, and never a secret."""
    for gor in (lambda: ett.skriv(NAMN, BLOB), lambda: ett.las(NAMN), lambda: ett.ta_bort(NAMN), lambda: list(ett.lista())):
        with pytest.raises(LagretSvararInte, match=mening) as fel:
            gor()
        assert HEMLIGHET not in str(fel.value)
        assert "127.0.0.1" not in str(fel.value)


def test_ingen_svarar() -> None:
    alla_sager(oppna(Provlager(f"s3://{HINK}", f"http://127.0.0.1:{ledig_port()}")), f"^Lagret s3://{HINK} svarar inte")


def test_den_som_svarar_men_aldrig_blir_klar_vantas_inte_ut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as tyst:
        ett = oppna(Provlager(f"s3://{HINK}", f"http://127.0.0.1:{tyst.getsockname()[1]}"), 0.2)
        with pytest.raises(LagretSvararInte, match="svarar inte"):
            ett.las(NAMN)


def test_hinken_saknas(s3: str) -> None:
    ett = oppna(Provlager("s3://ingen-hink", s3))
    for gor in (lambda: ett.skriv(NAMN, BLOB), lambda: ett.las(NAMN), lambda: list(ett.lista())):
        with pytest.raises(LagretSvararInte, match="hinken saknas där adressen pekar"):
            gor()


@pytest.fixture
def nekande() -> Iterator[str]:
    """A service that takes nobody's key."""

    def nekar(sjalv: BaseHTTPRequestHandler) -> None:
        sjalv.rfile.read(int(sjalv.headers.get("content-length") or 0))
        sjalv.send_response(403)
        sjalv.send_header("content-length", "0")
        sjalv.end_headers()

    metoder = {f"do_{metod}": nekar for metod in ("GET", "PUT", "POST", "DELETE")}
    svarare = type("Svarare", (BaseHTTPRequestHandler,), metoder | {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), svarare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_fel_nyckel(nekande: str) -> None:
    alla_sager(oppna(Provlager(f"s3://{HINK}", nekande)), "säger nej: nyckeln eller hemligheten är fel")


def test_inget_i_miljon_leder_nagon_annanstans(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fel = f"http://127.0.0.1:{ledig_port()}"
    for namn, varde in {
        "AWS_ENDPOINT": fel, "AWS_ENDPOINT_URL": fel, "AWS_ENDPOINT_URL_S3": fel, "AWS_SESSION_TOKEN": "annans", "AWS_REGION": "x",
        "AWS_BUCKET": "annan", "AWS_SKIP_SIGNATURE": "true", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_ACCESS_KEY_ID": "annans", "AWS_SECRET_ACCESS_KEY": "annans",
    }.items():  # fmt: skip
        monkeypatch.setenv(namn, varde)
    lager = Provlager(f"s3://{HINK}/miljon", s3)
    oppna(lager).skriv(NAMN, BLOB)
    assert lager.innehall(NAMN) == BLOB


def test_utan_nyckel_till_tjansten_sags_vad_som_fattas() -> None:
    with pytest.raises(LagretSvararInte, match="sätt VAKA_BILAGELAGER_ADRESS"):
        Bilagelager().lager(f"s3://{HINK}")


def test_ett_certifikat_som_ingen_litar_pa_godtas_inte_vad_miljon_an_sager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ALLOW_INVALID_CERTIFICATES", "true")
    kontext = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(kontext)
    with socket.create_server(("127.0.0.1", 0)) as lyssnar:

        def svara() -> None:
            with suppress(OSError):
                while True:
                    with suppress(ssl.SSLError):
                        kontext.wrap_socket(lyssnar.accept()[0], server_side=True).close()

        threading.Thread(target=svara, daemon=True).start()
        ett = oppna(Provlager(f"s3://{HINK}", f"https://127.0.0.1:{lyssnar.getsockname()[1]}"))
        with pytest.raises(LagretSvararInte, match="certifikatet där godtas inte"):
            ett.las(NAMN)
        lyssnar.shutdown(socket.SHUT_RDWR)
