"""Recusal: whom a case concerns neither works with it nor sees it, and the level above owns what they left."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text

from tests.bygg import PERSONAL, Bygge
from tests.webbklient import Webbklient
from tjanster.arenden import arendelista, fragor
from tjanster.arenden.arendebild import visa_arende
from tjanster.arenden.bemanning import Bemanning
from tjanster.arenden.fel import FarInte, FinnsInte, Nej, OgiltigaUppgifter
from tjanster.arenden.urval import Urval
from tjanster.scheduler.svep import svepa


def konto(bygg: Bygge, som: str) -> int:
    bygg.aktor(som)
    return bygg._id[som]  # a closed account's too


def ser(bygg: Bygge, som: str, nummer: str) -> bool:
    """By page, list, count, search and the database's own lock, which must agree."""
    aktor, s = bygg.aktor(som), bygg.vaka.sammanhang
    with bygg.vaka.som(aktor) as conn:
        svar = {
            nummer in {r.nummer for r in arendelista.lista(conn, s, aktor, Urval(vilande=True), bygg.nu, per_sida=500)},
            fragor.hitta_id(conn, s, nummer, aktor) is not None,
            arendelista.antal(conn, s, aktor, Urval(text=nummer, aven_avslutade=True, vilande=True), bygg.nu) == 1,
            conn.scalar(text("SELECT count(*) FROM arende WHERE nummer = :n"), {"n": nummer}) == 1,
        }
    assert len(svar) == 1, svar
    return svar.pop()


def test_den_som_anmaler_jav_ser_inte_arendet_mer_och_chefen_far_veta(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, "anmal_jav", "hanna", skal="Jag var med när det hände")
    assert bygg.rad(nummer)["handlaggare"] is None
    assert not ser(bygg, "hanna", nummer)
    with pytest.raises(FinnsInte):
        bygg.gor(nummer, "anteckna", "hanna", anteckning="Påhittad")
    assert [n["adress"] for n in bygg.notiser("arende_utan_handlaggare")] == ["elin@vaka.example"]
    with pytest.raises(OgiltigaUppgifter):
        bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")


def test_chefen_satter_at_sidan_med_skal_och_nivan_over_haver(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(OgiltigaUppgifter):
        bygg.gor(nummer, "satt_at_sidan", "elin", jav=["hanna"])
    bygg.gor(nummer, "satt_at_sidan", "elin", jav=["hanna", "hugo"], skal="Båda tjänstgjorde")
    assert not ser(bygg, "hugo", nummer)
    with pytest.raises(FarInte):
        bygg.gor(nummer, "hav_jav", "elin", jav=["hugo"], skal="Ångrar mig")
    bygg.gor(nummer, "hav_jav", "anders", jav=["hugo"], skal="Han var ledig den dagen")
    assert ser(bygg, "hugo", nummer)
    assert not ser(bygg, "hanna", nummer)
    with bygg.vaka.systemet() as conn:
        bild = visa_arende(conn, bygg.vaka.sammanhang, nummer, bygg.aktor("anders"), bygg.nu)
    sagt = [f for h in bild.handelser for f in h.foljder]
    assert "Satt åt sidan för jäv, ser inte ärendet: Hanna Påhittad och Hugo Påhittad" in sagt
    assert "Inte längre jävig: Hugo Påhittad" in sagt


@pytest.mark.parametrize(
    ("handelse", "vem", "jav", "mening"),
    [
        ("satt_at_sidan", "elin", ["elin"], "Är du själv jävig väljer du i stället"),
        ("satt_at_sidan", "elin", ["hannna"], "'hannna' är ingen användare med öppet konto"),
        ("hav_jav", "kim", ["hugo"], "Någon av dem är inte satt åt sidan"),
    ],
)
def test_fel_sags_pa_faltet(bygg: Bygge, handelse: str, vem: str, jav: list[str], mening: str) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "satt_at_sidan", "kim", jav=["hanna"], skal="Påhittat")
    with pytest.raises(OgiltigaUppgifter, match=mening):
        bygg.gor(nummer, handelse, vem, jav=jav, skal="Påhittat")


def test_den_som_inte_far_satta_nagon_at_sidan_far_veta_det_aven_med_ett_tomt_formular(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(FarInte, match="Görs av enhetschef"):
        bygg.gor(nummer, "satt_at_sidan", "hanna", jav=[""], skal="Påhittat", okant="x")


def test_ingen_jav_att_hava_nekas_med_skalet(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(Nej, match="Någon ska ha satts åt sidan"):
        bygg.gor(nummer, "hav_jav", "kim", jav=["hanna"], skal="Påhittat")


def test_den_sista_som_finns_kan_inte_ga_at_sidan(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "skydda", "elin", krets=[], skal="Påhittat skydd")
    with pytest.raises(Nej, match="Ingen annan kan då ta hand om ärendet"):
        bygg.gor(nummer, "anmal_jav", "elin", skal="Påhittat")
    assert bygg.rad(nummer)["javiga"] == []


@pytest.mark.parametrize("process", ["avvikelse", "lex_sarah"])
def test_en_chef_utreder_aldrig_det_som_ror_en_sjalv(bygg: Bygge, process: str) -> None:
    nummer = bygg.ny(process, "mia", ror_chefen="ja")
    assert bygg.rad(nummer)["javiga"] == [konto(bygg, "elin")]
    assert not ser(bygg, "elin", nummer)
    assert ser(bygg, "anders", nummer)
    svepa(bygg.vaka, bygg.nu + timedelta(days=90))
    fick = {n["adress"] for n in bygg.notiser() if nummer in str(n)}
    assert "elin@vaka.example" not in fick
    assert "anders@vaka.example" in fick
    with bygg.vaka.som(bygg.aktor("anders")) as conn:
        bemanning = Bemanning.las(conn, bygg.vaka.sammanhang.kommun, bygg.nu.date())
        anders = bygg.aktor("anders")
        assert anders is not None
        mina = arendelista.lista(conn, bygg.vaka.sammanhang, anders, Urval(), bygg.nu, extra=fragor.Agda.av(conn, bemanning, anders).att_fordela)
    assert nummer in {r.nummer for r in mina}


def test_avvikelsen_som_blir_lex_sarah_haller_chefen_utanfor(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia", ror_chefen="ja")
    nytt = bygg.gor(nummer, "bli_lex_sarah", "kim", skal="Allvarligt", lagomrade="sol").nya_arenden[0]
    assert not ser(bygg, "elin", nytt)


def test_sidan_satter_at_sidan_med_namn_i_en_lista(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    webb = Webbklient(bygg)
    sida = webb.get(f"/arende/{nummer}/satt_at_sidan", som="elin")
    assert "Hugo Påhittad" in sida.text
    assert "Elin Påhittad" not in sida.text
    webb.post(f"/arende/{nummer}/satt_at_sidan", som="elin", jav=[str(konto(bygg, "hugo"))], skal="Rör honom", version="1")
    assert bygg.rad(nummer)["javiga"] == [konto(bygg, "hugo")]
    assert webb.get(f"/arende/{nummer}", som="hugo").status == 404


def test_slumpad_jav_syns_aldrig_i_nagon_lista_eller_hos_nagon_mottagare(bygg: Bygge) -> None:
    """Whoever is set aside, in whatever order: never an owner, never told, never shown."""
    slump = Random(4)
    arenden = [bygg.ny(slump.choice(("avvikelse", "lex_sarah")), "mia") for _ in range(12)]
    ute: dict[str, set[str]] = {}
    for nummer in arenden:
        valda = slump.sample(("hanna", "hugo", "elin", "anders", "eva", "mia"), slump.randint(1, 4))
        bygg.gor(nummer, "satt_at_sidan", "kim", jav=valda, skal="Påhittat")
        ute[nummer] = set(valda)
    fore = {n["id"] for n in bygg.notiser()}
    for dagar in (3, 30, 90):
        svepa(bygg.vaka, bygg.nu + timedelta(days=dagar))
    for nummer in arenden:
        for som in PERSONAL:
            if som in ute[nummer]:
                assert not ser(bygg, som, nummer)
        fick = {n["adress"].split("@")[0] for n in bygg.notiser() if n["id"] not in fore and nummer in str(n["falt"])}
        assert fick
        assert not fick & ute[nummer]


def test_en_enhet_utan_egen_chef_haller_den_som_leder_den_utanfor(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia", enhet="mottagning_barn", ror_chefen="ja")
    assert bygg.rad(nummer)["javiga"] == [konto(bygg, "anders")]
    assert ser(bygg, "kim", nummer)


def test_uppgiften_i_det_som_ror_chefen_star_hos_nivan_over(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia", ror_chefen="ja")
    bygg.gor(nummer, "ta_emot", "anders")
    bygg.gor(nummer, "utred", "anders", utredning="Påhittad", orsaker=["rutiner"])
    bygg.gor(nummer, "besluta_atgarder", "anders", atgarder=[{"text": "Påhittad åtgärd", "ansvarig": "anders", "senast": "2026-09-30"}])
    webb = Webbklient(bygg)
    assert "Följ upp om åtgärderna hjälpte" in webb.get("/", som="anders").text
    assert "Följ upp om åtgärderna hjälpte" not in webb.get("/", som="elin").text
