"""Lex Sarah: from the report, by IVO, to the end; and how a deviation becomes one, and back."""

from playwright.sync_api import expect

from tests.berattelser.folk import Person, Stad
from tests.bygg import Bygge


def test_lex_sarah_fran_rapport_till_ivos_beslut(stad: Stad) -> None:
    mia = stad.person("mia", telefon=True)
    mia.ga("/nytt/lex_sarah")
    mia.fyll(lagomrade="sol", handelsedatum="2026-09-06", beskrivning="Någon blev utan hjälp en hel natt.")
    mia.tryck("Rapportera")
    mia.ser("Tack, det är registrerat", "Du kan inte följa det här i Vaka")
    nummer = mia.nummer()
    assert mia.ga(f"/arende/{nummer}").status == 404

    # Those who lead are told at once
    stad.skicka_brev()
    assert {b["till"].split("@")[0] for b in stad.brev()} >= {"elin", "anders", "kim"}

    elin = stad.person("elin")
    elin.arende(nummer)
    elin.ser("skyndsamt")
    elin.steg("Inled utredning")
    elin.lage("Utreds")
    elin.tryck("Utredningen är klar")
    elin.fyll(utredning="Larmet var bortkopplat.")
    elin.sida.locator("[name=orsaker]").first.check()
    elin.tryck("Utredningen är klar")
    elin.lage("Utredd")
    elin.ser("Enligt delegationsordningen, punkt 4.2, får kvalitetsledare eller avdelningschef besluta om detta")

    # Only those above may assess, and each assessment has its reason
    kim = stad.person("kim")
    kim.arende(nummer)
    kim.tryck("Bedöm")
    kim.sida.get_by_label("Allvarligt missförhållande", exact=True).check()
    kim.tryck("Bedöm")
    assert kim.fel() == ["Skäl för bedömningen ska fyllas i."]
    expect(kim.sida.get_by_label("Allvarligt missförhållande", exact=True)).to_be_checked()
    kim.fyll(bedomning_skal="Personen kunde ha dött.")
    kim.tryck("Bedöm")
    kim.lage("Ska anmälas till IVO")
    expect(kim.sida.get_by_role("link", name="Besluta", exact=True)).to_have_count(0)

    kim.steg("Anmäl till IVO", ivo_diarienummer="3.1.1-12345/2026")
    kim.lage("Anmäld till IVO")
    kim.ser("Utredningen lämnas till IVO", "9 november 2026")

    # Why that day? Two months end on a Saturday
    kim.sida.get_by_role("link", name="Varför denna dag? Utredningen lämnas till IVO").click()
    kim.ser("2 månader", "Slutar tiden på en ledig dag flyttas den till nästa arbetsdag.")
    kim.tryck(f"Tillbaka till {nummer}")

    kim.steg("Skicka utredningen till IVO")
    kim.lage("Utredningen hos IVO")
    stad.klockan("2026-09-21T10:00")
    kim.arende(nummer)
    kim.steg("IVO begär komplettering", komplettering_svar_senast="2026-10-05")
    kim.lage("IVO har begärt komplettering")
    kim.ser("Skicka kompletteringen till IVO")
    kim.steg("Skicka kompletteringen")
    kim.lage("Utredningen hos IVO")
    stad.klockan("2026-10-12T10:00")
    kim.arende(nummer)
    kim.steg("IVO har beslutat", ivo_beslut_text="Tillsynen avslutas.")
    kim.lage("IVO har beslutat")
    kim.tryck("Besluta om åtgärder")
    kim.fyll(**{
        "atgarder-0-text": "Larmen provas varje vecka", "atgarder-0-ansvarig": "Enhetschef",
        "atgarder-0-senast": "2026-11-01",
    })  # fmt: skip
    kim.tryck("Besluta om åtgärder")
    kim.lage("Åtgärder beslutade")
    kim.steg("Avsluta", hjalpte="ja", uppfoljning="Larmen provas.")
    kim.lage("Avslutad")


def test_avvikelse_och_lex_sarah_blir_varandra_och_lankas(stad: Stad, bygg: Bygge) -> None:
    avvikelse = bygg.ny("avvikelse", "mia")
    elin = stad.person("elin")
    elin.arende(avvikelse)
    elin.steg("Ta emot")
    elin.tryck("Gör till lex Sarah-rapport")
    elin.fyll(lagomrade="sol")
    elin.tryck("Gör till lex Sarah-rapport")
    assert elin.fel() == ["Skäl ska fyllas i."]
    elin.fyll(skal="Det är allvarligare än vi trodde.")
    elin.tryck("Gör till lex Sarah-rapport")
    elin.lage("Blev lex Sarah")
    lex_sarah = _lankad(elin, "Blev")

    kim = stad.person("kim")
    kim.arende(lex_sarah)
    kim.lage("Rapporten mottagen")
    kim.ser("Påhittad händelse", f"Kommer från {avvikelse}")
    assert _lankad(kim, "Kommer från") == avvikelse
    kim.tryck("Gör till avvikelse")
    kim.fyll(typ="rutin", skal="Utredningen visar en mindre brist.")
    kim.tryck("Gör till avvikelse")
    kim.lage("Blev avvikelse")
    ny = _lankad(kim, "Blev")
    assert ny not in (avvikelse, lex_sarah)
    kim.arende(ny)
    kim.lage("Rapporterad")
    assert _lankad(kim, "Kommer från") == lex_sarah


def _lankad(vem: Person, ord_: str) -> str:
    """The linked case that is told with those words."""
    rad = vem.sida.locator("section[aria-labelledby=kopplade] li", has_text=f"{ord_} ·")
    return rad.get_by_role("link").inner_text()
