"""The start page: the next step of each case, what one follows, and the lists one has saved."""

from datetime import timedelta

import pytest

from tests.bygg import NU, Bygge
from tests.webbklient import Webbklient
from tjanster import klocka, vyer
from tjanster.arenden.arendelista import ORDNINGAR, Ordning, lista
from tjanster.arenden.fel import FinnsInte, OgiltigaUppgifter
from tjanster.arenden.foljande import folj, foljer, olasta, sluta_folja
from tjanster.arenden.nasta import nasta_steg
from tjanster.arenden.urval import Urval


def steg(bygg: Bygge, som: str, *nummer: str) -> dict[str, str]:
    aktor = bygg.aktor(som)
    assert aktor is not None
    with bygg.vaka.som(aktor) as conn:
        return {n: x.handelse for n, x in nasta_steg(conn, bygg.vaka.sammanhang, nummer, aktor, bygg.nu).items()}


# -- the next step ----------------------------------------------------------------------------------------------------


def test_nasta_steg_ar_det_som_den_har_personen_kan_ta_nu(bygg: Bygge) -> None:
    avvikelse, synpunkt, beslut = bygg.ny("avvikelse", "mia"), bygg.ny("synpunkt"), bygg.ny("beslut")
    assert steg(bygg, "elin", avvikelse, synpunkt, beslut) == {
        avvikelse: "ta_emot", synpunkt: "fordela", beslut: "verkstall",
    }  # fmt: skip
    assert steg(bygg, "mia", avvikelse) == {}, "den som rapporterade ser men gör inget"
    assert steg(bygg, "frida", avvikelse, synpunkt) == {}, "utanför kretsen"
    bygg.gor(avvikelse, "ta_emot", "elin")
    assert steg(bygg, "elin", avvikelse)[avvikelse] != "ta_emot"


def test_nasta_steg_i_listan_ar_den_forsta_knappen_pa_arendets_sida(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    for nummer in (bygg.ny("avvikelse", "mia"), bygg.ny("synpunkt"), bygg.ny("lex_sarah", "mia")):
        handelse = steg(bygg, "elin", nummer)[nummer]
        html = webb.get(f"/arende/{nummer}", som="elin").html
        knappar = html.split('class="nasta"')[1].split("</ul>")[0]
        assert f"/arende/{nummer}/{handelse}" in knappar.split("</li>")[0]


def test_min_dag_har_knappen_till_nasta_steg(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    sida = Webbklient(bygg).get("/", som="elin")
    assert f'href="/arende/{nummer}/ta_emot"' in sida.html
    assert Webbklient(bygg).get(f"/arende/{nummer}/ta_emot", som="elin").status == 200


# -- the order --------------------------------------------------------------------------------------------------------


def test_varje_ordning_gar_framat_och_baklanges(bygg: Bygge) -> None:
    for i in range(3):
        bygg.ny("avvikelse", "mia", nu=NU, handelsedatum=str((NU - timedelta(hours=24 * min(i, 1))).date()))
        bygg.ny("beslut", externt_id=f"D-{i}", enhet=("familjehem", "oppenvard", "familjehem")[i])
    bygg.ny("synpunkt")
    kim = bygg.aktor("kim")
    for namn in ORDNINGAR:
        listor = []
        for fallande in (False, True):
            with bygg.vaka.systemet() as conn:
                listor.append(lista(conn, bygg.vaka.sammanhang, kim, Urval(), bygg.nu, ordning=Ordning(namn, fallande)))
        assert sorted(listor[0]) == sorted(listor[1])
        varden = {
            "frist": lambda r: r.forfaller, "arende": lambda r: r.sort, "enhet": lambda r: r.enhet_namn,
            "tillstand": lambda r: r.tillstand_text, "handlaggare": lambda r: r.handlaggare_namn, "dag": lambda r: r.dag,
        }[namn]  # fmt: skip
        fram, bak = ([v for r in rader if (v := varden(r)) is not None] for rader in listor)
        assert fram == sorted(fram), namn
        assert bak == sorted(bak, reverse=True), namn


def test_handlaggare_star_i_svensk_ordning(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        for vem, namn in (("hanna", "Östen A"), ("hugo", "Åke B"), ("elin", "Zara C"), ("anders", "ärla D")):
            conn.exec_driver_sql("UPDATE anvandare SET namn = %s WHERE anvandarnamn = %s", (namn, vem))
    for vem in ("hanna", "hugo", "elin", "anders"):
        bygg.gor(bygg.ny("avvikelse", "mia"), "tilldela", "elin", handlaggare=str(bygg.aktor(vem).id))  # type: ignore[union-attr]
    with bygg.vaka.systemet() as conn:
        rader = lista(conn, bygg.vaka.sammanhang, None, Urval(), bygg.nu, ordning=Ordning("handlaggare"))
    assert [r.handlaggare_namn for r in rader] == ["Zara C", "Åke B", "ärla D", "Östen A"]


# -- to follow --------------------------------------------------------------------------------------------------------


def test_den_som_foljer_ser_att_nagot_har_hant(bygg: Bygge) -> None:
    nummer, webb = bygg.ny("avvikelse", "mia"), Webbklient(bygg)
    sida = webb.post(f"/arende/{nummer}/folj", som="hanna")
    assert "Du följer ärendet" in sida.text
    assert "Sluta följa" in sida.text
    assert "Nytt sedan du läste" not in webb.get("/", som="hanna").text
    bygg.gor(nummer, "ta_emot", "elin", nu=NU + timedelta(minutes=5))
    klocka.stall(NU + timedelta(minutes=6))
    hem = webb.get("/", som="hanna")
    assert "Det du följer" in hem.text
    assert "Nytt sedan du läste" in hem.text
    webb.get(f"/arende/{nummer}", som="hanna")
    assert "Nytt sedan du läste" not in webb.get("/", som="hanna").text
    assert "Du följer inte längre" in webb.post(f"/arende/{nummer}/folj-inte", som="hanna").text
    assert nummer not in webb.get("/", som="hanna").html


def test_ens_egen_andring_ar_inget_nytt(bygg: Bygge) -> None:
    nummer, elin = bygg.ny("avvikelse", "mia"), bygg.aktor("elin")
    assert elin is not None
    bygg.gor(nummer, "ta_emot", "elin", nu=NU + timedelta(minutes=5))
    with bygg.vaka.som(elin) as conn:
        assert olasta(conn, elin, [nummer]) == frozenset()
        assert olasta(conn, elin, []) == frozenset()


def test_att_folja_ger_ingen_ratt_att_se(bygg: Bygge) -> None:
    nummer, s = bygg.ny("avvikelse", "mia"), bygg.vaka.sammanhang
    frida, hanna = bygg.aktor("frida"), bygg.aktor("hanna")
    assert frida is not None
    assert hanna is not None
    for gor in (lambda c: folj(c, s, nummer, frida, NU), lambda c: sluta_folja(c, s, nummer, frida)):
        with bygg.vaka.som(frida) as conn, pytest.raises(FinnsInte):
            gor(conn)
    with bygg.vaka.som(hanna) as conn:
        folj(conn, s, nummer, hanna, NU)
        folj(conn, s, nummer, hanna, NU)
    with bygg.vaka.systemet() as conn:
        conn.exec_driver_sql("UPDATE uppdrag SET till = '2026-09-01' WHERE anvandare_id = %s", (hanna.id,))
    utan = bygg.aktor("hanna")
    assert utan is not None
    with bygg.vaka.som(utan) as conn:
        assert not foljer(conn, utan, bygg.rad(nummer)["id"])
        assert conn.exec_driver_sql("SELECT count(*) FROM foljer").scalar_one() == 0
    assert nummer not in Webbklient(bygg).get("/", som="hanna").html


# -- saved lists ------------------------------------------------------------------------------------------------------


def test_en_vy_sparas_oppnas_andras_och_tas_bort(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    bygg.ny("avvikelse", "mia")
    fraga = "enhet=familjehem&process=avvikelse&ordna=enhet&fall=ja&kolumn=dag&kolumn=nasta"
    sida = webb.post("/vyer", som="elin", namn="Våra avvikelser", fraga=fraga)
    assert "Vyn är sparad" in sida.text
    hem = webb.get("/", som="elin")
    assert "Våra avvikelser" in hem.text
    vag = "/enhet?" + fraga
    assert vag.replace("&", "&amp;") in hem.html
    oppnad = webb.get(vag, som="elin")
    assert "Nästa steg" in oppnad.text
    assert 'aria-current="page">Våra avvikelser' in oppnad.html
    webb.post("/vyer", som="elin", namn="Våra avvikelser", fraga="lage=sena")
    with bygg.vaka.systemet() as conn:
        (vy,) = vyer.vyer(conn, bygg.aktor("elin").id)  # type: ignore[union-attr]
    assert vy.fraga == "lage=sena"
    borta = webb.post(f"/vyer/{vy.id}/ta-bort", som="kim")
    assert borta.status == 404, "en annans vy finns inte"
    borta = webb.post(f"/vyer/{vy.id}/ta-bort", som="elin")
    assert "Vyn är borttagen" in borta.text
    assert "Våra avvikelser" not in webb.get("/", som="elin").text


def test_en_vy_bar_bara_det_en_lista_kan_fragas_efter(bygg: Bygge) -> None:
    assert vyer.rensad("q=Anna+Andersson&enhet=familjehem&url=//ond.example&kolumn=enhet&lage=") == "enhet=familjehem&kolumn=enhet"
    assert vyer.rensad("enhet=" + "x" * 61) == ""
    with bygg.vaka.systemet() as conn:
        jag = bygg.aktor("elin").id  # type: ignore[union-attr]
        for namn in ("", "   ", "x" * 61, "a\0b"):
            with pytest.raises(OgiltigaUppgifter, match="1–60 tecken"):
                vyer.spara(conn, jag, namn, "", NU)
        for i in range(vyer.HOGST):
            vyer.spara(conn, jag, f"Vy {i}", "", NU)
        with pytest.raises(OgiltigaUppgifter, match="redan 20 sparade vyer"):
            vyer.spara(conn, jag, "En till", "", NU)
        vyer.spara(conn, jag, "Vy 3", "lage=sena", NU)
        for fel in (0, -1, 10**9, 2**70):
            with pytest.raises(FinnsInte):
                vyer.ta_bort(conn, jag, fel)


def test_en_vy_utan_namn_sager_hur_det_ska_vara(bygg: Bygge) -> None:
    sida = Webbklient(bygg).post("/vyer", som="elin", namn=" ", fraga="lage=sena")
    assert sida.status == 422
    assert "1–60 tecken" in sida.text
