"""A link in a letter leads where it says, whoever presses it and however they log in."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from notiser import Falt, rendera
from tests.bygg import Bygge
from tests.oidc.besokare import VAKA, Besokare
from tests.tjanster.test_svep import handlagd, tid
from tests.tjanster.test_web_konto import LOSEN, kravande, logga_in, nyckeln, vakan
from tests.webbklient import Sida
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.scheduler.svep import svepa

__all__ = ["vakan"]


@pytest.fixture
def lankar(bygg: Bygge, vakan: Vaka) -> dict[str, list[str]]:
    """Hanna's morning letter, its links by where they lead: case, start page, settings."""
    handlagd(bygg)
    svepa(vakan, tid("2026-09-22T07:30"))
    klocka.stall(tid("2026-09-22T08:00"))
    hanna = bygg.aktor("hanna")
    assert hanna is not None
    (notis,) = [n for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == hanna.id]
    html = rendera("morgonbrev", Falt.from_dict(notis["falt"]), bas_url=VAKA).html
    alla: dict[str, list[str]] = {}
    for lank in re.findall(r'href="([^"]+)"', html):
        alla.setdefault(urlsplit(lank).path.split("/")[1], []).append(lank)
    assert set(alla) == {"arende", "", "konto"}
    return alla


def in_med(besokare: Besokare, sida: Sida, namn: str = "hanna") -> Sida:
    return besokare.skicka(sida, "/logga-in", anvandarnamn=namn, losenord=LOSEN)


def lasningar(vaka: Vaka) -> list[tuple[Any, ...]]:
    with vaka.systemet() as conn:
        sats = select(t.anvandare.c.anvandarnamn, t.lasning.c.vad).join(t.anvandare, t.anvandare.c.id == t.lasning.c.av)
        return [tuple(r) for r in conn.execute(sats.order_by(t.lasning.c.id))]


def test_med_losenord_landar_man_i_arendet_och_lasningen_sager_att_man_kom_fran_brevet(vakan: Vaka, lankar: dict[str, list[str]]) -> None:
    with Besokare(kravande(vakan, tvasteg="nej")) as hanna:
        sida = hanna.ga(lankar["arende"][0])
        assert sida.vag == "/logga-in?vidare=/arende/SYN-2026-0001%3Ffran%3Dbrev"
        fel = hanna.skicka(sida, "/logga-in", anvandarnamn="hanna", losenord="fel")
        assert fel.status == 401
        arendet = in_med(hanna, fel)
        assert (arendet.status, arendet.vag) == (200, "/arende/SYN-2026-0001?fran=brev")
        assert lasningar(vakan) == [("hanna", "brev")]
        for lank, vag in ((lankar[""][0], "/"), (lankar["konto"][0], "/konto/brev")):
            assert hanna.ga(lank).vag == vag


def test_med_tva_steg_foljer_malet_med_genom_inskrivning_kod_och_omstart(vakan: Vaka, lankar: dict[str, list[str]]) -> None:
    mal = "/arende/SYN-2026-0001?fran=brev"
    with Besokare(kravande(vakan)) as hanna:
        inskrivning = in_med(hanna, hanna.ga(lankar["arende"][0]))
        app = nyckeln(inskrivning)
        koder = hanna.skicka(inskrivning, ny_kod=app.at(klocka.nu()))
        vidare = re.search(r'class="knapprad"><a class="ds-button" href="([^"]+)"', koder.html)
        assert vidare is not None
        assert hanna.ga(vidare[1]).vag == mal
        hanna.skicka(hanna.ga("/"), "/logga-ut")
        klocka.stall(tid("2026-09-22T09:00"))
        kod = in_med(hanna, hanna.ga(lankar["arende"][0]))
        om = re.search(r'<a href="(/logga-in\?vidare=[^"]+)">Börja om</a>', kod.html)
        assert om is not None
        assert hanna.ga(om[1]).vag == "/logga-in?vidare=/arende/SYN-2026-0001%3Ffran%3Dbrev"
        kod = in_med(hanna, hanna.ga(om[1]))
        arendet = hanna.skicka(kod, "/logga-in/kod", kod=app.at(klocka.nu()))
        assert (arendet.status, arendet.vag) == (200, mal)


def test_den_vars_inloggning_har_gatt_ut_kommer_tillbaka_dit(vakan: Vaka, lankar: dict[str, list[str]]) -> None:
    with Besokare(kravande(vakan, tvasteg="nej")) as hanna:
        logga_in(hanna)
        klocka.stall(tid("2026-09-22T11:00"))
        assert in_med(hanna, hanna.ga(lankar["arende"][0])).vag == "/arende/SYN-2026-0001?fran=brev"


def test_den_som_inte_far_se_arendet_far_samma_svar_som_om_det_inte_fanns(vakan: Vaka, lankar: dict[str, list[str]]) -> None:
    """A letter that was sent on to a colleague tells nothing more than it says."""
    for namn in ("frida", "rolf", "eva"):
        with Besokare(kravande(vakan, tvasteg="nej")) as nagon:
            finns = in_med(nagon, nagon.ga(lankar["arende"][0]), namn)
            finns_inte = nagon.ga(lankar["arende"][0].replace("0001", "9999"))
            assert (finns.status, finns_inte.status) == (404, 404)
            assert finns.text == finns_inte.text.replace("9999", "0001")
    assert lasningar(vakan) == []


def test_skyddat_arende_fragar_varfor_och_gar_sedan_dit(bygg: Bygge, vakan: Vaka, lankar: dict[str, list[str]]) -> None:
    bygg.gor("SYN-2026-0001", "skydda", "elin", krets=["hanna", "kim"], skal="Påhittat hot")
    with Besokare(kravande(vakan, tvasteg="nej")) as kim:
        fragan = in_med(kim, kim.ga(lankar["arende"][0]), "kim")
        assert "Varför" in fragan.text
        arendet = kim.skicka(fragan, "/arende/SYN-2026-0001/skal", skal="Läser in mig", vidare="/arende/SYN-2026-0001?fran=brev")
        assert (arendet.status, arendet.vag) == (200, "/arende/SYN-2026-0001?fran=brev")
    with Besokare(kravande(vakan, tvasteg="nej")) as elin:
        assert in_med(elin, elin.ga(lankar["arende"][0]), "hugo").status == 404


def test_ingen_lank_far_en_att_landa_utanfor(vakan: Vaka) -> None:
    for mal in ("https://ond.example/", "//ond.example", "/\\ond.example", "/%0d%0aX: y"):
        with Besokare(kravande(vakan, tvasteg="nej")) as hanna:
            assert in_med(hanna, hanna.ga(f"/logga-in?vidare={mal}")).vag == "/"
