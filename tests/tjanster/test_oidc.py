"""Logging in through the municipality's own login: with a real provider, the whole way there and back and out again."""

import html
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, text, update

from regler import Grupprad, Inloggningsregler
from tests.bygg import Bygge
from tests.oidc.besokare import VAKA, Besokare, med_oidc, med_regler, uppdragen
from tests.oidc.riktig import RiktigLeverantor
from tjanster import klocka, konton
from tjanster.app import Vaka
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.db import t
from tjanster.inloggning.personen import folj_grupperna, knyt
from tjanster.krypto import Nyckelring, ny_nyckel

FORR = date(2020, 1, 1)
REGLER = Inloggningsregler(
    kand_genom="anvandarnamn",
    rader=(Grupprad("familjehem", "handlaggare", "familjehem", FORR, None), Grupprad("chef", "enhetschef", "familjehem", FORR, None)),
)


@pytest.fixture(scope="module")
def leverantor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RiktigLeverantor]:
    with RiktigLeverantor(Path(tmp_path_factory.mktemp("oidc")), VAKA) as leverantor:
        yield leverantor


@pytest.fixture
def inne(bygg: Bygge, leverantor: RiktigLeverantor) -> Vaka:
    vaka = med_oidc(bygg.vaka, leverantor.utfardare)
    med_regler(vaka, lambda _: REGLER)
    return vaka


@pytest.fixture
def besokare(inne: Vaka) -> Iterator[Besokare]:
    with Besokare(inne) as besokare:
        yield besokare


def antal(vaka: Vaka, tabell: str) -> int:
    with vaka.motor.connect() as conn:
        return int(conn.execute(select(func.count()).select_from(getattr(t, tabell))).scalar_one())


def test_hela_vagen_in_till_sidan_man_skulle_till_och_ut_igen(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor, caplog: pytest.LogCaptureFixture
) -> None:
    leverantor.person("hanna", groups=["familjehem", "en annan grupp"])
    borjan = besokare.ga("/sena")
    assert "Logga in med kommunens inloggning" in borjan.text
    sida = besokare.hos_leverantoren("hanna", "/sena")
    assert (sida.status, sida.vag) == (200, "/sena")
    assert "Hanna Påhittad" in sida.html
    with inne.motor.connect() as conn:
        idag = klocka.idag()
        assert uppdragen(conn, "hanna") == [
            ("handlaggare", "familjehem", FORR, None, "hand"),
            ("handlaggare", "familjehem", idag, None, "grupp"),
        ]
        (utfardare, amne), = conn.execute(select(t.identitet.c.utfardare, t.identitet.c.amne)).all()
        assert (utfardare, amne) == (leverantor.utfardare, "hanna")

    # Out of Vaka, and from there out of the provider
    ute = besokare.skicka(sida, "/logga-ut")
    assert "Du är utloggad ur Vaka" in ute.text
    assert "data-rensa-utkast" in ute.html
    assert antal(inne, "inloggning") == 0
    lank = ute.html.split('class="ds-button" href="')[1].split('"')[0].replace("&amp;", "&")
    fraga = parse_qs(urlsplit(lank).query)
    assert lank.startswith(leverantor.utfardare)
    assert fraga["post_logout_redirect_uri"] == [f"{VAKA}/logga-in?utloggad=ja"]
    hos_leverantoren = besokare.ga(lank)
    hemma = besokare.skicka(hos_leverantoren, logout="yes")
    assert hemma.vag == "/logga-in?utloggad=ja"
    assert 'name="login"' in besokare.ga("/logga-in/kommunen").html, "leverantören frågar igen"
    assert fraga["id_token_hint"][0] not in caplog.text


def test_lanken_i_ett_brev_leder_genom_kommunens_inloggning_till_arendet(
    inne: Vaka, bygg: Bygge, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    leverantor.person("hanna", groups=["familjehem"])
    nummer = bygg.ny("beslut", "hanna")
    sida = besokare.ga(f"/arende/{nummer}?fran=brev")
    lank = re.search(r'href="(/logga-in/kommunen[^"]+)"', sida.html)
    assert lank is not None
    hos_leverantoren = besokare.ga(html.unescape(lank[1]))
    sida = besokare.skicka(hos_leverantoren, login="hanna", password="vad som helst")
    if 'value="consent"' in sida.html:
        sida = besokare.skicka(sida)
    assert (sida.status, sida.vag) == (200, f"/arende/{nummer}?fran=brev")
    assert besokare.ga("/arende/BES-2026-9999?fran=brev").status == 404


def test_man_kommer_ut_ocksa_nar_nyckeln_till_beviset_har_tagits_bort(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    leverantor.person("hanna", groups=[])
    sida = besokare.hos_leverantoren("hanna", "/sena")
    borttagen = Nyckelring(ny_nyckel())
    with inne.motor.begin() as conn:
        conn.execute(update(t.inloggning).values(idtoken=borttagen.kryptera(b"bevis", "idtoken:1")))
    ute = besokare.skicka(sida, "/logga-ut")
    assert "Du är utloggad ur Vaka" in ute.text
    assert "id_token_hint" not in ute.html
    assert antal(inne, "inloggning") == 0


def test_andra_gangen_kanns_personen_igen_pa_sitt_id_fast_namnet_ar_nytt(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    leverantor.person("hanna", groups=[])
    besokare.hos_leverantoren("hanna")
    leverantor.person("hanna", preferred_username="elin", email="elin@vaka.example")
    with Besokare(inne) as igen:
        assert "Hanna Påhittad" in igen.hos_leverantoren("hanna").html
    assert antal(inne, "identitet") == 1


def test_en_grupp_som_forsvinner_tar_med_sig_sitt_uppdrag_och_inget_annat(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    leverantor.person("hanna", groups=["familjehem", "chef"])
    besokare.hos_leverantoren("hanna")
    igar = klocka.idag() - timedelta(days=1)
    with inne.motor.begin() as conn:
        conn.execute(update(t.uppdrag).where(t.uppdrag.c.kalla == "grupp", t.uppdrag.c.roll == "enhetschef").values(fran=igar))
        konton.satt_uppdrag(conn, _id(conn, "hanna"), "revisor", "ifo", FORR)
    leverantor.person("hanna", groups=["familjehem"])
    with Besokare(inne) as igen:
        igen.hos_leverantoren("hanna")
    with inne.motor.connect() as conn:
        alla = uppdragen(conn, "hanna")
    assert ("enhetschef", "familjehem", igar, igar, "grupp") in alla
    assert ("revisor", "ifo", FORR, None, "hand") in alla
    leverantor.person("hanna", groups=[])
    with Besokare(inne) as igen:
        igen.hos_leverantoren("hanna")
    with inne.motor.connect() as conn:
        kvar = uppdragen(conn, "hanna")
    assert [u for u in kvar if u[4] == "grupp"] == [("enhetschef", "familjehem", igar, igar, "grupp")], "det som började i dag har aldrig funnits"


def _id(conn, namn: str) -> int:
    return conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one()


def test_uppdraget_far_radens_sista_dag_och_foljer_med_nar_den_andras(bygg: Bygge) -> None:
    dag = date(2026, 9, 7)
    with bygg.vaka.motor.begin() as conn:
        hanna = _id(conn, "hanna")
        folj_grupperna(conn, hanna, {("enhetschef", "ifo"): date(2026, 12, 31)}, dag)
        folj_grupperna(conn, hanna, {("enhetschef", "ifo"): date(2027, 6, 30)}, dag + timedelta(days=1))
        assert ("enhetschef", "ifo", dag, date(2027, 6, 30), "grupp") in uppdragen(conn, "hanna")
        folj_grupperna(conn, hanna, {}, date(2027, 8, 1))
        assert ("enhetschef", "ifo", dag, date(2027, 6, 30), "grupp") in uppdragen(conn, "hanna"), "det som var slut ändras inte"


def test_samma_uppdrag_for_hand_och_av_en_grupp_ar_ett_uppdrag(bygg: Bygge) -> None:
    dag, kommun = date(2026, 9, 7), bygg.vaka.sammanhang.kommun
    with bygg.vaka.motor.begin() as conn:
        elin = _id(conn, "elin")
        folj_grupperna(conn, elin, {("enhetschef", "familjehem"): None}, dag)
        for bemanning in (Bemanning.las(conn, kommun, dag), Bemanning.kring(conn, kommun, dag, "familjehem", [elin])):
            assert [p.id for p in bemanning.pa("enhetschef", "familjehem")] == [elin]
        aktor = las_aktor(conn, elin, dag)
    assert aktor is not None
    assert aktor.uppdrag == (("enhetschef", "familjehem"),)


def test_okand_person_kommer_inte_in(inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    leverantor.person("nadja", groups=["familjehem"])
    sida = besokare.hos_leverantoren("nadja")
    assert sida.status == 403
    assert "du har inget konto i Vaka" in sida.text
    assert antal(inne, "identitet") == antal(inne, "inloggning") == 0


def test_okand_person_far_ett_konto_nar_reglerna_sager_det_och_gruppen_ger_ett_uppdrag(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    med_regler(inne, lambda r: replace(r, okand_person="skapa"))
    leverantor.person("nils", groups=["okänd grupp"])
    assert besokare.hos_leverantoren("nils").status == 403
    leverantor.person("nora", groups=["familjehem"])
    with Besokare(inne) as nora:
        assert "Nora Påhittad" in nora.hos_leverantoren("nora").html
        konto = nora.ga("/konto")
        assert "Du loggar in genom kommunens inloggning, som sköter det." in konto.text
        csrf = konto.html.split('name="csrf" value="')[1].split('"')[0]
        bytt = nora._fraga("POST", f"{VAKA}/konto/losen", data={"csrf": csrf, "nytt": "fyra glada hästar", "igen": "fyra glada hästar"})
        assert bytt.status == 404, "den som inte har något lösenord kan inte skaffa sig ett"
    with inne.motor.connect() as conn:
        rad = conn.execute(select(t.anvandare).where(t.anvandare.c.anvandarnamn == "nora")).mappings().one()
        assert (rad["namn"], rad["epost"], rad["losen"]) == ("Nora Påhittad", "nora@vaka.example", None)
        assert uppdragen(conn, "nora") == [("handlaggare", "familjehem", klocka.idag(), None, "grupp")]
        assert conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == "nils")).first() is None


def test_stangt_konto_kommer_inte_in_fast_leverantoren_sager_ja(
    inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor
) -> None:
    leverantor.person("hugo", groups=["chef"])
    assert besokare.hos_leverantoren("hugo").status == 200
    with inne.motor.begin() as conn:
        konton.stang_konto(conn, _id(conn, "hugo"))
        fore = uppdragen(conn, "hugo")
    assert besokare.ga("/").vag.startswith("/logga-in"), "sessionen slutade med kontot"
    leverantor.person("hugo", groups=[])
    with Besokare(inne) as igen:
        sida = igen.hos_leverantoren("hugo")
    assert sida.status == 403
    assert "Ditt konto i Vaka är stängt." in sida.text
    with inne.motor.connect() as conn:
        assert uppdragen(conn, "hugo") == fore, "den som inte kommer in ändrar inget"


def test_epost_raknas_bara_nar_den_ar_bekraftad_och_ensam(inne: Vaka, leverantor: RiktigLeverantor) -> None:
    med_regler(inne, lambda r: replace(r, kand_genom="epost"))
    leverantor.person("m1", email="mia@vaka.example", email_verified=False)
    leverantor.person("m2", email="MIA@vaka.example")
    with Besokare(inne) as besokare:
        assert besokare.hos_leverantoren("m1").status == 403
    with inne.motor.begin() as conn:
        conn.execute(update(t.anvandare).where(t.anvandare.c.anvandarnamn == "rolf").values(epost="mia@vaka.example"))
    with Besokare(inne) as besokare:
        assert besokare.hos_leverantoren("m2").status == 403, "två konton har samma adress"
    with inne.motor.begin() as conn:
        conn.execute(update(t.anvandare).where(t.anvandare.c.anvandarnamn == "rolf").values(epost=None))
    with Besokare(inne) as besokare:
        assert "Mia Påhittad" in besokare.hos_leverantoren("m2").html


def test_ett_konto_far_inte_tva_personer(inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    leverantor.person("hanna")
    besokare.hos_leverantoren("hanna")
    leverantor.person("en-annan", preferred_username="hanna")
    with Besokare(inne) as annan:
        sida = annan.hos_leverantoren("en-annan")
    assert sida.status == 403
    assert "redan knutet till en annan person" in sida.text


def test_forsta_gangen_i_tva_fonster_pa_en_gang(inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    """The other window ties the account while this one is about to: told to begin again, and the second time it goes."""
    leverantor.person("hanna")
    with inne.motor.connect() as andra:
        annan = andra.begin()
        knyt(andra, _id(andra, "hanna"), leverantor.utfardare, "hanna", klocka.nu())

        def slapp() -> None:
            with inne.motor.connect() as titt:
                while not titt.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                    titt.rollback()
                    threading.Event().wait(0.02)
            annan.commit()

        trad = threading.Thread(target=slapp)
        trad.start()
        sida = besokare.hos_leverantoren("hanna")
        trad.join(20)
    assert (sida.status, "Börja om" in sida.text) == (400, True)
    assert besokare.hos_leverantoren("hanna", "/konto").vag == "/konto"


def test_utan_regel_kommer_bara_den_in_som_ar_kopplad_for_hand(inne: Vaka, leverantor: RiktigLeverantor) -> None:
    med_regler(inne, lambda _: Inloggningsregler())
    leverantor.person("hanna")
    with Besokare(inne) as besokare:
        assert besokare.hos_leverantoren("hanna").status == 403


def test_samma_svar_en_gang_till_nekas(inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    leverantor.person("hanna")
    sida = besokare.hos_leverantoren("hanna")
    svaret = next(str(s.url) for s in sida.svar.history if "/logga-in/svar" in str(s.url))
    igen = besokare.ga(svaret)
    assert igen.status == 400
    assert "redan använd" in igen.text
    with Besokare(inne) as annan:
        assert annan.ga(svaret).status == 400, "en annan webbläsare har inte påbörjat det"
    assert antal(inne, "inloggning") == 1
    assert antal(inne, "inloggningsforsok") == 0


def test_fel_state_nekas_och_forsoket_ar_forbrukat(inne: Vaka, besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    besokare.klient.follow_redirects = False
    besokare.ga("/logga-in/kommunen")
    sida = besokare.ga("/logga-in/svar?code=x&state=fel")
    assert (sida.status, antal(inne, "inloggningsforsok")) == (400, 0)


def test_den_som_angrar_sig_hos_leverantoren_far_veta_det(besokare: Besokare, leverantor: RiktigLeverantor) -> None:
    sida = besokare.ga("/logga-in/kommunen")
    avbryt = sida.html.split('href="')[1].split('"')[0] if "/abort" in sida.html else ""
    svar = besokare.ga(avbryt)
    assert svar.status == 403
    assert "avbröts" in svar.text


def test_leverantoren_nere_sags_pa_inloggningssidan(bygg: Bygge) -> None:
    vaka = med_oidc(bygg.vaka, "http://127.0.0.1:9")
    with Besokare(vaka) as besokare:
        for _ in range(2):
            sida = besokare.ga("/logga-in/kommunen")
            assert sida.status == 503
            assert "Kommunens inloggning svarar inte just nu." in sida.text
        assert "Logga in med lösenord" in sida.text, "den andra vägen är öppen"


def test_utan_leverantor_finns_inte_vagen(bygg: Bygge) -> None:
    with Besokare(bygg.vaka) as besokare:
        assert besokare.ga("/logga-in/kommunen").status == besokare.ga("/logga-in/svar?code=x").status == 404
        assert "kommunens inloggning" not in besokare.ga("/logga-in").text


def test_den_som_maste_ha_tva_steg_har_det_ocksa_genom_kommunen(inne: Vaka, leverantor: RiktigLeverantor) -> None:
    leverantor.person("hanna")
    with Besokare(med_oidc(inne, leverantor.utfardare, tvasteg="ja")) as besokare:
        sida = besokare.hos_leverantoren("hanna", "/sena")
        assert sida.vag.startswith("/logga-in/tvasteg")
        assert besokare.ga("/").vag.startswith("/logga-in")
    with Besokare(med_oidc(inne, leverantor.utfardare, tvasteg="lokala")) as besokare:
        assert besokare.hos_leverantoren("hanna", "/sena").vag == "/sena"
