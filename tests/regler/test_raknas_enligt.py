"""How the EU counts beside how Swedish law does: the same days, another reading of the eves and another statute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regler import Kalender, Regelverk, las_in, las_in_texter
from tests.regler.test_orakel import DAGAR, LANGSAMT, orakel

Las = Callable[..., Regelverk]
EU = "förordning 1182/71"
EN_DAG = timedelta(days=1)


def med_rad(las: Las, tid: str, mer: str) -> Regelverk:
    rad = f"{{fran: 2000-01-01, tid: {tid}, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22{mer}}}"
    return las({"regler/frister/prov.yaml": f"svar:\n  rubrik: Svar\n  raknas_fran: inkom\n  galler: [{rad}]\n",
                "regler/eskalering/prov.yaml": "svar: {steg: [{nar: samma dag, roll: handlaggare}, {nar: 1 dag efter start, roll: enhetschef}]}"}, None)  # fmt: skip


def slutar(regler: Regelverk, start: date) -> tuple[date, list[str]]:
    svar = regler.frist("prov", "svar", start)
    return svar.forfaller, [rad.varfor for rad in svar.rakning if rad.dag >= min(svar.forfaller, start + EN_DAG * 28)]


@pytest.mark.parametrize(
    ("start", "svensk", "eu"),
    [
        (date(2026, 11, 24), date(2026, 12, 28), date(2026, 12, 24)),  # julafton, a Thursday
        (date(2027, 12, 1), date(2028, 1, 3), date(2028, 1, 3)),  # nyårsdagen, a Saturday
        (date(2026, 5, 19), date(2026, 6, 22), date(2026, 6, 19)),  # midsommarafton
        (date(2018, 11, 23), date(2018, 12, 27), date(2018, 12, 24)),  # a Sunday, and the next day is julafton
        (date(2026, 11, 25), date(2026, 12, 28), date(2026, 12, 28)),  # juldagen, a Friday
        (date(2026, 3, 3), date(2026, 4, 7), date(2026, 4, 7)),  # långfredagen
        (date(2027, 1, 31), date(2027, 3, 1), date(2027, 3, 1)),  # the last of February is a Sunday
    ],
)
def test_aftnarna_flyttar_en_svensk_frist_men_ingen_eu_frist(las: Las, start: date, svensk: date, eu: date) -> None:
    assert med_rad(las, "1 månad", ", rullas: ja").frist("prov", "svar", start).forfaller == svensk
    assert med_rad(las, "1 månad", f", rullas: ja, raknas_enligt: {EU}").frist("prov", "svar", start).forfaller == eu


@cache
def eu_regler(antal: int, enhet: str) -> Regelverk:
    rad = f"{{fran: 2000-01-01, tid: {antal} {enhet}, rullas: ja, raknas_enligt: {EU}, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}}"
    return las_in_texter({"regler/frister/prov.yaml": f"svar: {{rubrik: Svar, raknas_fran: inkom, galler: [{rad}]}}"}, None)


AFTNAR = ("midsommarafton räknas som helgdag", "julafton räknas som helgdag", "nyårsafton räknas som helgdag")


@LANGSAMT
@given(DAGAR, st.integers(1, 40), st.sampled_from(("dagar", "veckor", "månader")))
def test_eu_frist_slutar_pa_oraklets_dag_eller_pa_en_afton_fore_den(start: date, antal: int, enhet: str) -> None:
    slut = eu_regler(antal, enhet).frist("prov", "svar", start).forfaller
    assert orakel(start, antal, enhet, False) <= slut <= orakel(start, antal, enhet, True)
    if slut != orakel(start, antal, enhet, True):
        assert Kalender().varfor(slut) in AFTNAR
        assert slut.isoweekday() < 6


def test_kommunens_lediga_dag_flyttar_ingen_eu_frist_men_nationens_gor_det() -> None:
    dag = date(2026, 11, 25)
    assert Kalender({dag: "klämdag"}).rulla_utan_aftnar(dag) == dag
    assert Kalender(nationella={dag: "minnesdag"}).rulla_utan_aftnar(dag) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("tid", "start", "sist"),
    [
        ("1 månad", date(2026, 11, 25), ["dag 30: 1 månad, samma datum som startdagen, men juldagen är helgdag: flyttas till nästa arbetsdag (artikel 3.4 förordning 1182/71)", "annandag jul är helgdag", "söndag", "första arbetsdagen därefter: sista dagen"]),
        ("1 månad", date(2026, 11, 24), ["dag 30: 1 månad, samma datum som startdagen, sista dagen (aftonen före en helg flyttar inget: artikel 3.4 förordning 1182/71)"]),
        ("1 månad", date(2026, 3, 31), ["dag 30: 1 månad; den 31 finns inte i månaden, så månadens sista dag gäller (artikel 3.2 förordning 1182/71), sista dagen"]),
    ],
)  # fmt: skip
def test_rakningen_namner_den_lag_som_raknar(las: Las, tid: str, start: date, sist: list[str]) -> None:
    rakning = med_rad(las, tid, f", rullas: ja, raknas_enligt: {EU}").frist("prov", "svar", start).rakning
    assert [rad.varfor for rad in rakning][-len(sist) :] == sist


def test_raden_vet_vilken_lag_som_raknar(las: Las) -> None:
    def lag(tid: str, mer: str) -> str | None:
        return med_rad(las, tid, mer).regel("prov", "svar").rader[0].raknas_enligt

    assert lag("14 dagar", ", rullas: ja") == "lag 1930:173"
    assert lag("14 dagar", f", rullas: ja, raknas_enligt: {EU}") == EU
    assert lag("72 timmar", f", raknas_enligt: {EU}") == EU
    assert lag("72 timmar", "") is None
    assert lag("10 arbetsdagar", "") is None


def test_dataskyddets_frister_raknas_som_eu_raknar() -> None:
    regler = las_in(None)
    for process, frist in (("registerbegaran", "svar"), ("personuppgiftsincident", "anmalan_imy")):
        assert {rad.raknas_enligt for rad in regler.regel(process, frist).rader} == {EU}
        assert "ihågkom" in str(regler.regel(process, frist).rader[0].anmarkning)
    assert regler.frist("registerbegaran", "svar", date(2026, 11, 24)).forfaller == date(2026, 12, 24)


def test_eu_frist_forlangs_till_en_dag_som_rullar_utan_aftnar() -> None:
    regler = las_in(None)
    svar = regler.frist("registerbegaran", "svar", date(2026, 9, 23))
    assert svar.forfaller == date(2026, 10, 23)
    assert regler.forlang(svar, date(2026, 12, 23), "enhetschef", 0) == date(2026, 12, 23)
    svar = regler.frist("registerbegaran", "svar", date(2018, 9, 23))
    assert regler.forlang(svar, date(2018, 12, 23), "enhetschef", 0) == date(2018, 12, 24)


def test_samma_dag_ar_dagen_sjalv_ocksa_nar_den_ar_ledig(las: Las) -> None:
    regler = med_rad(las, "samma dag", "")
    for dag, varfor in ((date(2026, 11, 25), "samma dag: sista dagen"), (date(2026, 11, 28), "samma dag: sista dagen (lördag, men regeln flyttar inte)")):
        svar = regler.frist("prov", "svar", dag)
        assert (svar.forfaller, svar.fran) == (dag, dag)
        assert [(rad.raknas, rad.nummer, rad.varfor) for rad in svar.rakning] == [(False, None, varfor)]
    assert regler.frist("prov", "svar", datetime(2026, 11, 25, 23, 59)).forfaller == date(2026, 11, 25)
