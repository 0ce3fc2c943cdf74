"""Log in with a second step, and look after one's own account: as a browser without script does it."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select, text, update

from tests.bygg import NU, Bygge
from tests.oidc.besokare import VAKA, Besokare, med_oidc
from tests.tjanster.conftest import Kor
from tests.tjanster.inne import nyckels_konto
from tests.tjanster.test_konton import SNABB
from tests.webbklient import Sida
from tjanster import klocka, konton
from tjanster.app import Vaka
from tjanster.db import t
from tjanster.web.program import program

LOSEN = "fyra glada hästar"
NYTT = "fem trötta getter"


@pytest.fixture
def vakan(bygg: Bygge) -> Vaka:
    klocka.stall(NU)
    with bygg.vaka.motor.begin() as conn:
        conn.execute(update(t.anvandare).values(losen=SNABB.hash(LOSEN.encode())))
    return bygg.vaka


def kravande(vaka: Vaka, **andrat: Any) -> Vaka:
    return med_oidc(vaka, vaka.settings.url, oidc=None, oidc_klient=None, oidc_hemlighet=None, **({"tvasteg": "lokala"} | andrat))


@pytest.fixture
def hanna(vakan: Vaka) -> Iterator[Besokare]:
    with Besokare(vakan, {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}) as hanna:
        yield hanna


def logga_in(besokare: Besokare, vidare: str = "/konto", losen: str = LOSEN, namn: str = "hanna") -> Sida:
    return besokare.skicka(besokare.ga(f"/logga-in?vidare={vidare}"), "/logga-in", anvandarnamn=namn, losenord=losen)


def nyckeln(sida: Sida) -> pyotp.TOTP:
    traff = re.search(r'class="qr__nyckel">([A-Z2-7 ]+)<', sida.html)
    assert traff
    return pyotp.TOTP(traff[1].replace(" ", ""))


def satt_pa(besokare: Besokare, sida: Sida, **svar: str) -> tuple[pyotp.TOTP, list[str]]:
    app = nyckeln(sida)
    koder = besokare.skicka(sida, ny_kod=app.at(klocka.nu()), **svar)
    assert koder.status == 200, koder.text
    return app, re.findall(r"<code>([a-z2-7-]{19})</code>", koder.html)


def kaka(besokare: Besokare) -> str:
    return str(besokare.klient.cookies["vaka"])


def test_den_som_maste_ha_tva_steg_satter_pa_dem_fore_allt_annat(vakan: Vaka) -> None:
    with Besokare(kravande(vakan)) as hanna:
        sida = logga_in(hanna, "/sena")
        assert sida.vag == "/logga-in/tvasteg?vidare=/sena"
        assert "Kommunen kräver det" in sida.text
        halv = kaka(hanna)
        assert hanna.ga("/").vag == "/logga-in?vidare=/", "inget annat är öppet"
        sida = hanna.ga("/logga-in/tvasteg?vidare=/sena")
        fel = hanna.skicka(sida, ny_kod="000000")
        assert (fel.status, "Koden stämmer inte." in fel.text) == (422, True)
        app, koder = satt_pa(hanna, sida)
        assert len(koder) == 10
        assert kaka(hanna) != halv, "den som har visat mer får en ny session"
        assert hanna.ga("/sena").vag == "/sena"
        hanna.skicka(hanna.ga("/"), "/logga-ut")

        # The next day it is asked for, and a used code is none
        klocka.stall(NU + timedelta(days=1))
        sida = logga_in(hanna, "/sena")
        assert sida.vag == "/logga-in/kod?vidare=/sena"
        halv = kaka(hanna)
        fel = hanna.skicka(sida, kod="000000")
        assert (fel.status, "Koden stämmer inte." in fel.text) == (401, True)
        inne = hanna.skicka(fel, kod=app.at(klocka.nu()))
        assert (inne.vag, kaka(hanna) == halv) == ("/sena", False)
        with Besokare(kravande(vakan)) as annan:
            sida = logga_in(annan)
            assert annan.skicka(sida, kod=app.at(klocka.nu())).status == 401
            assert annan.skicka(sida, kod=koder[3]).vag == "/konto"


def test_halva_vagen_in_varar_tio_minuter_och_oppnar_inget(vakan: Vaka) -> None:
    with Besokare(kravande(vakan)) as hanna:
        satt_pa(hanna, logga_in(hanna))
        hanna.skicka(hanna.ga("/"), "/logga-ut")
        sida = logga_in(hanna)
        for vag in ("/", "/konto", "/konto/tvasteg", "/logga-in/tvasteg"):
            assert hanna.ga(vag).vag.startswith("/logga-in"), vag
        utan_ord = hanna._fraga("POST", f"{VAKA}/logga-in/kod", data={"kod": "000000", "csrf": "fel"})
        assert utan_ord.status == 403
        klocka.stall(NU + timedelta(minutes=11))
        assert hanna.skicka(sida, kod="000000").vag == "/logga-in?vidare=/konto"
        assert hanna.ga("/logga-in/kod?vidare=https://ond.example").vag == "/logga-in?vidare=/"


def test_fel_koder_laser_ocksa_pa_webben(vakan: Vaka) -> None:
    with Besokare(kravande(vakan)) as hanna:
        satt_pa(hanna, logga_in(hanna))
        hanna.skicka(hanna.ga("/"), "/logga-ut")
        sida = logga_in(hanna)
        statusar = [hanna.skicka(sida, kod="000000").status for _ in range(5)]
        assert statusar == [401, 401, 401, 401, 429]


def test_utan_krav_kommer_man_in_pa_losenordet(hanna: Besokare) -> None:
    assert logga_in(hanna, "/sena").vag == "/sena"


def test_kontot_visar_var_man_ar_inloggad_och_en_kan_avslutas(vakan: Vaka, hanna: Besokare) -> None:
    logga_in(hanna)
    klocka.stall(NU + timedelta(minutes=10))
    with Besokare(vakan, {"user-agent": "Mozilla/5.0 (iPhone) Version/26.0 Safari/604.1"}) as telefon:
        logga_in(telefon)
        sida = hanna.ga("/konto")
        assert "Firefox på Windows Den här" in sida.text
        assert "Safari på iPhone" in sida.text
        assert "handläggare, Familjehemsenheten" in sida.text.replace("Handläggare", "handläggare")
        efter = hanna.skicka(sida, "/konto/logga-ut")
        assert "Inloggningen är avslutad." in efter.text
        assert "Safari på iPhone" not in efter.text
        assert telefon.ga("/konto").vag.startswith("/logga-in")
    assert hanna.ga("/konto").status == 200


def test_ingen_annans_session_eller_nyckel_gar_att_avsluta(vakan: Vaka, hanna: Besokare) -> None:
    sida = logga_in(hanna)
    with vakan.motor.begin() as conn:
        elin = conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == "elin")).scalar_one()
        konton.skapa_session(conn, elin, NU)
        konton.skapa_nyckel(conn, elin, "journalen", NU)
        hennes = [conn.execute(select(tabell.c.id).where(tabell.c.anvandare_id == elin)).scalar_one() for tabell in (t.inloggning, t.apinyckel)]
    csrf = re.search(r'name="csrf" value="([^"]+)"', sida.html)
    assert csrf
    for vag, nummer in zip(("logga-ut", "nyckel"), hennes, strict=True):
        for id_ in (str(nummer), "0", "x", "9" * 30, ""):
            svar = hanna._fraga("POST", f"{VAKA}/konto/{vag}", data={"csrf": csrf[1], "id": id_})
            assert svar.status == 404, (vag, id_)
    with vakan.motor.connect() as conn:
        for tabell in ("inloggning", "apinyckel"):
            assert conn.execute(text(f"SELECT count(*) FROM {tabell} WHERE anvandare_id = {elin}")).scalar_one() == 1


def test_logga_ut_overallt_tar_webblasare_och_api_men_inte_andra_system(vakan: Vaka, hanna: Besokare) -> None:
    with vakan.motor.begin() as conn:
        vem = conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == "hanna")).scalar_one()
        systemets = konton.skapa_nyckel(conn, vem, "journalen", NU)
        hennes, _ = konton.logga_in_nyckel(conn, vem, NU)
    with Besokare(vakan) as annan:
        logga_in(annan)
        sida = logga_in(hanna)
        assert "journalen" in sida.text
        ute = hanna.skicka(sida, "/konto/logga-ut-overallt")
        assert ute.vag == "/logga-in?utloggad=ja"
        assert annan.ga("/konto").vag.startswith("/logga-in")
    with vakan.motor.begin() as conn:
        assert nyckels_konto(conn, hennes, NU) is None
        assert nyckels_konto(conn, systemets, NU) == vem
    sida = logga_in(hanna)
    efter = hanna.skicka(sida, "/konto/nyckel")
    assert "Nyckeln gäller inte längre." in efter.text
    with vakan.motor.begin() as conn:
        assert nyckels_konto(conn, systemets, NU) is None


def test_nytt_losenord_loggar_ut_overallt_utom_har(vakan: Vaka, hanna: Besokare) -> None:
    sida = logga_in(hanna)
    with Besokare(vakan) as annan:
        logga_in(annan)
        for falt, mening in (
            ({"losenord": "fel", "nytt": NYTT, "igen": NYTT}, "Lösenordet stämmer inte."),
            ({"losenord": LOSEN, "nytt": NYTT, "igen": NYTT + "x"}, "inte skrivet lika båda gångerna"),
            ({"losenord": LOSEN, "nytt": "kort", "igen": "kort"}, "för kort"),
        ):
            fel = hanna.skicka(sida, "/konto/losen", **falt)
            assert fel.status in (409, 422)
            assert mening in fel.text
        fore = kaka(hanna)
        efter = hanna.skicka(sida, "/konto/losen", losenord=LOSEN, nytt=NYTT, igen=NYTT)
        assert "Lösenordet är bytt." in efter.text
        assert kaka(hanna) != fore
        assert annan.ga("/konto").vag.startswith("/logga-in")
        assert logga_in(annan).status == 401
        assert logga_in(annan, losen=NYTT).vag == "/konto"


def test_tvasteg_satts_pa_far_nya_koder_byter_app_och_stangs_av_fran_kontot(vakan: Vaka, hanna: Besokare) -> None:
    logga_in(hanna)
    sida = hanna.ga("/konto/tvasteg")
    assert hanna.skicka(sida, ny_kod=nyckeln(sida).at(NU), losenord="fel").status == 409
    app, koder = satt_pa(hanna, sida, losenord=LOSEN)
    sida = hanna.ga("/konto")
    assert "På sedan 7\xa0september\xa02026" in sida.html
    klocka.stall(NU + timedelta(minutes=1))
    nya = hanna.skicka(sida, "/konto/tvasteg/koder", losenord=LOSEN, kod=app.at(klocka.nu()))
    assert koder[0] not in nya.html
    andra = re.findall(r"<code>([a-z2-7-]{19})</code>", nya.html)
    byte = hanna.ga("/konto/tvasteg")
    assert "Byt app" in byte.text
    assert hanna.skicka(byte, ny_kod=nyckeln(byte).at(klocka.nu()), losenord=LOSEN, kod=koder[0]).status == 401, "de gamla koderna är döda"
    ny_app, tredje = satt_pa(hanna, byte, losenord=LOSEN, kod=andra[0])
    assert ny_app.secret != app.secret
    sida = hanna.ga("/konto")
    assert hanna.skicka(sida, "/konto/tvasteg/av", losenord=LOSEN, kod="000000").status == 401
    av = hanna.skicka(sida, "/konto/tvasteg/av", losenord=LOSEN, kod=tredje[0])
    assert "Tvåstegsinloggningen är avstängd." in av.text


def test_den_som_maste_ha_tva_steg_kan_inte_stanga_av(vakan: Vaka) -> None:
    with Besokare(kravande(vakan)) as hanna:
        _, koder = satt_pa(hanna, logga_in(hanna))
        sida = hanna.ga("/konto")
        assert "Stäng av" not in sida.text
        csrf = re.search(r'name="csrf" value="([^"]+)"', sida.html)
        assert csrf
        svar = hanna._fraga("POST", f"{VAKA}/konto/tvasteg/av", data={"csrf": csrf[1], "losenord": LOSEN, "kod": koder[0]})
        assert svar.status == 403
        assert "På sedan" in hanna.ga("/konto").text


def test_sessionen_vilar_sa_lange_som_installningen_sager(vakan: Vaka) -> None:
    with Besokare(kravande(vakan, tvasteg="nej", vilotid=5)) as hanna:
        assert logga_in(hanna).vag == "/konto"
        klocka.stall(NU + timedelta(minutes=4))
        assert hanna.ga("/konto").vag == "/konto"
        klocka.stall(NU + timedelta(minutes=10))
        assert hanna.ga("/konto").vag == "/logga-in?vidare=/konto"


def test_kakorna_over_https_gar_bara_tillbaka_dit_de_kom_fran(vakan: Vaka) -> None:
    vaka = kravande(vakan, tvasteg="nej", url="https://vaka.example")
    with Besokare(vaka) as hanna:
        hanna.klient._mounts.clear()
        hanna.klient = httpx.AsyncClient(transport=httpx.ASGITransport(program(vaka)), base_url="https://vaka.example", follow_redirects=False)
        sida = hanna._fraga("GET", "https://vaka.example/logga-in")
        svar = hanna.skicka(sida, "/logga-in", anvandarnamn="hanna", losenord=LOSEN).svar
        (kakan,) = (k for k in svar.headers.get_list("set-cookie") if k.startswith("__Host-vaka="))
        delar = {d.strip().lower() for d in kakan.split(";")[1:]}
        assert {"httponly", "path=/", "samesite=lax", "secure"} <= delar
        assert not any(d.startswith("domain") for d in delar)
        assert all(k.startswith("__Host-") for k in svar.headers.get_list("set-cookie"))
        assert hanna._fraga("GET", "https://vaka.example/konto").status == 200


def test_sidan_med_bilden_har_varken_stil_eller_skript_i_sig(hanna: Besokare) -> None:
    logga_in(hanna)
    sida = hanna.ga("/konto/tvasteg")
    assert "<svg viewBox" in sida.html
    assert not re.search(r"style=|<style|<script(?! src)| on[a-z]+=", sida.html)
    assert sida.svar.headers["cache-control"] == "no-store"


def api(vaka: Vaka, **kropp: str) -> tuple[int, dict[str, Any]]:
    with closing(Besokare(vaka)._loop) as loop:
        async def fraga() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(program(vaka)), base_url=VAKA) as klient:
                return await klient.post("/api/v1/inloggning", json={"anvandarnamn": "hanna", "losenord": LOSEN} | kropp)

        svar = loop.run(fraga())
    return svar.status_code, svar.json()


def test_apiet_gar_inte_runt_det_andra_steget(vakan: Vaka) -> None:
    vaka = kravande(vakan)
    status, svar = api(vaka)
    assert (status, svar["fel"]) == (403, "tvasteg_kravs")
    with Besokare(vaka) as hanna:
        app, koder = satt_pa(hanna, logga_in(hanna))
    klocka.stall(NU + timedelta(minutes=1))
    assert [api(vaka)[1]["fel"], api(vaka, kod="000000")[1]["fel"]] == ["kod_saknas", "fel_kod"]
    assert api(vaka, losenord="fel")[1]["fel"] == "fel_inloggning"
    status, svar = api(vaka, kod=app.at(klocka.nu()))
    assert status == 201
    assert svar["token"].startswith("vaka_")
    assert api(vaka, kod=app.at(klocka.nu()))[0] == 401, "samma kod en gång till"
    assert api(vakan, kod=koder[0])[0] == 201, "den som har satt på det behöver det fast ingen kräver det"


def test_administratoren_tar_bort_steget_och_kopplar_konton(
    vakan: Vaka, kor: Kor, databas: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for namn, varde in {"DATABAS": databas, "DEMO": "ja", "OIDC": "https://login.exempel.example", "OIDC_KLIENT": "vaka",
                        "DATA": str(vakan.settings.datamapp)}.items():  # fmt: skip
        monkeypatch.setenv(f"VAKA_{namn}", varde)
    with Besokare(kravande(vakan)) as hanna:
        satt_pa(hanna, logga_in(hanna))
        assert "är på sedan 2026-09-07, 10 återställningskoder kvar" in kor("anvandare", "tvasteg", "hanna")[1]
        assert "är borttagen" in kor("anvandare", "tvasteg", "hanna", "--ta-bort")[1]
        assert hanna.ga("/konto").vag.startswith("/logga-in"), "alla inloggningar avslutades"
        assert logga_in(hanna).vag.startswith("/logga-in/tvasteg"), "det krävs, så det sätts på igen"
    assert "Skriv personens id" in kor("anvandare", "koppla", "hanna")[2]
    assert "Kontot hanna är kopplat." in kor("anvandare", "koppla", "hanna", "ett-id")[1]
    assert "redan knutet" in kor("anvandare", "koppla", "hugo", "ett-id")[2]
    assert "är losskopplat" in kor("anvandare", "koppla", "hanna", "--ta-bort")[1]
    assert "var inte kopplat" in kor("anvandare", "koppla", "hanna", "--ta-bort")[1]
    assert "är kopplat" in kor("anvandare", "koppla", "hugo", "ett-id")[1]
