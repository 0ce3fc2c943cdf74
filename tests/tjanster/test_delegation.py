"""The order of delegation is the permission: the button, the API, the event and the page say by which row."""

from datetime import date

import pytest

from tests.bygg import Bygge
from tests.webbklient import Webbklient
from tjanster.arenden.delegationsordning import ordningen
from tjanster.db import t


def punkt(bygg: Bygge, process: str, nr: str, dag: date, enhet: str = "familjehem", som: str = "anders") -> list[str]:
    with bygg.vaka.motor.begin() as conn:
        alla = ordningen(conn, bygg.vaka.sammanhang, enhet, dag, bygg.aktor(som))[process]
    return [f"{x.poster[0].roll} {'jag' if x.jag else 'inte'}" for x in alla if x.punkt == nr]


@pytest.mark.parametrize(
    ("dag", "antal"), [(date(2021, 12, 31), 0), (date(2022, 1, 1), 2), (date(2026, 12, 31), 2), (date(2027, 1, 1), 1)]
)
def test_ordningen_visar_de_rader_som_galler_dagen(bygg: Bygge, dag: date, antal: int) -> None:
    with bygg.vaka.motor.begin() as conn:
        alla = ordningen(conn, bygg.vaka.sammanhang, "familjehem", dag)
    assert len([x for x in alla.get("lex_sarah", ()) if x.punkt == "4.3"]) == antal


def test_vad_jag_far_besluta_foljer_enheten(bygg: Bygge) -> None:
    dag = date(2026, 9, 7)
    assert "Avdelningschef jag" in punkt(bygg, "lex_sarah", "4.3", dag)
    assert punkt(bygg, "lex_sarah", "4.3", dag, "hemtjanst_norr") == ["Kvalitetsledare inte"]
    assert punkt(bygg, "lex_sarah", "4.3", dag, som="elin") == ["Kvalitetsledare inte", "Avdelningschef inte"]


def test_knappen_och_handelsen_sager_raden(bygg: Bygge) -> None:
    nummer, webb = bygg.ny("avvikelse", "mia"), Webbklient(bygg)
    sida = webb.get(f"/arende/{nummer}", som="elin")
    assert "På delegation enligt punkt 5." in sida.text
    form = webb.get(f"/arende/{nummer}/bli_lex_sarah", som="elin")
    assert "På delegation enligt punkt 5.3, Exempelkommunens delegationsordning 2022, påhittad" in form.text
    kvitto = bygg.gor(nummer, "bli_lex_sarah", "elin", lagomrade="sol", skal="Påhittat skäl")
    assert kvitto.delegation == "På delegation enligt punkt 5.3, Exempelkommunens delegationsordning 2022, påhittad"


def test_sidan_visar_ordningen_for_alla_och_flaggar_tomma_poster(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    for som in ("mia", "rolf", "adam", "kim"):
        assert webb.get("/delegation", som=som).status == 200
    assert "Kim Påhittad" in webb.get("/delegation?enhet=familjehem", som="mia").text
    with bygg.vaka.systemet() as conn:
        conn.execute(t.uppdrag.update().where(t.uppdrag.c.roll == "kvalitetsledare").values(till=date(2026, 9, 6)))
    assert "Tom post" in webb.get("/delegation?enhet=hemtjanst_norr", som="mia").text
    fel = webb.get("/delegation?dag=igar&enhet=familjehm", som="mia")
    assert fel.status == 422
    assert "Dagen skrivs som 2026-12-24." in fel.text
    assert "Enheten finns inte" in fel.text
