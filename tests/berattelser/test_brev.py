"""A letter from the inbox to the case: it can be read on a phone, in the dark, by all; its link leads right."""

import re
from datetime import date

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from notiser import KATALOG, exempel, fallen, rendera
from tests.berattelser.folk import Person, Stad
from tests.bygg import Bygge
from tests.tjanster.test_svep import handlagd
from tjanster.db import t

AXE = Axe()
REGLER = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
BREDDER = (320, 700)
BYGGEN = {("morgonbrev", "vanlig"), ("morgonbrev", "manga"), ("loggdag_stangd", "vanlig"), ("synpunkt_besvarad", "vanlig")}


def test_varje_brev_ryms_pa_en_telefon_och_kan_lasas_av_alla(webblasare: Browser) -> None:
    """Every wording fits and fetches nothing; axe looks at one of each build, light and dark."""
    sammanhang = webblasare.new_context()
    sida, hamtat, fel = sammanhang.new_page(), [], []
    sida.on("request", lambda begaran: hamtat.append(begaran.url))
    bakgrunder = set()
    for mall in KATALOG:
        for fall in fallen(mall):
            brev = rendera(mall, exempel(mall, date(2026, 11, 23), kommun="Exempelkommun", fall=fall), bas_url="https://vaka.example")
            sida.set_content(brev.html)
            for bredd in BREDDER:
                sida.set_viewport_size({"width": bredd, "height": 700})
                for_brett = sida.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                fel += [f"{mall} {fall}: {for_brett} punkter för bred vid {bredd}"] if for_brett > 0 else []
            for farg in ("light", "dark") if (mall, fall) in BYGGEN else ():
                sida.emulate_media(color_scheme=farg)
                bakgrunder.add(sida.evaluate("getComputedStyle(document.body).backgroundColor"))
                svar = AXE.run(sida, options=REGLER).response["violations"]
                fel += [f"{mall} {farg}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in svar]
    sammanhang.close()
    assert fel == []
    assert hamtat == []
    assert len(bakgrunder) == 2, "ljust och mörkt ska se olika ut"


def test_fran_brevladan_till_arendet_och_tillbaka_till_valen(stad: Stad, bygg: Bygge) -> None:
    """Hanna presses the link in the letter, is let in, and lands in the case; then she chooses to have less mail."""
    nummer = handlagd(bygg)
    stad.klockan("2026-09-22T07:30")
    stad.skicka_brev()
    brev = stad.brev("hanna@")[-1]
    assert brev["amne"] == "1 sent"
    hanna = Person(stad, "hanna", stad.skarm(telefon=True))
    hanna.sida.goto(f"/demo/brevlada?brev={brev['id']}")
    hanna.logga_in()
    ram = hanna.sida.frame_locator("iframe.brevram")
    expect(ram.get_by_role("heading", level=1)).to_have_text("1 sent")
    hanna.sida.context.clear_cookies()  # the letter is read next day, when the login has gone out
    ram.get_by_role("link", name=nummer).tap()
    expect(hanna.sida).to_have_url(re.compile(r"/logga-in\?vidare=/arende/"))
    hanna.logga_in()
    expect(hanna.sida).to_have_url(re.compile(rf"/arende/{nummer}\?fran=brev$"))
    with stad.vaka.systemet() as conn:
        assert conn.execute(select(t.lasning.c.vad)).scalars().all() == ["brev"]

    hanna.ga("/konto/brev")
    hanna.fyll(morgonbrev="nej")
    hanna.tryck("Spara")
    hanna.ser("Det gäller från nästa brev.", "Du har valt själv")
    fore = len(stad.brev("hanna@"))
    stad.klockan("2026-09-23T07:30")
    assert len(stad.brev("hanna@")) == fore, "inget trappsteg föll på henne"
    assert stad.brev("elin@")[-1]["amne"] == "1 sent"


def test_brevets_ram_slapper_inte_ut_nagot_utan_ett_tryck(stad: Stad, bygg: Bygge) -> None:
    """Whatever a letter held, opened in the mailbox or by itself it runs nothing and fetches nothing."""
    handlagd(bygg)
    stad.skicka_brev()
    elakt = (
        "<!doctype html><html lang='sv'><head><title>x</title><style>body{background:rgb(255, 0, 0)}</style>"
        "<script>top.location='/skript'; document.title='KORD'</script></head><body><p id='p' style='color:rgb(1, 2, 3)'>Hej</p>"
        "<img src='/static/ikoner/vaka.svg'><iframe src='/halsa'></iframe><form action='/logga-ut'><button>x</button></form></body></html>"
    )
    with stad.vaka.systemet() as conn:
        conn.execute(t.brevlada.update().values(html=elakt))
        brev = conn.execute(select(t.brevlada.c.id)).scalars().first()
    kim = stad.person("kim")
    stoppat: list[str] = []
    kim.sida.on("requestfailed", lambda begaran: stoppat.append(begaran.url))
    for vag in (f"/demo/brevlada?brev={brev}", f"/demo/brevlada/{brev}"):
        kim.sida.goto(vag)
        ram = next((r for r in kim.sida.frames if r.url.endswith(f"/demo/brevlada/{brev}")), kim.sida.main_frame)
        assert ram.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 0, 0)"
        assert ram.evaluate("getComputedStyle(document.getElementById('p')).color") != "rgb(1, 2, 3)"
        assert ram.evaluate("document.title") == "x"
        assert ram.evaluate("document.images[0].naturalWidth") == 0
        assert kim.sida.url.endswith(vag)
    assert all(not url.endswith(("/skript", "/logga-ut")) for url in stoppat)
    stad.fel.clear()  # the browser says aloud what it refused
