"""How often: each limit is provoked once, and a town hall behind one address is never stopped by itself."""

import re
import threading

import pytest
from sqlalchemy import update

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr
from tjanster.db import t
from tjanster.takt import DEMO, PER_ADRESS, PER_KONTO, ForOfta, Grans, Takt, klientens_adress
from tjanster.web.program import program

FEL_LOSEN = {"anvandarnamn": "finns-inte", "losenord": "fel-lösenord-här"}


def _fa(**antal: int) -> Takt:
    """The limits as they stand, some of them so low that a test can meet them."""
    alla = [
        tuple(Grans(g.namn, g.vad, g.metoder, g.vag, antal.get(g.namn, g.antal), g.sekunder, g.nar) for g in grupp)
        for grupp in (PER_ADRESS, PER_KONTO)
    ]
    return Takt(*alla)


def test_for_manga_felaktiga_inloggningar_fran_en_adress(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True, takt=_fa(fel_inloggning=3))
    for _ in range(3):
        assert dorr("POST", "/api/v1/inloggning", json=FEL_LOSEN).status_code == 401
    nekad = dorr("POST", "/api/v1/inloggning", json=FEL_LOSEN)
    assert nekad.status_code == 429
    assert nekad.json()["fel"] == "for_ofta"
    assert re.fullmatch(
        r"Det blev för många felaktiga inloggningar på kort tid. Försök igen om \d+ minuter.", nekad.json()["skal"][0]
    )
    assert 500 < int(nekad.headers["retry-after"]) <= 600
    sidan = dorr("POST", "/logga-in", data={"csrf": "x"})
    assert sidan.status_code == 429
    assert "För många försök" in sidan.text
    assert int(sidan.headers["retry-after"]) > 0
    assert dorr("GET", "/logga-in", adress="192.0.2.8").status_code == 200


def test_for_manga_som_borjar_logga_in_hos_kommunen_fran_en_adress(bygg: Bygge) -> None:
    dorr = Dorr(bygg, takt=_fa(till_kommunens=2))
    assert [dorr("GET", "/logga-in/kommunen").status_code for _ in range(3)] == [404, 404, 429]
    assert dorr("GET", "/logga-in/kommunen", adress="192.0.2.8").status_code == 404


def test_for_manga_synpunkter_fran_en_adress(bygg: Bygge) -> None:
    dorr = Dorr(bygg, takt=_fa(synpunkt=2))
    assert [dorr("POST", "/lamna-synpunkt").status_code for _ in range(3)] == [403, 403, 429]
    assert dorr("GET", "/lamna-synpunkt").status_code == 303


def test_for_manga_gissningar_pa_en_kod(bygg: Bygge) -> None:
    """Wrong ones only: who follows the case with the right code may look as often as they like."""
    dorr = Dorr(bygg, takt=_fa(foljkod=2))
    nummer = bygg.ny("synpunkt")
    ratt = bygg.vaka.sammanhang.foljvag(nummer)
    assert [dorr("GET", ratt).status_code for _ in range(5)] == [200] * 5
    assert [dorr("GET", f"/folj/{nummer}/gissning{i}").status_code for i in range(3)] == [404, 404, 429]
    assert dorr("GET", ratt).status_code == 429
    assert dorr("GET", ratt, adress="192.0.2.8").status_code == 200


def test_for_manga_anrop_utan_giltig_token(bygg: Bygge) -> None:
    dorr = Dorr(bygg, takt=_fa(fel_token=2))
    svar = [
        dorr("GET", "/api/v1/jag", huvuden={"authorization": f"Bearer vaka_gissning{i}"}).status_code for i in range(3)
    ]
    assert svar == [401, 401, 429]


@pytest.mark.parametrize(
    ("vad", "metod", "vag"),
    [("anrop", "GET", "/regler"), ("anrop", "GET", "/api/v1/jag"), ("filer", "POST", "/arende/AVV-2026-0001/bifoga"),
     ("filer", "POST", "/api/v1/arenden/AVV-2026-0001/bilagor"), ("tungt", "GET", "/rapporter/ej-verkstallda")],
)  # fmt: skip
def test_for_manga_anrop_av_ett_konto(bygg: Bygge, vad: str, metod: str, vag: str) -> None:
    dorr = Dorr(bygg, takt=_fa(**{vad: 3}))
    svar = [dorr(metod, vag, "kim") for _ in range(4)]
    assert 429 not in [ett.status_code for ett in svar[:3]]
    assert svar[3].status_code == 429
    assert int(svar[3].headers["retry-after"]) >= 1
    assert dorr(metod, vag, "elin").status_code != 429, "en kollega bakom samma adress stoppades"


def test_samma_konto_fran_flera_sessioner_ar_ett_konto(bygg: Bygge) -> None:
    dorr = Dorr(bygg, takt=_fa(anrop=3))
    for _ in range(3):
        assert dorr("GET", "/regler", "kim").status_code == 200
        dorr.sessioner.clear()
    assert dorr("GET", "/regler", "kim").status_code == 429
    assert dorr("GET", "/api/v1/jag", "kim").status_code == 429


def test_hundra_bakom_en_adress_far_arbeta(bygg: Bygge) -> None:
    """With the limits as they stand: a hundred log in within a moment, one in five mistypes first, and all go on working."""
    dorr = Dorr(bygg, drift=True)
    with bygg.vaka.motor.begin() as conn:
        conn.execute(update(t.anvandare).values(losen=None))
    logga_in = ("POST", "/logga-in", None, {}, None, None, {"data": {}})
    svar = dorr.flera([logga_in] * 20)  # mistyped: the page answers no
    assert {ett.status_code for ett in svar} == {403}
    takt = dorr.app.state.takt
    for _ in range(100):
        takt.fore("192.0.2.7", "POST", "/logga-in")
        takt.efter("192.0.2.7", "POST", "/logga-in", 303)
    for konto in range(100):
        for _ in range(60):
            takt.konto(konto, "GET", "/enhet")
    assert dorr("GET", "/regler", "kim").status_code == 200


def test_efter_en_stund_finns_det_rum_igen() -> None:
    takt = Takt((), (Grans("prov", "prov", ("GET",), re.compile(".*"), 1, 1),))
    takt.konto(1, "GET", "/")
    with pytest.raises(ForOfta) as nej:
        takt.konto(1, "GET", "/")
    assert nej.value.sekunder == 1
    threading.Event().wait(1.05)
    takt.konto(1, "GET", "/")


def test_demon_har_hogre_granser(bygg: Bygge) -> None:
    takt = program(bygg.vaka).state.takt
    for _ in range(PER_ADRESS[1].antal * DEMO):
        takt.efter("192.0.2.7", "POST", "/logga-in", 401)
    with pytest.raises(ForOfta):
        takt.fore("192.0.2.7", "POST", "/logga-in")


def test_inga_adresser_i_raknarna() -> None:
    takt = Takt()
    takt.fore("192.0.2.7", "POST", "/logga-in")
    takt.konto(4711, "GET", "/")
    innehall = repr(vars(takt._raknare.storage))
    assert "inloggning" in innehall
    assert "192.0.2" not in innehall
    assert "4711" not in innehall


@pytest.mark.parametrize(
    ("granne", "vidare", "proxyer", "vem"),
    [
        ("192.0.2.7", [], "", "192.0.2.7"),
        ("192.0.2.7", ["203.0.113.9"], "", "192.0.2.7"),
        ("10.0.0.5", ["203.0.113.9"], "10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", ["1.1.1.1, 203.0.113.9"], "10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", ["1.1.1.1", "203.0.113.9, 10.0.0.6"], "10.0.0.0/24", "203.0.113.9"),
        ("10.0.0.5", ["10.0.0.9, 10.0.0.6"], "10.0.0.0/24", "10.0.0.9"),
        ("10.0.0.5", ["<script>"], "10.0.0.5", "10.0.0.5"),
        ("10.0.0.5", ["1.1.1.1, okänd"], "10.0.0.5", "10.0.0.5"),
        ("10.0.0.5", [], "10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", ["203.0.113.9"], "10.0.0.5", "203.0.113.9"),
        ("2001:db8:1:2:3::4", [], "", "2001:db8:1:2::/64"),
        ("/run/vaka.sock", ["1.1.1.1"], "", "/run/vaka.sock"),
        (None, ["1.1.1.1"], "", ""),
    ],
)  # fmt: skip
def test_vems_anropet_ar(bygg: Bygge, granne: str | None, vidare: list[str], proxyer: str, vem: str) -> None:
    settings = bygg.vaka.settings.model_copy(update={"proxy": proxyer})
    assert klientens_adress(granne, vidare, settings.proxyer) == vem


def test_den_som_sager_sig_komma_fran_annat_hall_raknas_anda(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True, takt=_fa(fel_inloggning=3), proxy="10.0.0.5")
    svar = [
        dorr("POST", "/api/v1/inloggning", json=FEL_LOSEN, huvuden={"x-forwarded-for": f"198.51.100.{i}"}).status_code
        for i in range(4)
    ]
    assert svar == [401, 401, 401, 429]
    genom = [
        dorr(
            "POST",
            "/api/v1/inloggning",
            json=FEL_LOSEN,
            adress="10.0.0.5",
            huvuden={"x-forwarded-for": f"198.51.100.{i}"},
        ).status_code
        for i in range(4)
    ]
    assert genom == [401] * 4
