"""Days off with their reasons, and the ends of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from regler import Kalender, Regelfraga
from regler.motor.kalender import FORSTA_AR, SISTA_AR, plus_manader

LOKAL = Kalender({date(2026, 5, 15): "klämdag"})


@pytest.mark.parametrize(
    ("dag", "varfor"),
    [
        (date(2026, 11, 25), "onsdag"),
        (date(2026, 11, 28), "lördag"),
        (date(2026, 4, 3), "långfredagen är helgdag"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag är helgdag"),
        (date(2026, 5, 15), "ledig dag i kommunen: klämdag"),
        (date(2026, 6, 19), "midsommarafton räknas som helgdag"),
        (date(2026, 12, 24), "julafton räknas som helgdag"),
        (date(2026, 12, 31), "nyårsafton räknas som helgdag"),
        (date(2026, 12, 26), "annandag jul är helgdag"),
    ],
)
def test_dagen_sager_varfor(dag: date, varfor: str) -> None:
    assert LOKAL.varfor(dag) == varfor


def test_kommunens_lediga_dag_ar_ingen_arbetsdag_men_anda_en_vardag() -> None:
    assert not LOKAL.arbetsdag(date(2026, 5, 15))
    assert LOKAL.vardag(date(2026, 5, 15))
    assert LOKAL.rulla(date(2026, 5, 14)) == date(2026, 5, 15)
    assert LOKAL.nasta_arbetsdag(date(2026, 5, 13)) == date(2026, 5, 18)


def test_nationell_extra_dag_flyttar_ocksa_frister() -> None:
    kalender = Kalender(nationella={date(2026, 11, 25): "minnesdag"})
    assert kalender.rulla(date(2026, 11, 25)) == date(2026, 11, 26)
    assert kalender.varfor(date(2026, 11, 25)) == "minnesdag är helgdag"


def test_2027_ars_rorliga_dagar() -> None:
    for dag in ((3, 26), (3, 29), (5, 6), (6, 25), (6, 26), (11, 6)):
        assert not LOKAL.vardag(date(2027, *dag))


def test_annandag_pingst_var_ledig_till_2004_och_nationaldagen_sedan_2005() -> None:
    assert not LOKAL.vardag(date(2004, 5, 31))
    assert LOKAL.vardag(date(2005, 5, 16))
    assert LOKAL.vardag(date(2003, 6, 6))
    assert not LOKAL.vardag(date(2005, 6, 6))


def test_kalendern_vaxer_at_bada_hall() -> None:
    kalender = Kalender()
    assert kalender.vardag(date(1960, 1, 5))
    assert kalender.vardag(date(2090, 1, 4))
    assert kalender.plus_arbetsdagar(date(2049, 12, 30), 30) > date(2050, 1, 1)
    assert kalender.minus_arbetsdagar(date(1960, 1, 5), 5) < date(1960, 1, 1)
    assert kalender.varfor(date(2098, 1, 1)) == "nyårsdagen är helgdag"


def test_arbetsdag_fore_och_efter_de_ar_som_raknats_forst() -> None:
    assert Kalender().minus_arbetsdagar(date(2000, 1, 3), 1) == date(1999, 12, 30)
    assert Kalender().plus_arbetsdagar(date(2050, 12, 30), 1) == date(2051, 1, 2)
    stangt = {date(2050, 12, 1) + timedelta(days=i): "stängt" for i in range(90)}
    assert Kalender(stangt).plus_arbetsdagar(date(2050, 11, 30), 1) == date(2051, 3, 1)


def test_langa_tider_nar_till_kalenderns_borjan_och_slut_men_inte_langre() -> None:
    assert Kalender().plus_arbetsdagar(date(2049, 1, 4), 12500) < date(2100, 1, 1)
    assert Kalender().minus_arbetsdagar(date(2003, 1, 2), 12000) > date(1953, 1, 1)
    for flytta in (Kalender().plus_arbetsdagar, Kalender().minus_arbetsdagar):
        with pytest.raises(Regelfraga, match="2026-01-02 ligger utanför kalendern"):
            flytta(date(2026, 1, 2), 25000)


def test_ett_ar_utanfor_kalendern_vagras_ocksa_nar_den_vaxt_anda_dit() -> None:
    kalender = Kalender()
    assert kalender.vardag(date(2099, 12, 30))
    with pytest.raises(Regelfraga, match="2100-01-04 ligger utanför kalendern"):
        kalender.vardag(date(2100, 1, 4))


@pytest.mark.parametrize("dag", [date(1800, 1, 1), date(1952, 12, 30), date(2100, 1, 2), date.min, date.max])
def test_dag_utanfor_kalendern_sags_i_ord(dag: date) -> None:
    for fraga in (LOKAL.arbetsdag, LOKAL.rulla, LOKAL.varfor, LOKAL.nasta_arbetsdag, LOKAL.forra_arbetsdag):
        with pytest.raises(Regelfraga, match="ligger utanför kalendern, som går från 1953 till 2099") as nej:
            fraga(dag)
        assert nej.value.kod == "utanfor_kalendern"
    with pytest.raises(Regelfraga, match="utanför kalendern"):
        plus_manader(date.max, 1)


def test_kalendern_fragar_bara_om_ar_som_biblioteket_kanner() -> None:
    sverige = holidays.country_holidays("SE")
    assert sverige.start_year <= FORSTA_AR < SISTA_AR <= sverige.end_year


@pytest.mark.parametrize("ar", [FORSTA_AR, SISTA_AR - 1])
def test_kalenderns_yttersta_ar_har_sina_helgdagar(ar: int) -> None:
    assert not Kalender().vardag(date(ar, 12, 25))
    assert not Kalender().vardag(date(ar, 1, 1))


def test_noll_arbetsdagar_ar_dagen_sjalv_och_minus_ar_bakat() -> None:
    lordag = date(2026, 11, 28)
    assert LOKAL.plus_arbetsdagar(lordag, 0) == LOKAL.minus_arbetsdagar(lordag, 0) == lordag
    assert LOKAL.plus_arbetsdagar(lordag, -1) == date(2026, 11, 27)
    assert LOKAL.minus_arbetsdagar(lordag, -1) == date(2026, 11, 30)
    assert LOKAL.antal_arbetsdagar(lordag, lordag) == 0
    assert LOKAL.antal_arbetsdagar(date(2026, 11, 23), date(2026, 11, 30)) == 5
