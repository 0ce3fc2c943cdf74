"""How people come in: through the municipality's own login with a real provider, by two steps with a telephone, and the first
time by a password that the administrator read out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.berattelser.conftest import servera
from tests.berattelser.folk import LOSENORD, Person, Stad
from tests.berattelser.test_sidor import _ar_tillganglig, _ser_ratt_ut
from tests.oidc.besokare import med_oidc
from tests.oidc.riktig import RiktigLeverantor, ledig_port
from tjanster import klocka
from tjanster.app import Vaka


@pytest.fixture
def staden(webblasare: Browser, vaka: Vaka, tmp_path: Path) -> Iterator[tuple[Stad, RiktigLeverantor]]:
    """With a provider beside, and two steps for those who have a password in Vaka."""
    klocka.stall(None)
    port = ledig_port()
    hit = f"http://127.0.0.1:{port}"
    with RiktigLeverantor(tmp_path, hit) as leverantor:
        med = med_oidc(vaka, leverantor.utfardare, url=hit, tvasteg="lokala")
        with servera(med, port) as adress:
            stad = Stad(webblasare, adress, med)
            yield stad, leverantor
            stad.stang()


def _granska(sida: Page, var: str) -> None:
    assert _ser_ratt_ut(sida, var) + _ar_tillganglig(sida, var) == []


def test_hanna_loggar_in_genom_kommunen_och_ut_igen(staden: tuple[Stad, RiktigLeverantor]) -> None:
    stad, leverantor = staden
    leverantor.person("hanna", groups=["vaka-familjehem"])
    hanna = Person(stad, "hanna", stad.skarm())
    # The provider's own pages want a font from elsewhere.
    hanna.sida.route(re.compile(r"^https://"), lambda vag: vag.abort())
    hanna.sida.goto("/enhet")
    _granska(hanna.sida, "inloggningen")
    hanna.tryck("Logga in med kommunens inloggning")
    hanna.sida.locator("[name=login]").fill("hanna")
    hanna.sida.locator("[name=password]").fill("vad som helst")
    hanna.sida.locator("[type=submit]").click()
    hanna.sida.get_by_role("button", name="Continue").click()
    expect(hanna.sida).to_have_url(re.compile(r"/enhet$"))
    hanna.sida.get_by_role("button", name="Inloggad som Hanna Påhittad, öppna menyn").click()
    hanna.sida.get_by_role("link", name="Mitt konto").click()
    hanna.ser("Mitt konto", "Handläggare, Familjehemsenheten", "Den här", "Chrome på Linux")
    hanna.sida.get_by_role("button", name="Inloggad som Hanna Påhittad, öppna menyn").click()
    hanna.sida.get_by_role("button", name="Logga ut", exact=True).click()
    hanna.ser("Du är utloggad ur Vaka")
    _granska(hanna.sida, "utloggad")
    hanna.tryck("Logga ut ur kommunens inloggning")
    hanna.sida.locator("[value=yes]").click()
    hanna.ser("Du är utloggad.")
    assert [f for f in stad.fel if leverantor.utfardare not in f and "https://" not in f] == []


def test_elin_satter_pa_tva_steg_och_loggar_in_med_dem(staden: tuple[Stad, RiktigLeverantor]) -> None:
    stad, _ = staden
    elin = Person(stad, "elin", stad.skarm(telefon=True))
    elin.sida.goto("/sena")
    elin.vik_upp()
    elin.logga_in(LOSENORD)
    elin.ser("Sätt på tvåstegsinloggning", "Kommunen kräver det")
    expect(elin.sida.locator(".qr svg")).to_be_visible()
    _granska(elin.sida, "inskrivningen")
    app = pyotp.TOTP(elin.sida.locator(".qr__nyckel").inner_text().replace(" ", ""))
    elin.fyll(ny_kod="000000")
    elin.tryck("Sätt på")
    elin.ser("Koden stämmer inte.")
    elin.fyll(ny_kod=app.at(klocka.nu()))
    elin.tryck("Sätt på")
    elin.ser("Dina återställningskoder")
    _granska(elin.sida, "koderna")
    koder = elin.sida.locator(".aterstallningskoder code").all_inner_texts()
    assert len(koder) == 10
    elin.tryck("Jag har sparat koderna")
    expect(elin.sida).to_have_url(re.compile(r"/sena$"))

    # On another screen: the app's code was just used, so a recovery code
    hemma = Person(stad, "elin", stad.skarm())
    hemma.sida.goto("/konto")
    hemma.vik_upp()
    hemma.logga_in(LOSENORD)
    hemma.ser("Skriv koden")
    _granska(hemma.sida, "koden")
    hemma.fyll(kod=koder[0])
    hemma.sida.keyboard.press("Enter")
    hemma.ser("Du har 9 återställningskoder kvar.")
    _granska(hemma.sida, "kontot")
    hemma.tryck("Logga ut överallt")
    hemma.ser("Du är utloggad.")
    elin.sida.goto("/sena")
    expect(elin.sida).to_have_url(re.compile("/logga-in"))
    assert stad.fel == []


def test_berit_ar_ny_och_far_sitt_forsta_losenord_upplast(stad: Stad) -> None:
    adam = stad.person("adam")
    adam.ga("/personal/ny")
    _granska(adam.sida, "ny person")
    adam.fyll(
        anvandarnamn="berit.ny", namn="Berit Nykommen", epost="berit.ny@vaka.example", roll="handlaggare", enhet="familjehem",
        losen="ja",
    )  # fmt: skip
    adam.tryck("Lägg till")
    adam.ser("Berit Nykommen", "Lösenordet visas bara nu", "10 september 2026 kl. 09.", "Skicka det inte i mejl")
    _granska(adam.sida, "engångslösenordet")
    losen = adam.sida.locator("#engangslosen").inner_text()
    assert losen not in adam.sida.url
    adam.sida.context.grant_permissions(["clipboard-read", "clipboard-write"])
    adam.tryck("Kopiera")
    adam.ser("Kopierat.")
    assert adam.sida.evaluate("navigator.clipboard.readText()") == losen
    adam.tryck("Klart")
    adam.ser("Engångslösenord, gäller till 10 september 2026")
    adam.ser_inte(losen)
    _granska(adam.sida, "personens sida")

    # On her telephone, on the way to a page
    berit = Person(stad, "berit.ny", stad.skarm(telefon=True))
    berit.sida.goto("/enhet")
    berit.logga_in(losen)
    berit.ser("Välj ett eget lösenord")
    _granska(berit.sida, "bytet")
    berit.fyll(nytt=losen, igen=losen)
    berit.tryck("Spara och fortsätt")
    berit.ser("Välj ett annat lösenord än engångslösenordet.")
    _granska(berit.sida, "bytet som nekas")
    berit.fyll(nytt="fem trötta getter", igen="fem trötta getter")
    berit.tryck("Spara och fortsätt")
    expect(berit.sida).to_have_url(re.compile(r"/enhet$"))
    berit.ser("Familjehemsenheten")

    # The one that was read out opens nothing any more
    annan = Person(stad, "berit.ny", stad.skarm())
    annan.sida.goto("/")
    annan.logga_in(losen)
    annan.ser("Fel användarnamn eller lösenord.")

    # Forgotten after a while: a new one from her own page, too late
    adam.tryck("Skapa ett engångslösenord")
    losen = adam.sida.locator("#engangslosen").inner_text()
    berit.sida.goto("/enhet")
    expect(berit.sida).to_have_url(re.compile("/logga-in"))
    klocka.stall(klocka.las_tid("2026-09-10T10:00"))
    annan.logga_in(losen)
    annan.ser("Engångslösenordet gäller inte längre. Be den som är administratör")
