"""What those who lead see of their units: every figure is of just the cases that its link leads to."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select, text

from tests.bygg import NU, PERSONAL, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka
from tests.tjanster.ledningsby import avvikelse, bygg_byn, dag, leder_fel, siffror
from tests.webbklient import Webbklient
from tjanster.arenden.urval import Urval
from tjanster.db import migrera, session, t
from tjanster.ledning.laget import inom_dagar, tider


@pytest.fixture(scope="module")
def byn(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bygge]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("laget"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            konton = lagg_in_personal(conn, PERSONAL | {"ulla": ("enhetschef", "familjehem")})
            # One who leads one unit and works in another.
            conn.execute(t.uppdrag.insert().values(anvandare_id=konton["ulla"], roll="handlaggare", enhet="oppenvard", fran=date(2020, 1, 1)))
        bygg = Bygge(vaka)
        bygg_byn(bygg)
        yield bygg


@pytest.fixture
def webb(byn: Bygge) -> Webbklient:
    return Webbklient(byn)


@pytest.mark.parametrize(("som", "fraga"), [("elin", ""), ("anders", "?process=avvikelse"), ("kim", "?enhet=ifo"), ("ulla", "")])
def test_varje_siffra_leder_till_just_de_arendena(webb: Webbklient, som: str, fraga: str) -> None:
    sida = webb.get(f"/laget{fraga}", som)
    assert sida.status == 200
    assert len(siffror(sida)) >= 5
    assert leder_fel(webb, sida, som) == []


def test_siffrorna_ar_de_ratta(webb: Webbklient) -> None:
    sida = webb.get("/laget", "elin")
    rutor = {text: int(n) for n, text in re.findall(r'ruta__tal">(\d+)</span> <span class="ruta__text">([^<]+)', sida.html)}
    # Familjehem: 4 deviations, 3 complaints, a lex Sarah report and a decision are open; the measures of 20 July are overdue.
    assert rutor["öppna"] == 9
    assert rutor["med åtgärder som skulle ha följts upp"] == 1
    assert rutor["utan handläggare"] == 8
    assert "Öppenvården Bryggan" not in sida.text
    assert "Avvikelser 6 5 dagar 5 dagar 0" in sida.text
    assert "Beviljade beslut 2 För få för att säga något" in sida.text


def test_enheter_utan_avvikelser_visas_med_den_senaste(webb: Webbklient, byn: Bygge) -> None:
    sida = webb.get("/laget", "anders")
    tysta = sida.text.partition("Enheter utan avvikelser på tre månader")[2]
    assert "Ekonomiskt bistånd ingen hittills" in tysta
    assert "Familjehemsenheten" not in tysta
    assert "Alla enheter har rapporterat någon avvikelse." in webb.get("/laget", "elin").text
    senare = Webbklient(Bygge(byn.vaka, nu=dag("2027-03-01")))
    assert "Öppenvården Bryggan senast 2\u00a0september\u00a02026".replace("\u00a0", " ") in " ".join(senare.get("/laget", "eva").text.split())


@pytest.mark.parametrize("som", ["hanna", "rut", "rolf", "adam", "mia"])
@pytest.mark.parametrize("vag", ["/laget", "/laget/oppna.svg", "/laget/floden.svg"])
def test_den_som_inte_leder_ser_inte_laget(webb: Webbklient, som: str, vag: str) -> None:
    sida = webb.get(vag, som)
    assert sida.status == 403
    assert "Läget visas för dig som leder en enhet." in sida.html


def test_den_som_leder_en_enhet_och_arbetar_i_en_annan_far_siffror_for_den_som_leds(webb: Webbklient) -> None:
    sida = webb.get("/laget", "ulla")
    assert "leder=ja" in sida.html
    lista = webb.get("/enhet?leder=ja&lage=alla", "ulla")
    assert "Enheter som du leder" in lista.text
    assert "Öppenvården Bryggan" not in lista.html.partition('id="lista"')[2]
    assert "Öppenvården Bryggan" in webb.get("/enhet?lage=alla", "ulla").html.partition('id="lista"')[2]


def test_tom_enhet_sager_att_den_ar_tom(webb: Webbklient) -> None:
    text = webb.get("/laget?enhet=vuxen_beroende", "kim").text
    for mening in ("Inga öppna ärenden", "Inget in och inget ut", "Inga klara ärenden"):
        assert mening in text


def test_bilderna_ritas_ljusa_morka_breda_och_smala_och_sags_i_ord(webb: Webbklient) -> None:
    sida = webb.get("/laget?process=avvikelse", "elin")
    adresser = [unescape(x) for x in re.findall(r'(?:src|srcset)="(/laget/[^"]+)"', sida.html)]
    assert len(adresser) == 8
    bilder = [webb.get(vag, "elin") for vag in adresser]  # the same numbers again are not drawn again
    assert {b.svar.headers["content-type"] for b in bilder} == {"image/svg+xml"}
    assert len({b.html for b in bilder}) == 8
    assert "4 öppna ärenden. Flest har Avvikelser: 4. 1 är äldre än 90 dagar." in sida.html.replace("\u00a0", " ")
    assert re.search(r"På 13 veckor kom \d+\u00a0ärenden in och \d+ blev klara", sida.html)


def test_brickorna_sager_vad_listan_ar_av_och_gar_att_ta_bort(webb: Webbklient) -> None:
    vag = "/enhet?process=avvikelse&lage=alla&steg=utredd&typ=rutin&orsak=teknik&inkom=2026-03-01..2026-04-30&bara=ja&enhet=familjehem"
    sida = webb.get(vag, "elin")
    for ord_ in ("Läge: Utredd", "Typ: Rutin saknas eller följs inte", "Orsak: Teknik", "Kom in 2026-03-01 – 2026-04-30"):
        assert ord_ in sida.text
    assert "Visar 1–1 av 1" in sida.text
    utan = unescape(re.search(r'class="bricka" href="([^"]+)">Läge', sida.html)[1])  # type: ignore[index]
    assert "steg=" not in utan
    # The form keeps what it has no field for.
    assert '<input type="hidden" name="orsak" value="teknik">' in sida.html
    # What isn't understood filters nothing and is not told.
    assert "bricka" not in webb.get("/enhet?steg=x&alder=9&inkom=igår&over=många&process=y", "elin").html


def test_klardagen_ar_dagen_da_det_blev_klart_och_foljer_med_nar_den_rattas(bygg: Bygge) -> None:
    nr = avvikelse(bygg, "2026-08-03", "avslutad")
    assert bygg.rad(nr)["klardag"] == date(2026, 8, 8)
    nr = bygg.ny("beslut", beslutsdatum="2026-07-01", nu=dag("2026-07-01"))
    assert bygg.rad(nr)["klardag"] is None
    bygg.gor(nr, "verkstall", "hanna", nu=dag("2026-08-31"), verkstalld="2026-08-30")
    assert (bygg.rad(nr)["klardag"], bygg.rad(nr)["avslutad"]) == (date(2026, 8, 30), None)
    bygg.gor(nr, "andra", "hanna", nu=dag("2026-09-01"), verkstalld="2026-08-29", skal="Fel dag")
    assert bygg.rad(nr)["klardag"] == date(2026, 8, 29)
    bygg.gor(nr, "avbryt", "hanna", nu=dag("2026-09-01"), avbruten="2026-09-01", orsak="sammanbrott")
    assert bygg.rad(nr)["klardag"] is None
    bygg.gor(nr, "ateruppta", "hanna", nu=dag("2026-09-05"), aterupptagen="2026-09-05")
    bygg.gor(nr, "avsluta", "hanna", avslutad="2026-09-07")
    assert bygg.rad(nr)["klardag"] == date(2026, 9, 5)
    nr = bygg.ny("avvikelse", "mia")
    bygg.gor(nr, "avskriv", skal="Ingen avvikelse")
    assert bygg.rad(nr)["klardag"] == NU.date()


def test_migreringen_ger_gamla_arenden_samma_klardag(bygg: Bygge, databas: str) -> None:
    bygg_byn(bygg)
    nr = bygg.ny("beslut", externt_id="D-9", beslutsdatum="2026-07-01", nu=dag("2026-07-01"))
    bygg.gor(nr, "verkstall", "hanna", nu=dag("2026-08-01"), verkstalld="2026-08-01")
    bygg.gor(nr, "avsluta", "hanna", nu=dag("2026-09-01"))
    a = t.arende.c
    fraga = select(a.nummer, a.klardag).order_by(a.nummer)
    agare = session.motor(databas, storlek=1)
    with agare.connect() as conn:
        fore = conn.execute(fraga).all()
    assert sum(r.klardag is not None for r in fore) == 9
    (fil,) = (migrera.MAPP / "versions").glob("*_ledning.py")
    fore_den = re.search(r'^down_revision = "(\d+)"', fil.read_text("utf-8"), re.M)
    assert fore_den
    migrera.backa(agare, fore_den[1])
    migrera.migrera(agare)
    with agare.connect() as conn:
        assert conn.execute(fraga).all() == fore
    agare.dispose()


def test_tiderna_ar_de_som_arendena_tog(bygg: Bygge) -> None:
    for n in range(9):
        nr = avvikelse(bygg, f"2026-07-{n + 1:02}", "uppfoljd")
        bygg.gor(nr, "avsluta", nu=dag(f"2026-08-{n + 1:02}"))
    nr = avvikelse(bygg, "2026-05-01", "uppfoljd")
    bygg.gor(nr, "avsluta", nu=dag("2026-09-01"))
    elin = bygg.aktor("elin")
    assert elin is not None
    with bygg.vaka.som(elin) as conn:
        span, (tid,) = tider(conn, bygg.vaka.sammanhang, elin, Urval(), NU)
    assert span == (date(2025, 9, 8), date(2026, 9, 7))
    assert (tid.antal, tid.median, tid.nio_av_tio, tid.over) == (10, 31, 31, 1)


def test_inom_hur_manga_dagar_ar_som_databasen_raknar_det(bygg: Bygge) -> None:
    """The case at which half of them, or nine out of ten, are done."""
    slump = random.Random(5)
    fraga = text("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(0.9) WITHIN GROUP (ORDER BY x) FROM unnest(CAST(:tog AS int[])) x")
    with bygg.oppen() as conn:
        for antal in range(1, 121):
            tog = [slump.randrange(antal) for _ in range(antal)]
            per_dagar = sorted(Counter(tog).items())
            assert (inom_dagar(per_dagar, 5), inom_dagar(per_dagar, 9)) == tuple(conn.execute(fraga, {"tog": tog}).one()), tog
