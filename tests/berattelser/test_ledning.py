"""A manager sees in a figure that something is late, reads it, and hands over the cases of one who has fallen ill."""

import re

from playwright.sync_api import expect

from tests.berattelser.folk import Stad
from tests.bygg import Bygge


def test_chefen_hittar_det_som_ar_sent_och_lamnar_over_tre_arenden(stad: Stad, bygg: Bygge) -> None:
    avvikelser = [bygg.ny("avvikelse", "mia") for _ in range(4)]
    for nummer in avvikelser[:3]:
        bygg.gor(nummer, "tilldela", handlaggare="hugo")
    bygg.gor(avvikelser[0], "ta_emot")
    stad.klockan("2026-09-21T09:00")

    # Three are late: nobody has received them. The figure leads to just those
    elin = stad.person("elin")
    elin.ga("/")
    elin.sida.get_by_role("link", name="Läget", exact=True).click()
    elin.ser("Mina enheter nu", "Öppna ärenden efter läge och ålder", "4 öppna ärenden.")
    elin.sida.get_by_role("link", name="3 sena").click()
    expect(elin.sida).to_have_url(re.compile("lage=sena"))
    elin.ser("Visar 1–3 av 3")
    elin.sida.locator("main").get_by_role("link", name="Rutin saknas eller följs inte").first.click()
    elin.ser("Rapporterad", "Hugo Påhittad")

    # Hugo is ill: his three cases go to Hanna
    elin.ga("/enhet")
    elin.sida.locator("#v-handlaggare").select_option(label="Hugo Påhittad")
    elin.ser("Visar 1–3 av 3")
    elin.sida.get_by_role("link", name="Markera alla på sidan").click()
    elin.ser("3 markerade")
    ruta = elin.sida.get_by_label(f"Välj {avvikelser[0]}")
    matt = ruta.bounding_box()
    assert matt is not None and matt["width"] == matt["height"] == 24, "rutan är hopklämd"
    ruta.uncheck()
    elin.ser("2 markerade")
    elin.sida.get_by_label(f"Välj {avvikelser[0]}").press("Space")
    elin.tryck("Lämna över markerade")
    elin.tryck("Se vad som händer")
    assert elin.fel() == ["Välj en kollega eller en enhet.", "Skriv varför ärendena lämnas över."]
    elin.sida.get_by_label("Till en kollega").select_option(label="Hanna Påhittad")
    elin.fyll(skal="Hugo är sjukskriven.")
    elin.tryck("Se vad som händer")
    elin.ser("Det här kommer att hända", "Inget är ändrat än.", "Hanna Påhittad blir handläggare.")
    elin.tryck("Lämna över 3 ärenden")
    elin.ser("Överlämnat till Hanna Påhittad", "3 ärenden har lämnats över.")

    # Hanna has one letter, and the cases on her page
    stad.skicka_brev()
    brev = [b["text"] for b in stad.brev("hanna@") if "lämnats över" in b["amne"]]
    assert len(brev) == 1
    assert "Du har fått 3 ärenden att handlägga" in brev[0]
    hanna = stad.person("hanna", telefon=True)
    hanna.ga("/")
    hanna.ser("Mina ärenden")
    assert all(hanna.sida.get_by_text(nummer).count() for nummer in avvikelser[:3])

    # Without script, and with the way back: Hugo is well again
    utan = stad.person("elin", skript=False)
    utan.ga("/laget")
    utan.tryck("Till Hanna Påhittad")
    utan.tryck("Lämna tillbaka 3 ärenden")
    utan.ser("Lämnade tillbaka", "3 ärenden är tillbaka där de var.")
    hugo = stad.person("hugo")
    hugo.arende(avvikelser[1])
    hugo.ser("Hugo är sjukskriven.")
