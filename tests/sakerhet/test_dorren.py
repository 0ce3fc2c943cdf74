"""What is refused at the door: another's name, another's page, another's cookie, and what is too large to be meant."""

import re
from typing import Any

import pytest
from starlette.datastructures import Headers

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr, vagar
from tjanster.sessioner import csrf
from tjanster.web.ram import KAKA, egen_adress
from tjanster.web.skal import Avvisad, inkommande_kakor, utgaende_kakor

PRESS = {"beskrivning": "Påhittad"}


# -- whose name ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "vard", ["ond.example", "vaka.kommun.example.ond.example", "vaka.kommun.example:8443", "", "127.0.0.1:8000"]
)
@pytest.mark.parametrize("vag", ["/logga-in", "/api/v1/jag", "/static/vaka.css", "/folj/SYN-2026-0001/x"])
def test_i_drift_svarar_vaka_bara_i_eget_namn(bygg: Bygge, vard: str, vag: str) -> None:
    svar = Dorr(bygg, drift=True)("GET", vag, "kim", huvuden={"host": vard})
    assert svar.status_code == 421
    assert "ond.example" not in svar.text
    assert "https://vaka.kommun.example" in svar.text


def test_tva_vardnamn_ar_inget_vardnamn(bygg: Bygge) -> None:
    """Two readers could take each their own of them."""
    skal = Dorr(bygg, drift=True).app.build_middleware_stack()
    with pytest.raises(Avvisad) as nej:
        skal._ratt_adress(Headers(raw=[(b"host", b"vaka.kommun.example"), (b"host", b"ond.example")]), "/logga-in")
    assert nej.value.status == 421


@pytest.mark.parametrize("vard", ["vaka.kommun.example", "VAKA.Kommun.Example", "vaka.kommun.example:443"])
def test_eget_namn_gar_bra_hur_det_an_skrivs(bygg: Bygge, vard: str) -> None:
    assert Dorr(bygg, drift=True)("GET", "/logga-in", huvuden={"host": vard}).status_code == 200


def test_den_som_vaktar_servern_far_fraga_med_siffror(bygg: Bygge) -> None:
    svar = Dorr(bygg, drift=True)("GET", "/halsa", huvuden={"host": "10.0.0.9:8000"})
    assert (svar.status_code, svar.text) == (200, "ok\n")


def test_forgiftade_huvuden_nar_inga_lankar(bygg: Bygge) -> None:
    """What a proxy would pass on is not asked: no page, redirect or cookie bears it."""
    dorr = Dorr(bygg, drift=True)
    gift = {
        "x-forwarded-host": "ond.example", "x-forwarded-proto": "gopher", "x-forwarded-prefix": "/ond", "forwarded": "host=ond.example",
        "x-host": "ond.example", "x-original-url": "/notiser", "x-rewrite-url": "/notiser", "x-forwarded-server": "ond.example",
    }  # fmt: skip
    nummer = bygg.ny("avvikelse", "mia")
    for vag, som in (
        ("/", None),
        ("/logga-in", None),
        ("/", "kim"),
        (f"/arende/{nummer}", "elin"),
        ("/lamna-synpunkt", None),
    ):
        med, utan = dorr("GET", vag, som, huvuden=gift), dorr("GET", vag, som)
        assert med.status_code == utan.status_code
        assert med.headers.get("location", "").partition("?")[0] == utan.headers.get("location", "").partition("?")[0]
        assert "ond.example" not in med.text + str(med.headers)


# -- from whose page -----------------------------------------------------------------------------------------------------

FRAMMANDE = [
    {"origin": "https://ond.example"}, {"origin": "null"}, {"origin": "http://vaka.kommun.example"}, {"origin": "http://["},
    {"origin": "https://vaka.kommun.example.ond.example"}, {"origin": "https://vaka.kommun.example:8443"}, {"origin": ""},
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "something-else"},
    {"origin": "https://vaka.kommun.example", "sec-fetch-site": "cross-site"},
]  # fmt: skip


@pytest.mark.parametrize("huvuden", FRAMMANDE, ids=str)
def test_andring_fran_en_frammande_sida_nekas_fast_ordet_stammer(bygg: Bygge, huvuden: dict[str, str]) -> None:
    dorr = Dorr(bygg, drift=True)
    svar = dorr("POST", "/regler/utkast", "kim", huvuden=huvuden, form={})
    assert svar.status_code == 403
    assert "annan webbplats" in svar.text
    assert (
        dorr("POST", "/api/v1/inloggning", huvuden=huvuden, json={"anvandarnamn": "kim", "losenord": "x"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "huvuden", [{}, {"origin": "https://vaka.kommun.example"}, {"origin": "https://vaka.kommun.example:443", "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}], ids=str
)  # fmt: skip
def test_andring_fran_egen_sida_gar_fram(bygg: Bygge, huvuden: dict[str, str]) -> None:
    svar = Dorr(bygg, drift=True)("POST", "/logga-ut", "kim", huvuden=huvuden, form={})
    assert svar.status_code == 303


def test_varje_andring_i_webben_kraver_ordet(bygg: Bygge) -> None:
    """Every POST of the pages, without the word, with another session's, and with a made-up one: refused each time."""
    dorr = Dorr(bygg)
    nummer = bygg.ny("avvikelse", "mia")
    andrar = [v.replace("{nummer}", nummer) for m, v in vagar(dorr.app) if m == "POST" and not v.startswith("/api/")]
    andrar = [re.sub(r"\{\w+(:\w+)?\}", "1", v) for v in andrar]
    assert len(andrar) > 12
    slapptes_in = []
    for vag in andrar:
        for ord_ in (None, csrf(dorr.session("hanna")), "a" * 43, "", csrf("")):
            data = {} if ord_ is None else {"csrf": ord_}
            svar = dorr("POST", vag, "kim", data=data)
            if svar.status_code not in (403, 404, 405):
                slapptes_in.append((vag, ord_, svar.status_code))
    assert slapptes_in == []


@pytest.mark.parametrize(
    "typ",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "",
    ],
)
def test_json_under_en_annan_typ_ar_ingen_json(bygg: Bygge, typ: str) -> None:
    """What a foreign page may send without asking first is never read as JSON."""
    dorr = Dorr(bygg)
    kropp = b'{"uppgifter": {}}'
    svar = dorr("POST", "/api/v1/arenden/avvikelse", "mia", content=kropp, huvuden={"content-type": typ})
    assert svar.status_code == 422
    assert "application/json" in svar.text


def test_kakan_ensam_ger_inget_i_api(bygg: Bygge) -> None:
    """The browser's cookie opens no door of the API, so no foreign page can use it there."""
    dorr = Dorr(bygg)
    for metod, vag in vagar(dorr.app):
        if vag.startswith("/api/v1/") and vag not in ("/api/v1/openapi.json", "/api/v1/inloggning"):
            svar = dorr(metod, re.sub(r"\{\w+(:\w+)?\}", "1", vag), kaka=f"{KAKA}={dorr.session('kim')}")
            assert svar.status_code == 401, (metod, vag, svar.status_code)


# -- methods -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("huvud", ["x-http-method-override", "x-method-override", "x-http-method"])
def test_ingen_metod_gar_att_byta(bygg: Bygge, huvud: str) -> None:
    dorr = Dorr(bygg)
    assert dorr("GET", "/logga-ut", "kim", huvuden={huvud: "POST"}).status_code == 405
    assert dorr("POST", "/logga-ut?_method=GET", "kim", data={"_method": "GET"}).status_code == 403
    token = dorr.token("mia")
    dorr(
        "POST",
        "/api/v1/inloggning",
        huvuden={huvud: "DELETE", "authorization": f"Bearer {token}"},
        json={"anvandarnamn": "a", "losenord": "b"},
    )
    assert dorr("GET", "/api/v1/jag", "mia").status_code == 200


@pytest.mark.parametrize("metod", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
def test_metoder_som_ingen_behover(bygg: Bygge, metod: str) -> None:
    dorr = Dorr(bygg)
    for vag in ("/", "/logga-in", "/api/v1/jag", "/static/vaka.css"):
        svar = dorr(metod, vag, huvuden={"x-hemligt": "eko"})
        assert svar.status_code == 405
        assert "eko" not in svar.text


# -- cookies -------------------------------------------------------------------------------------------------------------


def test_kakan_galler_bara_har_och_bara_over_https(bygg: Bygge) -> None:
    svar = Dorr(bygg, drift=True)("GET", "/logga-in")
    (kaka,) = svar.headers.get_list("set-cookie")
    assert kaka.startswith("__Host-vaka_in=")
    assert "Domain" not in kaka


def test_kaka_som_en_granne_har_lagt_har_syns_inte(bygg: Bygge) -> None:
    """A page on a neighbouring host can plant `vaka=…` for the whole domain, but not a name that begins with __Host-."""
    dorr = Dorr(bygg, drift=True)
    egen = f"__Host-{KAKA}={dorr.session('kim')}"
    assert dorr("GET", "/regler", kaka=f"{KAKA}={dorr.session('kim')}").status_code == 303
    for kakor in (f"{KAKA}=ond; {egen}", f"{egen}; {KAKA}=ond", f"{KAKA}=ond; {egen}; {KAKA}=ond2", f"annan=1;{egen}"):
        assert dorr("GET", "/regler", kaka=kakor).status_code == 200


def test_kakornas_namn_at_bada_hallen() -> None:
    ut = utgaende_kakor([(b"set-cookie", b"vaka=a; HttpOnly; Path=/logga-in; SameSite=lax; Domain=x"), (b"vary", b"a")])
    assert ut == [(b"set-cookie", b"__Host-vaka=a; HttpOnly; SameSite=lax; Path=/; Secure"), (b"vary", b"a")]
    assert inkommande_kakor([(b"cookie", b"a=1; __Host-vaka=b=c;vaka=d"), (b"x", b"y")]) == [
        (b"cookie", b"vaka=b=c"),
        (b"x", b"y"),
    ]


def test_utloggning_tommer_webblasaren(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True)
    svar = dorr("POST", "/logga-ut", "kim", form={})
    assert svar.headers["clear-site-data"] == '"storage"'
    assert any(
        k.startswith(f"__Host-{KAKA}=") and "Max-Age=0" in k and "Secure" in k
        for k in svar.headers.get_list("set-cookie")
    )
    assert dorr("GET", "/regler", "kim").status_code == 303


# -- addresses -----------------------------------------------------------------------------------------------------------

ANDRA_ADRESSER = [
    "https://ond.example", "//ond.example", "///ond.example", "/\\ond.example", "\\\\ond.example", "/\t/ond.example", "/\n/ond.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", " //ond.example", "/ /ond.example", "https:ond.example",
    "http:/ond.example", "//ond.example@vaka.example", "/\x00/ond.example", "%2f%2fond.example", "ond.example", "", "//[::1", "/\u2028/ond.example",
    "////ond.example", "/\\/ond.example", "https:///ond.example", "mailto:a@b.example", "/x\r\nset-cookie: ond=1",
]  # fmt: skip


@pytest.mark.parametrize("adress", ANDRA_ADRESSER)
def test_vidare_leder_aldrig_ut(bygg: Bygge, adress: str) -> None:
    assert egen_adress(adress) == "/"
    svar = Dorr(bygg)("GET", "/logga-in", params={"vidare": adress})
    assert svar.status_code == 200
    (falt,) = re.findall(r'name="vidare" value="([^"]*)"', svar.text)
    assert falt == "/"


def test_vidare_inom_vaka_gar_bra() -> None:
    for adress in (
        "/",
        "/arende/AVV-2026-0001",
        "/enhet?steg=sen&sida=2",
        "/sok?q=%2F%2Fond.example",
        "/arende/AVV-2026-0001#bilagor",
    ):
        assert egen_adress(adress) == adress


STIGAR = [
    "/static/../mallar.py", "/static/%2e%2e/mallar.py", "/static/..%2fmallar.py", "/static/%2e%2e%2f%2e%2e%2fsettings.py", "/static/..\\mallar.py",
    "/static//etc/passwd", "/static/%00/vaka.css", "/static/vaka.css%00.py", "/static/....//mallar.py", "/static/vendor/../../mallar.py",
    "/static/%252e%252e/mallar.py", "/static/../static/../mallar.py", "/static/" + "a" * 5000, "/static/..;/mallar.py",
    "/static/~root/.bashrc", "/static/.git/config", "/static/\u2025/mallar.py", "/.git/config", "/.env", "/vaka.toml",
]  # fmt: skip


@pytest.mark.parametrize("stig", STIGAR, ids=lambda s: s[:50])
def test_ingen_stig_leder_ut_ur_filerna(bygg: Bygge, stig: str) -> None:
    svar = Dorr(bygg)("GET", stig)
    assert svar.status_code == 404
    assert "import " not in svar.text
    assert "root:" not in svar.text


def test_inget_som_skickas_blir_en_rad_i_huvudena(bygg: Bygge) -> None:
    """Every place where what was sent comes back in a header: addresses to go on to, names of files, cookies."""
    dorr = Dorr(bygg)
    ond = "x\r\nset-cookie: ond=1"
    svar = [
        dorr("GET", "/arende/x%0d%0aset-cookie:%20ond=1"), dorr("GET", "/regler?q=%0d%0aset-cookie:%20ond=1"),
        dorr("POST", "/logga-ut", huvuden={"referer": "http://vaka.example/x%0d%0aset-cookie:%20ond=1"}),
        dorr("GET", "/lamna-synpunkt", params={"n": ond}), dorr("GET", "/logga-in", params={"vidare": ond}),
        dorr("GET", "/regler", "kim", kaka=f"{KAKA}={dorr.session('kim')}; vaka_hej=x%0d%0aset-cookie:ond"),
    ]  # fmt: skip
    for ett in svar:
        assert not any(k.startswith("ond") for k in ett.headers.get_list("set-cookie"))
        assert not any("\r" in v or "\n" in v for v in ett.headers.values())


# -- too large -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "huvuden", [{"cookie": "vaka=" + "a" * 33_000}, {f"x-{i}": "a" * 300 for i in range(120)}], ids=["kaka", "många"]
)
def test_for_stora_huvuden(bygg: Bygge, huvuden: dict[str, Any]) -> None:
    assert Dorr(bygg)("GET", "/logga-in", huvuden=huvuden).status_code == 431


def test_for_lang_adress(bygg: Bygge) -> None:
    dorr = Dorr(bygg)
    assert dorr("GET", "/" + "a" * 8001).status_code == 414
    assert dorr("GET", "/sok?" + "&".join(f"q{i}=1" for i in range(1200)), "kim").status_code == 414
    assert dorr("GET", "/sok?q=" + "a" * 7000, "kim").status_code == 200


def test_samma_ord_flera_ganger_i_adressen(bygg: Bygge) -> None:
    """A parameter sent twice is read once, at the same place each time, and never becomes two."""
    dorr = Dorr(bygg)
    for vag in (
        "/sok?q=a&q=b",
        "/enhet?sida=1&sida=2",
        "/notiser?status=vantar&status=skickad",
        "/logga-in?vidare=/a&vidare=//ond.example",
    ):
        svar = dorr("GET", vag, "kim")
        assert svar.status_code == 200
        assert "ond.example" not in svar.text
