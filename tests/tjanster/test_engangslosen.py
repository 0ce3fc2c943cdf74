"""A temporary password: made up, shown once, handed over, and good for nothing but choosing another."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlmodel import SQLModel

from tests.bygg import NU, Bygge
from tests.oidc.besokare import VAKA, Besokare, med_oidc
from tests.sakerhet.dorr import Dorr
from tests.tjanster.conftest import Kor
from tests.tjanster.inne import nyckels_konto, sessions_konto
from tests.tjanster.test_konton import LOSEN, SNABB, skapa
from tests.tjanster.test_web_konto import NYTT, api, kaka, kravande, logga_in, satt_pa
from tests.webbklient import Sida, Webbklient
from tjanster import klocka, konton
from tjanster.app import Vaka
from tjanster.arenden.fel import Nej, OgiltigaUppgifter
from tjanster.db import migrera, t
from tjanster.engangslosen import ANTAL_ORD, GILTIGHET, ORD, nytt_engangslosen
from tjanster.konton import FelInloggning, Last, UtgangetEngangslosen
from tjanster.losenord import losenfel

TILL = NU + GILTIGHET


@pytest.fixture
def conn(motor: Engine) -> Iterator[Connection]:
    with motor.connect() as conn, conn.begin() as transaktion:
        yield conn
        transaktion.rollback()


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def satt(conn: Connection, vem: int, nu: datetime = NU) -> str:
    losen, till = konton.satt_engangslosen(conn, vem, nu, hashare=SNABB)
    assert till == nu + GILTIGHET
    return losen


def in_(conn: Connection, losen: str, nu: datetime = NU, **kw: Any) -> tuple[str, int, str] | Nej:
    return konton.logga_in(conn, "mia", losen, nu, hashare=SNABB, **kw)


# -- what it looks like -----------------------------------------------------------------------------------------------


def _ett_fel_ifran(a: str, b: str) -> bool:
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) < 2
    kort, lang = sorted((a, b), key=len)
    return len(lang) - len(kort) == 1 and any(lang[:i] + lang[i + 1 :] == kort for i in range(len(lang)))


def test_orden_gar_att_lasa_upp_och_skriva() -> None:
    assert len(set(ORD)) == len(ORD) == 256
    assert [o for o in ORD if not re.fullmatch(r"[a-km-z]{4,9}", o)] == [], "inget l, inga siffror, inga prickar"
    assert [par for par in combinations(ORD, 2) if _ett_fel_ifran(*par)] == [], "inga två ord hörs eller skrivs nästan lika"


def test_lopande_ar_de_olika_och_duger_som_losenord() -> None:
    alla = {nytt_engangslosen() for _ in range(100)}
    assert len(alla) == 100
    assert all(len(losen.split("-")) == ANTAL_ORD and losenfel(losen) is None for losen in alla)


def test_ett_for_latt_slumpas_om(monkeypatch: pytest.MonkeyPatch) -> None:
    valda = iter(["tiger"] * ANTAL_ORD + ["kanot", "pingvin", "saga", "borr", "tratt"])
    monkeypatch.setattr("tjanster.engangslosen.secrets.choice", lambda _: next(valda))
    assert nytt_engangslosen(["Tiger Tigersson"]) == "kanot-pingvin-saga-borr-tratt"


# -- the login --------------------------------------------------------------------------------------------------------


def test_det_oppnar_bara_bytet_laser_upp_och_avslutar_det_som_var_oppet(conn: Connection) -> None:
    vem = skapa(conn)
    gammal, _, _ = in_(conn, LOSEN)
    inloggad, _ = konton.logga_in_nyckel(conn, vem, NU)
    systemets = konton.skapa_nyckel(conn, vem, "journalen", NU)
    for _ in range(5):
        in_(conn, "fel")
    losen = satt(conn, vem)
    assert sessions_konto(conn, gammal, NU) is None
    assert nyckels_konto(conn, inloggad, NU) is None
    assert nyckels_konto(conn, systemets, NU) == vem
    assert isinstance(in_(conn, LOSEN), FelInloggning)
    for kravs in (True, False):
        hemlighet, konto, steg = in_(conn, losen, kravs_tvasteg=kravs)
        assert (konto, steg) == (vem, "losen")
        assert sessions_konto(conn, hemlighet, NU) is None, "ingen session som duger till något annat"
    assert losen not in str(conn.execute(text("SELECT * FROM anvandare")).all())


def test_ett_nytt_tar_det_forras_plats(conn: Connection) -> None:
    vem = skapa(conn, losen=None)
    forra, losen = satt(conn, vem), satt(conn, vem)
    assert isinstance(in_(conn, forra), FelInloggning)
    assert isinstance(in_(conn, losen), tuple)


def test_utgangets_far_bara_den_veta_som_har_det(conn: Connection) -> None:
    vem = skapa(conn)
    losen = satt(conn, vem)
    assert isinstance(in_(conn, losen, TILL - timedelta(seconds=1)), tuple)
    nej = in_(conn, losen, TILL)
    assert isinstance(nej, UtgangetEngangslosen)
    assert "administratör" in nej.skal[0]
    assert isinstance(in_(conn, "fel", TILL), FelInloggning)
    assert isinstance(konton.logga_in(conn, "okänd", losen, TILL, hashare=SNABB), FelInloggning)
    for _ in range(4):
        in_(conn, "fel", TILL)
    assert isinstance(in_(conn, losen, TILL), Last), "ett låst konto säger inget om lösenordet"
    konton.satt_losen(conn, vem, NYTT, hashare=SNABB)
    konton.stang_konto(conn, vem)
    assert isinstance(in_(conn, NYTT, TILL), FelInloggning)


def test_det_egna_far_inte_vara_engangslosenordet_och_galler_sedan_for_gott(conn: Connection) -> None:
    vem = skapa(conn)
    losen = satt(conn, vem)
    for daligt, mening in ((losen, "Välj ett annat lösenord än engångslösenordet"), ("kort", "för kort"), ("sommaren2026!", "för lätt att gissa")):
        with pytest.raises(OgiltigaUppgifter) as nej:
            konton.satt_losen(conn, vem, daligt, hashare=SNABB)
        assert mening in nej.value.falt["losen"]
    konton.satt_losen(conn, vem, NYTT, hashare=SNABB)
    svar = in_(conn, NYTT, NU + timedelta(days=400))
    assert isinstance(svar, tuple)
    assert svar[2] == "klar"
    konton.satt_losen(conn, vem, losen, hashare=SNABB)


def test_oppnat_konto_har_inget_losenord_kvar(conn: Connection) -> None:
    vem = skapa(conn)
    losen = satt(conn, vem)
    konton.stang_konto(conn, vem)
    konton.oppna_konto(conn, vem)
    assert isinstance(in_(conn, losen), FelInloggning)


def test_en_aldre_version_av_tabellerna_later_det_inte_galla_for_gott(motor: Engine) -> None:
    with motor.begin() as conn:
        losen = satt(conn, skapa(conn))
        in_(conn, losen)
        skapa(conn, "elin")
    migrera.backa(motor, "0018")
    with motor.begin() as conn:
        assert dict(conn.execute(text("SELECT anvandarnamn, losen IS NULL FROM anvandare")).all()) == {"mia": True, "elin": False}
        assert conn.execute(text("SELECT count(*) FROM inloggning")).scalar_one() == 0
    migrera.migrera(motor)


# -- the administrator makes it ---------------------------------------------------------------------------------------


def konto(bygg: Bygge, namn: str) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one())


def visat(sida: Sida) -> str:
    traff = re.search(r'id="engangslosen"[^>]*>(.*?)</code>', sida.html)
    assert traff, sida.text
    return traff[1].replace("<wbr>", "")


def test_det_visas_en_gang_och_skrivs_aldrig_upp(webb: Webbklient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hanna, adam = konto(webb.bygg, "hanna"), konto(webb.bygg, "adam")
    assert "Saknas" in webb.get(f"/personal/{hanna}", som="adam").text
    sida = webb.post(f"/personal/{hanna}/engangslosen", som="adam")
    losen = visat(sida)
    assert (sida.status, sida.vag) == (200, f"/personal/{hanna}/engangslosen")
    assert sida.svar.headers["cache-control"] == "no-store"
    assert "10 september 2026 kl. 09.00" in sida.text.replace("\xa0", " ")
    igen = webb.get(f"/personal/{hanna}", som="adam")
    assert losen not in igen.html
    assert "Engångslösenord, gäller till 10 september 2026 kl. 09.00" in igen.text.replace("\xa0", " ")
    assert f"Konto {adam} skapade ett engångslösenord för konto {hanna}" in caplog.messages
    klocka.stall(TILL + timedelta(minutes=1))
    webb.sessioner.clear()
    assert "Engångslösenordet gick ut" in webb.get(f"/personal/{hanna}", som="adam").text
    with webb.bygg.vaka.systemet() as conn:
        for tabell in SQLModel.metadata.tables:
            assert losen not in str(conn.execute(text(f"SELECT * FROM {tabell}")).all())
    assert losen not in caplog.text


@pytest.mark.parametrize("som", ["kim", "elin", "hanna", "mia", "rut", "rolf", "anders"])
def test_ingen_annan_far_skapa_det(webb: Webbklient, som: str) -> None:
    assert webb.post(f"/personal/{konto(webb.bygg, 'hugo')}/engangslosen", som=som).status == 403
    assert webb.post("/personal/ny", som=som, losen="ja").status == 403
    with webb.bygg.vaka.systemet() as conn:
        assert conn.execute(select(t.anvandare.c.losen).where(t.anvandare.c.losen.is_not(None))).all() == []


def test_inte_at_sig_sjalv_inte_till_ett_stangt_konto_och_inte_utan_formularets_ord(webb: Webbklient) -> None:
    adam, hanna = konto(webb.bygg, "adam"), konto(webb.bygg, "hanna")
    assert "Skapa ett engångslösenord" not in webb.get(f"/personal/{adam}", som="adam").text
    eget = webb.post(f"/personal/{adam}/engangslosen", som="adam")
    assert (eget.status, "byter du under Mitt konto" in eget.text) == (409, True)
    assert webb.post(f"/personal/{hanna}/engangslosen", som="adam", csrf="fel").status == 403
    assert webb.post("/personal/999999/engangslosen", som="adam").status == 404
    webb.post(f"/personal/{hanna}/stang", som="adam")
    assert "Skapa ett engångslösenord" not in webb.get(f"/personal/{hanna}", som="adam").text
    stangt = webb.post(f"/personal/{hanna}/engangslosen", som="adam")
    assert (stangt.status, "Öppna det först" in stangt.text) == (409, True)
    with webb.bygg.vaka.systemet() as conn:
        assert conn.execute(select(t.anvandare.c.losen).where(t.anvandare.c.losen.is_not(None))).all() == []


def test_en_ny_person_far_det_med_en_gang_om_hon_ska_logga_in_med_losenord(webb: Webbklient) -> None:
    assert re.search(r'value="ja"[^>]* checked', webb.get("/personal/ny", som="adam").html), "det finns inget annat sätt att logga in"
    falt = {"namn": "Ny Påhitt", "roll": "handlaggare", "enhet": "familjehem", "fran": "2026-09-07"}
    visat(webb.post("/personal/ny", som="adam", anvandarnamn="nils", losen="ja", **falt))
    utan = webb.post("/personal/ny", som="adam", anvandarnamn="nora", losen="nej", **falt)
    assert utan.vag == f"/personal/{konto(webb.bygg, 'nora')}"
    fel = webb.post("/personal/ny", som="adam", anvandarnamn="nora", losen="ja", **falt)
    assert fel.status == 422
    with webb.bygg.vaka.systemet() as conn:
        a = t.anvandare.c
        assert conn.execute(select(a.anvandarnamn).where(a.losen_galler_till.is_not(None))).scalars().all() == ["nils"]


def test_med_kommunens_inloggning_ar_losenord_undantaget(bygg: Bygge) -> None:
    klocka.stall(NU)
    with bygg.vaka.motor.begin() as conn:
        hemlighet = konton.skapa_session(conn, konto(bygg, "adam"), NU)
    with Besokare(med_oidc(bygg.vaka, "https://login.exempel.example")) as adam:
        adam.klient.cookies.set("vaka", hemlighet)
        assert re.search(r'value="nej"[^>]* checked', adam.ga("/personal/ny").html)


# -- the person comes in by it ----------------------------------------------------------------------------------------


@pytest.fixture
def vakan(bygg: Bygge) -> Vaka:
    klocka.stall(NU)
    return bygg.vaka


def ge(vaka: Vaka, namn: str = "hanna") -> str:
    with vaka.motor.begin() as conn:
        vem = conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one()
        return konton.satt_engangslosen(conn, vem, klocka.nu())[0]


def test_hela_vagen_in_med_ett_eget_losenord(vakan: Vaka, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    losen = ge(vakan)
    with Besokare(kravande(vakan, tvasteg="nej")) as hanna:
        sida = logga_in(hanna, "/sena", losen)
        assert sida.vag == "/logga-in/losen?vidare=/sena"
        halv = kaka(hanna)
        for nytt, igen, mening in (
            (NYTT, NYTT + "x", "inte skrivet lika båda gångerna"),
            (losen, losen, "Välj ett annat lösenord än engångslösenordet"),
            ("kort", "kort", "för kort"),
            ("hanna påhittad 1", "hanna påhittad 1", "för lätt att gissa"),
        ):
            fel = hanna.skicka(sida, nytt=nytt, igen=igen)
            assert (fel.status, mening in fel.text) == (422, True), fel.text
        inne = hanna.skicka(fel, nytt=NYTT, igen=NYTT)
        assert inne.vag == "/sena"
        assert kaka(hanna) != halv, "den som har visat mer får en ny session"
        assert hanna.ga("/logga-in/losen").vag == "/logga-in?vidare=/"
        with Besokare(vakan) as annan:
            assert logga_in(annan, losen=losen).status == 401
            assert logga_in(annan, losen=NYTT).vag == "/konto"
    assert not any(ord_ in caplog.text for ord_ in (losen, NYTT))
    assert any("bytte sitt engångslösenord" in rad for rad in caplog.messages)


def test_tills_det_ar_bytt_ar_inget_annat_oppet(vakan: Vaka) -> None:
    losen = ge(vakan)
    with Besokare(vakan) as hanna:
        sida = logga_in(hanna, "/", losen)
        for vag in ("/", "/konto", "/konto/tvasteg", "/logga-in/kod", "/logga-in/tvasteg", "/sena", "/nytt", "/hjalp"):
            assert hanna.ga(vag).vag.startswith("/logga-in?"), vag
        for vag in ("/konto/losen", "/konto/tvasteg", "/logga-in/tvasteg", "/logga-in/kod"):
            svar = hanna._fraga("POST", f"{VAKA}{vag}", data={"csrf": konton.csrf(kaka(hanna)), "nytt": NYTT, "igen": NYTT, "losenord": losen})
            assert svar.vag.startswith("/logga-in?") or svar.vag == "/logga-in", vag
        assert hanna._fraga("POST", f"{VAKA}/logga-in/losen", data={"csrf": "fel", "nytt": NYTT, "igen": NYTT}).status == 403
        assert hanna.ga("/api/v1/jag").status == 401
        status, svar = api(vakan, losenord=losen)
        assert (status, svar["fel"]) == (403, "losenbyte_kravs")
        klocka.stall(NU + timedelta(minutes=11))
        assert hanna.skicka(sida, nytt=NYTT, igen=NYTT).vag == "/logga-in?vidare=/", "den halva vägen varar tio minuter"
    with vakan.motor.connect() as conn:
        assert conn.execute(select(t.anvandare.c.losen_galler_till).where(t.anvandare.c.anvandarnamn == "hanna")).scalar_one() is not None


def test_ett_nyare_engangslosenord_vinner_over_ett_byte_som_redan_borjat(vakan: Vaka) -> None:
    losen = ge(vakan)
    with Besokare(vakan) as hanna:
        sida = logga_in(hanna, "/", losen)
        nyare = ge(vakan)
        assert hanna.skicka(sida, nytt=NYTT, igen=NYTT).vag == "/logga-in?vidare=/"
        assert logga_in(hanna, losen=NYTT).status == 401
        assert logga_in(hanna, losen=nyare).vag.startswith("/logga-in/losen")


def test_andra_steget_kommer_efter_bytet(vakan: Vaka) -> None:
    losen = ge(vakan)
    with Besokare(kravande(vakan)) as hanna:
        sida = hanna.skicka(logga_in(hanna, "/sena", losen), nytt=NYTT, igen=NYTT)
        assert sida.vag == "/logga-in/tvasteg?vidare=/sena", "det som krävs sätts på först då"
        app, _ = satt_pa(hanna, sida)
        assert hanna.ga("/sena").vag == "/sena"
        # Forgotten a month later: the second step is still there
        klocka.stall(NU + timedelta(days=30))
        sida = logga_in(hanna, "/sena", ge(vakan))
        sida = hanna.skicka(sida, nytt=LOSEN, igen=LOSEN)
        assert sida.vag == "/logga-in/kod?vidare=/sena"
        assert hanna.ga("/sena").vag == "/logga-in?vidare=/sena"
        sida = hanna.ga("/logga-in/kod?vidare=/sena")
        assert hanna.skicka(sida, kod=app.at(klocka.nu())).vag == "/sena"


def test_utgangets_sager_vad_man_gor_pa_sidan_och_i_apiet(vakan: Vaka) -> None:
    losen = ge(vakan)
    klocka.stall(TILL + timedelta(minutes=1))
    with Besokare(vakan) as hanna:
        sida = logga_in(hanna, losen=losen)
        assert (sida.status, "Engångslösenordet gäller inte längre." in sida.text) == (401, True)
        assert "Fel användarnamn eller lösenord." in logga_in(hanna, losen="fel").text
        assert "Fel användarnamn eller lösenord." in logga_in(hanna, losen=losen, namn="elin").text
    assert api(vakan, losenord=losen)[1]["fel"] == "engangslosen_utgatt"


def test_bytet_skrivs_i_skalets_logg_som_en_inloggning(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vaka.skal")
    Dorr(bygg)("POST", "/logga-in/losen", data={"nytt": NYTT})
    assert [r.getMessage() for r in caplog.records if r.name == "vaka.skal"] == ["Inloggning: nekad"]


# -- the command line -------------------------------------------------------------------------------------------------


def test_kommandot_skriver_ut_ett(med_databas: Kor, bygg: Bygge) -> None:
    kod, ut, _ = med_databas("anvandare", "losen", "hanna", "--engangs")
    losen, mening = ut.splitlines()
    assert kod == 0
    assert set(losen.split("-")) <= set(ORD)
    assert "väljer personen ett eget" in mening
    with bygg.vaka.systemet() as conn:
        svar = konton.logga_in(conn, "hanna", losen, klocka.nu())
    assert isinstance(svar, tuple)
    assert svar[2] == "losen"
