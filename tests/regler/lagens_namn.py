"""What the law has: the name of every limit, table and duty, and where each duty stood and stands.

A table of its own, typed from the law and not from the rule files, so that a row that goes missing is missed.
"""

from typing import Final

# The names that design.md fixes; other systems meet by them.
FASTA: Final = {
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
OVRIGA: Final = {
    "orosanmalan": {"anmalan", "utredning_vid_vald"},
    "utredning": {"inledande", "underrattelse"},
    "olovlig_lasning": {"utredning"},
    "uppfoljning": {"utan_samtycke", "efter_lvu"},
    "placering": {
        "omprovning_lvu", "umgange_lvu", "forebyggande_lvu", "flyttningsforbud", "utreseforbud", "skyddat_boende",
        "skyddat_boende_umgange", "jourhem",
    },
    "lvu": {"understallning", "ansokan_vard"},
    "flytt_av_arende": {"svar", "ansokan_ivo", "ivo_beslut"},
    "avhysning": {"kvittens"},
    "overklagande": {"inkommet_allmanna", "laglighetsprovning"},
    "forvaltning": {"underrattelse", "anteckning"},
    "sarskild_avgift": {"ansokan"},
    "personuppgiftsincident": {"underrattelse", "komplettering", "bitradets_anmalan"},
    "vardskada": {"patienten", "sakerhetsbrist", "legitimerad", "klagomal"},
}  # fmt: skip
NAMN: Final = {process: FASTA.get(process, set()) | OVRIGA.get(process, set()) for process in {*FASTA, *OVRIGA}}
TABELLER: Final = {
    "beslut/ska_rapporteras", "lex_sarah/till_ivo", "lex_sarah/vem_underrattas", "orosanmalan/aterkoppling",
    "overklagande/ratt_tid", "personuppgiftsincident/till_imy", "personuppgiftsincident/till_personerna",
    "synpunkt/publicering",
}  # fmt: skip
SKYLDIGHETER: Final = {
    "beslut": {
        "vilka_beslut", "kvartalsrapport", "verkstallt_meddelas", "statistik_fullmaktige", "vistelsekommun",
        "avgiftens_grund", "avgiftens_undantag", "sarskild_avgift", "avgiften_beslutas", "ny_avgift",
    },
    "forvaltning": {
        "enkelt", "partsinsyn", "vasentligt_forsenat", "drojsmalstalan", "ofullstandig_ansokan", "ankomstdag",
        "kommunicering", "remiss", "skriftligt_beslut", "motivering", "underrattelsens_innehall",
        "underrattelse_till_andra", "rattelse", "andring", "skyldig_att_andra", "andring_efter_overklagande",
        "overklagandets_form", "rattidsprovning", "overlamnande", "i_alla_arenden",
    },
    "gallring": {
        "personakt", "sammanstallning", "senast", "gallras_inte", "barnutredning", "ej_inledd_utredning",
        "vardnadsavtal", "forskning", "ovriga_regler", "enskild_utforare",
    },
    "ivo": {
        "ej_verkstallda_beslut", "individrapport", "tillfalligt_nummer", "inloggning", "skyddade_personer",
        "foreskrifter",
    },
    "kvalitet": {"god_kvalitet", "systematisk_uppfoljning", "rutiner_mot_missforhallanden"},
    "ledningssystem": {
        "riskanalys", "egenkontroll", "klagomal", "klagomal_vard", "rapporter", "forbattring", "dokumentation",
        "kvalitetsberattelse",
    },
    "lex_maja": {"underrattelse_om_djur", "mottagarens_sekretess"},
    "lex_sarah": {
        "rapport", "information", "information_hur_ofta", "enskild_underrattar", "alla_utreds",
        "utredningens_innehall", "anmalan", "anmalans_form", "anmalan_om_andra", "beslutanderatt",
        "gallring_enskild", "gallring_kommun",
    },
    "lvu": {"provning_av_understallning", "ansokan_tas_upp"},
    "orosanmalan": {
        "anmalningsskyldiga", "hanvisning_lss", "anmalan_av_var_och_en", "mote", "aterkopplingens_innehall",
        "skyddsbedomningen_dokumenteras", "nar_forhandsbedomning_inte_behovs", "sekretess_hos_anmalaren",
    },
    "overklagande": {"vad_som_overklagas", "omedelbar_verkstallighet", "aterkrav_av_aldre_hjalp"},
    "loggkontroll": {"stickprov"},
    "personuppgifter": {"behorighet", "logg", "loggkontroll", "foreskrift", "sokbegrepp", "sammanstallning"},
    "personuppgiftsincident": {"skal_for_forsening", "dokumentation", "anmalans_innehall", "personuppgiftsansvarig"},
    "placering": {"placeringslista", "fler_an_tre_barn", "beslutsniva"},
    "sekretess": {
        "huvudregel", "anmalaren_skyddas", "barnets_vistelseort", "mellan_myndigheter", "brott_och_fusk",
        "barn_i_riskzon", "partens_insyn", "meddelarskydd", "markering_pa_handling",
        "sekretessmarkering_i_folkbokforingen", "skyddad_folkbokforing", "var_parten_bor", "arendet_om_skydd",
        "adress_vid_hot",
    },
    "tillganglighet": {"teknisk_niva", "oskaligt_betungande", "redogorelse", "standard", "omfattning"},
    "tillsyn": {"sanktionsavgift", "utebliven_registerkontroll"},
    "uppfoljning": {"uppfoljning", "underrattelse"},
    "utredning": {
        "barnutredning", "dokumentation", "dokumentationens_foreskrift", "bistand", "andring_av_pagaende_insats",
    },
    "vardskada": {
        "utredning", "utredningen_till_ivo", "vem_som_anmaler", "patientsakerhetsberattelse", "berattelsens_innehall",
    },
}  # fmt: skip
# Where each duty stood in the act of 2001, and where it stands in the act of 2025.
FLYTTADE: Final = (
    ("god kvalitet", "3:3, 14:2", "5:1–2"),
    ("rutiner mot missförhållanden", "3:3 a", "27:1"),
    ("lex Sarah", "14:3–7, 7:6", "27:2–6, 17:10"),
    ("ej verkställda beslut", "16:6 f–i", "34:1–4"),
    ("särskild avgift", "16:6 a–e", "34:5–10"),
    ("inleda utredning", "11:1", "14:2"),
    ("orosanmälan", "14:1, 14:1 c", "19:1–3, 19:4"),
    ("möte och återkoppling", "14:1 a, 14:1 b", "19:5–6"),
    ("skyddsbedömning och förhandsbedömning", "11:1 a", "20:1–2"),
    ("barnutredning", "11:2", "20:3–5"),
    ("uppföljning", "11:4 a–c", "23:1–5"),
    ("övervägande", "6:8", "22:13"),
    ("vårdnadsöverflyttning", "6:8 b", "22:14"),
    ("dokumentation", "11:5–6", "14:3–7"),
    ("gallring", "12:1–2", "16:1–5, 17:2–5"),
    ("överklagande", "16:3", "35:1, 35:5"),
    ("bistånd", "4:1", "11:1, 12:1"),
)
LAGAR: Final = (
    "SoL (2001:453)", "SoL (2025:400)", "LSS (1993:387)", "LVU (1990:52)", "FL (2017:900)", "KL (2017:725)",
    "PSL (2010:659)", "SoF (2001:937)", "SoF (2025:468)", "OSL", "SOSFS 2011:5", "SOSFS 2011:9", "SOSFS 2014:4",
    "SOSFS 2014:5", "HSLF-FS 2017:41", "cybersäkerhetslagen (2025:1506)", "folkbokföringslagen (1991:481)",
    "dataskyddsförordningen (EU) 2016/679", "lagen om placering av barn i skyddat boende (2024:79)",
    "lagen om behandling av personuppgifter inom socialtjänsten (2001:454)",
    "förordningen om behandling av personuppgifter inom socialtjänsten (2001:637)",
    "lagen om tillgänglighet till digital offentlig service (2018:1937)",
)  # fmt: skip
