"""The rules that are shipped: that they are all there, and that each row says what it must."""

from __future__ import annotations

import re
from datetime import date

import pytest

from regler import Daterad, Regelfraga, las_in, las_in_texter
from tests.regler.lagens_namn import FLYTTADE, LAGAR, NAMN, SKYLDIGHETER, TABELLER

NATION = las_in(None)
PARAGRAF = re.compile(r"(\d+) kap\. (\d+)( [a-z])?(?:–(\d+|[a-z]))? §")
OVER_HANDLAGGAREN = {"avdelningschef", "kvalitetsledare"}
RADER = [rad for process in NATION.processer for frist in NATION.frister(process).values() for rad in frist.rader]
ALLA_RADER = [
    *RADER,
    *(version for tabell in NATION.tabeller.values() for version in tabell.versioner),
    *(rad for skyldighet in NATION.skyldigheter.values() for rad in skyldighet.rader),
    *(rad for regler in NATION.alla_gallring.values() for regel in regler for rad in regel.rader),
]


def test_alla_processer_och_frister_finns_och_inga_andra() -> None:
    assert {process: set(NATION.frister(process)) for process in NATION.processer} == NAMN


def test_alla_tabeller_och_skyldigheter_finns_och_inga_andra() -> None:
    assert set(NATION.tabeller) == TABELLER
    finns: dict[str, set[str]] = {}
    for skyldighet in NATION.skyldigheter.values():
        finns.setdefault(skyldighet.omrade, set()).add(skyldighet.namn)
    assert finns == SKYLDIGHETER


def paragrafer(text: str) -> set[tuple[str, str]]:
    """(chapter, section) of each section that a reference like '14 kap. 3–7 §§' or '16 kap. 6 f–i §§' covers."""
    alla = set()
    for kap, forsta, bokstav, sista in PARAGRAF.findall(text):
        if sista.isdigit():
            alla |= {(kap, str(nummer)) for nummer in range(int(forsta), int(sista) + 1)}
        elif sista:
            alla |= {(kap, f"{forsta} {chr(tecken)}") for tecken in range(ord(bokstav[1]), ord(sista) + 1)}
        else:
            alla.add((kap, forsta + bokstav))
    return alla


@pytest.mark.parametrize(("vad", "gamla", "nya"), FLYTTADE, ids=[vad for vad, _, _ in FLYTTADE])
def test_varje_skyldighet_star_som_den_stod_och_som_den_star(vad: str, gamla: str, nya: str) -> None:
    for lag, skrivet in (("SoL (2001:453)", gamla), ("SoL (2025:400)", nya)):
        stycken = [rad.lagrum.partition(lag)[0] for rad in ALLA_RADER if lag in (rad.lagrum or "")]
        har = set().union(*(paragrafer(stycke) for stycke in stycken))
        ska = paragrafer(" ".join(re.sub(r"(\d+):(\S.*)", r"\1 kap. \2 §", ett) for ett in skrivet.split(", ")))
        assert ska, skrivet
        assert ska <= har, f"{vad}: {lag} {sorted(ska - har)}"


@pytest.mark.parametrize("rad", ALLA_RADER, ids=lambda rad: rad.id)
def test_raden_ar_hel(rad: Daterad) -> None:
    assert rad.lagrum is None or rad.lagrum.endswith(LAGAR) or rad.lagrum.startswith("övergångs"), rad.lagrum
    assert rad.kontrollerad in (None, date(2026, 11, 22))
    assert rad.kontrollerad or rad.anmarkning
    assert rad.kalla


def test_radernas_namn_ar_olika() -> None:
    assert len({(type(rad), rad.id) for rad in ALLA_RADER}) == len(ALLA_RADER)


def test_gamla_lagens_rader_slutar_galla_nar_den_nya_borjar() -> None:
    for rad in RADER:
        if "SoL (2001:453)" in (rad.lagrum or ""):
            process, frist = rad.id.split("/")[:2]
            assert "2025:400" in str(NATION.frist(process, frist, date(2025, 7, 1), falt=dict(rad.nar)).regel.lagrum)
            assert "2001:453" in str(NATION.frist(process, frist, date(2025, 6, 30), falt=dict(rad.nar)).regel.lagrum)


def test_varje_rullning_har_sitt_varfor_pa_raden() -> None:
    for vag, text in las_in("exempelkommun").filer.items():
        for rad in text.splitlines():
            assert "rullas:" not in rad or "#" in rad, (vag, rad)


def test_tre_manader_flyttas_aldrig_och_handlingar_flyttas_alltid() -> None:
    flyttas_inte = {rad.id.rsplit("/nationell", 1)[0] for rad in RADER if rad.langd.i_kalendern and not rad.rullas}
    assert flyttas_inte == {
        "beslut/verkstallighet",
        "beslut/aterupptagande",
        "drojsmal/begaran",
        "placering/jourhem",
        "uppfoljning/utan_samtycke",
        "uppfoljning/efter_lvu",
        "flytt_av_arende/ansokan_ivo",
        "personuppgiftsincident/komplettering",
    }


def test_okontrollerade_rader_ar_de_som_underlaget_inte_star_for() -> None:
    okontrollerade = {"/".join(rad.id.split("/")[:2]) for rad in RADER if rad.kontrollerad is None}
    assert okontrollerade == {
        "synpunkt/bekraftelse",
        "synpunkt/svar",
        "avvikelse/mottagande",
        "avvikelse/utredning",
        "lex_sarah/utredning_ivo",
        "olovlig_lasning/utredning",
        "utredning/vuxen",
        "registerbegaran/svar",
        "vardskada/utredning_ivo",
        "orosanmalan/utredning_vid_vald",
        "personuppgiftsincident/underrattelse",
        "personuppgiftsincident/bitradets_anmalan",
    }


def test_okontrollerade_skyldigheter_och_tabeller_ar_de_som_underlaget_inte_star_for() -> None:
    assert {
        rad.id.partition("/nationell")[0] for rad in ALLA_RADER if rad.kontrollerad is None and rad not in RADER
    } == {
        "beslut/sarskild_avgift",  # LSS: when the new amounts begin
        "forvaltning/underrattelsens_innehall",
        "ledningssystem/riskanalys",
        "ledningssystem/egenkontroll",
        "ledningssystem/klagomal",
        "ledningssystem/klagomal_vard",
        "ledningssystem/rapporter",
        "ledningssystem/forbattring",
        "ledningssystem/dokumentation",
        "ledningssystem/kvalitetsberattelse",
        "lex_maja/underrattelse_om_djur",
        "lex_maja/mottagarens_sekretess",
        "lex_sarah/information_hur_ofta",
        "lex_sarah/utredningens_innehall",
        "lex_sarah/beslutanderatt",
        "lex_sarah/gallring_kommun",
        "loggkontroll/stickprov",
        "personuppgifter/foreskrift",
        "personuppgiftsincident/skal_for_forsening",
        "personuppgiftsincident/dokumentation",
        "personuppgiftsincident/till_imy",
        "personuppgiftsincident/till_personerna",
        "sekretess/brott_och_fusk",
        "tillganglighet/omfattning",
        "utredning/dokumentationens_foreskrift",
        "vardskada/berattelsens_innehall",
    }


@pytest.mark.parametrize(("process", "frist"), [(p, f) for p in sorted(NAMN) for f in sorted(NAMN[p])])
def test_ingen_frist_passerar_tyst(process: str, frist: str) -> None:
    trappa, regel = NATION.trappa(process, frist), NATION.regel(process, frist)
    if any(rad.langd.har_dag for rad in regel.rader):
        assert {steg.roll for steg in trappa if steg.steg.lage == "efter"} & OVER_HANDLAGGAREN
    if any(not rad.langd.har_dag and rad.tid != "ingen tid" for rad in regel.rader):
        # With a day too: a municipality may set one where the law has only a word.
        assert {steg.roll for steg in trappa if steg.utan_dag} & OVER_HANDLAGGAREN
        assert {steg.roll for steg in trappa if steg.steg.lage == "efter"} & OVER_HANDLAGGAREN


@pytest.mark.parametrize(
    ("ar", "kvartal", "forsta", "sista"),
    [
        (2026, 1, date(2026, 4, 1), date(2026, 4, 30)),
        (2026, 2, date(2026, 7, 1), date(2026, 8, 31)),
        (2026, 3, date(2026, 10, 1), date(2026, 10, 31)),
        (2025, 4, date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_ivos_rapportperioder(ar: int, kvartal: int, forsta: date, sista: date) -> None:
    assert NATION.rapportfonster(ar, kvartal) == (forsta, sista)


def test_kvartal_som_inte_finns_och_ar_fore_reglerna() -> None:
    with pytest.raises(Regelfraga, match="Kvartal 5 finns inte"):
        NATION.rapportfonster(2026, 5)
    with pytest.raises(Regelfraga, match="Inga rapportperioder är kända för kvartal 1 1999"):
        NATION.rapportfonster(1999, 1)


def test_regelverket_kan_lasas_igen_ur_sina_filer_och_har_samma_hash() -> None:
    hjo = las_in("hjo")
    igen = las_in_texter(hjo.filer, "hjo")
    assert igen.hash == hjo.hash
    assert igen.frist("synpunkt", "svar", date(2026, 3, 31)) == hjo.frist("synpunkt", "svar", date(2026, 3, 31))


def test_en_andrad_bokstav_ger_en_annan_hash() -> None:
    filer = dict(las_in("hjo").filer)
    forut = las_in_texter(filer, "hjo").hash
    filer["config/hjo/regler/frister/synpunkt.yaml"] += "# prov\n"
    assert las_in_texter(filer, "hjo").hash != forut
    assert las_in("ostersund").hash != forut
