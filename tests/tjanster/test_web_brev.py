"""Letters in the browser: choosing one's own, seeing them beforehand, and the demo's mailbox. No letter can do anything there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from notiser import KATALOG, fallen, stil
from regler import Brevval
from tests.apiklient import Apiklient
from tests.bygg import KONTAKT, NU, Bygge, lagg_in_personal
from tests.sakerhet.dorr import Dorr
from tests.sakerhet.test_huvuden import fel_i
from tests.tjanster.conftest import Kor
from tests.tjanster.delad import delad_vaka, tom
from tests.tjanster.test_svep import handlagd, tid
from tests.webbklient import Sida, Webbklient
from tjanster.app import Vaka
from tjanster.arenden import brevval
from tjanster.db import t
from tjanster.scheduler.svep import skicka, svepa
from tjanster.web.brevram import brevsida
from tjanster.web.mallar import SAKERHETSPOLICY

SVAR: dict[str, Any] = {"morgonbrev": "ja", "dagar": ["måndag", "torsdag"], "klockan": "8", "form": "text", "nytt": "morgonbrev"}


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("webbrev"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def bygg(_delad: Vaka) -> Bygge:
    with tom(_delad).systemet() as conn:
        lagg_in_personal(conn)
    return Bygge(_delad)


@pytest.fixture
def webb(bygg: Bygge) -> Webbklient:
    return Webbklient(bygg)


def galler(bygg: Bygge, namn: str) -> tuple[Brevval, bool]:
    with bygg.vaka.systemet() as conn:
        konto = conn.execute(select(t.anvandare.c.id).where(t.anvandare.c.anvandarnamn == namn)).scalar_one()
        return brevval.gallande(conn, bygg.vaka.sammanhang.kommun, konto)


def vald(sida: Sida) -> set[str]:
    return set(re.findall(r'name="\w+" value="([^"]+)" checked', sida.html))


# -- my letters --------------------------------------------------------------------------------------------------------


def test_valet_gors_i_webben_syns_och_gar_att_ta_tillbaka(bygg: Bygge, webb: Webbklient) -> None:
    sida = webb.get("/konto/brev", "hanna")
    assert vald(sida) == {"ja", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "7", "html", "genast"}
    assert "Morgonbrev varje arbetsdag klockan 7, varje ny sak genast." in sida.text
    assert "Följ kommunens val" not in sida.text
    assert "De går till hanna@vaka.example." in sida.text
    efter = webb.post("/konto/brev", "hanna", **SVAR)
    assert (efter.status, efter.vag) == (200, "/konto/brev")
    assert "Det gäller från nästa brev." in efter.html
    assert vald(efter) == {"ja", "måndag", "torsdag", "8", "text", "morgonbrev"}
    assert "Du har valt själv, senast 7 september 2026" in efter.text.replace("\xa0", " ")
    assert galler(bygg, "hanna") == (Brevval(dagar=frozenset({0, 3}), klockan=8, form="text", nytt="morgonbrev"), True)
    assert galler(bygg, "elin") == (Brevval(), False)
    webb.post("/konto/brev/kommunens", "hanna")
    assert galler(bygg, "hanna") == (Brevval(), False)
    assert "/konto/brev" in webb.get("/konto", "hanna").html


def test_val_som_inte_gar_sags_vid_faltet_och_inget_sparas(bygg: Bygge, webb: Webbklient) -> None:
    fel = webb.post("/konto/brev", "hanna", morgonbrev="", klockan="5", form="html", nytt="morgonbrev")
    assert fel.status == 422
    assert fel.fel == ["Välj ja eller nej."]
    fel = webb.post("/konto/brev", "hanna", **SVAR | {"morgonbrev": "nej", "dagar": ["lördag"], "klockan": "5"})
    assert fel.fel == [
        "Morgonbrevet kommer bara på arbetsdagar: välj bland måndag till fredag.",
        "Morgonbrevet kan komma klockan 6 till 9, inte '5'.",
        "Utan morgonbrev kan det nya inte vänta på det. Välj att få det genast.",
    ]
    assert 'href="#f-klockan"' in fel.html and 'id="f-klockan-fel"' in fel.html
    assert galler(bygg, "hanna") == (Brevval(), False)


def test_det_som_inte_gar_att_valja_bort_star_dar_med_skal(webb: Webbklient) -> None:
    elin, rolf = webb.get("/konto/brev", "elin").text, webb.get("/konto/brev", "rolf").text
    assert "en frist i lag får inte gå ut utan att någon vet" in elin
    for sort in KATALOG.values():
        assert (sort.alltid != "" and sort.alltid in elin) is bool(sort.alltid and "enhetschef" in sort.mottagare), sort.namn
    assert KATALOG["loggdag_stangd"].alltid in rolf
    assert KATALOG["lex_sarah_rapporterad"].alltid not in rolf


def test_utan_adress_sags_det(bygg: Bygge, webb: Webbklient) -> None:
    with bygg.vaka.systemet() as conn:
        conn.execute(t.anvandare.update().where(t.anvandare.c.anvandarnamn == "mia").values(epost=None))
    assert "Ditt konto har ingen e-postadress" in webb.get("/konto/brev", "mia").text


def test_valet_gar_att_gora_genom_apiet(bygg: Bygge) -> None:
    api = Apiklient(bygg)
    assert api("GET", "/jag/brev", "hanna").json() == Brevval().as_dict() | {"eget": False}
    nytt = {"morgonbrev": True, "dagar": ["onsdag"], "klockan": 9, "form": "text", "nytt": "genast"}
    assert api("PUT", "/jag/brev", "hanna", json=nytt).json() == nytt | {"eget": True}
    assert galler(bygg, "hanna")[0].as_dict() == nytt
    for fel, falt in (({"klockan": 5}, "klockan"), ({"dagar": []}, "dagar"), ({"form": "pdf"}, "form")):
        svar = api("PUT", "/jag/brev", "hanna", json=nytt | fel)
        assert svar.status_code == 422
        assert falt in svar.json()["falt"]
    assert api("PUT", "/jag/brev", "hanna", json={}).status_code == 422
    assert galler(bygg, "hanna")[0].as_dict() == nytt


def test_administratoren_valjer_at_nagon_pa_kommandoraden(bygg: Bygge, kor: Kor, monkeypatch: pytest.MonkeyPatch) -> None:
    s = bygg.vaka.settings
    assert s.databas is not None
    for namn, varde in {"DATABAS": s.databas.get_secret_value(), "DEMO": "ja", "KOMMUN": "exempelkommun", "DATA": str(s.datamapp)}.items():
        monkeypatch.setenv(f"VAKA_{namn}", varde)
    assert "kommunens" not in kor("anvandare", "brev", "hanna")[1]
    kod, ut, _ = kor("anvandare", "brev", "hanna", "--dagar", "måndag,torsdag", "--klockan", "8", "--form", "text", "--nytt", "morgonbrev")
    assert kod == 0
    assert re.search(r"Dagar\s+måndag, torsdag\s", ut) and re.search(r"Eget\s+ja", ut)
    assert galler(bygg, "hanna") == (Brevval(dagar=frozenset({0, 3}), klockan=8, form="text", nytt="morgonbrev"), True)
    assert '"klockan": 8' in kor("anvandare", "brev", "hanna", "--json")[1]
    for ord_, mening in (
        (("--klockan", "5"), "Morgonbrevet kan komma klockan 6 till 9, inte '5'."),
        (("--morgonbrev", "kanske"), "--morgonbrev är ja eller nej, inte 'kanske'."),
        (("--kommunens", "--klockan", "7"), "Välj antingen --kommunens eller egna val, inte båda."),
        (("--morgonbrev", "nej"), "Utan morgonbrev kan det nya inte vänta på det."),
    ):
        kod, _, fel = kor("anvandare", "brev", "hanna", *ord_)
        assert kod != 0 and mening in fel
    assert kor("anvandare", "brev", "hanna", "--kommunens")[0] == 0
    assert galler(bygg, "hanna") == (Brevval(), False)


# -- seen beforehand ---------------------------------------------------------------------------------------------------


def test_varje_brev_visas_i_varje_lydelse_for_administratoren(webb: Webbklient) -> None:
    lista = webb.get("/mallar", "adam")
    assert set(re.findall(r'href="/mallar/(\w+)"', lista.html)) == set(KATALOG)
    for namn in KATALOG:
        for fall in fallen(namn):
            sida = webb.get(f"/mallar/{namn}?fall={fall}", "adam")
            assert sida.html.count(f'src="/mallar/{namn}/sida?fall={fall}"') == 2, (namn, fall)
            brev = webb.get(f"/mallar/{namn}/sida?fall={fall}", "adam")
            assert (sida.status, brev.status) == (200, 200)
            assert "Exempelkommun" in brev.html
    assert webb.get("/mallar/finns_inte", "adam").status == webb.get("/mallar/finns_inte/sida", "adam").status == 404
    assert webb.get("/mallar/morgonbrev?fall=finns_inte", "adam").status == 200


@pytest.mark.parametrize("vag", ["/mallar", "/mallar/morgonbrev", "/mallar/morgonbrev/sida"])
def test_mallarna_ses_av_administrator_och_kvalitetsledare(webb: Webbklient, vag: str) -> None:
    assert [webb.get(vag, som).status for som in ("adam", "kim", "elin", "hanna", "rolf")] == [200, 200, 403, 403, 403]


def test_ett_visat_brev_kan_ingenting_och_andras_stil_slapps_inte_fram(bygg: Bygge) -> None:
    """Sandboxed twice over: by the frame, and by the letter's own policy should it be opened outside one."""
    dorr = Dorr(bygg, drift=True)
    for vag in ("/mallar/morgonbrev/sida", "/mallar/uppgift_ny/sida?fall=utan_dag"):
        svar = dorr("GET", vag, "adam")
        assert svar.headers["content-security-policy"] == (
            f"default-src 'none'; style-src '{stil()[1]}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
        )
        # Its origin is nobody's, so it can't be asked to be apart from ours; all else is as everywhere.
        assert fel_i(svar) == [" 200 origin-agent-cluster: ['?0']"]
    sida = dorr("GET", "/mallar/morgonbrev", "adam")
    assert sida.headers["content-security-policy"] == f"{SAKERHETSPOLICY}; frame-src 'self'"
    assert fel_i(sida) == []
    assert re.findall(r"<iframe[^>]*?sandbox(=\"[^\"]*\")?>", sida.text) == ["", ""]
    for annan in ("/", "/mallar", "/konto/brev", "/notiser"):
        assert "frame-src" not in dorr("GET", annan, "adam").headers["content-security-policy"]


# -- the demo's mailbox ------------------------------------------------------------------------------------------------


def test_brevladan_visar_sidan_i_en_ram_och_texten_bredvid(bygg: Bygge, webb: Webbklient) -> None:
    handlagd(bygg)
    brevval_for(bygg, "elin", Brevval(form="text"))
    svepa(bygg.vaka, tid("2026-09-22T07:30"))
    skicka(bygg.vaka, tid("2026-09-22T07:31"))
    with bygg.vaka.systemet() as conn:
        brev = {r.till: r for r in conn.execute(select(t.brevlada).order_by(t.brevlada.c.id))}
    hannas, elins = brev["hanna@vaka.example"], brev["elin@vaka.example"]
    sida = webb.get(f"/demo/brevlada?brev={hannas.id}", "hanna")
    assert f'<iframe class="brevram" src="/demo/brevlada/{hannas.id}"' in sida.html
    assert 'sandbox="allow-top-navigation-by-user-activation"' in sida.html
    assert "Se allt som väntar på dig:" in sida.text
    ram = webb.get(f"/demo/brevlada/{hannas.id}", "hanna")
    assert ram.svar.headers["content-security-policy"].endswith("frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation")
    assert '<base target="_top">' in ram.html
    assert hannas.html == ram.html.replace('\n<base target="_top">', "")
    assert "iframe" not in webb.get(f"/demo/brevlada?brev={elins.id}", "hanna").html
    assert [webb.get(f"/demo/brevlada/{vilket}", "hanna").status for vilket in (elins.id, 0, 2**40)] == [404, 404, 404]
    assert KONTAKT["namn"] not in "".join(b.html or "" for b in brev.values())


def brevval_for(bygg: Bygge, namn: str, val: Brevval) -> None:
    aktor = bygg.aktor(namn)
    assert aktor is not None
    with bygg.vaka.systemet() as conn:
        brevval.satt(conn, bygg.vaka.sammanhang, aktor.id, val, av=None, nu=NU)


def test_brevladan_finns_bara_i_demon(bygg: Bygge) -> None:
    dorr = Dorr(bygg, drift=True)
    assert [dorr("GET", vag, "adam").status_code for vag in ("/demo/brevlada", "/demo/brevlada/1")] == [404, 404]


def test_breven_som_vantar_pa_morgonbrevet_syns_i_kon(bygg: Bygge, webb: Webbklient) -> None:
    brevval_for(bygg, "hanna", Brevval(nytt="morgonbrev"))
    handlagd(bygg)
    assert "Väntar på morgonbrev" in webb.get("/notiser?status=samlas", "adam").text
    svepa(bygg.vaka, tid("2026-09-08T07:00"))
    assert "Kön är tom" in webb.get("/notiser?status=samlas", "adam").text
    assert "I morgonbrevet" in webb.get("/notiser?status=skickad", "adam").text


def test_en_framling_i_ett_brev_far_ingen_rost() -> None:
    """Should a letter ever hold a mark that none of ours made: no script, no style, no picture, no way out of the frame."""
    svar = brevsida("<head></head><style>body{background:red}</style><script>x</script><img src=//ond.example>")
    policy = svar.headers["content-security-policy"]
    assert "script-src" not in policy and "img-src" not in policy and "unsafe" not in policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
