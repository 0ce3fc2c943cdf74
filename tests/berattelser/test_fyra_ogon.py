"""Two persons close a report: one proposes, the other is told, reads and says yes; the history bears both."""

from playwright.sync_api import expect

from tests.berattelser.folk import Stad
from tests.bygg import Bygge


def beslutad(bygg: Bygge) -> str:
    """A report that was found to be nothing, where only the closing is left."""
    nummer = bygg.ny("lex_sarah", "mia")
    bygg.gor(nummer, "inled_utredning", "elin")
    bygg.gor(nummer, "utred", "elin", utredning="Påhittad utredning", orsaker=["rutiner"])
    bygg.gor(nummer, "bedom", "kim", bedomning="inget", bedomning_skal="Hjälpen kom genast")
    bygg.gor(nummer, "besluta", "kim", beslut_text="Inget missförhållande")
    return nummer


def test_tva_avslutar_en_rapport_tillsammans(stad: Stad, bygg: Bygge) -> None:
    nummer = beslutad(bygg)
    kim = stad.person("kim")
    kim.arende(nummer)
    kim.ser("Blir ett förslag som en annan person bekräftar")
    kim.tryck("Avsluta utan åtgärder")
    kim.ser("Steget tas av två personer, enligt kravet ”Två avslutar en rapport som inte leder till någon åtgärd”")
    kim.fyll(skal="Utredningen visar ingen brist.")
    kim.tryck("Spara som förslag")
    kim.ser("Förslaget är sparat och väntar på att en annan person bekräftar det.", "Väntar på en annan person")
    kim.lage("Beslutad")
    expect(kim.sida.get_by_role("button", name="Bekräfta", exact=True)).to_have_count(0)

    # The other one is told, without anybody's name, and finds it on the phone
    stad.skicka_brev()
    (brev,) = [b for b in stad.brev("anders") if "tas av två personer" in b["text"]]
    assert "Kim" not in brev["text"]
    anders = stad.person("anders", telefon=True)
    anders.ga("/")
    anders.ser("Förslag att svara på", "Kim Påhittad föreslog")
    anders.tryck(f"Läs och svara {nummer}")
    anders.ser("Utredningen visar ingen brist.", "Dagen då förslaget bekräftas", "punkt 4.5")
    anders.tryck("Bekräfta")
    anders.ser("Förslaget är bekräftat och steget är taget.", "Anders Påhittad, på förslag av Kim Påhittad")
    anders.lage("Avslutad")


def test_ett_avslag_kommer_tillbaka_till_den_som_foreslog(stad: Stad, bygg: Bygge) -> None:
    nummer = beslutad(bygg)
    bygg.gor(nummer, "avsluta_utan_atgard", "kim", skal="Inget återstår")
    anders = stad.person("anders", skript=False)
    anders.arende(nummer)
    anders.tryck("Avslå förslaget Avsluta utan åtgärder")
    anders.fyll(skal="Rutinen är inte ändrad än.")
    anders.tryck("Avslå förslaget")
    anders.ser("Förslaget är avslaget.", "Förslaget avslogs: Avsluta utan åtgärder", "Rutinen är inte ändrad än.")
    stad.skicka_brev()
    assert any("gick inte igenom" in b["text"] for b in stad.brev("kim"))
    anders.lage("Beslutad")
