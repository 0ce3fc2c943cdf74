"""Units, lists and quality years of the municipalities that are shipped."""

from __future__ import annotations

from datetime import date

import pytest

from regler import Kvalitetsar, kommuner, las_in

LISTOR = {"slag", "kategorier", "typer", "insatser", "orsaker", "forseningsorsaker"}


def test_kommunerna_finns() -> None:
    assert kommuner() == ("alingsas", "exempelkommun", "goteborg-centrum", "hjo", "huddinge", "ostersund")


@pytest.mark.parametrize("kod", kommuner())
def test_varje_kommun_har_alla_listor_och_ett_helt_trad(kod: str) -> None:
    kommun = las_in(kod).kommun
    assert set(kommun.listor) >= LISTOR
    assert all(kommun.vagen_upp(enhet)[-1] == kommun.rot for enhet in kommun.enheter)
    assert kommun.undertrad(kommun.rot) == set(kommun.enheter)


def test_exempelkommunen_har_tre_nivaer_och_svenska_namn() -> None:
    kommun = las_in("exempelkommun").kommun
    assert kommun.vagen_upp("gruppbostad_asen") == ("gruppbostad_asen", "funktionsstod", "socialforvaltningen")
    assert kommun.undertrad("funktionsstod") == {
        "funktionsstod",
        "boendestod",
        "gruppbostad_asen",
        "personlig_assistans",
        "daglig_verksamhet",
    }
    assert sum(len(kommun.undertrad(kod)) == 1 for kod in kommun.enheter) >= 12


def test_enhet_hittas_pa_kod_och_namn_men_inte_pa_nagot_annat() -> None:
    kommun = las_in("exempelkommun").kommun
    for text in ("gruppbostad_asen", "Gruppbostaden Åsen", "  gruppbostaden   åsen ", "GRUPPBOSTADEN ÅSEN"):
        assert kommun.hitta_enhet(text) == "gruppbostad_asen"
    assert kommun.hitta_enhet("Gruppbostaden") is None
    assert kommun.hitta_enhet("") is None


def test_ostersunds_enheter_och_ord_ar_berattelsens() -> None:
    kommun = las_in("ostersund").kommun
    assert [enhet.namn for enhet in kommun.enheter.values() if enhet.over] == [
        "Barn Ungdom Vuxen",
        "Ekonomienheten",
        "Försörjningsstöd",
        "Integration",
        "Staben",
        "Öppenvård",
    ]
    insatser = {"Kontaktperson/-familj", "Familjebehandling", "Familjehem", "Boendestöd"}
    assert set(kommun.listor["insatser"].values()) == insatser
    assert "Uppdragstagare avslutade" in kommun.listor["orsaker"].values()


def test_kvalitetsaren() -> None:
    assert las_in("hjo").kommun.kvalitetsar.period(2022) == (date(2022, 1, 1), date(2022, 12, 31))
    assert las_in("ostersund").kommun.kvalitetsar.period(2019) == (date(2019, 4, 1), date(2020, 4, 30))
    assert las_in("goteborg-centrum").kommun.kvalitetsar.period(2022) == (date(2022, 9, 1), date(2023, 8, 31))
    assert Kvalitetsar((9, 1)).period(2022) == (date(2022, 9, 1), date(2023, 8, 31))
    assert Kvalitetsar((9, 1), (8, 31)).period(2022) == (date(2022, 9, 1), date(2023, 8, 31))
    assert Kvalitetsar((1, 1), (12, 31)).period(2022) == (date(2022, 1, 1), date(2022, 12, 31))


def test_utan_kommun_finns_inga_enheter() -> None:
    kommun = las_in(None).kommun
    assert (kommun.kod, dict(kommun.enheter), kommun.hitta_enhet("x")) == (None, {}, None)
