"""Files by the API: sent together or not at all, listed, fetched; size and form judged before anything is kept."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, Bygge
from tests.tjanster.bilagehjalp import PDF, PNG
from tjanster.web.skal import STORSTA, STORSTA_MED_FILER, begransad


@pytest.fixture
def api(bygg: Bygge) -> Apiklient:
    return Apiklient(bygg)


@pytest.fixture
def nummer(bygg: Bygge) -> str:
    return bygg.ny("synpunkt", kontakt=KONTAKT)


def filer(*par: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [("filer", ett) for ett in par]}


def test_filer_bifogas_listas_och_hamtas(api: Apiklient, nummer: str) -> None:
    svar = api(
        "POST", f"/arenden/{nummer}/bilagor", "hanna", data={"bilagetext": "Underlag", "version": "2"},
        **filer(("åtgärd \"1\".pdf", PDF), ("skada.png", PNG)),
    )  # fmt: skip
    assert svar.status_code == 201, svar.text
    assert (svar.json()["version"], [b["typ"] for b in svar.json()["bilagor"]]) == (3, ["application/pdf", "image/png"])
    lista = api("GET", f"/arenden/{nummer}/bilagor", "hanna").json()
    assert lista == svar.json()
    ett = lista["bilagor"][0]
    assert (ett["storlek"], ett["rubrik"], ett["av"]) == (len(PDF), "Underlag", "Hanna Påhittad")
    fil = api("GET", f"/arenden/{nummer}/bilagor/{ett['id']}", "hanna")
    assert (fil.content, fil.headers["content-type"]) == (PDF, "application/pdf")
    assert fil.headers["content-disposition"].startswith('attachment; filename="_tg_rd ')
    assert "filename*=UTF-8''%C3%A5tg%C3%A4rd%20" in fil.headers["content-disposition"]
    assert (fil.headers["x-content-type-options"], fil.headers["cache-control"]) == ("nosniff", "no-store")
    assert "sandbox" in fil.headers["content-security-policy"]
    assert api("GET", f"/arenden/{nummer}/historik", "hanna").json()["handelser"][-1]["handelse"] == "bifoga"


def test_tas_bort_som_ett_steg(api: Apiklient, nummer: str) -> None:
    bilaga = api("POST", f"/arenden/{nummer}/bilagor", "hanna", **filer(("a.pdf", PDF))).json()["bilagor"][0]["id"]
    kropp = {"handelse": "ta_bort_bilaga", "version": 3, "skal": "Fel fil", "uppgifter": {"bilaga": str(bilaga)}}
    assert api("POST", f"/arenden/{nummer}/handelser", "hanna", json=kropp).status_code == 200
    assert api("GET", f"/arenden/{nummer}/bilagor", "hanna").json()["bilagor"] == []
    assert api("GET", f"/arenden/{nummer}/bilagor/{bilaga}", "hanna").status_code == 404


def test_en_fil_som_ar_fel_stoppar_alla(api: Apiklient, nummer: str) -> None:
    svar = api("POST", f"/arenden/{nummer}/bilagor", "hanna", **filer(("a.pdf", PDF), ("b.exe", b"MZ")))
    assert (svar.status_code, set(svar.json()["falt"])) == (422, {"filer"})
    assert api("GET", f"/arenden/{nummer}/bilagor", "hanna").json()["bilagor"] == []


def test_gammal_version_nekas_och_utan_version_bifogas_anda(bygg: Bygge, api: Apiklient, nummer: str) -> None:
    bygg.gor(nummer, "anteckna", "rut", anteckning="Någon var här")
    svar = api("POST", f"/arenden/{nummer}/bilagor", "hanna", data={"version": "2"}, **filer(("a.pdf", PDF)))
    assert (svar.status_code, svar.json()["fel"]) == (409, "nagon_hann_fore")
    assert api("POST", f"/arenden/{nummer}/bilagor", "hanna", **filer(("a.pdf", PDF))).status_code == 201


@pytest.mark.parametrize(
    ("data", "falt", "mening"),
    [
        ({"version": "två"}, "version", "Här ska det stå ett heltal"),
        ({"bilagetxt": "x"}, "bilagetxt", "Okänt ord – menade du 'bilagetext'?"),
        ({"bilagetext": "x" * 201}, "bilagetext", "Texten är för lång"),
        ({"bilagetext": "a\0b"}, "bilagetext", "ett tecken som inte kan sparas"),
    ],
)
def test_fel_i_formularets_ovriga_delar(api: Apiklient, nummer: str, data: dict[str, str], falt: str, mening: str) -> None:
    svar = api("POST", f"/arenden/{nummer}/bilagor", "hanna", data=data, **filer(("a.pdf", PDF)))
    assert svar.status_code == 422
    assert mening in svar.json()["falt"][falt]


def test_utan_filer_och_utan_formular(api: Apiklient, nummer: str) -> None:
    for kropp in ({"json": {"filer": []}}, {"data": {"filer": "text"}}, {}):
        svar = api("POST", f"/arenden/{nummer}/bilagor", "hanna", **kropp)
        assert (svar.status_code, svar.json()["falt"]) == (422, {"filer": "Välj minst en fil."})
    trasig = {"content": b"--x\r\nhej", "headers": {"content-type": "multipart/form-data; boundary=y"}}
    svar = api("POST", f"/arenden/{nummer}/bilagor", "hanna", **trasig)
    assert (svar.status_code, "multipart/form-data" in svar.json()["skal"][0]) == (400, True)


def test_bara_den_som_ser_arendet(api: Apiklient, nummer: str) -> None:
    bilaga = api("POST", f"/arenden/{nummer}/bilagor", "hanna", **filer(("a.pdf", PDF))).json()["bilagor"][0]["id"]
    assert api("POST", f"/arenden/{nummer}/bilagor", "frida", **filer(("a.pdf", PDF))).status_code == 404
    assert api("GET", f"/arenden/{nummer}/bilagor", "frida").status_code == 404
    assert api("GET", f"/arenden/{nummer}/bilagor/{bilaga}", "frida").status_code == 404
    assert api("GET", f"/arenden/{nummer}/bilagor/{bilaga}", None).status_code == 401


def _forsok(api: Apiklient, vag: str, antal: int, som: str | None) -> httpx.Response:
    """Send so many bytes without making them all at once."""

    async def kropp() -> Any:
        for _ in range(antal // 1_000_000 + 1):
            yield b"x" * 1_000_000

    huvuden = {"content-type": "multipart/form-data; boundary=y"}
    return api("POST", vag, som, content=kropp(), headers=huvuden)


def test_mer_an_en_megabyte_slapps_bara_in_dar_filer_tas_emot(api: Apiklient, nummer: str) -> None:
    svar = _forsok(api, f"/arenden/{nummer}/handelser", STORSTA + 1, "hanna")
    assert (svar.status_code, svar.json()["skal"]) == (413, ["Det du skickade är för stort: högst 1 MB."])
    stor = PDF + b"\0" * 3_000_000 + PDF
    assert api("POST", f"/arenden/{nummer}/bilagor", "hanna", **filer(("a.pdf", stor))).status_code == 201
    nej = asyncio.run(_las_for_mycket(f"/api/v1/arenden/{nummer}/bilagor"))
    assert nej == "Det du skickade är för stort: högst 10 filer på 10\N{NO-BREAK SPACE}MB."


async def _las_for_mycket(vag: str) -> str:
    """What the shell says when a body goes on for ever."""
    from starlette.exceptions import HTTPException

    async def flod() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 10_000_000, "more_body": True}

    ta_emot = begransad(vag, flod)
    assert STORSTA_MED_FILER > 100_000_000
    with pytest.raises(HTTPException) as nej:
        while True:
            await ta_emot()
    return str(nej.value.detail)


def test_den_som_inte_har_loggat_in_far_inte_skicka_filer(api: Apiklient, nummer: str) -> None:
    lasta = 0

    async def kropp() -> Any:
        nonlocal lasta
        for _ in range(20):
            lasta += 1
            yield b"x" * 100_000

    huvuden = {"content-type": "multipart/form-data; boundary=y"}
    svar = api("POST", f"/arenden/{nummer}/bilagor", None, content=kropp(), headers=huvuden)
    assert svar.status_code == 401
    assert lasta == 0
