"""Lex Sarah: fem bedömningar, de två allvarliga till IVO, de andra till beslut."""

import pytest

from arbetsfloden import PROCESSER, Nekad, prova_oppning, som_ny
from arbetsfloden.lex_sarah import BEDOMNINGAR

UTREDNING = {"utredning": "Bemanningen brast", "orsaker": ["organisation"]}
ATGARD = {"text": "Ny bemanning", "ansvarig": "Enhetschef", "senast": "2027-01-31"}


def _bedomd(oppna, bedomning):
    arende = oppna("lex_sarah", roll="medarbetare")
    arende.gor("inled_utredning")
    arende.gor("utred", **UTREDNING)
    arende.gor("bedom", bedomning=bedomning, bedomning_skal="Så här resonerade vi")
    return arende


def test_de_fem_bedomningarna_har_lagens_ord():
    assert list(BEDOMNINGAR.values()) == [
        "Ej missförhållande",
        "Påtaglig risk för missförhållande",
        "Missförhållande",
        "Påtaglig risk för allvarligt missförhållande",
        "Allvarligt missförhållande",
    ]


@pytest.mark.parametrize("bedomning", ["inget", "risk", "missforhallande"])
def test_de_tre_andra_beslutas_atgardas_och_avslutas(oppna, bedomning):
    arende = _bedomd(oppna, bedomning)
    assert arende.tillstand == "bedomd"
    assert arende.far("anmal_ivo") is None
    arende.gor("besluta", beslut_text="Utredningen avslutas")
    arende.gor("besluta_atgarder", atgarder=[ATGARD])
    arende.gor("avsluta")
    assert arende.tillstand == "avslutad"


@pytest.mark.parametrize("bedomning", ["risk_allvarligt", "allvarligt"])
def test_de_tva_allvarliga_maste_till_ivo(oppna, bedomning):
    arende = _bedomd(oppna, bedomning)
    assert (arende.tillstand, arende.hant[-1]) == ("ska_anmalas", "kraver_anmalan")
    for handelse in ("besluta", "besluta_atgarder", "avsluta", "avsluta_utan_atgard", "bli_avvikelse"):
        with pytest.raises(Nekad) as nej:
            arende.gor(handelse)
        assert nej.value.kod == "ej_nu"
    assert arende.gor("anmal_ivo").startar == ("utredning_ivo",)
    assert arende.gor("lamna_in_utredning").stoppar == ("utredning_ivo",)
    for _ in range(2):
        arende.gor("begar_komplettering", komplettering_svar_senast="2026-12-15")
        arende.gor("komplettera")
    arende.gor("registrera_ivo_beslut", ivo_beslut_text="IVO avslutar ärendet")
    arende.gor("besluta_atgarder", atgarder=[ATGARD])
    arende.gor("avsluta")
    assert arende.tillstand == "avslutad"


def test_bedomning_utan_skal_nekas(oppna):
    arende = oppna("lex_sarah")
    arende.gor("inled_utredning")
    arende.gor("utred", **UTREDNING)
    with pytest.raises(Nekad) as nej:
        arende.gor("bedom", bedomning="risk")
    assert nej.value.falt == {"bedomning_skal": "Skäl för bedömningen ska fyllas i"}


@pytest.mark.parametrize("forst", [(), ("inled_utredning",)])
def test_klart_allvarligt_anmals_tidigt_och_utreds_sedan(oppna, forst):
    arende = oppna("lex_sarah")
    for handelse in forst:
        arende.gor(handelse)
    steg = arende.gor("konstatera_allvarligt", bedomning="allvarligt", bedomning_skal="Skadan är uppenbar")
    assert steg.startar == ("anmalan_ivo",)
    assert arende.gor("anmal_ivo").stoppar == ("anmalan_ivo",)
    assert arende.tillstand == "anmald_utreds"
    assert arende.gor("utred", **UTREDNING).stoppar == ("utredning",)
    arende.gor("bedom", bedomning="allvarligt", bedomning_skal="Utredningen bekräftar")
    assert arende.tillstand == "anmald_ivo"
    assert arende.far("lamna_in_utredning") == ()


def test_tidig_anmalan_utan_allvarlig_bedomning_nekas(oppna):
    arende = oppna("lex_sarah")
    with pytest.raises(Nekad, match="Rapporten ska vara bedömd så att den anmäls till IVO. Bara det som är allvarligt"):
        arende.gor("anmal_ivo", bedomning="risk", bedomning_skal="Liten risk")


def test_tidigt_konstaterat_men_till_sist_inte_allvarligt_kan_beslutas(oppna):
    arende = oppna("lex_sarah")
    arende.gor("inled_utredning")
    arende.gor("konstatera_allvarligt", bedomning="allvarligt", bedomning_skal="Så såg det ut")
    arende.idag = arende.idag.replace(day=30)
    arende.gor("utred", **UTREDNING)
    arende.gor("bedom", bedomning="missforhallande", bedomning_skal="Skadan uteblev")
    assert arende.gor("besluta", beslut_text="Avslutas").stoppar == ("anmalan_ivo",)


def test_blir_avvikelse_genom_beslut_med_skal(oppna, idag):
    arende = oppna("lex_sarah")
    with pytest.raises(Nekad) as nej:
        arende.gor("bli_avvikelse")
    assert set(nej.value.falt) == {"typ", "skal"}
    steg = arende.process.hitta("bli_avvikelse")
    nytt = som_ny(
        arende.process, steg, arende.uppgifter.med({"typ": "rutin", "skal": "x"}), PROCESSER["avvikelse"], idag
    )
    prova_oppning(PROCESSER["avvikelse"], arende.fakta_nu(nytt), {"kvalitetsledare"})
    arende.gor("bli_avvikelse", typ="rutin", skal="Påtaglig risk saknas")
    assert arende.tillstand == "blev_avvikelse"


def test_det_som_konstaterats_allvarligt_blir_inte_avvikelse(oppna):
    arende = oppna("lex_sarah")
    arende.gor("konstatera_allvarligt", bedomning="risk_allvarligt", bedomning_skal="Uppenbart")
    with pytest.raises(Nekad, match="ska inte vara bedömd så att den ska anmälas till IVO"):
        arende.gor("bli_avvikelse", typ="rutin", skal="Enklare så")


def test_handlaggare_bedomer_inte(oppna):
    arende = oppna("lex_sarah")
    arende.gor("inled_utredning", roll="enhetschef")
    arende.gor("utred", roll="handlaggare", **UTREDNING)
    with pytest.raises(Nekad) as nej:
        arende.gor("bedom", roll="handlaggare", bedomning="inget", bedomning_skal="Nej")
    assert nej.value.skal == ("Görs av kvalitetsledare eller avdelningschef",)
