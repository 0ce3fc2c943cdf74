"""Tables are changed while people work: a busy one is waited for without making others wait, and the program before goes on."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.bygg import Bygge
from tests.tjanster.nasta_version import INDEX, KOLUMN, skriv
from tests.tjanster.test_trubbel_start import vaka
from tjanster.app import FelMigrering, oppna
from tjanster.db import migrera
from tjanster.halsa import prova_halsan
from tjanster.klocka import nu as klockan
from tjanster.settings import Settings


@pytest.fixture
def gammal() -> str:
    return migrera.nyaste()


def nasta(mapp: Path, monkeypatch: pytest.MonkeyPatch, *steg: str, mer: str = "") -> str:
    """From here on this process is the next version; the number of its tables."""
    ut, nr = skriv(mapp, *steg, mer=mer)
    monkeypatch.setattr(migrera, "MAPP", ut)
    monkeypatch.setattr(migrera, "VILA", (0.1, 0.1))
    return nr


def test_en_upptagen_tabell_vantas_in_utan_att_andra_far_vanta(motor: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nr = nasta(tmp_path, monkeypatch, KOLUMN, INDEX)
    with motor.connect() as rapport:
        rapport.execute(text("SELECT count(*) FROM arende"))
        arbete = threading.Thread(target=migrera.migrera, args=(motor,))
        arbete.start()
        # It waits, and gives up for a while, and waits again: one who comes after it is served all the same.
        with motor.connect() as annan:
            for _ in range(3):
                annan.execute(text("SET statement_timeout = '4s'"))
                annan.execute(text("SELECT count(*) FROM arende"))
                annan.rollback()
                threading.Event().wait(1)
        assert arbete.is_alive()
    arbete.join(60)
    assert migrera.nuvarande(motor) == nr
    with motor.connect() as conn:
        assert conn.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'arende_pahittad'::regclass"))
        assert conn.scalar(text("SHOW lock_timeout")) == "0"


def test_den_som_aldrig_far_tabellen_sager_det_och_har_inget_andrat(
    motor: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gammal: str
) -> None:
    nasta(tmp_path, monkeypatch, KOLUMN)
    monkeypatch.setattr(migrera, "FORSOK", 2)
    with motor.connect() as rapport:
        rapport.execute(text("SELECT count(*) FROM arende"))
        with pytest.raises(migrera.Upptaget, match=f"De är i version {gammal} och alla kan arbeta. Kör 'vaka migrera' igen"):
            migrera.migrera(motor)
    assert migrera.nuvarande(motor) == gammal
    migrera.migrera(motor)


def test_ett_index_som_blev_halvt_byggs_om(motor: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nasta(tmp_path, monkeypatch, KOLUMN, INDEX)
    with motor.begin() as conn:
        conn.execute(text("CREATE INDEX arende_pahittad ON arende (enhet)"))
        conn.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'arende_pahittad'::regclass"))
    migrera.migrera(motor)
    with motor.connect() as conn:
        assert conn.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'arende_pahittad'::regclass"))
        assert "(pahittad)" in str(conn.scalar(text("SELECT pg_get_indexdef('arende_pahittad'::regclass)")))


def test_det_forra_programmet_startar_pa_nyare_tabeller(
    databas: str, motor: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gammal: str
) -> None:
    """One that dies during an upgrade comes back."""
    with monkeypatch.context() as m:
        nr = nasta(tmp_path, m, KOLUMN)
        migrera.migrera(motor)
    assert (migrera.nyaste(), migrera.nuvarande(motor)) == (gammal, nr)
    den = oppna(Settings(databas=databas, data=tmp_path, demo=True))
    try:
        (punkt,) = (p for p in prova_halsan(den, klockan()).punkter if p.namn == "Tabeller")
        assert (punkt.bra, punkt.text) == (True, f"version {nr}")
    finally:
        den.stang()


def test_tabeller_som_har_mist_nagot_neka_ett_for_gammalt_program(
    databas: str, motor: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gammal: str
) -> None:
    with monkeypatch.context() as m:
        nr = nasta(tmp_path, m, KOLUMN, mer='KRYMPER = "99.0.0"')
        migrera.migrera(motor)
    with pytest.raises(FelMigrering, match=f"version {nr}, programmet behöver {gammal}. Installera Vaka 99.0.0 eller nyare"):
        oppna(Settings(databas=databas, data=tmp_path, demo=True))
    kod, ut = vaka("halsa", VAKA_DATABAS=databas, VAKA_DEMO="ja", VAKA_DATA=str(tmp_path))
    assert (kod, "Installera Vaka 99.0.0" in ut, "vaka migrera" in ut) == (1, True, False)


def test_radnummer_som_lovats_glom_nar_en_ny_forbindelse_gors(bygg: Bygge) -> None:
    """It may be to a server that took over, and that hands out the same numbers anew; another may still wait for the old one."""
    motor, s = bygg.vaka.motor, bygg.vaka.sammanhang
    with motor.connect() as forsta:
        s.nya_id(forsta, "arende")
        kvar = dict(s._block)
        assert kvar["arende"]
        with motor.connect():
            assert dict(s._block) == {}


def test_nyare_tabeller_utan_besked_nekas(databas: str, motor: Engine, tmp_path: Path) -> None:
    """Nobody has said whether they still have all that this program uses."""
    with motor.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        conn.execute(text("COMMENT ON TABLE alembic_version IS NULL"))
    with pytest.raises(FelMigrering, match="Installera en nyare Vaka"):
        oppna(Settings(databas=databas, data=tmp_path, demo=True))
