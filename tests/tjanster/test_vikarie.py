"""A stand-in has an absent colleague's appointments between two days, and the history says for whom."""

from datetime import date, timedelta

import pytest

from tests.bygg import NU, Bygge
from tests.tjanster.test_jav import konto, ser
from tjanster import vikarier
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.krets import Krets
from tjanster.db import t

IDAG = NU.date()


def satt(bygg: Bygge, borta: str, vikarie: str, fran: date = IDAG, till: date = IDAG + timedelta(days=4)) -> int:
    with bygg.vaka.motor.begin() as conn:
        return vikarier.satt_vikarie(conn, konto(bygg, borta), konto(bygg, vikarie), fran, till, IDAG)


@pytest.mark.parametrize(("dagar", "galler"), [(0, False), (1, True), (3, True), (4, False)])
def test_vikariatet_galler_fran_forsta_till_sista_dagen(bygg: Bygge, dagar: int, galler: bool) -> None:
    satt(bygg, "elin", "frida", IDAG + timedelta(days=1), IDAG + timedelta(days=3))
    aktor = bygg.aktor("frida", NU + timedelta(days=dagar))
    assert (("enhetschef", "familjehem") in aktor.uppdrag) is galler
    assert ("handlaggare", "hemtjanst_norr") in aktor.egna


def test_vikariatet_slutar_nar_den_franvarandes_uppdrag_gor_det(bygg: Bygge) -> None:
    satt(bygg, "elin", "frida")
    with bygg.vaka.motor.begin() as conn:
        u = t.uppdrag.c
        conn.execute(t.uppdrag.update().where(u.anvandare_id == konto(bygg, "elin")).values(till=IDAG))
        assert las_aktor(conn, konto(bygg, "frida"), IDAG).ersatter == {konto(bygg, "elin")}
        imorgon = IDAG + timedelta(days=1)
        assert las_aktor(conn, konto(bygg, "frida"), imorgon).uppdrag == (("handlaggare", "hemtjanst_norr"),)
        b = Bemanning.kring(conn, bygg.vaka.sammanhang.kommun, imorgon, "familjehem")
    assert b.innehavare("enhetschef", "familjehem") is None


def test_handlaggarens_arenden_skots_i_stallet_for_och_det_star_kvar(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    assert not ser(bygg, "frida", nummer)
    satt(bygg, "hanna", "frida")
    assert ser(bygg, "frida", nummer)
    bygg.gor(nummer, "anteckna", "frida", anteckning="Påhittad")
    with bygg.vaka.motor.begin() as conn:
        rad = bygg.rad(nummer)
        b = Bemanning.kring(conn, bygg.vaka.sammanhang.kommun, IDAG, rad["enhet"], (rad["handlaggare"],))
        assert [p.namn for p in b.agare(rad["enhet"], rad["handlaggare"]).personer] == ["Hanna Påhittad", "Frida Påhittad"]
        assert vikarier.avsluta(conn, konto(bygg, "hanna"), konto(bygg, "frida"), IDAG) == 1
    assert bygg.rad(nummer)["handlaggare"] == konto(bygg, "hanna")
    assert not ser(bygg, "frida", nummer)
    with pytest.raises(FinnsInte):
        bygg.gor(nummer, "anteckna", "frida", anteckning="Påhittad")
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("elin"), NU)
    assert bild.handelser[-1].vem == "Frida Påhittad i stället för Hanna Påhittad"
    assert bygg.handelser(nummer)[-1]["foljder"]["i_stallet_for"] == konto(bygg, "hanna")


def test_delegationen_galler_for_vikarien(bygg: Bygge) -> None:
    satt(bygg, "elin", "hugo")
    nummer = bygg.ny("avvikelse", "mia")
    kvitto = bygg.gor(nummer, "bli_lex_sarah", "hugo", lagomrade="sol", skal="Påhittat")
    assert "punkt 5.3" in kvitto.delegation
    steg = next(h for h in bygg.handelser(nummer) if h["handelse"] == "bli_lex_sarah")
    assert steg["foljder"]["i_stallet_for"] == konto(bygg, "elin")


def test_ingen_vikarierar_for_den_som_ar_javig(bygg: Bygge) -> None:
    satt(bygg, "elin", "frida")
    nummer = bygg.ny("avvikelse", "mia")
    assert ser(bygg, "frida", nummer)
    bygg.gor(nummer, "satt_at_sidan", "kim", jav=["elin"], skal="Gäller elin")
    with pytest.raises(FinnsInte):
        bygg.gor(nummer, "anteckna", "frida", anteckning="Påhittad")
    with bygg.vaka.motor.begin() as conn:
        b = Bemanning.kring(conn, bygg.vaka.sammanhang.kommun, IDAG, "familjehem")
    traff = b.agare("familjehem", None, Krets.av(bygg.rad(nummer)))
    assert [p.namn for p in traff.personer] == ["Anders Påhittad"]


@pytest.mark.parametrize(
    ("borta", "vikarie", "fran", "till", "mening"),
    [
        ("elin", "elin", 0, 1, "Ingen kan vikariera för sig själv"),
        ("elin", "frida", 1, 0, "ligger före första dagen"),
        ("elin", "frida", -1, 1, "har varit. Välj i dag eller senare"),
    ],
)
def test_fel_sags(bygg: Bygge, borta: str, vikarie: str, fran: int, till: int, mening: str) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        satt(bygg, borta, vikarie, IDAG + timedelta(days=fran), IDAG + timedelta(days=till))
    assert mening in " ".join(nej.value.falt.values())


def test_utan_uppdrag_inget_vikariat(bygg: Bygge) -> None:
    with bygg.vaka.motor.begin() as conn:
        conn.execute(t.uppdrag.delete().where(t.uppdrag.c.anvandare_id == konto(bygg, "rolf")))
    with pytest.raises(OgiltigaUppgifter) as nej:
        satt(bygg, "rolf", "frida")
    assert "inget eget uppdrag de dagarna" in nej.value.falt["for"]


def test_chefen_administratoren_och_man_sjalv_far_satta_vikarie(bygg: Bygge) -> None:
    kommun = bygg.vaka.sammanhang.kommun
    with bygg.vaka.motor.begin() as conn:
        far = {n: vikarier.far_satta(conn, kommun, bygg.aktor(n), konto(bygg, "hanna"), IDAG) for n in
               ("hanna", "elin", "anders", "adam", "hugo", "eva", "rolf")}  # fmt: skip
    assert far == {"hanna": True, "elin": True, "anders": True, "adam": True, "hugo": False, "eva": False, "rolf": False}
