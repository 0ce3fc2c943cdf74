"""A stand-in has an absent colleague's appointments between two days, and the history says for whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import or_

from tests.bygg import NU, Bygge
from tests.tjanster.delad import tom
from tests.tjanster.test_jav import konto, ser
from tjanster import vikarier
from tjanster.app import Vaka
from tjanster.arenden import arendelista, fragor
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.behorighet import las_aktor
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.krets import Krets
from tjanster.arenden.urval import Urval
from tjanster.db import t
from tjanster.konton import satt_uppdrag, stang_konto

IDAG = NU.date()

@pytest.fixture
def vaka(delad_exempel: Vaka) -> Vaka:
    return tom(delad_exempel)


def satt(bygg: Bygge, borta: str, vikarie: str, fran: date = IDAG, till: date = IDAG + timedelta(days=4), av: str | None = None) -> int:
    with bygg.vaka.motor.begin() as conn:
        return vikarier.satt_vikarie(
            conn, bygg.vaka.sammanhang.kommun, konto(bygg, borta), konto(bygg, vikarie), fran, till, NU, av=bygg.aktor(av) if av else None
        )


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
        assert las_aktor(conn, konto(bygg, "frida"), IDAG).ersatter == {(konto(bygg, "elin"), "familjehem")}
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
        assert vikarier.avsluta_mellan(conn, bygg.vaka.sammanhang.kommun, konto(bygg, "hanna"), konto(bygg, "frida"), NU) == 1
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
    assert not ser(bygg, "frida", nummer)
    with pytest.raises(FinnsInte):
        bygg.gor(nummer, "anteckna", "frida", anteckning="Påhittad")
    with bygg.vaka.motor.begin() as conn:
        b = Bemanning.kring(conn, bygg.vaka.sammanhang.kommun, IDAG, "familjehem")
    traff = b.agare("familjehem", None, Krets.av(bygg.rad(nummer)))
    assert [p.namn for p in traff.personer] == ["Anders Påhittad"]


def ge(bygg: Bygge, som: str, roll: str, enhet: str, till: date | None = None) -> None:
    with bygg.vaka.motor.begin() as conn:
        satt_uppdrag(conn, konto(bygg, som), roll, enhet, date(2020, 1, 1), till)


@pytest.mark.parametrize(
    ("borta", "vikarie", "fran", "till", "falt", "mening"),
    [
        ("elin", "elin", 0, 1, "vikarie", "Ingen kan vikariera för sig själv"),
        ("elin", "frida", 1, 0, "till", "ligger före första dagen"),
        ("elin", "frida", -1, 1, "fran", "har varit. Välj i dag eller senare"),
        ("elin", "eva", 0, 1, "vikarie", "Eva Påhittad har inget öppet konto. Välj någon annan."),
        ("eva", "elin", 0, 1, "for", "Eva Påhittad har inget öppet konto längre. Ärendena ligger hos enhetens chef"),
        ("rolf", "frida", 1, 2, "for", "Rolf Påhittad har inget eget uppdrag de dagarna"),
        ("hanna", "frida", 2, 9, "fran", "Hugo Påhittad ersätter redan Hanna Påhittad 9 september 2026 – 11 september 2026. Välj andra dagar"),
        ("elin", "hanna", 0, 2, "vikarie", "Hanna Påhittad är själv borta någon av de dagarna"),
    ],
)
def test_fel_sags(bygg: Bygge, borta: str, vikarie: str, fran: int, till: int, falt: str, mening: str) -> None:
    satt(bygg, "hanna", "hugo", IDAG + timedelta(days=2), IDAG + timedelta(days=4))
    with bygg.vaka.motor.begin() as conn:
        stang_konto(conn, konto(bygg, "eva"))
        conn.execute(t.uppdrag.update().where(t.uppdrag.c.anvandare_id == konto(bygg, "rolf")).values(till=IDAG))
    with pytest.raises(OgiltigaUppgifter) as nej:
        satt(bygg, borta, vikarie, IDAG + timedelta(days=fran), IDAG + timedelta(days=till))
    assert set(nej.value.falt) == {falt}
    assert mening in nej.value.falt[falt]


def test_alla_fel_pa_en_gang(bygg: Bygge) -> None:
    with pytest.raises(OgiltigaUppgifter) as nej:
        satt(bygg, "elin", "elin", IDAG - timedelta(days=1), IDAG - timedelta(days=2))
    assert set(nej.value.falt) == {"fran", "till", "vikarie"}


def test_chefen_administratoren_och_man_sjalv_far_satta_vikarie(bygg: Bygge) -> None:
    kommun = bygg.vaka.sammanhang.kommun
    with bygg.vaka.motor.begin() as conn:
        far = {n: vikarier.far_satta(conn, kommun, bygg.aktor(n), konto(bygg, "hanna"), IDAG) for n in
               ("hanna", "elin", "anders", "adam", "hugo", "eva", "rolf")}  # fmt: skip
    assert far == {"hanna": True, "elin": True, "anders": True, "adam": True, "hugo": False, "eva": False, "rolf": False}


@pytest.mark.parametrize(
    ("av", "borta", "vikarie", "nej"),
    [
        ("hanna", "hanna", "hugo", None),
        ("hanna", "hanna", "elin", None),
        ("hanna", "hanna", "frida", "Frida Påhittad är inte redan handläggare för Familjehemsenheten. Välj en kollega som är det"),
        ("hanna", "hanna", "mia", "Mia Påhittad är inte redan handläggare"),
        ("elin", "elin", "mia", None),
        ("elin", "hanna", "frida", None),
        ("elin", "hanna", "elin", None),
        ("anders", "elin", "eva", None),
        ("adam", "kim", "anders", None),
        ("adam", "kim", "adam", "Du kan inte ge dig själv någon annans uppdrag som administratör"),
        ("kim", "kim", "anders", "Anders Påhittad är inte redan kvalitetsledare för Socialförvaltningen"),
        ("hugo", "hanna", "hugo", "En vikarie sätts av personen själv, dess chef eller administratören."),
        ("elin", "anders", "hugo", "En vikarie sätts av personen själv, dess chef eller administratören."),
        ("eva", "elin", "eva", "En vikarie sätts av personen själv, dess chef eller administratören."),
        ("kim", "hanna", "hugo", "En vikarie sätts av personen själv, dess chef eller administratören."),
    ],
)
def test_ingens_ratt_vaxer_genom_en_kollega(bygg: Bygge, av: str, borta: str, vikarie: str, nej: str | None) -> None:
    if nej is None:
        assert satt(bygg, borta, vikarie, av=av)
        return
    with pytest.raises(Nej) as fel:
        satt(bygg, borta, vikarie, av=av)
    assert nej in " ".join([*fel.value.skal, *fel.value.falt.values()])


def test_den_som_vikarierar_satter_ingen_vikarie(bygg: Bygge) -> None:
    satt(bygg, "elin", "frida")
    with pytest.raises(FarInte):
        satt(bygg, "hanna", "hugo", av="frida")


def test_chefen_lanar_bara_ut_det_som_ligger_under_och_ingen_ser_mer(bygg: Bygge) -> None:
    """Hanna works in two departments and has a post that her manager hasn't."""
    ge(bygg, "hanna", "handlaggare", "ekbacken")
    ge(bygg, "hanna", "kvalitetsledare", "familjehem")
    har, dar = bygg.ny("synpunkt"), bygg.ny("synpunkt", enhet="ekbacken")
    for nummer in (har, dar):
        bygg.gor(nummer, "tilldela", "kim", handlaggare="hanna")
    satt(bygg, "hanna", "eva", av="elin")
    eva = bygg.aktor("eva")
    assert eva.vikariat == (("handlaggare", "familjehem", konto(bygg, "hanna")),)
    assert (ser(bygg, "eva", har), ser(bygg, "eva", dar)) == (True, False)
    s = bygg.vaka.sammanhang
    with bygg.vaka.motor.begin() as conn:
        b = Bemanning.las(conn, s.kommun, IDAG)
        agare = {e: [p.namn for p in b.agare(e, konto(bygg, "hanna")).personer] for e in ("familjehem", "ekbacken")}
    assert agare == {"familjehem": ["Hanna Påhittad", "Eva Påhittad"], "ekbacken": ["Hanna Påhittad"]}
    with bygg.vaka.som(eva) as conn:
        mina = arendelista.lista(conn, s, eva, Urval(), NU, extra=or_(fragor.egna(s.kommun, eva), fragor.Agda.av(conn, b, eva).att_fordela))
    assert {r.nummer for r in mina} >= {har}
    assert dar not in {r.nummer for r in mina}


def test_dagarna_andras_av_den_som_far(bygg: Bygge) -> None:
    vikariat = satt(bygg, "hanna", "frida", IDAG, IDAG + timedelta(days=2), av="elin")

    def andra(som: str, fran: int, till: int, nar: int = 0) -> None:
        with bygg.vaka.motor.begin() as conn:
            dagar = (IDAG + timedelta(days=fran), IDAG + timedelta(days=till))
            vikarier.andra(conn, bygg.vaka.sammanhang.kommun, vikariat, *dagar, NU + timedelta(days=nar), av=bygg.aktor(som))

    ge(bygg, "hanna", "handlaggare", "oppenvard")  # come later: isn't lent by a change of days
    andra("elin", 0, 6)
    assert ("handlaggare", "familjehem", konto(bygg, "hanna")) in bygg.aktor("frida", NU + timedelta(days=6)).vikariat
    assert ("handlaggare", "oppenvard") not in bygg.aktor("frida").uppdrag
    for som, fran, till, nar, mening in (
        ("elin", 1, 6, 0, "Vikariatet började 7 september 2026"),
        ("elin", 0, 1, 2, "Sista dagen 2026-09-08 har varit. Välj Avsluta nu"),
        ("elin", 0, -1, 0, "ligger före första dagen"),
        ("hanna", 0, 9, 0, "Frida Påhittad är inte redan handläggare"),
        ("frida", 0, 9, 0, "som du inte är chef över"),
        ("elin", 0, 9, 7, "Vikariatet är slut och kan inte ändras"),
    ):
        with pytest.raises(Nej, match=mening):
            andra(som, fran, till, nar)
    with bygg.vaka.motor.begin() as conn:
        u = t.uppdrag.c
        conn.execute(t.uppdrag.update().where(u.anvandare_id == konto(bygg, "hanna")).values(till=IDAG + timedelta(days=1)))
    with pytest.raises(OgiltigaUppgifter, match="har inte kvar uppdragen"):
        vantar = satt(bygg, "elin", "frida", IDAG + timedelta(days=8), IDAG + timedelta(days=9))
        with bygg.vaka.motor.begin() as conn:
            conn.execute(t.uppdrag.update().where(u.anvandare_id == konto(bygg, "elin")).values(till=IDAG + timedelta(days=9)))
            dagar = (IDAG + timedelta(days=11), IDAG + timedelta(days=12))
            vikarier.andra(conn, bygg.vaka.sammanhang.kommun, vantar, *dagar, NU, av=bygg.aktor("anders"))


@pytest.mark.parametrize(("som", "far"), [("hanna", True), ("elin", True), ("adam", True), ("frida", False), ("eva", False)])
def test_avslutas_i_fortid_av_den_som_ersatts_eller_chefen(bygg: Bygge, som: str, far: bool) -> None:
    vikariat, kommun = satt(bygg, "hanna", "frida"), bygg.vaka.sammanhang.kommun
    with bygg.vaka.motor.begin() as conn:
        if not far:
            with pytest.raises(FarInte, match="avslutas av den som ersätts"):
                vikarier.avsluta(conn, kommun, vikariat, NU, av=bygg.aktor(som))
            return
        vikarier.avsluta(conn, kommun, vikariat, NU, av=bygg.aktor(som))
    assert bygg.aktor("frida").vikariat == ()
    with bygg.vaka.motor.begin() as conn:
        bild = vikarier.hitta(conn, kommun, vikariat, IDAG, bygg.aktor("elin"))
        with pytest.raises(Nej, match="redan slut"):
            vikarier.avsluta(conn, kommun, vikariat, NU, av=bygg.aktor("elin"))
        with pytest.raises(FinnsInte):
            vikarier.hitta(conn, kommun, vikariat, IDAG, bygg.aktor("eva"))
    assert (bild.avslutad, bild.lage, bild.andrad_av) == (True, "tidigare", f"{som.title()} Påhittad")


def test_det_som_har_gallt_star_kvar_till_och_med_i_gar(bygg: Bygge) -> None:
    vikariat, kommun = satt(bygg, "hanna", "frida"), bygg.vaka.sammanhang.kommun
    with bygg.vaka.motor.begin() as conn:
        vikarier.avsluta(conn, kommun, vikariat, NU + timedelta(days=2), av=None)
        (bild,) = vikarier.lista(conn, kommun, IDAG, None)
        assert (bild.till, bild.uppdrag) == (IDAG + timedelta(days=1), (("handlaggare", "familjehem"),))
        assert las_aktor(conn, konto(bygg, "frida"), IDAG + timedelta(days=1)).ersatter
        assert not las_aktor(conn, konto(bygg, "frida"), IDAG + timedelta(days=2)).ersatter
        assert vikarier.lista(conn, kommun, IDAG + timedelta(days=400), None) == []


def test_tva_som_satter_samtidigt_krockar(bygg: Bygge) -> None:
    def gor(vem: str) -> str:
        try:
            satt(bygg, "hanna", vem)
        except OgiltigaUppgifter as nej:
            return nej.falt["fran"]
        return ""

    konto(bygg, "hanna"), konto(bygg, "hugo"), konto(bygg, "elin")
    with ThreadPoolExecutor(2) as tradar:
        svar = sorted(tradar.map(gor, ("hugo", "elin")))
    assert svar[0] == ""
    assert "ersätter redan Hanna Påhittad" in svar[1]


def test_den_vars_vikarie_ocksa_ar_borta_eller_har_slutat_sags(bygg: Bygge) -> None:
    kommun = bygg.vaka.sammanhang.kommun
    satt(bygg, "hanna", "hugo")
    satt(bygg, "hugo", "elin", IDAG + timedelta(days=1), IDAG + timedelta(days=1))
    satt(bygg, "eva", "frida")
    with bygg.vaka.motor.begin() as conn:
        stang_konto(conn, konto(bygg, "eva"))
        sagt = {x.borta: x.varning for x in vikarier.lista(conn, kommun, IDAG, None)}
        stang_konto(conn, konto(bygg, "hugo"))
        sedan = {x.borta: x.varning for x in vikarier.lista(conn, kommun, IDAG, None)}
    assert "Hugo Påhittad är också borta" in sagt["Hanna Påhittad"]
    assert "Eva Påhittad har inget öppet konto längre, så vikariatet gäller inte" in sagt["Eva Påhittad"]
    assert "Hugo Påhittad har inget öppet konto längre. Sätt en annan vikarie." in sedan["Hanna Påhittad"]
