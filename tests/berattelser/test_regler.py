"""A quality lead takes a decision of the board from paper to rules that hold, without a programmer, and back again."""

from playwright.sync_api import Page, expect

from tests.berattelser.folk import Person, Stad
from tests.berattelser.test_sidor import _ar_tillganglig, _ser_ratt_ut
from tests.bygg import Bygge
from tjanster.web.regler import aktivering

EXEMPEL = "config/exempelkommun/fall/egna.yaml"
RAD = {"fran": "2026-06-01", "tid": "5 arbetsdagar", "kalla": "Nämnden 2026-05-20, § 9", "kontrollerad": "2026-05-21"}


def _duger(sida: Page, var: str) -> None:
    assert _ser_ratt_ut(sida, var) + _ar_tillganglig(sida, var) == []


def test_kvalitetsledaren_andrar_en_regel_och_gar_tillbaka(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("synpunkt")
    kim = stad.person("kim")
    kim.ga("/")
    kim.sida.get_by_role("link", name="Regler", exact=True).click()
    kim.ser("10 arbetsdagar från dagen den kom in.")

    # Finds the rule by its word and adds a row; what is wrong is said at the field
    kim.sida.get_by_label("Sök regel, lagrum eller källa").fill("synpunkten")
    kim.tryck("Visa")
    expect(kim.sida.get_by_role("link", name="Frister 2")).to_be_visible()
    kim.tryck("Svar till den som lämnat synpunkten")
    kim.tryck("Lägg till en rad")
    kim.fyll(**RAD | {"tid": "fem arbetsdagar"})
    kim.tryck("Lägg till i utkastet")
    assert kim.fel() == ["'fem arbetsdagar' är ingen tid – menade du '5 arbetsdagar'?"]
    _duger(kim.sida, "raden med fel")
    kim.fyll(tid="5 arbetsdagar")
    kim.tryck("Lägg till i utkastet")
    kim.ser("Raden ligger i utkastet. Se nu vad den gör.", "Från 2026-06-01: 5 arbetsdagar")

    # Two of the municipality's own examples say otherwise: she opens the file where they stand
    kim.ser("2 exempel av")
    _duger(kim.sida, "utkastet med exempel som inte stämmer")
    kim.sida.get_by_role("link", name=f"{EXEMPEL}, rad").first.click()
    ruta = kim.sida.get_by_label("Filens text")
    ruta.fill(ruta.input_value().replace("forfaller: 2027-05-18", "forfaller: 2027-05-1"))
    # Seen while she types, at the line
    fel = kim.sida.locator(".redaktor__rader li[data-fel]")
    expect(fel).to_contain_text("'2027-05-1' är ingen dag")
    _duger(kim.sida, "filen med fel")
    text = ruta.input_value().replace("forfaller: 2027-05-1\n  tid: 10 arbetsdagar\n  raknade: 10", "forfaller: 2027-05-11")
    ruta.fill(text.replace("forfaller: 2026-09-28", "forfaller: 2026-09-21"))
    expect(fel).to_have_count(0)
    kim.tryck("Spara i utkastet")
    kim.ser("exempel stämmer.")

    # What it does to the open case, as a table and as a picture that is drawn
    kim.tryck("Se vad det gör med öppna ärenden")
    kim.ser(nummer, "7 dagar tidigare")
    bilden = kim.sida.get_by_role("img", name="Stapeldiagram över frister som ändras")
    expect(bilden).to_be_visible()
    assert bilden.evaluate("e => e.decode().then(() => e.naturalWidth)") > 300
    _duger(kim.sida, "verkan")
    kim.tryck("Gå till aktivering")
    kim.ser("1 öppet ärende får frister med andra dagar")
    kim.fyll(skal="Nämnden 2026-05-20, § 9")
    kim.tryck("Aktivera")
    kim.ser("De här reglerna gäller.")
    _duger(kim.sida, "aktiveringen")

    # The one who has the case sees the new day, the statute's place and who let the rule hold
    elin = stad.person("elin")
    elin.arende(nummer)
    elin.ser("14 september 2026", "Nya regler gäller: Nämnden 2026-05-20, § 9")
    elin.tryck("Varför denna dag? Svar till den som lämnat synpunkten")
    elin.ser("Regeln säger 5 arbetsdagar", "av Kim Påhittad", "Nämnden 2026-05-20, § 9")
    _duger(elin.sida, "varför")

    # The routine that hangs on the rule is looked through
    kim.ga("/regler/rutiner")
    kim.fyll(**{"kommentar-1": "Ändrad och beslutad."})
    kim.tryck("Klar")
    kim.ser("Översynen är klarmarkerad.", "Ändrad och beslutad.")

    # And back again
    kim.ga("/regler/versioner")
    kim.tryck("Version 1")
    kim.tryck("Gå tillbaka hit")
    kim.fyll(skal="Beslutet upphävdes")
    kim.tryck("Aktivera")
    kim.ser("Återgång till version 1", "De här reglerna gäller.")
    elin.arende(nummer)
    elin.ser("21 september 2026")


def test_utan_skript_pa_telefon_gar_en_andring_hela_vagen(stad: Stad) -> None:
    adam = stad.person("adam", telefon=True, skript=False)
    adam.ga("/regler/frist/avvikelse/mottagande/ny-rad")
    adam.fyll(**RAD | {"tid": "2 arbetsdagar"})
    adam.tryck("Lägg till i utkastet")
    adam.ga("/regler/utkast/fil?namn=config/exempelkommun/regler/frister/avvikelse.yaml")
    ruta = adam.sida.get_by_label("Filens text")
    ruta.fill(ruta.input_value() + "fel\n")
    adam.tryck("Kontrollera")
    adam.ser("1 fel i filen")
    ruta.fill(ruta.input_value().replace("fel\n", ""))
    adam.tryck("Spara i utkastet")
    adam.tryck("Gå till aktivering")
    adam.fyll(skal="Rutinen ändrades")
    adam.tryck("Aktivera")
    adam.ser("De här reglerna gäller.")


def test_en_lang_aktivering_foljs_pa_sidan(stad: Stad, bygg: Bygge) -> None:
    kim = stad.person("kim")
    kim.ga("/regler/frist/avvikelse/mottagande/ny-rad")
    kim.fyll(**RAD | {"tid": "2 arbetsdagar"})
    kim.tryck("Lägg till i utkastet")
    vantar: list[object] = []
    gor = aktivering._ARBETARE.submit
    try:
        aktivering._ARBETARE.submit = lambda det: vantar.append(det) or _aldrig_klar()  # type: ignore[method-assign, func-returns-value]
        kim.ga("/regler/utkast/aktivera")
        kim.fyll(skal="Rutinen ändrades")
        kim.tryck("Aktivera")
        kim.ser("Ärendena räknas om")
        _duger(kim.sida, "framsteget")
    finally:
        aktivering._ARBETARE.submit = gor  # type: ignore[method-assign]
    vantar[0]()  # type: ignore[operator]
    # The page finds out by itself
    kim.ser("De här reglerna gäller.")


class _aldrig_klar:  # noqa: N801
    """Work that takes longer than anybody waits for."""

    def result(self, timeout: float) -> None:
        raise aktivering.DrojerAn

    def add_done_callback(self, _: object) -> None:
        """Nothing comes of it."""


def test_reglerna_las_med_tangentbord(stad: Stad) -> None:
    mia: Person = stad.person("mia")
    mia.ga("/regler/tabell/lex_sarah/till_ivo")
    mia.sida.get_by_label("Påtaglig risk för missförhållande", exact=True).focus()
    mia.sida.keyboard.press("ArrowDown")
    mia.sida.keyboard.press("ArrowDown")
    mia.ser("Ska anmälas till IVO", "Rad 1 i tabellen")
    _duger(mia.sida, "tabellen")
