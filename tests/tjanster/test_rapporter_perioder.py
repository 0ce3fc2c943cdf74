"""Periods as people write them, and whole months by calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regler import Kommun, las_in
from regler.motor.kalender import plus_manader
from tjanster.rapporter.perioder import (
    Periodfel,
    hela_manader,
    kvartal_slut,
    kvartalet,
    senaste_kvartal,
    tolka_period,
)

KOMMUN = Kommun.nationell()


@pytest.mark.parametrize(
    ("text", "kod", "fran", "till", "forra"),
    [
        ("2026", "2026", "2026-01-01", "2026-12-31", "2025"),
        ("2026K1", "2026K1", "2026-01-01", "2026-03-31", "2025K4"),
        ("2019k4", "2019K4", "2019-10-01", "2019-12-31", "2019K3"),
        ("2026T1", "2026T1", "2026-01-01", "2026-04-30", "2025T3"),
        ("2026 t3", "2026T3", "2026-09-01", "2026-12-31", "2026T2"),
        ("2026-01", "2026-01", "2026-01-01", "2026-01-31", "2025-12"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29", "2024-01"),
        ("kvalitetsår 2026", "kvalitetsår-2026", "2026-01-01", "2026-12-31", "kvalitetsår-2025"),
        ("kvalitetsar-2026", "kvalitetsår-2026", "2026-01-01", "2026-12-31", "kvalitetsår-2025"),
        ("2026-01-01..2026-02-03", "2026-01-01..2026-02-03", "2026-01-01", "2026-02-03", None),
    ],
)
def test_perioder_lases(text: str, kod: str, fran: str, till: str, forra: str | None) -> None:
    p = tolka_period(text, KOMMUN)
    assert (p.kod, p.fran.isoformat(), p.till.isoformat(), p.forra_kod) == (kod, fran, till, forra)
    assert p.kvartal == ((int(kod[:4]), int(kod[-1])) if "K" in kod else None)


def test_perioden_fore_slutar_dagen_innan() -> None:
    for kod in ("2026", "2026K1", "2026K3", "2026T1", "2026T2", "2026-01", "2026-03"):
        p = tolka_period(kod, KOMMUN)
        assert p.forra_kod is not None
        assert tolka_period(p.forra_kod, KOMMUN).till == p.fran - timedelta(days=1)


def test_kommunens_eget_kvalitetsar() -> None:
    p = tolka_period("kvalitetsår-2019", las_in("ostersund").kommun)
    assert (p.fran, p.till, p.rubrik) == (date(2019, 4, 1), date(2020, 4, 30), "kvalitetsåret 2019–2020")


@pytest.mark.parametrize(
    ("text", "mening"),
    [
        ("2026Q4", "menade du 2026K4"),
        ("K4 2026", "menade du 2026K4"),
        ("2026K5", "skriv till exempel 2026, 2026K4"),
        ("i fjol", "'i fjol' är ingen period"),
        ("2026-13", "det finns ingen månad nummer 13"),
        ("2026-02-30..2026-03-01", "finns inte i kalendern"),
        ("2026-03-01..2026-02-01", "slutar 2026-02-01, innan den börjar 2026-03-01"),
    ],
)
def test_fel_period_sager_vad_man_ska_skriva(text: str, mening: str) -> None:
    with pytest.raises(Periodfel, match=mening):
        tolka_period(text, KOMMUN)


dagar = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(dagar, st.integers(0, 60))
def test_hela_manader_ar_det_storsta_antal_som_har_gatt(fran: date, extra: int) -> None:
    till = fran + timedelta(days=extra * 17)
    n = hela_manader(fran, till)
    assert plus_manader(fran, n) <= till < plus_manader(fran, n + 1)


@given(dagar)
def test_kvartalets_slut_ligger_i_kvartalet(dag: date) -> None:
    kod = kvartalet(dag)
    p = tolka_period(kod, KOMMUN)
    assert p.fran <= dag <= p.till == kvartal_slut(kod)


def test_senaste_kvartalen() -> None:
    assert senaste_kvartal(date(2026, 1, 15), 3) == ["2025K4", "2025K3", "2025K2"]
    assert senaste_kvartal(date(2026, 9, 30), 2) == ["2026K2", "2026K1"]
