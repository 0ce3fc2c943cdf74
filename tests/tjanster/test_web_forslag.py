"""A proposal on the pages: seen whole, answered by those who may, and on the first page of the one it waits for."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.bygg import NU, Bygge
from tests.tjanster.regelhjalp import delegation, krav, med_filer, starta
from tests.tjanster.test_forslag import TVA, bedomd
from tests.webbklient import Webbklient
from tjanster import klocka
from tjanster.db import t
from tjanster.web.ram import FLASHTEXTER

PA = "På delegation enligt punkt 4.5, Påhittad rutin"


@pytest.fixture
def webb(motor: Engine, databas: str, tmp_path: Path) -> Webbklient:
    regler = {
        **krav("lex_sarah", "besluta", "{fyra_ogon: ja}"),
        **krav("beslut", "behovet_upphor", "{fyra_ogon: ja}"),
        **delegation("lex_sarah", "besluta", 'fran: 2022-01-01, far: [kvalitetsledare, avdelningschef], punkt: "4.5"'),
    }
    return Webbklient(starta(motor, databas, tmp_path, med_filer(regler)))


def version(bygg: Bygge, nummer: str) -> str:
    return str(bygg.rad(nummer)["version"])


def test_fran_knappen_till_bekraftat(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bedomd(bygg)
    assert "Blir ett förslag som en annan person bekräftar" in webb.get(f"/arende/{nummer}").text
    steg = webb.get(f"/arende/{nummer}/besluta")
    assert f"{TVA}. Det du sparar blir ett förslag, och inget mer händer förrän en annan person bekräftar det." in steg.text
    assert "Spara som förslag" in steg.text
    assert "Det här händer när förslaget bekräftas" in steg.text

    sida = webb.post(f"/arende/{nummer}/besluta", beslut_text="Inget allvarligt", beslutad="2026-09-07", version=version(bygg, nummer))
    assert (sida.status, sida.vag) == (200, f"/arende/{nummer}")
    assert "Förslag: Besluta Kim Påhittad · 7 september 2026 kl. 09.00" in sida.text.replace("\xa0", " ")
    assert re.search(r"<dt>Beslutet</dt><dd>.*Inget allvarligt", sida.html)
    assert re.search(r"<dt>Beslutsdag</dt><dd>Dagen då förslaget bekräftas", sida.html)
    assert f"{TVA}. {PA}." in sida.text
    assert "Ta tillbaka" in sida.text
    assert "Bekräfta</button>" not in sida.html
    assert "Ett förslag om det här steget väntar redan" in sida.text
    assert "Förslag att svara på" not in webb.get("/").text

    assert "Förslaget ”Besluta” väntar på en annan person." in webb.get(f"/arende/{nummer}/overlamning", "elin").text
    elin = webb.get(f"/arende/{nummer}", "elin")
    assert "får kvalitetsledare eller avdelningschef besluta om detta, inte enhetschef." in elin.text
    assert "bekrafta_forslag" not in elin.html
    assert "Förslag att svara på" not in webb.get("/", "elin").text
    minst = webb.get("/", "anders")
    assert "Förslag att svara på Besluta" in minst.text
    assert f'href="/arende/{nummer}#forslag"' in minst.html

    anders = webb.get(f"/arende/{nummer}", "anders")
    assert "Bekräfta</button>" in anders.html
    assert f'href="/arende/{nummer}/avsla_forslag?forslag=' in anders.html
    sida = webb.post(f"/arende/{nummer}/bekrafta_forslag", "anders", version=version(bygg, nummer))
    assert "Anders Påhittad, på förslag av Kim Påhittad" in sida.text
    assert bygg.rad(nummer)["tillstand"] == "beslutad"
    assert "Förslag att svara på" not in webb.get("/", "anders").text


def test_kvittot_sager_att_det_vantar(webb: Webbklient) -> None:
    nummer = bedomd(webb.bygg)
    kaka = webb.post(f"/arende/{nummer}/besluta", beslut_text="x", version=version(webb.bygg, nummer)).svar.history[0].headers["set-cookie"]
    assert "vaka_hej=foreslaget" in kaka
    assert FLASHTEXTER["foreslaget"] == "Förslaget är sparat och väntar på att en annan person bekräftar det."


def test_avsla_fragar_varfor(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bedomd(bygg)
    bygg.gor(nummer, "besluta", "kim", beslut_text="Inget allvarligt")
    sida = webb.get(f"/arende/{nummer}/avsla_forslag?forslag=1", "anders")
    assert "Besluta (Kim Påhittad, 7 september 2026" in sida.text
    sida = webb.post(f"/arende/{nummer}/avsla_forslag", "anders", version=version(bygg, nummer), forslag="1")
    assert (sida.status, sida.fel) == (422, ["Skäl ska fyllas i."])
    sida = webb.post(f"/arende/{nummer}/avsla_forslag", "anders", version=version(bygg, nummer), forslag="1", skal="Räcker inte")
    assert "Förslaget avslogs: Besluta" in sida.text
    assert "Räcker inte" in sida.text
    assert "Väntar på en annan person" not in sida.text


def test_ta_tillbaka_med_ett_tryck_och_bara_det_egna(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bedomd(bygg)
    bygg.gor(nummer, "besluta", "kim", beslut_text="Inget allvarligt")
    nej = webb.post(f"/arende/{nummer}/ta_tillbaka_forslag", "anders", version=version(bygg, nummer))
    assert nej.status >= 400
    assert "Bara den som lade förslaget kan ta tillbaka det." in nej.text
    nej = webb.post(f"/arende/{nummer}/bekrafta_forslag", "kim", version=version(bygg, nummer))
    assert "Du har själv lagt förslaget" in nej.text
    assert "Förslaget togs tillbaka: Besluta" in webb.post(f"/arende/{nummer}/ta_tillbaka_forslag", version=version(bygg, nummer)).text


def test_den_som_bekraftar_for_sent_far_svara_varfor(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bygg.ny("beslut", "hanna", beslutsdatum="2026-06-10", sen_registrering_skal="Driftstopp")
    bygg.gor(nummer, "behovet_upphor", "hanna", upphort_skal="Flyttat")
    klocka.stall(NU + timedelta(days=10))
    sida = webb.post(f"/arende/{nummer}/bekrafta_forslag", "elin", version=version(bygg, nummer), forslag="1")
    assert sida.status == 422
    assert sida.fel == ["Orsak till dröjsmålet ska fyllas i, eftersom fristen hade passerat."]
    sida = webb.post(f"/arende/{nummer}/bekrafta_forslag", "elin", version=version(bygg, nummer), forslag="1", orsak="resursbrist")
    assert bygg.rad(nummer)["tillstand"] == "upphort"


def test_den_som_andrar_far_veta_att_forslaget_faller(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bedomd(bygg)
    bygg.gor(nummer, "besluta", "kim", beslut_text="Inget allvarligt")
    assert "Förslaget ”Besluta” faller om ärendet går vidare eller uppgifter i det ändras." in webb.get(f"/arende/{nummer}/andra", "elin").text
    assert "faller om" not in webb.get(f"/arende/{nummer}/anteckna", "elin").text


def test_forslaget_utan_nagon_som_far_bekrafta_star_hos_den_som_kan_avsla(webb: Webbklient) -> None:
    bygg = webb.bygg
    nummer = bedomd(bygg)
    bygg.gor(nummer, "besluta", "kim", beslut_text="Inget allvarligt")
    with bygg.vaka.systemet() as conn:
        conn.execute(t.anvandare.update().where(t.anvandare.c.anvandarnamn == "kim").values(aktiv=False))
    assert "Förslag att svara på" in webb.get("/", "anders").text
    sida = webb.get(f"/arende/{nummer}", "anders")
    assert "Den som lade förslaget får inte längre ta steget. Avslå förslaget" in sida.text
    assert "avsla_forslag" in sida.html


def test_kravet_star_i_klarsprak_bland_reglerna(webb: Webbklient) -> None:
    sida = webb.get("/regler/krav/lex_sarah/provet")
    assert "Två personer ska stå bakom steget: en föreslår det, och det tas när en annan bekräftar" in sida.text
