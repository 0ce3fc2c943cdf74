"""A task that a person adds by hand: who may, to whom, who is told, and that no step closes it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from notiser import Falt, rendera
from regler import Brevval
from tests.apiklient import Apiklient
from tests.bygg import NU, Bygge
from tests.webbklient import Webbklient
from tjanster.arenden.brevval import satt
from tjanster.arenden.fel import FarInte, OgiltigaUppgifter
from tjanster.arenden.varning import Varning
from tjanster.db import t
from tjanster.konton import satt_uppdrag, stang_konto
from tjanster.scheduler.svep import svepa
from tjanster.web.mina_uppgifter import UPPGIFTER

VAD = "Ring den påhittade skolan"
STEG = "lagg_till_uppgift"
TOLVAN = "19811228-9874"


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def konto(bygg: Bygge, som: str) -> int:
    bygg.aktor(som)
    return bygg._id[som]


def uppgifter(bygg: Bygge, nummer: str) -> list[dict[str, Any]]:
    with bygg.vaka.systemet() as conn:
        u, a = t.uppgift.c, t.arende.c
        sats = select(t.uppgift).join(t.arende, a.id == u.arende_id).where(a.nummer == nummer).order_by(u.id)
        return [dict(r) for r in conn.execute(sats).mappings()]


def hos(bygg: Bygge, som: str) -> bool:
    """Does the task stand on this person's day?"""
    return VAD in Webbklient(bygg).get("/", som).text


def till(bygg: Bygge) -> list[str]:
    return [n["adress"] for n in bygg.notiser("uppgift_ny")]


# -- who, and to whom -------------------------------------------------------------------------------------------------


def test_en_uppgift_till_en_kollega_med_dag_star_i_arendet_historiken_och_pa_min_dag(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    form = webb.get(f"/arende/{nummer}/{STEG}", "hanna")
    assert "Väljer du ingen får Hanna Påhittad uppgiften." in form.text
    assert "Hugo Påhittad" in form.text
    assert "Frida" not in form.text
    sida = webb.post(
        f"/arende/{nummer}/{STEG}", "hanna", vad=VAD, agare=str(konto(bygg, "hugo")), senast="2026-09-10", version=str(bygg.rad(nummer)["version"])
    )
    assert sida.vag == f"/arende/{nummer}"
    assert f"{VAD} Hugo Påhittad · senast" in sida.text
    assert "Uppgift tillagd" in sida.text
    assert f"Vad ska göras? nu {VAD}" in sida.text
    assert "Vem ska göra det? nu Hugo Påhittad" in sida.text
    assert "Brev till den som fick uppgiften" in sida.text
    assert [hos(bygg, vem) for vem in ("hugo", "hanna", "elin")] == [True, False, False]
    (ett,) = uppgifter(bygg, nummer)
    klar = webb.post(f"/uppgift/{ett['id']}/klar", "hugo", tillbaka="/")
    assert VAD not in klar.text
    sida = webb.get(f"/arende/{nummer}", "hanna")
    assert "Klara (1)" in sida.text
    assert "Klar 7 september 2026, Hugo Påhittad" in sida.text


def test_manga_uppgifter_star_pa_var_sin_sida_och_alla_raknas(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    for n in range(UPPGIFTER + 3):
        bygg.gor(nummer, STEG, "elin", vad=f"{VAD} {n:02}", senast=str((NU + timedelta(days=30 - n)).date()))
    forsta, andra, forbi = (webb.get(f"/?uppgift_sida={n}", "elin") for n in (1, 2, 99))
    for sida, star in ((forsta, range(3, UPPGIFTER + 3)), (andra, range(3)), (forbi, range(3))):
        assert [n for n in range(UPPGIFTER + 3) if f"{VAD} {n:02}" in sida.text] == list(star)
        assert f"{UPPGIFTER + 3}uppgifter att göra" in sida.text
    assert forsta.text.index(f"{VAD} 22") < forsta.text.index(f"{VAD} 03")
    assert "Visar 21–23 av 23" in andra.text
    assert 'href="/?uppgift_sida=2#uppgift-rubrik"' in forsta.html
    assert "Visar" not in webb.get("/", "kim").text
    # Done with one of the second page, one is still there; a form made by somebody else leads nowhere else.
    vag, tillbaka = re.search(r'action="(/uppgift/\d+/klar)"(?:(?!</form>).)*name="tillbaka" value="([^"]+)"', andra.html, re.S).groups()  # type: ignore[union-attr]
    assert webb.post(vag, "elin", tillbaka=tillbaka).vag == "/?uppgift_sida=2"
    assert webb.post(vag, "elin", tillbaka="https://annan.example/").vag == "/"


@pytest.mark.parametrize(("handlaggare", "agare"), [("hanna", "hanna"), (None, "elin")])
def test_utan_agare_ar_den_handlaggarens_och_annars_chefens(bygg: Bygge, handlaggare: str | None, agare: str) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    if handlaggare:
        bygg.gor(nummer, "tilldela", "elin", handlaggare=handlaggare)
    bygg.gor(nummer, STEG, "kim", vad=VAD)
    assert [vem for vem in ("hanna", "hugo", "elin", "anders", "kim") if hos(bygg, vem)] == [agare]
    assert till(bygg) == [f"{agare}@vaka.example"]


def test_den_som_ger_sig_sjalv_en_uppgift_far_inget_brev(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, STEG, "elin", vad=VAD)
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, STEG, "hanna", vad=VAD)
    bygg.gor(nummer, STEG, "kim", vad=VAD, agare="kim")
    assert till(bygg) == []
    assert [u["agare"] for u in uppgifter(bygg, nummer)] == [None, konto(bygg, "hanna"), konto(bygg, "kim")]


@pytest.mark.parametrize("vem", ["frida", "mia", "rolf", "finns-inte", "0", "eva"])
def test_en_utomstaende_kan_inte_fa_en_uppgift(bygg: Bygge, vem: str) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, STEG, "elin", vad=VAD, agare=vem)
    assert list(nej.value.falt) == ["agare"]
    assert uppgifter(bygg, nummer) == []


def test_den_som_kunde_handlagga_men_inte_ser_arendet_kan_inte_fa_en_uppgift(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("lex_sarah", "mia")
    assert "Hanna" not in webb.get(f"/arende/{nummer}/{STEG}", "elin").text
    with pytest.raises(OgiltigaUppgifter):
        bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna")
    assert hos(bygg, "hanna")


def test_en_javig_eller_en_utanfor_de_namngivna_kan_inte_fa_en_uppgift(bygg: Bygge) -> None:
    javig, skyddat = bygg.ny("avvikelse", "mia"), bygg.ny("avvikelse", "mia")
    bygg.gor(javig, "satt_at_sidan", "elin", jav=["hugo"], skal="Tjänstgjorde")
    bygg.gor(skyddat, "skydda", "elin", krets=["hanna"], skal="Påhittat skydd")
    for nummer in (javig, skyddat):
        with pytest.raises(OgiltigaUppgifter):
            bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hugo")
        bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna")
    assert till(bygg) == ["hanna@vaka.example"] * 2


def test_dagen_far_inte_ha_varit_och_den_som_bara_rapporterade_far_inte_lagga_till(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(OgiltigaUppgifter) as nej:
        bygg.gor(nummer, STEG, "elin", vad=VAD, senast="2026-09-06")
    assert nej.value.falt == {"senast": "Dagen har redan varit. Välj i dag eller en senare dag."}
    with pytest.raises(FarInte):
        bygg.gor(nummer, STEG, "mia", vad=VAD)
    with pytest.raises(OgiltigaUppgifter):
        bygg.gor(nummer, STEG, "elin", vad="x" * 201)
    with pytest.raises(OgiltigaUppgifter):
        bygg.gor(nummer, STEG, "elin")
    bygg.gor(nummer, STEG, "elin", vad=VAD, senast="2026-09-07")
    assert len(uppgifter(bygg, nummer)) == 1
    assert STEG not in Webbklient(bygg).get(f"/arende/{nummer}", "mia").html


def test_personnummer_varnas_for(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    with pytest.raises(Varning) as nej:
        bygg.gor(nummer, STEG, "elin", vad=f"Ring {TOLVAN}")
    assert list(nej.value.falt) == ["vad"]
    sida = webb.post(f"/arende/{nummer}/{STEG}", "elin", vad=f"Ring {TOLVAN}", version="1")
    assert 'name="bekraftat"' in sida.html


# -- the letter -------------------------------------------------------------------------------------------------------


def test_brevet_har_nummer_dag_och_lank_men_inget_av_texten(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna", senast="2026-09-10")
    (brev,) = bygg.notiser("uppgift_ny")
    ut = rendera("uppgift_ny", Falt.from_dict(brev["falt"]), bas_url="https://vaka.example")
    for form in (ut.text, ut.html):
        assert nummer in form
        assert "10 september 2026" in form
        assert f"https://vaka.example/arende/{nummer}" in form
        assert "skolan" not in form
        assert "Påhittad" not in form
    assert "skolan" not in str(brev)


def test_i_morgonbrevet_for_den_som_samlar(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        satt(conn, bygg.vaka.sammanhang, konto(bygg, "hanna"), Brevval(nytt="morgonbrev"), av=konto(bygg, "hanna"), nu=NU)
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna")
    svepa(bygg.vaka, NU + timedelta(hours=22))
    (rader,) = (n["falt"]["rader"] for n in bygg.notiser("morgonbrev") if n["anvandare_id"] == konto(bygg, "hanna"))
    assert [(r["arendenummer"], r["vad"]) for r in rader] == [(nummer, "Ny uppgift till dig")]
    assert "skolan" not in str(rader)


# -- what becomes of it -----------------------------------------------------------------------------------------------


def test_ett_steg_som_klarar_processens_uppgifter_ror_inte_den_som_nagon_lagt_till(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad Person", "adress": "Vägen 1, 123 45 Orten"})
    bygg.gor(nummer, STEG, "rut", vad=VAD)
    bygg.gor(nummer, "bekrafta_med_brev", "rut", bekraftad="2026-09-07")
    processens, egen = uppgifter(bygg, nummer)
    assert (processens["klar"] is None, egen["klar"] is None) == (False, True)

    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.gor(nummer, "handlagg", "elin")
    bygg.gor(nummer, "inget_svar_onskas", "elin", vill_ha_svar=False)
    bygg.gor(nummer, "avsluta", "elin", avslutad="2026-09-07")
    assert bygg.rad(nummer)["tillstand"] == "avslutad"
    sida = webb.get(f"/arende/{nummer}", "elin")
    assert VAD in sida.text
    assert "Lägg till en uppgift" not in sida.text
    assert hos(bygg, "elin")
    webb.post(f"/uppgift/{egen['id']}/klar", "elin")
    assert uppgifter(bygg, nummer)[1]["klar"] is not None
    assert not hos(bygg, "elin")


def test_processens_egen_uppgift_hindrar_fortfarande(bygg: Bygge) -> None:
    """Done in either order: the one by hand counts neither up nor down."""
    nummer = bygg.ny("synpunkt", kontakt={"namn": "Påhittad Person", "adress": "Vägen 1, 123 45 Orten"})
    bygg.gor(nummer, STEG, "rut", vad=VAD)
    bygg.gor(nummer, "klarmarkera_uppgift", "rut", uppgift=str(uppgifter(bygg, nummer)[1]["id"]))
    bygg.gor(nummer, "bekrafta_med_brev", "rut", bekraftad="2026-09-07")
    assert all(u["klar"] for u in uppgifter(bygg, nummer))


def test_uppgiften_foljer_med_till_nasta_handlaggare_och_kollegans_gor_det_inte(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hanna")
    bygg.gor(nummer, STEG, "hanna", vad=VAD)
    bygg.gor(nummer, STEG, "hanna", vad=VAD, agare="kim")
    bygg.gor(nummer, "tilldela", "elin", handlaggare="hugo")
    assert [u["agare"] for u in uppgifter(bygg, nummer)] == [konto(bygg, "hugo"), konto(bygg, "kim")]
    bygg.gor(nummer, "lamna_tillbaka", "hugo", skal="Hinner inte")
    assert [u["agare"] for u in uppgifter(bygg, nummer)] == [None, konto(bygg, "kim")]


def test_uppgiften_foljer_med_till_nasta_enhet_och_ar_dess_chefs(bygg: Bygge) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, "ta_emot", "elin")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hanna")
    bygg.gor(nummer, "lamna_over_enhet", "elin", ny_enhet="oppenvard", skal="Hände hos dem")
    (ett,) = uppgifter(bygg, nummer)
    assert (ett["enhet"], ett["agare"]) == ("oppenvard", None)
    assert [vem for vem in ("hanna", "elin", "eva") if hos(bygg, vem)] == ["eva"]


@pytest.mark.parametrize("hur", ["jav", "skydd", "stangt"])
def test_den_som_slapps_ut_ur_arendet_har_inget_kvar_att_gora_i_det(bygg: Bygge, hur: str, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hugo")
    if hur == "jav":
        bygg.gor(nummer, "satt_at_sidan", "elin", jav=["hugo"], skal="Tjänstgjorde")
    elif hur == "skydd":
        bygg.gor(nummer, "skydda", "elin", krets=["hanna"], skal="Påhittat skydd")
    else:
        with bygg.vaka.systemet() as conn:
            stang_konto(conn, konto(bygg, "hugo"))
    assert hos(bygg, "elin")
    if hur != "stangt":
        assert not hos(bygg, "hugo")
        assert webb.get(f"/uppgift/{uppgifter(bygg, nummer)[0]['id']}", "hugo").status == 404


def test_den_som_bytt_arbete_ser_inte_texten(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    bygg.gor(nummer, STEG, "elin", vad=VAD, agare="hugo")
    with bygg.vaka.systemet() as conn:
        conn.execute(text("UPDATE uppdrag SET till = '2026-09-01' WHERE anvandare_id = :i"), {"i": konto(bygg, "hugo")})
        satt_uppdrag(conn, konto(bygg, "hugo"), "handlaggare", "hemtjanst_norr", NU.date())
    assert not hos(bygg, "hugo")
    assert webb.get(f"/uppgift/{uppgifter(bygg, nummer)[0]['id']}", "hugo").status == 404


def test_egna_forst_efter_dag_och_klara_hopfallda(bygg: Bygge, webb: Webbklient) -> None:
    nummer = bygg.ny("avvikelse", "mia")
    for vad, agare, dag in (("Kollegans", "hugo", "2026-09-08"), ("Min sen", "hanna", ""), ("Min först", "hanna", "2026-09-09"), ("Gjord", "hanna", "")):
        bygg.gor(nummer, STEG, "elin", vad=vad, agare=agare, **({"senast": dag} if dag else {}))
    bygg.gor(nummer, "klarmarkera_uppgift", "elin", uppgift=str(uppgifter(bygg, nummer)[3]["id"]))
    avsnitt = webb.get(f"/arende/{nummer}", "hanna").html.split('id="uppgifter"')[1].split("</section>")[0]
    platser = [avsnitt.index(x) for x in ("Min först", "Min sen", "Kollegans", "Klara (1)", "Gjord")]
    assert platser == sorted(platser)


def test_genom_api(bygg: Bygge) -> None:
    nummer, api = bygg.ny("avvikelse", "mia"), Apiklient(bygg)
    kropp = {"handelse": STEG, "version": 1, "uppgifter": {"vad": VAD, "agare": "hugo", "senast": "2026-09-06"}}
    svar = api("POST", f"/arenden/{nummer}/handelser", "elin", json=kropp)
    assert (svar.status_code, list(svar.json()["falt"])) == (422, ["senast"])
    kropp["uppgifter"] = {"vad": VAD, "agare": "hugo", "senast": "2026-09-10"}
    assert api("POST", f"/arenden/{nummer}/handelser", "elin", json=kropp).status_code == 200
    (ett,) = api("GET", f"/arenden/{nummer}", "elin").json()["att_gora"]
    assert (ett["text"], ett["agare"], ett["senast"]) == (VAD, "Hugo Påhittad", "2026-09-10")
