"""When two do it at once, when one is logged out, comes too far, clicks twice or has no script."""

from playwright.sync_api import expect

from tests.berattelser.folk import Person, Stad
from tests.bygg import Bygge


def test_den_andra_ser_vad_som_hant_och_har_sin_text_kvar(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt", "rut", kontakt={"epost": "nagon@post.example"})
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "hanna")
    hanna, hugo = stad.person("hanna"), stad.person("hugo")
    for vem in (hanna, hugo):
        vem.arende(nummer)
        vem.tryck("Skicka svar")
    hanna.fyll(svar="Hannas svar")
    hugo.fyll(svar="Hugos svar")
    hanna.tryck("Skicka svar")
    hanna.lage("Besvarad")
    with hugo.sida.expect_response(f"**/arende/{nummer}/besvara") as svar:
        hugo.tryck("Skicka svar")
    assert svar.value.status == 409
    hugo.ser("Någon annan hann före", "Hanna Påhittad", "Hugos svar", "Besvarad")
    hugo.tryck("Till ärendet")
    hugo.ser("Hannas svar")
    assert hugo.ga(f"/arende/{nummer}/besvara").status == 409
    hugo.ser("Steget går inte att ta nu", "”Besvarad”")
    hugo.tryck("Till ärendet")
    hugo.ser_inte("Hugos svar")


def test_steget_som_fortfarande_gar_kan_skickas_igen(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    hanna, hugo = stad.person("hanna"), stad.person("hugo")
    hugo.arende(nummer)
    hugo.tryck("Skriv en anteckning")
    hugo.fyll(anteckning="Hugo var där.")
    hanna.arende(nummer)
    hanna.steg("Skriv en anteckning", anteckning="Hanna var där.")
    hugo.tryck("Skriv en anteckning")
    hugo.ser("Någon annan hann före", "Hanna var där.")
    expect(hugo.sida.get_by_label("Anteckning")).to_have_value("Hugo var där.")
    hugo.tryck("Skriv en anteckning")
    hugo.ser("Det är sparat.", "Hugo var där.", "Hanna var där.")


def test_fel_samlas_overst_och_leder_till_faltet(stad: Stad) -> None:
    rut = stad.person("rut")
    rut.ga("/nytt/synpunkt")
    rut.fyll(inkom="2026-12-24", text="Påhittad synpunkt som ska stå kvar")
    rut.tryck("Registrera")
    assert len(rut.fel()) == 3
    assert rut.sida.title().startswith("Fel:")
    expect(rut.sida.locator("[data-felsammanfattning]")).to_be_focused()
    expect(rut.sida.locator("[name=text]")).to_have_value("Påhittad synpunkt som ska stå kvar")
    expect(rut.sida.locator("[name=inkom]")).to_have_value("2026-12-24")
    rut.sida.locator("[data-felsammanfattning] a").first.click()
    assert rut.sida.url.rpartition("#")[2].startswith("f-")
    expect(rut.sida.locator(f"#{rut.sida.url.rpartition('#')[2]}")).to_be_focused()


def test_det_som_inte_finns(stad: Stad) -> None:
    hanna = stad.person("hanna")
    for vag in ("/arende/SYN-2026-9999", "/arende/;drop", "/arende/SYN-2026-9999/besvara", "/uppgift/9", "/nytt/beslut2",
                "/rapporter/finns-inte", "/hjalp/process/x", "/folj/SYN-2026-0001/x", "/ingenting/alls"):  # fmt: skip
        assert hanna.ga(vag).status == 404, vag
        hanna.ser("finns inte")


def test_arende_utanfor_enheten_syns_inte_ens_i_sokningen(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    frida = stad.person("frida")
    assert frida.ga(f"/arende/{nummer}").status == 404
    frida.ga("/sok")
    frida.sida.get_by_label("Sök efter").fill(nummer)
    frida.sida.keyboard.press("Enter")
    frida.ser("Inget hittades")
    assert nummer not in frida.sida.url
    frida.ga("/enhet?enhet=familjehem")
    frida.ser_inte(nummer)
    hanna = stad.person("hanna")
    hanna.ga("/")
    hanna.sida.get_by_role("searchbox").fill(nummer.lower())
    hanna.sida.keyboard.press("Enter")
    hanna.ser("Rutin saknas eller följs inte")


def test_utloggad_kommer_tillbaka_till_sidan(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    hanna = Person(stad, "hanna", stad.skarm())
    hanna.sida.goto(f"/arende/{nummer}/anteckna")
    hanna.logga_in("fel lösenord helt")
    hanna.ser("Fel användarnamn eller lösenord.")
    hanna.logga_in()
    expect(hanna.sida.get_by_label("Anteckning")).to_be_visible()

    # The session goes out while she writes: what she wrote is there when she has logged in again
    hanna.fyll(anteckning="Ett långt resonemang.")
    expect(hanna.sida.locator("[data-utkast-rad]")).to_contain_text("Utkast sparat")
    hanna.sida.context.clear_cookies()
    hanna.tryck("Skriv en anteckning")
    hanna.logga_in()
    expect(hanna.sida.get_by_label("Anteckning")).to_have_value("Ett långt resonemang.")
    hanna.tryck("Skriv en anteckning")
    hanna.ser("Det är sparat.", "Ett långt resonemang.")

    # Long texts are kept as drafts, who somebody is never
    hanna.ga("/nytt/synpunkt")
    hanna.fyll(text="En lång berättelse", namn="Någon Påhittad", epost="nagon@post.example")
    expect(hanna.sida.locator("[data-utkast-rad]")).to_contain_text("Utkast sparat")
    utkast = hanna.sida.evaluate("JSON.stringify(sessionStorage)")
    assert "En lång berättelse" in utkast
    assert "Någon" not in utkast
    assert "nagon@" not in utkast

    # After logging out nothing is left to read, not even by the back button
    hanna.sida.get_by_role("button", name="Inloggad som Hanna Påhittad, öppna menyn").click()
    hanna.sida.get_by_role("button", name="Logga ut").click()
    hanna.ser("Du är utloggad.")
    assert "berättelse" not in hanna.sida.evaluate("JSON.stringify(sessionStorage)")
    hanna.arende(nummer)
    hanna.sida.get_by_role("button", name="Inloggad som Hanna Påhittad, öppna menyn").click()
    hanna.sida.get_by_role("button", name="Logga ut").click()
    hanna.ser("Du är utloggad.")
    hanna.sida.go_back()
    hanna.ser_inte("Ett långt resonemang.")


def test_dubbelklick_ger_ett_arende_och_bakatknappen_ocksa(stad: Stad) -> None:
    mia = stad.person("mia")
    mia.ga("/nytt/avvikelse")
    mia.fyll(handelsedatum="2026-09-07", typ="rutin", beskrivning="Påhittad händelse")
    mia.sida.evaluate("""() => {
        const form = document.querySelector('main form');
        for (let i = 0; i < 3; i++) fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    }""")
    mia.sida.get_by_role("button", name="Rapportera", exact=True).dblclick()
    mia.ser("Tack, det är registrerat")
    nummer = mia.nummer()
    mia.sida.go_back()
    mia.fyll(handelsedatum="2026-09-07", typ="rutin", beskrivning="Påhittad händelse")
    mia.tryck("Rapportera")
    mia.ser("Tack, det är registrerat")
    assert mia.nummer() == nummer
    mia.ga("/")
    expect(mia.sida.locator("section[aria-labelledby=foljer-rubrik] tbody tr")).to_have_count(1)

    # Another report, though, is another case, even from the same form
    mia.sida.go_back()
    mia.sida.go_back()
    mia.fyll(handelsedatum="2026-09-07", typ="rutin", beskrivning="En helt annan händelse")
    mia.tryck("Rapportera")
    mia.ser("Tack, det är registrerat")
    assert mia.nummer() != nummer


def test_utan_skript_gar_allt_anda(stad: Stad) -> None:
    """The deviation's way again, with every script switched off."""
    mia = stad.person("mia", skript=False)
    mia.ga("/nytt/avvikelse")
    mia.fyll(handelsedatum="2026-09-06", typ="rutin", beskrivning="Påhittad händelse utan skript")
    mia.tryck("Rapportera")
    nummer = mia.nummer()
    elin = stad.person("elin", skript=False)
    elin.arende(nummer)
    elin.steg("Ta emot")
    elin.tryck("Utredningen är klar")
    elin.fyll(utredning="Rutinen var okänd.")
    elin.sida.locator("[name=orsaker]").first.check()
    elin.tryck("Utredningen är klar")
    elin.lage("Utredd")
    elin.tryck("Besluta om åtgärder")
    elin.fyll(**{"atgarder-0-text": "Gå igenom rutinen"})
    assert elin.sida.locator("[data-rad]").count() == 1
    elin.tryck("Lägg till rad")
    assert elin.sida.locator("[data-rad]").count() == 2
    expect(elin.sida.locator("[name=atgarder-0-text]")).to_have_value("Gå igenom rutinen")
    elin.tryck("Besluta om åtgärder")
    assert len(elin.fel()) == 1
    elin.fyll(**{"atgarder-0-ansvarig": "Enhetschef", "atgarder-0-senast": "2026-10-01"})
    elin.tryck("Besluta om åtgärder")
    elin.lage("Åtgärder beslutade")
    elin.steg("Följ upp", hjalpte="delvis", uppfoljning="Bättre.")
    elin.steg("Avsluta")
    elin.lage("Avslutad")
    elin.ga("/enhet?lage=avslutade")
    elin.ser(nummer)


def test_ta_over_och_andra_en_uppgift(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hugo")
    hanna = stad.person("hanna")
    hanna.arende(nummer)
    hanna.ser("Ärendet ligger hos Hugo Påhittad, handläggare.")
    hanna.tryck("Ta över ärendet")
    hanna.ser("Du handlägger nu ärendet.", "Ärendet ligger hos dig.", "Sammanfattning")
    hanna.tryck("Öppna ärendet")
    hanna.sida.get_by_role("link", name="Ändra rapporten").click()
    hanna.fyll(beskrivning="Rättad beskrivning", skal="Skrev fel dag")
    hanna.tryck("Ändra uppgifter", i=hanna.sida.locator("form.formular"))
    hanna.ser("Det är sparat.", "Rättad beskrivning", "Skrev fel dag")
    expect(hanna.sida.locator(".tidslinje del").first).to_have_text("Påhittad händelse")
