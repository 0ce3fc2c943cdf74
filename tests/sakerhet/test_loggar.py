"""What is written in logs: never what a case holds, also when the database quotes what it refused."""

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from tests.bygg import Bygge
from tests.sakerhet.dorr import Dorr
from tjanster.konton import satt_losen

HEMLIGT = "Påhittad hemlighet om en person"


def test_databasens_fel_bar_inget_ur_raden(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(IntegrityError) as fel, bygg.vaka.systemet() as conn:
        conn.execute(text("INSERT INTO uppgift (text) VALUES (:t)"), {"t": HEMLIGT})
    assert "not-null constraint" in str(fel.value)
    with pytest.raises(DataError) as fel2, bygg.vaka.systemet() as conn:
        conn.execute(text("SELECT CAST(:t AS date)"), {"t": HEMLIGT})
    logging.getLogger("vaka.prov").error("fel", exc_info=fel.value)
    assert HEMLIGT not in caplog.text
    assert HEMLIGT not in str(fel.value) + repr(fel.value.orig)
    assert fel2.value.orig is not None


def test_inloggningar_och_nekanden_skrivs_upp_utan_vem_och_vad(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vaka.skal")
    dorr = Dorr(bygg)
    nummer = bygg.ny("avvikelse", "frida", enhet="hemtjanst_norr")
    dorr("POST", "/api/v1/inloggning", json={"anvandarnamn": "hemlig-anna", "losenord": "hemligt lösen"})
    for vag in (
        f"/arende/{nummer}",
        f"/api/v1/arenden/{nummer}",
        "/arende/hemlig%0aNekat: 404, konto 1",
        "/regler/finns-hemligt-inte",
    ):
        assert dorr("GET", vag, "elin").status_code == 404
    dorr("POST", "/regler/utkast", "elin", huvuden={"origin": "https://hemlig.example"})
    vem = bygg.aktor("elin")
    assert vem is not None
    rader = [r.getMessage() for r in caplog.records if r.name == "vaka.skal"]
    assert rader[:3] == [
        "Inloggning: nekad",
        f"Nekat: 404, konto {vem.id}, GET {nummer}",
        f"Nekat: 404, konto {vem.id}, GET {nummer}",
    ]
    assert rader[3] == f"Nekat: 404, konto {vem.id}, GET utan ärende"
    assert rader[-1] == "Avvisat vid dörren: 403 frammande_sida"
    assert "hemlig" not in caplog.text
    assert all("\n" not in rad for rad in rader)


def test_lyckad_inloggning_skrivs_upp(bygg: Bygge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="vaka.skal")
    losen = "några ord i en rad 7"
    with bygg.vaka.systemet() as conn:
        vem = conn.execute(text("SELECT id FROM anvandare WHERE anvandarnamn = 'mia'")).scalar_one()
        satt_losen(conn, vem, losen)
    dorr = Dorr(bygg)
    assert dorr("POST", "/api/v1/inloggning", json={"anvandarnamn": "mia", "losenord": losen}).status_code == 201
    assert [r.getMessage() for r in caplog.records if r.name == "vaka.skal"] == ["Inloggning: godtagen"]


class _Samlare:
    """Stands for a collector of traces that the process has been given; notes what it is told."""

    def __init__(self) -> None:
        self.fick: list[str] = []

    def __getattr__(self, namn: str) -> Any:
        def tar(*varden: Any, **mer: Any) -> "_Samlare":
            self.fick.append(repr((namn, varden, mer)))
            return self

        return tar

    def __enter__(self) -> "_Samlare":
        return self

    def __exit__(self, *fel: Any) -> None:
        pass


def test_ramverkets_egen_telemetri_far_inga_adresser(bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    samlare = _Samlare()
    monkeypatch.setattr("opentelemetry.trace.get_tracer_provider", lambda: samlare)
    fraga = f"/sok?q={HEMLIGT}"
    dorr = Dorr(bygg)
    assert dorr("GET", fraga, "kim").status_code == 200
    assert samlare.fick == []
    dorr.app = FastAPI()
    dorr("GET", fraga)
    assert "hemlighet" in str(samlare.fick)  # so it is when nobody turns it off
