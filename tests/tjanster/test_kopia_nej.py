"""What is refused, and that nothing is written then: a copy that isn't whole, the wrong keys, a place that isn't empty."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.bygg import NU, Bygge
from tests.tjanster.kopiahjalp import annan_dator, fyll, ta, tom_databas
from tests.tjanster.lagerhjalp import i_mapp
from tjanster import kopia
from tjanster.app import oppna
from tjanster.db import migrera, session
from tjanster.db.migrera import HalvAterstallning
from tjanster.kopia import Bilagor, Kopiefel, aterstallning, manifest, tagning, verktyg
from tjanster.krypto import Nyckelring, ny_nyckel
from tjanster.settings import Settings


@pytest.fixture
def tom(postgres: str) -> Iterator[str]:
    with tom_databas(postgres) as url:
        yield url


@pytest.fixture
def tagen(bygg: Bygge, tmp_path: Path) -> kopia.Tagen:
    return ta(fyll(bygg, i_mapp(tmp_path / "lager")), tmp_path / "kopior")


@pytest.fixture
def inst(bygg: Bygge, tom: str, tmp_path: Path) -> Settings:
    return annan_dator(bygg, tom, tmp_path / "annan")


def tabeller(inst: Settings) -> list[str]:
    assert inst.databas is not None
    motor = create_engine(make_url(inst.databas.get_secret_value()).set(drivername="postgresql+psycopg"))
    try:
        return inspect(motor).get_table_names()
    finally:
        motor.dispose()


def nekas(inst: Settings, mapp: Path, mening: str, **val: Any) -> None:
    """Refused with that sentence, and the database is as empty as before."""
    with pytest.raises(Kopiefel, match=mening):
        kopia.aterstall(inst, mapp, NU, Bilagor(**({"finns": True} | val)))
    assert tabeller(inst) == []


def forsegla(mapp: Path, ring: Nyckelring, **andrat: Any) -> None:
    """Another manifest, sealed as if Vaka had written it."""
    m = manifest.las(mapp).model_copy(update=andrat)
    m = m.model_copy(update={"mac": m.sigill(ring)})
    (mapp / "manifest.json").write_text(json.dumps(m.model_dump(mode="json")), encoding="utf-8")


# -- the copy ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fil", ["databas.dump", "bilagor", "manifest.json"])
def test_en_andrad_byte_nekas(tagen: kopia.Tagen, inst: Settings, fil: str) -> None:
    vag = next(p for p in (tagen.mapp / fil, *(tagen.mapp / fil).rglob("*")) if p.is_file())
    data = bytearray(vag.read_bytes())
    plats = data.index(b'"arende": 6') + 10 if fil == "manifest.json" else len(data) // 2
    data[plats] = ord("7") if fil == "manifest.json" else data[plats] ^ 1
    vag.write_bytes(data)
    nekas(inst, tagen.mapp, "ändrad")


def test_en_kortare_eller_saknad_fil_nekas(tagen: kopia.Tagen, inst: Settings) -> None:
    dump = tagen.mapp / "databas.dump"
    hel = dump.read_bytes()
    dump.write_bytes(hel[:-1])
    nekas(inst, tagen.mapp, f"är {len(hel) - 1} byte och ska vara {len(hel)}")
    dump.unlink()
    nekas(inst, tagen.mapp, "databas.dump saknas")
    dump.mkdir()
    nekas(inst, tagen.mapp, "Kopian är skadad")


def test_en_halv_kopia_nekas(tagen: kopia.Tagen, inst: Settings, tmp_path: Path) -> None:
    nekas(inst, tmp_path / "finns_inte", "är ingen mapp")
    nekas(inst, tmp_path, "manifest.json saknas")
    (tagen.mapp / "manifest.json").write_text("{", encoding="utf-8")
    nekas(inst, tagen.mapp, "ändrad eller skadad")
    (tagen.mapp / "manifest.json").write_text('{"form": 1}', encoding="utf-8")
    nekas(inst, tagen.mapp, "ändrad eller skadad")
    (tagen.mapp / "manifest.json").unlink()
    (tagen.mapp / "manifest.json").mkdir()
    nekas(inst, tagen.mapp, "går inte att läsa")
    halv = tagen.mapp.rename(tagen.mapp.with_name(tagen.mapp.name + ".halv"))
    nekas(inst, halv, "halv kopia")


@pytest.mark.parametrize(
    ("andrat", "mening"),
    [
        ({"tabeller": "9999"}, "installera den nyare först"),
        ({"vaka": "99.0.0"}, "tagen med Vaka 99.0.0"),
        ({"form": 2}, "gjord av en nyare Vaka"),
        ({"kommun": "hjo"}, "av kommunen 'hjo'"),
        ({"postgres": 99}, "tagen ur PostgreSQL 99"),
    ],
)
def test_en_kopia_som_inte_passar_nekas(tagen: kopia.Tagen, inst: Settings, bygg: Bygge, andrat: dict[str, Any], mening: str) -> None:
    forsegla(tagen.mapp, bygg.vaka.nyckelring, **andrat)
    nekas(inst, tagen.mapp, mening)


# -- the keys ------------------------------------------------------------------------------------------------------------------------


def test_utan_nycklar_nekas_och_ingen_ny_gors(tagen: kopia.Tagen, inst: Settings) -> None:
    assert inst.data is not None
    (inst.data / "nycklar").unlink()
    namn = tagen.manifest.forseglad_med
    nekas(inst, tagen.mapp, f"lägg tillbaka filen .*nycklar. Kopian behöver {namn}")
    assert not (inst.data / "nycklar").exists()
    nekas(inst.model_copy(update={"nycklar": SecretStr(ny_nyckel())}), tagen.mapp, f"Nycklar saknas i VAKA_NYCKLAR: {namn}")
    fel = f"{namn}:{ny_nyckel().split(':')[1]}"
    nekas(inst.model_copy(update={"nycklar": SecretStr(fel)}), tagen.mapp, f"Nyckeln {namn} .* är en annan")


def test_nyckeln_som_kopian_ar_forseglad_med_maste_finnas(tagen: kopia.Tagen, inst: Settings) -> None:
    m = manifest.las(tagen.mapp).model_copy(update={"forseglad_med": "borta", "mac": "0"})
    (tagen.mapp / "manifest.json").write_text(json.dumps(m.model_dump(mode="json")), encoding="utf-8")
    nekas(inst, tagen.mapp, "Nyckeln borta saknas")


def test_en_annan_hemlighet_och_en_sedan_lange_saknad_nyckel_sags(tagen: kopia.Tagen, inst: Settings, bygg: Bygge) -> None:
    forsegla(tagen.mapp, bygg.vaka.nyckelring, nycklar=tagen.manifest.nycklar | {"gammal": ""}, logg=(10_000, "0" * 64))
    assert inst.data is not None
    (inst.data / "hemlighet").write_text("en annan hemlighet", encoding="utf-8")
    gjort = kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))
    assert [rad.split(":")[0] for rad in gjort.obs] == [
        "VAKA_HEMLIGHET är en annan än när kopian togs", "Saknades redan när kopian togs", "Loggens sista sigill är inte kopians (10000).",
    ]  # fmt: skip


# -- the place -----------------------------------------------------------------------------------------------------------------------


def test_en_databas_som_inte_ar_tom_nekas_och_ror_ingenting(tagen: kopia.Tagen, inst: Settings) -> None:
    assert inst.databas is not None
    motor = session.motor(inst.databas.get_secret_value())
    with motor.begin() as conn:
        conn.execute(text("CREATE TABLE nagons (id int)"))
    with pytest.raises(Kopiefel, match="är inte tom"):
        kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))
    assert tabeller(inst) == ["nagons"]
    motor.dispose()


def test_ett_lager_som_har_filer_ar_en_fraga(tagen: kopia.Tagen, inst: Settings, tmp_path: Path) -> None:
    nekas(inst, tagen.mapp, "finns redan filer", finns=False)
    shutil.rmtree(tmp_path / "lager")
    nekas(inst, tagen.mapp, "mappen finns inte.*välj ett annat lager")


def test_ett_prov_i_ett_annat_lager_ror_inte_det_riktiga(tagen: kopia.Tagen, inst: Settings, tmp_path: Path) -> None:
    annat = i_mapp(tmp_path / "annat_lager")
    gjort = kopia.aterstall(inst, tagen.mapp, NU, Bilagor(till=annat.namn))
    assert gjort.filer == 3
    vaka = oppna(inst)
    with vaka.systemet() as conn:
        assert set(conn.scalars(text("SELECT DISTINCT lager FROM bilaga WHERE lager IS NOT NULL"))) == {annat.namn}
        assert conn.scalar(text("SELECT count(*) FROM bilageradering")) == 0
        conn.execute(text("UPDATE bilaga SET borttagen = now(), innehall = NULL WHERE lager IS NOT NULL"))
        assert set(conn.scalars(text("SELECT lager FROM bilageradering"))) == {annat.namn}
    vaka.stang()
    assert len([p for p in (tmp_path / "lager").rglob("*") if p.is_file()]) == 3


def test_ett_avbrott_mitt_i_lamnar_en_databas_som_ingen_vaka_startar_pa(
    tagen: kopia.Tagen, inst: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dodad(BaseException):
        pass

    def do(*_: Any) -> None:
        raise Dodad

    monkeypatch.setattr(aterstallning, "_efterat", do)
    with pytest.raises(Dodad):
        kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))
    monkeypatch.undo()
    assert "arende" in tabeller(inst)
    with pytest.raises(HalvAterstallning, match="gör en ny tom databas"):
        oppna(inst)
    assert inst.databas is not None
    motor = session.motor(inst.databas.get_secret_value())
    with pytest.raises(HalvAterstallning):
        migrera.migrera(motor)
    motor.dispose()
    with pytest.raises(HalvAterstallning):
        kopia.ta(inst, tagen.mapp.parent, NU)
    with pytest.raises(Kopiefel, match="är inte tom"):
        kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))


def test_gar_inte_databasen_att_lasa_in_ar_den_tom_som_forut(
    tagen: kopia.Tagen, inst: Settings, bygg: Bygge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aterstallning, "ANDRA_SORTER", (*aterstallning.ANDRA_SORTER, " TABLE public arende "))
    nekas(inst, tagen.mapp, "Databasen är tom som förut")
    monkeypatch.undo()
    kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))


def test_saknas_rader_efterat_sags_det_och_ingen_vaka_startar(tagen: kopia.Tagen, inst: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aterstallning, "ANDRA_SORTER", (*aterstallning.ANDRA_SORTER, " TABLE DATA public kontakt "))
    with pytest.raises(Kopiefel, match="kontakt 0 mot 3"):
        kopia.aterstall(inst, tagen.mapp, NU, Bilagor(finns=True))
    with pytest.raises(HalvAterstallning):
        oppna(inst)


# -- taking one ----------------------------------------------------------------------------------------------------------------------


def test_mappen_maste_finnas(bygg: Bygge, tmp_path: Path) -> None:
    with pytest.raises(Kopiefel, match="finns inte. Skapa den"):
        kopia.ta(bygg.vaka.settings, tmp_path / "saknas", NU)


def test_utan_databas_gors_ingen(bygg: Bygge, inst: Settings, tmp_path: Path) -> None:
    with pytest.raises(Kopiefel, match="ingen databas att kopiera"):
        kopia.ta(bygg.vaka.settings.model_copy(update={"databas": None, "data": tmp_path / "tom"}), tmp_path, NU)
    assert not (tmp_path / "tom").exists()
    (tmp_path / "kopior").mkdir()
    with pytest.raises(Kopiefel, match="Databasen är tom"):
        kopia.ta(inst, tmp_path / "kopior", NU)
    assert os.listdir(tmp_path / "kopior") == []


def test_en_inloggning_som_inte_ser_alla_rader_nekas(bygg: Bygge, databas: str, tmp_path: Path) -> None:
    fyll(bygg)
    with bygg.oppen() as conn:
        conn.execute(text("DROP ROLE IF EXISTS halvsedd"))
        conn.execute(text("CREATE ROLE halvsedd LOGIN IN ROLE vaka_app"))
        conn.execute(text(f'GRANT CONNECT ON DATABASE "{make_url(databas).database}" TO halvsedd'))
        conn.commit()
        url = make_url(databas).set(username="halvsedd").render_as_string(hide_password=False)
        with pytest.raises(Kopiefel, match="kopian skulle sakna rader"):
            kopia.ta(bygg.vaka.settings.model_copy(update={"databas": SecretStr(url)}), tmp_path, NU)
        conn.execute(text("DROP OWNED BY halvsedd"))
        conn.execute(text("DROP ROLE halvsedd"))
        conn.commit()
    assert not list(tmp_path.glob("*.halv"))


def test_tva_pa_en_gang_nekas(bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagning, "VANTA", "10ms")
    with bygg.oppen() as conn:
        conn.execute(text("SELECT pg_advisory_lock(:k)"), {"k": tagning.LAS})
        with pytest.raises(Kopiefel, match="tas just nu"):
            kopia.ta(bygg.vaka.settings, tmp_path, NU)
    assert not list(tmp_path.glob("*.halv"))


def test_full_disk_lamnar_inget_efter_sig(bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tagning, "skriv_fil", full)
    (tmp_path / "kopior").mkdir()
    with pytest.raises(Kopiefel, match="No space left on device.*Ingen kopia är gjord"):
        kopia.ta(bygg.vaka.settings, tmp_path / "kopior", NU)
    assert os.listdir(tmp_path / "kopior") == []


def test_gar_en_gammal_kopia_inte_att_ta_bort_sags_det(bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ta(bygg, tmp_path / "kopior")

    def last(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tagning.shutil, "rmtree", last)
    with pytest.raises(Kopiefel, match="Den nya kopian är gjord, men den äldre .*09.00.00 går inte att ta bort"):
        ta(bygg, tmp_path / "kopior", behall=1)


def test_gar_databasen_ner_mitt_i_finns_ingen_kopia(bygg: Bygge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ner(sjalv: Any, _objekt: Any) -> Any:
        with bygg.oppen() as conn:
            sats = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :k"
            conn.execute(text(sats), {"k": tagning.LAS % 2**32})
        return []

    monkeypatch.setattr(tagning._Kopia, "ur_lagren", ner)
    (tmp_path / "kopior").mkdir()
    with pytest.raises(OperationalError):
        kopia.ta(bygg.vaka.settings, tmp_path / "kopior", NU)
    assert os.listdir(tmp_path / "kopior") == []


# -- PostgreSQL's own programs -------------------------------------------------------------------------------------------------------


def test_saknas_programmet_sags_vad_som_ska_installeras() -> None:
    with pytest.raises(Kopiefel, match="pg_dump från PostgreSQL 99 eller nyare finns inte.*Det som finns är från .*18.*postgresql-client-99"):
        verktyg.valj("pg_dump", 99)


def test_den_aldsta_som_duger_valjs() -> None:
    assert verktyg.valj("pg_dump", 18).version == 18
    assert verktyg.valj("pg_dump", 16).version == 16


def test_det_som_programmet_citerar_fors_inte_vidare(tmp_path: Path) -> None:
    program = tmp_path / "pg_restore"
    program.write_text(
        '#!/bin/sh\necho "pg_restore: error: COPY failed for table \\"kontakt\\": ERROR: value \\"Anna\\"" >&2\n'
        'echo "DETAIL:  Key (namn)=(Anna) finns" >&2\nexit 1\n'
    )
    program.chmod(0o700)
    with pytest.raises(Kopiefel) as fel:
        verktyg.kor(verktyg.Verktyg(program, 18))
    assert str(fel.value) == "pg_restore kunde inte göra klart: COPY failed for table …: ERROR: value …."


def test_losenordet_star_inte_pa_kommandoraden(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$@"; echo "$PGPASSWORD"\n')
    program.chmod(0o700)
    ord_, losen, _ = verktyg.kor(verktyg.Verktyg(program, 18), url="postgresql://vaka:hemligt@db.example/vaka").split("\n")
    assert "hemligt" not in ord_
    assert "host=db.example" in ord_
    assert losen == "hemligt"


