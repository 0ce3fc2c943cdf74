"""A copy is taken while people work, and put back whole in an empty database."""

import json
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.engine import make_url

from tests.bygg import NU, Bygge
from tests.tjanster.kopiahjalp import annan_dator, fyll, innehallet, oppnad, servermapp, ta, tom_databas
from tests.tjanster.lagerhjalp import Provlager, i_mapp, ligger, radera
from tests.webbklient import Webbklient
from tjanster import kopia
from tjanster.arenden.bilageplats import oppna as oppna_bilaga
from tjanster.bilagelager import LagretSvararInte
from tjanster.db import server, t
from tjanster.kopia import tagning


@pytest.fixture
def tom(postgres: str) -> Iterator[str]:
    with tom_databas(postgres) as url:
        yield url


def test_kopian_lases_tillbaka_hel_och_gar_att_arbeta_i(bygg: Bygge, tom: str, lager: Provlager, tmp_path: Path) -> None:
    bygg = fyll(bygg, lager)
    tagen = ta(bygg, tmp_path / "kopior")
    fore = innehallet(bygg.vaka)
    for ett in list(bygg.vaka.bilagelager.lager(lager.namn).lista()):  # the store is lost too
        bygg.vaka.bilagelager.lager(lager.namn).ta_bort(ett.namn)

    inst = annan_dator(bygg, tom, tmp_path / "annan")
    gjort = kopia.aterstall(inst, tagen.mapp, NU + timedelta(hours=1))

    assert gjort.logg.hel
    assert gjort.logg.rader > 0
    assert gjort.antal == tagen.manifest.antal
    assert gjort.filer == 3
    assert gjort.obs == []
    with oppnad(inst) as ny:
        assert innehallet(ny.vaka) == fore
        with ny.vaka.systemet() as conn:
            b = t.bilaga.c
            filer = conn.execute(select(b.id, b.namn, b.innehall, b.lager, b.objekt)).all()
        lasta = {f.namn: oppna_bilaga(ny.vaka.nyckelring, ny.vaka.bilagelager, f.id, f[2:]) for f in filer}
        assert lasta == {namn: f"Påhittad {namn}".encode() for n in range(3) for namn in (f"underlag{n}.txt", f"i_lager{n}.txt")}
        with ny.vaka.systemet() as conn:
            ett = conn.scalar(select(t.arende.c.nummer).where(t.arende.c.process == "synpunkt").limit(1))
        webb = Webbklient(ny)
        sida = webb.get(f"/arende/{ett}", som="rut")
        assert sida.status == 200
        assert "underlag0.txt" in sida.text
        nytt = ny.ny("avvikelse", som="mia")
        assert nytt not in str(fore["arende"])


def test_kopian_ar_av_ett_ogonblick_medan_andra_arbetar(bygg: Bygge, tom: str, tmp_path: Path) -> None:
    fyll(bygg)
    slut, gjorda = threading.Event(), []

    def arbeta() -> None:
        while not slut.is_set():
            nummer = bygg.ny("synpunkt")
            bygg.bifoga(nummer, "a.txt", som="rut")
            gjorda.append(nummer)

    trad = threading.Thread(target=arbeta)
    trad.start()
    try:
        while len(gjorda) < 3:
            slut.wait(0.01)
        tagen = ta(bygg, tmp_path / "kopior")
        efter = len(gjorda)
        while len(gjorda) < efter + 3:
            slut.wait(0.01)
    finally:
        slut.set()
        trad.join()
    antal = tagen.manifest.antal
    with bygg.vaka.systemet() as conn:
        assert antal["arende"] < conn.scalar(select(func.count()).select_from(t.arende))
    assert antal["arende"] >= 9
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    gjort = kopia.aterstall(inst, tagen.mapp, NU)
    assert gjort.antal == antal
    assert gjort.logg.hel
    with oppnad(inst) as ny, ny.vaka.systemet() as conn:
        utan_fil = select(func.count()).select_from(t.arende).where(t.arende.c.process == "synpunkt", ~select(t.bilaga.c.id).where(t.bilaga.c.arende_id == t.arende.c.id).exists())
        assert conn.scalar(utan_fil) <= 1  # the one whose file was on its way


def test_inget_i_kopian_ar_oppet_for_andra_och_ingen_nyckel_ar_med(bygg: Bygge, tmp_path: Path) -> None:
    fyll(bygg)
    tagen = ta(bygg, tmp_path / "kopior")
    nycklar = bygg.vaka.settings.nyckelrad().split(":")[1]
    for vag in (tagen.mapp, *tagen.mapp.rglob("*")):
        assert stat.S_IMODE(vag.stat().st_mode) == (0o700 if vag.is_dir() else 0o600)
        if vag.is_file():
            assert nycklar.encode() not in vag.read_bytes()
            assert bygg.vaka.settings.nyckel().encode() not in vag.read_bytes()
    skrivet = json.loads((tagen.mapp / "manifest.json").read_text())
    assert skrivet["tagen"] == "2026-09-07T09:00:00+02:00"
    assert skrivet["antal"]["arende"] == 6
    assert "Påhittad" not in json.dumps(skrivet, ensure_ascii=False)


def test_en_ny_inbyggd_databas_far_allt(bygg: Bygge, tmp_path: Path) -> None:
    fore = innehallet(fyll(bygg).vaka)
    tagen = ta(bygg, tmp_path / "kopior")
    inst = annan_dator(bygg, None, servermapp())
    gjort = kopia.aterstall(inst, tagen.mapp, NU)
    assert gjort.logg.hel
    with oppnad(inst) as ny:
        assert innehallet(ny.vaka) == fore
        with ny.vaka.systemet() as conn:
            assert conn.scalar(text("SELECT current_user")) == "vaka_systemet"
        igen = ta(ny, tmp_path / "kopior", nu=NU + timedelta(days=1))
    assert igen.manifest.antal["arende"] == 6


def test_den_som_ager_en_ny_databas_behover_inte_vara_superanvandare(bygg: Bygge, tmp_path: Path) -> None:
    """Another server, where the log-in has another name than the one that the copy came from."""
    fyll(bygg)
    tagen = ta(bygg, tmp_path / "kopior")
    url = server.starta(servermapp(), databas="postgres")
    motor = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with motor.connect() as conn:
        conn.execute(text("CREATE ROLE socialen LOGIN CREATEROLE"))
        conn.execute(text("CREATE DATABASE kvalitet OWNER socialen"))
    motor.dispose()
    inst = annan_dator(bygg, make_url(url).set(username="socialen", database="kvalitet").render_as_string(False), tmp_path / "annan")
    gjort = kopia.aterstall(inst, tagen.mapp, NU)
    assert gjort.logg.hel
    with oppnad(inst) as ny:
        assert ny.ny("synpunkt")
        with ny.vaka.motor.connect() as conn:
            assert conn.scalar(select(func.count()).select_from(t.arende)) == 0  # nobody asks: no case exists
        assert ta(ny, tmp_path / "kopior", nu=NU + timedelta(days=1)).manifest.antal["arende"] == 7


def test_medan_kopian_tas_raderas_inget_ur_lagret(bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is taken away after the snapshot and before its turn to be copied."""
    lager = i_mapp(tmp_path / "lager")
    bygg = fyll(bygg, lager)
    las, radert = tagning._Kopia.ur_lagren, []

    def tas_bort_forst(sjalv: Any, objekt: Any) -> Any:
        with bygg.vaka.systemet() as conn:
            conn.execute(update(t.bilaga).where(t.bilaga.c.objekt.is_not(None)).values(borttagen=NU))
        radert.append(radera(bygg).borta)
        return las(sjalv, objekt)

    monkeypatch.setattr(tagning._Kopia, "ur_lagren", tas_bort_forst)
    tagen = ta(bygg, tmp_path / "kopior")
    assert radert == [0]
    assert tagen.saknade == []
    assert sum(k.objekt for k in tagen.manifest.lager) == 3
    assert radera(bygg).borta == 3


def test_en_bilaga_som_redan_ar_borta_sags_och_resten_kopieras(bygg: Bygge, tmp_path: Path) -> None:
    lager = i_mapp(tmp_path / "lager")
    bygg = fyll(bygg, lager)
    objekt = ligger(bygg, lager)
    lager.skriv(objekt[0], None)
    tagen = ta(bygg, tmp_path / "kopior")
    assert tagen.saknade == [f"{lager.namn} {objekt[0]}"]
    assert sum(k.objekt for k in tagen.manifest.lager) == 2
    lager.borta(bygg)
    with pytest.raises(LagretSvararInte):
        ta(bygg, tmp_path / "kopior", nu=NU + timedelta(days=1))
    assert [p.name for p in (tmp_path / "kopior").iterdir()] == [tagen.mapp.name]
