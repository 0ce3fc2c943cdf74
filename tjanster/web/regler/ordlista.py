"""Words for the codes of rule files, as a person reads them. What a process of the program names is named by it instead."""

# The day that a limit counts from, in the middle of a sentence. A field that isn't here is named by its own heading.
DAGORD = {
    "inkom": "dagen den kom in", "rapporterad": "dagen den rapporterades", "beslutsdatum": "beslutets dag",
    "avbruten": "dagen för avbrottet", "bedomd": "dagen för bedömningen", "anmald_ivo": "dagen för anmälan till IVO",
    "kannedom": "det att det blev känt", "anmald": "anmälan", "inlett": "dagen ärendet inleddes",
    "begaran_inkom": "dagen begäran kom in", "inleda_eller_ej_beslutad": "beslutet att inleda eller inte",
    "delgiven": "delgivningen", "senast_overvagt": "senaste övervägandet", "placerad": "placeringen",
    "inledd": "dagen utredningen inleddes", "handelsedatum": "händelsens dag", "beslutad": "beslutets dag",
    "dagen": "dagen det gäller", "ansokan_inkom": "dagen ansökan kom in", "begaran_skickad": "dagen begäran skickades",
    "lamnad": "dagen den lämnades", "avslutad": "dagen det avslutades", "verkstalld": "dagen det verkställdes",
    "anslaget": "dagen det anslogs", "meddelat": "dagen det meddelades", "anmald_imy": "dagen för anmälan till IMY",
    "bitradets_kannedom": "det att biträdet fick veta", "senast_omprovad": "senaste omprövningen",
    "utredning_avslutad": "dagen utredningen avslutades", "grundens_dag": "dagen för det som avgiften grundas på",
    "besvarad": "dagen den besvarades", "overtradelsens_dag": "överträdelsens dag",
}  # fmt: skip
# Processes and areas whose rules are here before the program has them.
PROCESSORD = {
    "avhysning": "Avhysningar", "cyberincident": "Cyberincidenter", "drojsmal": "Dröjsmål", "flytt_av_arende": "Flytt av ärende",
    "forvaltning": "Förvaltningslagen", "gallring": "Gallring", "ivo": "IVO:s tillsyn", "kvalitet": "Kvalitet",
    "ledningssystem": "Ledningssystemet", "lex_maja": "Lex Maja", "lvu": "Vård enligt LVU", "orosanmalan": "Orosanmälningar",
    "overklagande": "Överklaganden", "personuppgifter": "Personuppgifter", "personuppgiftsincident": "Personuppgiftsincidenter",
    "placering": "Placeringar", "registerbegaran": "Begäran om registerutdrag", "sarskild_avgift": "Särskild avgift",
    "sekretess": "Sekretess", "tillganglighet": "Tillgänglighet", "tillsyn": "Tillsyn", "uppfoljning": "Uppföljning",
    "utredning": "Utredningar", "vardskada": "Vårdskador (lex Maria)",
}  # fmt: skip
MAPPORD = {
    "frister": "Frister", "eskalering": "Påminnelser", "kalender": "Kalender", "rapportering": "Rapportering",
    "beslutstabeller": "Beslutstabeller", "krav": "Krav", "delegation": "Delegation", "skyldigheter": "Skyldigheter",
    "rutiner": "Rutiner", "gallring": "Gallring", "fall": "Exempel",
}  # fmt: skip
SLAGORD = {
    "frist": "Frist", "trappa": "Påminnelser", "tabell": "Beslutstabell", "krav": "Krav", "delegation": "Delegation",
    "skyldighet": "Skyldighet", "kalender": "Kalender", "rapportering": "Rapportering", "rutin": "Rutin", "lista": "Lista",
    "organisation": "Enheter", "kommun": "Kommunen", "exempel": "Exempel", "gallring": "Gallring",
    "inloggning": "Inloggning",
}  # fmt: skip
LISTORD = {"forseningsorsaker": "Förseningsorsaker"}
VADORD = {"ny": "Ny", "borttagen": "Borttagen", "andrad": "Ändrad"}
