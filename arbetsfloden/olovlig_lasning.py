"""Läsningar som ska utredas: någon har öppnat ett ärende utan att det framgår varför.

Varför: lag (2001:454) 10 § – åtkomst till uppgifter om enskilda loggas och kontrolleras systematiskt och återkommande.
Frister: regler/frister/olovlig_lasning.yaml (utredning: nationellt sägs ingen tid). Äger: avdelningschefen och
kvalitetsledaren, ingen annan ser ärendet; den som läste är jävig och ser det aldrig. Öppnas när enhetschefen i loggkontrollen
har sagt att en läsning ska utredas. Är det också en personuppgiftsincident sägs det här, och den anmäls för sig.
"""

from datetime import date

from arbetsfloden.motor import Process, Steg, Uppgifter, falt

BEDOMNINGAR = {
    "befogad": "Läsningen var befogad",
    "rutin_brast": "Läsningen var befogad, men rutinen brast",
    "obefogad": "Läsningen var inte befogad",
}


class OlovligLasningUppgifter(Uppgifter):
    upptackt: date | None = falt("Upptäckt", "", "dag", vid_registrering="idag", grupp="Läsningen")
    lasningar: str | None = falt(
        "Läsningar", "Deras nummer i loggen", max_langd=500, grupp="Läsningen"
    )
    varfor: str | None = falt(
        "Varför ska läsningen utredas?", "Skriv inga namn eller personnummer", "langtext", grupp="Läsningen", kanslig=True
    )
    forklaring: str | None = falt(
        "Vad säger den som läste?", "", "langtext", grupp="Utredningen", kanslig=True
    )
    utredning: str | None = falt("Vad visar utredningen?", "", "langtext", grupp="Utredningen", kanslig=True)
    utredd: date | None = falt("Utredd", "", "dag", vid_registrering="idag", grupp="Utredningen")
    bedomning: str | None = falt("Bedömning", "", "val", val=BEDOMNINGAR, grupp="Bedömningen")
    incident: bool | None = falt(
        "Är det en personuppgiftsincident?", "Då ska den också anmälas för sig; timmarna löper från kännedom", "janej",
        grupp="Bedömningen",
    )  # fmt: skip
    bedomd: date | None = falt("Bedömd", "", "dag", vid_registrering="idag", grupp="Bedömningen")
    atgarder_text: str | None = falt("Vad görs?", "Till exempel behörigheter, rutiner, samtal", "langtext", grupp="Avslut", kanslig=True)
    avslutad: date | None = falt("Avslutad", "", "dag", vid_registrering="idag", grupp="Avslut")


LEDER = ("avdelningschef", "kvalitetsledare")

# fmt: off
OLOVLIG_LASNING = Process(
    namn="olovlig_lasning", rubrik="Läsningar att utreda", ental="Läsning att utreda", prefix="LAS",
    modell=OlovligLasningUppgifter,
    tillstand={
        "misstankt": "Ska utredas",
        "utredd":    "Utredd",
        "bedomd":    "Bedömd",
        "avslutad":  "Avslutad",
        "avskriven": "Avskriven",
    },
    huvudvag=("misstankt", "utredd", "bedomd", "avslutad"),
    start="misstankt",
    slut=("avslutad", "avskriven"),
    oppnas_av=("enhetschef", "kvalitetsledare"),
    oppnas_med=("enhet", "upptackt", "lasningar", "varfor"),
    oppnas_kravs=("enhet", "upptackt", "lasningar", "varfor"),
    startar=("utredning",),
    notis=("lasning_ska_utredas",),
    dag="upptackt",
    dagordning=(("upptackt", "utredd"), ("utredd", "bedomd"), ("bedomd", "avslutad")),
    synlig_for=LEDER,
    steg=(
        Steg(handelse="utred", rubrik="Utredningen är klar", fran="misstankt", till="utredd", vem=LEDER,
             falt=("forklaring", "utredning", "utredd"), kravs=("utredning",), dag="utredd"),
        # Utredningen är inte slut förrän någon har sagt om läsningen var befogad och om den är en incident.
        Steg(handelse="bedom", rubrik="Bedöm läsningen", fran="utredd", till="bedomd", vem=LEDER,
             falt=("bedomning", "incident", "bedomd"), kravs=("bedomning", "incident"), dag="bedomd", stoppar=("utredning",)),
        Steg(handelse="avsluta", rubrik="Avsluta", fran="bedomd", till="avslutad", vem=LEDER,
             falt=("atgarder_text", "avslutad"), kravs=("atgarder_text",), dag="avslutad"),

        # Andra vägar ut
        Steg(handelse="avskriv", rubrik="Avskriv, läsningen var given av arbetet", fran="misstankt", till="avskriven",
             vem=LEDER, skal=True, stoppar=("utredning",)),
    ),
)
# fmt: on
