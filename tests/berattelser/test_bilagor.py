"""Files are attached at a screen: chosen, refused with a reason, sent, fetched, taken away. On a phone, and without script."""

from playwright.sync_api import FilePayload, expect
from sqlalchemy import update

from tests.berattelser.folk import Person, Stad
from tests.bygg import KONTAKT, Bygge
from tests.tjanster.bilagehjalp import PDF, PNG
from tjanster.db import t


def _valj(vem: Person, *filer: FilePayload) -> None:
    vem.sida.locator("main input[type=file]").set_input_files(list(filer))


def test_en_handlaggare_bifogar_hamtar_och_tar_bort(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    hanna = stad.person("hanna")
    hanna.arende(nummer)
    hanna.sida.locator("#bilagor summary").click()
    _valj(hanna, {"name": "svar på frågan.pdf", "mimeType": "application/pdf", "buffer": PDF},
          {"name": "skada.png", "mimeType": "image/png", "buffer": PNG})  # fmt: skip
    hanna.fyll(bilagetext="Underlag")
    hanna.tryck("Bifoga")
    hanna.ser("Filerna är bifogade", "svar på frågan.pdf", "PDF · 1 kB · 7 september 2026 · Hanna Påhittad", "Filer bifogade")
    with hanna.sida.expect_download() as hamtning:
        hanna.sida.get_by_role("link", name="svar på frågan.pdf", exact=True).click()
    assert hamtning.value.suggested_filename == "svar på frågan.pdf"
    assert hamtning.value.path().read_bytes() == PDF

    hanna.tryck("Ta bort skada.png")
    hanna.ser("Filens innehåll raderas")
    hanna.fyll(skal="Fel bild")
    hanna.tryck("Ta bort bilaga")
    expect(hanna.sida.locator("#bilagor li")).to_have_count(1)
    hanna.ser("Bilaga borttagen", "Fel bild", "Borttagen fil: ”skada.png”", "”skada.png” (borttagen)")


def test_fel_fil_sager_vad_som_ar_fel_pa_telefon_och_utan_skript(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    mia = stad.person("mia", telefon=True, skript=False)
    mia.arende(nummer)
    mia.sida.locator("#bilagor summary").click()
    mia.tryck("Bifoga")
    mia.ser("Välj minst en fil.")
    _valj(mia, {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"film"})
    mia.fyll(bilagetext="Filmen")
    mia.tryck("Bifoga")
    mia.ser("”film.mp4” är av typen .mp4, som inte tas emot.")
    expect(mia.sida.locator("[name=bilagetext]")).to_have_value("Filmen")
    _valj(mia, {"name": "anteckning.txt", "mimeType": "text/plain", "buffer": "Påhittad".encode()})
    mia.tryck("Bifoga")
    mia.ser("anteckning.txt", "Filmen")
    expect(mia.sida.get_by_role("link", name="Ta bort")).to_have_count(0)


def test_en_fil_som_inte_gar_att_lasa_sags_pa_en_sida_och_arendet_finns_kvar(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.bifoga(nummer, som="hanna")
    with bygg.vaka.systemet() as conn:
        conn.execute(update(t.bilaga).values(innehall=b"annat"))
    hanna = stad.person("hanna")
    hanna.arende(nummer)
    hanna.tryck("underlag.txt")
    hanna.ser("Filen går inte att läsa", "innehållet är ändrat eller skadat", "Resten av ärendet går att läsa.")
    hanna.tryck("Till ärendet")
    hanna.ser("underlag.txt", "Påhittad synpunkt")
