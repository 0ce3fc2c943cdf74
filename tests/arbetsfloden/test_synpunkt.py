"""Synpunkten från inkommen till avslutad, och allt som inte får ske på vägen."""

from datetime import date

import pytest

from arbetsfloden import Nekad


def _besvarad(oppna, **fakta):
    arende = oppna("synpunkt", fakta=fakta)
    arende.gor("fordela", enhet="barn")
    arende.gor("handlagg")
    arende.gor("besvara", svar="Vi har ändrat telefontiderna.")
    return arende


def test_hela_vagen_med_epost(oppna):
    arende = _besvarad(oppna)
    arende.gor("publicera", sekretess="nej", personuppgifter="nej")
    arende.gor("avsluta")
    assert arende.tillstand == "avslutad"
    assert arende.hant == ["bekrafta", "fordela", "handlagg", "besvara", "publicera", "avsluta"]
    assert arende.uppgifter.besvarad == arende.uppgifter.publicerad == arende.uppgifter.avslutad == date(2026, 11, 23)


def test_utan_epost_blir_det_ett_brev_som_registratorn_bekraftar(oppna):
    arende = oppna("synpunkt", fakta={"har_epost": False})
    assert arende.tillstand == "brev_ska_skickas"
    assert arende.process.hitta("begar_brev").uppgift == "Skicka bekräftelse med brev"
    steg = arende.gor("bekrafta_med_brev", roll="registrator")
    assert steg.klarar
    assert steg.stoppar == ("bekraftelse",)
    assert arende.tillstand == "bekraftad"


def test_den_som_ar_anonym_gar_vidare_utan_bekraftelse(oppna):
    arende = oppna("synpunkt", fakta={"har_epost": False, "anonym": True})
    assert (arende.tillstand, arende.hant) == ("bekraftad", ["ga_vidare_anonym"])


def test_okand_avsandare_bekraftas_inte_av_systemet(oppna):
    arende = oppna("synpunkt", fakta={"har_epost": None, "anonym": None})
    assert (arende.tillstand, arende.hant) == ("mottagen", [])
    assert arende.far("bekrafta_med_brev", "registrator") == ()


def test_synpunkt_avslutas_inte_utan_svar(oppna):
    arende = _besvarad(oppna)
    arende.gor("avsta_publicering")
    arende.uppgifter = arende.uppgifter.med({"svar": None})
    with pytest.raises(Nekad) as nej:
        arende.gor("avsluta")
    assert nej.value.skal == ("Svaret och dagen det gavs ska vara dokumenterade",)


def test_svar_utan_text_ges_inte(oppna):
    arende = oppna("synpunkt")
    arende.gor("fordela", enhet="barn")
    arende.gor("handlagg")
    with pytest.raises(Nekad) as nej:
        arende.gor("besvara", svar="  ")
    assert nej.value.falt == {"svar": "Svaret ska fyllas i"}


@pytest.mark.parametrize(
    ("sekretess", "personuppgifter"), [(None, "nej"), ("nej", None), (None, None), ("ja", "nej"), ("nej", "ja")]
)
def test_obesvarad_eller_jakad_sekretess_slapper_inte_igenom(oppna, sekretess, personuppgifter):
    arende = _besvarad(oppna)
    with pytest.raises(Nekad) as nej:
        arende.gor("publicera", sekretess=sekretess, personuppgifter=personuppgifter)
    assert nej.value.kod == "villkor"
    nej_ord = {"ja": "Synpunkten och svaret ska få publiceras. Det som", None: "Frågan ”"}
    vantat = [nej_ord[x] for x in (sekretess, personuppgifter) if x != "nej"]
    assert [skal.startswith(ord_) for skal, ord_ in zip(nej.value.skal, vantat, strict=True)] == [True] * len(vantat)


def test_obesvarade_fragor_om_publicering_sags_med_fragans_ord(oppna):
    arende = _besvarad(oppna)
    with pytest.raises(Nekad) as nej:
        arende.gor("publicera", personuppgifter="nej")
    assert nej.value.skal == ("Frågan ”Omfattas synpunkten eller svaret av sekretess?” ska besvaras",)


def test_inget_svar_onskas_slipper_svar(oppna):
    arende = oppna("synpunkt", vill_ha_svar="nej")
    arende.gor("fordela", enhet="barn")
    assert arende.gor("inget_svar_onskas", handlaggning="Framfört till gruppen").stoppar == ("svar",)
    arende.gor("avsluta")
    assert arende.tillstand == "avslutad"


def test_obesvarad_fraga_om_svar_raknas_som_att_svar_onskas(oppna):
    arende = oppna("synpunkt", vill_ha_svar=None)
    arende.gor("fordela", enhet="barn")
    with pytest.raises(Nekad) as nej:
        arende.gor("inget_svar_onskas")
    assert nej.value.skal == ("Den som lämnat synpunkten ska inte önska något svar (det är inte känt)",)
    arende.gor("inget_svar_onskas", vill_ha_svar="nej")
    assert arende.tillstand == "utan_svar"


def test_anonym_som_inte_bett_om_svar_behover_inget(oppna):
    arende = oppna("synpunkt", fakta={"anonym": True, "har_epost": False}, vill_ha_svar=None)
    arende.gor("fordela", enhet="barn")
    arende.gor("inget_svar_onskas")
    assert arende.tillstand == "utan_svar"


def test_brevsvar_som_inte_skickats_haller_arendet_oppet(oppna):
    arende = _besvarad(oppna)
    arende.gor("avsta_publicering")
    arende.fakta["oppna_uppgifter"] = 1
    with pytest.raises(Nekad, match="uppgifter ska vara klarmarkerade"):
        arende.gor("avsluta")


def test_over_till_annan_enhet_kraver_skal_och_en_annan_enhet(oppna):
    arende = oppna("synpunkt")
    arende.gor("fordela", enhet="barn")
    with pytest.raises(Nekad) as nej:
        arende.gor("lamna_over_enhet", ny_enhet="barn")
    assert set(nej.value.skal) == {
        "Skäl ska fyllas i",
        "Den nya enheten ska vara en annan än den som har ärendet",
    }
    arende.gor("lamna_over_enhet", ny_enhet="Vuxna", skal="Gäller en vuxen")
    assert (arende.uppgifter.enhet, arende.uppgifter.ny_enhet, arende.uppgifter.skal) == ("vuxna", None, None)
    assert arende.tillstand == "fordelad"


@pytest.mark.parametrize(
    ("handelse", "data", "slut"),
    [
        ("lamna_over_namnd", {"annan_namnd": "Skolnämnden", "skal": "Gäller skolskjuts"}, "overlamnad"),
        ("aterta", {}, "aterkallad"),
        ("dubblett", {"dubblett_av": "SYN-2026-0001"}, "dubblett"),
    ],
)
@pytest.mark.parametrize("fakta", [{}, {"har_epost": False}], ids=["bekraftad", "brev_ska_skickas"])
def test_andra_vagar_ut_stoppar_fristerna(oppna, handelse, data, slut, fakta):
    arende = oppna("synpunkt", fakta=fakta)
    steg = arende.gor(handelse, **data)
    assert arende.tillstand == slut
    assert {"svar", "bekraftelse"} <= set(steg.stoppar)


def test_dubblett_utan_nummer_nekas(oppna):
    with pytest.raises(Nekad) as nej:
        oppna("synpunkt").gor("dubblett")
    assert nej.value.falt == {"dubblett_av": "Dubblett av ska fyllas i"}


def test_for_sent_svar_fragar_efter_orsaken(oppna):
    arende = oppna("synpunkt", fakta={"passerade": frozenset({"svar"})})
    arende.gor("fordela", enhet="barn")
    arende.gor("handlagg")
    with pytest.raises(Nekad) as nej:
        arende.gor("besvara", svar="Svar")
    assert nej.value.falt == {"forseningsorsak": "Orsak till förseningen ska fyllas i, eftersom fristen hade passerat"}
    arende.gor("besvara", svar="Svar", forseningsorsak="Sjukdom")
    assert arende.tillstand == "besvarad"
    assert arende.uppgifter.forseningsorsak is None, "orsaken hör till händelsen, inte till ärendet"


def test_historik_lases_in_av_systemet_och_bara_med_id(oppna):
    arende = oppna("synpunkt", externt_id="OSS-1")
    arende.gor("las_in_besvarad", roll="systemet", besvarad="2026-11-23")
    arende.gor("las_in_avslutad", roll="systemet", avslutad="2026-11-23")
    assert arende.tillstand == "avslutad"
    with pytest.raises(Nekad) as nej:
        oppna("synpunkt").gor("las_in_avslutad", roll="kvalitetsledare", avslutad="2026-11-23")
    assert nej.value.skal == (
        "Görs av systemet självt",
        "Ärendet ska vara inläst från ett annat system och ha dess id",
    )


def test_personnummer_i_synpunkten_eller_svaret_hindrar_publicering(oppna):
    arende = _besvarad(oppna)
    arende.fakta["personnummer_i"] = frozenset({"svar"})
    with pytest.raises(Nekad) as nej:
        arende.gor("publicera", sekretess="nej", personuppgifter="nej")
    assert nej.value.skal == (
        "Synpunkten och svaret ska vara utan personnummer. Ta bort dem under ”Ändra uppgifter” först",
    )
