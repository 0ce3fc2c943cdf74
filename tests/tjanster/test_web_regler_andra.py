"""A rule change in the browser: tried on open cases, asked for, approved or not, and taken back."""

import re
import subprocess
import sys
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from regler import las_in, las_in_texter
from tests.bygg import Bygge
from tests.tjanster.regelhjalp import starta
from tests.tjanster.webbregler import kort_svarstid, utkast, version
from tests.webbklient import Webbklient
from tjanster import klocka
from tjanster.arenden.fel import Nej
from tjanster.db import t
from tjanster.web.regler import aktivering, bild


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


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
        assert 'aria-roledescription="bar"' in svg.text


def test_en_andring_utan_verkan_har_en_tom_bild(webb: Webbklient) -> None:
    webb.post("/regler/utkast")
    assert "Ingen öppen frist får en annan dag." in webb.get("/regler/utkast/verkan").text
    assert 'aria-roledescription="bar"' not in webb.get("/regler/utkast/verkan.svg").svar.text
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
    assert nummer in webb.get(sida.vag).text
    assert nummer not in webb.get(sida.vag, "mia").text
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
    with webb.bygg.vaka.systemet() as conn:
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


def test_en_aktivering_som_inte_gick_star_pa_sin_sida(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    def nej(*_: object) -> None:
        raise Nej("Påhittat hinder.")

    kort_svarstid(webb)
    monkeypatch.setattr(aktivering, "verkstall", nej)
    assert webb.post("/regler/utkast/aktivera", skal="Påhittat", version=version(webb)).vag.startswith("/regler/aktivering/")


def test_bilden_laddas_forst_nar_den_ritas() -> None:
    kod = "import sys, tjanster.web.program; sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", kod], check=False).returncode == 0
