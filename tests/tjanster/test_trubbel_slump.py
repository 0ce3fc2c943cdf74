"""Any life of any cases, by the real path on a real database: what must be so is so at every turn."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.bygg import NU, PERSONAL, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.invarianter import brustet, personer_i_brev
from tests.tjanster.slump import FRISTAKTER, Slump
from tjanster.app import Vaka

# What happens, how often beside the others. A night may pass with no sweep, or with two.
HANDER = ("ny", "ny", *("steg",) * 8, "fristakt", "fristakt", "ratta", "tid", "tid", "tid", "svep", "svep", "dubbelsvep", "brevval")
TIDER = (*(timedelta(days=d) for d in (1, 1, 1, 2, 3, 7, 21)), timedelta(hours=4), timedelta(days=1, hours=-3))
# Posts that stand empty: one, a whole line of managers, and everybody above the officers.
TOMMA: tuple[tuple[str, ...], ...] = ((), ("elin",), ("elin", "eva", "anders"), ("kim",), ("elin", "eva", "anders", "kim", "adam"))

handelser = st.lists(st.tuples(st.sampled_from(HANDER), st.integers(0, 2**32 - 1)), min_size=15, max_size=45)


@pytest.fixture(scope="module")
def delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("data"), "exempelkommun") as vaka:
        yield vaka


def leva(vaka: Vaka, handelser: list[tuple[str, int]], tomma: tuple[str, ...]) -> None:
    personal = {k: v for k, v in PERSONAL.items() if k not in tomma}
    with tom(vaka).motor.begin() as conn:
        lagg_in_personal(conn, personal)
    liv, nu = Slump(Bygge(vaka), Random(0), tuple(personal)), NU
    liv.registrera(nu)
    for vad, fro in [*handelser, ("dubbelsvep", 0)]:
        liv.slump = Random(fro)
        if vad == "ny":
            liv.registrera(nu)
        elif vad == "tid":
            nu += liv.slump.choice(TIDER)
        elif vad == "brevval":
            liv.valj_brev(nu)
        elif vad in ("svep", "dubbelsvep"):
            svep(vaka, liv, nu, igen=vad == "dubbelsvep")
        else:
            liv.steg(nu, {"fristakt": FRISTAKTER, "ratta": ("andra",)}.get(vad, ()))
        if vad not in ("svep", "dubbelsvep", "tid"):
            with vaka.systemet() as conn:
                assert brustet(conn, vaka.sammanhang) == []


def svep(vaka: Vaka, liv: Slump, nu: datetime, *, igen: bool) -> None:
    utfall = liv.svep(nu)
    assert utfall.fel == []
    with vaka.systemet() as conn:
        assert brustet(conn, vaka.sammanhang, svept=nu, utan_mottagare=utfall.utan_mottagare) == []
    if igen:
        om = liv.svep(nu)
        assert (om.brutna, om.flyttade, om.startade, om.trappsteg, om.morgonbrev) == (0, 0, 0, 0, 0)
        assert om.utan_mottagare == utfall.utan_mottagare


@settings(max_examples=14, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(handelser=handelser, tomma=st.sampled_from(TOMMA))
def test_vad_som_an_hander_haller_det_som_maste_halla(
    delad: Vaka, handelser: list[tuple[str, int]], tomma: tuple[str, ...]
) -> None:
    leva(delad, handelser, tomma)


def test_slumpen_nar_nagonstans(delad: Vaka) -> None:
    """The lives are worth something only if cases get on, limits pass and letters are written."""
    sett: set[str] = set()
    for fro in range(4):
        slump = Random(fro)
        leva(delad, [(slump.choice(HANDER), slump.getrandbits(32)) for _ in range(50)], ())
        with delad.systemet() as conn:
            sett |= set(conn.scalars(text("SELECT handelse FROM handelse")))
            sett |= {f"frist {x}" for x in conn.scalars(text("SELECT DISTINCT status FROM frist"))}
            sett |= {f"brev {x}" for x in conn.scalars(text("SELECT DISTINCT mall FROM notis"))}
            sett |= {f"notis {x}" for x in conn.scalars(text("SELECT DISTINCT status FROM notis"))}
            assert personer_i_brev(conn) == []
            sett |= {"brott"} if conn.scalar(text("SELECT count(*) FROM fristbrott")) else set()
    assert len(sett) > 30
    assert {"andra", "pausa_frist", "frist mott", "brev morgonbrev", "brott", "notis samlas"} <= sett
