"""The database is there and can't: its disk is full, all its connections are taken, or it takes its time."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.apiklient import Apiklient
from tests.bygg import AVVIKELSE, NU, Bygge
from tests.conftest import starta_vaka
from tests.tjanster.invarianter import brustet
from tests.tjanster.test_trubbel_samtidigt import i_bakgrunden, vanta_pa_las
from tests.webbklient import Webbklient
from tjanster.db import session
from tjanster.scheduler.jobb import JOBB, kor
from tjanster.scheduler.svep import svepa


@pytest.fixture
def full_disk(bygg: Bygge) -> None:
    """The database says of each event what PostgreSQL says when its disk is full (SQLSTATE 53100)."""
    with bygg.vaka.motor.begin() as conn:
        conn.exec_driver_sql("SET LOCAL ROLE NONE")
        conn.exec_driver_sql("CREATE FUNCTION fullt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fullt' USING ERRCODE = '53100'; END $$")
        conn.exec_driver_sql("CREATE TRIGGER fullt BEFORE INSERT ON handelse FOR EACH ROW EXECUTE FUNCTION fullt()")


@pytest.fixture
def nummer(bygg: Bygge) -> str:
    return bygg.ny("synpunkt")


def test_full_disk_sags_och_inget_blir_halvt(nummer: str, bygg: Bygge, full_disk: None) -> None:
    """Nobody gets a yes, and each is told why."""
    api, webb = Apiklient(bygg), Webbklient(bygg)
    steg = {"handelse": "lagg_till_uppgift", "version": bygg.rad(nummer)["version"], "uppgifter": {"vad": "Ring"}}
    svar = api("POST", f"/arenden/{nummer}/handelser", json=steg)
    assert (svar.status_code, svar.json()["fel"]) == (503, "databasen_full")
    assert svar.json()["skal"] == ["Databasens disk är full. Inget är sparat. Den som sköter driften behöver ge den plats."]
    sida = webb.post("/nytt/avvikelse", "mia", **AVVIKELSE, rapporterad="2026-09-07", nyckel="full")
    assert sida.status == 503
    assert "Vaka kan inte spara just nu" in sida.text
    assert "Säg till den som sköter driften" in sida.text
    for jobb in JOBB:
        kor(bygg.vaka, jobb)  # the watch goes on, and catches up when there is room
    with bygg.vaka.systemet() as conn:
        assert brustet(conn, bygg.vaka.sammanhang) == []
        assert [conn.scalar(text(f"SELECT count(*) FROM {tabell}")) for tabell in ("arende", "uppgift")] == [1, 0]


def test_alla_forbindelser_tagna_sags_och_gar_over(nummer: str, bygg: Bygge, databas: str, tmp_path: Path) -> None:
    """Everybody's connection is held by somebody slow; who comes then is told within the wait, and is let in afterwards."""
    motor = session.programmets(databas, storlek=1)
    motor.pool._timeout = 0.3  # type: ignore[attr-defined] — ten seconds in use
    trang = Bygge(starta_vaka(motor, databas, tmp_path, "exempelkommun"))
    api, webb = Apiklient(trang), Webbklient(trang)
    assert webb.get(f"/arende/{nummer}", "rut").status == 200
    assert api("GET", f"/arenden/{nummer}").status_code == 200
    tagna = [motor.connect() for _ in range(2)]
    try:
        svar = api("GET", f"/arenden/{nummer}")
        assert (svar.status_code, svar.json()["fel"], svar.headers["retry-after"]) == (503, "databasen_svarar_inte", "10")
        assert svar.json()["skal"] == ["Databasen svarar inte. Försök igen om en stund."]
        svar = api("POST", f"/arenden/{nummer}/handelser", json={"handelse": "lagg_till_uppgift", "version": 2, "uppgifter": {"vad": "Ring"}})
        assert svar.status_code == 503
        assert "görs det bara en gång" in svar.json()["skal"][1]
        assert webb.get(f"/arende/{nummer}", "rut").status == 503
    finally:
        for en in tagna:
            en.close()
    assert api("GET", f"/arenden/{nummer}").status_code == 200
    motor.dispose()


def test_den_som_vantar_pa_en_seg_databas_far_sitt_svar(nummer: str, bygg: Bygge) -> None:
    """Somebody holds the case for long: the step waits for them and is taken after, once."""
    hallare = bygg.oppen()
    hallare.execute(text("SELECT 1 FROM arende WHERE nummer = :n FOR UPDATE"), {"n": nummer})
    with i_bakgrunden(lambda: bygg.gor(nummer, "lagg_till_uppgift", "rut", vad="Ring")):
        vanta_pa_las(bygg)
        # A sweep meanwhile doesn't stand still behind the one that waits.
        svept = threading.Event()
        with i_bakgrunden(lambda: (svepa(bygg.vaka, NU), svept.set())):
            assert svept.wait(20)
        hallare.rollback()
    hallare.close()
    with bygg.vaka.systemet() as conn:
        assert conn.scalar(text("SELECT count(*) FROM handelse WHERE handelse = 'lagg_till_uppgift'")) == 1
        assert brustet(conn, bygg.vaka.sammanhang) == []
