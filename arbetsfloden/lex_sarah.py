"""Lex Sarah: från rapport till bedömning, och till IVO när det är allvarligt.

Varför: 27 kap. 2–6 §§ SoL (2025:400), förut 14 kap. 3–7 §§ SoL (2001:453); 24 b–f §§ LSS. Alla rapporter utreds.
Allvarliga missförhållanden och påtaglig risk för sådana anmäls till IVO snarast; utredningen senast två månader efter
anmälan. Vad som ska anmälas: regler/beslutstabeller/lex_sarah.yaml (till_ivo). Frister: regler/frister/lex_sarah.yaml
(utredning, anmalan_ivo, utredning_ivo). Äger: kvalitetsledaren.
Att det är allvarligt kan stå klart redan när rapporten kommer, under utredningen eller först när den är färdig.
"""

from datetime import date

from arbetsfloden.motor import Process, Steg, falt
from arbetsfloden.motor.handelseanalys import HJALPTE, ORSAKER, Atgard, Rapport
from arbetsfloden.motor.lagrum import LAGOMRADEN

BEDOMNINGAR = {
    "inget": "Ej missförhållande",
    "risk": "Påtaglig risk för missförhållande",
    "missforhallande": "Missförhållande",
    "risk_allvarligt": "Påtaglig risk för allvarligt missförhållande",
    "allvarligt": "Allvarligt missförhållande",
}


class LexSarahUppgifter(Rapport):
    handelsedatum: date | None = falt("När hände det?", "", "dag", grupp="Rapporten")
    rapporterad: date | None = falt(
        "Rapporterad", "Dagen nämnden fick rapporten", "dag", vid_registrering="idag", grupp="Rapporten"
    )
    lagomrade: str | None = falt("Lagområde", "", "val", val=LAGOMRADEN, grupp="Rapporten")
    beskrivning: str | None = falt(
        "Vad hände?", "Skriv inga namn eller personnummer", "langtext", grupp="Rapporten", kanslig=True
    )
    konsekvenser: str | None = falt(
        "Vad blev eller kunde följden bli för den enskilde?", "", "langtext", grupp="Rapporten", kanslig=True
    )
    var_direkt: str | None = falt(
        "Vad gjordes genast?", "Vad, och vilken dag", "langtext", grupp="Rapporten", kanslig=True
    )
    utredning: str | None = falt("Utredning: vad hände och varför?", "", "langtext", grupp="Utredningen", kanslig=True)
    orsaker: tuple[str, ...] | None = falt(
        "Orsaker", "Sök orsaken i systemet, inte hos personen", "flerval", val=ORSAKER, grupp="Utredningen"
    )
    orsak_text: str | None = falt("Orsakerna med egna ord", "", "langtext", grupp="Utredningen", kanslig=True)
    hant_forut: str | None = falt(
        "Har något liknande hänt förut, och varför i så fall igen?", "", "langtext", grupp="Utredningen", kanslig=True
    )
    kan_handa_igen: str | None = falt("Kan det hända igen?", "", "langtext", grupp="Utredningen", kanslig=True)
    utredd: date | None = falt("Utredd", "", "dag", vid_registrering="idag", grupp="Utredningen")
    bedomning: str | None = falt("Bedömning", "", "val", val=BEDOMNINGAR, grupp="Bedömningen")
    bedomning_skal: str | None = falt("Skäl för bedömningen", "", "langtext", grupp="Bedömningen", kanslig=True)
    bedomd: date | None = falt("Bedömd", "", "dag", vid_registrering="idag", grupp="Bedömningen")
    allvar_klart: date | None = falt(
        "Allvaret stod klart",
        "När det stod klart före bedömningen",
        "dag",
        vid_registrering="idag",
        grupp="Bedömningen",
    )
    anmald_ivo: date | None = falt(
        "Anmäld till IVO", "Dagen anmälan skickades", "dag", vid_registrering="idag", grupp="IVO"
    )
    ivo_diarienummer: str | None = falt("IVO:s diarienummer", "", max_langd=100, grupp="IVO")
    utredning_insand: date | None = falt(
        "Utredningen skickad till IVO", "", "dag", vid_registrering="idag", grupp="IVO"
    )
    komplettering_begard: date | None = falt(
        "IVO begärde komplettering", "", "dag", vid_registrering="idag", grupp="IVO"
    )
    komplettering_svar_senast: date | None = falt(
        "Kompletteringen ska vara inne senast", "Dagen som IVO satt", "dag", framtid=True, grupp="IVO"
    )
    komplettering_insand: date | None = falt("Kompletteringen skickad", "", "dag", vid_registrering="idag", grupp="IVO")
    ivo_beslut: date | None = falt("IVO:s beslut", "Beslutets dag", "dag", vid_registrering="idag", grupp="IVO")
    ivo_beslut_text: str | None = falt("Vad IVO beslutade", "", "langtext", grupp="IVO", kanslig=True)
    beslutad: date | None = falt("Beslutsdag", "", "dag", vid_registrering="idag", grupp="Beslut och åtgärder")
    beslut_text: str | None = falt(
        "Beslutet",
        "Det ställningstagande som utredningen leder till",
        "langtext",
        grupp="Beslut och åtgärder",
        kanslig=True,
    )
    atgarder: tuple[Atgard, ...] | None = falt("Åtgärder", "", "rader", grupp="Beslut och åtgärder")
    atgarder_beslutade: date | None = falt(
        "Åtgärderna beslutade", "", "dag", vid_registrering="idag", grupp="Beslut och åtgärder"
    )
    hjalpte: str | None = falt("Hjälpte åtgärderna?", "", "val", val=HJALPTE, grupp="Avslut")
    uppfoljning: str | None = falt("Uppföljning", "", "langtext", grupp="Avslut", kanslig=True)
    avslutad: date | None = falt("Avslutad", "", "dag", vid_registrering="idag", grupp="Avslut")
    typ: str | None = falt(
        "Typ av avvikelse", "Anges när rapporten blir en avvikelse", "val", lista="typer", grupp="Avslut"
    )


UTREDNINGEN = ("utredning", "orsaker", "orsak_text", "hant_forut", "kan_handa_igen", "konsekvenser", "utredd")
BEDOMNINGEN = ("bedomning", "bedomning_skal", "bedomd")
LEDNING = ("kvalitetsledare", "avdelningschef")

# fmt: off
LEX_SARAH = Process(
    namn="lex_sarah", rubrik="Lex Sarah", ental="Lex Sarah-rapport", prefix="LXS", modell=LexSarahUppgifter,
    tillstand={
        "mottagen":             "Rapporten mottagen",
        "utreds":               "Utreds",
        "utredd":               "Utredd",
        "bedomd":               "Bedömd",
        "ska_anmalas":          "Ska anmälas till IVO",
        "anmald_utreds":        "Anmäld till IVO, utredningen pågår",
        "anmald_utredd":        "Anmäld till IVO, utredd",
        "anmald_ivo":           "Anmäld till IVO",
        "utredning_insand":     "Utredningen hos IVO",
        "komplettering_begard": "IVO har begärt komplettering",
        "ivo_beslutat":         "IVO har beslutat",
        "beslutad":             "Beslutad",
        "atgarder_beslutade":   "Åtgärder beslutade",
        "avslutad":             "Avslutad",
        "blev_avvikelse":       "Blev avvikelse",
    },
    huvudvag=("mottagen", "utreds", "utredd", "bedomd", "beslutad", "atgarder_beslutade", "avslutad"),
    start="mottagen",
    slut=("avslutad", "blev_avvikelse"),
    oppnas_av=("medarbetare", "systemet"),
    oppnas_med=("enhet", "lagomrade", "handelsedatum", "beskrivning", "konsekvenser", "var_direkt", "rapporterad", "ror_chefen",
                "ror_personal"),
    oppnas_kravs=("enhet", "lagomrade", "beskrivning", "rapporterad"),
    startar=("utredning",),
    notis=("lex_sarah_rapporterad",),
    dag="rapporterad",
    dagordning=(("handelsedatum", "rapporterad"), ("rapporterad", "utredd"), ("rapporterad", "allvar_klart"),
                ("rapporterad", "anmald_ivo"), ("utredd", "bedomd"),
                ("anmald_ivo", "utredning_insand"), ("utredning_insand", "komplettering_begard"),
                ("komplettering_begard", "komplettering_svar_senast"), ("komplettering_begard", "komplettering_insand"),
                ("anmald_ivo", "ivo_beslut"), ("bedomd", "beslutad"), ("rapporterad", "avslutad")),
    synlig_for=("enhetschef", "avdelningschef", "kvalitetsledare"),
    steg=(
        # Utredning och bedömning
        Steg(handelse="inled_utredning", rubrik="Inled utredning", fran="mottagen", till="utreds",
             vem=("enhetschef", "kvalitetsledare")),
        Steg(handelse="utred", rubrik="Utredningen är klar", fran="utreds", till="utredd",
             vem=("handlaggare",), falt=UTREDNINGEN, kravs=("utredning", "orsaker"), dag="utredd",
             stoppar=("utredning",)),
        Steg(handelse="bedom", rubrik="Bedöm", fran="utredd", till="bedomd",
             vem=LEDNING, falt=BEDOMNINGEN, kravs=("bedomning", "bedomning_skal"), dag="bedomd"),
        Steg(handelse="kraver_anmalan", rubrik="Allvarligt: ska till IVO", fran="bedomd", till="ska_anmalas",
             vem=("systemet",), automatisk=True, kraver=("ska_anmalas",), dag="bedomd", startar=("anmalan_ivo",),
             notis=("lex_sarah_till_ivo",)),

        # Till IVO
        Steg(handelse="anmal_ivo", rubrik="Anmäl till IVO", fran="ska_anmalas", till="anmald_ivo",
             vem=LEDNING, falt=("anmald_ivo", "ivo_diarienummer"), kravs=("anmald_ivo",), kraver=("ska_anmalas",),
             dag="anmald_ivo", stoppar=("anmalan_ivo",), startar=("utredning_ivo",)),
        Steg(handelse="lamna_in_utredning", rubrik="Skicka utredningen till IVO", fran="anmald_ivo",
             till="utredning_insand", vem=LEDNING, falt=("utredning_insand", "ivo_diarienummer"),
             kravs=("utredning_insand",), dag="utredning_insand", stoppar=("utredning_ivo",)),
        Steg(handelse="begar_komplettering", rubrik="IVO begär komplettering", fran="utredning_insand",
             till="komplettering_begard", vem=LEDNING,
             falt=("komplettering_begard", "komplettering_svar_senast"), kravs=("komplettering_begard",),
             dag="komplettering_begard", nollar=("komplettering_insand", "komplettering_svar_senast"),
             uppgift="Skicka kompletteringen till IVO"),
        Steg(handelse="komplettera", rubrik="Skicka kompletteringen", fran="komplettering_begard",
             till="utredning_insand", vem=LEDNING, falt=("komplettering_insand",), kravs=("komplettering_insand",),
             dag="komplettering_insand", klarar=True),
        Steg(handelse="registrera_ivo_beslut", rubrik="IVO har beslutat",
             fran=("utredning_insand", "komplettering_begard"), till="ivo_beslutat",
             vem=LEDNING, falt=("ivo_beslut", "ivo_beslut_text", "ivo_diarienummer"),
             kravs=("ivo_beslut", "ivo_beslut_text"), dag="ivo_beslut", klarar=True),

        # Det står klart tidigare: anmäl genast, utredningen fortsätter
        Steg(handelse="konstatera_allvarligt", rubrik="Det står redan klart att det är allvarligt",
             fran=("mottagen", "utreds"), till=None, vem=LEDNING,
             falt=("bedomning", "bedomning_skal", "allvar_klart"), kravs=("bedomning", "bedomning_skal"),
             kraver=("ska_anmalas",), dag="allvar_klart", startar=("anmalan_ivo",), notis=("lex_sarah_till_ivo",)),
        Steg(handelse="anmal_ivo", rubrik="Anmäl till IVO innan utredningen är klar", fran=("mottagen", "utreds"),
             till="anmald_utreds", vem=LEDNING,
             falt=("bedomning", "bedomning_skal", "anmald_ivo", "ivo_diarienummer"),
             kravs=("bedomning", "bedomning_skal", "anmald_ivo"), kraver=("ska_anmalas",), dag="anmald_ivo",
             stoppar=("anmalan_ivo",), startar=("utredning_ivo",)),
        Steg(handelse="utred", rubrik="Utredningen är klar", fran="anmald_utreds", till="anmald_utredd",
             vem=("handlaggare",), falt=UTREDNINGEN, kravs=("utredning", "orsaker"), dag="utredd",
             stoppar=("utredning",)),
        Steg(handelse="bedom", rubrik="Bedöm slutligt", fran="anmald_utredd", till="anmald_ivo",
             vem=LEDNING, falt=BEDOMNINGEN, kravs=("bedomning", "bedomning_skal"), dag="bedomd"),

        # Beslut, åtgärder, avslut
        Steg(handelse="besluta", rubrik="Besluta", fran="bedomd", till="beslutad",
             vem=LEDNING, falt=("beslut_text", "beslutad"), kravs=("beslut_text",), kraver=("ska_inte_anmalas",),
             dag="beslutad", stoppar=("anmalan_ivo",)),
        Steg(handelse="besluta_atgarder", rubrik="Besluta om åtgärder",
             fran=("beslutad", "ivo_beslutat", "atgarder_beslutade"), till="atgarder_beslutade",
             vem=("enhetschef", "kvalitetsledare"), falt=("atgarder", "atgarder_beslutade"), kravs=("atgarder",),
             dag="atgarder_beslutade", uppgift="Följ upp om åtgärderna hjälpte"),
        Steg(handelse="avsluta", rubrik="Avsluta", fran="atgarder_beslutade", till="avslutad",
             vem=LEDNING, falt=("hjalpte", "uppfoljning", "avslutad"), dag="avslutad", klarar=True),
        Steg(handelse="avsluta_utan_atgard", rubrik="Avsluta utan åtgärder", fran=("beslutad", "ivo_beslutat"),
             till="avslutad", vem=LEDNING, falt=("avslutad",), dag="avslutad", skal=True),
        Steg(handelse="lamna_over_enhet", rubrik="Lämna över till annan enhet", fran=("mottagen", "utreds"),
             till="mottagen", vem=LEDNING, falt=("ny_enhet",), kravs=("ny_enhet",), kraver=("annan_enhet",),
             skal=True, byter_enhet=True, notis=("lex_sarah_rapporterad",)),
        Steg(handelse="bli_avvikelse", rubrik="Gör till avvikelse", fran=("mottagen", "utreds", "utredd", "bedomd"),
             till="blev_avvikelse", vem=LEDNING, falt=("typ", "handelsedatum"), kravs=("typ", "handelsedatum"),
             kraver=("inte_bedomt_ska_anmalas",), skal=True, blir="avvikelse", stoppar=("utredning",), klarar=True,
             notis=("arende_bytt_process",)),
    ),
)
# fmt: on
