"""The page of stand-ins, and where stand-ins are told of: as a browser without script meets it."""

from datetime import timedelta

import pytest

from tests.apiklient import Apiklient
from tests.bygg import NU, Bygge
from tests.tjanster.delad import tom
from tests.tjanster.test_jav import konto
from tests.tjanster.test_vikarie import ge, satt
from tests.webbklient import Webbklient
from tjanster.app import Vaka
from tjanster.db import t

HUGO = "Hugo Påhittad (hugo)"
FALT = {"for": "Hanna Påhittad (hanna)", "vikarie": HUGO, "fran": "2026-09-07", "till": "2026-09-11"}


@pytest.fixture
def vaka(delad_exempel: Vaka) -> Vaka:
    return tom(delad_exempel)


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def test_chefen_satter_andrar_och_avslutar(bygg: Bygge, webb: Webbklient) -> None:
    form = webb.get("/vikarier/ny", som="elin")
    for syns in ('value="Elin Påhittad (elin)"', 'value="Hanna Påhittad (hanna)"', f'<option value="{HUGO}">handläggare, Familjehemsenheten'):
        assert syns in form.html
    assert "Eva Påhittad" not in form.html
    sida = webb.post("/vikarier", som="elin", **FALT)
    assert "Vikarien är satt." in sida.text
    assert "Hugo Påhittad ersätter Hanna Påhittad 2026-09-07 – 2026-09-11 Gäller nu Handläggare, Familjehemsenheten Elin Påhittad, 2026-09-07" in sida.text
    with bygg.vaka.motor.begin() as conn:
        vikariat = conn.execute(t.vikariat.select()).one()
    andrad = webb.post(f"/vikarier/{vikariat.id}", som="elin", till="2026-09-18")
    assert "2026-09-07 – 2026-09-18" in andrad.text
    nej = webb.post(f"/vikarier/{vikariat.id}", som="elin", till="2026-09-01")
    assert (nej.status, nej.fel) == (422, ["Sista dagen 2026-09-01 ligger före första dagen 2026-09-07."])
    slut = webb.post(f"/vikarier/{vikariat.id}/avsluta", som="elin")
    assert "Vikariatet är avslutat." in slut.text
    assert "Tidigare" in slut.text
    assert "Avslutat i förtid" in slut.text
    assert "Avslutat av Elin Påhittad, 2026-09-07" in slut.text
    igen = webb.post(f"/vikarier/{vikariat.id}/avsluta", som="elin")
    assert (igen.status, igen.fel) == (409, ["Vikariatet är redan slut."])


@pytest.mark.parametrize(
    ("andrat", "fel"),
    [
        ({"vikarie": "", "till": ""}, ["Skriv vem som ska vikariera.", "Sista dagen ska fyllas i."]),
        ({"for": ""}, ["Välj vem som är borta."]),
        ({"vikarie": "Hugoo Påhittad"}, ["'Hugoo Påhittad' är ingen användare – menade du Hugo Påhittad (hugo)?"]),
        ({"fran": "i morgon"}, ["'i morgon' är ingen dag; skriv till exempel 2026-11-23 eller 23 november 2026."]),
        ({"vikarie": "hanna", "till": "2026-09-01"}, ["Ingen kan vikariera för sig själv. Välj en kollega.", "Sista dagen 2026-09-01 ligger före första dagen 2026-09-07."]),
        ({"for": "anders"}, ["En vikarie sätts av personen själv, dess chef eller administratören."]),
    ],
)  # fmt: skip
def test_fel_sags_vid_faltet_och_det_skrivna_star_kvar(webb: Webbklient, andrat: dict[str, str], fel: list[str]) -> None:
    sida = webb.post("/vikarier", som="elin", **(FALT | andrat))
    assert sida.status in (403, 422)
    assert sida.fel == fel
    kvar = (FALT | andrat)["vikarie"]
    assert not kvar or f'value="{kvar}"' in sida.html


def test_den_som_inte_ar_chef_lamnar_sitt_arbete_till_en_som_redan_far(bygg: Bygge, webb: Webbklient) -> None:
    form = webb.get("/vikarier/ny", som="hanna")
    assert "Vem är borta?" not in form.text
    for syns in ('value="hugo"', 'value="elin"', 'value="anders"', 'value="kim"'):
        assert syns in form.html
    assert 'value="mia"' not in form.html
    # Whoever is said to be away, it is oneself.
    sida = webb.post("/vikarier", som="hanna", **(FALT | {"for": "elin"}))
    assert "Hugo Påhittad ersätter Hanna Påhittad" in sida.text
    assert "Hanna Påhittad" in webb.get("/vikarier", som="hugo").text
    assert "Kim Påhittad, kvalitetsledare" in webb.get("/vikarier/ny", som="rut").text
    ingen = webb.get("/vikarier/ny", som="rolf")
    assert "Ingen kollega har redan samma uppdrag som du." in ingen.text
    assert "Sätt vikarien" not in ingen.html


def test_ett_vikariat_utanfor_ens_krets_finns_inte(bygg: Bygge, webb: Webbklient) -> None:
    nummer = satt(bygg, "hanna", "hugo")
    for som in ("eva", "mia"):
        assert webb.get(f"/vikarier/{nummer}", som=som).status == 404
        assert webb.post(f"/vikarier/{nummer}/avsluta", som=som).status == 404
        assert webb.post(f"/vikarier/{nummer}", som=som, till="2026-09-08").status == 404
        assert "Hanna" not in webb.get("/vikarier", som=som).text
    for adress in ("/vikarier/0", f"/vikarier/{10**30}", "/vikarier/x"):
        assert webb.get(adress, som="elin").status == 404
    som_vikarie = webb.get(f"/vikarier/{nummer}", som="hugo")
    assert som_vikarie.status == 200
    assert "Avsluta nu" not in som_vikarie.html
    nej = webb.post(f"/vikarier/{nummer}/avsluta", som="hugo")
    assert (nej.status, nej.fel) == (403, ["Vikariatet avslutas av den som ersätts, dess chef eller administratören."])


def test_menyn_leder_dit_for_den_som_leder_och_kontots_meny_for_alla_med_uppdrag(webb: Webbklient) -> None:
    lankar = {som: webb.get("/hjalp", som=som).html.count('href="/vikarier"') for som in ("elin", "adam", "hanna", "kim")}
    assert lankar == {"elin": 2, "adam": 2, "hanna": 1, "kim": 1}


def test_det_syns_var_man_moter_det(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    annat = bygg.ny("synpunkt", enhet="hemtjanst_norr")
    satt(bygg, "hanna", "frida")
    ruta = "Du ersätter Hanna Påhittad till och med 11 september 2026."
    start = webb.get("/", som="frida")
    assert ruta in start.text
    assert nummer in start.text
    assert ruta in webb.get(f"/arende/{nummer}", som="frida").text
    assert ruta not in webb.get(f"/arende/{annat}", som="frida").text  # her own unit's
    sida = webb.get(f"/arende/{nummer}", som="elin").text
    assert "Frånvarande: ersätts av Frida Påhittad till och med 11 september 2026" in sida
    assert ruta not in sida
    assert "Frida Påhittad ersätter dig till och med 11 september 2026." in webb.get("/", som="hanna").text
    api = Apiklient(bygg)
    assert api("GET", "/jag", som="frida").json()["ersatter"] == [{"namn": "Hanna Påhittad", "till": "2026-09-11"}]
    assert api("GET", "/jag", som="hanna").json()["ersatts_av"] == [{"namn": "Frida Påhittad", "till": "2026-09-11"}]
    bygg.gor(nummer, "satt_at_sidan", "kim", jav=["frida"], skal="Påhittat")
    assert "Frånvarande" not in webb.get(f"/arende/{nummer}", som="elin").text


def test_vikarien_for_en_chef_moter_enhetens_arenden(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("lex_sarah", "mia")
    satt(bygg, "elin", "frida")
    assert "Du ersätter Elin Påhittad" in webb.get(f"/arende/{nummer}", som="frida").text
    ge(bygg, "frida", "enhetschef", "familjehem")
    assert "Du ersätter Elin Påhittad" not in webb.get(f"/arende/{nummer}", som="frida").text
    assert konto(bygg, "elin") in {vem for vem, _ in bygg.aktor("frida", NU + timedelta(days=1)).ersatter}  # type: ignore[union-attr]
