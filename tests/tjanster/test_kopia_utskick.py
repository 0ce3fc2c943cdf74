"""After a database was set back: no letter twice and none missed without a person's word, nobody in who had left, and the log's
anchors cut where the log ends."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update

from tests.bygg import NU, Bygge
from tests.tjanster.conftest import Kor
from tests.tjanster.kopiahjalp import annan_dator, fyll, oppnad, ta, tom_databas
from tests.webbklient import Webbklient
from tjanster import kopia
from tjanster.arenden.fel import Nej
from tjanster.db import migrera, session, t
from tjanster.halsa import prova_halsan
from tjanster.kopia import Kopiefel
from tjanster.logg import ankare, verifiera
from tjanster.logg.natt import vakta
from tjanster.scheduler.svep import bevaka, skicka, svepa
from tjanster.settings import Settings

SENARE = NU + timedelta(hours=3)


@pytest.fixture
def tom(postgres: str) -> Iterator[str]:
    with tom_databas(postgres) as url:
        yield url


@pytest.fixture
def tillbaka(bygg: Bygge, tom: str, tmp_path: Path) -> Settings:
    """The settings of a database that a copy was put back in, after which the letters in the first one had gone."""
    tagen = ta(fyll(bygg), tmp_path / "kopior")
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    kopia.aterstall(inst, tagen.mapp, SENARE)
    return inst


def brevlada(bygg: Bygge) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.scalar(select(func.count()).select_from(t.brevlada)))


def halsan(bygg: Bygge, nu: Any) -> dict[str, Any]:
    return {p.namn: p for p in prova_halsan(bygg.vaka, nu).punkter}


def test_inget_brev_gar_forran_nagon_har_bestamt(tillbaka: Settings) -> None:
    with oppnad(tillbaka) as bygg:
        vantar = len([n for n in bygg.notiser() if n["status"] == "vantar"])
        assert vantar > 0
        bygg.ny("avvikelse", som="mia")
        for _ in range(2):
            utfall, utskick = bevaka(bygg.vaka, SENARE)
        assert utfall.fel == []
        assert utskick is not None
        assert utskick.stopp is not None
        assert utskick.skickade == 0
        assert brevlada(bygg) == 0
        punkt = halsan(bygg, SENARE)["Utskick"]
        assert not punkt.bra
        assert "sattes tillbaka till 2026-09-07 09:00" in punkt.text
        webb = Webbklient(bygg)
        assert "Inga brev skickas sedan databasen sattes tillbaka" in webb.get("/drift", som="adam").text
        assert "Inga brev skickas sedan databasen sattes tillbaka" in webb.get("/notiser", som="kim").text


def test_stryk_tar_bara_det_som_kan_ha_gatt(tillbaka: Settings) -> None:
    with oppnad(tillbaka) as bygg:
        fore = {n["id"] for n in bygg.notiser() if n["status"] == "vantar"}
        bygg.ny("avvikelse", som="mia")
        nya = {n["id"] for n in bygg.notiser() if n["status"] == "vantar"} - fore
        assert fore
        assert nya
        with bygg.vaka.systemet() as conn:
            hall, strukna = kopia.slapp(conn, kopia.STRYK, "adam", SENARE)
        assert (hall.kanske, strukna, hall.vantar) == (len(fore), len(fore), len(fore | nya))
        assert {n["id"] for n in bygg.notiser() if n["status"] == "avbruten"} == fore
        skicka(bygg.vaka, SENARE)
        assert {n["id"] for n in bygg.notiser() if n["status"] == "skickad"} == nya
        assert "Utskick" not in halsan(bygg, SENARE)


def test_skicka_lamnar_alla_at_utskicket(tillbaka: Settings) -> None:
    with oppnad(tillbaka) as bygg:
        vantar = len([n for n in bygg.notiser() if n["status"] == "vantar"])
        with bygg.vaka.systemet() as conn:
            assert kopia.slapp(conn, kopia.SKICKA, "adam", SENARE)[1] == 0
        utskick = skicka(bygg.vaka, SENARE)
        assert utskick is not None
        assert utskick.skickade == vantar == brevlada(bygg)


def test_paminnelser_som_foll_i_det_forlorade_kan_ocksa_ha_gatt(bygg: Bygge, tom: str, tmp_path: Path) -> None:
    fyll(bygg)
    with bygg.vaka.systemet() as conn:
        dag = conn.scalar(select(func.min(t.paminnelse.c.dag)))
        conn.execute(update(t.paminnelse).values(bradskande=True, aven_ledig_dag=True))
        antal = conn.scalar(select(func.count()).select_from(t.paminnelse).where(t.paminnelse.c.dag == dag))
    tagen = ta(bygg, tmp_path / "kopior")
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    samma_dag = NU + (dag - NU.date())
    kopia.aterstall(inst, tagen.mapp, samma_dag)
    with oppnad(inst) as ny:
        with ny.vaka.systemet() as conn:
            fore = kopia.hallet(conn)
        svepa(ny.vaka, samma_dag)
        with ny.vaka.systemet() as conn:
            efter = kopia.hallet(conn)
            nycklar = list(conn.scalars(select(t.notis.c.nyckel).where(t.notis.c.nyckel.startswith("trappsteg:"))))
            assert fore is not None
            assert efter is not None
            assert len(nycklar) >= antal
            assert efter.kanske >= fore.kanske + len(nycklar)
            # A rung of a case that came after is certainly not told before.
            conn.execute(text("UPDATE aterstallning SET sista_paminnelse = 0"))
            utan = kopia.hallet(conn)
            assert utan is not None
            assert utan.kanske == efter.kanske - len(nycklar)


def test_bara_en_administrator_slapper_och_bara_en_gang(tillbaka: Settings) -> None:
    with oppnad(tillbaka) as bygg, bygg.vaka.systemet() as conn:
        with pytest.raises(Nej, match="släpps av en administratör"):
            kopia.slapp(conn, kopia.SKICKA, "kim", SENARE)
        with pytest.raises(Nej, match="ingen användare"):
            kopia.slapp(conn, kopia.SKICKA, "ingen", SENARE)
        kopia.slapp(conn, kopia.SKICKA, "adam", SENARE)
        with pytest.raises(Nej, match="hålls inte"):
            kopia.slapp(conn, kopia.STRYK, "adam", SENARE)
        rad = conn.execute(select(t.aterstallning)).one()
        assert (rad.val, rad.slappt, rad.namn) == ("skicka", SENARE, "exempelkommun-2026-09-07T09.00.00")


def test_ingen_ar_inne_och_ingen_gammal_kod_galler(bygg: Bygge, tom: str, tmp_path: Path) -> None:
    fyll(bygg)
    with bygg.vaka.systemet() as conn:
        kim = t.anvandare.c.anvandarnamn == "kim"
        conn.execute(update(t.anvandare).where(kim).values(losen="x", losen_galler_till=NU + timedelta(hours=72)))
    tagen = ta(bygg, tmp_path / "kopior")
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    gjort = kopia.aterstall(inst, tagen.mapp, SENARE)
    assert vars(gjort.slutat) == {"inloggningar": 1, "koder": 1, "engangslosen": 1, "apinycklar": 1}
    with oppnad(inst) as ny, ny.vaka.systemet() as conn:
        assert conn.scalar(select(func.count()).select_from(t.inloggning)) == 0
        assert conn.scalar(select(t.apinyckel.c.upphor)) == SENARE
        assert conn.scalar(select(t.anvandare.c.losen).where(kim)) is None


def test_ankaret_kapas_dar_loggen_slutar_och_det_som_kapas_sparas(bygg: Bygge, tom: str, tmp_path: Path) -> None:
    fyll(bygg)
    vakta(bygg.vaka, NU + timedelta(days=1))
    tagen = ta(bygg, tmp_path / "kopior", nu=NU + timedelta(days=1))
    bygg.ny("synpunkt", nu=NU + timedelta(days=1))
    vakta(bygg.vaka, NU + timedelta(days=3))
    fil = ankare.ankarfil(bygg.vaka.settings)
    lang = fil.read_text()
    fore, huvud = len(ankare.las(fil)[0]), ankare.las_huvud(fil)
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    inst = inst.model_copy(update={"loggankare": fil})
    nu = NU + timedelta(days=3, hours=1)
    gjort = kopia.aterstall(inst, tagen.mapp, nu)
    assert gjort.logg.hel
    assert gjort.logg.ankare > 0
    assert gjort.ankare is not None
    assert gjort.ankare.read_text() == lang
    assert ankare.las_huvud(gjort.ankare) == huvud
    kvar = len(ankare.las(fil)[0])
    assert 0 < kvar < fore
    with oppnad(inst) as ny:
        vakta(ny.vaka, nu)
        assert verifiera(ny.vaka, nu).hel
        assert len(ankare.las(fil)[0]) > kvar
        assert not verifiera(ny.vaka, nu, ankarfil=gjort.ankare).hel  # what was lost is still to be seen


def test_en_kopia_av_en_aldre_version_fors_fram(bygg: Bygge, tom: str, databas: str, tmp_path: Path) -> None:
    fyll(bygg)
    motor = session.motor(databas)
    migrera.backa(motor, "0021")
    tagen = ta(bygg, tmp_path / "kopior")
    assert tagen.manifest.tabeller == "0021"
    migrera.migrera(motor)
    motor.dispose()
    inst = annan_dator(bygg, tom, tmp_path / "annan")
    gjort = kopia.aterstall(inst, tagen.mapp, SENARE)
    assert gjort.logg.hel
    with oppnad(inst) as ny, ny.vaka.systemet() as conn:
        assert kopia.hallet(conn) is not None
        assert migrera.nuvarande_i(conn) == migrera.nyaste()


def test_en_databas_som_aldrig_sattes_tillbaka_ror_ingenting(bygg: Bygge) -> None:
    fyll(bygg)
    with pytest.raises(Kopiefel, match="på sin första tidslinje"):
        kopia.tillbakasatt(bygg.vaka.settings, NU, SENARE)
    with pytest.raises(Kopiefel, match="har inte varit än"):
        kopia.tillbakasatt(bygg.vaka.settings, SENARE, NU)
    with bygg.vaka.systemet() as conn:
        assert kopia.hallet(conn) is None
        assert conn.scalar(select(func.count()).select_from(t.inloggning)) == 1


def test_tillbakasatt_av_en_annan_version_maste_migreras_forst(bygg: Bygge, motor: Engine) -> None:
    migrera.backa(motor, "0021")
    with pytest.raises(Kopiefel, match="Kör 'vaka migrera' först"):
        kopia.tillbakasatt(bygg.vaka.settings, NU, SENARE)


def test_kommandona_hela_vagen(med_databas: Kor, bygg: Bygge, tom: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fyll(bygg)
    kor = med_databas
    kod, _, fel = kor("sakerhetskopia")
    assert (kod, "ange mappen" in " ".join(fel.split())) == (2, True)
    (tmp_path / "kopior").mkdir()
    kod, ut, fel = kor("sakerhetskopia", "kopior", "--nu", "2026-09-07T12:00")
    assert (kod, fel) == (0, "")
    assert "6 ärenden" in ut
    assert "Nycklarna är inte med" in ut
    monkeypatch.setenv("VAKA_DATABAS", tom)
    monkeypatch.setenv("VAKA_DATA", str(annan_dator(bygg, tom, tmp_path / "annan").data))
    kopian = "kopior/exempelkommun-2026-09-07T12.00.00"
    kod, _, _ = kor("aterstall")
    assert kod == 2
    kod, _, _ = kor("aterstall", kopian, "--bilagor-till", "databas")
    assert kod == 2
    kod, ut, fel = kor("aterstall", kopian, "--nu", "2026-09-07T13:00")
    assert (kod, fel) == (0, "")
    assert "som den var 2026-09-07 12:00:00" in ut
    assert "Loggen är hel" in ut
    assert "Utskicken hålls" in ut
    kod, _, fel = kor("aterstall", kopian, "--json")
    assert (kod, "är inte tom" in fel) == (1, True)
    kod, ut, fel = kor("bevaka", "--nu", "2026-09-07T13:00")
    assert (kod, "Inga brev skickas" in ut) == (1, True)
    kod, _, fel = kor("utskick")
    assert (kod, "kan ha gått redan" in fel) == (1, True)
    assert kor("utskick", "--slapp", "kanske", "--av", "adam")[0] == 2
    assert kor("utskick", "--slapp", "stryk")[0] == 2
    kod, ut, _ = kor("utskick", "--slapp", "stryk", "--av", "adam")
    assert (kod, "Utskicken är släppta" in ut) == (0, True)
    kod, ut, _ = kor("utskick", "--json")
    assert (kod, '"halls": false' in ut) == (0, True)


# -- old copies, and how it is told when they are missing ----------------------------------------------------------------------------


def test_behall_gallrar_bara_hela_aldre_kopior(bygg: Bygge, tmp_path: Path) -> None:
    fyll(bygg)
    mapp = tmp_path / "kopior"
    for dag in range(3):
        ta(bygg, mapp, nu=NU + timedelta(days=dag))
    trasig = mapp / "exempelkommun-2026-09-08T09.00.00"
    (trasig / "databas.dump").unlink()
    (mapp / "semesterbilder").mkdir()
    (mapp / "semesterbilder" / "manifest.json").write_text("{}")
    (mapp / "exempelkommun-2020-01-01T00.00.00.halv").mkdir()
    (mapp / "lank").symlink_to(mapp / "exempelkommun-2026-09-07T09.00.00")
    tagen = ta(bygg, mapp, nu=NU + timedelta(days=3), behall=2)
    assert tagen.bortgallrade == ["exempelkommun-2026-09-07T09.00.00"]
    assert tagen.halva == ["exempelkommun-2020-01-01T00.00.00.halv"]
    assert sorted(p.name for p in mapp.iterdir()) == [
        "exempelkommun-2020-01-01T00.00.00.halv", "exempelkommun-2026-09-08T09.00.00", "exempelkommun-2026-09-09T09.00.00",
        "exempelkommun-2026-09-10T09.00.00", "lank", "semesterbilder",
    ]  # fmt: skip
    samma = ta(bygg, mapp, nu=NU + timedelta(days=3))
    assert samma.mapp.name == "exempelkommun-2026-09-10T09.00.00-2"


def test_halsan_sager_nar_den_senaste_togs(bygg: Bygge, tmp_path: Path) -> None:
    punkt = halsan(bygg, NU)["Säkerhetskopia"]
    assert (punkt.bra, punkt.text) == (True, "ingen tagen än; Vaka vaktar dem inte (VAKA_KOPIA)")
    vaktad = Bygge(type(bygg.vaka)(bygg.vaka.settings.model_copy(update={"kopia": tmp_path}), bygg.vaka.motor, bygg.vaka.forsta))
    assert not halsan(vaktad, NU)["Säkerhetskopia"].bra
    ta(bygg, tmp_path / "kopior")
    assert halsan(vaktad, NU + timedelta(hours=25))["Säkerhetskopia"].bra
    gammal = halsan(vaktad, NU + timedelta(hours=27))["Säkerhetskopia"]
    assert not gammal.bra
    assert gammal.text.startswith("senast 2026-09-07 09:00: kör 'vaka sakerhetskopia'")
