"""Every page, as every role, on a phone and on a desk: it answers, it fits, nothing fails in it, and it can be used by all.

A crawler follows the links that each person is shown. A link that is shown has to work.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from tests.berattelser.conftest import servera
from tests.berattelser.folk import DATOR, PERSONAL, Person, Stad
from tests.berattelser.kalla import las
from tests.berattelser.stadsbild import FORE, I_DAG, LANGT_NAMN, LANGT_ORD, bygg_staden
from tests.bygg import Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka
from tjanster import klocka
from tjanster.db import t
from tjanster.web import mallar

AXE = Axe()
REGLER = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# What a page of 1280 is at 400 %: nothing may need scrolling sideways (WCAG 1.4.10).
FORSTORAD = {"width": 320, "height": 640}
# One rule of each kind is enough: there are hundreds.
REGEL = re.compile(r"^/regler/(frist|krav|delegation|skyldighet|tabell)/[^?]+?(/ny-rad)?(\?.*)?$")
NUMMER = re.compile(r"^/arende/([A-Z]{3})-[\d-]+")
VISADE: list[str] = []
# Shown where the steps are that they belong to: test_inloggning.py, test_logg.py, tjanster/test_web_gallring.py.
PA_VAGEN_IN = {
    "logga_in_kod.html", "koder.html", "logga_in_losen.html", "engangslosen.html", "utloggad.html", "skal.html", "gallring_korning.html",
}  # fmt: skip
# What has been looked at: templates with their parts, templates in a colour, parts in a colour.
OPPNADE: set[tuple[str, str]] = set()
GRANSKADE: set[tuple[str, str]] = set()
KONTRAST: set[tuple[str, str]] = set()
# Template → state → what axe found in it, over all that were looked at. docs/tillganglighet.md shows it.
FYND: dict[str, dict[str, int]] = {}
TILLSTAND = ("ljust", "mörkt", "tomt", "fel")
TABELL = Path("docs/tillganglighet.md")
BILDER = Path("docs/bilder/handbok")


@pytest.fixture(scope="module")
def staden(webblasare: Browser, postgres: str, tmp_path_factory: pytest.TempPathFactory, hashat: str) -> Iterator[Stad]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("sidor"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            lagg_in_personal(conn, PERSONAL)
            conn.execute(update(t.anvandare).values(losen=hashat))
            conn.execute(update(t.anvandare).where(t.anvandare.c.anvandarnamn == "elin").values(namn=LANGT_NAMN))
        bygg_staden(Bygge(vaka, nu=FORE))
        hamta = mallar._MILJO.get_template
        mallar._MILJO.get_template = lambda namn, *a, **k: VISADE.append(namn) or hamta(namn, *a, **k)  # type: ignore[method-assign]
        with servera(vaka) as adress:
            stad = Stad(webblasare, adress, vaka)
            klocka.stall(I_DAG)
            stad.skicka_brev()
            yield stad
            stad.stang()
        del mallar._MILJO.get_template


@pytest.fixture(autouse=True)
def dagen() -> None:
    klocka.stall(I_DAG)


def _mall(vag: str, djupt: bool) -> str | None:
    """Which sort of page an address leads to, so that one of each is enough; None for what is not followed."""
    delar = urlsplit(vag)
    if not vag.startswith("/") or "format=" in delar.query or delar.path.startswith(("/static", "/api")) or delar.path.endswith(".csv") or "/bilaga/" in delar.path:
        return None
    traff = NUMMER.match(delar.path)
    if traff is None:
        if re.match(r"/mallar/[^/?]+", delar.path):  # every letter has its own look in tests/berattelser/test_brev.py
            return "/mallar/X"
        if regel := REGEL.match(vag):
            return f"/regler/{regel[1]}/X{regel[2] or ''}"
        return re.sub(r"/\d+", "/N", delar.path) + ("?" if delar.query else "")
    rest = delar.path[traff.end() :]
    if not rest:
        return delar.path if djupt else f"/arende/{traff[1]}"
    return re.sub(r"/\d+", "/N", f"/arende/{traff[1]}{rest}") if djupt else None


def _sidans_mall() -> str:
    """The page that was made last; what it was put together of came after it, and is named with a line before."""
    return next(namn for namn in reversed(VISADE) if not namn.startswith("_"))


def _ser_ratt_ut(sida: Page, var: str) -> list[str]:
    """Does the page fit, on a desk and magnified four times, and is its heading there?"""
    fel = []
    for matt in (DATOR, FORSTORAD):
        if sida.viewport_size != matt:
            sida.set_viewport_size(matt)
        for_brett = sida.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if for_brett > 0:
            fel.append(f"{var}: {for_brett} punkter för bred vid {matt['width']}")
    if sida.locator("h1").count() != 1:
        fel.append(f"{var}: {sida.locator('h1').count()} huvudrubriker")
    if "None" in sida.locator("main").inner_text():
        fel.append(f"{var}: 'None' på sidan")
    return fel


def _ar_tillganglig(sida: Page, var: str, lage: str = "ljust", *, kontrast: bool = True) -> list[str]:
    svar = AXE.run(sida, options=REGLER | {"rules": {"color-contrast": {"enabled": kontrast}}}).response["violations"]
    if VISADE:  # the stories of other files look with the same eyes
        fynd = FYND.setdefault(_sidans_mall(), {})
        fynd[lage] = fynd.get(lage, 0) + len(svar)
    return [f"{var}: {v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in svar]


def _vandra(vem: Person, *, djupt: bool, farg: str) -> tuple[int, list[str]]:
    """Follow every link from the start page; returns how many pages were seen and all that was wrong with them.

    Every page is fetched and read. Whoever meets a template with a part that it hasn't shown before, such as a field of
    another kind or a cell with a long word, opens it: on a desk, magnified four times, and looked through by axe. In the dark
    each template is looked through as well. Contrast, most of axe's work, is looked at where a part is new to the colour.
    """
    ko, sedda, fel = ["/"], {"/"}, []
    for vag in ko:
        svar = vem.hamta(vag)
        sida, mall = las(svar.text()), _sidans_mall()
        if svar.status != 200 or sida.rubriker != 1 or "None" in sida.text:
            fel.append(f"{vag}: {svar.status}, {sida.rubriker} huvudrubriker" + ", 'None' på sidan" * ("None" in sida.text))
        delar = {(mall, d) for d in sida.delar}
        if not delar <= OPPNADE or (farg, mall) not in GRANSKADE:
            i_fargen = {(farg, d) for d in sida.delar}
            vem.ga(vag)
            fel += _ser_ratt_ut(vem.sida, vag)
            lage = "mörkt" if farg == "dark" else "ljust"
            fel += _ar_tillganglig(vem.sida, f"{vag} ({farg})", lage, kontrast=not i_fargen <= KONTRAST)
            OPPNADE.update(delar)
            KONTRAST.update(i_fargen)
            GRANSKADE.add((farg, mall))
        for lank in sida.lankar:
            nasta = _mall(lank, djupt)
            if nasta is not None and nasta not in sedda:
                sedda.add(nasta)
                ko.append(unquote(lank))
    return len(ko), fel


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("namn", "djupt", "minst"),
    [("elin", True, 60), ("kim", True, 60), ("mia", False, 8), ("hanna", False, 12), ("rut", False, 12), ("rolf", False, 6),
     ("adam", False, 10)],
    ids=["enhetschef", "kvalitetsledare", "medarbetare", "handlaggare", "registrator", "revisor", "administrator"],
)  # fmt: skip
def test_varje_sida_som_rollen_ser(staden: Stad, namn: str, djupt: bool, minst: int) -> None:
    vem = Person(staden, namn, staden.skarm(telefon=False))
    # The quality lead works in the dark, so that its colours are looked at too.
    farg: Literal["dark", "light"] = "dark" if namn == "kim" else "light"
    vem.sida.emulate_media(color_scheme=farg, reduced_motion="reduce")
    vem.ny_session()
    antal, fel = _vandra(vem, djupt=djupt, farg=farg)
    assert fel == []
    assert staden.fel == []
    assert antal >= minst


def test_sidorna_utan_inloggning_och_de_som_ingen_lank_leder_till(staden: Stad) -> None:
    fel: list[str] = []
    utan = staden.skarm()
    foljvag = staden.vaka.sammanhang.foljvag("SYN-2026-0005")
    for vag, status in (("/logga-in", 200), ("/lamna-synpunkt", 200), ("/tillganglighet", 200), (foljvag, 200), ("/finns/inte", 404)):
        svar = utan.goto(vag)
        assert svar is not None
        assert svar.status == status, vag
        fel += _ser_ratt_ut(utan, vag) + _ar_tillganglig(utan, vag)

    # A receipt, an error summary, and the page that says somebody was first
    mia, elin = Person(staden, "mia", staden.skarm()), Person(staden, "elin", staden.skarm())
    mia.ny_session()
    mia.ga("/nytt/avvikelse")
    mia.vik_upp()
    mia.sida.get_by_label("Någon annan").fill("Nemo Påhittad")
    mia.tryck("Rapportera")
    fel += _ser_ratt_ut(mia.sida, "felsammanfattning") + _ar_tillganglig(mia.sida, "felsammanfattning", "fel")
    mia.sida.get_by_label("Någon annan").fill("")
    mia.fyll(handelsedatum="2026-09-25", typ="rutin", beskrivning="Påhittad", ror_personal="hugo")
    mia.tryck("Rapportera")
    fel += _ser_ratt_ut(mia.sida, "kvitto") + _ar_tillganglig(mia.sida, "kvitto")
    nummer = mia.nummer()
    elin.ny_session()
    elin.arende(nummer)
    elin.tryck("Ta emot")
    Bygge(staden.vaka, nu=I_DAG).gor(nummer, "ta_emot")
    elin.tryck("Ta emot")
    elin.ser("Någon annan hann före")
    fel += _ser_ratt_ut(elin.sida, "konflikt") + _ar_tillganglig(elin.sida, "konflikt", "fel")

    # Files, where the case page's own form leads when something was wrong
    elin.ga(f"/arende/{nummer}/bifoga")
    elin.tryck("Bifoga")
    elin.ser("Välj minst en fil.")
    fel += _ser_ratt_ut(elin.sida, "bifoga") + _ar_tillganglig(elin.sida, "bifoga", "fel")

    # A stand-in that can't be set
    elin.ga("/vikarier/ny")
    elin.tryck("Sätt vikarien")
    assert elin.fel() == ["Skriv vem som ska vikariera.", "Sista dagen ska fyllas i."]
    fel += _ser_ratt_ut(elin.sida, "vikarie") + _ar_tillganglig(elin.sida, "vikarie", "fel")

    # Two versions of the rules side by side: chosen in a form
    elin.ga("/regler/versioner/jamfor?fran=1&till=2")
    elin.ser("Vad som skiljer, i ord")
    fel += _ser_ratt_ut(elin.sida, "jämförelsen") + _ar_tillganglig(elin.sida, "jämförelsen")

    # Persons of the same name side by side, and what is said when none is chosen
    rut = Person(staden, "rut", staden.skarm())
    rut.ny_session()
    rut.ga("/arende/SYN-2026-0002/personer?gor=ny&roll=galler")
    rut.fyll(namn=LANGT_NAMN)
    rut.tryck("Sök")
    rut.ser("Är det någon av dem?")
    fel += _ser_ratt_ut(rut.sida, "jämför personer") + _ar_tillganglig(rut.sida, "jämför personer")
    rut.tryck("Knyt personen")
    rut.ser("Välj en av dem, eller ”en annan person”.")
    fel += _ser_ratt_ut(rut.sida, "ingen vald") + _ar_tillganglig(rut.sida, "ingen vald", "fel")

    # Many cases: what is lacking, what would happen, how it went
    elin.ga("/enhet?process=avvikelse&markera=alla")
    elin.tryck("Lämna över markerade")
    elin.tryck("Se vad som händer")
    assert elin.fel() == ["Välj en kollega eller en enhet.", "Skriv varför ärendena lämnas över."]
    fel += _ser_ratt_ut(elin.sida, "lämna över, fel") + _ar_tillganglig(elin.sida, "lämna över, fel", "fel")
    elin.fyll(ny_enhet="oppenvard", skal=f"Påhittat skäl {LANGT_ORD}")
    elin.tryck("Se vad som händer")
    elin.ser("Det här kommer att hända", "Går inte")
    fel += _ser_ratt_ut(elin.sida, "lämna över") + _ar_tillganglig(elin.sida, "lämna över")
    elin.sida.get_by_role("button", name=re.compile("^Lämna över ")).click()
    elin.ser("Överlämnat till", "Syns inte för dig längre")
    fel += _ser_ratt_ut(elin.sida, "överlämnat") + _ar_tillganglig(elin.sida, "överlämnat")

    # A task for a unit that doesn't see the case
    berit = Person(staden, "berit", staden.skarm())
    berit.ny_session()
    with staden.vaka.systemet() as conn:
        u = t.uppgift.c
        uppgift = conn.execute(select(u.id).where(u.enhet == "ekbacken", u.klar.is_(None)).limit(1)).scalar_one()
    berit.ga(f"/uppgift/{uppgift}")
    fel += _ser_ratt_ut(berit.sida, "uppgift") + _ar_tillganglig(berit.sida, "uppgift")
    assert fel == []
    assert staden.fel == []


def test_menyn_pa_telefon(staden: Stad) -> None:
    elin = Person(staden, "elin", staden.skarm(telefon=True))
    elin.ny_session()
    elin.ga("/")
    elin.sida.get_by_role("button", name="Meny", exact=True).tap()
    assert _ar_tillganglig(elin.sida, "menyn") == []
    elin.sida.get_by_role("link", name="Sena", exact=True).tap()
    elin.ser("Sena och snart sena")


# Where an empty municipality leads somebody, and what each page that can go wrong says.
TOMMA = {
    "elin": ("/", "/laget", "/kvalitet", "/enhet", "/sena", "/sok?q=finnsinte", "/rapporter", "/loggkontroll", "/delegation"),
    "mia": ("/", "/nytt"),
    "kim": ("/gallring", "/regler", "/regler/versioner"),
    "rolf": ("/rapporter", "/kvalitet"),
    "adam": ("/personal?visa=utan", "/organisation", "/notiser", "/drift", "/personal/importera", "/bevarande"),
}
FELANDE = {
    "elin": ("/arende/AVV-2026-9999", "/finns/inte"),
    "mia": ("/personal", "/notiser", "/laget"),
    "kim": ("/delegation?dag=i-dag&enhet=mars", "/kvalitet?period=igår"),
}


@pytest.mark.parametrize(("vad", "lage"), [(TOMMA, "tomt"), (FELANDE, "fel")], ids=["tomma", "felande"])
def test_sidor_utan_arenden_och_sidor_som_sager_nej(
    webblasare: Browser, postgres: str, tmp_path_factory: pytest.TempPathFactory, vad: dict[str, tuple[str, ...]], lage: str
) -> None:
    fel: list[str] = []
    with delad_vaka(postgres, tmp_path_factory.mktemp("tomt"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            lagg_in_personal(conn, PERSONAL)
        with servera(vaka) as adress:
            tom = Stad(webblasare, adress, vaka)
            for namn, vagar in vad.items():
                vem = tom.person(namn)
                for vag in vagar:
                    svar = vem.ga(vag)
                    assert (svar.status < 400) == (lage == "tomt"), f"{vag}: {svar.status}"
                    fel += _ser_ratt_ut(vem.sida, vag) + _ar_tillganglig(vem.sida, f"{namn} {vag}", lage)
            tom.stang()
            fel += tom.fel
    assert fel == []


# Pictures of the handbook: name → who, where, and what of the page.
HANDBOKSBILDER = {
    "min_dag.png": ("hanna", "/", "main"),
    "enhetens_arenden.png": ("elin", "/enhet", "main"),
    "sena.png": ("elin", "/sena", "main"),
    "personal.png": ("adam", "/personal", "main"),
    "nytt_arende.png": ("mia", "/nytt/avvikelse", "main"),
    "laget.png": ("kim", "/laget", "main"),
    "delegation.png": ("rolf", "/delegation", "main"),
}
HOGST_BILD = 900


def test_handbokens_bilder(staden: Stad, tmp_path: Path) -> None:
    """Each picture is taken anew, so that none shows a page that is gone; VAKA_BILDER=ja puts them into the handbook."""
    till = BILDER if os.environ.get("VAKA_BILDER") == "ja" else tmp_path
    till.mkdir(parents=True, exist_ok=True)
    for namn, (vem, vag, del_) in HANDBOKSBILDER.items():
        person = staden.person(vem)
        assert person.ga(vag).status == 200
        # The pictures on a page are fetched when they come into view; one that is still on its way has no height.
        person.sida.locator(del_).locator("img").evaluate_all("bilder => Promise.all(bilder.map(b => (b.loading = 'eager', b.decode().catch(() => {}))))")
        ruta = person.sida.locator(del_).bounding_box()
        assert ruta is not None
        klipp = {"x": ruta["x"], "y": ruta["y"], "width": ruta["width"], "height": min(ruta["height"], HOGST_BILD)}
        person.sida.screenshot(path=till / namn, clip=klipp, full_page=True)  # type: ignore[arg-type]
        person.sida.context.close()
        staden.oppna.remove(person.sida.context)
    texter = "\n".join(f.read_text("utf-8") for f in Path("docs/handbok").glob("*.md"))
    visade = set(re.findall(r"\.\./bilder/handbok/([a-z_]+\.png)", texter))
    assert visade == set(HANDBOKSBILDER) == {f.name for f in BILDER.glob("*.png")}


def test_varje_mall_har_visats() -> None:
    """The pages' contracts: a template that asks for something that is not given stops the page, so each must be shown."""
    sidor = {p.name for p in Path(mallar.SIDOR).glob("*.html") if not p.name.startswith("_")}
    assert sidor - set(VISADE) - PA_VAGEN_IN == set()


def test_tabellen_over_tillgangligheten_stammer() -> None:
    """VAKA_BILDER=ja writes it anew."""
    mallar_ = sorted(FYND)
    rader = [f"| `{m}` | " + " | ".join(str(FYND[m][x]) if x in FYND[m] else "–" for x in TILLSTAND) + " |" for m in mallar_]
    text = TABELL.read_text("utf-8")
    huvud, _, _ = text.partition("| sida |")
    ny = huvud + "| sida | " + " | ".join(TILLSTAND) + " |\n| --- |" + " --- |" * len(TILLSTAND) + "\n" + "\n".join(rader) + "\n"
    if os.environ.get("VAKA_BILDER") == "ja":
        TABELL.write_text(ny, "utf-8")
    visade = set(re.findall(r"(?m)^\| `([a-z_]+\.html)` \|", TABELL.read_text("utf-8")))
    assert visade <= set(FYND), "tabellen nämner en sida som inte finns längre"
    assert not any(n for fynd in FYND.values() for n in fynd.values())
