"""Which mornings have a digest: by the weekdays that somebody chose, and never lost to a day off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regler import VECKODAGAR, Brevval, Kalender, kommuner, las_in

KALENDER = Kalender()
VAL = st.builds(
    Brevval, morgonbrev=st.booleans(), dagar=st.frozensets(st.integers(0, 4), min_size=1), klockan=st.integers(6, 9),
    form=st.sampled_from(["html", "text"]), nytt=st.sampled_from(["genast", "morgonbrev"]),
)  # fmt: skip
DAGAR = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("dag", "valda", "brev"),
    [
        ("2026-09-07", ["måndag"], True),  # a Monday
        ("2026-09-08", ["måndag"], False),
        ("2026-09-05", list(VECKODAGAR), False),  # a Saturday
        ("2026-04-06", ["måndag"], False),  # Easter Monday …
        ("2026-04-07", ["måndag"], True),  # … gives its letter to Tuesday
        ("2026-04-07", ["fredag"], True),  # so does Good Friday
        ("2026-04-08", ["fredag"], False),
        ("2026-12-28", ["torsdag", "fredag"], True),  # both eaten by Christmas: one letter on Monday
    ],
)
def test_vald_veckodag_som_ar_ledig_ger_sitt_brev_till_nasta_arbetsdag(dag: str, valda: list[str], brev: bool) -> None:
    val = Brevval(dagar=frozenset(VECKODAGAR.index(d) for d in valda))
    assert val.dagens(KALENDER, date.fromisoformat(dag)) is brev


@given(VAL, DAGAR)
def test_varje_vald_veckodag_ger_ett_brev_inom_en_langhelg(val: Brevval, fran: date) -> None:
    """Each week has a morning with a digest, and nasta and forra find it."""
    morgnar = [d for d in (fran + timedelta(days=n) for n in range(21)) if val.dagens(KALENDER, d)]
    assert all(KALENDER.arbetsdag(d) for d in morgnar)
    if not val.morgonbrev:
        assert morgnar == []
        assert val.nasta(KALENDER, fran) == KALENDER.nasta_arbetsdag(fran, True)
        return
    assert len(morgnar) >= 2
    assert val.nasta(KALENDER, fran) == morgnar[0]
    assert val.forra(KALENDER, morgnar[1]) == morgnar[0]


@given(VAL)
def test_valet_gar_att_spara_och_lasa(val: Brevval) -> None:
    assert Brevval.from_dict(val.as_dict()) == val
    assert val.samlar is (val.morgonbrev and val.nytt == "morgonbrev")


def test_utan_egna_ord_kommer_morgonbrevet_varje_arbetsdag_klockan_sju() -> None:
    assert {las_in(kod).kommun.brev for kod in kommuner()} == {Brevval()}
    assert all(Brevval().dagens(KALENDER, d) is KALENDER.arbetsdag(d) for d in KALENDER_2026)


KALENDER_2026 = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
