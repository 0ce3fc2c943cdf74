"""The control of readings at a screen: who has read, a sample to mark, what becomes of it, and the reason that is asked for."""

import secrets
from datetime import timedelta

import pytest

from tests.berattelser.folk import Stad
from tests.bygg import NU, Bygge
from tjanster.arenden.arendebild import visa_arende
from tjanster.db import t
from tjanster.logg.natt import vakta


def _las(bygg: Bygge, nummer: str, *som: str) -> None:
    for dag, vem in enumerate(som):
        with bygg.vaka.som(bygg.aktor(vem)) as conn:
            visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor(vem), NU + timedelta(days=dag))


def test_chefen_granskar_och_kvalitetsledaren_utreder(stad: Stad, bygg: Bygge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "ab12cd34")
    nummer = bygg.ny("avvikelse", "mia")
    _las(bygg, nummer, "hugo", "hugo", "hugo", "anders", "elin", "hugo")
    nu = stad.klockan("2026-10-01T07:30")
    vakta(bygg.vaka, nu)
    stad.skicka_brev()
    assert "Granskningar väntar på dig" in {b["amne"] for b in stad.brev("elin@")}
    elin = stad.person("elin")
    elin.ga(f"/arende/{nummer}")
    elin.tryck("Vem har läst ärendet")
    elin.ser("Vem har läst", "Hugo Påhittad", "Inte tilldelad")
    elin.ga("/loggkontroll")
    elin.ser("Att granska (5)", "Utanför arbetstid", "Läste utan att vara tilldelad")
    elin.tryck("De är rätt")
    elin.ser("Skriv varför", "Välj minst en läsning")
    elin.sida.get_by_role("checkbox").first.check()
    elin.fyll(motiv="Inget i arbetet förklarar den")
    elin.tryck("De ska utredas")
    elin.ser("ett ärende är öppnat för det som ska utredas", "Att granska (4)")
    kim = stad.person("kim", telefon=True)
    kim.ga("/loggkontroll")
    kim.ser("Inget att granska", "Familjehemsenheten")
    kim.ga("/arende/LAS-2026-0001")
    kim.ser("Läsning att utreda", "Inget i arbetet förklarar den")
    assert stad.person("hugo").ga("/arende/LAS-2026-0001").status == 404


def test_skyddat_arende_fragar_varfor_ocksa_utan_skript(stad: Stad, bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with bygg.vaka.systemet() as conn:
        krets = [stad.id_for("kim"), stad.id_for("elin")]
        conn.execute(t.arende.update().where(t.arende.c.nummer == nummer).values(krets=krets))
    kim = stad.person("kim", telefon=True, skript=False)
    assert kim.ga(f"/arende/{nummer}").status == 403
    kim.ser("Varför behöver du läsa ärendet?", "Skälet sparas i loggen och gäller i åtta timmar")
    kim.fyll(skal="Ersätter handläggaren i dag")
    kim.tryck("Öppna ärendet")
    kim.ser(nummer, "Påhittad händelse")
