"""Every rung that fell due: none missing, none twice, and what came of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.bygg import NU, Bygge
from tests.tjanster.delad import delad_vaka, tom
from tjanster.app import Vaka
from tjanster.rapporter import gor_rapport
from tjanster.scheduler.svep import svepa

IDAG = date(2026, 12, 31)


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("notiser"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(_delad: Vaka) -> Vaka:
    return tom(_delad)


def rapport(bygg: Bygge, period: str = "2026") -> dict[str, Any]:
    with bygg.vaka.systemet() as conn:
        return gor_rapport(conn, bygg.vaka.sammanhang, "notiser", period, IDAG).som_dict()


def svep(bygg: Bygge, dagar: int) -> datetime:
    nu = NU.replace(hour=7) + timedelta(days=dagar)
    svepa(bygg.vaka, nu)
    return nu


def test_varje_trappsteg_star_en_gang_och_inget_saknas(bygg: Bygge) -> None:
    n = bygg.ny("beslut", beslutsdatum="2026-09-07")
    with bygg.vaka.systemet() as conn:
        alla = conn.execute(text("SELECT count(*) FROM paminnelse")).scalar_one()
    svar = rapport(bygg)
    assert svar["summa"] == alla == len(svar["rader"])
    assert len({(r["nummer"], r["frist"], r["slag"], r["omgang"], r["trappsteg"]) for r in svar["rader"]}) == alla
    assert {r["utfall"] for r in svar["rader"]} == {"har_inte_fallit"}
    assert {r["nummer"] for r in svar["rader"]} == {n}


def test_fallet_i_tid_i_efterhand_och_inte_langre_behovt(bygg: Bygge) -> None:
    n = bygg.ny("beslut", beslutsdatum="2026-09-07")
    forsta = min(r["dag"] for r in rapport(bygg)["rader"])
    svep(bygg, (date.fromisoformat(forsta) - NU.date()).days)
    rader = rapport(bygg)["rader"]
    fallna = [r for r in rader if r["fallen"]]
    assert fallna
    assert {(r["dag"], r["ikapp"]) for r in fallna} == {(forsta, False)}
    # The officer's post is empty: the unit's manager is told instead, and the report says so.
    assert {(r["roll"], r["till_roll"], r["i_stallet_for"]) for r in fallna} == {("handlaggare", "enhetschef", "handlaggare")}
    sist = svep(bygg, (date(2026, 12, 8) - NU.date()).days)
    svar = rapport(bygg)
    assert svar["ikapp"] > 0
    bygg.gor(n, "verkstall", "hanna", nu=sist, verkstalld=sist.date().isoformat(), orsak="annat")
    svep(bygg, (date(2026, 12, 31) - NU.date()).days)
    efter = rapport(bygg)
    assert efter["utfall"]["har_inte_fallit"] == 0
    assert {r["utfall"] for r in efter["rader"]} <= {"vantar", "behovdes_inte", "skickad"}


def test_skickat_misslyckat_och_taget_tillbaka(bygg: Bygge) -> None:
    bygg.ny("beslut", beslutsdatum="2026-09-07")
    forsta = min(r["dag"] for r in rapport(bygg)["rader"])
    svep(bygg, (date.fromisoformat(forsta) - NU.date()).days)
    lagen = {
        "vantar": "status = 'vantar', skickad = NULL",
        "skickad": "status = 'skickad', skickad = '2026-10-01T08:00+02'",
        "misslyckad": "status = 'misslyckad', skickad = NULL",
        "avbruten": "status = 'avbruten', skickad = NULL",
    }
    for utfall, andring in lagen.items():
        with bygg.vaka.systemet() as conn:
            conn.execute(text(f"UPDATE notis SET {andring} WHERE mall = 'morgonbrev'"))
        fallna = [r for r in rapport(bygg)["rader"] if r["fallen"]]
        assert {r["utfall"] for r in fallna} == {utfall}
        assert {r["skickad"] for r in fallna} == {"2026-10-01T08:00:00+02:00" if utfall == "skickad" else None}


def test_ingen_att_skicka_till_syns(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE uppdrag SET till = '2026-09-08'"))
    bygg.ny("beslut", beslutsdatum="2026-09-07")
    svep(bygg, 200)
    with bygg.vaka.systemet() as conn:
        svar = gor_rapport(conn, bygg.vaka.sammanhang, "notiser", "2026", IDAG).som_dict()
    assert svar["utfall"]["ingen_mottagare"] == svar["summa"] > 0


def test_bara_periodens_trappsteg(bygg: Bygge) -> None:
    bygg.ny("beslut", beslutsdatum="2026-09-07")
    dagar = {r["dag"][:7] for r in rapport(bygg)["rader"]}
    assert len(dagar) > 1
    for manad in dagar:
        assert {r["dag"][:7] for r in rapport(bygg, manad)["rader"]} == {manad}
