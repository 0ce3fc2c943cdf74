"""No way to read a case leaves no trace: every GET route with a case number is asked, and a reading must stand in the log."""

import re
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from tests.apiklient import Apiklient
from tests.arkitektur.test_gransen import _rutter
from tests.bygg import KONTAKT, NU, Bygge
from tests.webbklient import Webbklient
from tjanster import klocka
from tjanster.arenden.lasning import VAD
from tjanster.db import t

LASER = re.compile(r"^(/api/v1/arenden|/arende|/folj|/kvitto)/\{nummer\}")
# Who reads which way; the reporter has the receipt, and the one who left the complaint has no account.
VEM = {"/kvitto": "rut"}


def lasningar(bygg: Bygge, nummer: str) -> list[tuple[int | None, str, bool, bool, str | None]]:
    """(by whom, what, assigned, protected, reason) of each reading of the case, in order."""
    r, a = t.lasning.c, t.arende.c
    sats = select(r.av, r.vad, r.tilldelad, r.skyddad, r.skal).join(t.arende, a.id == r.arende_id).where(a.nummer == nummer)
    with bygg.vaka.systemet() as conn:
        return [tuple(rad) for rad in conn.execute(sats.order_by(r.id))]


def _vagar(bygg: Bygge) -> list[APIRoute]:
    return [r for r in _rutter(bygg.vaka) if "GET" in r.methods and "{nummer}" in r.path]


@pytest.fixture
def nummer(bygg: Bygge) -> str:
    """A complaint at a step that can be taken, with a limit and a file."""
    nummer = bygg.ny("synpunkt", "rut", kontakt=KONTAKT)
    bygg.gor(nummer, "fordela", "rut", enhet="familjehem")
    bygg.bifoga(nummer)
    return nummer


def test_varje_vag_till_ett_arende_lamnar_en_lasning(bygg: Bygge, nummer: str) -> None:
    webb, api = Webbklient(bygg), Apiklient(bygg)
    with bygg.vaka.systemet() as conn:
        bilaga = conn.execute(select(t.bilaga.c.id)).scalar_one()
    fyll = {
        "nummer": nummer, "bilaga": bilaga, "frist_id": bygg.frister(nummer)[0]["id"], "handelse": "handlagg",
        "kod": bygg.vaka.sammanhang.foljkod(nummer),
    }  # fmt: skip
    vagar = _vagar(bygg)
    assert len(vagar) >= 12
    for rutt in vagar:
        assert LASER.match(rutt.path), f"{rutt.path} har ett ärendenummer: lägg den till vägarna som prövas"
        fore = len(lasningar(bygg, nummer))
        vag = rutt.path.format(**fyll)
        som = VEM.get(vag.rpartition("/")[0], "elin")
        svar = api("GET", vag, som=som).status_code if vag.startswith("/api") else webb.get(vag, som=som).status
        assert svar == 200, vag
        nya = lasningar(bygg, nummer)[fore:]
        assert len(nya) == 1, f"{vag} lämnade {len(nya)} läsningar"
        vem = bygg.aktor(som)
        assert nya[0][0] == (None if vag.startswith("/folj") or vem is None else vem.id)
        assert nya[0][1] in VAD


def test_den_som_inte_far_lasa_lamnar_ingen_lasning(bygg: Bygge, nummer: str) -> None:
    assert Webbklient(bygg).get(f"/arende/{nummer}", som="frida").status == 404
    assert Apiklient(bygg)("GET", f"/arenden/{nummer}", som="frida").status_code == 404
    assert lasningar(bygg, nummer) == []


def test_hur_nagon_kom_dit_och_om_arendet_var_deras_star_i_raden(bygg: Bygge, nummer: str) -> None:
    webb = Webbklient(bygg)
    for vag, som in (("?fran=brev", "elin"), ("?fran=sok", "kim"), ("?hela=ja", "hugo"), ("?fran=annat", "elin")):
        assert webb.get(f"/arende/{nummer}{vag}", som=som).status == 200
    assert webb.post("/sok", som="elin", q=nummer).vag == f"/arende/{nummer}?fran=sok"
    assert f'href="/arende/{nummer}?fran=sok"' in webb.post("/sok", som="elin", q=nummer[-4:]).html
    visat = [(vad, tilldelad) for _, vad, tilldelad, _, _ in lasningar(bygg, nummer)]
    assert visat == [("brev", True), ("sok", False), ("historik", False), ("sida", True), ("sok", True)]


def _skydda(bygg: Bygge, nummer: str, *som: str) -> None:
    with bygg.vaka.systemet() as conn:
        krets = [vem.id for vem in map(bygg.aktor, som) if vem is not None]
        conn.execute(t.arende.update().where(t.arende.c.nummer == nummer).values(krets=krets))


def test_skyddat_arende_oppnas_av_den_som_inte_ar_tilldelad_forst_med_skal(bygg: Bygge, nummer: str) -> None:
    _skydda(bygg, nummer, "elin", "kim")
    webb = Webbklient(bygg)
    assert webb.get(f"/arende/{nummer}", som="elin").status == 200
    sida = webb.get(f"/arende/{nummer}?hela=ja", som="kim")
    assert (sida.status, "har skyddad identitet och du är inte tilldelad det" in sida.text) == (403, True)
    assert "Påhittad synpunkt" not in sida.html
    tom = webb.post(f"/arende/{nummer}/skal", som="kim", skal="  ", vidare=f"/arende/{nummer}")
    assert (tom.status, tom.fel) == (422, ["Skriv varför du behöver läsa ärendet."])
    lang = webb.post(f"/arende/{nummer}/skal", som="kim", skal="x" * 501)
    assert lang.fel == ["Skriv kortare: 501 tecken, högst 500."]
    klar = webb.post(f"/arende/{nummer}/skal", som="kim", skal="Ersätter  i dag", vidare=f"/arende/{nummer}?hela=ja")
    assert (klar.status, klar.vag) == (200, f"/arende/{nummer}?hela=ja")
    kim = [rad[1:] for rad in lasningar(bygg, nummer)[1:]]
    assert kim == [("skal", False, True, "Ersätter i dag"), ("historik", False, True, "Ersätter i dag")]
    annan = webb.post(f"/arende/{nummer}/skal", som="kim", skal="Igen", vidare="//annan.example/")
    assert annan.vag == f"/arende/{nummer}"


def test_skalet_galler_i_atta_timmar_och_bara_den_som_gav_det(bygg: Bygge, nummer: str) -> None:
    _skydda(bygg, nummer, "anders", "kim")
    api = Apiklient(bygg)
    nej = api("GET", f"/arenden/{nummer}", som="kim")
    assert (nej.status_code, nej.json()["fel"]) == (403, "skal_kravs")
    assert api("POST", f"/arenden/{nummer}/lasskal", som="kim", json={"skal": "Ersätter"}).status_code == 204
    assert api("GET", f"/arenden/{nummer}", som="kim").status_code == 200
    assert api("GET", f"/arenden/{nummer}", som="anders").status_code == 403
    klocka.stall(NU + timedelta(hours=8, minutes=1))
    assert api("GET", f"/arenden/{nummer}", som="kim").status_code == 403


def test_vem_som_har_last_ses_av_den_som_leder(bygg: Bygge, nummer: str) -> None:
    webb, api = Webbklient(bygg), Apiklient(bygg)
    webb.get(f"/arende/{nummer}", som="hugo")
    assert "Vem har läst ärendet" not in webb.get(f"/arende/{nummer}", som="hugo").text
    assert "Vem har läst ärendet" in webb.get(f"/arende/{nummer}", som="elin").text
    text = webb.get(f"/arende/{nummer}/lasare", som="elin").text
    assert "Hugo Påhittad Inte tilldelad" in text
    assert text.index("Elin Påhittad") < text.index("Hugo Påhittad")
    nej = webb.get(f"/arende/{nummer}/lasare", som="hugo")
    assert (nej.status, "ses av enhetens chefer" in nej.text) == (403, True)
    svar = api("GET", f"/arenden/{nummer}/lasningar?per_sida=1", som="kim").json()
    assert (svar["antal"], len(svar["lasningar"]), svar["lasningar"][0]["vad"]) == (5, 1, "Vem som har läst")


def test_en_rapport_som_namner_arenden_ar_en_lasning_av_vart_och_ett(bygg: Bygge) -> None:
    beslut = [bygg.ny("beslut", externt_id=f"D-{n}", beslutsdatum="2026-02-01", sen_registrering_skal="Påhittat") for n in range(3)]
    klocka.stall(NU)
    webb = Webbklient(bygg)
    for vag in ("/rapporter/ivo-underlag?period=2026K2", "/rapporter/ivo-underlag?period=2026K2&format=csv"):
        assert webb.get(vag, som="kim").status == 200
    kim = bygg.aktor("kim")
    assert kim is not None
    for nummer in beslut:
        assert lasningar(bygg, nummer) == [(kim.id, "rapport", False, False, None)] * 2
    assert webb.get("/rapporter/ej-verkstallda?period=2026K2", som="rolf").status == 200
    assert len(lasningar(bygg, beslut[0])) == 2
