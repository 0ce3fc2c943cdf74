"""Läsningar att utreda: vem som utreder, vad som måste sägas, och vägen till slutet."""

import pytest

from arbetsfloden import PROCESSER, Nekad


def test_hela_vagen(oppna):
    arende = oppna("olovlig_lasning", roll="enhetschef")
    steg = arende.gor("utred", roll="avdelningschef", utredning="Påhittat: arbetade på en annan enhet", forklaring="Nyfiken")
    assert steg.stoppar == ()
    steg = arende.gor("bedom", roll="kvalitetsledare", bedomning="Läsningen var inte befogad", incident="ja")
    assert steg.stoppar == ("utredning",)
    assert (arende.uppgifter.bedomning, arende.uppgifter.incident) == ("obefogad", True)
    arende.gor("avsluta", atgarder_text="Behörigheten är borttagen")
    assert arende.tillstand == "avslutad"


def test_bara_avdelningschef_och_kvalitetsledare_ser_och_utreder(oppna):
    assert PROCESSER["olovlig_lasning"].synlig_for == ("avdelningschef", "kvalitetsledare")
    arende = oppna("olovlig_lasning", roll="enhetschef")
    for roll in ("medarbetare", "handlaggare", "enhetschef", "administrator"):
        with pytest.raises(Nekad) as nej:
            arende.gor("utred", roll=roll, utredning="x")
        assert nej.value.kod == "ej_roll"


def test_en_medarbetare_oppnar_inget_sadant_arende(oppna):
    with pytest.raises(Nekad) as nej:
        oppna("olovlig_lasning", roll="handlaggare")
    assert nej.value.kod == "ej_roll"


def test_bedomningen_sager_om_det_ar_en_incident(oppna):
    arende = oppna("olovlig_lasning", roll="enhetschef")
    arende.gor("utred", utredning="x")
    with pytest.raises(Nekad) as nej:
        arende.gor("bedom", bedomning="befogad")
    assert set(nej.value.falt) == {"incident"}


def test_avskrivs_bara_med_skal(oppna):
    arende = oppna("olovlig_lasning", roll="enhetschef")
    with pytest.raises(Nekad, match="Skäl ska fyllas i"):
        arende.gor("avskriv")
    arende.gor("avskriv", skal="Ersatte handläggaren den dagen")
    assert arende.tillstand == "avskriven"
