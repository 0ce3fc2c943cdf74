"""One story a role, without a mouse: nothing is clicked, filled or chosen but by keys (WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11).

And the same pages enlarged, without motion and in the colours of the computer's own.
"""

import re

from playwright.sync_api import Page, expect

from tests.berattelser.folk import TELEFON, Stad
from tests.berattelser.tangenter import Tangenter
from tests.bygg import Bygge

# What a report may take: the form is promised to take two minutes.
HOGST_FRAGOR = 4
HOGST_TRYCK = 40
# Questions in sight: what lies folded isn't asked.
FRAGOR = """() => [...document.querySelectorAll('main .falt > label, main fieldset.falt > legend')]
    .filter(e => e.checkVisibility()).map(e => e.innerText)"""


def test_medarbetaren_rapporterar_pa_tva_minuter(stad: Stad) -> None:
    mia = stad.person("mia")
    t = Tangenter.hos(mia, "/")
    t.hoppa()
    t.oppna("link", "Rapportera en avvikelse", "**/nytt/avvikelse?n=*")
    assert len(t.sida.evaluate(FRAGOR)) <= HOGST_FRAGOR
    t.antal = 0
    t.hoppa()
    t.till("button", "I går")
    t.tryck("Enter")
    t.fyll("Vad hände?", "")
    t.oppna("button", "Rapportera")
    # What is wrong is said first, and each sentence leads to its field; what was chosen is still there
    assert t.felen() == ["Typ ska fyllas i.", "Frågan ”Vad hände?” ska besvaras."]
    t.oppna("link", "Typ ska fyllas i.")
    expect(t.sida.get_by_label("Rutin saknas eller följs inte")).to_be_focused()
    t.tryck("Space")
    t.fyll("Vad hände?", "")
    fore = t.antal
    t.skriv("Nyckeln till medicinskåpet låg framme.")
    t.antal = fore
    t.oppna("button", "Rapportera", "**/kvitto/*")
    assert t.antal <= HOGST_TRYCK, f"{t.antal} tryck förutom det man skriver"
    mia.ser("Ditt nummer är", "Avvikelsen tas emot av enhetens chef", "10 september 2026", "Du ser hur det går på Min dag.")
    nummer = mia.nummer()
    t.oppna("link", "Till min dag", "**/")
    mia.ser("Det du har rapporterat", nummer)


def test_det_frivilliga_ligger_vikt_tills_det_behovs(stad: Stad) -> None:
    mia = stad.person("mia")
    t = Tangenter.hos(mia, "/nytt/avvikelse")
    t.hoppa()
    t.till("button", "I dag")
    t.tryck("Enter")
    t.ett_av("Övrigt")
    t.fyll("Vad hände?", "Påhittad händelse.")
    t.vik_upp("Rör det en chef eller kollega?")
    t.ett_av("Ja")
    t.till("combobox", "Någon annan")
    t.skriv("Nemo Påhittad")
    t.oppna("button", "Rapportera")
    # The error lies among the folded ones: they are open, and the sentence leads there
    [fel] = t.felen()
    t.oppna("link", fel)
    expect(t.sida.get_by_label("Någon annan")).to_be_focused()
    t.ser_fokus()
    t.tryck("Control+a", "Delete")
    t.oppna("button", "Rapportera", "**/kvitto/*")
    mia.ser("Chefen ovanför tar hand om det. Enhetens chef ser det inte.")


def test_handlaggaren_tar_steget_antecknar_soker_och_andrar(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", handlaggare="hanna")
    bygg.gor(nummer, "ta_emot")
    hanna = stad.person("hanna")
    t = Tangenter.hos(hanna, "/")
    t.hoppa()
    t.oppna("link", f"Utredningen är klar {nummer}", f"**/arende/{nummer}/utred")
    t.hoppa()
    t.fyll(re.compile("^Utredning"), "Skåpet går inte i lås av sig självt.")
    t.till("checkbox", "Teknik")
    t.tryck("Space")
    t.oppna("button", "Utredningen är klar", f"**/arende/{nummer}")
    hanna.lage("Utredd")

    t.hoppa()
    t.vik_upp("Mer")
    t.oppna("link", "Skriv en anteckning", "**/anteckna")
    t.hoppa()
    t.fyll("Anteckning", "Ringde låssmeden.")
    t.oppna("button", "Skriv en anteckning", f"**/arende/{nummer}")
    hanna.ser("Ringde låssmeden.")

    t.tryck("g", "m")
    t.sida.wait_for_url("**/")
    t.till("searchbox", "Sök ärende")
    t.skriv(nummer.lower())
    t.tryck("Enter")
    t.sida.wait_for_url(f"**/arende/{nummer}?fran=sok")

    # The field opens where it stands, with the hand in it, and nothing is lost on the way out
    t.hoppa()
    t.oppna("link", "Ändra rapporten")
    form = t.sida.locator("[id^=grupp-yta] form.formular")
    expect(form.locator(":focus")).to_have_count(1)
    t.ser_fokus()
    t.till("textbox", "Vad hände?")
    t.tryck("Control+a")
    t.skriv("Nyckeln låg framme i köket.")
    t.fyll(re.compile("^(Skäl|Varför)"), "Tydligare.")
    t.oppna("button", re.compile("^Ändra"))
    hanna.ser("Det är sparat", "Nyckeln låg framme i köket.")


def test_registratorn_registrerar_och_fordelar(stad: Stad) -> None:
    rut = stad.person("rut")
    t = Tangenter.hos(rut, "/")
    t.hoppa()
    t.oppna("link", "Nytt ärende", "**/nytt")
    t.hoppa()
    t.oppna("link", "Synpunkt", "**/nytt/synpunkt?n=*")
    t.hoppa()
    t.ett_av("Telefon")
    t.ett_av("Klagomål")
    t.ett_av("Bemötande")
    t.fyll("Synpunkten", "Ingen ringde upp.")
    t.ett_av("Nej")
    t.oppna("button", "Registrera", "**/kvitto/*")
    t.hoppa()
    t.oppna("link", "Öppna ärendet", "**/arende/*")
    t.hoppa()
    t.oppna("link", "Fördela till enhet", "**/fordela")
    t.hoppa()
    t.valj("Enhet", "Familjehemsenheten")
    t.oppna("button", "Fördela till enhet", "**/arende/*")
    rut.lage("Fördelad till enhet")
    t.hoppa()
    t.oppna("link", "Tilldela handläggare", "**/tilldela")
    t.hoppa()
    t.ett_av("Hanna Påhittad")
    t.oppna("button", "Tilldela handläggare", "**/arende/*")
    rut.ser("Hanna Påhittad")


def test_enhetschefen_foljer_en_siffra_och_lamnar_over(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.ny("avvikelse", "mia")
    bygg.gor(bygg.ny("avvikelse", "mia"), "tilldela", handlaggare="hugo")
    stad.klockan("2026-09-21T09:00")
    elin = stad.person("elin")
    t = Tangenter.hos(elin, "/")
    t.oppna("link", "Läget", "**/laget")
    t.hoppa()
    # To walk through a list of choices isn't to have chosen: the page waits until the button is pressed
    t.valj("Slags ärende", "Avvikelse")
    expect(t.sida.get_by_label("Slags ärende")).to_be_focused()
    t.oppna("button", "Visa", "**/laget?*process=avvikelse*")
    t.hoppa()
    t.oppna("link", "3 sena", "**/enhet?*")
    # Here each choice changes the list at once, the last one holds however fast one walks, and the focus stays
    t.hoppa()
    t.valj("Handläggare", "Ingen handläggare")
    elin.ser("Visar 1–2 av 2")
    expect(t.sida.get_by_role("combobox", name="Handläggare")).to_be_focused()
    t.till("checkbox", f"Välj {nummer}")
    t.tryck("Space")
    elin.ser("1 markerade")
    t.oppna("button", "Lämna över markerade", "**/lamna-over")
    t.hoppa()
    t.oppna("button", "Se vad som händer")
    assert t.felen() == ["Välj en kollega eller en enhet.", "Skriv varför ärendena lämnas över."]
    t.valj("Till en kollega", "Hanna Påhittad")
    t.fyll("Varför?", "Hanna har tid.")
    t.oppna("button", "Se vad som händer")
    elin.ser("Inget är ändrat än.")
    t.hoppa()
    t.oppna("button", "Lämna över 1 ärende", "**/overlamning/*")
    elin.ser("1 ärende har lämnats över.")


def test_kvalitetsledaren_foljer_en_orsak_till_arendena(stad: Stad, bygg: Bygge) -> None:
    for _ in range(3):
        nummer = bygg.ny("avvikelse", "mia")
        bygg.gor(nummer, "ta_emot")
        bygg.gor(nummer, "utred", utredning="Påhittad", orsaker=["teknik"])
    kim = stad.person("kim")
    t = Tangenter.hos(kim, "/")
    t.oppna("link", "Läget", "**/laget")
    t.hoppa()
    t.oppna("link", "Orsaker, mönster och åtgärder", "**/kvalitet")
    t.hoppa()
    t.vik_upp("Visa orsakerna som tabell")
    t.oppna("link", "3", "**/enhet?*")
    kim.ser("Visar 1–3 av 3", "Teknik")
    t.hoppa()
    t.oppna("link", "Rutin saknas eller följs inte", "**/arende/*")
    kim.lage("Utredd")
    t.tryck("g", "r")
    t.sida.wait_for_url("**/rapporter")
    t.hoppa()
    t.oppna("button", "Visa Avvikelser", "**/rapporter/*")
    expect(t.sida.get_by_role("heading", level=1)).to_have_text("Avvikelser")


def test_administratoren_lagger_till_en_person_och_ser_driften(stad: Stad) -> None:
    adam = stad.person("adam")
    t = Tangenter.hos(adam, "/personal")
    t.hoppa()
    t.oppna("link", "Ny person", "**/personal/ny")
    t.hoppa()
    t.oppna("button", "Lägg till")
    assert len(t.felen()) >= 3
    t.fyll("Användarnamn", "asa")
    t.fyll("För- och efternamn", "Åsa Önskedal")
    t.valj("Roll", "Handläggare")
    t.valj("Enhet", "Familjehemsenheten")
    t.ett_av("Nej")
    t.oppna("button", "Lägg till", re.compile(r"/personal/\d+"))
    adam.ser("Åsa Önskedal", "Familjehemsenheten")

    # Enlarged four times the menu lies behind a button: Enter opens it, Escape closes it and gives the focus back
    t.sida.set_viewport_size({"width": 320, "height": 640})
    t.sida.reload()
    t.oppna("button", "Meny")
    t.till("link", "Nytt ärende", hogst=2)
    t.tryck("Escape")
    expect(t.sida.get_by_role("button", name="Meny", exact=True)).to_be_focused()
    t.tryck("Enter")
    t.oppna("link", "Drift", "**/drift")
    adam.ser("Hälsa", "Senaste bevakningarna")


def test_revisorn_laser_kvalitet_och_hamtar_en_rapport(stad: Stad, bygg: Bygge) -> None:
    bygg.ny("synpunkt")
    rolf = stad.person("rolf")
    t = Tangenter.hos(rolf, "/")
    t.oppna("link", "Kvalitet", "**/kvalitet")
    rolf.ser("Du ser antal, aldrig ärenden.")
    t.oppna("link", "Rapporter", "**/rapporter")
    t.hoppa()
    t.till("combobox", "Period, Synpunkter och klagomål")
    t.oppna("button", "Visa Synpunkter och klagomål", "**/rapporter/*")
    t.hoppa()
    with t.sida.expect_download() as hamtad:
        t.oppna("link", "Excel")
    assert hamtad.value.suggested_filename.endswith(".xlsx")
    t.ser_fokus()


def test_invanaren_lamnar_en_synpunkt_och_foljer_den(stad: Stad, bygg: Bygge) -> None:
    sida = stad.skarm()
    sida.goto("/lamna-synpunkt")
    t = Tangenter(sida)
    t.hoppa()
    t.oppna("button", "Skicka")
    assert t.felen() == ["Välj vad du vill lämna.", "Berätta vad det gäller."]
    t.oppna("link", "Välj vad du vill lämna.")
    t.ser_fokus()
    t.tryck("Space")
    t.fyll("Berätta", "Vi har ringt tre gånger.")
    t.ett_av("Ja")
    t.fyll("E-post (frivilligt)", "paula.pahittad@post.example")
    t.oppna("button", "Skicka", "**/folj/**")
    expect(sida.locator("main")).to_contain_text("21 september 2026")
    nummer = sida.url.split("/")[-2]
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "elin")
    bygg.gor(nummer, "besvara", "elin", svar="Vi ringer i dag.")
    sida.reload()
    expect(sida.locator("main")).to_contain_text("Vi ringer i dag.")
    t.hoppa()


def test_det_som_byts_under_handen_behaller_fokus(stad: Stad) -> None:
    """What is fetched again every other second keeps what is unfolded, and the focus; at the end it goes to the result."""
    mia = stad.person("mia")
    t = Tangenter.hos(mia, "/hjalp")
    delar = """(klar) => {
      const main = document.querySelector('main .ram');
      const bit = klar ? '<div id="klar"><h2>Klart</h2></div>'
        : '<section id="framsteg"><p><a href="/hjalp">Läs om sidan</a></p><details><summary>Händer inget mer?</summary><p>Nej.</p></details></section>';
      if (!document.getElementById('framsteg')) main.insertAdjacentHTML('afterbegin', bit);
      else return htmx.swap({text: bit, target: document.getElementById('framsteg'), sourceElement: document.getElementById('framsteg'), swap: 'outerHTML'});
    }"""
    t.sida.evaluate(delar, False)
    t.hoppa()
    t.till("link", "Läs om sidan", hogst=5)
    t.vik_upp("Händer inget mer?")
    t.sida.evaluate(delar, False)
    expect(t.sida.get_by_text("Händer inget mer?")).to_be_focused()
    expect(t.sida.get_by_text("Nej.")).to_be_visible()
    t.sida.evaluate(delar, True)
    expect(t.sida.locator("#klar")).to_be_focused()
    t.ser_fokus()


# One page of each sort of layout, and who looks at it.
SIDOR = {"min dag": "/", "ärendet": "/arende/{}", "steget": "/arende/{}/utred", "listan": "/enhet", "läget": "/laget"}
# What may be used in the contents; what is sorted by column headings has links of their own on a narrow screen.
DORRAR = """() => [...document.querySelectorAll('main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)')]
    .filter(e => e.checkVisibility() && !e.matches('.sortera, .sorterasmal a, [data-skriv-ut]') && e.getBoundingClientRect().width)
    .map(e => `${e.tagName} ${e.getAttribute('href') || e.name || ''} ${e.innerText || e.value || ''}`.replace(/\\s+/g, ' ').trim()).sort()"""
FOR_BRED = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ROR_SIG = """() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
    return s.animationName !== 'none' || (s.transitionProperty !== 'none' && /[1-9]/.test(s.transitionDuration)); }).map(e => e.outerHTML.slice(0, 80))"""


def test_forstorat_stilla_och_i_datorns_farger(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot")
    bygg.gor(nummer, "tilldela", handlaggare="elin")
    elin = stad.person("elin")
    utloggad = stad.skarm()
    utloggad.goto("/logga-in")
    _duger(utloggad, "inloggningen")
    for namn, vag in SIDOR.items():
        elin.sida.emulate_media(reduced_motion="no-preference", forced_colors="none")
        elin.ga(vag.format(nummer))
        _duger(elin.sida, namn)


def _duger(sida: Page, namn: str) -> None:
    sida.set_viewport_size({"width": 1280, "height": 900})
    dorrar = sida.evaluate(DORRAR)
    assert dorrar, namn
    for procent, bredd in ((200, 640), (400, 320)):
        sida.set_viewport_size({"width": bredd, "height": 640})
        assert sida.evaluate(FOR_BRED) <= 0, f"{namn} rullar i sidled vid {procent} %"
        assert sida.evaluate(DORRAR) == dorrar, f"{namn}: något försvinner vid {procent} %"
    sida.emulate_media(reduced_motion="reduce")
    assert sida.evaluate(ROR_SIG) == [], f"{namn} rör sig"
    sida.emulate_media(forced_colors="active")
    assert sida.evaluate(DORRAR) == dorrar, f"{namn}: något försvinner i datorns färger"
    t = Tangenter(sida)
    t.hoppa()
    for _ in range(8):
        t.tryck("Tab")
        if sida.evaluate("document.activeElement === document.body"):
            break
        t.ser_fokus()


def test_det_valda_syns_i_datorns_farger(stad: Stad, bygg: Bygge) -> None:
    """A choice drawn with a background alone would look the same chosen or not."""
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot")
    elin = stad.person("elin")
    elin.sida.emulate_media(forced_colors="active")
    for roll, vag in (("radio", "/nytt/avvikelse"), ("checkbox", f"/arende/{nummer}/utred")):
        t = Tangenter.hos(elin, vag)
        t.hoppa()
        val = t.sida.locator(f"main input[type={roll}]").first
        t.till(roll, val.evaluate("e => e.labels[0].innerText"))
        fore = val.screenshot()
        t.tryck("Space")
        expect(val).to_be_checked()
        assert val.screenshot() != fore, roll


def test_rapporten_ryms_pa_en_telefon(stad: Stad) -> None:
    """Four questions and the button, within a page and a half."""
    mia = stad.person("mia", telefon=True)
    mia.ga("/nytt/avvikelse")
    assert mia.sida.evaluate(FRAGOR) == ["Enhet", "När hände det?", "Typ", "Vad hände?"]
    assert mia.sida.evaluate("document.documentElement.scrollHeight") < 1.6 * TELEFON["height"]
