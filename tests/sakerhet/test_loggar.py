"""What is written in logs: never what a case holds, also when the database quotes what it refused."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from tests.bygg import Bygge

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
