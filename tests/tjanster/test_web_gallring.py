"""Weeding in the browser: the preview, the proposal, the second person, the certificate."""

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from tests.bygg import Bygge
from tests.tjanster.test_gallring import BESLUT, DA, synpunkt
from tests.webbklient import Webbklient
from tjanster.web import gallring


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def sedan(bygg: Bygge) -> Webbklient:
    """The pages more than two years later."""
    return Webbklient(replace(bygg, nu=DA))


@pytest.mark.parametrize("som", ["elin", "rut", "rolf", "mia", "hanna"])
def test_bara_administrator_och_kvalitetsledare(webb: Webbklient, som: str) -> None:
    for svar in (webb.get("/gallring", som), webb.get("/gallring/1", som), webb.get("/gallring/1/bevis", som),
                 webb.post("/gallring", som), *(webb.post(f"/gallring/1/{x}", som) for x in ("godkann", "avbryt", "fortsatt"))):  # fmt: skip
        assert svar.status == 403
    assert "/gallring" not in webb.get("/", som).html


def test_tomt_sager_att_inget_finns(webb: Webbklient) -> None:
    svar = webb.get("/gallring")
    assert svar.status == 200
    assert "Inget att gallra" in svar.text
    assert "Föreslå gallringen" not in svar.text
    for vag in ("/gallring/9", "/gallring/9/bevis", "/gallring/99999999999999999999/bevis", "/gallring/1/bevis?format=exe"):
        assert webb.get(vag).status == 404
    for vad in ("godkann", "avbryt", "fortsatt"):
        assert webb.post(f"/gallring/9/{vad}").status == 404


def test_fran_forslag_till_bevis(bygg: Bygge) -> None:
    nummer, sparrat = synpunkt(bygg), synpunkt(bygg)
    bygg.gor(sparrat, "sparra_gallring", "hanna", skal="Påhittad hemlig orsak")
    webb = sedan(bygg)
    oversikt = webb.get("/gallring")
    assert f"{nummer}Synpunkt Familjehemsenheten Hela ärendet 2 år efter 2026-09-07" in oversikt.text
    assert "Påhittad hemlig orsak" in oversikt.text
    assert "Påhittad hemlig orsak" not in webb.get("/gallring", "adam").html
    assert "Spärrat" in webb.get("/gallring", "adam").text
    fel = webb.post("/gallring", beslut="", antal="två")
    assert (fel.status, fel.fel) == (
        422, ["Skriv beslutet om gallring: vem som beslutade, dagen och paragrafen.", "Skriv hur många ärenden som ska gallras: 1, som i listan."],
    )  # fmt: skip
    forslag = webb.post("/gallring", beslut=BESLUT, antal="1")
    assert forslag.vag == "/gallring/1"
    assert "Godkänn och gallra" not in forslag.text
    assert webb.post("/gallring/1/godkann", antal="1").fel == [
        "Den som har föreslagit gallringen kan inte godkänna den själv: be någon annan."
    ]
    assert "Föreslå gallringen" not in webb.get("/gallring").text
    assert webb.post("/gallring/1/godkann", "adam", antal="2").fel == ["Skriv hur många ärenden som ska gallras: 1, som i listan."]
    klar = webb.post("/gallring/1/godkann", "adam", antal="1")
    assert "1\xa0ärende gallrades" in klar.html
    assert webb.get(f"/arende/{nummer}").status == 404
    assert webb.get("/gallring/1/bevis?format=pdf").svar.content.startswith(b"%PDF")
    beviset = webb.get("/gallring/1/bevis?format=json").svar.json()
    assert [b["nummer"] for b in beviset["bevis"]] == [nummer]
    assert "Spärrat mot gallring" in webb.get(f"/arende/{sparrat}").text
    assert webb.post("/gallring/1/avbryt", skal="för sent").fel == ["Gallringen kan inte avbrytas: den är klar."]


def test_en_gallring_som_drojer_visar_hur_langt_den_kommit_och_tas_upp(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    synpunkt(bygg)
    webb = sedan(bygg)
    webb.post("/gallring", beslut=BESLUT, antal="1")
    ratt = gallring._ARBETARE.submit
    monkeypatch.setattr(gallring, "SEKUNDER", 0)
    monkeypatch.setattr(gallring._ARBETARE, "submit", lambda gor: Future[Any]())
    pagar = webb.post("/gallring/1/godkann", "adam", antal="1")
    assert "0 av 1 ärenden är klara" in pagar.text
    assert webb.post("/gallring/1/avbryt", skal="").fel == ["Skriv varför gallringen avbryts."]
    monkeypatch.setattr(gallring, "SEKUNDER", 20)
    monkeypatch.setattr(gallring._ARBETARE, "submit", ratt)
    assert "gallrades" in webb.post("/gallring/1/fortsatt").text
