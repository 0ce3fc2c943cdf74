"""The second lock: whoever asks, and however carelessly, the database shows the cases of their circle and no other."""

import secrets

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from tests.bygg import PERSONAL, Bygge
from tests.tjanster.delad import bemannad
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.arenden import arendelista, fragor
from tjanster.arenden.arendebild import hitta_arende, visa_arende
from tjanster.arenden.behorighet import far_se
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.lage import hamta
from tjanster.arenden.lasning import ge_skal
from tjanster.arenden.urval import Urval
from tjanster.db import session, t
from tjanster.db.krets import ROLL, SYSTEMETS, i_systemets_stalle
from tjanster.db.session import RollSaknas
from tjanster.halsa import skyddade_utan_nagon
from tjanster.konton import stang_konto
from tjanster.rapporter import gor_rapport
from tjanster.scheduler.svep import svepa

ENHETER = ("familjehem", "oppenvard", "hemtjanst_norr")


@pytest.fixture
def hus(bygg: Bygge) -> Bygge:
    return bygg_huset(bygg)


@pytest.fixture(scope="module")
def stilla_hus(delad_exempel: Vaka) -> Bygge:
    """The same, for tests that only look: built once for them all."""
    return bygg_huset(bemannad(delad_exempel))


def bygg_huset(bygg: Bygge) -> Bygge:
    """Cases of every process in three units; one protected, one with an officer from elsewhere, one with a file."""
    for enhet in ENHETER:
        for process in ("synpunkt", "avvikelse", "lex_sarah"):
            bygg.ny(process, "mia" if process != "synpunkt" else "rut", enhet=enhet)
        bygg.ny("beslut", "frida" if enhet == "hemtjanst_norr" else "hanna", enhet=enhet, externt_id=f"D-{enhet}")
    bygg.gor("AVV-2026-0001", "skydda", "elin", krets=["hanna"], skal="Påhittat skydd")
    bygg.gor("SYN-2026-0002", "skydda", "kim", krets=["eva"], skal="Påhittat skydd")
    bygg.bifoga("LXS-2026-0001", som="kim")
    bygg.gor("LXS-2026-0001", "koppla", "kim", arende="AVV-2026-0002")
    return bygg


def ser(bygg: Bygge, som: str) -> set[int]:
    """Row numbers of the cases that this person may see, asked case by case."""
    aktor = bygg.aktor(som)
    assert aktor is not None
    with bygg.vaka.systemet() as conn:
        lagen = [hamta(conn, n) for n in conn.execute(select(t.arende.c.nummer)).scalars()]
    return {x.rad["id"] for x in lagen if x and far_se(aktor, bygg.vaka.sammanhang.kommun, x.process, x.rad)}


def arenden_bakom(conn: Connection, tabell: str) -> set[int]:
    """Which cases rows of the table belong to, with no WHERE at all."""
    bakom = {
        "arende": "SELECT id FROM arende",
        "fristakt": "SELECT f.arende_id FROM fristakt k JOIN frist f ON f.id = k.frist_id",
        "fristbrott": "SELECT f.arende_id FROM fristbrott k JOIN frist f ON f.id = k.frist_id",
        "paminnelse": "SELECT f.arende_id FROM paminnelse k JOIN frist f ON f.id = k.frist_id",
        "koppling": "SELECT coalesce(a.id, b.id) FROM koppling k LEFT JOIN arende a ON a.id = k.fran_id LEFT JOIN arende b ON b.id = k.till_id",
    }
    return set(conn.execute(text(bakom.get(tabell, f"SELECT arende_id FROM {tabell}"))).scalars())


def med_arenden(conn: Connection) -> set[str]:
    """The tables that lead to a case by a foreign key, directly or through a limit."""
    ut = {"arende"}
    for tabell in SQLModel.metadata.sorted_tables:
        if any(fk.column.table.name in ("arende", "frist") for fk in tabell.foreign_keys):
            ut.add(tabell.name)
    return ut


def test_varje_tabell_med_arenden_har_radskydd(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        las = dict(conn.execute(text("SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r'")).all())
        assert {tabell for tabell in med_arenden(conn) if not las[tabell]} == set()


def test_systemet_slipper_las_i_varje_tabell_och_ingen_annan_gor_det(bygg: Bygge) -> None:
    """A table with the lock whose system policy was forgotten works all the same, but each event pays for it."""
    with bygg.vaka.systemet() as conn:
        lasta = set(conn.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")))
        fria = text("SELECT tablename, roles::text[] FROM pg_policies WHERE qual = 'true' OR with_check = 'true'")
        assert {(tabell, *roller) for tabell, roller in conn.execute(fria)} == {(tabell, SYSTEMETS) for tabell in lasta}


def test_systemets_roll_tas_for_en_transaktion_och_lamnas(hus: Bygge) -> None:
    vem, antal = text("SELECT current_user"), text("SELECT count(*) FROM arende")
    kim, mia = hus.aktor("kim"), hus.aktor("mia")
    hus.vaka.motor.dispose()
    with hus.vaka.systemet() as conn:
        alla = conn.scalar(antal)
        assert conn.scalar(vem) == SYSTEMETS
    with hus.vaka.motor.begin() as conn:
        assert (conn.scalar(vem), conn.scalar(antal)) == (ROLL, 0)
    with hus.vaka.som(mia) as conn:
        hennes = conn.scalar(antal)
        assert conn.scalar(vem) == ROLL
        with i_systemets_stalle(conn):
            assert (conn.scalar(vem), conn.scalar(antal)) == (SYSTEMETS, alla)
        assert (conn.scalar(vem), conn.scalar(antal)) == (ROLL, hennes)
    with pytest.raises(ZeroDivisionError), hus.vaka.som(mia) as conn, i_systemets_stalle(conn):
        assert conn.scalar(antal) == alla
        raise ZeroDivisionError
    with hus.vaka.som(kim) as conn:
        assert conn.scalar(vem) == ROLL
    assert hennes < alla


def test_den_som_inte_far_ta_systemets_roll_far_veta_vad_som_fattas(bygg: Bygge, databas: str) -> None:
    namn = f"egen_{secrets.token_hex(4)}"
    with bygg.oppen() as conn:
        conn.execute(text(f"CREATE ROLE {namn} LOGIN IN ROLE vaka_app"))
        conn.execute(text(f'GRANT CONNECT ON DATABASE "{make_url(databas).database}" TO {namn}'))
        conn.commit()
        halv = session.programmets(make_url(databas).set(username=namn).render_as_string(hide_password=False))
        with pytest.raises(RollSaknas, match=f"rollen {SYSTEMETS}. Kör 'vaka migrera', eller .* GRANT {SYSTEMETS} TO"):
            halv.connect()
        conn.execute(text(f"GRANT {SYSTEMETS} TO {namn}"))
        conn.commit()
        with halv.connect() as egen:
            assert egen.scalar(text("SELECT current_user")) == ROLL
        halv.dispose()
        conn.execute(text(f"DROP OWNED BY {namn}; DROP ROLE {namn}"))
        conn.commit()


@pytest.mark.parametrize("som", PERSONAL)
def test_en_glomd_where_lacker_inget(stilla_hus: Bygge, som: str) -> None:
    far = ser(stilla_hus, som)
    with stilla_hus.vaka.som(stilla_hus.aktor(som)) as conn:
        for tabell in med_arenden(conn):
            assert arenden_bakom(conn, tabell) <= far, f"{som} ser rader i {tabell}"
        assert arenden_bakom(conn, "arende") == far
        assert conn.scalar(select(func.count()).select_from(t.handelse)) == 0 or far


@pytest.mark.parametrize("som", PERSONAL)
def test_programmets_fragor_ger_samma_krets_som_lasen(stilla_hus: Bygge, som: str) -> None:
    aktor, s = stilla_hus.aktor(som), stilla_hus.vaka.sammanhang
    assert aktor is not None
    far = ser(stilla_hus, som)
    with stilla_hus.vaka.systemet() as conn:  # the first lock alone
        alla = arendelista.lista(conn, s, aktor, Urval(aven_avslutade=True, vilande=True), stilla_hus.nu, per_sida=500)
        id_for = dict(conn.execute(select(t.arende.c.nummer, t.arende.c.id)).all())
        assert {id_for[r.nummer] for r in alla} == far
        assert arendelista.antal(conn, s, aktor, Urval(aven_avslutade=True, vilande=True), stilla_hus.nu) == len(far)
        for nummer, i in id_for.items():
            assert (fragor.hitta_id(conn, s, nummer, aktor) is not None) == (i in far)
    with stilla_hus.vaka.som(aktor) as conn:
        sokta = arendelista.lista(conn, s, aktor, Urval(text="påhittad", aven_avslutade=True, vilande=True), stilla_hus.nu, per_sida=500)
        assert {id_for[r.nummer] for r in sokta} <= far


def test_utan_att_nagon_fragar_finns_inga_arenden(hus: Bygge) -> None:
    with hus.vaka.motor.begin() as conn:
        for tabell in med_arenden(conn):
            assert conn.scalar(text(f"SELECT count(*) FROM {tabell}")) == 0


def test_kretsen_foljer_inte_med_anslutningen_till_nasta(hus: Bygge) -> None:
    kim = hus.aktor("kim")
    hus.vaka.motor.dispose()  # so that there is one to take
    with hus.vaka.som(kim) as conn:
        assert conn.scalar(text("SELECT count(*) FROM arende"))
        rygg = conn.scalar(text("SELECT pg_backend_pid()"))
    with hus.vaka.motor.begin() as conn:
        assert conn.scalar(text("SELECT pg_backend_pid()")) == rygg
        assert conn.scalar(text("SELECT count(*) FROM arende")) == 0


@pytest.mark.parametrize("som", PERSONAL)
def test_den_som_bara_laser_ser_samma_krets_i_varje_fraga(stilla_hus: Bygge, som: str) -> None:
    aktor = stilla_hus.aktor(som)
    assert aktor is not None
    far = ser(stilla_hus, som)
    with stilla_hus.vaka.laser(aktor) as conn:
        assert arenden_bakom(conn, "arende") == far  # a text without values
        assert set(conn.scalars(select(t.arende.c.id).where(t.arende.c.id > 0))) == far
        assert arenden_bakom(conn, "frist") <= far


def test_den_som_bara_laser_lamnar_inget_efter_sig_ens_vid_fel(hus: Bygge) -> None:
    kim = hus.aktor("kim")
    assert kim is not None
    hus.vaka.motor.dispose()
    with pytest.raises(DatabaseError, match="division by zero"), hus.vaka.laser(kim) as conn:
        assert conn.scalar(text("SELECT count(*) FROM arende"))
        rygg = conn.scalar(text("SELECT pg_backend_pid()"))
        conn.execute(text("SELECT 1 / :noll FROM arende"), {"noll": 0})
    for oppna in (hus.vaka.enstaka, hus.vaka.motor.begin):
        with oppna() as conn:
            assert conn.scalar(text("SELECT pg_backend_pid()")) == rygg
            assert conn.scalar(text("SELECT count(*) FROM arende")) == 0


def test_den_som_bara_laser_andrar_inget(hus: Bygge) -> None:
    kim = hus.aktor("kim")
    assert kim is not None
    with pytest.raises(DatabaseError, match="row-level security"), hus.vaka.laser(kim) as conn:
        conn.execute(text("UPDATE arende SET enhet = 'oppenvard'"))


def test_en_lasning_som_bryts_av_lamnar_inget_efter_sig(hus: Bygge) -> None:
    kim = hus.aktor("kim")
    assert kim is not None
    with pytest.raises(DatabaseError, match="connection is closed"), hus.vaka.laser(kim) as conn:
        conn.connection.driver_connection.close()
        conn.execute(text("SELECT count(*) FROM arende"))
    with hus.vaka.enstaka() as conn:
        assert conn.scalar(text("SELECT count(*) FROM arende")) == 0


@pytest.mark.parametrize("sats", ["UPDATE arende SET enhet = 'oppenvard'", "UPDATE frist SET forfaller = '2030-01-01'"])
def test_en_person_andrar_aldrig_ett_arende_pa_egen_hand(hus: Bygge, sats: str) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), hus.vaka.som(hus.aktor("kim")) as conn:
        conn.execute(text(sats))


def test_en_handelse_som_for_arendet_ur_kretsen_gar_och_lamnar_kretsen_som_den_var(hus: Bygge) -> None:
    nummer = hus.ny("avvikelse", "mia")
    with hus.vaka.som(hus.aktor("elin")) as conn:
        from tjanster.arenden.handelse import Begaran, utfor

        utfor(conn, hus.vaka.sammanhang, Begaran(nummer, "lamna_over_enhet", hus.nu, hus.aktor("elin"), {"ny_enhet": "oppenvard"}, "Fel enhet"))
        assert conn.scalar(text("SELECT count(*) FROM arende WHERE nummer = :n"), {"n": nummer}) == 0
    assert hus.rad(nummer)["enhet"] == "oppenvard"


def _skal(conn: Connection, hus: Bygge) -> None:
    """Hanna is named but not the case's officer, so she is asked why before she reads."""
    hanna = hus.aktor("hanna")
    assert hanna is not None
    ge_skal(conn, hus.vaka.sammanhang, hitta_arende(conn, hus.vaka.sammanhang, "AVV-2026-0001", hanna), hanna, hus.nu, "Påhittat skäl")


def test_skyddat_arende_finns_bara_for_de_namngivna(hus: Bygge) -> None:
    assert {som for som in PERSONAL if hus.rad("AVV-2026-0001")["id"] in ser(hus, som)} == {"elin", "hanna"}
    with pytest.raises(FinnsInte), hus.vaka.som(hus.aktor("kim")) as conn:
        visa_arende(conn, hus.vaka.sammanhang, "AVV-2026-0001", hus.aktor("kim"), hus.nu)
    with hus.vaka.som(hus.aktor("hanna")) as conn:
        _skal(conn, hus)
        bild = visa_arende(conn, hus.vaka.sammanhang, "AVV-2026-0001", hus.aktor("hanna"), hus.nu)
    assert bild.krets == ("Hanna Påhittad", "Elin Påhittad")
    assert "Ärendet finns nu bara för Elin Påhittad och Hanna Påhittad" in bild.handelser[-1].foljder


def test_skyddet_galler_breven_och_den_som_ager_arendet(hus: Bygge) -> None:
    from datetime import timedelta

    hus.gor("AVV-2026-0001", "skydda", "hanna", krets=["hanna"], skal="Bara handläggaren")
    with hus.vaka.systemet() as conn:
        conn.execute(t.notis.delete())
    svepa(hus.vaka, hus.nu + timedelta(days=60))
    fick = {n["anvandare_id"] for n in hus.notiser() if "AVV-2026-0001" in str(n["falt"])}
    hanna = hus.aktor("hanna")
    assert hanna is not None
    assert fick == {hanna.id}
    with hus.vaka.som(hanna) as conn:
        _skal(conn, hus)
        bild = visa_arende(conn, hus.vaka.sammanhang, "AVV-2026-0001", hanna, hus.nu)
    assert [p.id for p in bild.agare.personer] == [hanna.id]


def test_skyddet_tas_bort_av_chef_som_namnges_och_av_ingen_annan(hus: Bygge) -> None:
    with pytest.raises(FinnsInte):
        hus.gor("AVV-2026-0001", "hav_skydd", "kim", skal="Obehörigt")
    hus.gor("AVV-2026-0001", "hav_skydd", "elin", skal="Skyddet har upphört")
    assert hus.rad("AVV-2026-0001")["krets"] is None
    assert hus.rad("AVV-2026-0001")["id"] in ser(hus, "kim")


def test_den_som_inte_arbetar_med_enheten_far_inte_inga(hus: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter, match="'frida' är ingen som arbetar med enhetens ärenden"):
        hus.gor("AVV-2026-0001", "skydda", "elin", krets=["hanna", "frida"], skal="Fel person")
    assert len(hus.rad("AVV-2026-0001")["krets"]) == 2


def test_handlaggare_utanfor_kretsen_tas_av_och_kan_inte_tilldelas(hus: Bygge) -> None:
    nummer = hus.ny("avvikelse", "mia")
    hus.gor(nummer, "tilldela", "elin", handlaggare="hugo")
    hus.gor(nummer, "skydda", "elin", krets=["hanna"], skal="Påhittat skydd")
    assert hus.rad(nummer)["handlaggare"] is None
    with pytest.raises(OgiltigaUppgifter):
        hus.gor(nummer, "tilldela", "elin", handlaggare="hugo")
    hus.gor(nummer, "tilldela", "elin", handlaggare="hanna")


def test_ett_skyddat_arende_som_byter_process_behaller_kretsen(hus: Bygge) -> None:
    nytt = hus.gor("AVV-2026-0001", "bli_lex_sarah", "elin", skal="Allvarligt", lagomrade="sol").nya_arenden[0]
    assert hus.rad(nytt)["krets"] == hus.rad("AVV-2026-0001")["krets"]


def test_rapport_som_namner_arenden_namner_inte_skyddade(hus: Bygge) -> None:
    nummer = hus.ny("beslut", "hanna", beslutsdatum="2026-03-02", externt_id="D-skyddat", sen_registrering_skal="Påhittat")
    hus.nu = hus.nu.replace(month=11)
    hus.gor(nummer, "skydda", "elin", krets=[], skal="Påhittat skydd")
    svepa(hus.vaka, hus.nu)
    oppet = Webbklient(hus).get("/rapporter/ivo-underlag?period=2026K3", som="kim")
    assert oppet.status == 200
    assert nummer not in oppet.html
    assert "skyddade personuppgifter" in oppet.text
    with hus.vaka.systemet() as conn:
        alla = gor_rapport(conn, hus.vaka.sammanhang, "ivo-underlag", "2026K3", hus.nu.date())
    assert nummer in str(alla.som_dict())


def test_nar_alla_namngivna_har_slutat_sags_det_och_nagon_slapps_in_fran_kommandoraden(hus: Bygge) -> None:
    with hus.vaka.systemet() as conn:
        assert skyddade_utan_nagon(conn) == []
        for namn in ("elin", "hanna"):
            stang_konto(conn, konto(hus, namn))
        assert skyddade_utan_nagon(conn) == ["AVV-2026-0001"]
    with pytest.raises(OgiltigaUppgifter, match="Namnge minst en person"):
        hus.gor("AVV-2026-0001", "skydda", None, krets=[], skal="Alla har slutat")
    hus.gor("AVV-2026-0001", "skydda", None, krets=["hugo"], skal="Alla har slutat")
    with hus.vaka.systemet() as conn:
        assert skyddade_utan_nagon(conn) == []
    assert hus.rad("AVV-2026-0001")["krets"] == [konto(hus, "hugo")]


def konto(hus: Bygge, som: str) -> int:
    aktor = hus.aktor(som)
    assert aktor is not None
    return aktor.id
