"""What comes back across units and processes: causes, patterns and measures, for those who lead and, as numbers, for the auditor."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from sqlalchemy import update

from tests.bygg import NU, Bygge, lagg_in_personal
from tests.tjanster.delad import delad_vaka
from tests.tjanster.ledningsby import avvikelse, bygg_byn, leder_fel, siffror
from tests.webbklient import Sida, Webbklient
from tjanster.arenden.urval import Urval
from tjanster.db import t
from tjanster.ledning import kvalitet
from tjanster.ledning.kvalitet import maskade_orsaker
from tjanster.web.diagram import MALLFIL

AR = "?period=2026"


@pytest.fixture(scope="module")
def byn(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bygge]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("kvalitet"), "exempelkommun") as vaka:
        with vaka.systemet() as conn:
            lagg_in_personal(conn)
        bygg = Bygge(vaka)
        bygg_byn(bygg)
        nr = avvikelse(bygg, "2026-08-28", "utredd", typ="lag", orsak="organisation")
        bygg.gor(nr, "skydda", krets=["hanna"], skal="Påhittat skydd")
        yield bygg


@pytest.fixture
def webb(byn: Bygge) -> Webbklient:
    return Webbklient(byn)


def rader(sida: Sida, rubrik: str) -> list[list[str]]:
    """The rows of a table by its caption, each cell's words."""
    tabell = sida.html.partition(f">{rubrik}</caption>")[2].partition("</table>")[0]
    celler = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", rad, re.S) for rad in re.findall(r"<tr[^>]*>(.*?)</tr>", tabell, re.S)[1:])
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", c)).split()) for c in rad] for rad in celler]


@pytest.mark.parametrize("som", ["kim", "elin", "eva"])
def test_varje_siffra_leder_till_just_de_arendena(webb: Webbklient, som: str) -> None:
    sida = webb.get(f"/kvalitet{AR}", som)
    assert len(siffror(sida)) >= 2
    assert leder_fel(webb, sida, som) == []


def test_orsakerna_och_monstren_ar_de_som_den_som_laser_far_se(webb: Webbklient) -> None:
    sida = webb.get(f"/kvalitet{AR}", "kim")
    # The protected case of organisation is not the quality lead's to see, and is in no number.
    assert rader(sida, "Ärenden efter orsak") == [
        ["Teknik", "5", "0", "5"], ["Kommunikation och information", "3", "0", "3"], ["Processer och rutiner", "3", "0", "3"],
    ]  # fmt: skip
    assert "Flest har Teknik: 5, sedan Kommunikation och information: 3." in sida.text
    assert rader(sida, "Det som upprepar sig") == [
        ["Brist i information eller kommunikation", "Öppenvården Bryggan", "Kommunikation och information", "3", "0", "Ökar"]
    ]
    assert "2026-06-10 – 2026-09-07" in sida.text
    elin = webb.get(f"/kvalitet{AR}", "elin")
    assert rader(elin, "Ärenden efter orsak")[0] == ["Teknik", "5", "0", "5"]
    assert "Kommunikation och information" not in elin.text
    assert "Inget upprepar sig" in elin.text


def test_monstret_raknas_vid_periodens_slut_och_kan_minska(webb: Webbklient) -> None:
    sida = webb.get("/kvalitet?period=2026K2", "kim")
    assert rader(sida, "Det som upprepar sig") == [
        ["Rutin saknas eller följs inte", "Familjehemsenheten", "Processer och rutiner", "3", "0", "Ökar"],
        ["Rutin saknas eller följs inte", "Familjehemsenheten", "Teknik", "3", "1", "Ökar"],
    ]
    assert leder_fel(webb, sida, "kim") == []


def test_de_som_vaxer_mest_visas_forst_och_resten_nar_man_ber_om_dem(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kvalitet, "MONSTER_FORST", 1)
    sida = webb.get("/kvalitet?period=2026K2", "kim")
    assert [rad[2] for rad in rader(sida, "Det som upprepar sig")] == ["Processer och rutiner"]
    lank = re.search(r'href="([^"]+)">Visa alla 2 som upprepar sig<', sida.html)
    assert lank
    alla = webb.get(unescape(lank[1]).partition("#")[0], "kim")
    assert len(rader(alla, "Det som upprepar sig")) == 2
    assert "Visa alla" not in alla.text


def test_atgarderna_visar_hur_det_gar_i_varje_enhet(webb: Webbklient, byn: Bygge) -> None:
    sida = webb.get(f"/kvalitet{AR}", "kim")
    huvud = re.findall(r'<th scope="col">([^<]+)</th>', sida.html.partition("Varje åtgärd och hur det går")[2].partition("</thead>")[0])
    assert huvud == ["Åtgärd", "Familjehemsenheten", "Öppenvården Bryggan", "Särskilda boendet Ekbacken"]
    matris = rader(sida, "Varje åtgärd och hur det går med den i varje enhet")
    assert matris[0][1:] == ["Försenad", "Försenad", "Försenad"]
    assert matris[0][0].startswith("Byt lås AVV-2026-0008/1")
    assert matris[1][1:] == ["Hjälpte", "Försenad", "Försenad"]
    assert len(matris) == 7
    assert "7 åtgärder är beslutade. 6 hjälpte och 1 är försenade." in sida.text.replace("\u00a0", " ")


def test_sidorna_av_atgarder_ar_tillsammans_alla(webb: Webbklient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The overdue one is found without unpacking the others; the pages after it hold those."""
    rubrik = "Varje åtgärd och hur det går med den i varje enhet"
    alla = [rad[0] for rad in rader(webb.get(f"/kvalitet{AR}", "kim"), rubrik)]
    for per_sida in (1, 2, 3):
        monkeypatch.setattr(kvalitet, "PER_SIDA", per_sida)
        sidor = [webb.get(f"/kvalitet{AR}&sida_nr={nr + 1}", "kim") for nr in range(-(-len(alla) // per_sida))]
        assert [rad[0] for sida in sidor for rad in rader(sida, rubrik)] == alla


def test_arenden_som_raknas_lika_kan_ha_olika_manga_atgarder(bygg: Bygge) -> None:
    """Several of a case, none, one without a day; late, not yet late, followed up and ended without."""
    nummer = [avvikelse(bygg, f"2026-07-{n + 1:02}", "beslutad") for n in range(4)] + [avvikelse(bygg, f"2026-06-{n + 1:02}", "avslutad") for n in range(3)]
    dagar = [["2026-08-01", "2026-12-01", None], ["2026-09-06"], ["2026-09-07"], [], ["2026-08-01", None], None, ["2026-08-01"]]
    a = t.arende.c
    with bygg.oppen() as conn:
        for nr, senast in zip(nummer, dagar, strict=True):
            atgarder = [{"text": "Byt lås", "ansvarig": "Enhetschef"} | ({"senast": x} if x else {}) for x in senast or ()]
            conn.execute(update(t.arende).where(a.nummer == nr).values(uppgifter=a.uppgifter.concat({"atgarder": atgarder} if senast is not None else {})))
        conn.execute(update(t.arende).where(a.nummer == nummer[5]).values(uppgifter=a.uppgifter.op("-")("atgarder").op("-")("hjalpte")))
        conn.execute(update(t.arende).where(a.nummer == nummer[6]).values(uppgifter=a.uppgifter.op("-")("hjalpte")))
        conn.commit()
    kim = bygg.aktor("kim")
    assert kim is not None
    urval = Urval(inkom=(date(2026, 1, 1), date(2026, 12, 31)))
    with bygg.vaka.som(kim) as conn:
        o = kvalitet.overblick(conn, bygg.vaka.sammanhang, kim, urval, NU, NU.date())
    assert o.rakning.egna == {"sen": 2, "beslutad": 3, "ja": 2, "delvis": 0, "nej": 0, "utan": 1}
    assert [(x.kod.removeprefix("AVV-2026-000"), str(x.senast)) for x in o.atgarder] == [
        ("2/1", "2026-09-06"), ("1/1", "2026-08-01"), ("1/2", "2026-12-01"), ("3/1", "2026-09-07"), ("5/1", "2026-08-01"), ("7/1", "2026-08-01"),
        ("1/3", "None"), ("5/2", "None"),
    ]  # fmt: skip


def test_revisorn_ser_antal_men_inga_sma_och_inga_arenden(webb: Webbklient) -> None:
    sida = webb.get(f"/kvalitet{AR}", "rolf")
    assert sida.status == 200
    innehall = sida.html.partition("<main")[2]
    assert not re.search(r'href="/(enhet|arende|laget)', innehall)
    assert not re.search(r"(AVV|LXS)-2026-", innehall)
    assert "Byt lås" not in innehall
    # All cases are counted, and the small numbers hidden: three, three, and the protected one.
    assert [rad[1] for rad in rader(sida, "Ärenden efter orsak")] == ["5", "·· dold", "·· dold", "·· dold"]
    assert "Flest har Teknik: 5." in sida.text
    assert "Inget upprepar sig" in sida.text
    assert webb.get(f"/kvalitet/orsaker.svg{AR}", "rolf").status == 200
    assert re.search(r'<a href="/kvalitet" aria-current="page">Kvalitet</a>', sida.html)


def test_maskningen_later_inget_raknas_ut() -> None:
    assert maskade_orsaker({"teknik": {"avvikelse": 9}, "rutiner": {"avvikelse": 2, "lex_sarah": 1}}) == {"teknik": None, "rutiner": None}
    assert maskade_orsaker({"teknik": {"avvikelse": 40}, "rutiner": {"avvikelse": 7}, "utbildning": {"avvikelse": 5}}) == {
        "teknik": 40, "rutiner": 7, "utbildning": 5,
    }  # fmt: skip


@pytest.mark.parametrize("som", ["hanna", "rut", "adam", "mia"])
def test_andra_ser_det_inte(webb: Webbklient, som: str) -> None:
    for vag in ("/kvalitet", "/kvalitet/orsaker.svg"):
        sida = webb.get(vag, som)
        assert (sida.status, "visas för dig som leder en enhet, och för revisorn" in sida.html) == (403, True)


def test_en_tom_period_och_en_som_inte_finns(webb: Webbklient) -> None:
    text = webb.get("/kvalitet?period=2024", "kim").text
    for mening in ("Inga orsaker än", "Inget upprepar sig", "Inga åtgärder"):
        assert mening in text
    fel = webb.get("/kvalitet?period=igår", "kim")
    assert fel.status == 422
    assert "'igår' är ingen period" in fel.text
    assert "2026-01-01 till 2026-03-31" in webb.get("/kvalitet?period=2026-01-01..2026-03-31&enhet=familjehem", "kim").text


def test_bildernas_mallar_ar_de_som_altair_sager() -> None:
    """`python -m tjanster.web.diagrammallar` writes them anew."""
    from tjanster.web import diagrammallar  # Altair takes seconds to load, and is needed here only

    assert MALLFIL.read_text("utf-8") == diagrammallar.som_text()
