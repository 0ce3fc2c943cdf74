"""Extensions and pauses: only where the rule allows them, by whom, how long and how often it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from regler import Fristsvar, Regelnej, Regelverk, las_in

Las = Callable[..., Regelverk]
EX = las_in("exempelkommun")


@pytest.fixture
def svar(las: Las) -> Fristsvar:
    return las().frist("prov", "klart", date(2026, 9, 1))


def test_forlangning_inom_ramen_ger_den_nya_dagen(las: Las, svar: Fristsvar) -> None:
    assert svar.forfaller == date(2026, 11, 2)
    assert las().forlang(svar, date(2026, 12, 1), "enhetschef", 0) == date(2026, 12, 1)


def test_ny_sista_dag_pa_en_ledig_dag_rullar_som_raden_sager(las: Las, svar: Fristsvar) -> None:
    assert las().forlang(svar, date(2026, 12, 24), "enhetschef", 0) == date(2026, 12, 28)


def test_forlangning_nekas_med_alla_skal_pa_en_gang(las: Las, svar: Fristsvar) -> None:
    with pytest.raises(Regelnej) as nej:
        las().forlang(svar, date(2027, 6, 1), "handlaggare", 1)
    assert nej.value.skal == (
        "Fristen ”Klart” får förlängas av enhetschef, inte av handläggare.",
        "Fristen ”Klart” får förlängas högst en gång; det är redan gjort.",
        "Fristen får förlängas högst 2 månader, till 2027-01-04; 2027-06-01 är för sent.",
    )


def test_forlangning_maste_ge_mer_tid_an_den_som_galler(las: Las, svar: Fristsvar) -> None:
    with pytest.raises(Regelnej, match="Den nya dagen 2026-11-02 måste ligga efter den som gäller nu, 2026-11-02"):
        las().forlang(svar, date(2026, 11, 2), "enhetschef", 0)
    with pytest.raises(Regelnej, match="gäller nu, 2026-12-10"):
        las().forlang(svar, date(2026, 12, 1), "enhetschef", 0, nu_galler=date(2026, 12, 10))


def test_frist_utan_forlangning_eller_utan_dag_kan_inte_forlangas(las: Las) -> None:
    regler = las()
    with pytest.raises(Regelnej, match="”Bara lag” får inte förlängas: regeln tillåter det inte"):
        regler.forlang(regler.frist("prov", "lag", date(2026, 9, 1)), date(2027, 1, 1), "enhetschef", 0)
    with pytest.raises(Regelnej, match="”Svar” har ingen sista dag och kan inte förlängas"):
        regler.forlang(regler.frist("prov", "svar", date(2026, 9, 1)), date(2027, 1, 1), "enhetschef", 0)
    timmar = regler.frist("prov", "timmar", datetime(2026, 9, 1, 10))
    with pytest.raises(Regelnej, match="regeln tillåter det inte"):
        regler.forlang(timmar, date(2027, 1, 1), "enhetschef", 0)
    with pytest.raises(Regelnej, match="”Bara lag” får inte pausas"):
        regler.far_pausa(regler.frist("prov", "lag", date(2026, 9, 1)), "handlaggare", 0)


def test_lagens_forlangning_for_sarskilda_skal_har_ingen_grans() -> None:
    barn = EX.frist("utredning", "barn", date(2026, 1, 15))
    assert EX.forlang(barn, date(2027, 1, 15), "enhetschef", 3) == date(2027, 1, 15)


def test_paus_ger_tillbaka_kalenderdagar_och_rullar(las: Las, svar: Fristsvar) -> None:
    assert las().paus(svar, date(2026, 9, 10), date(2026, 9, 20), "handlaggare", 0) == date(2026, 11, 12)
    assert las().paus(svar, date(2026, 9, 10), date(2026, 9, 22), "handlaggare", 0) == date(2026, 11, 16)
    assert las().paus(
        svar, date(2026, 9, 10), date(2026, 9, 20), "handlaggare", 1, nu_galler=date(2026, 11, 12)
    ) == date(2026, 11, 23)


def test_paus_i_arbetsdagar_ger_tillbaka_arbetsdagar() -> None:
    synpunkt = EX.frist("synpunkt", "svar", date(2026, 3, 31))
    assert synpunkt.forfaller == date(2026, 4, 16)
    # Two working days stand still, over the Easter weekend: 2 April and 7 April.
    assert EX.paus(synpunkt, date(2026, 4, 2), date(2026, 4, 8), "handlaggare", 0) == date(2026, 4, 20)
    assert EX.paus(synpunkt, date(2026, 4, 3), date(2026, 4, 7), "handlaggare", 0) == date(2026, 4, 16)


def test_paus_nekas_med_alla_skal(las: Las, svar: Fristsvar) -> None:
    with pytest.raises(Regelnej) as nej:
        las().paus(svar, date(2026, 9, 10), date(2026, 10, 20), "enhetschef", 2)
    assert nej.value.skal == (
        "Fristen ”Klart” får pausas av handläggare, inte av enhetschef.",
        "Fristen ”Klart” får pausas högst 2 gånger; det är redan gjort.",
        "Pausen får vara högst 30 dagar, till 2026-10-10; 2026-10-20 är för sent.",
    )
    with pytest.raises(Regelnej, match="Pausen slutar 2026-09-01, före den började 2026-09-10"):
        las().paus(svar, date(2026, 9, 10), date(2026, 9, 1), "handlaggare", 0)
    las().far_pausa(svar, "handlaggare", 0)
