"""The reckoning against oracles that share no code with it: a loop over single days, with workalendar's holidays.

Every day from 2000 to 2090 is walked through. workalendar knows the holidays as they are now. What lag (1989:253) om
allmänna helgdagar said before lag (2004:1320), in force from 2005-01-01, is put right here: annandag pingst was a
holiday to 2004, nationaldagen is one from 2005. Both libraries take Easter from the same place, so a second oracle is
written from the law's own list, with Easter reckoned by hand.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workalendar.europe import Sweden

from regler import Kalender, Regelverk, las_in_texter
from regler.motor.kalender import plus_manader

LANGSAMT = settings(deadline=None, max_examples=200)  # the first question of a process builds the calendar
FORSTA, SISTA = date(2000, 1, 1), date(2090, 12, 31)
DAGAR = st.dates(FORSTA, SISTA)
TIDER = st.datetimes(datetime(2006, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
EN_DAG = timedelta(days=1)
KALENDER = Kalender()
ENHETER = ("dagar", "arbetsdagar", "veckor", "månader", "år")


@cache
def helgdagar(ar: int) -> frozenset[date]:
    dagar = dict(Sweden().holidays(ar))
    if ar < 2005:
        del dagar[date(ar, 6, 6)]
        pingst = next(dag for dag, namn in dagar.items() if namn == "Pentecost")
        dagar[pingst + EN_DAG] = "Whit Monday"
    return frozenset(dagar)


@cache
def lagens_helgdagar(ar: int) -> frozenset[date]:
    """Lag (1989:253) 1 §, Sundays apart, and the three eves of lag (1930:173) 2 §."""
    # Easter by the Gregorian computus in the form of Meeus, Jones and Butcher.
    a, b, c = ar % 19, ar // 100, ar % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    manad, dag = divmod(h + i - 7 * ((a + 11 * h + 22 * i) // 451) + 114, 31)
    pask = date(ar, manad, dag + 1)
    midsommar = next(d for d in (date(ar, 6, 20) + EN_DAG * n for n in range(7)) if d.isoweekday() == 6)
    helgon = next(d for d in (date(ar, 10, 31) + EN_DAG * n for n in range(7)) if d.isoweekday() == 6)
    fasta = {date(ar, *md) for md in ((1, 1), (1, 6), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31))}
    andrad = pask + EN_DAG * 50 if ar < 2005 else date(ar, 6, 6)
    efter_pask = {pask + EN_DAG * n for n in (-2, 1, 39)}
    return frozenset(fasta | efter_pask | {andrad, midsommar - EN_DAG, midsommar, helgon})


def varje_dag(till: date = SISTA) -> Iterator[date]:
    for ordinal in range(FORSTA.toordinal(), till.toordinal() + 1):
        yield date.fromordinal(ordinal)


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
def regelverk(antal: int, enhet: str, rullas: bool) -> Regelverk:
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


# -- every day ------------------------------------------------------------------------------------------------------


def test_ingen_dag_2000_till_2090_ar_ledig_eller_arbetsdag_mot_oraklen() -> None:
    for dag in varje_dag():
        vantat = ledig(dag)
        assert vantat == (dag.isoweekday() > 5 or dag in lagens_helgdagar(dag.year)), dag
        assert KALENDER.vardag(dag) == KALENDER.arbetsdag(dag) == (not vantat), dag


def test_annandag_pingst_och_nationaldagen_bytte_plats_2005() -> None:
    assert [dag for dag in (date(2004, 5, 31), date(2004, 6, 6) + EN_DAG, date(2005, 5, 16), date(2005, 6, 6)) if ledig(dag)] == [
        date(2004, 5, 31), date(2005, 6, 6),
    ]  # fmt: skip
    assert date(2004, 6, 6) not in helgdagar(2004)
    assert date(2005, 6, 6) in helgdagar(2005)


@cache
def nasta_vardag() -> Mapping[date, date]:
    """Each day → itself, or the first day after it that isn't off; found by walking backwards."""
    nasta = date(2093, 1, 4)
    ut = {}
    for dag in reversed(list(varje_dag(nasta))):
        nasta = dag if not ledig(dag) else nasta
        ut[dag] = nasta
    return ut


@cache
def manader() -> Mapping[tuple[int, int], list[date]]:
    ut: dict[tuple[int, int], list[date]] = {}
    for dag in varje_dag(date(2092, 12, 31)):
        ut.setdefault((dag.year, dag.month), []).append(dag)
    return ut


def efter_manader(start: date, antal: int) -> date:
    """The same number in the month that comes `antal` later, or that month's last."""
    manad = manader()[start.year + (start.month - 1 + antal) // 12, (start.month - 1 + antal) % 12 + 1]
    return manad[min(start.day, len(manad)) - 1]


@pytest.mark.parametrize("antal", [1, 5, 10, 15])
def test_arbetsdagar_fran_varje_dag_2000_till_2090_som_oraklet(antal: int) -> None:
    frist = regelverk(antal, "arbetsdagar", False).frist
    kommande: deque[date] = deque(maxlen=antal)
    for dag in reversed(list(varje_dag(date(2091, 2, 28)))):
        if dag <= SISTA:
            assert frist("prov", "svar", dag).forfaller == KALENDER.plus_arbetsdagar(dag, antal) == kommande[-1], dag
        if not ledig(dag):
            kommande.appendleft(dag)
    tidigare: deque[date] = deque(maxlen=antal)
    for dag in varje_dag():
        if len(tidigare) == antal:
            assert KALENDER.minus_arbetsdagar(dag, antal) == tidigare[-1], dag
            assert KALENDER.antal_arbetsdagar(tidigare[-1], dag) == antal, dag
        if not ledig(dag):
            tidigare.appendleft(dag)


@pytest.mark.parametrize(
    ("antal", "enhet"),
    [(14, "dagar"), (90, "dagar"), (3, "veckor"), (5, "veckor"), *((n, "månader") for n in (1, 2, 3, 4, 6)), (1, "år")],
)
def test_dagar_veckor_och_manader_fran_varje_dag_2000_till_2090_som_oraklet(antal: int, enhet: str) -> None:
    rullad, orullad = (regelverk(antal, enhet, rullas).frist for rullas in (True, False))
    nasta = nasta_vardag()
    for dag in varje_dag():
        if enhet in ("dagar", "veckor"):
            slut = dag + timedelta(**{"days" if enhet == "dagar" else "weeks": antal})
        else:
            slut = efter_manader(dag, antal * (12 if enhet == "år" else 1))
        assert orullad("prov", "svar", dag).forfaller == slut, dag
        assert rullad("prov", "svar", dag).forfaller == nasta[slut], dag
