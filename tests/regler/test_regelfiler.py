"""The rules that are shipped: that they are all there, and that each row says what it must."""

from __future__ import annotations

import re
from datetime import date

import pytest

from regler import Regelfraga, Regelrad, las_in, las_in_texter

NATION = las_in(None)
# The names that design.md fixes; other systems meet by them.
FASTA = {
    "synpunkt": {"bekraftelse", "svar"},
    "avvikelse": {"mottagande", "utredning"},
    "lex_sarah": {"utredning", "anmalan_ivo", "utredning_ivo"},
    "beslut": {"verkstallighet", "aterupptagande"},
    "orosanmalan": {"skyddsbedomning", "forhandsbedomning", "aterkoppling"},
    "utredning": {"barn", "vuxen"},
    "placering": {"overvagande", "vardnadsoverflyttning"},
    "overklagande": {"inkommet", "overlamnande"},
    "drojsmal": {"begaran", "svar"},
    "personuppgiftsincident": {"anmalan_imy"},
    "registerbegaran": {"svar"},
    "vardskada": {"anmalan_ivo", "utredning_ivo"},
    "cyberincident": {"varning", "anmalan", "slutrapport"},
}
# The law's other limits.
OVRIGA = {
    "orosanmalan": {"anmalan", "utredning_vid_vald"},
    "utredning": {"inledande", "underrattelse"},
    "uppfoljning": {"utan_samtycke", "efter_lvu"},
    "placering": {
        "omprovning_lvu", "umgange_lvu", "forebyggande_lvu", "flyttningsforbud", "utreseforbud", "skyddat_boende",
        "skyddat_boende_umgange", "jourhem",
    },
    "lvu": {"understallning", "ansokan_vard"},
    "flytt_av_arende": {"svar", "ansokan_ivo", "ivo_beslut"},
    "overklagande": {"inkommet_allmanna", "laglighetsprovning"},
    "forvaltning": {"underrattelse", "anteckning"},
    "sarskild_avgift": {"ansokan"},
    "personuppgiftsincident": {"underrattelse", "komplettering", "bitradets_anmalan"},
    "vardskada": {"patienten", "sakerhetsbrist", "legitimerad", "klagomal"},
}  # fmt: skip
NAMN = {process: FASTA.get(process, set()) | OVRIGA.get(process, set()) for process in {*FASTA, *OVRIGA}}
LAGRUM = re.compile(
    r"(\d+ kap\. \d+( [a-z])?(–\d+ §§| §) )?((\d+( [a-z])? § )?(SoL|FL|LSS|LVU|PSL|KL|SoF) \(\d{4}:\d+\)|SOSFS 20(11:9|14:4))"
    r"|6 kap\. SOSFS 2011:5|HSLF-FS 2017:41|cybersäkerhetslagen \(2025:1506\)"
    r"|artikel \d+(\.\d)? dataskyddsförordningen \(EU\) 2016/679"
    r"|5 kap\. (4 § )?lagen om placering av barn i skyddat boende \(2024:79\)"
)
OVER_HANDLAGGAREN = {"avdelningschef", "kvalitetsledare"}
RADER = [rad for process in NATION.processer for frist in NATION.frister(process).values() for rad in frist.rader]


def test_alla_processer_och_frister_finns_och_inga_andra() -> None:
    assert {process: set(NATION.frister(process)) for process in NATION.processer} == NAMN


@pytest.mark.parametrize("rad", RADER, ids=lambda rad: rad.id)
def test_raden_ar_hel(rad: Regelrad) -> None:
    assert rad.lagrum is None or LAGRUM.fullmatch(rad.lagrum), rad.lagrum
    assert rad.kontrollerad in (None, date(2026, 11, 22))
    assert rad.kontrollerad or rad.anmarkning
    assert rad.kalla


def test_radernas_namn_ar_olika() -> None:
    assert len({rad.id for rad in RADER}) == len(RADER)


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
        "utredning/vuxen",
        "registerbegaran/svar",
        "vardskada/utredning_ivo",
        "orosanmalan/utredning_vid_vald",
        "personuppgiftsincident/underrattelse",
        "personuppgiftsincident/bitradets_anmalan",
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
