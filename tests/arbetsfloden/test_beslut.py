"""Beviljade beslut: verkställda, avbrutna, återupptagna, och det som bevakningen själv gör."""

from datetime import timedelta

import pytest

from arbetsfloden import Nekad, ger_uppgift

SENT = frozenset({"verkstallighet"})


def test_verkstallt_i_tid_ar_klart_men_kan_avbrytas(oppna):
    arende = oppna("beslut")
    arende.gor("verkstall", roll="handlaggare")
    assert arende.tillstand in arende.process.vilande
    assert arende.gor("avbryt").startar == ("aterupptagande",)
    assert arende.gor("ateruppta").stoppar == ("aterupptagande",)
    arende.gor("avsluta")
    assert arende.tillstand == "avslutat"


def test_bevakningen_flyttar_beslutet_nar_fristen_passerat(oppna):
    arende = oppna("beslut")
    with pytest.raises(Nekad, match="Fristen ska ha passerat"):
        arende.gor("blir_ej_verkstallt", roll="systemet")
    arende.fakta["passerade"] = SENT
    with pytest.raises(Nekad, match="Görs av systemet självt"):
        arende.gor("blir_ej_verkstallt", roll="avdelningschef")
    assert arende.gor("blir_ej_verkstallt", roll="systemet").notis == ("beslut_ej_verkstallt",)
    assert arende.tillstand == "ej_verkstallt"


def test_sen_verkstallighet_fragar_efter_orsaken_om_den_inte_redan_finns(oppna):
    arende = oppna("beslut", fakta={"passerade": SENT})
    arende.gor("blir_ej_verkstallt", roll="systemet")
    with pytest.raises(Nekad) as nej:
        arende.gor("verkstall")
    assert set(nej.value.falt) == {"orsak"}
    arende.gor("ange_orsak", orsak="Resursbrist")
    arende.gor("verkstall")
    assert arende.uppgifter.orsak == "resursbrist"


def test_fil_fran_verksamhetssystemet_kan_sakna_orsak(oppna):
    arende = oppna("beslut", fakta={"passerade": SENT})
    arende.gor("verkstall", roll="systemet")
    assert arende.tillstand == "verkstallt"


def test_andra_avbrottet_borjar_om(oppna):
    arende = oppna("beslut")
    arende.gor("verkstall")
    arende.gor("avbryt", orsak="saknar")
    arende.gor("ateruppta")
    arende.idag += timedelta(days=30)
    arende.gor("avbryt")
    assert (arende.uppgifter.avbruten, arende.uppgifter.aterupptagen, arende.uppgifter.orsak) == (
        arende.idag,
        None,
        None,
    )


def test_nytt_avbrott_ligger_inte_fore_det_forra_aterupptagandet(oppna):
    arende = oppna("beslut")
    arende.gor("verkstall")
    arende.gor("avbryt")
    arende.idag += timedelta(days=10)
    arende.gor("ateruppta")
    with pytest.raises(ValueError, match="Avbruten 2026-11-25 kan inte ligga före återupptagen 2026-12-03"):
        arende.gor("avbryt", avbruten="2026-11-25", sen_registrering_skal="Sen uppgift")


def test_avbrott_som_inte_aterupptas_i_tid(oppna):
    arende = oppna("beslut")
    arende.gor("verkstall")
    arende.gor("avbryt")
    arende.fakta["passerade"] = frozenset({"aterupptagande"})
    arende.gor("blir_ej_aterupptaget", roll="systemet")
    arende.gor("ateruppta", orsak="resursbrist")
    assert arende.tillstand == "verkstallt"


def test_avbojt_erbjudande_tar_inte_bort_skyldigheten(oppna):
    arende = oppna("beslut")
    for utfall in ("tackade_nej", "Väntar på svar"):
        arende.gor("erbjud", erbjudanden={"dag": "2026-11-23", "vad": "Plats på Björken", "utfall": utfall})
    assert arende.tillstand == "beviljat"
    assert [e.utfall for e in arende.uppgifter.erbjudanden] == ["tackade_nej", "vantar"]


@pytest.mark.parametrize("forst", [(), ("verkstall",), ("verkstall", "avbryt")])
def test_behovet_upphor_med_skal_fran_varje_lage(oppna, forst):
    arende = oppna("beslut")
    for handelse in forst:
        arende.gor(handelse)
    with pytest.raises(Nekad) as nej:
        arende.gor("behovet_upphor")
    assert nej.value.falt == {"upphort_skal": "Varför behovet upphörde ska fyllas i"}
    arende.gor("behovet_upphor", upphort_skal="Ansökan återtagen")
    assert arende.tillstand == "upphort"


def test_avslutsrapport_begars_bara_om_beslutet_har_rapporterats(oppna):
    arende = oppna("beslut")
    steg = arende.process.hitta("verkstall")
    assert ger_uppgift(steg, arende.fakta_nu()) is None
    arende.gor("rapportera_ivo", ivo_rapporter={"kvartal": "2026K3", "slag": "individrapport", "dag": "2026-11-23"})
    assert ger_uppgift(steg, arende.fakta_nu()) == "Lämna avslutsrapport till IVO"
    arende.gor("verkstall")
    arende.gor("avsluta")
    arende.gor("rapportera_ivo", ivo_rapporter={"kvartal": "2026K4", "slag": "avslutsrapport", "dag": "2026-11-23"})
    assert arende.tillstand == "avslutat"


@pytest.mark.parametrize(
    ("dag", "lagrum", "ratt"),
    [
        ("2025-06-30", "sol_2001", True),
        ("2025-06-30", "sol_2025", False),
        ("2025-07-01", "sol_2025", True),
        ("2025-07-01", "SoL (2001:453) 4 kap. 1 §", False),
        ("2025-07-01", "LSS (1993:387) 9 §", True),
        ("2025-06-30", "lss", True),
    ],
)
def test_lagrummet_ska_ha_gallt_pa_beslutets_dag(oppna, dag, lagrum, ratt):
    data = {"beslutsdatum": dag, "lagrum": lagrum, "sen_registrering_skal": "Läses in"}
    if ratt:
        assert oppna("beslut", **data).tillstand == "beviljat"
    else:
        with pytest.raises(ValueError, match=rf"gällde inte den {dag}; menade du 'SoL"):
            oppna("beslut", **data)


@pytest.mark.parametrize(
    ("nummer", "ratt"),
    [
        ("19800101-T146", True),
        ("19800101-TF21", True),
        ("19800101-T136", False),
        ("19800101-1234", False),
        ("19801301-T146", False),
    ],
)
def test_tillfalligt_nummer_har_ivos_form_och_ratt_kon(oppna, nummer, ratt):
    arende = oppna("beslut")
    if ratt:
        arende.gor("fyll_i_ivo_underlag", tillfalligt_nummer=nummer)
    else:
        with pytest.raises(ValueError, match="tillfalligt_nummer"):
            arende.gor("fyll_i_ivo_underlag", tillfalligt_nummer=nummer)
