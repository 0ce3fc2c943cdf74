"""Proposals for other systems and on the command line: 202, who may answer, and the events that do."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.apiklient import Apiklient
from tests.tjanster.conftest import Kor
from tests.tjanster.regelhjalp import krav, med_filer, starta
from tests.tjanster.test_forslag import TVA, bedomd


@pytest.fixture
def api(motor: Engine, databas: str, tmp_path: Path) -> Apiklient:
    return Apiklient(starta(motor, databas, tmp_path, med_filer(krav("lex_sarah", "besluta", "{fyra_ogon: ja}"))))


def test_steget_blir_ett_forslag_och_bekraftas(api: Apiklient) -> None:
    nummer = bedomd(api.bygg)
    vag = f"/arenden/{nummer}"
    arende = api("GET", vag, som="kim").json()
    assert {s["handelse"]: s["fyra_ogon"] for s in arende["steg"]}["besluta"] == TVA
    assert arende["forslag"] == []
    svar = api("POST", f"{vag}/handelser", som="kim", json={
        "handelse": "besluta", "version": arende["version"], "uppgifter": {"beslut_text": "Inget allvarligt"},
    })  # fmt: skip
    assert svar.status_code == 202
    kvittens = svar.json()
    assert (kvittens["tillstand"], kvittens["handelser"]) == ("bedomd", ["foresla"])
    assert kvittens["forslag"] == {"id": kvittens["forslag"]["id"], "handelse": "besluta", "varfor": TVA}

    (eget,) = api("GET", vag, som="kim").json()["forslag"]
    assert (eget["eget"], eget["bekrafta_hinder"]) == (True, ["Du har själv lagt förslaget. En annan person behöver svara på det"])
    arende = api("GET", vag, som="anders").json()
    (ett,) = arende["forslag"]
    assert (ett["vem"], ett["bekrafta_hinder"], ett["avsla_hinder"]) == ("Kim Påhittad", [], [])
    assert ett["innehall"] == [{"rubrik": "Beslutet", "fore": None, "foreslaget": "Inget allvarligt"}]
    assert {"bekrafta_forslag", "avsla_forslag"} <= {s["handelse"] for s in arende["steg"]}
    assert "ta_tillbaka_forslag" not in {s["handelse"] for s in arende["steg"]}

    nej = api("POST", f"{vag}/handelser", som="kim", json={"handelse": "bekrafta_forslag", "version": arende["version"]})
    assert (nej.status_code, nej.json()["fel"]) == (403, "far_inte")
    svar = api("POST", f"{vag}/handelser", som="anders", json={
        "handelse": "bekrafta_forslag", "version": arende["version"], "uppgifter": {"forslag": str(ett["id"])},
    })  # fmt: skip
    assert (svar.status_code, svar.json()["tillstand"], svar.json()["forslag"]) == (200, "beslutad", None)


def test_processen_sager_vilka_steg_som_tas_av_tva(api: Apiklient) -> None:
    steg = api("GET", "/processer/lex_sarah").json()["steg"]
    assert {s["handelse"] for s in steg if s["fyra_ogon"]} == {"besluta"}


def test_kommandoraden_sager_att_det_vantar(med_databas: Kor, api: Apiklient, tmp_path: Path) -> None:
    nummer = bedomd(api.bygg)
    (tmp_path / "beslut.json").write_text(json.dumps({"beslut_text": "Inget allvarligt"}), "utf-8")
    nu = ("--nu", "2026-09-07T10:00")
    kod, ut, _ = med_databas("arende", "handelse", nummer, "besluta", "--fil", "beslut.json", "--som", "kim", *nu)
    assert (kod, ut.splitlines()) == (0, [
        f"{TVA}.", "Förslaget är sparat och väntar på att en annan person bekräftar det (förslag 1).",
        f"{nummer}: Bedömd (version 5)",
    ])  # fmt: skip
    assert "Förslag 1: Besluta. Kim Påhittad, 2026-09-07 10:00. Väntar på en annan person." in med_databas("arende", "visa", nummer, *nu)[1]
    kod, _, fel = med_databas("arende", "handelse", nummer, "bekrafta_forslag", "--som", "kim", *nu)
    assert (kod, "Du har själv lagt förslaget" in fel) == (1, True)
    kod, ut, _ = med_databas("arende", "handelse", nummer, "bekrafta_forslag", "--som", "anders", "--json", *nu)
    assert json.loads(ut)["handelser"] == ["besluta"]
