"""The five municipalities: their units, lists, years and own rules are what their reports say, and no code knows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from regler import Regelrad, Regelverk, las_in
from regler.motor.modeller import LISTOR

ROT: Final = Path(__file__).parent.parent.parent
LAST: Final = date(2026, 11, 22)
ETT_KALENDERAR: Final = (date(2022, 1, 1), date(2022, 12, 31))
INSATSER: Final = {"Kontaktperson/-familj", "Familjebehandling", "Familjehem", "Boendestöd"}


class Kommunprov(NamedTuple):
    """What the underlag says of one municipality. egna: (process, limit, goal?) → time; arshjul: name → times a year."""

    kalla: str
    ar: tuple[date, date]
    enheter: set[str]
    egna: dict[tuple[str, str, bool], str]
    arshjul: dict[str, int]
    uppfoljning: str | None = None


FEM: Final = {
    "hjo": Kommunprov(
        "Hjo kommun, kvalitetsberättelse 2022", ETT_KALENDERAR,
        {"Barn och unga", "Ekonomiskt bistånd", "LSS", "SoL bistånd", "Arbetsmarknadsenheten"},
        {
            ("synpunkt", "bekraftelse", False): "genast", ("synpunkt", "svar", False): "10 arbetsdagar",
            ("bistand", "arbetsmarknad", False): "3 arbetsdagar", ("bistand", "barnbrev", False): "1 månad",
            ("bistand", "plan", False): "1 månad", ("anstallning", "lex_sarah", False): "genast",
        },
        {"lex_sarah_information": 1, "brukarundersokning": 1, "dokumentationsgranskning": 1, "kvalitetsberattelse": 1},
    ),
    "alingsas": Kommunprov(
        "Alingsås kommun, kvalitetsberättelse 2022", ETT_KALENDERAR,
        {"Familjehem", "Barn och unga", "Stöd och försörjning", "Vuxna", "Boende", "Övriga"},
        {
            ("synpunkt", "svar", False): "så snart som möjligt", ("beslut", "verkstallighet", True): "5 veckor",
        },
        {"stickprov_placeringar": 2, "overvaganden": 2, "forhandsbedomningar": 2, "kvalitetsberattelse": 1},
    ),
    "goteborg-centrum": Kommunprov(
        "Göteborgs stad Centrum, kvalitetsberättelse 2022", (date(2022, 9, 1), date(2023, 8, 31)),
        {"Barn och unga", "Vuxna", "Försörjningsstöd"}, {},
        {"egenkontrollplan": 1, "inloggningar": 4, "forbattringsatgarder": 1, "kvalitetsberattelse": 1},
    ),
    "ostersund": Kommunprov(
        "Östersunds kommun, kvalitetsberättelse 2020", (date(2022, 4, 1), date(2023, 4, 30)),
        {"Barn Ungdom Vuxen", "Ekonomienheten", "Försörjningsstöd", "Integration", "Staben", "Öppenvård"},
        {("bistand", "erbjudande", False): "5 arbetsdagar", ("anstallning", "lex_sarah", False): "genast"},
        {
            "internkontroll": 3, "internkontrollplan": 1, "lex_sarah_information": 1, "overvaganden": 2,
            "forhandsbedomningar": 2, "brukarundersokning": 1, "kvalitetsberattelse": 1,
        },
        "tertial",
    ),
    "huddinge": Kommunprov(
        "Huddinge kommun, kvalitetsberättelse 2022", ETT_KALENDERAR, {"Barn och unga", "Beroende", "Våldsenheten"},
        {("utredning", "vuxen", False): "90 dagar", ("utredning", "vuxen", True): "60 dagar"},
        {"utredningstider": 1, "brukarundersokning": 1, "kvalitetsberattelse": 1},
    ),
}  # fmt: skip
ALLA = pytest.mark.parametrize("kod", FEM)


def egna_rader(regler: Regelverk) -> Iterator[tuple[str, str, Regelrad]]:
    for process in regler.processer:
        for namn, frist in regler.frister(process).items():
            yield from ((process, namn, rad) for rad in (*frist.rader, *frist.mal) if rad.niva == "lokal")


@ALLA
def test_enheter_och_kvalitetsar_ar_berattelsens(kod: str) -> None:
    kommun = las_in(kod).kommun
    assert kommun.kvalitetsar.period(2022) == FEM[kod].ar
    assert {enhet.namn for enhet in kommun.enheter.values()} >= FEM[kod].enheter
    assert kommun.uppfoljning == FEM[kod].uppfoljning


@ALLA
def test_listorna_har_underlagets_ord(kod: str) -> None:
    listor = las_in(kod).kommun.listor
    assert set(listor) >= set(LISTOR)
    assert set(listor["slag"].values()) == {"Klagomål", "Synpunkt", "Förslag", "Beröm", "Fråga"}
    assert {"Tillgänglighet", "Bemötande", "Kompetens", "Tjänsten fungerar inte"} <= set(listor["kategorier"].values())
    assert set(listor["typer"]) >= {"rutin", "information", "lag", "samverkan"}
    assert set(listor["insatser"].values()) >= INSATSER


@ALLA
def test_kommunens_egna_tider_ar_berattelsens_och_inga_andra(kod: str) -> None:
    egna = {(process, namn, rad.mal): rad.tid for process, namn, rad in egna_rader(las_in(kod))}
    assert egna == FEM[kod].egna


@ALLA
def test_varje_egen_rad_namner_sin_kalla_och_vad_som_inte_ar_kontrollerat(kod: str) -> None:
    for _, _, rad in egna_rader(las_in(kod)):
        assert rad.kalla == FEM[kod].kalla
        assert rad.kontrollerad in (LAST, None)
        assert rad.anmarkning and "Dagen fran är berättelsens år" in rad.anmarkning


@ALLA
def test_en_egen_frist_passerar_inte_i_tysthet(kod: str) -> None:
    regler = las_in(kod)
    for process, namn, _ in egna_rader(regler):
        if process != "utredning":  # the nation's own ladders are tested with the national rules
            assert regler.trappa(process, namn)


@ALLA
def test_arshjulet_har_berattelsens_sysslor(kod: str) -> None:
    dagar = [ett for ett in las_in(kod).arshjul(2027) if ett.niva == "lokal"]
    antal = {ett.namn: sum(annan.namn == ett.namn for annan in dagar) for ett in dagar}
    assert antal == FEM[kod].arshjul
    for ett in dagar:
        assert ett.kalla == FEM[kod].kalla
        assert ett.kontrollerad in (LAST, None)
        assert ett.anmarkning


def test_alingsas_drar_tio_placeringar_tva_ganger_om_aret() -> None:
    stickprov = [ett for ett in las_in("alingsas").arshjul(2027) if ett.namn == "stickprov_placeringar"]
    assert [ett.antal for ett in stickprov] == [10, 10]


def test_huddinges_mal_star_bredvid_fristen_och_ersatter_den_aldrig() -> None:
    svar = las_in("huddinge").frist("utredning", "vuxen", date(2026, 11, 23))
    assert (svar.regel.tid, svar.forfaller) == ("90 dagar", date(2027, 2, 22))
    assert svar.mal is not None
    assert (svar.mal.regel.tid, svar.mal.forfaller) == ("60 dagar", date(2027, 1, 22))


def test_kvalitetsaren_i_goteborg_och_ostersund() -> None:
    assert las_in("goteborg-centrum").kommun.kvalitetsar.period(2022) == (date(2022, 9, 1), date(2023, 8, 31))
    assert las_in("ostersund").kommun.kvalitetsar.period(2019) == (date(2019, 4, 1), date(2020, 4, 30))


@pytest.mark.parametrize("kod", ["alingsas", "goteborg-centrum"])
def test_en_synpunkt_avslutas_inte_utan_diarienummer_dar_det_ar_kommunens_krav(kod: str) -> None:
    (krav,) = [rad for rad in las_in(kod).krav("synpunkt", "avsluta", date(2026, 11, 23)) if rad.niva == "lokal"]
    assert krav.falt == ("diarienummer",)
    assert not [rad for rad in las_in("hjo").krav("synpunkt", "avsluta", date(2026, 11, 23)) if rad.niva == "lokal"]


@pytest.mark.parametrize("kod", ["alingsas", "ostersund"])
def test_narmaste_chef_beslutar_om_atgarder(kod: str) -> None:
    rader = las_in(kod).delegation("avvikelse", "besluta_atgarder", date(2026, 11, 23), "oppenvard")
    assert rader is not None
    assert {roll for rad in rader for roll in rad.far} == {"enhetschef", "avdelningschef"}
    assert all(rad.kontrollerad is None for rad in rader)
    assert las_in("hjo").delegation("avvikelse", "besluta_atgarder", date(2026, 11, 23), "lss") is None


@ALLA
def test_rutinerna_pekar_pa_kommunens_egna_regler(kod: str) -> None:
    regler = {regel for rutin in las_in(kod).rutiner.values() for regel in rutin.regler}
    for process, namn, _ in egna_rader(las_in(kod)):
        assert {f"{process}/*", f"{process}/{namn}"} & regler


def test_exempelkommunens_egna_krav_borjar_forst_nasta_ar() -> None:
    regler = las_in("exempelkommun")
    for steg, vantat in (("anmal_ivo", {"ivo_diarienummer"}), ("besluta", {"utred"})):
        assert not [rad for rad in regler.krav("lex_sarah", steg, date(2026, 12, 31)) if rad.niva == "lokal"]
        rader = [rad for rad in regler.krav("lex_sarah", steg, date(2027, 1, 1)) if rad.niva == "lokal"]
        assert {namn for rad in rader for namn in (*rad.falt, *rad.annan_an)} == vantat


def test_exempelkommunens_delegation_skiljer_enheter_och_slutar_pa_sin_dag() -> None:
    regler = las_in("exempelkommun")

    def far(dag: date, enhet: str) -> set[str]:
        return {roll for rad in regler.delegation("lex_sarah", "anmal_ivo", dag, enhet) or () for roll in rad.far}

    assert far(date(2026, 12, 31), "familjehem") == {"kvalitetsledare", "avdelningschef"}
    assert far(date(2027, 1, 1), "familjehem") == {"kvalitetsledare"}
    assert far(date(2026, 12, 31), "ekbacken") == {"kvalitetsledare"}
    assert far(date(2021, 12, 31), "familjehem") == set()


def test_ingen_kod_fragar_vilken_kommun_det_ar() -> None:
    namn = {*FEM, *(las_in(kod).kommun.namn for kod in FEM)}
    for mapp in ("arbetsfloden", "regler", "notiser", "tjanster"):
        for fil in (ROT / mapp).rglob("*.py"):
            trad = ast.parse(fil.read_text("utf-8"))
            texter = {
                nod.value for nod in ast.walk(trad) if isinstance(nod, ast.Constant) and isinstance(nod.value, str)
            }
            assert not texter & namn, fil
