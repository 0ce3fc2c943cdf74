"""A process as text for people and for the help page."""

import pytest

from arbetsfloden import PROCESSER


def test_mermaid_har_lagen_med_etiketter_och_steg_med_knappens_ord():
    text = PROCESSER["synpunkt"].som_mermaid()
    rader = text.splitlines()
    assert rader[0] == "stateDiagram-v2"
    assert '    state "Bekräftelse ska skickas med brev" as brev_ska_skickas' in rader
    assert "    [*] --> mottagen" in rader
    assert "    handlaggs --> besvarad: Skicka svar" in rader
    assert "    avslutad --> [*]" in rader
    assert text.endswith("\n")


@pytest.mark.parametrize("process", PROCESSER.values(), ids=lambda p: p.namn)
def test_mermaid_namner_varje_lage_och_varje_pil(process):
    rader = process.som_mermaid().splitlines()
    for kod in process.tillstand:
        assert any(rad.endswith(f" as {kod}") for rad in rader)
    pilar = sum(len(process.kallor(s)) for s in process.steg if s.till)
    assert sum("-->" in rad for rad in rader) == pilar + 1 + len(process.slut)
    assert all(rad.split(": ", 1)[-1].count(":") == 0 for rad in rader if "-->" in rad)


def test_kolon_och_citattecken_stor_inte_diagrammet():
    rader = PROCESSER["lex_sarah"].som_mermaid().splitlines()
    assert "    bedomd --> ska_anmalas: Allvarligt – ska till IVO" in rader


@pytest.mark.parametrize("process", PROCESSER.values(), ids=lambda p: p.namn)
def test_tabellen_har_en_rad_per_steg(process):
    rader = process.som_tabell()
    assert [r["Händelse"] for r in rader] == [s.handelse for s in process.alla_steg]
    assert all(r["Steg"] and r["Från"] and r["Till"] and r["Vem"] for r in rader)


def test_tabellen_sager_allt_om_ett_steg():
    rad = next(r for r in PROCESSER["synpunkt"].som_tabell() if r["Händelse"] == "lamna_over_enhet")
    assert rad == {
        "Händelse": "lamna_over_enhet",
        "Steg": "Lämna över till annan enhet",
        "Från": "Fördelad till enhet, Handläggs",
        "Till": "Fördelad till enhet",
        "Vem": "Registrator, Handläggare",
        "Frågas": "Ny enhet",
        "Krävs": "Ny enhet ifyllt; Den nya enheten ska vara en annan än den som har ärendet; Skäl skrivet",
        "Frister": "",
        "Notiser": "synpunkt_fordelad",
        "Övrigt": "Ärendet byter enhet",
    }
    rad = next(r for r in PROCESSER["beslut"].som_tabell() if r["Händelse"] == "blir_ej_verkstallt")
    assert rad["Övrigt"].startswith("Systemet gör det när fristen verkstallighet har passerat; Ger uppgiften: ")
