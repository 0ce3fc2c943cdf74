"""The one path of an event: all or nothing, every reason at once, history that stays."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from tests.bygg import KONTAKT, NU, Bygge
from tjanster.arenden.fel import (
    FarInte,
    FinnsInte,
    NagonHannFore,
    Nej,
    OgiltigaUppgifter,
)


def test_en_synpunkt_gar_hela_vagen(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    assert bygg.rad(nummer)["tillstand"] == "bekraftad"
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, "handlagg", "hanna")
    bygg.gor(nummer, "besvara", "hanna", svar="Påhittat svar", besvarad="2026-09-07")
    bygg.gor(nummer, "publicera", "hanna", sekretess=False, personuppgifter=False)
    kvitto = bygg.gor(nummer, "avsluta", "hanna")
    assert kvitto.tillstand == "avslutad"
    assert [h["lopnr"] for h in bygg.handelser(nummer)] == list(range(1, 9))
    assert {(f["namn"], f["status"]) for f in bygg.frister(nummer)} == {("bekraftelse", "mott"), ("svar", "mott")}
    assert bygg.rad(nummer)["avslutad"] is not None


def test_ett_nekat_steg_lamnar_inget_efter_sig(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    fore, notiser = bygg.rad(nummer), len(bygg.notiser())
    with pytest.raises(Nej) as nej:
        bygg.gor(nummer, "avsluta", "rut")
    assert nej.value.kod == "steget_gar_inte_nu"
    assert bygg.rad(nummer) == fore
    assert len(bygg.notiser()) == notiser


def test_okand_handelse_far_narmaste_ord(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    with pytest.raises(Nej) as nej:
        bygg.gor(nummer, "fordelaa", "rut")
    assert nej.value.kod == "okand_handelse"
    assert "menade du 'fordela'" in nej.value.skal[0]


def test_gammal_version_ar_konflikt(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "anteckna", "rut", anteckning="Någon annan var här")
    with pytest.raises(NagonHannFore, match="du såg version 2, nu är det 3"):
        bygg.gor(nummer, "fordela", "rut", version=2, enhet="familjehem")


def test_tva_samtidiga_steg_ger_ett_steg_och_en_konflikt(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    start, utfall = Barrier(2), []

    def flytta(enhet: str) -> None:
        start.wait()
        try:
            bygg.gor(nummer, "fordela", "rut", version=2, enhet=enhet)
            utfall.append("ok")
        except NagonHannFore:
            utfall.append("konflikt")

    tradar = [Thread(target=flytta, args=(e,)) for e in ("familjehem", "oppenvard")]
    for trad in tradar:
        trad.start()
    for trad in tradar:
        trad.join(20)
    assert sorted(utfall) == ["konflikt", "ok"]
    assert bygg.rad(nummer)["version"] == 3


def test_arende_utanfor_ens_enheter_finns_inte(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    for handelse in ("fordela", "hittepa"):
        with pytest.raises(FinnsInte) as nej:
            bygg.gor(nummer, handelse, "frida")
    with pytest.raises(FinnsInte) as okant:
        bygg.gor("SYN-2026-9999", "fordela", "rut")
    assert str(nej.value).replace(nummer, "X") == str(okant.value).replace("SYN-2026-9999", "X")


def test_fel_roll_far_veta_vem_som_gor_det(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(FarInte, match="Görs av enhetschef eller kvalitetsledare"):
        bygg.gor(nummer, "ta_emot", "hanna")


def test_alla_fel_i_uppgifterna_kommer_pa_en_gang(bygg: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("synpunkt", kanal="duva", slag="klagomol", inkom="2026-13-01", text="x" * 10_001, hittepa=1)
    assert set(nej.value.falt) == {"kanal", "slag", "inkom", "text", "hittepa"}


def test_dag_fore_registrering_vill_ha_skal_och_dag_efter_nekas(bygg: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("synpunkt", inkom="2026-09-08")
    assert "framtiden" in nej.value.falt["inkom"]
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.ny("synpunkt", inkom="2026-09-01")
    assert "pappersblanketten" in nej.value.falt["sen_registrering_skal"]
    nummer = bygg.ny("synpunkt", inkom="2026-09-01", sen_registrering_skal="Driftstopp, pappersblankett")
    assert bygg.handelser(nummer)[0]["skal"] == "Driftstopp, pappersblankett"
    svar = next(f for f in bygg.frister(nummer) if f["namn"] == "svar")
    assert svar["start"].isoformat() == "2026-09-01"


def test_sent_steg_fragar_efter_orsaken_och_brottet_star_kvar(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    sent = NU + timedelta(days=30)
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, "besvara", "hanna", nu=sent, svar="Svar", besvarad=sent.date().isoformat())
    assert set(nej.value.falt) == {"forseningsorsak"}
    bygg.gor(
        nummer, "besvara", "hanna", nu=sent, svar="Svar", besvarad=sent.date().isoformat(),
        forseningsorsak="franvaro", forseningsorsak_text="Sjukdom", forsening_atgard="AVV-2026-0001/1",
    )  # fmt: skip
    with bygg.vaka.systemet() as conn:
        brott = conn.execute(text("SELECT orsak, orsak_text, atgard, forfoll FROM fristbrott")).one()
    assert brott == ("franvaro", "Sjukdom", "AVV-2026-0001/1", bygg.frister(nummer)[1]["forfaller"])


@pytest.mark.parametrize("sats", ["UPDATE handelse SET skal = 'x'", "DELETE FROM handelse", "TRUNCATE handelse"])
def test_handelser_gar_varken_att_andra_eller_ta_bort(bygg: Bygge, motor: Engine, sats: str) -> None:
    bygg.ny("avvikelse", "mia")
    with pytest.raises(DatabaseError, match="permission denied"), bygg.vaka.systemet() as conn:
        conn.execute(text(sats))
    with pytest.raises(DatabaseError, match="ändras eller tas aldrig bort"), motor.begin() as conn:  # nor by the owner
        conn.execute(text(sats))


def test_avvikelse_blir_lex_sarah_och_bada_berattar_det(bygg: Bygge) -> None:
    from tjanster.arenden.arendebild import visa_arende

    nummer = bygg.ny("avvikelse", "mia")
    kvitto = bygg.gor(nummer, "bli_lex_sarah", "elin", skal="Allvarlig följd", lagomrade="sol")
    (nytt,) = kvitto.nya_arenden
    assert nytt.startswith("LXS-")
    assert bygg.rad(nytt)["uppgifter"]["beskrivning"] == "Påhittad händelse"
    with bygg.vaka.systemet() as conn:
        fran = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("elin"), NU)
        till = visa_arende(conn, bygg.vaka.sammanhang, nytt, bygg.aktor("elin"), NU)
    assert [(lank.ord, lank.nummer) for lank in fran.lankar] == [("Blev", nytt)]
    assert [(lank.ord, lank.nummer) for lank in till.lankar] == [("Kommer från", nummer)]


def test_atgard_nar_andra_enheter(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot")
    bygg.gor(nummer, "utred", utredning="Påhittad utredning", orsaker=["kommunikation"])
    atgard = {"text": "Ny rutin", "ansvarig": "Enhetschefen", "senast": "2026-10-01", "enheter": ["oppenvard"]}
    bygg.gor(nummer, "besluta_atgarder", atgarder=[atgard])
    with bygg.vaka.systemet() as conn:
        rader = conn.execute(text("SELECT slag, enhet, atgard, senast FROM uppgift ORDER BY id")).all()
    assert ("sprid_atgard", "oppenvard", f"{nummer}/1", bygg.nu.date().replace(month=10, day=1)) in rader
    (notis,) = bygg.notiser("atgard_spridd")
    assert notis["anvandare_id"] == bygg.aktor("eva").id  # type: ignore[union-attr]


def test_frist_forlangs_bara_som_regeln_tillater(bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    with pytest.raises(Nej):
        bygg.gor(nummer, "forlang_frist", "elin", frist="svar", nytt_datum="2027-09-01", skal="Väntar")
    bygg.gor(nummer, "forlang_frist", "elin", frist="svar", nytt_datum="2026-09-25", skal="Väntar på underlag")
    with pytest.raises(Nej, match="redan gjort"):
        bygg.gor(nummer, "forlang_frist", "elin", frist="svar", nytt_datum="2026-09-28", skal="Väntar")
    svar = next(f for f in bygg.frister(nummer) if f["namn"] == "svar")
    assert (svar["forfaller"].isoformat(), svar["omgang"]) == ("2026-09-25", 2)


def test_utan_handlaggare_ager_enhetschefen_och_utan_chef_nivan_over(bygg: Bygge) -> None:
    from tjanster.arenden.arendebild import visa_arende

    for enhet, agare, ersatter in (("familjehem", "Elin", False), ("utredning_barn", "Anders", True)):
        nummer = bygg.ny("avvikelse", "mia", enhet=enhet)
        with bygg.vaka.systemet() as conn:
            bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, None, NU)
        assert [p.namn.split()[0] for p in bild.agare.personer] == [agare]
        assert bild.agare.ersatter is ersatter


def test_ingen_far_brev_om_sin_egen_handling(bygg: Bygge) -> None:
    bygg.ny("avvikelse", "elin")
    (notis,) = bygg.notiser("avvikelse_rapporterad")
    assert notis["anvandare_id"] == bygg.aktor("anders").id  # type: ignore[union-attr]
    assert notis["falt"]["tom_post"] is True


def test_den_som_tar_arendet_sjalv_far_inget_brev_och_ingen_annan_i_stallet(bygg: Bygge) -> None:
    nummer = bygg.ny("beslut", "hanna")
    bygg.gor(nummer, "tilldela", "hanna", handlaggare="hanna")
    assert bygg.notiser("arende_tilldelat") == []
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hugo")
    assert [n["adress"] for n in bygg.notiser("arende_tilldelat")] == ["hugo@vaka.example"]


def test_det_som_ska_goras_genast_hamnar_inte_sist_i_listan(bygg: Bygge) -> None:
    from tjanster.arenden.arendelista import lista
    from tjanster.arenden.urval import Urval

    synpunkt = bygg.ny("synpunkt", kontakt=KONTAKT)
    lex_sarah = bygg.ny("lex_sarah", "mia")
    with bygg.vaka.systemet() as conn:
        rader = lista(conn, bygg.vaka.sammanhang, bygg.aktor("elin"), Urval(), NU)
    assert [r.nummer for r in rader] == [lex_sarah, synpunkt]
