"""The draft of the rules in the browser: rows in a form, files with their faults beside the lines, undone and put away."""

import re

import pytest
from sqlalchemy import select

from regler import Regelfel, las_in
from tests.bygg import Bygge
from tests.tjanster.webbregler import FIL, RAD, med_text, utkast, version
from tests.webbklient import Webbklient
from tjanster.db import t


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


# -- a row in a form ------------------------------------------------------------------------------------------------------


def test_en_rad_laggs_i_utkastet_med_kommentarerna_kvar(webb: Webbklient) -> None:
    sida = webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD)
    assert sida.vag == "/regler/utkast"
    assert "Från 2026-06-01 till 2026-09-30: 5 arbetsdagar; källa Nämnden 2026-05-20, § 9. Kontrollerad 2026-05-21." in sida.text
    text = utkast(webb)["filer"][FIL]
    assert "# En gång, när svaret väntar på någon annan" in text
    assert text.index("2026-06-01") < text.index("# En gång")


def test_en_rad_for_en_frist_som_kommunen_inte_har_far_en_ny_fil(webb: Webbklient) -> None:
    webb.post("/regler/frist/orosanmalan/forhandsbedomning/ny-rad", **RAD | {"tid": "10 dagar", "till": "", "rullas": "ja"})
    assert "forhandsbedomning:\n  galler:\n    - fran: 2026-06-01" in utkast(webb)["filer"]["config/exempelkommun/regler/frister/orosanmalan.yaml"]


def test_en_nationell_rad_skrivs_med_lagrum_och_det_okontrollerade_med_null(webb: Webbklient) -> None:
    rad = RAD | {"niva": "nationell", "fran": "2027-01-01", "till": "", "tid": "genast", "kontrollerad": "", "anmarkning": "Påhittad", "mal": "nej"}
    webb.post("/regler/frist/orosanmalan/skyddsbedomning/ny-rad", **rad)
    text = utkast(webb)["filer"]["regler/frister/orosanmalan.yaml"]
    assert "lagrum: null" in text
    assert "kontrollerad: null\n      anmarkning: Påhittad" in text


@pytest.mark.parametrize(
    ("andrat", "mening"),
    [
        ({"fran": ""}, "Välj från vilken dag raden gäller."),
        ({"tid": ""}, "Skriv hur lång tiden är."),
        ({"kalla": ""}, "Skriv var regeln står."),
        ({"kontrollerad": ""}, "Skriv vad som är oklart, eftersom ingen har läst källan, eller fyll i när den lästes."),
        ({"tid": "5 arbetsdgar"}, "menade du '5 arbetsdagar'?"),
        ({"fran": "i går"}, "är ingen dag"),
        ({"nar-insats": "x"}, ""),
    ],
)
def test_en_rad_med_fel_sparas_inte_och_felet_star_vid_faltet(webb: Webbklient, andrat: dict[str, str], mening: str) -> None:
    sida = webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD | andrat)
    if mening:
        assert sida.status == 422
        assert any(mening in rad for rad in sida.fel), sida.fel
        with webb.bygg.vaka.systemet() as conn:
            assert not conn.execute(select(t.regelutkast.c.id)).first()
    else:
        assert sida.vag == "/regler/utkast"


def test_en_rad_som_ger_mer_tid_an_lagen_vagras(webb: Webbklient) -> None:
    rad = RAD | {"tid": "4 månader", "rullas": "nej", "till": ""}
    assert any("det får en kommun inte" in x for x in webb.post("/regler/frist/beslut/verkstallighet/ny-rad", **rad).fel)


def test_en_rad_kan_galla_bara_nagra(webb: Webbklient) -> None:
    rad = RAD | {"tid": "4 veckor", "rullas": "nej", "till": "", "mal": "ja", "nar-insats": "boendestod"}
    assert webb.post("/regler/frist/beslut/verkstallighet/ny-rad", **rad).vag == "/regler/utkast"
    assert "nar: {insats: boendestod}" in utkast(webb)["filer"]["config/exempelkommun/regler/frister/beslut.yaml"]
    assert webb.post("/regler/frist/x/y/ny-rad", **rad).status == 404


def test_en_fil_som_inte_gar_att_lasa_far_ingen_rad(webb: Webbklient) -> None:
    med_text(webb, FIL, lambda _: "svar: [")
    assert "Rätta felen i den först" in webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD).text


# -- files ----------------------------------------------------------------------------------------------------------------


def test_fel_visas_vid_sin_rad_och_sparas_anda(webb: Webbklient) -> None:
    sida = med_text(webb, FIL, lambda x: x.replace("10 arbetsdagar", "10 arbetsdgar", 1))
    assert sida.vag.startswith("/regler/utkast/fil")
    assert "Det är sparat i utkastet. Filen har fel att rätta." in sida.text
    assert re.search(r'<li id="rad-14" data-fel><span>14</span><em>tid: &#39;10 arbetsdgar&#39; är ingen tid', sida.html)
    assert "1 fel att rätta först" in webb.get("/regler/utkast").text
    assert "Rätta felen i utkastet först." in webb.get("/regler/utkast/aktivera").text
    assert "Rätta felen i utkastet först." in webb.get("/regler/utkast/verkan").text


def test_kontrollen_medan_man_skriver_sparar_inget(webb: Webbklient) -> None:
    webb.post("/regler/utkast")
    bit = webb.post(f"/regler/utkast/fil/prova?namn={FIL}", text="svar: [")
    assert bit.html.lstrip().startswith("{#") is False
    assert '<div id="provning"' in bit.html
    assert "1 fel i filen" in bit.text
    prov = webb.post(f"/regler/utkast/fil?namn={FIL}", text="svar: [", version=version(webb), gor="prova")
    assert "1 fel i filen" in prov.text
    assert version(webb) == "1"


def test_en_andring_av_ett_utkast_som_nagon_annan_andrat_vagras_med_texten_kvar(webb: Webbklient) -> None:
    med_text(webb, FIL, lambda x: x + "# ett\n")
    sida = webb.post(f"/regler/utkast/fil?namn={FIL}", "adam", text="# min text\n", version="1")
    assert sida.status == 409
    assert "Någon annan har ändrat utkastet" in sida.text
    assert "# min text" in sida.html
    assert webb.post(f"/regler/utkast/fil?namn={FIL}", text="x: y", version="fel").status == 409


@pytest.mark.parametrize(
    ("falt", "mening"),
    [
        ({"mapp": "x"}, "Välj var filen ska ligga."),
        ({"namn": "Å Ä Ö"}, "Namnet ska ha små bokstäver a–z"),
        ({"namn": "synpunkt"}, "Filen finns redan. Öppna den i listan och ändra den där."),
        ({"text": " "}, "Klistra in filens innehåll."),
    ],
)
def test_en_ny_fil_med_fel_laggs_inte_till(webb: Webbklient, falt: dict[str, str], mening: str) -> None:
    webb.post("/regler/utkast")
    ny = {"mapp": "config/exempelkommun/regler/frister", "namn": "utredning2", "text": "# tom"}
    sida = webb.post("/regler/utkast/ny-fil", **ny | falt, version=version(webb))
    assert sida.status == 422
    assert any(mening in x for x in sida.fel)


def test_en_fil_klistras_in_tas_bort_och_aterstalls(webb: Webbklient) -> None:
    webb.post("/regler/utkast")
    assert webb.get("/regler/utkast/ny-fil").status == 200
    krav = "provet:\n  rubrik: Påhittat krav\n  steg: [avsluta]\n  galler:\n    - {fran: 2027-01-01, kraver: {bilaga: ja}, kalla: x, kontrollerad: 2026-01-01}\r\n"
    sida = webb.post("/regler/utkast/ny-fil", mapp="config/exempelkommun/regler/krav", namn="synpunkt.yaml", text=krav, version=version(webb))
    assert sida.vag == "/regler/utkast/fil?namn=config/exempelkommun/regler/krav/synpunkt.yaml"
    assert "Inga fel i filen." in sida.text
    assert "Påhittat krav" in webb.get("/regler/utkast").text
    webb.post("/regler/utkast/fil/aterstall?namn=config/exempelkommun/regler/krav/synpunkt.yaml", version=version(webb))
    webb.post(f"/regler/utkast/fil/ta-bort?namn={FIL}", version=version(webb))
    assert "Borttagen" in webb.get("/regler/utkast").text
    webb.post(f"/regler/utkast/fil/aterstall?namn={FIL}", version=version(webb))
    assert "Inget är ändrat än" in webb.get("/regler/utkast").text
    assert webb.get("/regler/utkast/fil?namn=x").status == 404
    assert webb.post("/regler/utkast/fil?namn=x", text="", version=version(webb)).status == 404


# -- the draft itself -----------------------------------------------------------------------------------------------------


def test_utkastet_angras_kastas_och_tas_tillbaka(webb: Webbklient) -> None:
    assert "Börja ett utkast" in webb.get("/regler/utkast").text
    assert webb.post("/regler/utkast/angra", version="1").status == 404
    for vag in ("kasta", "verkan", "aktivera", "fil?namn=x", "ny-fil"):
        assert webb.get(f"/regler/utkast/{vag}").status == 404, vag
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD)
    assert "Ändringen är ångrad." in webb.post("/regler/utkast/angra", version=version(webb)).text
    assert "Inget är ändrat i utkastet." in webb.get("/regler/utkast/kasta").text
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD)
    assert "Frister: synpunkter och klagomål (Exempelkommun)" in webb.get("/regler/utkast/kasta").text
    assert "Utkastet är kastat." in webb.post("/regler/utkast/kasta", version=version(webb)).text
    assert "Från 2026-06-01" in webb.post("/regler/utkast/ta-tillbaka").text


def test_ett_exempel_som_inte_stammer_visas_med_sin_rad(webb: Webbklient) -> None:
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD | {"till": ""})
    sida = webb.get("/regler/utkast").text
    assert "exempel av" in sida
    assert "svar över Kristi himmelsfärdsdag" in sida
    sidan = webb.get("/regler/utkast/aktivera").text
    assert "stämmer inte: " in sidan
    assert "Rätta regeln, eller exemplet om det nya är rätt." in sidan


def test_reglerna_pa_disken_kan_bli_ett_utkast(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Filerna på disken" not in webb.get("/regler/utkast").text
    monkeypatch.setattr("tjanster.web.regler.utkast.filer_pa_disken", lambda _: las_in("hjo"))
    assert "Filerna på disken är andra än reglerna som gäller" in webb.get("/regler/utkast").text
    webb.post("/regler/utkast", fran="disken")
    assert "config/hjo/kommun.yaml" in utkast(webb)["filer"]


def test_trasiga_regler_pa_disken_erbjuds_inte(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    def trasiga(_: object) -> None:
        raise Regelfel([])

    monkeypatch.setattr("tjanster.web.regler.utkast.filer_pa_disken", trasiga)
    assert "Filerna på disken" not in webb.get("/regler/utkast").text
