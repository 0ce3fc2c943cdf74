"""The IVO pack: a sheet a decision, what is missing, the interim number, and what has been handed in by whom."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbetsfloden import BESLUT, validera
from tests.bygg import Bygge
from tests.tjanster.delad import delad_vaka, tom
from tjanster.app import Vaka
from tjanster.klocka import SVENSK_TID
from tjanster.rapporter import Nummerfel, foresla_nummer, gor_rapport
from tjanster.rapporter.ivo_nummer import nasta_lediga

PROV = "Prov"
IFYLLT = {
    "tillfalligt_nummer": "20260110-T001", "vidtagna_atgarder": "Annonserat", "behov_uppfoljt": "2026-06-01",
    "annan_hjalp": "Stöd av familjen", "konsekvenser": "Mindre sällskap", "orsak": "resursbrist",
}  # fmt: skip


def tid(dag: str) -> datetime:
    return datetime.fromisoformat(f"{dag}T09:00").replace(tzinfo=SVENSK_TID)


@pytest.fixture(scope="module")
def _delad(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaka]:
    with delad_vaka(postgres, tmp_path_factory.mktemp("ivo"), "exempelkommun") as vaka:
        yield vaka


@pytest.fixture
def vaka(_delad: Vaka) -> Vaka:
    return tom(_delad)


def underlag(bygg: Bygge, kvartal: str, idag: str = "2026-10-15") -> dict[str, Any]:
    with bygg.vaka.systemet() as conn:
        return gor_rapport(conn, bygg.vaka.sammanhang, "ivo-underlag", kvartal, date.fromisoformat(idag)).som_dict()


def ett(bygg: Bygge, kvartal: str, idag: str = "2026-10-15") -> dict[str, Any]:
    alla = underlag(bygg, kvartal, idag)["blad"]
    assert len(alla) == 1
    blad: dict[str, Any] = alla[0]
    return blad


def beslut(bygg: Bygge, dag: str = "2026-01-10", **data: Any) -> str:
    return bygg.ny("beslut", "hanna", beslutsdatum=dag, sen_registrering_skal=PROV, **data)


def rapportera(bygg: Bygge, nummer: str, kvartal: str, slag: str, dag: str, **data: Any) -> None:
    rad = {"kvartal": kvartal, "slag": slag, "dag": dag, **data}
    bygg.gor(nummer, "rapportera_ivo", "hanna", nu=tid(dag), ivo_rapporter=[rad])


def test_bladet_sager_vad_som_saknas_och_vem_som_kraver_det(bygg: Bygge) -> None:
    n = beslut(bygg)
    blad = ett(bygg, "2026K2")
    assert (blad["slag"], blad["manader"], blad["komplett"]) == ("individrapport", 5, False)
    assert {(x["falt"], x["krav"]) for x in blad["saknas"]} >= {
        ("Orsaken i korthet", "lag"), ("Tillfälligt nummer till IVO", "e-tjänst"),
        ("Vad som har gjorts för att verkställa", "e-tjänst"),
    }  # fmt: skip
    bygg.gor(n, "fyll_i_ivo_underlag", "hanna", **IFYLLT)
    blad = ett(bygg, "2026K2")
    assert blad["komplett"]
    assert blad["uppgifter"]["Orsak till dröjsmålet"] == "Resursbrist"
    assert blad["uppgifter"]["Beslutsdatum"] == "10 januari 2026"


def test_ett_forslag_till_tillfalligt_nummer_har_ratt_siffra_for_konet(bygg: Bygge) -> None:
    beslut(bygg, externt_id="A", kon="kvinna")
    beslut(bygg, externt_id="B", kon="kvinna")
    beslut(bygg, externt_id="C", kon="man")
    beslut(bygg, externt_id="D", kon=None)
    svar = {b["externt_id"]: b for b in underlag(bygg, "2026K2")["blad"]}
    assert {k: b["foreslaget_nummer"] for k, b in svar.items()} == {
        "A": "20260110-T000", "B": "20260110-T001", "C": "20260110-T010", "D": None,
    }  # fmt: skip
    assert "Kön ska vara ifyllt" in svar["D"]["anm"][0]


@given(st.dates(date(1920, 1, 1), date(2040, 1, 1)), st.sampled_from(["kvinna", "man"]), st.integers(0, 500))
def test_varje_forslag_godtas_av_formularet(dag: date, kon: str, tagna: int) -> None:
    upptagna: set[str] = set()
    for _ in range(tagna % 7):
        upptagna.add(nasta_lediga(dag, kon, upptagna))
    nummer = nasta_lediga(dag, kon, upptagna)
    assert nummer not in upptagna
    uppgifter, fel = validera(BESLUT, {"tillfalligt_nummer": nummer, "kon": kon}, ("tillfalligt_nummer", "kon"), {})
    assert fel == {}
    assert uppgifter is not None


def test_nar_t_numren_ar_slut_tas_tf_och_sedan_sags_det_till() -> None:
    upptagna: set[str] = set()
    for _ in range(550):
        upptagna.add(nasta_lediga(date(2026, 1, 1), "man", upptagna))
    assert sum("-TF" in n for n in upptagna) == 50
    with pytest.raises(Nummerfel, match="Alla tillfälliga nummer för 2026-01-01 är upptagna"):
        nasta_lediga(date(2026, 1, 1), "man", upptagna)


def test_foreslaget_nummer_hoppar_over_dem_som_anvands(bygg: Bygge) -> None:
    n = beslut(bygg)
    bygg.gor(n, "fyll_i_ivo_underlag", "hanna", tillfalligt_nummer="20260110-T000")
    with bygg.vaka.systemet() as conn:
        assert foresla_nummer(conn, date(2026, 1, 10), "kvinna") == "20260110-T001"


def test_samma_nummer_i_tva_beslut_papekas(bygg: Bygge) -> None:
    for namn in "AB":
        bygg.gor(beslut(bygg, externt_id=namn), "fyll_i_ivo_underlag", "hanna", tillfalligt_nummer="20260110-T001")
    assert all("står i flera beslut" in b["anm"][0] for b in underlag(bygg, "2026K2")["blad"])


def test_rapporten_varje_kvartal_till_den_ar_verkstalld_och_sedan_en_avslutsrapport(bygg: Bygge) -> None:
    n = beslut(bygg)
    bygg.gor(n, "fyll_i_ivo_underlag", "hanna", **IFYLLT)
    rapportera(bygg, n, "2026K2", "individrapport", "2026-07-10", kvittens="IVO-1")
    blad = ett(bygg, "2026K2")
    assert blad["inlamnad"] == {
        "kvartal": "2026K2", "slag": "individrapport", "dag": "2026-07-10", "kvittens": "IVO-1", "av": "Hanna Påhittad",
    }  # fmt: skip
    assert blad["anm"] == []
    blad = ett(bygg, "2026K3")
    assert (blad["slag"], blad["inlamnad"], [x["kvartal"] for x in blad["tidigare"]]) == ("aterrapport", None, ["2026K2"])
    assert blad["tillfalligt_nummer"] == "20260110-T001"
    rapportera(bygg, n, "2026K3", "aterrapport", "2026-10-10")
    bygg.gor(n, "verkstall", "hanna", nu=tid("2026-11-02"), verkstalld="2026-11-01", orsak="resursbrist")
    # Still in the third quarter's pack, with a hint of what has happened since.
    assert "verkställdes 2026-11-01, efter kvartalets slut" in ett(bygg, "2026K3")["anm"][0]
    blad = ett(bygg, "2026K4", "2027-01-10")
    assert (blad["slag"], blad["inlamnad"], blad["komplett"]) == ("avslutsrapport", None, True)
    assert blad["uppgifter"]["Verkställd"] == "1 november 2026"
    rapportera(bygg, n, "2026K4", "avslutsrapport", "2027-01-11")
    assert ett(bygg, "2026K4", "2027-01-15")["inlamnad"]["slag"] == "avslutsrapport"
    assert underlag(bygg, "2027K1", "2027-04-10")["blad"] == []


def test_avslutsrapport_som_lamnats_direkt_kravs_inte_igen(bygg: Bygge) -> None:
    n = beslut(bygg)
    rapportera(bygg, n, "2026K2", "individrapport", "2026-07-10")
    bygg.gor(n, "behovet_upphor", "hanna", nu=tid("2026-07-12"), upphort="2026-07-12", upphort_skal="Återtagen", orsak="annat")
    assert "Behovet upphörde 2026-07-12" in ett(bygg, "2026K2")["anm"][0]
    rapportera(bygg, n, "2026K2", "avslutsrapport", "2026-07-12")
    assert underlag(bygg, "2026K3")["blad"] == []
    assert ett(bygg, "2026K2")["inlamnad"]["slag"] == "individrapport"


def test_ett_avbrott_efter_en_avslutad_rapport_borjar_om_med_individrapport(bygg: Bygge) -> None:
    n = beslut(bygg, "2025-07-10")
    rapportera(bygg, n, "2025K4", "individrapport", "2026-01-10")
    bygg.gor(n, "verkstall", "hanna", nu=tid("2026-01-12"), verkstalld="2026-01-12", orsak="annat")
    rapportera(bygg, n, "2026K1", "avslutsrapport", "2026-01-13")
    bygg.gor(n, "avbryt", "hanna", nu=tid("2026-03-01"), avbruten="2026-03-01")
    blad = ett(bygg, "2026K2")
    assert (blad["slag"], blad["avbrott"], blad["sedan"]) == ("individrapport", True, "2026-03-01")
    rapportera(bygg, n, "2026K2", "individrapport", "2026-07-10")
    assert ett(bygg, "2026K3")["slag"] == "aterrapport"


def test_inlamnat_utanfor_rapportperioden_papekas(bygg: Bygge) -> None:
    n = beslut(bygg)
    rapportera(bygg, n, "2026K2", "individrapport", "2026-09-05")
    svar = underlag(bygg, "2026K2")
    assert svar["fonster"] == {"fran": "2026-07-01", "till": "2026-08-31", "lage": "stängd"}
    assert "Inlämnad 2026-09-05, utanför rapportperioden" in svar["blad"][0]["anm"][0]
    assert (svar["antal"], svar["inlamnade"]) == (1, 1)


@pytest.mark.parametrize(("idag", "lage"), [("2026-06-30", "inte öppnad"), ("2026-07-01", "öppen"), ("2026-09-01", "stängd")])
def test_rapportperiodens_lage(vaka: Vaka, idag: str, lage: str) -> None:
    with vaka.systemet() as conn:
        rapport = gor_rapport(conn, vaka.sammanhang, "ivo-underlag", "2026K2", date.fromisoformat(idag))
    assert rapport.som_dict()["fonster"]["lage"] == lage
    assert lage in rapport.ingress
    assert len(rapport.tabeller) == 1


def test_varje_beslut_har_sitt_eget_blad_i_kalkylbladet(bygg: Bygge) -> None:
    n = beslut(bygg)
    with bygg.vaka.systemet() as conn:
        rapport = gor_rapport(conn, bygg.vaka.sammanhang, "ivo-underlag", "2026K2", date(2026, 7, 2))
    assert [t.rubrik for t in rapport.tabeller] == ["Att lämna in", f"{n} individrapport"]
    assert any("Saknas, krävs av lagen" in r[2] for r in rapport.tabeller[1].rader)
