"""Avvikelsen från rapport till uppföljning, och vägen till lex Sarah."""

from datetime import date

import pytest

from arbetsfloden import PROCESSER, Nekad, lagg_over, prova_oppning, som_ny

ATGARD = {"text": "Skriv om rutinen", "ansvarig": "Enhetschef", "senast": "2026-12-31", "enheter": ["vuxna"]}


def _utredd(oppna):
    arende = oppna("avvikelse", roll="medarbetare")
    arende.gor("ta_emot", roll="enhetschef")
    arende.gor("utred", roll="enhetschef", utredning="Larmet var av", orsaker="rutiner, Teknik")
    return arende


def test_hela_vagen(oppna):
    arende = _utredd(oppna)
    assert arende.uppgifter.orsaker == ("rutiner", "teknik")
    arende.gor("besluta_atgarder", atgarder=[ATGARD])
    arende.gor("folj_upp", hjalpte="Delvis", uppfoljning="Två enheter kvar")
    arende.gor("avsluta", roll="enhetschef")
    assert arende.tillstand == "avslutad"
    [atgard] = arende.uppgifter.atgarder
    assert (atgard.senast, atgard.enheter) == (date(2026, 12, 31), ("vuxna",))


def test_rapporten_ar_liten_och_vem_som_helst_far_lamna_den():
    process = PROCESSER["avvikelse"]
    assert set(process.oppnas_kravs) == {"enhet", "handelsedatum", "typ", "beskrivning", "rapporterad"}
    assert process.oppnas_av[0] == "medarbetare"


def test_nya_atgarder_laggs_till_de_gamla_nar_det_inte_hjalpte(oppna):
    arende = _utredd(oppna)
    arende.gor("besluta_atgarder", atgarder=[ATGARD])
    arende.gor("folj_upp", hjalpte="nej", uppfoljning="Samma fel igen")
    arende.gor("besluta_atgarder", atgarder=ATGARD | {"text": "Byt larm"})
    assert [a.text for a in arende.uppgifter.atgarder] == ["Skriv om rutinen", "Byt larm"]
    assert arende.uppgifter.uppfoljd is None


def test_medarbetare_tar_inte_emot_sin_egen_rapport(oppna):
    with pytest.raises(Nekad) as nej:
        oppna("avvikelse").gor("ta_emot", roll="medarbetare")
    assert nej.value.kod == "ej_roll"
    assert nej.value.skal == ("Görs av enhetschef eller kvalitetsledare",)


def test_avslut_utan_atgard_kraver_skal(oppna):
    arende = _utredd(oppna)
    with pytest.raises(Nekad, match="Skäl ska fyllas i"):
        arende.gor("avsluta_utan_atgard")
    arende.gor("avsluta_utan_atgard", skal="Redan åtgärdat")
    assert arende.tillstand == "avslutad"


@pytest.mark.parametrize("forst", [(), ("ta_emot",)])
def test_blir_lex_sarah_genom_beslut_med_skal(oppna, forst, idag):
    arende = oppna("avvikelse", handelsedatum="2026-11-02", sen_registrering_skal="Upptäcktes sent")
    for handelse in forst:
        arende.gor(handelse)
    with pytest.raises(Nekad) as nej:
        arende.gor("bli_lex_sarah")
    assert set(nej.value.falt) == {"lagomrade", "skal"}
    steg = arende.process.hitta("bli_lex_sarah", arende.tillstand)
    uppgifter, _ = lagg_over(
        arende.process, steg, {"lagomrade": "SoL", "skal": "Allvarligt"}, {}, arende.uppgifter, idag
    )
    assert uppgifter is not None
    nytt = som_ny(arende.process, steg, uppgifter, PROCESSER["lex_sarah"], idag)
    prova_oppning(PROCESSER["lex_sarah"], arende.fakta_nu(nytt), {"enhetschef"})
    assert (nytt.enhet, nytt.rapporterad, nytt.handelsedatum) == ("barn", idag, date(2026, 11, 2))
    assert nytt.sen_registrering_skal == "Allvarligt"
    arende.gor("bli_lex_sarah", roll="enhetschef", lagomrade="sol", skal="Allvarligt")
    assert arende.tillstand == "blev_lex_sarah"


def test_overlamnad_avvikelse_borjar_om_hos_nasta_chef(oppna):
    arende = oppna("avvikelse")
    arende.gor("ta_emot")
    steg = arende.gor("lamna_over_enhet", ny_enhet="vuxna", skal="Hände hos dem")
    assert (arende.tillstand, arende.uppgifter.enhet, arende.uppgifter.mottagen) == ("rapporterad", "vuxna", None)
    assert (steg.startar, steg.stoppar) == (("mottagande",), ("utredning",))


def test_atgard_utan_ansvarig_och_dag_nekas_med_radnummer(oppna):
    arende = _utredd(oppna)
    with pytest.raises(ValueError, match=r"Rad 2, Ansvarig: ska fyllas i; Rad 2, Klar senast: ska fyllas i"):
        arende.gor("besluta_atgarder", atgarder=[ATGARD, {"text": "Något"}])


def test_avskriven_historik_lases_in(oppna):
    arende = oppna("avvikelse", externt_id="ALA-009")
    arende.gor("las_in_avslutad", roll="systemet", avslutad="2026-11-23")
    assert arende.tillstand == "avslutad"
