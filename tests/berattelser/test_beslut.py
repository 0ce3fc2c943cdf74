"""A granted decision that isn't carried out: the watch moves it, IVO gets its sheet, and one day it leaves the report."""

from playwright.sync_api import expect

from tests.berattelser.folk import Stad


def test_beslut_som_inte_verkstalls_i_tid(stad: Stad) -> None:
    hanna = stad.person("hanna")
    hanna.ga("/nytt/beslut")
    hanna.fyll(externt_id="PA-77", beslutsdatum="2026-09-07", lagrum="sol_2001", insats="kontaktperson", kon="kvinna")
    hanna.tryck("Registrera")
    # The old act was no longer in force; what was typed is still there
    [fel] = hanna.fel()
    assert "gällde inte den 2026-09-07" in fel
    assert "SoL (2025:400)" in fel
    expect(hanna.sida.locator("[name=externt_id]")).to_have_value("PA-77")
    hanna.fyll(lagrum="sol_2025")
    hanna.tryck("Registrera")
    nummer = hanna.nummer()
    hanna.tryck("Öppna ärendet")
    hanna.lage("Beviljat, ska verkställas")
    hanna.ser("7 december 2026", "34 kap. 1 § SoL (2025:400)", "PA-77")
    hanna.tryck("Ta ärendet själv")
    hanna.ser("Du handlägger nu ärendet.", "Ärendet ligger hos dig.")

    # Three months later nothing has happened. Nobody touches the case: the night's watch moves it
    stad.klockan("2026-12-08T07:30")
    hanna.ga("/")
    hanna.ser("1 dag sen", "Ange orsaken och fyll i underlaget till IVO")
    hanna.arende(nummer)
    hanna.lage("Ej verkställt i tid")
    hanna.steg("Ange orsak till dröjsmålet", orsak="saknar_uppdragstagare", orsak_text="Ingen har sökt uppdraget.")
    hanna.ser("Blev inte klar i tid. Orsak: Saknar uppdragstagare")
    hanna.tryck("Erbjudande och utfall")
    hanna.fyll(**{
        "erbjudanden-0-dag": "2026-12-07", "erbjudanden-0-vad": "En kontaktperson i grannkommunen",
        "erbjudanden-0-utfall": "tackade_nej",
    })  # fmt: skip
    hanna.tryck("Erbjudande och utfall")
    hanna.ser("Erbjudande 1", "En kontaktperson i grannkommunen", "Tackade nej")

    # The quarter is over: the sheet says what is still missing, then it is complete
    stad.klockan("2027-01-11T09:00")
    kim = stad.person("kim")
    kim.ga("/rapporter/ivo-underlag?period=2026K4")
    blad = kim.sida.locator("section", has=kim.sida.get_by_role("heading", name=nummer))
    expect(blad).to_contain_text("Ingen har sökt uppdraget.")
    expect(blad).to_contain_text("En kontaktperson i grannkommunen")
    assert "Påhittad" not in blad.inner_text()
    hanna.arende(nummer)
    hanna.steg(
        "Fyll i underlaget till IVO", tillfalligt_nummer="19600101-T122", vidtagna_atgarder="Annonserat två gånger.",
        behov_uppfoljt="2026-12-20", annan_hjalp="Ingen", konsekvenser="Sitter ensam på helgerna.",
    )  # fmt: skip
    kim.ga("/rapporter/ivo-underlag?period=2026K4")
    expect(blad).to_contain_text("19600101-T122")
    expect(blad).to_contain_text("Sitter ensam på helgerna.")
    hanna.tryck("Inlämnat till IVO")
    hanna.fyll(**{
        "ivo_rapporter-0-kvartal": "2026K4", "ivo_rapporter-0-slag": "individrapport",
        "ivo_rapporter-0-dag": "2027-01-11", "ivo_rapporter-0-kvittens": "IVO-1",
    })  # fmt: skip
    hanna.tryck("Inlämnat till IVO")
    hanna.ser("Kvittens: IVO-1")
    kim.ga("/rapporter/ej-verkstallda?period=2026K4")
    expect(kim.sida.locator("tbody tr", has_text="Kontaktperson/-familj").first).to_contain_text("1")

    # Carried out at last, with the cause known already; then IVO gets a closing report
    stad.klockan("2027-02-01T10:00")
    hanna.arende(nummer)
    hanna.steg("Verkställt")
    hanna.lage("Verkställt")
    hanna.ser("klar för sent", "Lämna avslutsrapport till IVO")
    stad.klockan("2027-04-06T09:00")
    kim.ga("/rapporter/ej-verkstallda?period=2027K1")
    expect(kim.sida.locator("main")).not_to_contain_text("Kontaktperson/-familj")
    kim.ga("/rapporter/ej-verkstallda-forandring?period=2027K1")
    kim.ser(nummer)
    kim.ga("/rapporter/ivo-underlag?period=2027K1")
    kim.ser(nummer, "Avslutsrapport")
    hanna.arende(nummer)
    hanna.tryck("Inlämnat till IVO")
    hanna.fyll(**{
        "ivo_rapporter-0-kvartal": "2027K1", "ivo_rapporter-0-slag": "avslutsrapport",
        "ivo_rapporter-0-dag": "2027-04-06",
    })  # fmt: skip
    hanna.tryck("Inlämnat till IVO")
    expect(hanna.sida.locator("section[aria-labelledby=uppgifter]")).not_to_contain_text("Klar senast")
    hanna.ga("/")
    hanna.ser_inte("Lämna avslutsrapport")
