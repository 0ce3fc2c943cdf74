"""Avvikelser: varje medarbetare rapporterar, närmaste chef utreder, åtgärdar och följer upp.

Varför: SOSFS 2011:9, 5 kap. – rapporter tas emot, utreds och sammanställs. En allvarlig avvikelse blir en lex
Sarah-rapport. Frister: regler/frister/avvikelse.yaml (mottagande, utredning: kommunens egna). Äger: enhetschefen,
kvalitetsledaren ser helheten. Åtgärder som beslutas i en enhet når alla enheter som kan ha samma brist.
"""

from datetime import date

from arbetsfloden.motor import Process, Steg, falt
from arbetsfloden.motor.handelseanalys import HJALPTE, ORSAKER, Atgard, Rapport
from arbetsfloden.motor.lagrum import LAGOMRADEN


class AvvikelseUppgifter(Rapport):
    handelsedatum: date | None = falt("När hände det?", "", "dag", grupp="Rapporten")
    rapporterad: date | None = falt("Rapporterad", "Dagen då det rapporterades. I dag, om du inte ändrar", "dag", vid_registrering="idag", grupp="Rapporten")
    typ: str | None = falt("Typ", "", "val", lista="typer", grupp="Rapporten")
    beskrivning: str | None = falt(
        "Vad hände?", "Skriv inga namn eller personnummer", "langtext", grupp="Rapporten", kanslig=True
    )
    var_direkt: str | None = falt("Vad gjordes genast?", "", "langtext", grupp="Rapporten", kanslig=True)
    mottagen: date | None = falt("Mottagen av chefen", "", "dag", vid_registrering="idag", grupp="Utredningen")
    utredning: str | None = falt("Utredning: vad hände och varför?", "", "langtext", grupp="Utredningen", kanslig=True)
    orsaker: tuple[str, ...] | None = falt(
        "Orsaker", "Sök orsaken i systemet, inte hos personen", "flerval", val=ORSAKER, grupp="Utredningen"
    )
    orsak_text: str | None = falt("Orsakerna med egna ord", "", "langtext", grupp="Utredningen", kanslig=True)
    utredd: date | None = falt("Utredd", "", "dag", vid_registrering="idag", grupp="Utredningen")
    atgarder: tuple[Atgard, ...] | None = falt("Åtgärder", "", "rader", grupp="Åtgärder")
    beslutad: date | None = falt("Åtgärderna beslutade", "", "dag", vid_registrering="idag", grupp="Åtgärder")
    hjalpte: str | None = falt("Hjälpte åtgärderna?", "", "val", val=HJALPTE, grupp="Uppföljning")
    uppfoljning: str | None = falt(
        "Uppföljning", "Vad visar uppföljningen?", "langtext", grupp="Uppföljning", kanslig=True
    )
    uppfoljd: date | None = falt("Uppföljd", "", "dag", vid_registrering="idag", grupp="Uppföljning")
    avslutad: date | None = falt("Avslutad", "", "dag", vid_registrering="idag", grupp="Avslut")
    lagomrade: str | None = falt(
        "Lagområde", "Anges när avvikelsen blir lex Sarah", "val", val=LAGOMRADEN, grupp="Avslut"
    )


OPPNA = ("rapporterad", "mottagen", "utredd", "atgarder_beslutade", "uppfoljd")

# fmt: off
AVVIKELSE = Process(
    namn="avvikelse", rubrik="Avvikelser", ental="Avvikelse", prefix="AVV", modell=AvvikelseUppgifter,
    tillstand={
        "rapporterad":        "Rapporterad",
        "mottagen":           "Mottagen av enhetschefen",
        "utredd":             "Utredd",
        "atgarder_beslutade": "Åtgärder beslutade",
        "uppfoljd":           "Uppföljd",
        "avslutad":           "Avslutad",
        "avskriven":          "Avskriven",
        "blev_lex_sarah":     "Blev lex Sarah",
    },
    huvudvag=("rapporterad", "mottagen", "utredd", "atgarder_beslutade", "uppfoljd", "avslutad"),
    start="rapporterad",
    slut=("avslutad", "avskriven", "blev_lex_sarah"),
    oppnas_av=("medarbetare", "systemet"),
    oppnas_med=("enhet", "handelsedatum", "typ", "beskrivning", "var_direkt", "rapporterad", "ror_chefen", "ror_personal"),
    oppnas_kravs=("enhet", "handelsedatum", "typ", "beskrivning", "rapporterad"),
    startar=("mottagande",),
    notis=("avvikelse_rapporterad",),
    dag="rapporterad",
    dagordning=(("handelsedatum", "rapporterad"), ("rapporterad", "mottagen"), ("mottagen", "utredd"),
                ("utredd", "beslutad"), ("beslutad", "uppfoljd"), ("rapporterad", "avslutad")),
    synlig_for=("handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare"),
    steg=(
        Steg(handelse="ta_emot", rubrik="Ta emot", fran="rapporterad", till="mottagen",
             vem=("enhetschef", "kvalitetsledare"), falt=("mottagen", "typ"), dag="mottagen", stoppar=("mottagande",),
             startar=("utredning",)),
        Steg(handelse="utred", rubrik="Utredningen är klar", fran="mottagen", till="utredd",
             vem=("handlaggare",), falt=("utredning", "orsaker", "orsak_text", "utredd"),
             kravs=("utredning", "orsaker"), dag="utredd", stoppar=("utredning",)),
        # Åtgärder som anges för fler enheter blir en uppgift i var och en av dem, och deras chefer får en notis.
        Steg(handelse="besluta_atgarder", rubrik="Besluta om åtgärder",
             fran=("utredd", "atgarder_beslutade", "uppfoljd"), till="atgarder_beslutade",
             vem=("enhetschef", "kvalitetsledare"), falt=("atgarder", "beslutad"), kravs=("atgarder",),
             dag="beslutad", nollar=("uppfoljd",), uppgift="Följ upp om åtgärderna hjälpte"),
        Steg(handelse="folj_upp", rubrik="Följ upp", fran="atgarder_beslutade", till="uppfoljd",
             vem=("handlaggare",), falt=("hjalpte", "uppfoljning", "uppfoljd"), kravs=("hjalpte", "uppfoljning"),
             dag="uppfoljd", klarar=True),
        Steg(handelse="avsluta", rubrik="Avsluta", fran="uppfoljd", till="avslutad",
             vem=("enhetschef", "kvalitetsledare"), falt=("avslutad",), dag="avslutad"),

        # Andra vägar ut
        Steg(handelse="avsluta_utan_atgard", rubrik="Avsluta utan åtgärd", fran="utredd", till="avslutad",
             vem=("enhetschef", "kvalitetsledare"), falt=("avslutad",), dag="avslutad", skal=True),
        Steg(handelse="avskriv", rubrik="Avskriv, det var ingen avvikelse", fran=("rapporterad", "mottagen"),
             till="avskriven", vem=("enhetschef", "kvalitetsledare"), skal=True, stoppar=("mottagande", "utredning")),
        Steg(handelse="lamna_over_enhet", rubrik="Lämna över till annan enhet", fran=("rapporterad", "mottagen"),
             till="rapporterad", vem=("enhetschef", "kvalitetsledare"), falt=("ny_enhet",), kravs=("ny_enhet",),
             kraver=("annan_enhet",), skal=True, byter_enhet=True, stoppar=("utredning",), startar=("mottagande",),
             nollar=("mottagen",), notis=("avvikelse_rapporterad",)),
        Steg(handelse="bli_lex_sarah", rubrik="Gör till lex Sarah-rapport", fran=OPPNA, till="blev_lex_sarah",
             vem=("enhetschef", "kvalitetsledare"), falt=("lagomrade",), kravs=("lagomrade",), skal=True,
             blir="lex_sarah", stoppar=("mottagande", "utredning"), klarar=True, notis=("arende_bytt_process",)),

        # Historik som läses in från ett annat system bär sina egna dagar; ingen människa kan ta det här steget.
        Steg(handelse="las_in_avslutad", rubrik="Läs in som avslutad", fran=OPPNA, till="avslutad",
             vem=("systemet",), falt=("avslutad",), kravs=("avslutad",), kraver=("har_externt_id",), dag="avslutad",
             stoppar=("mottagande", "utredning"), klarar=True),
    ),
)
# fmt: on
