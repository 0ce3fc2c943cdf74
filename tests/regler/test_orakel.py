"""The reckoning against an oracle that shares no code with it: a loop over single days, with workalendar's holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workalendar.europe import Sweden

from regler import Kalender, las_in_texter
from regler.motor.kalender import plus_manader

LANGSAMT = settings(deadline=None, max_examples=200)  # the first question of a process builds the calendar
DAGAR = st.dates(date(2006, 1, 1), date(2090, 12, 31))  # before 2005 the national day was a working day
TIDER = st.datetimes(datetime(2006, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
EN_DAG = timedelta(days=1)
KALENDER = Kalender()
ENHETER = ("dagar", "arbetsdagar", "veckor", "månader", "år")


@cache
def helgdagar(ar: int) -> frozenset[date]:
    return frozenset(dag for dag, _ in Sweden().holidays(ar))


def ledig(dag: date) -> bool:
    return dag.isoweekday() > 5 or dag in helgdagar(dag.year)


def orakel(start: date, antal: int, enhet: str, rullas: bool) -> date:
    dag = start
    if enhet == "arbetsdagar":
        while antal:
            dag += EN_DAG
            antal -= not ledig(dag)
        return dag
    if enhet in ("månader", "år"):
        manader = antal * (12 if enhet == "år" else 1)
        for _ in range(manader):  # one month at a time: the first of the next, from the first of this
            dag = (dag.replace(day=28) + timedelta(days=4)).replace(day=1)
        while dag.day < start.day and (dag + EN_DAG).month == dag.month:
            dag += EN_DAG
    else:
        for _ in range(antal * (7 if enhet == "veckor" else 1)):
            dag += EN_DAG
    while rullas and ledig(dag):
        dag += EN_DAG
    return dag


@cache
def regelverk(antal: int, enhet: str, rullas: bool):
    rulla = "" if enhet == "arbetsdagar" else f"rullas: {'ja' if rullas else 'nej'}, "
    rad = f"{{fran: 2000-01-01, tid: {antal} {enhet}, {rulla}lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}}"
    return las_in_texter(
        {"regler/frister/prov.yaml": f"svar:\n  rubrik: Svar\n  raknas_fran: inkom\n  galler: [{rad}]\n"}, None
    )


@LANGSAMT
@given(DAGAR, st.integers(1, 40), st.sampled_from(ENHETER), st.booleans())
def test_fristen_slutar_den_dag_oraklet_sager(start: date, antal: int, enhet: str, rullas: bool) -> None:
    antal = min(antal, 5) if enhet == "år" else antal
    svar = regelverk(antal, enhet, rullas).frist("prov", "svar", start)
    assert svar.forfaller == orakel(start, antal, enhet, rullas)


@LANGSAMT
@given(DAGAR, st.integers(1, 40), st.sampled_from(ENHETER[:4]), st.booleans())
def test_rakningen_har_varje_dag_en_gang_och_leder_till_sista_dagen(
    start: date, antal: int, enhet: str, rullas: bool
) -> None:
    svar = regelverk(antal, enhet, rullas).frist("prov", "svar", start)
    rakning = svar.rakning
    assert [rad.dag for rad in rakning] == [start + EN_DAG * i for i in range((svar.forfaller - start).days + 1)]
    assert [rad.nummer for rad in rakning if rad.raknas] == list(range(1, sum(rad.raknas for rad in rakning) + 1))
    assert all((rad.nummer is None) != rad.raknas and rad.varfor for rad in rakning)
    if enhet in ("dagar", "arbetsdagar"):
        assert sum(rad.raknas for rad in rakning) == antal
    if enhet == "arbetsdagar":
        assert all(rad.raknas != ledig(rad.dag) for rad in rakning[1:])


@LANGSAMT
@given(DAGAR, st.integers(1, 400))
def test_arbetsdagar_framat_och_bakat_tar_ut_varandra(dag: date, antal: int) -> None:
    fram = KALENDER.plus_arbetsdagar(dag, antal)
    assert not ledig(fram)
    assert KALENDER.minus_arbetsdagar(fram, antal) == KALENDER.forra_arbetsdag(dag, inklusive=True)
    assert KALENDER.antal_arbetsdagar(dag + EN_DAG, fram + EN_DAG) == antal


@LANGSAMT
@given(DAGAR)
def test_varje_dag_ar_ledig_eller_arbetsdag_som_oraklet(dag: date) -> None:
    assert KALENDER.arbetsdag(dag) == (not ledig(dag)) == KALENDER.vardag(dag)
    nasta = KALENDER.rulla(dag)
    assert nasta >= dag
    assert not ledig(nasta)
    assert all(ledig(dag + EN_DAG * i) for i in range((nasta - dag).days))


@LANGSAMT
@given(DAGAR, st.integers(0, 60))
def test_manaders_slut_ar_samma_datum_eller_manadens_sista(dag: date, antal: int) -> None:
    slut = plus_manader(dag, antal)
    assert slut.day == dag.day or ((slut + EN_DAG).day == 1 and slut.day < dag.day)
    assert (slut.year * 12 + slut.month) - (dag.year * 12 + dag.month) == antal


@LANGSAMT
@given(TIDER, st.integers(1, 500))
def test_timmar_ar_forflutna_timmar(start: datetime, antal: int) -> None:
    svar = regelverk_timmar(antal).frist("prov", "svar", start)
    assert isinstance(svar.forfaller, datetime)
    assert svar.forfaller.astimezone(UTC) - start == timedelta(hours=antal)
    assert svar.forfaller.utcoffset() == svar.forfaller.replace(tzinfo=ZoneInfo("Europe/Stockholm")).utcoffset()
    rakning = svar.rakning
    assert rakning[-1].nummer == antal
    assert rakning[-1].dag in (svar.sista_dag, svar.sista_dag - EN_DAG)
    assert all(rad.raknas for rad in rakning)


@cache
def regelverk_timmar(antal: int):
    rad = f"{{fran: 2000-01-01, tid: {antal} timmar, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}}"
    return las_in_texter(
        {"regler/frister/prov.yaml": f"svar:\n  rubrik: Svar\n  raknas_fran: inkom\n  galler: [{rad}]\n"}, None
    )


@pytest.mark.parametrize("ar", [2005, 2027, 2090])
def test_hela_aret_har_samma_lediga_dagar_som_oraklet(ar: int) -> None:
    dagar = [date(ar, 1, 1) + EN_DAG * i for i in range(365)]
    assert [dag for dag in dagar if not KALENDER.vardag(dag)] == [dag for dag in dagar if ledig(dag)]
