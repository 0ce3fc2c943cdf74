"""What the rules say is seen where the work is done: who may, what is demanded and why, and afterwards what decided."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, update

from tests.berattelser.folk import Stad
from tests.bygg import NU, Bygge
from tests.tjanster.bilagehjalp import PDF
from tests.tjanster.regelhjalp import delegation, krav, med_filer, starta
from tjanster import klocka
from tjanster.app import Vaka
from tjanster.db import t


@pytest.fixture
def vaka(motor: Engine, databas: str, tmp_path: Path, hashat: str) -> Vaka:
    """Exempelkommun with demands on the notice to IVO and on who reports, and an order of who gives notice."""
    klocka.stall(NU)
    filer = {
        **krav("lex_sarah", "anmal_ivo", "{falt: [ivo_diarienummer], bilaga: ja}"),
        **krav("avvikelse", "registrera", "{falt: [var_direkt]}"),
        **delegation("lex_sarah", "anmal_ivo", 'fran: 2022-01-01, far: [kvalitetsledare], punkt: "4.12"'),
    }
    bygg = starta(motor, databas, tmp_path, med_filer(filer))
    with motor.begin() as conn:
        conn.execute(update(t.anvandare).values(losen=hashat))
    return bygg.vaka


def test_krav_och_delegation_visas_dar_steget_tas(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("lex_sarah", "mia")
    bygg.gor(nummer, "inled_utredning", "elin")
    bygg.gor(nummer, "utred", "elin", utredning="Påhittad", orsaker=["teknik"])
    bygg.gor(nummer, "bedom", "kim", bedomning="allvarligt", bedomning_skal="Så resonerade vi")

    # By the order of delegation it isn't hers
    elin = stad.person("elin")
    elin.arende(nummer)
    elin.vik_upp()
    elin.ser("Enligt delegationsordningen, punkt 4.12, får kvalitetsledare besluta om detta, inte enhetschef.")
    expect(elin.sida.get_by_role("link", name="Anmäl till IVO", exact=True)).to_have_count(0)

    # He may, when there is a file; the form says what it asks for and where that is written
    kim = stad.person("kim")
    kim.arende(nummer)
    kim.vik_upp()
    kim.ser("Ärendet ska ha en bilaga, enligt kravet ”Påhittat krav” som gäller från 1 januari 2026 (Påhittad rutin).")
    kim.sida.locator("main input[type=file]").set_input_files(
        {"name": "anmälan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    kim.tryck("Bifoga")
    kim.tryck("Anmäl till IVO")
    kim.ser("Det har 1 bilaga.")
    kim.tryck("Anmäl till IVO")
    assert kim.fel() == [
        "IVO:s diarienummer ska fyllas i, enligt kravet ”Påhittat krav” som gäller från 1 januari 2026 (Påhittad rutin)."
    ]
    kim.fyll(ivo_diarienummer="3.2-10001")
    kim.tryck("Anmäl till IVO")
    kim.lage("Anmäld till IVO")
    kim.ser("På delegation enligt punkt 4.12", "Avgjordes av regeln ”Ska det anmälas till IVO?”: Ska anmälas till IVO.")


def test_formularet_for_ett_nytt_arende_fragar_efter_det_som_kravs(stad: Stad) -> None:
    mia = stad.person("mia", telefon=True, skript=False)
    mia.ga("/nytt/avvikelse")
    mia.fyll(handelsedatum="2026-09-06", typ="rutin", beskrivning="Påhittad")
    mia.tryck("Rapportera")
    (fel,) = mia.fel()
    assert fel.startswith("Frågan ”Vad gjordes genast?” ska besvaras, enligt kravet ”Påhittat krav”")
    mia.fyll(var_direkt="Ringde")
    mia.tryck("Rapportera")
    mia.ser("AVV-2026-0001")
