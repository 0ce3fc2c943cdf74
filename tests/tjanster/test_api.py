"""The API does what the pages do: register, list, read, move, and tell why a limit ends on its day."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from arbetsfloden import PROCESSER
from regler import las_in, svara
from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, NU, SYNPUNKT, Bygge
from tjanster import klocka, konton


@pytest.fixture
def api(bygg: Bygge) -> Apiklient:
    return Apiklient(bygg)


def med_losen(bygg: Bygge, namn: str = "elsa") -> None:
    snabb = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with bygg.vaka.systemet() as conn:
        ny = konton.skapa_anvandare(conn, namn, "Elsa Påhittad", None, "fyra glada hästar", NU, hashare=snabb)
        konton.satt_uppdrag(conn, ny, "registrator", "socialforvaltningen", NU.date())


def test_logga_in_ger_en_token_som_galler_tills_den_aterkallas(bygg: Bygge, api: Apiklient) -> None:
    med_losen(bygg)
    svar = api("POST", "/inloggning", None, json={"anvandarnamn": "Elsa", "losenord": "fyra glada hästar"})
    assert svar.status_code == 201
    token = svar.json()
    assert klocka.las_tid(token["upphor"]) - klocka.nu() > timedelta(hours=11, minutes=59)
    bar = {"headers": {"Authorization": f"Bearer {token['token']}"}}
    assert api("GET", "/jag", None, **bar).json()["namn"] == "Elsa Påhittad"
    assert api("DELETE", "/inloggning", None, **bar).status_code == 204
    assert api("GET", "/jag", None, **bar).status_code == 401


def test_token_gar_ut_efter_tolv_timmar(bygg: Bygge, api: Apiklient) -> None:
    med_losen(bygg)
    token = api("POST", "/inloggning", None, json={"anvandarnamn": "elsa", "losenord": "fyra glada hästar"}).json()
    klocka.stall(NU + timedelta(hours=13))
    assert api("GET", "/jag", None, headers={"Authorization": f"Bearer {token['token']}"}).status_code == 401


def test_fel_losenord_raknas_fast_svaret_ar_nej_och_laser_till_slut(bygg: Bygge, api: Apiklient) -> None:
    med_losen(bygg)
    for _ in range(4):
        svar = api("POST", "/inloggning", None, json={"anvandarnamn": "elsa", "losenord": "fel"})
        assert (svar.status_code, svar.json()["skal"]) == (401, ["Fel användarnamn eller lösenord."])
    svar = api("POST", "/inloggning", None, json={"anvandarnamn": "elsa", "losenord": "fel"})
    assert svar.status_code == 429
    assert 0 < int(svar.headers["retry-after"]) <= 60
    # A minute from when the last try was made, which on a busy computer is a while after the first.
    assert re.search(r"Försök igen kl\. 09\.0[12]", svar.json()["skal"][0])


def test_jag_sager_vem_och_vilka_uppdrag(api: Apiklient) -> None:
    jag = api("GET", "/jag", "elin").json()
    assert jag["anvandarnamn"] == "elin"
    assert [(u["roll"], u["enhet"]) for u in jag["uppdrag"]] == [("enhetschef", "familjehem")]
    assert jag["uppdrag"][0]["roll_text"] == "Enhetschef"


def test_stangt_konto_slapps_inte_in(bygg: Bygge, api: Apiklient) -> None:
    assert api("GET", "/jag", "elin").status_code == 200
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE anvandare SET aktiv = false WHERE anvandarnamn = 'elin'"))
    assert api("GET", "/jag", "elin").status_code == 401


def test_en_synpunkt_gar_hela_vagen_genom_api(api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", json={"uppgifter": SYNPUNKT, "kontakt": KONTAKT})
    assert svar.status_code == 201
    nummer = svar.json()["nummer"]
    assert svar.headers["location"] == f"/api/v1/arenden/{nummer}"
    assert svar.json()["tillstand_text"] == "Bekräftad"
    vag = [
        ("rut", "fordela", {"enhet": "familjehem"}),
        ("elin", "tilldela", {"handlaggare": "hanna"}),
        ("hanna", "handlagg", {}),
        ("hanna", "besvara", {"svar": "Påhittat svar", "besvarad": "2026-09-07"}),
        ("hanna", "publicera", {"sekretess": False, "personuppgifter": "nej"}),
        ("hanna", "avsluta", {}),
    ]
    for som, handelse, uppgifter in vag:
        version = api("GET", f"/arenden/{nummer}", som).json()["version"]
        svar = api(
            "POST", f"/arenden/{nummer}/handelser", som,
            json={"handelse": handelse, "version": version, "uppgifter": uppgifter},
        )  # fmt: skip
        assert svar.status_code == 200, svar.text
        assert svar.json()["version"] > version
    arende = api("GET", f"/arenden/{nummer.lower()}", "hanna").json()
    assert (arende["tillstand"], arende["slut"]) == ("avslutad", True)
    assert arende["handlaggare"]["namn"] == "Hanna Påhittad"
    assert arende["uppgifter"]["svar"] == "Påhittat svar"
    assert arende["kontakt"]["namn"] == KONTAKT["namn"]
    historik = api("GET", f"/arenden/{nummer}/historik", "hanna").json()
    assert [h["lopnr"] for h in historik["handelser"]] == list(range(1, 9))
    assert historik["handelser"][-1]["rubrik"] == "Avsluta"
    assert historik["version"] == arende["version"] == 8


def test_falten_far_sta_utan_ordet_uppgifter(api: Apiklient) -> None:
    svar = api("POST", "/arenden/synpunkt", json={**SYNPUNKT, "kontakt": KONTAKT})
    assert svar.status_code == 201
    assert api("GET", svar.headers["location"]).json()["uppgifter"]["text"] == SYNPUNKT["text"]


def test_samma_idempotensnyckel_ger_samma_arende(api: Apiklient) -> None:
    def skicka(som: str, nyckel: str) -> str:
        svar = api(
            "POST", "/arenden/avvikelse", som, headers={"Idempotency-Key": nyckel}, json={"uppgifter": AVVIKELSE}
        )
        assert svar.status_code == 201
        return str(svar.json()["nummer"])

    forsta = skicka("mia", "rapport-1")
    assert skicka("mia", "rapport-1") == forsta
    assert skicka("mia", "rapport-2") != forsta
    assert skicka("elin", "rapport-1") != forsta


AVVIKELSE = {"enhet": "familjehem", "handelsedatum": "2026-09-06", "typ": "rutin", "beskrivning": "Påhittad händelse"}


def test_steg_som_inte_gar_sager_varfor(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    steg = {s["handelse"]: s for s in api("GET", f"/arenden/{nummer}").json()["steg"]}
    assert steg["fordela"]["gar"] is True
    assert "enhet" in steg["fordela"]["falt"]
    assert all(s["hinder"] for s in steg.values() if not s["gar"])


def test_listan_har_antal_och_sidor(bygg: Bygge, api: Apiklient) -> None:
    nummer = {bygg.ny("synpunkt", kontakt=KONTAKT) for _ in range(5)}
    forsta = api("GET", "/arenden", params={"per_sida": 2}).json()
    andra = api("GET", "/arenden", params={"per_sida": 2, "sida": 3}).json()
    assert (forsta["antal"], forsta["sida"], forsta["per_sida"]) == (5, 1, 2)
    assert [len(x["arenden"]) for x in (forsta, andra)] == [2, 1]
    assert {a["nummer"] for x in (forsta, andra) for a in x["arenden"]} < nummer
    assert api("GET", "/arenden", params={"sida": 1_000_000, "per_sida": 200}).json()["arenden"] == []


def test_listan_gar_att_valja_ur(bygg: Bygge, api: Apiklient) -> None:
    syn = bygg.ny("synpunkt", kontakt=KONTAKT, text="Påhittad buss")
    avv = bygg.ny("avvikelse", "mia")
    klar = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(klar, "aterta", "rut", skal="Ångrade sig")
    bygg.gor(avv, "ta_emot", "elin")
    bygg.gor(syn, "fordela", "rut", enhet="familjehem")
    bygg.gor(syn, "tilldela", "elin", handlaggare="hanna")

    def valda(som: str = "kim", **val: object) -> set[str]:
        svar = api("GET", "/arenden", som, params=val).json()
        assert svar["antal"] == len(svar["arenden"])
        return {a["nummer"] for a in svar["arenden"]}

    assert valda() == {syn, avv}
    assert valda(process="avvikelse") == {avv}
    assert valda(avslutade=True) == {syn, avv, klar}
    assert valda(tillstand=bygg.rad(klar)["tillstand"]) == {klar}
    assert valda(enhet="familjehem") == {syn, avv}
    assert valda(enhet="hemtjanst_norr") == set()
    assert valda("hanna", handlaggare="mig") == {syn}
    assert valda(handlaggare="ingen") == {avv}
    assert valda(q=syn) == {syn}
    assert valda(q="buss") == {syn}
    assert valda(sen=True) == set()
    klocka.stall(NU + timedelta(days=60))
    assert syn in valda(sen=True)


def test_frister_sager_varfor_dagen_ar_den_dagen(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "forlang_frist", "elin", frist="svar", nytt_datum="2026-09-25", skal="Väntar på underlag")
    svar = next(f for f in api("GET", f"/arenden/{nummer}/frister").json()["frister"] if f["namn"] == "svar")
    assert svar["varfor"]["forfaller"] == "2026-09-21"
    assert svar["varfor"]["regel"]["tid"] == "10 arbetsdagar"
    assert svar["varfor"]["rakning"][0]["dag"] == "2026-09-07"
    assert (svar["forfaller"], svar["flyttad"], svar["dagar"]) == ("2026-09-25", True, 18)
    assert [(a["slag"], a["till_dag"], a["skal"]) for a in svar["akter"]] == [
        ("forlangd", "2026-09-25", "Väntar på underlag")
    ]


def test_frist_svarar_som_kommandot(api: Apiklient) -> None:
    regler = las_in("exempelkommun")
    fragor: list[tuple[str, str, str, dict[str, str]]] = [
        ("synpunkt", "svar", "2026-12-18", {}),
        ("beslut", "verkstallighet", "2026-11-30", {"lagrum": "lss"}),
        ("beslut", "verkstallighet", "2026-11-30", {"insats": "boendestod"}),
        ("lex_sarah", "utredning", "2026-11-30", {}),
        ("personuppgiftsincident", "anmalan_imy", "2026-10-24T10:00", {}),
        ("personuppgiftsincident", "anmalan_imy", "2026-10-24T10:00+02:00", {}),
    ]
    for process, frist, fran, falt in fragor:
        ratt = svara({"process": process, "frist": frist, "kommun": None, "fran": fran, "falt": falt}, lambda _: regler)
        params = {"process": process, "frist": frist, "fran": fran, "falt": [f"{k}={v}" for k, v in falt.items()]}
        assert api("GET", "/frist", params=params).json() == ratt
        assert api("GET", f"/frist?process={process}&frist={frist}&fran={fran}").status_code == 200


def test_processer_beskriver_falt_med_kommunens_val(api: Apiklient) -> None:
    assert [p["namn"] for p in api("GET", "/processer").json()] == list(PROCESSER)
    for namn, process in PROCESSER.items():
        svar = api("GET", f"/processer/{namn}").json()
        assert svar["version"] == process.version
        assert svar["tillstand"] == dict(process.tillstand)
        for f in svar["falt"].values():
            assert (f["val"] is not None) == (f["slag"] in ("val", "flerval", "enhet", "enheter")), f["namn"]
        falt = set(svar["falt"])
        assert set(svar["oppnas"]["kravs"]) <= set(svar["oppnas"]["falt"]) <= falt
        assert all(set(s["kravs"]) <= set(s["falt"]) <= falt for s in svar["steg"])
    atgarder = api("GET", "/processer/avvikelse").json()["falt"]["atgarder"]
    assert {"text", "ansvarig", "senast", "enheter"} <= set(atgarder["rad"])


def test_lankat_arende_utanfor_kretsen_finns_inte(bygg: Bygge, api: Apiklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    nytt = bygg.gor(nummer, "bli_lex_sarah", "elin", skal="Allvarlig följd", lagomrade="sol").nya_arenden[0]
    assert api("GET", f"/arenden/{nummer}", "elin").json()["lankar"][0]["nummer"] == nytt
    assert api("GET", f"/arenden/{nummer}", "mia").json()["lankar"] == []
