"""Personal data lies encrypted and apart, is found by keyed hashes, and isn't mixed up between two of the same name."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, NU, SYNPUNKT, Bygge
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.bilagor import hitta_bilaga
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.arenden.lage import hamta
from tjanster.arenden.namnlika import Namnlika
from tjanster.arenden.nummertext import FelPersonnummer, las_personnummer
from tjanster.arenden.omkryptering import kryptera_klartext, per_nyckel, rotera
from tjanster.arenden.personuppgifter import sokhash
from tjanster.arenden.varning import LAMNAS_UT, Varning
from tjanster.db import migrera, t
from tjanster.krypto import FelText, Nyckelring, OkandNyckel, ny_nyckel


@pytest.fixture
def api(bygg: Bygge) -> Apiklient:
    return Apiklient(bygg)


# Made-up numbers from the tax agency's range for tests.
TOLVAN, UTAN_SEKEL, SAMORDNING = "19811228-9874", "811228-9874", "701063-2391"
ANNAN = {"namn": "påhittad  PERSON", "telefon": "070-000 00 01"}


def ren(bygg: Bygge, nummer: str) -> bytes:
    """All that the database holds about the case's contact, as bytes."""
    with bygg.vaka.systemet() as conn:
        rad = conn.execute(select(t.kontakt).where(t.kontakt.c.arende_id == bygg.rad(nummer)["id"])).mappings().one()
    return b"".join(v if isinstance(v, bytes) else str(v).encode() for v in rad.values())


def test_kontakten_ligger_krypterad_och_laases_i_arendet(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT | {"personnummer": TOLVAN})
    assert not any(ord_ in ren(bygg, nummer) for ord_ in (b"Person", b"paahittad", b"9874"))
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("kim"), NU)
    assert bild.kontakt == KONTAKT | {"personnummer": "198112289874", "telefon": None, "adress": None}


def test_en_rad_som_flyttas_till_ett_annat_arende_gar_inte_att_lasa(bygg: Bygge, motor: Engine) -> None:
    bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.ny("synpunkt", kontakt=KONTAKT)
    with motor.begin() as conn:
        conn.execute(text("UPDATE kontakt SET uppgifter = (SELECT uppgifter FROM kontakt ORDER BY arende_id LIMIT 1)"))
    with bygg.vaka.systemet() as conn, pytest.raises(FelText):
        hamta(conn, "SYN-2026-0002")


@pytest.mark.parametrize("skrivet", [TOLVAN, UTAN_SEKEL, "198112289874", "8112289874", "811228 9874"])
def test_personnummer_las_hur_det_an_skrivs(skrivet: str) -> None:
    assert las_personnummer(skrivet) == "198112289874"


def test_samordningsnummer_och_den_som_fyllt_hundra_godtas() -> None:
    assert las_personnummer(SAMORDNING) == "197010632391"
    assert las_personnummer("121212+1212") == "191212121212"


@pytest.mark.parametrize(
    ("skrivet", "mening"),
    [("19811228-9875", "stämmer inte"), ("811328-9874", "stämmer inte"), ("8112289", "tio eller tolv"), ("19811228-98x4", "tio eller tolv")],
)
def test_fel_personnummer_sags_utan_att_upprepas(bygg: Bygge, skrivet: str, mening: str) -> None:
    with pytest.raises(FelPersonnummer, match=mening):
        las_personnummer(skrivet)
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("synpunkt", kontakt=KONTAKT | {"personnummer": skrivet})
    assert skrivet not in str(nej.value)
    assert "kontakt.personnummer" in nej.value.falt


def test_samma_sak_far_samma_sokhash_och_olika_sorter_olika(bygg: Bygge) -> None:
    ring = bygg.vaka.nyckelring
    assert sokhash(ring, "namn", "Åsa  Öberg ") == sokhash(ring, "namn", "åsa öberg")
    assert sokhash(ring, "telefon", "+46 70-123") == sokhash(ring, "telefon", "070 123")
    assert sokhash(ring, "namn", "a") != sokhash(ring, "epost", "a")
    assert sokhash(ring, "namn", " ") is None


def test_tva_med_samma_namn_visas_bredvid_varandra(bygg: Bygge) -> None:
    bygg.ny("synpunkt", kontakt=KONTAKT | {"personnummer": TOLVAN})
    with pytest.raises(Namnlika) as nej:
        bygg.ny("synpunkt", kontakt=ANNAN)
    assert [(x.nummer, x.personnummer, x.epost) for x in nej.value.likar] == [("SYN-2026-0001", "19811228-****", KONTAKT["epost"])]
    assert "Påhittad" not in str(nej.value)
    webb = Webbklient(bygg)
    form = {k: "ja" if v is True else v for k, v in SYNPUNKT.items()} | ANNAN
    sida = webb.post("/nytt/synpunkt", som="rut", **form)
    assert "Är det någon av dem?" in sida.text
    assert "19811228-****" in sida.text
    assert "9874" not in sida.html
    assert 'name="bekraftat"' in sida.html
    igen = form | {"bekraftat": "ja", "visade": "ja"}
    assert webb.post("/nytt/synpunkt", som="rut", **igen).fel == ["Välj en av dem, eller ”en annan person”."]
    assert "/kvitto/SYN-2026-0002" in webb.post("/nytt/synpunkt", som="rut", **igen, val="annan").vag


def test_samma_person_igen_ar_ingen_fraga(bygg: Bygge) -> None:
    for mer in ({}, {"telefon": "070-000 00 01"}):
        bygg.ny("synpunkt", kontakt=KONTAKT | mer)
    assert bygg.rad("SYN-2026-0002")


def test_namnlik_utanfor_kretsen_finns_inte(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "skydda", "kim", krets=["kim"], skal="Påhittat skydd")
    bygg.ny("synpunkt", kontakt=ANNAN)


@pytest.mark.parametrize("skrivet", [TOLVAN, UTAN_SEKEL, "198112289874", SAMORDNING])
def test_personnummer_i_text_varnas_for_och_gar_att_spara_anda(bygg: Bygge, skrivet: str) -> None:
    with pytest.raises(Varning) as nej:
        bygg.ny("avvikelse", "mia", beskrivning=f"Det gällde {skrivet}.")
    assert "verkar innehålla ett personnummer" in nej.value.falt["beskrivning"]
    assert skrivet not in str(nej.value)
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(Varning):
        bygg.gor(nummer, "anteckna", "mia", anteckning=skrivet)
    webb = Webbklient(bygg)
    sida = webb.post(f"/arende/{nummer}/anteckna", som="mia", anteckning=skrivet, version="1")
    assert "verkar innehålla ett personnummer" in sida.text
    assert 'name="bekraftat"' in sida.html
    webb.post(f"/arende/{nummer}/anteckna", som="mia", anteckning=skrivet, version="1", bekraftat="ja")
    assert bygg.rad(nummer)["version"] == 2


def test_personnummer_i_en_atgard_som_andra_enheter_far_veta_vagras(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot", "elin")
    bygg.gor(nummer, "utred", "elin", utredning="Påhittad", orsaker=["rutiner"])
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "besluta_atgarder", "elin", atgarder=[{"text": f"Ring {TOLVAN}", "ansvarig": "elin"}])
    assert nej.value.falt == {"atgarder": LAMNAS_UT}
    with pytest.raises(Varning):
        bygg.gor(nummer, "besluta_atgarder", "elin", atgarder=[{"text": "Ring", "ansvarig": TOLVAN}])


@pytest.mark.parametrize("skrivet", ["SYN-2026-0001", "070-123 45 67", "2026-09-07", "19811228-9875", "diarie 2026-1234567890123"])
def test_andra_nummer_tas_inte_for_personnummer(bygg: Bygge, skrivet: str) -> None:
    bygg.ny("avvikelse", "mia", beskrivning=f"Se {skrivet}.")


def test_api_sager_till_och_tar_emot_nar_det_ar_bekraftat(bygg: Bygge, api: Apiklient) -> None:
    bygg.ny("synpunkt", kontakt=KONTAKT)
    kropp = {"uppgifter": SYNPUNKT, "kontakt": ANNAN}
    svar = api("POST", "/arenden/synpunkt", "rut", json=kropp)
    assert (svar.status_code, svar.json()["fel"]) == (409, "namnlika")
    assert "SYN-2026-0001" in svar.json()["skal"][0]
    assert api("POST", "/arenden/synpunkt", "rut", json=kropp | {"bekraftat": True}).status_code == 201


def ny_ring(gammal: Nyckelring, *, behall: bool = True) -> Nyckelring:
    import base64

    gamla = " ".join(f"{n}:{base64.b64encode(k).decode()}" for n, k in gammal.nycklar.items())
    return Nyckelring(f"{ny_nyckel()} {gamla}" if behall else ny_nyckel())


def test_rotation_krypterar_om_allt_och_den_gamla_nyckeln_kan_tas_bort(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.bifoga(nummer, som="kim")
    ring = ny_ring(bygg.vaka.nyckelring)
    with bygg.vaka.systemet() as conn:
        assert per_nyckel(conn, ring) == {bygg.vaka.nyckelring.aktuell: 2}
    assert list(rotera(bygg.vaka.motor, ring))[-1] == (2, 2)
    assert list(rotera(bygg.vaka.motor, ring))[-1] == (2, 0)
    bara_ny = Nyckelring(f"{ring.aktuell}:{_base64(ring)}")
    bygg.vaka.motor.update_execution_options(nyckelring=bara_ny)
    with bygg.vaka.systemet() as conn:
        assert per_nyckel(conn, bara_ny) == {ring.aktuell: 2}
        lage = hamta(conn, nummer)
        assert lage is not None
        assert lage.kontakt is not None
        assert lage.kontakt["epost"] == KONTAKT["epost"]
        assert hitta_bilaga(conn, lage, 1).oppna().innehall == "Påhittad underlag.txt".encode()


def _base64(ring: Nyckelring) -> str:
    import base64

    return base64.b64encode(ring.nycklar[ring.aktuell]).decode()


def test_en_nyckel_som_loggens_sigill_ar_gjorda_med_behovs(bygg: Bygge) -> None:
    from tjanster.logg.forsegling import forsegla

    bygg.ny("avvikelse", "mia")
    forsegla(bygg.vaka, NU)
    ring = ny_ring(bygg.vaka.nyckelring)
    list(rotera(bygg.vaka.motor, ring))
    with bygg.vaka.systemet() as conn:
        assert per_nyckel(conn, ring)[bygg.vaka.nyckelring.aktuell] > 0


def test_rotation_som_avbryts_gar_vidare_dar_den_slutade(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    from tjanster.arenden import omkryptering

    monkeypatch.setattr(omkryptering, "BUNT", 2)
    for _ in range(5):
        bygg.ny("synpunkt", kontakt=KONTAKT)
    ring = ny_ring(bygg.vaka.nyckelring)
    gang = rotera(bygg.vaka.motor, ring)
    assert next(gang) == (2, 2)
    gang.close()
    with bygg.vaka.systemet() as conn:
        assert per_nyckel(conn, ring) == {ring.aktuell: 2, bygg.vaka.nyckelring.aktuell: 3}
    assert list(rotera(bygg.vaka.motor, ring))[-1] == (5, 3)


def test_rotation_utan_den_gamla_nyckeln_nekas_och_inget_forstors(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    with pytest.raises(OkandNyckel, match="finns inte i VAKA_NYCKLAR"):
        list(rotera(bygg.vaka.motor, ny_ring(bygg.vaka.nyckelring, behall=False)))
    with bygg.vaka.systemet() as conn:
        assert hamta(conn, nummer) is not None


def test_klartext_fran_en_aldre_version_krypteras_vid_starten(vaka: Vaka, motor: Engine, tmp_path: Path) -> None:
    """Rows from before are set aside by the migration and encrypted by the program; nothing plain is left."""
    migrera.backa(motor, "0007")
    with motor.begin() as conn:
        tid = {"n": NU}
        conn.execute(text("INSERT INTO arende (nummer, process, tillstand, version, enhet, dag, uppgifter, registrerad, andrad, regelversion, processversion) SELECT 'SYN-2026-0001', 'synpunkt', 'mottagen', 1, 'familjehem', '2026-09-07', '{}', :n, :n, max(r.id), max(p.id) FROM regelversion r, processversion p WHERE p.process = 'synpunkt'"), tid)
        conn.execute(text("INSERT INTO kontakt (arende_id, namn, epost) SELECT id, 'Påhittad Person', 'p@exempel.example' FROM arende"))
        conn.execute(text("INSERT INTO bilaga (arende_id, namn, typ, storlek, sha256, innehall, tid) SELECT id, 'a.txt', 'text/plain', 8, 'x', 'Påhittad'::bytea, :n FROM arende"), tid)
    migrera.migrera(motor)
    assert kryptera_klartext(motor, vaka.nyckelring) == 2
    assert kryptera_klartext(motor, vaka.nyckelring) == 0
    with vaka.systemet() as conn:
        assert conn.scalar(text("SELECT to_regclass('kontakt_klartext')")) is None
        lage = hamta(conn, "SYN-2026-0001")
        assert lage is not None
        assert lage.kontakt is not None
        assert lage.kontakt["namn"] == "Påhittad Person"
        bilaga = conn.scalar(select(t.bilaga.c.id))
        assert hitta_bilaga(conn, lage, bilaga).oppna().innehall == "Påhittad".encode()
        assert b"hittad" not in bytes(conn.scalar(select(t.bilaga.c.innehall)))
