"""The workplace: a day by the keyboard alone, a field changed where it stands, a task given to a colleague, their case taken
over, staff from a file."""

from playwright.sync_api import Page, expect

from tests.berattelser.folk import Person, Stad
from tests.bygg import Bygge


def _ga_till(sida: Page, ord_: str, hogst: int = 80) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(hogst):
        sida.keyboard.press("Tab")
        if sida.evaluate("() => (document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()").startswith(ord_):
            return
    raise AssertionError(f"Tabb når aldrig '{ord_}'")


def test_en_dag_med_bara_tangentbordet(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    elin = stad.person("elin")
    elin.ga("/")
    sida = elin.sida
    sida.keyboard.press("Tab")
    expect(sida.locator(":focus")).to_have_text("Hoppa till innehållet")
    sida.keyboard.press("Enter")
    _ga_till(sida, "Ta emot")
    synlig = sida.evaluate("() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }")
    assert synlig, "den som har fokus syns inte"
    sida.keyboard.press("Enter")
    sida.wait_for_url(f"**/arende/{nummer}/ta_emot")
    _ga_till(sida, "Ta emot")
    sida.keyboard.press("Enter")
    elin.lage("Mottagen av enhetschefen")
    # To the list and back to one's day by two keys, and to the search by one
    sida.keyboard.press("g")
    sida.keyboard.press("e")
    sida.wait_for_url("**/enhet")
    sida.keyboard.press("/")
    sida.keyboard.type(nummer)
    sida.keyboard.press("Enter")
    elin.lage("Mottagen av enhetschefen")
    _ga_till(sida, "Följ")
    sida.keyboard.press("Enter")
    elin.ser("Du följer ärendet")


def test_ett_falt_andras_dar_det_star(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot", "elin")
    elin = stad.person("elin")
    elin.arende(nummer)
    sida = elin.sida
    sida.locator("[id^=grupp-]", has=sida.locator("dl")).first.wait_for()
    sida.locator("a[hx-get*='andra']").first.click()
    form = sida.locator("[id^=grupp-yta] form.formular")
    expect(form).to_be_visible()
    assert sida.url.endswith(f"/arende/{nummer}"), "man är kvar på ärendets sida"
    assert form.evaluate("f => f.contains(document.activeElement)"), "markören står i formuläret"
    form.get_by_label("Vad hände?").fill("Påhittad händelse, tydligare skriven.")
    form.locator("[name=skal]").fill("Tydligare.")
    form.get_by_role("button", name="Ändra", exact=False).click()
    elin.ser("Det är sparat", "tydligare skriven")


def test_en_uppgift_ges_till_en_kollega_dar_arendet_star(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot", "elin")
    bygg.gor(nummer, "tilldela", "elin", handlaggare=str(stad.id_for("hanna")))
    hanna = stad.person("hanna")
    hanna.arende(nummer)
    sida = hanna.sida
    hanna.tryck("Lägg till en uppgift")
    form = sida.locator("#ny-uppgift form.formular")
    expect(form).to_be_visible()
    assert sida.url.endswith(f"/arende/{nummer}"), "man är kvar på ärendets sida"
    assert form.evaluate("f => f.contains(document.activeElement)"), "markören står i formuläret"
    form.get_by_label("Vad ska göras?").fill("Ring den påhittade skolan")
    form.get_by_label("Vem ska göra det?").select_option("Hugo Påhittad")
    form.get_by_label("Senast vilken dag?").fill("2026-09-01")
    form.get_by_role("button", name="Lägg till en uppgift").click()
    hanna.ser("Dagen har redan varit")
    expect(sida.get_by_label("Vad ska göras?")).to_have_value("Ring den påhittade skolan")
    sida.get_by_label("Senast vilken dag?").fill("2026-09-10")
    hanna.tryck("Lägg till en uppgift")
    hanna.ser("Det är sparat", "Ring den påhittade skolan", "Uppgift tillagd")

    stad.skicka_brev()
    brev = stad.brev("hugo")[-1]
    assert nummer in str(brev)
    assert "skolan" not in str(brev), "vad som ska göras står bara i Vaka"
    hugo = stad.person("hugo", telefon=True)
    hugo.ga("/")
    hugo.ser("Ring den påhittade skolan")
    hugo.tryck("Klar")
    expect(hugo.sida.get_by_text("Ring den påhittade skolan")).to_have_count(0)
    hanna.arende(nummer)
    sida.get_by_text("Klara (1)").click()
    hanna.ser("Klar 7 september 2026, Hugo Påhittad")


def test_ta_over_efter_en_kollega_med_en_sammanfattning(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", "rut")
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "tilldela", "elin", handlaggare=str(stad.id_for("hugo")))
    bygg.gor(nummer, "anteckna", "hugo", anteckning="Ringde påhittad person, återkommer på fredag.")
    hanna = stad.person("hanna", telefon=True)
    hanna.arende(nummer)
    hanna.tryck("Ta över ärendet")
    hanna.ser("Du handlägger nu ärendet", "Sammanfattning", "Frister som löper", "återkommer på fredag", "Så långt har det kommit")
    hanna.tryck("Öppna ärendet")
    hanna.lage("Fördelad till enhet")


def test_personal_fran_fil_och_en_sparad_vy(stad: Stad) -> None:
    adam = stad.person("adam")
    adam.ga("/personal/importera")
    rad = "anvandarnamn;namn;epost;roll;enhet;fran;till\nåsa;Åsa Önskedal;asa@vaka.example;Handläggare;Familjehem;2026-09-07;\n"
    adam.sida.get_by_label("Fil (CSV").set_input_files({"name": "p.csv", "mimeType": "text/csv", "buffer": rad.encode()})
    adam.tryck("Visa vad filen gör")
    adam.ser("Åsa Önskedal", "Nytt konto, nytt uppdrag")
    adam.tryck("Spara 1 rad")
    adam.ser("Åsa Önskedal")
    elin: Person = stad.person("elin")
    elin.ga("/enhet?process=avvikelse")
    elin.sida.get_by_text("Spara som vy").click()
    elin.sida.get_by_label("Vad ska vyn heta?").fill("Våra avvikelser")
    elin.tryck("Spara vyn")
    elin.ser("Vyn är sparad")
    elin.ga("/")
    elin.sida.get_by_role("link", name="Våra avvikelser").click()
    expect(elin.sida.get_by_label("Slags ärende")).to_have_value("avvikelse")
