"""Recusal asked for at the report: those whom it names never see the case, get no mail of it, and own nothing in it."""

from datetime import timedelta

import pytest

from tests.apiklient import Apiklient
from tests.bygg import AVVIKELSE, Bygge
from tests.tjanster.delad import tom
from tests.tjanster.test_jav import konto, ser
from tests.tjanster.test_vikarie import satt
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import OgiltigaUppgifter
from tjanster.db import t
from tjanster.konton import stang_konto
from tjanster.scheduler.svep import svepa

SATT = "Satt åt sidan för jäv, ser inte ärendet: Elin Påhittad och Hanna Påhittad"


@pytest.fixture
def vaka(delad_exempel: Vaka) -> Vaka:
    return tom(delad_exempel)


@pytest.mark.parametrize("process", ["avvikelse", "lex_sarah"])
def test_den_som_rapporten_ror_ser_den_aldrig_och_far_inget_brev(bygg: Bygge, process: str) -> None:
    satt(bygg, "elin", "frida")
    nummer = bygg.ny(process, "mia", ror_personal=["elin", "hanna"])
    assert bygg.rad(nummer)["javiga"] == sorted([konto(bygg, "elin"), konto(bygg, "hanna")])
    svepa(bygg.vaka, bygg.nu + timedelta(days=90))
    fick = {n["adress"].split("@")[0] for n in bygg.notiser() if nummer in str(n)}
    assert "anders" in fick
    for som in ("elin", "hanna", "frida"):  # frida stands in for one of them
        assert not ser(bygg, som, nummer)
        assert som not in fick
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("anders"), bygg.nu)
    assert bild.agare.personer[0].namn == "Anders Påhittad"
    assert SATT in bild.handelser[0].foljder
    forsta = bygg.handelser(nummer)[0]
    assert "hanna" not in str((bygg.rad(nummer)["uppgifter"], forsta["uppgifter"], forsta["skal"])).lower()


@pytest.mark.parametrize("skrivet", [["Hanna Påhittad"], ["hanna påhittad (hanna)"], ["HANNA, hugo"], "hanna hugo", ["hugo", "hanna"]])
def test_namn_anvandarnamn_eller_bada_gar_bra(bygg: Bygge, skrivet: object) -> None:
    javiga = bygg.rad(bygg.ny("avvikelse", "mia", ror_personal=skrivet))["javiga"]
    assert konto(bygg, "hanna") in javiga
    assert (konto(bygg, "hugo") in javiga) is ("hugo" in str(skrivet))


@pytest.mark.parametrize(
    ("skrivet", "mening"),
    [
        (["Hana Påhittad"], "'Hana Påhittad' är ingen användare – menade du Hanna Påhittad (hanna)?"),
        (["hanna", "Nemo, Ingen"], "'Nemo' är ingen användare. 'Ingen' är ingen användare."),
        (["eva"], "Eva Påhittad har inget öppet konto och ser därför aldrig ärendet. Ta bort namnet."),
        (["mia"], "Namnge inte dig själv"),
        (["Hugo Påhittad"], "2 personer heter Hugo Påhittad: välj Hugo Påhittad (hugo) eller Hugo Påhittad (rolf)."),
        (["elin", "anders", "kim", "adam"], "Ingen skulle då kunna ta hand om ärendet."),
        ([7.5], "Här ska det stå text"),
    ],
)
def test_fel_i_namnen_sags_pa_faltet_och_inget_registreras(bygg: Bygge, skrivet: list[object], mening: str) -> None:
    with bygg.vaka.motor.begin() as conn:
        stang_konto(conn, konto(bygg, "eva"))
        conn.execute(t.anvandare.update().where(t.anvandare.c.anvandarnamn == "rolf").values(namn="Hugo Påhittad"))
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("avvikelse", "mia", ror_personal=skrivet)
    assert mening in nej.value.falt["ror_personal"]
    with bygg.vaka.systemet() as conn:
        assert conn.execute(t.arende.select()).first() is None


def test_namnen_provas_ocksa_nar_nagot_annat_ar_fel(bygg: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("avvikelse", "mia", ror_personal=["Nemo"], typ=None)
    assert set(nej.value.falt) == {"ror_personal", "typ"}


@pytest.mark.parametrize("handelse", ["andra", "ta_emot"])
def test_senare_svaras_den_inte_ut_i_luften(bygg: Bygge, handelse: str) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(OgiltigaUppgifter, match="ställs bara när ärendet registreras"):
        bygg.gor(nummer, handelse, "elin", ror_personal=["hanna"], skal="Påhittat")


def test_ror_det_chefen_visar_det_sig_senare_satts_chefen_at_sidan(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "anders", handlaggare="elin")
    bygg.gor(nummer, "andra", "kim", ror_chefen=True, skal="Framgick av samtalet")
    assert not ser(bygg, "elin", nummer)
    assert bygg.rad(nummer)["handlaggare"] is None
    assert [n["adress"] for n in bygg.notiser("arende_utan_handlaggare")] == ["anders@vaka.example"]
    bygg.gor(nummer, "hav_jav", "kim", jav=["elin"], skal="Det var en annan chef")
    bygg.gor(nummer, "andra", "kim", typ="information", skal="Fel typ")
    assert ser(bygg, "elin", nummer)


def test_formularet_visar_de_narmaste_och_tar_andra_vid_namn(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    sida = webb.get("/nytt/avvikelse", som="mia")
    assert "Rör det här någon av dina kollegor eller chefer?" in sida.text
    for syns in ('value="elin"', 'value="hanna"', 'value="kim"'):
        assert syns in sida.html
    assert 'value="frida"' not in sida.html
    fyllt = AVVIKELSE | {"nyckel": "n1"}
    fel = webb.post("/nytt/avvikelse", som="mia", **fyllt, ror_personal=["elin", "Frida Påhitad"])
    assert fel.fel == ["'Frida Påhitad' är ingen användare – menade du Frida Påhittad (frida)?"]
    assert 'value="elin" checked' in fel.html
    assert 'value="Frida Påhitad"' in fel.html
    klar = webb.post("/nytt/avvikelse", som="mia", **fyllt, ror_personal=["elin", "Frida Påhittad (frida)"])
    nummer = klar.vag.removeprefix("/kvitto/")
    assert bygg.rad(nummer)["javiga"] == sorted([konto(bygg, "elin"), konto(bygg, "frida")])
    assert webb.get(f"/arende/{nummer}", som="elin").status == 404
    assert webb.get(f"/arende/{nummer}", som="mia").status == 200


def test_apiet_tar_namnen_som_formularet(bygg: Bygge) -> None:
    api = Apiklient(bygg)
    fyllt = {"uppgifter": AVVIKELSE | {"ror_personal": ["hanna"]}}
    nummer = api("POST", "/arenden/avvikelse", som="mia", json=fyllt).json()["nummer"]
    assert bygg.rad(nummer)["javiga"] == [konto(bygg, "hanna")]
    assert api("GET", f"/arenden/{nummer}", som="hanna").status_code == 404
    nej = api("POST", "/arenden/avvikelse", som="mia", json={"uppgifter": AVVIKELSE | {"ror_personal": ["nemo"]}})
    assert (nej.status_code, nej.json()["falt"]) == (422, {"ror_personal": "'nemo' är ingen användare."})
    beskrivning = api("GET", "/processer/avvikelse", som="mia").json()
    assert "ror_personal" in beskrivning["oppnas"]["falt"]
    assert beskrivning["falt"]["ror_personal"]["slag"] == "personer"
