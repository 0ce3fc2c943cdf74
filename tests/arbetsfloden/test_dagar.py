"""Days: never ahead, in order, and a reason when they are registered late."""

from datetime import date, timedelta

import pytest

from arbetsfloden import PROCESSER, kontrollera_dagar, lagg_over

SYNPUNKT, BESLUT, LEX_SARAH = PROCESSER["synpunkt"], PROCESSER["beslut"], PROCESSER["lex_sarah"]


@pytest.mark.parametrize(
    ("dagar", "skal", "ratt"), [(0, None, True), (1, None, True), (2, None, False), (2, "Driftstopp", True)]
)
def test_mer_an_en_dag_sen_registrering_vill_ha_skal(oppna, dagar, skal, ratt, idag):
    data = {"inkom": str(idag - timedelta(dagar)), "sen_registrering_skal": skal}
    if ratt:
        assert oppna("synpunkt", **data).uppgifter.inkom == idag - timedelta(dagar)
    else:
        with pytest.raises(ValueError, match="sen_registrering_skal.*Inkom 2026-11-21 registreras 2 dagar senare"):
            oppna("synpunkt", **data)


@pytest.mark.parametrize(
    ("namn", "falt"),
    [("synpunkt", "inkom"), ("avvikelse", "handelsedatum"), ("avvikelse", "rapporterad"), ("beslut", "beslutsdatum")],
)
def test_dagen_ligger_aldrig_i_framtiden(oppna, namn, falt):
    with pytest.raises(ValueError, match="2026-11-24 ligger efter i dag, 2026-11-23; dagen kan inte ligga i framtiden"):
        oppna(namn, **{falt: "2026-11-24"})


def test_ett_stegs_dag_far_ligga_bakat_med_skal(oppna):
    arende = oppna("beslut", beslutsdatum="2026-09-01", sen_registrering_skal="Läses in")
    with pytest.raises(ValueError, match="Verkställd 2026-10-01 registreras 53 dagar senare"):
        arende.gor("verkstall", verkstalld="2026-10-01")
    arende.gor("verkstall", verkstalld="1 oktober 2026", sen_registrering_skal="Uppgiften kom sent")
    assert arende.uppgifter.verkstalld == date(2026, 10, 1)


def test_verkstalld_fore_beslutet_nekas(oppna):
    arende = oppna("beslut")
    with pytest.raises(ValueError, match="Verkställd 2026-11-22 kan inte ligga före beslutsdatum 2026-11-23"):
        arende.gor("verkstall", verkstalld="2026-11-22")


def test_svarsdag_fore_inkom_nekas(oppna):
    arende = oppna("synpunkt")
    arende.gor("fordela", enhet="barn")
    arende.gor("handlagg")
    with pytest.raises(ValueError, match="Besvarad 2026-11-22 kan inte ligga före inkom 2026-11-23"):
        arende.gor("besvara", svar="x", besvarad="2026-11-22")


def test_ivos_svarsdag_far_ligga_framat_men_inte_fore_begaran(idag):
    uppgifter = LEX_SARAH.modell(komplettering_begard=idag, komplettering_svar_senast=date(2027, 1, 1))
    assert kontrollera_dagar(LEX_SARAH, uppgifter, idag) == {}
    uppgifter = uppgifter.med({"komplettering_svar_senast": idag - timedelta(1)})
    assert "kan inte ligga före" in kontrollera_dagar(LEX_SARAH, uppgifter, idag)["komplettering_svar_senast"]


def test_dag_i_en_rad_ligger_inte_framat(oppna):
    with pytest.raises(ValueError, match="Rad 1, Dag: 2026-12-24 ligger efter i dag"):
        oppna("beslut").gor("erbjud", erbjudanden={"dag": "2026-12-24", "vad": "Plats", "utfall": "vantar"})


def test_bara_det_som_fylls_i_nu_provas(idag, listor):
    gammal = SYNPUNKT.modell(inkom=date(2024, 1, 1))
    assert kontrollera_dagar(SYNPUNKT, gammal, idag, falt=("text",)) == {}
    assert set(kontrollera_dagar(SYNPUNKT, gammal, idag)) == {"sen_registrering_skal"}


def test_dagen_blir_i_dag_nar_den_inte_skrivs(listor, idag):
    uppgifter, fel = lagg_over(SYNPUNKT, None, {"kanal": "webb"}, listor, None, idag)
    assert fel == {}
    assert uppgifter.inkom == idag


def test_rattelse_har_sitt_eget_skal_och_kan_inte_tomma(oppna):
    arende = oppna("synpunkt")
    arende.gor("andra", inkom="2026-11-10", skal="Fel dag stod i blanketten")
    assert arende.uppgifter.inkom == date(2026, 11, 10)
    with pytest.raises(ValueError, match="Synpunkten kan rättas men inte tömmas"):
        arende.gor("andra", text="", skal="Bort")


def test_gemensamma_steg_fragar_efter_sitt(oppna):
    arende = oppna("synpunkt")
    arende.gor("anteckna", roll="medarbetare", anteckning="Ringde upp")
    arende.gor("forlang_frist", frist="svar", nytt_datum="2026-12-20", skal="Väntar på underlag")
    assert arende.tillstand == "bekraftad"
    with pytest.raises(ValueError, match="Fältet 'antekning' finns inte – menade du 'anteckning'?"):
        arende.gor("anteckna", antekning="x")
