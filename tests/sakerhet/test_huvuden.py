"""Every answer bears its headers: each route with each method, every sort of error, files, redirects and attachments."""

import base64
import re
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr, ifylld, vagar
from tjanster.sessioner import prova_csrf
from tjanster.web.skal import HSTS, HUVUDEN

METODER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


def fel_i(svar: httpx.Response, var: str = "", *, https: bool = True) -> list[str]:
    """What the answer lacks; empty when all is there."""
    h, fel = svar.headers, []
    policy = h.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy or "http" in policy:
        fel.append(f"policy: {policy}")
    if "sandbox" not in policy and "frame-ancestors 'none'" not in policy:
        fel.append(f"ram: {policy}")
    for namn in HUVUDEN.keys() - {"content-security-policy"}:
        if h.get_list(namn) != [HUVUDEN[namn]]:
            fel.append(f"{namn}: {h.get_list(namn)}")
    if https and h.get_list("strict-transport-security") != [HSTS]:
        fel.append("hsts")
    cache = h.get("cache-control", "")
    if cache != "no-store" and not (cache.startswith("public") and "set-cookie" not in h and svar.status_code < 400):
        fel.append(f"cache-control: {cache}")
    if {"server", "x-powered-by", "access-control-allow-origin"} & h.keys():
        fel.append("säger för mycket")
    if svar.content and "charset" not in h.get("content-type", "") and h.get("content-type", "").startswith("text/"):
        fel.append(f"content-type: {h.get('content-type')}")
    for kaka in h.get_list("set-cookie"):
        if https and not (kaka.startswith("__Host-") and {"secure", "path=/"} <= _attribut(kaka)):
            fel.append(f"kaka: {kaka.partition('=')[0]}")
        if "samesite=lax" not in _attribut(kaka):
            fel.append(f"samesite: {kaka.partition('=')[0]}")
        if "httponly" not in _attribut(kaka) and "max-age=0" not in _attribut(kaka):
            fel.append(f"httponly: {kaka.partition('=')[0]}")
    return [f"{var} {svar.status_code} {ett}" for ett in fel]


def _attribut(kaka: str) -> set[str]:
    return {del_.strip().lower() for del_ in kaka.split(";")[1:]}


def test_varje_vag_med_varje_metod(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True)
    nummer = bygg.ny("avvikelse", "mia")
    adresser = sorted(
        {ifylld(vag, nummer=nummer) for _, vag in vagar(dorr.app)}
        | {"/", "/finns-inte", "/static/vaka.css", "/static/finns-inte"}
    )
    assert len(adresser) > 60
    fragor = [(metod, vag, None, {}, None, None, {}) for vag in adresser for metod in METODER]
    fragor += [(metod, vag, "kim", {}, None, None, {}) for vag in adresser for metod in ("GET", "POST")]
    svar = dorr.flera(fragor)
    assert [
        x for fraga, ett in zip(fragor, svar, strict=True) for x in fel_i(ett, f"{fraga[0]} {fraga[1]} {fraga[2]}")
    ] == []
    statusar = {ett.status_code for ett in svar}
    assert {200, 303, 401, 403, 404, 405, 422} <= statusar, statusar
    assert not statusar & {500, 501, 502, 503}


def test_filer_for_webblasaren_far_sparas_och_fel_far_inte(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True)
    assert dorr("GET", "/static/vaka.css?v=1").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert dorr("GET", "/static/finns-inte.css?v=1").headers["cache-control"] == "no-store"
    assert dorr("GET", "/static/").status_code == 404
    assert dorr("GET", "/static").status_code == 404


def _fel(dorr: Dorr, status: int) -> list[httpx.Response]:
    langt, manga = {"x-lang": "a" * 40_000}, b"a" * 1_100_000
    return {
        404: lambda: [dorr("GET", "/arende/AVV-2026-9999", "kim"), dorr("GET", "/api/v1/arenden/AVV-2026-9999", "kim")],
        405: lambda: [dorr("DELETE", "/regler"), dorr("PATCH", "/api/v1/jag", "kim")],
        413: lambda: [dorr("POST", "/lamna-synpunkt", content=manga, huvuden={"content-type": "application/x-www-form-urlencoded"}),
                      dorr("POST", "/api/v1/inloggning", content=b'"' + manga, huvuden={"content-type": "application/json"})],
        414: lambda: [dorr("GET", "/sok?q=" + "a" * 9000, "kim"), dorr("GET", "/api/v1/jag?q=" + "a" * 9000, "kim")],
        421: lambda: [dorr("GET", "/", huvuden={"host": "ond.example"}), dorr("GET", "/api/v1/jag", huvuden={"host": "ond.example"})],
        422: lambda: [dorr("POST", "/api/v1/arenden/avvikelse", "mia", json={"uppgifter": {}})],
        431: lambda: [dorr("GET", "/", huvuden=langt), dorr("GET", "/api/v1/jag", huvuden=langt)],
    }[status]()  # fmt: skip


@pytest.mark.parametrize("status", [404, 405, 413, 414, 421, 422, 431])
def test_varje_sorts_fel(bygg: Bygge, status: int) -> None:
    for svar in _fel(Dorr(bygg, drift=True), status):
        assert svar.status_code == status
        assert fel_i(svar) == []


@pytest.mark.parametrize(
    ("fel", "status"),
    [(RuntimeError("hemligt innehåll"), 500), (OperationalError("SELECT hemligt", {}, Exception()), 503)],
)
@pytest.mark.parametrize("vag", ["/regler", "/api/v1/jag"])
def test_ovantade_fel_och_borttappad_databas(
    bygg: Bygge, monkeypatch: pytest.MonkeyPatch, fel: Exception, status: int, vag: str
) -> None:
    dorr = Dorr(bygg, drift=True)
    dorr.session("kim"), dorr.token("kim")

    def trasig(*_: Any, **__: Any) -> None:
        raise fel

    for modul in ("web.ram", "api.grund"):
        monkeypatch.setattr(f"tjanster.{modul}.las_aktor", trasig)
    svar = dorr("GET", vag, "kim")
    assert svar.status_code == status
    assert fel_i(svar) == []
    assert "hemligt" not in svar.text


def test_bilagor_sparas_och_visas_aldrig(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True)
    nummer = bygg.ny("avvikelse", "mia")
    bygg.bifoga(nummer, "underlag.txt")
    sidan = dorr("GET", f"/arende/{nummer}", "elin")
    (vag,) = set(re.findall(rf'href="(/arende/{nummer}/bilaga/\d+)"', sidan.text))
    for svar in (
        dorr("GET", vag, "elin"),
        dorr("GET", f"/api/v1/arenden/{nummer}/bilagor/{vag.rpartition('/')[2]}", "elin"),
    ):
        assert svar.status_code == 200
        assert svar.headers["content-disposition"].startswith("attachment;")
        assert svar.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert fel_i(svar) == []


def test_utan_https_inget_tvang_till_https(bygg: Bygge) -> None:
    svar = Dorr(bygg)("GET", "/logga-in")
    assert "strict-transport-security" not in svar.headers
    assert fel_i(svar, https=False) == []


def test_sidor_komprimeras_och_formularets_ord_ar_nytt_varje_gang(bygg: Bygge) -> None:
    """A compressed page's length tells what in it is alike; the form's word never is (BREACH)."""
    dorr = Dorr(bygg, drift=True)
    svar = [dorr("GET", "/regler", "kim", huvuden={"accept-encoding": "gzip"}) for _ in range(2)]
    for ett in svar:
        assert ett.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in ett.headers["vary"].lower()
        assert ett.headers["cache-control"] == "no-store"
    ord_ = [re.findall(r'name="csrf" value="([\w-]+)"', ett.text)[0] for ett in svar]
    assert len(set(ord_)) == 2
    assert all(prova_csrf(dorr.session("kim"), ett) for ett in ord_)
    a, b = (base64.urlsafe_b64decode(ett + "==") for ett in ord_)
    assert not any(x in b for x in (a[n : n + 4] for n in range(60))), "något av ordet står likadant i båda"
    for fel in (ord_[0][:-2], ord_[0][43:], "x" + ord_[0][1:], ord_[0] + "AA", "=", "é", "A" * 86):
        assert not prova_csrf(dorr.session("kim"), fel)
    assert "content-encoding" not in dorr("GET", "/regler", "kim", huvuden={"accept-encoding": "identity"}).headers
    assert "content-encoding" not in dorr("GET", "/halsa", huvuden={"accept-encoding": "gzip"}).headers
