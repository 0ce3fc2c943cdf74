"""A database that was set back and put in use as if nothing had happened: no watch goes by it, no letter leaves, and it is told."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from tests.bygg import NU, Bygge
from tests.logg.test_kedjan import fyll, som_agare
from tjanster import klocka
from tjanster.db import t
from tjanster.halsa import prova_halsan
from tjanster.logg import ankarfil, bakat
from tjanster.logg.ankare import huvudfil, kapa, las_huvud
from tjanster.scheduler.jobb import JOBB, WEBBENS, kor

SVANSEN = (
    "DELETE FROM lasning WHERE id = (SELECT rad_id FROM loggkedja ORDER BY nr DESC LIMIT 1)",
    "DELETE FROM loggkedja WHERE nr = (SELECT max(nr) FROM loggkedja)",
)


def spar(bygg: Bygge) -> list[Any]:
    """What any of the watch's jobs would leave behind."""
    with bygg.vaka.systemet() as conn:
        return [conn.scalar(select(func.count()).select_from(tab)) for tab in (t.notis, t.svep, t.brevlada, t.loggkedja, t.fristbrott)]


@pytest.mark.parametrize(
    ("satser", "hur"), [(SVANSEN, "saknas"), (("UPDATE loggkedja SET mac = 'x' WHERE nr = (SELECT max(nr) FROM loggkedja)",), "är ett annat")]
)
def test_en_databas_som_glomt_vad_datorn_sett_varken_bevakas_eller_skickas_ur(
    bygg: Bygge, motor: Engine, caplog: pytest.LogCaptureFixture, satser: tuple[str, ...], hur: str
) -> None:
    klocka.stall(NU + timedelta(days=30))
    fyll(bygg, 1)
    assert bakat.fel(bygg.vaka) is None
    som_agare(motor, *satser)
    bygg.ny("synpunkt")
    fore, huvud = spar(bygg), las_huvud(ankarfil(bygg.vaka.settings))
    with caplog.at_level(logging.ERROR):
        for jobb in JOBB:
            kor(bygg.vaka, jobb)
    assert spar(bygg) == fore
    assert las_huvud(ankarfil(bygg.vaka.settings)) == huvud  # what was seen is still known
    assert {r.getMessage().split(":")[0] for r in caplog.records} == {f"Jobbet {j.namn} körs inte" for j in JOBB}
    assert {getattr(r, "action", None) for r in caplog.records} == {"database_set_back"}
    mening = str(bakat.fel(bygg.vaka))
    assert f"loggens sigill 5 {hur}" in mening
    assert "'vaka aterstall --tidpunkt TID'" in mening
    assert "flytta undan ankare.jsonl och ankare.jsonl.huvud i " in mening
    punkt = next(p for p in prova_halsan(bygg.vaka, klocka.nu()).punkter if p.namn == "Databasens läge")
    assert (punkt.bra, punkt.text) == (False, mening)


def test_nar_ankaret_ar_kapat_gar_allt_som_vanligt(bygg: Bygge, motor: Engine) -> None:
    fyll(bygg, 1)
    som_agare(motor, *SVANSEN)
    fil = ankarfil(bygg.vaka.settings)
    assert huvudfil(fil).exists()
    kapa(bygg.vaka.settings, None, "fore")
    assert bakat.fel(bygg.vaka) is None
    klocka.stall(NU)
    for jobb in JOBB:
        kor(bygg.vaka, jobb)
    assert bakat.fel(bygg.vaka) is None
    assert las_huvud(fil) is not None


def test_webben_sager_till_fast_bevakningen_star(bygg: Bygge, motor: Engine) -> None:
    klocka.stall(NU)
    for jobb in JOBB:
        kor(bygg.vaka, jobb)
    fyll(bygg, 1)
    som_agare(motor, *SVANSEN)
    klocka.stall(NU + timedelta(hours=1))
    for jobb in (*JOBB, *WEBBENS):
        kor(bygg.vaka, jobb)
    (brev,) = bygg.notiser("bevakning_tyst")
    assert (brev["anvandare_id"], brev["status"]) == (bygg.aktor("adam").id, "skickad")  # type: ignore[union-attr]


def test_det_som_datorn_sett_men_inte_kan_lasa_ar_inget_ja(bygg: Bygge) -> None:
    klocka.stall(NU)
    fyll(bygg, 1)
    huvudfil(ankarfil(bygg.vaka.settings)).write_text("{")
    fore = spar(bygg)
    for jobb in JOBB:
        kor(bygg.vaka, jobb)
    assert spar(bygg) == fore
    assert "ankare.jsonl.huvud går inte att läsa" in str(bakat.fel(bygg.vaka))
