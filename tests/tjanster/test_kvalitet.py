"""Across units and processes: causes, what comes back, measures by unit; figures that lead to their cases, and numbers for an auditor."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.bygg import PERSONAL, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka
from tests.tjanster.ledningsby import bygg_byn
from tests.tjanster.test_laget import i_listan
from tests.webbklient import Webbklient

SIFFRA = re.compile(r'<a[^>]*href="([^"]+)"[^>]*data-tal="(\d+)"')


@pytest.fixture(scope="module")
def byn(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bygge]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("kvalitet"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            lagg_in_personal(conn, PERSONAL)
        bygg = Bygge(vaka)
        bygg_byn(bygg)
        yield bygg


@pytest.fixture
def webb(byn: Bygge) -> Webbklient:
    return Webbklient(byn)


@pytest.mark.parametrize("som", ["kim", "elin"])
def test_varje_siffra_leder_till_just_de_arendena(webb: Webbklient, som: str) -> None:
    siffror = SIFFRA.findall(webb.get("/kvalitet", som).html)
    assert siffror
    for vag, tal in siffror:
        assert i_listan(webb, unescape(vag), som) == int(tal), vag


def test_det_som_upprepar_sig_sags_med_enhet_och_orsak(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet", "kim")
    assert "Inget upprepar sig" not in sida.text
    assert "Ökar" in sida.text


def test_atgarderna_star_en_for_varje_rad_och_enheterna_i_kolumner(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet", "kim")
    assert "Byt lås" in sida.text
    assert "Har inte svarat" in sida.text or "Försenad" in sida.text


def test_revisorn_ser_antal_och_aldrig_arenden(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet", "rolf")
    assert sida.status == 200
    assert "Du ser antal, aldrig ärenden" in sida.text
    assert not SIFFRA.findall(sida.html)
    assert "AVV-" not in sida.html
    assert "Byt lås" not in sida.html, "en åtgärds text hör till ärendet"


@pytest.mark.parametrize("som", ["hanna", "mia", "adam", "rut"])
def test_den_som_inte_leder_ser_inte_sidan(webb: Webbklient, som: str) -> None:
    assert webb.get("/kvalitet", som).status == 403


def test_en_period_som_inte_finns_sags_med_en_mening(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet?period=2026K9", "kim")
    assert sida.status == 422
    assert "2026K9" in sida.text


def test_en_period_utan_arenden_har_egna_ord(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet?period=2020", "kim")
    assert sida.status == 200
    assert "Inga orsaker än" in sida.text
