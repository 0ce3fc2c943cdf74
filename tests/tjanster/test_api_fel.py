"""Bad input and trouble: one error shape, Swedish sentences, nothing written, never a 500."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, SYNPUNKT, Bygge
from tjanster.api import arenden

OPPNA = {("post", "/api/v1/inloggning")}


@pytest.fixture
def api(bygg: Bygge) -> Apiklient:
    return Apiklient(bygg)


def antal_arenden(bygg: Bygge) -> int:
    with bygg.vaka.systemet() as conn:
        return int(conn.execute(text("SELECT count(*) FROM arende")).scalar_one())


def test_varje_adress_kraver_inloggning(api: Apiklient) -> None:
    schema = api("GET", "/openapi.json", None).json()
    assert len(schema["paths"]) >= 11
    for vag, metoder in schema["paths"].items():
        for metod, beskrivning in metoder.items():
            if (metod, vag) in OPPNA:
                continue
            adress = vag.replace("{nummer}", "SYN-2026-0001").replace("{process}", "synpunkt")
            assert beskrivning["security"], vag
            for huvud in ({}, {"Authorization": "Bearer vaka_fel"}, {"Authorization": "Basic cnV0OnJ1dA=="}):
                svar = api(metod.upper(), adress, None, headers=huvud)
                assert (svar.status_code, svar.json()["fel"]) == (401, "inte_inloggad"), (metod, vag)
                assert svar.headers["www-authenticate"] == "Bearer"


def test_beskrivningen_ar_svensk_och_namner_alla_fel(api: Apiklient) -> None:
    schema = api("GET", "/openapi.json", None).json()
    for vag, metoder in schema["paths"].items():
        for metod, beskrivning in metoder.items():
            assert beskrivning["summary"].endswith(tuple("abcdefghijklmnopqrstuvwxyzåäö")), (metod, vag)
            svar = beskrivning["responses"]
            assert {"401", "422", "500", "503"} <= svar.keys()
            for kod in svar.keys() - {"200", "201", "202", "204"}:
                modell = svar[kod]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
                assert modell in ("Fel", "Konflikt", "Lika")


def test_okand_adress_och_fel_metod_svarar_i_samma_form(api: Apiklient) -> None:
    assert api("GET", "/hittepa").json()["fel"] == "finns_inte"
    assert api("GET", "/api/v2/arenden").status_code == 404
    svar = api("PUT", "/jag")
    assert (svar.status_code, svar.json()["fel"], svar.headers["allow"]) == (405, "fel_metod", "GET")


def test_trasig_kropp_far_en_mening_och_sparar_inget(bygg: Bygge, api: Apiklient) -> None:
    prov: list[Any] = [
        (b'{"uppgifter": {\n  "kanal": telefon}}', 400, "rad 2, kolumn 12"),
        (b"", 422, "Content-Type: application/json"),
        (b"[]", 422, "JSON-objekt"),
        (b"null", 422, "JSON-objekt"),
        (b'"text"', 422, "JSON-objekt"),
        (b'{"uppgifter": {"text": "\xff"}}', 400, "UTF-8"),
        (b'{"uppgifter": {"text": ' + b"9" * 5000 + b"}}", 400, "giltig JSON"),
        (b'{"uppgifter": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "giltig JSON"),
        (b'{"uppgifter": []}', 422, "JSON-objekt"),
        (b'{"uppgifter": {"text": "a\\u0000b"}}', 422, "tecken som inte kan sparas"),
        (b'{"uppgifter": {"\\ud800": "x"}}', 422, "tecken som inte kan sparas"),
        (b'{"uppgifter": {"kanal": "\\udfff"}}', 422, "tecken som inte kan sparas"),
        (b'{"uppgifter": {"kanal": 1e999, "tal": 1e999}}', 422, "finns inte bland valen"),
        (b'{"uppgifter": {"kanal": NaN}}', 400, "NaN och Infinity är inga tal"),
        (b'{"uppgifter": {"kanal": "brev", "kanal": "webb"}}', 400, "Samma ord står två gånger"),
    ]
    for kropp, status, mening in prov:
        svar = api("POST", "/arenden/synpunkt", content=kropp, headers={"Content-Type": "application/json"})
        assert svar.status_code == status, svar.text
        assert any(mening in skal for skal in svar.json()["skal"]), svar.text
        assert antal_arenden(bygg) == 0


def test_kropp_utan_innehallstyp_far_veta_vad_som_saknas(api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", content=json.dumps({"uppgifter": SYNPUNKT}).encode())
    assert svar.status_code == 422
    assert "Content-Type: application/json" in svar.json()["skal"][0]


def test_for_stor_kropp_nekas_innan_den_lasts(bygg: Bygge, api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT | {"text": "x" * 1_100_000}})
    assert (svar.status_code, svar.json()["fel"]) == (413, "for_stort")
    assert antal_arenden(bygg) == 0


def test_for_lang_text_och_for_manga_varden_nekas(bygg: Bygge, api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT | {"text": "x" * 10_001}})
    assert "högst 10\u00a0000" in svar.json()["falt"]["text"]
    for manga in ({"uppgifter": {f"f{n}": 1 for n in range(300)}}, {"uppgifter": {"orsaker": ["x"] * 5000}}):
        svar = api("POST", "/arenden/avvikelse", json=manga)
        assert svar.status_code == 422
        assert "För många värden" in svar.json()["skal"][0]
    assert antal_arenden(bygg) == 0


def test_alla_fel_i_uppgifterna_kommer_pa_en_gang(bygg: Bygge, api: Apiklient) -> None:
    fel = {"kanal": "duva", "slag": "klagomol", "inkom": "2026-13-01", "hittepa": 1}
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT | fel, "kontakt": {"epst": "x"}})
    assert svar.status_code == 422
    assert svar.json()["fel"] == "ogiltiga_uppgifter"
    assert set(svar.json()["falt"]) == {*fel, "kontakt.epst"}
    assert "menade du" in svar.json()["falt"]["kontakt.epst"]
    assert antal_arenden(bygg) == 0


def test_okant_ord_bredvid_uppgifter_far_narmaste_ratta(api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT, "kontakten": KONTAKT})
    assert "menade du 'kontakt'" in svar.json()["falt"]["kontakten"]
    svar = api("POST", "/arenden/SYN-2026-0001/handelser", json={"handelse": "fordela", "version": 1, "skl": "x"})
    assert "menade du 'skal'" in svar.json()["falt"]["skl"]


def test_okand_process_ar_404_med_narmaste_ord(api: Apiklient) -> None:
    for svar in (api("POST", "/arenden/synpunkter", json={}), api("GET", "/processer/synpunkter")):
        assert (svar.status_code, svar.json()["fel"]) == (404, "okand_process")
        assert "menade du 'synpunkt'" in svar.json()["skal"][0]
    assert "Det finns: synpunkt" in api("GET", "/processer/xyz").json()["skal"][0]
    assert len(api("GET", "/processer/" + "x" * 5000).text) < 500


def test_den_som_inte_far_registrera_far_veta_vem(bygg: Bygge, api: Apiklient) -> None:
    svar = api("POST", "/arenden/beslut", "mia", json={"uppgifter": {}})
    assert svar.status_code in (403, 422)
    svar = api("POST", "/arenden/beslut", "mia", json={"uppgifter": BESLUT})
    assert (svar.status_code, svar.json()["fel"]) == (403, "far_inte")
    assert antal_arenden(bygg) == 0


BESLUT = {
    "externt_id": "D-1", "beslutsdatum": "2026-09-07", "lagrum": "sol_2025", "insats": "kontaktperson", "kon": "kvinna",
    "enhet": "familjehem",
}  # fmt: skip


def test_upptaget_id_sags_vid_faltet_och_inte_vems_det_ar(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("beslut")
    annat = bygg.ny("beslut", externt_id="D-2")
    svar = api("POST", "/arenden/beslut", "hanna", json={"uppgifter": BESLUT})
    andra = {
        "handelse": "andra",
        "version": bygg.rad(annat)["version"],
        "skal": "Fel id",
        "uppgifter": {"externt_id": "D-1"},
    }
    for nej in (svar, api("POST", f"/arenden/{annat}/handelser", "hanna", json=andra)):
        assert (nej.status_code, set(nej.json()["falt"])) == (422, {"externt_id"}), nej.text
        assert nummer not in nej.text
    assert antal_arenden(bygg) == 2


def test_arende_utanfor_ens_enheter_svarar_som_okant(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    steg = {"handelse": "fordela", "version": 1}
    for metod, slut, kropp in (
        ("GET", "", None), ("GET", "/historik", None), ("GET", "/frister", None), ("POST", "/handelser", steg)
    ):  # fmt: skip
        svar = [api(metod, f"/arenden/{n}{slut}", "frida", json=kropp) for n in (nummer, "SYN-2026-9999")]
        assert [s.status_code for s in svar] == [404, 404]
        assert svar[0].text.replace(nummer, "X") == svar[1].text.replace("SYN-2026-9999", "X")
        assert svar[0].json()["fel"] == "finns_inte"
    assert api("GET", "/arenden", "frida", params={"q": nummer}).json()["antal"] == 0


def test_det_som_inte_ar_ett_nummer_finns_inte(api: Apiklient) -> None:
    prov: list[Any] = ["x", "SYN-2026-", "%00", "SYN-2026-0001%00", "%ED%A0%80", "'; --", "9" * 3000, "SYN-２０２６-1"]
    for nummer in prov:
        svar = api("GET", f"/arenden/{nummer}")
        assert svar.status_code == 404
        assert len(svar.text) < 300


def test_steg_som_inte_gar_ar_409_med_alla_skal(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    fore = bygg.rad(nummer)

    def steg(som: str = "rut", **kropp: object) -> tuple[int, dict]:
        svar = api("POST", f"/arenden/{nummer}/handelser", som, json={"version": fore["version"]} | kropp)
        return svar.status_code, svar.json()

    status, svar = steg(handelse="avsluta")
    assert (status, svar["fel"]) == (409, "steget_gar_inte_nu")
    status, svar = steg(handelse="fordelaa")
    assert (status, svar["fel"]) == (409, "okand_handelse")
    assert "menade du 'fordela'" in svar["skal"][0]
    status, svar = steg(handelse="fordela", uppgifter={"enhet": "hittepa"})
    assert (status, set(svar["falt"])) == (422, {"enhet"})
    status, svar = steg(
        handelse="forlang_frist", skal="Väntar", uppgifter={"frist": "svar", "nytt_datum": "2030-01-01"}
    )
    assert status == 409
    assert bygg.rad(nummer) == fore


def test_fel_roll_ar_403(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    version = bygg.rad(nummer)["version"]
    svar = api("POST", f"/arenden/{nummer}/handelser", "hanna", json={"handelse": "ta_emot", "version": version})
    assert (svar.status_code, svar.json()["fel"]) == (403, "far_inte")


def test_gammal_version_ar_409_och_sager_vad_som_hant(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "anteckna", "rut", anteckning="Någon annan var här")
    svar = api(
        "POST",
        f"/arenden/{nummer}/handelser",
        json={"handelse": "fordela", "version": 2, "uppgifter": {"enhet": "familjehem"}},
    )
    assert svar.status_code == 409
    fel = svar.json()
    assert fel["fel"] == "nagon_hann_fore"
    assert fel["version"] == 3
    assert [(h["lopnr"], h["vem"]) for h in fel["hant"]] == [(3, "Rut Påhittad")]
    assert bygg.rad(nummer)["version"] == 3


def test_versionen_kravs_och_ska_vara_ett_heltal(api: Apiklient) -> None:
    prov: list[Any] = [None, "2", 2.5, True, -1, 2**31, 10**400]
    for version in prov:
        kropp = {"handelse": "fordela"} | ({} if version is None else {"version": version})
        svar = api("POST", "/arenden/SYN-2026-0001/handelser", json=kropp)
        assert svar.status_code == 422
        assert set(svar.json()["falt"]) == {"version"}


def test_fel_i_urvalet_far_en_mening(api: Apiklient) -> None:
    prov: list[Any] = [
        ({"process": "synpunkter"}, "process", "menade du 'synpunkt'"),
        ({"tillstand": "bekraftat"}, "tillstand", "menade du 'bekraftad'"),
        ({"tillstand": "verkstallt", "process": "synpunkt"}, "tillstand", "finns inte"),
        ({"enhet": "familjehemm"}, "enhet", "Enheten 'familjehemm' finns inte"),
        ({"sen": "kanske"}, "sen", "true eller false"),
        ({"handlaggare": "hanna"}, "handlaggare", "'mig' eller 'ingen'"),
        ({"sida": "0"}, "sida", "minst 1"),
        ({"sida": "9" * 30}, "sida", "högst 1000000"),
        ({"sida": "9" * 5000}, "sida", "orimligt stort"),
        ({"per_sida": "201"}, "per_sida", "högst 200"),
        ({"per_sida": "två"}, "per_sida", "heltal"),
        ({"q": "x" * 201}, "q", "högst 200 tecken"),
        ({"proces": "synpunkt"}, "proces", "menade du 'process'"),
    ]
    for val, falt, mening in prov:
        svar = api("GET", "/arenden", params=val)
        assert svar.status_code == 422
        assert mening in svar.json()["falt"][falt]


def test_konstiga_sokord_ger_aldrig_fel_hos_vaka(bygg: Bygge, api: Apiklient) -> None:
    bygg.ny("synpunkt", kontakt=KONTAKT)
    for q in ("%00", "a%00b", "%ED%A0%80", "%FF", "%25_%5C", "'", '"', "-", "!!&|()", "åäö", "%F0%9F%92%A9", "%20%20"):
        assert api("GET", f"/arenden?q={q}").status_code in (200, 422), q
    assert api("GET", "/arenden?q=a%00b").status_code == 422


def test_konstiga_huvuden_och_namn_ger_aldrig_fel_hos_vaka(bygg: Bygge, api: Apiklient) -> None:
    for huvud in (b"Bearer", b"Bearer ", b"Bearer \xff\xfe", b"bearer " + b"x" * 20_000, b"\xe5", b"Bearer a b c"):
        assert api("GET", "/jag", None, headers={b"authorization": huvud}).status_code == 401
    for huvuden in ({"Host": "a b"}, {"Content-Length": "x"}, {"Accept": "\u00e5" * 50}):
        assert api("GET", "/jag", headers={k: v.encode("latin-1") for k, v in huvuden.items()}).status_code == 200
    for namn in ("rut\0", "\ud800", "x" * 201, "", " ", "RUT"):
        kropp = json.dumps({"anvandarnamn": namn, "losenord": "\udfff" if namn == "RUT" else "fel"})
        svar = api("POST", "/inloggning", None, content=kropp.encode(), headers={"Content-Type": "application/json"})
        assert svar.status_code in (401, 422), namn
    lang = {"anvandarnamn": "rut", "losenord": "x" * 1001}
    assert "högst 1000 tecken" in api("POST", "/inloggning", None, json=lang).json()["falt"]["losenord"]
    nyckel = {"Idempotency-Key": "x" * 201}
    assert api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT}, headers=nyckel).status_code == 422


def test_fel_i_fristfragan_far_en_mening(api: Apiklient) -> None:
    prov: list[Any] = [
        ({"process": "synpunkter"}, 404, "okand_process"),
        ({"frist": "svaret"}, 404, "okand_frist"),
        ({"fran": "i morgon"}, 422, "fel_dag"),
        ({"fran": "9999-12-31"}, 422, "utanfor_kalendern"),
        ({"fran": "0001-01-01T00:00"}, 422, "utanfor_kalendern"),
        ({"fran": "2026-09-07\0"}, 422, "ogiltig_begaran"),
        ({"falt": "lagrum"}, 422, "trasig_fraga"),
        ({"falt": "lagrum=lss"}, 422, "okant_falt"),
        ({"fran": ""}, 422, "ogiltig_begaran"),
    ]
    for params, status, kod in prov:
        svar = api("GET", "/frist", params={"process": "synpunkt", "frist": "svar", "fran": "2026-09-07"} | params)
        assert (svar.status_code, svar.json()["fel"]) == (status, kod), svar.text


@pytest.fixture
def utan_databas(api: Apiklient) -> Iterator[Apiklient]:
    """The database goes away between two calls, and comes back after the test."""
    api("GET", "/jag")
    borta = create_engine("postgresql+psycopg://ingen@127.0.0.1:1/ingen", connect_args={"connect_timeout": 1})
    vaka = api.app.state.vaka
    api.app.state.vaka = type(vaka)(vaka.settings, borta, vaka.sammanhang)
    yield api
    api.app.state.vaka = vaka
    assert api("GET", "/jag").status_code == 200


def test_databasen_borta_sags_pa_svenska(utan_databas: Apiklient) -> None:
    for metod, vag in (("GET", "/arenden"), ("POST", "/arenden/synpunkt")):
        svar = utan_databas(metod, vag, json={"uppgifter": SYNPUNKT} if metod == "POST" else None)
        assert (svar.status_code, svar.json()["fel"]) == (503, "databasen_svarar_inte")
        assert svar.json()["skal"][0].startswith("Databasen svarar inte.")
        assert svar.headers["retry-after"]


def test_ovantat_fel_sager_inget_men_star_i_loggen(
    bygg: Bygge, api: Apiklient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def sprick(*_: object, **__: object) -> None:
        raise RuntimeError("hemligt innanmäte")

    monkeypatch.setattr(arenden, "lista_och_antal", sprick)
    with caplog.at_level(logging.ERROR, "vaka.api"):
        svar = api("GET", "/arenden")
    assert (svar.status_code, svar.json()["fel"]) == (500, "ovantat_fel")
    assert "innanmäte" not in svar.text
    nummer = svar.json()["skal"][0].split("nummer ")[1].split()[0]
    assert f"Oväntat fel {nummer}" in caplog.text


def test_sidor_utanfor_api_svarar_inte_i_json(api: Apiklient) -> None:
    svar = asyncio.run(api._fraga("GET", "/finns-inte", {}, {}))
    assert "html" in svar.headers["content-type"]
