"""A rule change in the browser: written, tried on open cases, asked for, approved or not, undone."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from regler import Regelfel, las_in, las_in_texter
from tests.bygg import Bygge
from tests.tjanster.regelhjalp import starta
from tests.webbklient import Webbklient
from tjanster import klocka
from tjanster.db import t
from tjanster.web.regler import aktivering, bild

FIL = "config/exempelkommun/regler/frister/synpunkt.yaml"
RAD = {
    "niva": "lokal", "fran": "2026-06-01", "till": "2026-09-30", "tid": "5 arbetsdagar", "kalla": "Nämnden 2026-05-20, § 9",
    "kontrollerad": "2026-05-21",
}  # fmt: skip
SEDAN = RAD | {"fran": "2026-10-01", "till": "", "tid": "10 arbetsdagar"}


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def utkast(webb: Webbklient) -> dict[str, Any]:
    with webb.bygg.vaka.motor.connect() as conn:
        return dict(conn.execute(select(t.regelutkast).order_by(t.regelutkast.c.id.desc()).limit(1)).mappings().one())


def version(webb: Webbklient) -> str:
    return str(utkast(webb)["version"])


def med_text(webb: Webbklient, fil: str, andra: Callable[[str], str]) -> Any:
    """Save a file of the draft with its text changed."""
    webb.post("/regler/utkast")
    return webb.post(f"/regler/utkast/fil?namn={fil}", text=andra(utkast(webb)["filer"][fil]), version=version(webb))


def kort_svarstid(webb: Webbklient) -> None:
    """A draft whose answer time is five working days until the end of September. The example about that day goes."""
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **RAD)
    webb.post("/regler/frist/synpunkt/svar/ny-rad", **SEDAN)
    webb.post("/regler/utkast/fil/ta-bort?namn=config/exempelkommun/fall/egna.yaml", version=version(webb))


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
        with webb.bygg.vaka.motor.connect() as conn:
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
    assert "Exemplet stämmer inte" in webb.get("/regler/utkast/aktivera").text


# -- the effect and the activation ----------------------------------------------------------------------------------------


def test_verkan_visar_vilka_frister_som_flyttas_som_tabell_och_bild(webb: Webbklient) -> None:
    nummer = webb.bygg.ny("synpunkt")
    kort_svarstid(webb)
    sida = webb.get("/regler/utkast/verkan")
    assert "Svar till den som lämnat synpunkten Familjehemsenheten 2026-09-21 2026-09-14 7 dagar tidigare" in sida.text
    assert f'href="/arende/{nummer}"' in sida.html
    assert f'href="/arende/{nummer}"' not in webb.get("/regler/utkast/verkan", "adam").html
    assert "Stapeldiagram över frister som ändras" in sida.html
    for vag in ("", "?mork=1", "?smal=1&mork=1"):
        svg = webb.get(f"/regler/utkast/verkan.svg{vag}").svar
        assert svg.headers["content-type"] == "image/svg+xml"
        assert svg.text.startswith("<svg")
        assert "style=" not in svg.text
        assert "Familjehemsenheten" in svg.text


def test_en_andring_utan_verkan_har_en_tom_bild(webb: Webbklient) -> None:
    webb.post("/regler/utkast")
    assert "Ingen öppen frist får en annan dag." in webb.get("/regler/utkast/verkan").text
    assert webb.get("/regler/utkast/verkan.svg").svar.content == aktivering.TOM_BILD
    assert "Det finns inget att aktivera." in webb.get("/regler/utkast/aktivera").text


def test_bilden_slar_ihop_de_minsta_staplarna() -> None:
    per = [{"process": "p", "enhet": str(n), "tidigare": 1, "senare": 0, "tillkommer": 0, "faller_bort": 0, "blir_sena": 1} for n in range(30)]
    rader = bild.staplar(per, {}, {})
    assert len(rader) == bild.HOGST_STAPLAR
    assert rader[-1] == {"namn": "Övriga (11)", "summa": 11, "sena": 11, "tidigare": 11, "senare": 0, "tillkommer": 0, "faller_bort": 0}
    assert bild.beskriv([]) == "Inga frister flyttas."


@pytest.mark.parametrize(
    ("falt", "mening"),
    [
        ({"skal": " "}, "Skriv varför reglerna ändras."),
        ({"skal": "x" * 2001}, "Skälet får ha högst 2 000 tecken."),
        ({"fran": "snart"}, "Skriv dagen som år-månad-dag, till exempel 2027-01-01."),
        ({"fran": "2026-09-01"}, "Dagen 2026-09-01 har passerat."),
    ],
)
def test_en_aktivering_med_fel_lamnar_utkastet_kvar(webb: Webbklient, falt: dict[str, str], mening: str) -> None:
    kort_svarstid(webb)
    sida = webb.post("/regler/utkast/aktivera", **{"skal": "Påhittat", "fran": ""} | falt, version=version(webb))
    assert any(mening in x for x in sida.fel), sida.fel
    assert utkast(webb)["status"] == "oppet"


def test_utkastet_aktiveras_och_arendet_far_sin_nya_dag(webb: Webbklient) -> None:
    nummer = webb.bygg.ny("synpunkt")
    kort_svarstid(webb)
    assert "1 öppet ärende får frister med andra dagar" in webb.get("/regler/utkast/aktivera").text
    sida = webb.post("/regler/utkast/aktivera", skal="Nämnden, § 9", version=version(webb))
    assert "Gäller nu De här reglerna gäller." in sida.text
    assert str(next(f["forfaller"] for f in webb.bygg.frister(nummer) if f["namn"] == "svar")) == "2026-09-14"
    assert "Nämnden, § 9" in webb.get("/regler/versioner").text
    assert "5 arbetsdagar från dagen den kom in." in webb.get("/regler").text
    assert webb.get(f"{sida.vag}/verkan.svg").svar.text.startswith("<svg")
    assert "Börja ett utkast" in webb.get("/regler/utkast").text


def test_en_aktivering_for_en_dag_som_kommer_kan_dras_tillbaka(webb: Webbklient) -> None:
    kort_svarstid(webb)
    sida = webb.post("/regler/utkast/aktivera", skal="Påhittat", fran="2026-09-20", version=version(webb))
    assert "Börjar gälla 20 september 2026." in sida.text
    assert "En ändring av reglerna är på väg" in webb.get("/regler", "mia").text
    assert webb.post(f"{sida.vag}/avbryt", skal="").fel == ["Skriv varför ändringen avbryts."]
    nej = webb.post(f"{sida.vag}/avbryt", skal="Nämnden ändrade sig")
    assert "Avbröts: Nämnden ändrade sig" in nej.text
    assert any("kan inte avbrytas" in x for x in webb.post(f"{sida.vag}/avbryt", skal="igen").fel)
    v = re.search(r"version (\d+)", nej.text)
    assert v
    assert "Från 2026-06-01" in webb.post(f"/regler/versioner/{v[1]}/utkast").text
    assert "Det finns redan ett utkast." in webb.post(f"/regler/versioner/{v[1]}/utkast").text


def test_en_lang_aktivering_visar_hur_langt_den_har_kommit(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    kort_svarstid(webb)
    monkeypatch.setattr(aktivering, "SEKUNDER", 0)
    monkeypatch.setattr(aktivering._ARBETARE, "submit", lambda gor: Future())
    sida = webb.post("/regler/utkast/aktivera", skal="Påhittat", version=version(webb))
    assert "Ärendena räknas om" in sida.text
    assert 'hx-trigger="every 2s"' in sida.html
    assert "Läs om sidan" in sida.text


def test_en_aktivering_som_misslyckas_efterat_star_i_loggen(caplog: pytest.LogCaptureFixture) -> None:
    arbete: Future[None] = Future()
    arbete.set_exception(RuntimeError("påhittat"))
    aktivering._beratta(arbete)
    assert "Aktiveringen gick inte att göra" in caplog.text


# -- two persons ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tva(motor: Engine, databas: str, tmp_path: Any) -> Webbklient:
    """A municipality that wants two persons behind each change."""
    filer = dict(las_in("exempelkommun").filer)
    filer["config/exempelkommun/kommun.yaml"] += "regelandring: {tva_personer: ja}\n"
    return Webbklient(starta(motor, databas, tmp_path, las_in_texter(filer, "exempelkommun")))


def test_en_annan_person_godkanner(tva: Webbklient) -> None:
    kort_svarstid(tva)
    assert "Begär godkännande" in tva.get("/regler/utkast/aktivera").text
    sida = tva.post("/regler/utkast/aktivera", skal="Nämnden, § 9", version=version(tva))
    assert "Väntar på godkännande" in sida.text
    assert "Ditt godkännande" not in sida.text
    assert any("kan inte godkänna den själv" in x for x in tva.post(f"{sida.vag}/godkann").fel)
    assert "En regeländring väntar på ditt godkännande" in tva.get("/regler", "adam").text
    assert "Ditt godkännande" in tva.get(sida.vag, "adam").text
    assert "Gäller nu" in tva.post(f"{sida.vag}/godkann", "adam").text
    assert "godkänd av Adam Påhittad" in tva.get("/regler/versioner").text
    assert any("väntar inte på godkännande" in x for x in tva.post(f"{sida.vag}/godkann", "adam").fel)


def test_en_annan_person_avslar(tva: Webbklient) -> None:
    kort_svarstid(tva)
    sida = tva.post("/regler/utkast/aktivera", skal="Nämnden, § 9", version=version(tva))
    nej = tva.post(f"{sida.vag}/avbryt", "adam", skal="Fel dag")
    assert "Avbröts: Fel dag" in nej.text
    assert "10 arbetsdagar från dagen den kom in." in tva.get("/regler").text


# -- versions and routines ------------------------------------------------------------------------------------------------


def _andra(webb: Webbklient) -> str:
    kort_svarstid(webb)
    sida = webb.post("/regler/utkast/aktivera", skal="Nämnden, § 9", version=version(webb))
    traff = re.search(r"version (\d+)", sida.text)
    assert traff
    return traff[1]


def test_tva_versioner_jamfors_och_den_aldre_tas_tillbaka(webb: Webbklient) -> None:
    ny = _andra(webb)
    jamford = webb.get(f"/regler/versioner/jamfor?fran=1&till={ny}").text
    assert "Från 2026-06-01 till 2026-09-30: 5 arbetsdagar" in jamford
    assert "tillagd" in jamford
    assert "Ingen skillnad" in webb.get("/regler/versioner/jamfor?fran=1&till=1").text
    assert webb.get("/regler/versioner/jamfor?fran=1&till=999").status == 404
    assert webb.get("/regler/versioner/999").status == 404
    assert webb.get("/regler/versioner/999/aterga").status == 404
    assert "Gå tillbaka till version 1" in webb.get("/regler/versioner/1/aterga").text
    assert webb.post("/regler/versioner/1/aterga", skal="").fel == ["Skriv varför reglerna ändras."]
    assert "Återgång till version 1" in webb.post("/regler/versioner/1/aterga", skal="Det blev fel").text
    assert "10 arbetsdagar från dagen den kom in." in webb.get("/regler").text


def test_en_version_som_programmet_inte_langre_kan_lasa_visas_som_text(webb: Webbklient) -> None:
    with webb.bygg.vaka.motor.begin() as conn:
        rad = {"hash": "gammal", "filer": {"config/exempelkommun/kommun.yaml": "nam: Fel"}, "tid": klocka.nu()}
        gammal = conn.execute(insert(t.regelversion).values(rad).returning(t.regelversion.c.id)).scalar_one()
    assert "nam: Fel" in webb.get(f"/regler/versioner/{gammal}").text
    assert "kan bara visas som text" in webb.get(f"/regler/versioner/jamfor?fran=1&till={gammal}").text
    assert f"Version {gammal} går inte längre att läsa." in webb.get(f"/regler/versioner/{gammal}/aterga").text


def test_en_rutin_ses_over_och_angras(webb: Webbklient) -> None:
    _andra(webb)
    klocka.stall(webb.bygg.nu + timedelta(days=60))
    webb.sessioner.clear()
    sida = webb.get("/regler/rutiner").text
    assert "Rutin för synpunkter och klagomål Kvalitetsledare · senast 7 oktober 2026 (försenad) Därför att: Nämnden, § 9" in sida
    assert "Markera som klar" not in webb.get("/regler/rutiner", "mia").text
    assert "Rutinen ses över av kvalitetsledare." in webb.post("/regler/rutiner/1/klar", "mia", **{"kommentar-1": "x"}).text
    assert webb.post("/regler/rutiner/1/klar").fel == ["Skriv vad du kom fram till."]
    assert webb.post("/regler/rutiner/1/klar", **{"kommentar-1": "x" * 2001}).fel == ["Texten får ha högst 2 000 tecken."]
    assert "Behöver inte ändras" in webb.post("/regler/rutiner/1/klar", **{"kommentar-1": "Behöver inte ändras"}).text
    assert webb.post("/regler/rutiner/1/klar", **{"kommentar-1": "igen"}).fel == ["Översynen är redan klarmarkerad."]
    assert "Ändringen är ångrad." in webb.post("/regler/rutiner/1/angra").text
    assert webb.post("/regler/rutiner/99/angra").status == 404


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
