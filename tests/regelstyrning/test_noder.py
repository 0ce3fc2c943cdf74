"""Which rules a case goes by: those that hold when the event is written, on every node, and those that gave a day."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from regler import Regelverk
from tests.bygg import NU, Bygge
from tests.regelstyrning.hjalp import SKAL, alla, frist
from tjanster.app import Vaka
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.fel import Nej
from tjanster.arenden.regelbok import las_fast
from tjanster.arenden.sammanhang import las_in_versioner
from tjanster.regelstyrning import (
    aktivera,
    verkstall_planerade,
)


def en_till(bygg: Bygge) -> Vaka:
    """Another node on the same database, started with the rules that held at first."""
    s = bygg.vaka.forsta
    with bygg.vaka.systemet() as conn:
        return Vaka(bygg.vaka.settings, bygg.vaka.motor, las_in_versioner(conn, s.regelverk, s.url, s.nyckel))


def test_mott_frist_forklaras_av_de_regler_som_gav_dagen(bygg: Bygge, fem_dagar: Regelverk) -> None:
    from tjanster.arenden.arendebild import varfor

    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad", "epost": "p@exempel.example"})
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE frist SET status = 'mott', mott = :dag WHERE namn = 'svar'"), {"dag": NU.date()})
    aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
    s = bygg.vaka.sammanhang
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, s, nummer, bygg.aktor("elin"), NU)
        har = frist(bygg, nummer)
        _, svar = varfor(conn, s, bild.lage, har["id"])
    assert (svar.forfaller, svar.regel.tid) == (har["forfaller"], "10 arbetsdagar")


def test_nasta_handelse_gar_efter_de_nya_reglerna_ocksa_pa_en_annan_nod(bygg: Bygge, fem_dagar: Regelverk) -> None:
    annan = Bygge(en_till(bygg))
    version = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).version
    assert annan.vaka.sammanhang.regelversion != version
    nummer = annan.ny("synpunkt")
    assert (frist(annan, nummer)["forfaller"], frist(annan, nummer)["regelversion"]) == (date(2026, 9, 14), version)
    assert annan.vaka.sammanhang.regelversion == version


def test_en_nod_foljer_av_sig_sjalv(bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tjanster.arenden.regelbok.SEKUNDER", 0.02)
    annan = en_till(bygg)
    foljde = threading.Event()
    bok = annan.sammanhang.bok
    vanlig = bok.byt
    monkeypatch.setattr(bok, "byt", lambda *a: (vanlig(*a), foljde.set()))
    sluta = bok.bevaka(annan.motor)
    version = aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL).version
    assert foljde.wait(20)
    sluta()
    assert annan.sammanhang.regelversion == version


def test_aktivering_vantar_pa_handelser_som_pagar_och_slapper_inte_in_nya(bygg: Bygge, fem_dagar: Regelverk) -> None:
    """An event that has asked which rules hold keeps them holding until it is written."""
    nummer = bygg.ny("synpunkt")
    klar = threading.Event()
    with bygg.oppen() as conn:
        las_fast(conn)
        trad = threading.Thread(target=lambda: (aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL), klar.set()))
        trad.start()
        _vanta_pa_las(bygg)
        assert not klar.is_set()
        assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 21)
        conn.rollback()
    trad.join(30)
    assert klar.is_set()
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 14)


def test_aktivering_vantar_inte_i_evighet_pa_en_inlasning(
    bygg: Bygge, fem_dagar: Regelverk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tjanster.regelstyrning.aktivering.HOGST_VANTA", "50ms")
    nummer = bygg.ny("synpunkt")
    with bygg.vaka.systemet() as conn:
        las_fast(conn)
        with pytest.raises(Nej, match="Reglerna kan inte bytas medan en fil läses in"):
            aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL)
        aktivera(bygg.vaka, fem_dagar, nu=NU, skal=SKAL, fran=NU.date() + timedelta(days=1))
        assert verkstall_planerade(bygg.vaka, NU + timedelta(days=1)) == 0
        assert alla(bygg)[0].status == "planerad"
    assert verkstall_planerade(bygg.vaka, NU + timedelta(days=1)) == 1
    assert frist(bygg, nummer)["forfaller"] == date(2026, 9, 14)


def _vanta_pa_las(bygg: Bygge) -> None:
    """Until somebody waits for an advisory lock."""
    fraga = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    for _ in range(10_000):
        with bygg.vaka.systemet() as conn:
            if conn.scalar(fraga):
                return
    raise AssertionError("ingen väntade")
