"""A complaint, from the inhabitant's kitchen table to the answer they read there."""

from playwright.sync_api import expect

from tests.berattelser.folk import Stad
from tjanster import klocka

KLAGOMAL = "Vi har ringt tre gånger om Påhittade Paulas plats och ingen ringer upp."
SVARET = "Vi beklagar. Från och med nu ringer vi upp samma dag.\n\nPlatsen är klar i oktober."


def test_synpunkt_fran_koksbord_till_svar(stad: Stad) -> None:
    # The inhabitant, on a phone, without an account
    inlamnare = stad.skarm(telefon=True)
    inlamnare.goto("/lamna-synpunkt")
    inlamnare.get_by_label("Klagomål").check()
    inlamnare.get_by_label("Berätta").fill(KLAGOMAL)
    inlamnare.get_by_role("group", name="Vill du ha svar?").or_(
        inlamnare.get_by_role("radiogroup", name="Vill du ha svar?")
    ).get_by_label("Ja").check()
    inlamnare.get_by_role("button", name="Skicka").click()
    # An answer is wanted but there is nowhere to send it; what was written is still there
    expect(inlamnare.locator("[data-felsammanfattning]")).to_contain_text("e-postadress eller en postadress")
    expect(inlamnare.get_by_label("Berätta")).to_have_value(KLAGOMAL)
    inlamnare.get_by_label("E-post").fill("paula.pahittad@post.example")
    inlamnare.get_by_label("Namn", exact=False).first.fill("Paula Påhittad")
    inlamnare.get_by_role("button", name="Skicka").click()
    inlamnare.wait_for_url("**/folj/**")
    foljsida = inlamnare.url
    nummer = foljsida.split("/")[-2]
    expect(inlamnare.locator("main")).to_contain_text("Vi har tagit emot den")
    expect(inlamnare.locator("main")).to_contain_text("21 september 2026")
    stad.skicka_brev()
    assert [b["till"] for b in stad.brev()] == ["paula.pahittad@post.example"]

    # The registrator hands it to a unit
    rut = stad.person("rut")
    rut.arende(nummer)
    rut.lage("Bekräftad")
    rut.ser("Svar till den som lämnat synpunkten", "Paula Påhittad")
    rut.steg("Fördela till enhet", enhet="familjehem", kategori="bemotande")
    rut.lage("Fördelad till enhet")

    # Its manager sees it waiting, and gives it to an officer
    elin = stad.person("elin")
    elin.ga("/")
    expect(elin.sida.get_by_role("heading", name="Väntar på dig")).to_be_visible()
    elin.tryck("Klagomål · Bemötande")
    elin.steg("Tilldela handläggare", handlaggare=str(stad.id_for("hanna")))
    elin.ser("Hanna Påhittad")

    # The officer begins at once, but answers too late
    hanna = stad.person("hanna")
    hanna.ga("/")
    hanna.tryck("Klagomål · Bemötande")
    hanna.steg("Börja handlägga")
    hanna.lage("Handläggs")
    stad.klockan("2026-09-24T09:30")
    hanna.ga("/")
    expect(hanna.sida.locator(".ruta", has_text="sena").first).to_contain_text("1")
    hanna.tryck("Klagomål · Bemötande")
    hanna.ser("3 dagar sen")
    hanna.tryck("Skicka svar")
    hanna.ser("Behövs eftersom fristen gick ut 21 september 2026.")
    hanna.fyll(svar=SVARET)
    hanna.tryck("Skicka svar")
    assert hanna.fel() == ["Orsak till förseningen ska fyllas i, eftersom fristen hade passerat."]
    expect(hanna.sida.get_by_label("Svaret", exact=True)).to_have_value(SVARET)
    hanna.fyll(forseningsorsak="hog_belastning")
    hanna.tryck("Skicka svar")
    hanna.lage("Besvarad")
    hanna.ser("Blev inte klar i tid. Orsak: Hög arbetsbelastning", "klarades för sent")

    # Published only when a person has said no to both
    hanna.tryck("Publicera")
    hanna.tryck("Publicera")
    fel = hanna.fel()
    assert any("sekretess" in rad for rad in fel)
    assert any("personuppgifter" in rad for rad in fel)
    hanna.fyll(sekretess="nej", personuppgifter="ja")
    hanna.tryck("Publicera")
    assert any("personuppgifter" in rad for rad in hanna.fel())
    hanna.fyll(personuppgifter="nej")
    hanna.tryck("Publicera")
    hanna.lage("Besvarad och publicerad")
    hanna.steg("Avsluta")
    hanna.lage("Avslutad")

    # The inhabitant reads the answer, and nothing else of the case
    inlamnare.goto(foljsida)
    expect(inlamnare.locator("main")).to_contain_text("ringer vi upp samma dag")
    assert "Hanna" not in inlamnare.content()
    assert "belastning" not in inlamnare.content()
    svar = inlamnare.goto(foljsida[:-2] + "xx")
    assert svar is not None
    assert svar.status == 404

    # The letters tell that there is something to read, never what or about whom
    stad.skicka_brev()
    hanna.ga("/demo/brevlada")
    assert hanna.sida.locator("tbody a").count() >= 4
    for vag in [a.get_attribute("href") or "" for a in hanna.sida.locator("tbody a").all()]:
        hanna.ga(vag)
        hanna.sida.get_by_text("Som text").click()
        brevet = hanna.sida.locator("article").inner_text()
        brevet += hanna.sida.frame_locator("iframe").locator("body").inner_text()
        text = brevet.replace("paula.pahittad@post.example", "")
        assert nummer in text
        for person in ("Paula", "paula", "Påhittad", "Hanna", "platsen", "ringt tre"):
            assert person not in text, f"{person!r} står i brevet"


def test_anonym_synpunkt_utan_svar(stad: Stad) -> None:
    inlamnare = stad.skarm()
    inlamnare.goto("/lamna-synpunkt")
    inlamnare.get_by_role("button", name="Skicka").click()
    expect(inlamnare.locator("[data-felsammanfattning] li")).to_have_text(
        ["Välj vad du vill lämna.", "Berätta vad det gäller."]
    )
    inlamnare.get_by_label("Beröm").check()
    inlamnare.get_by_label("Berätta").fill("Personalen på Ekbacken är fantastisk.")
    inlamnare.get_by_label("Vilken verksamhet gäller det?").select_option("ekbacken")
    inlamnare.get_by_role("button", name="Skicka").click()
    inlamnare.wait_for_url("**/folj/**")
    nummer = inlamnare.url.split("/")[-2]

    rut = stad.person("rut")
    rut.arende(nummer)
    rut.ser("Den som lämnade synpunkten är anonym.")
    rut.lage("Bekräftad")
    rut.steg("Fördela till enhet")
    berit = stad.person("berit")
    berit.arende(nummer)
    berit.steg("Börja handlägga")
    berit.steg("Inget svar önskas", vill_ha_svar="nej")
    berit.lage("Handlagd, inget svar önskas")
    berit.steg("Avsluta")
    berit.lage("Avslutad")
    inlamnare.reload()
    expect(inlamnare.locator("main")).to_contain_text("Avslutad")
    assert klocka.idag().isoformat() == "2026-09-07"
