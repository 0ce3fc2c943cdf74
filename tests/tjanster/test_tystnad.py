"""The watch falls silent, and the web says so."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.bygg import NU, Bygge
from tjanster.db import t
from tjanster.scheduler import jobb
from tjanster.scheduler.svep import svepa
from tjanster.scheduler.tystnad import sag_till_om_tystnad, tyst_sedan


def svept(bygg: Bygge, nu: Any) -> None:
    svepa(bygg.vaka, nu)
    with bygg.oppen() as conn:  # a sweep notes the machine's own time
        conn.execute(update(t.svep).values(start=nu, slut=nu))
        conn.commit()


def breven(bygg: Bygge) -> list[tuple[str, str]]:
    return sorted((n["adress"], n["nyckel"]) for n in bygg.notiser("bevakning_tyst"))


def test_sa_lange_den_sveper_sags_inget(bygg: Bygge) -> None:
    svept(bygg, NU)
    assert sag_till_om_tystnad(bygg.vaka, NU + timedelta(minutes=29)) is None
    assert breven(bygg) == []


def test_varje_administrator_far_ett_brev_om_dagen_hur_manga_som_an_ser_det(bygg: Bygge) -> None:
    svept(bygg, NU)
    sent = NU + timedelta(minutes=31)
    for _ in range(3):
        assert sag_till_om_tystnad(bygg.vaka, sent) == NU
    forsta = breven(bygg)
    assert len(forsta) == 1
    assert sag_till_om_tystnad(bygg.vaka, sent + timedelta(days=1)) == NU
    assert len(breven(bygg)) == 2
    svept(bygg, sent + timedelta(days=1))
    assert sag_till_om_tystnad(bygg.vaka, sent + timedelta(days=1, minutes=29)) is None


def test_den_som_aldrig_har_borjat_ar_ocksa_tyst(bygg: Bygge) -> None:
    with bygg.oppen() as conn:
        conn.execute(delete(t.svep))
        conn.commit()
        borjan = tyst_sedan(conn)
    assert borjan is not None
    assert sag_till_om_tystnad(bygg.vaka, borjan + timedelta(minutes=31)) == borjan


def test_utan_administrator_med_adress_star_det_i_loggen(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    svept(bygg, NU)
    with bygg.oppen() as conn:
        admin = select(t.uppdrag.c.anvandare_id).where(t.uppdrag.c.roll == "administrator")
        conn.execute(update(t.anvandare).where(t.anvandare.c.id.in_(admin)).values(epost=None))
        conn.commit()
    with caplog.at_level(logging.ERROR):
        assert sag_till_om_tystnad(bygg.vaka, NU + timedelta(hours=1)) == NU
    assert "ingen administratör har en mejladress" in caplog.text
    assert breven(bygg) == []


@pytest.mark.parametrize(("roll", "har"), [("webb", {"tystnad"}), ("vakt", {j.namn for j in jobb.JOBB}), ("allt", {"tystnad", *(j.namn for j in jobb.JOBB)})])
def test_varje_roll_har_sina_klockor(bygg: Bygge, roll: str, har: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobb, "kor", lambda *_: None)
    klockor = jobb.starta(bygg.vaka, roll)
    try:
        assert {j.id for j in klockor.get_jobs()} == har
    finally:
        klockor.shutdown(wait=True)
