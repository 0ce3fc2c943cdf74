"""Steps that every process has. They leave the case in its state; what they do is the program's business."""

from __future__ import annotations

from datetime import date

from arbetsfloden.motor.falt import Uppgifter, falt
from arbetsfloden.motor.process import ALLA, ALLA_OPPNA, Steg

KOPPLINGSSLAG = {
    "hor_ihop": "Hör ihop med",
    "dubblett": "Dubblett av",
    "blev": "Blev",
    "atgard": "Åtgärdas genom",
}

PERSONROLLER = {"avsandare": "Den som lämnade ärendet", "galler": "Den som ärendet gäller"}

KANSLI = ("registrator", "handlaggare", "systemet")

FYRA_OGON = ("hav_skydd", "hav_sparr")
"""The common steps that a rule may ask two persons for: they lift what somebody set up as a guard."""

EGEN_UPPGIFT = "lagg_till_uppgift"
"""The step by which a person adds a task, and the kind of task it gives: no process waits for one, and none closes it."""


class Gemensamt(Uppgifter):
    """What the common steps ask for. None of it is kept in the case's own fields."""

    handlaggare: str | None = falt("Handläggare", "Användarens id", max_langd=100, handelse=True)
    anteckning: str | None = falt("Anteckning", "", "langtext", handelse=True)
    arende: str | None = falt("Ärendenummer", "Det andra ärendets nummer", max_langd=50, handelse=True)
    slag: str | None = falt("Hur ärendena hör ihop", "", "val", val=KOPPLINGSSLAG, handelse=True)
    frist: str | None = falt("Frist", "Vilken frist det gäller", max_langd=100, handelse=True)
    nytt_datum: date | None = falt("Ny sista dag", "", "dag", framtid=True, handelse=True)
    uppgift: str | None = falt("Uppgift", "Uppgiftens id", max_langd=100, handelse=True)
    vad: str | None = falt(
        "Vad ska göras?", "Kort, till exempel ”Ring skolan om mötet”. Inga namn på enskilda.", max_langd=200, handelse=True
    )
    agare: str | None = falt("Vem ska göra det?", "Användarens id. Tomt: handläggaren, annars enhetens chef", max_langd=100, handelse=True)
    senast: date | None = falt("Senast vilken dag?", "", "dag", framtid=True, handelse=True)
    bilagetext: str | None = falt(
        "Vad filerna är", "Till exempel anmälan så som den skickades till IVO", max_langd=200, handelse=True
    )
    krets: tuple[str, ...] | None = falt(
        "Vilka ska få se ärendet?", "Bara de här personerna ser ärendet sedan. Du själv räknas alltid in.", "personer",
        handelse=True,
    )
    jav: tuple[str, ...] | None = falt("Vem gäller det?", "", "personer", handelse=True)
    sparr_till: date | None = falt(
        "Spärrat till och med", "Lämna tomt när spärren gäller tills någon häver den", "dag", framtid=True, handelse=True
    )
    forslag: str | None = falt("Förslag", "Vilket förslag det gäller", max_langd=20, handelse=True)
    bilaga: str | None = falt("Bilaga", "Vilken fil det gäller", max_langd=20, handelse=True)
    personroll: str | None = falt("Personens del i ärendet", "", "val", val=PERSONROLLER, handelse=True)
    knuten: str | None = falt("Vilken person i ärendet", "Id:t på den person i ärendet som byts, rättas eller tas bort", max_langd=20, handelse=True)
    fel_person: bool | None = falt(
        "Var det fel person?", "Nej betyder att det är samma person, med rättade uppgifter", "janej", handelse=True
    )


# Which fields are changed in "andra" is up to the form; they are checked against the process's own model.
# Who may extend or pause a limit, how long and how often, its own rule says; here: who may ask. The watch starts a limit
# again when its pause has lasted as long as the rule allows.
# fmt: off
GEMENSAMMA: tuple[Steg, ...] = (
    Steg(handelse="tilldela", rubrik="Tilldela handläggare", fran=ALLA_OPPNA, till=None,
         vem=KANSLI, falt=("handlaggare",), kravs=("handlaggare",), gemensam=True, modell=Gemensamt),
    Steg(handelse="lamna_tillbaka", rubrik="Lämna tillbaka till chefen", fran=ALLA_OPPNA, till=None,
         vem=KANSLI, kraver=("har_handlaggare",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="andra", rubrik="Ändra uppgifter", fran=ALLA, till=None, vem=KANSLI, skal=True, gemensam=True),
    Steg(handelse="anteckna", rubrik="Skriv en anteckning", fran=ALLA, till=None,
         vem=("medarbetare", "systemet"), falt=("anteckning",), kravs=("anteckning",), gemensam=True,
         modell=Gemensamt),
    Steg(handelse="koppla", rubrik="Koppla till annat ärende", fran=ALLA, till=None,
         vem=KANSLI, falt=("arende", "slag"), kravs=("arende",), gemensam=True, modell=Gemensamt),
    Steg(handelse="forlang_frist", rubrik="Förläng frist", fran=ALLA_OPPNA, till=None,
         vem=("handlaggare", "registrator"), falt=("frist", "nytt_datum"), kravs=("frist", "nytt_datum"), skal=True,
         gemensam=True, modell=Gemensamt),
    Steg(handelse="pausa_frist", rubrik="Pausa frist", fran=ALLA_OPPNA, till=None,
         vem=("handlaggare", "registrator"), falt=("frist",), kravs=("frist",), skal=True, gemensam=True,
         modell=Gemensamt),
    Steg(handelse="starta_frist_igen", rubrik="Starta frist igen", fran=ALLA_OPPNA, till=None,
         vem=KANSLI, falt=("frist",), kravs=("frist",), gemensam=True, modell=Gemensamt),
    Steg(handelse="regler_andrade", rubrik="Reglerna ändrades", fran=ALLA_OPPNA, till=None, vem=("systemet",),
         gemensam=True, modell=Gemensamt),
    Steg(handelse=EGEN_UPPGIFT, rubrik="Lägg till en uppgift", fran=ALLA_OPPNA, till=None,
         vem=("handlaggare", "registrator"), falt=("vad", "agare", "senast"), kravs=("vad",), gemensam=True,
         modell=Gemensamt),
    Steg(handelse="klarmarkera_uppgift", rubrik="Klarmarkera uppgift", fran=ALLA, till=None,
         vem=("medarbetare", "systemet"), falt=("uppgift",), kravs=("uppgift",), gemensam=True, modell=Gemensamt),
    Steg(handelse="bifoga", rubrik="Bifoga filer", fran=ALLA, till=None,
         vem=("medarbetare", "systemet"), falt=("bilagetext",), gemensam=True, modell=Gemensamt),
    Steg(handelse="ta_bort_bilaga", rubrik="Ta bort bilaga", fran=ALLA, till=None,
         vem=("handlaggare", "registrator"), falt=("bilaga",), kravs=("bilaga",), skal=True, gemensam=True,
         modell=Gemensamt),
    # Skyddade personuppgifter: ärendet finns bara för dem som namnges. Den som skyddar kan ange en ny krets när som helst.
    # Har alla som namngavs slutat kan bara den som sköter Vaka släppa in någon, från kommandoraden.
    Steg(handelse="skydda", rubrik="Skydda: bara namngivna personer ser ärendet", fran=ALLA, till=None,
         vem=("handlaggare", "systemet"), falt=("krets",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="hav_skydd", rubrik="Ta bort skyddet", fran=ALLA, till=None,
         vem=("enhetschef", "kvalitetsledare"), kraver=("ar_skyddat",), skal=True, gemensam=True, modell=Gemensamt),
    # Jäv: den som saken rör, eller som står den som den rör nära, varken handlägger eller ser ärendet.
    Steg(handelse="anmal_jav", rubrik="Anmäl att du är jävig", fran=ALLA_OPPNA, till=None,
         vem=("medarbetare",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="satt_at_sidan", rubrik="Sätt någon åt sidan för jäv", fran=ALLA, till=None,
         vem=("enhetschef", "kvalitetsledare"), falt=("jav",), kravs=("jav",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="hav_jav", rubrik="Häv jäv", fran=ALLA, till=None,
         vem=("avdelningschef", "kvalitetsledare"), falt=("jav",), kravs=("jav",), kraver=("nagon_ar_javig",), skal=True,
         gemensam=True, modell=Gemensamt),
    # Till exempel när någon begärt ut handlingar eller en domstol prövar saken: då får inget gallras.
    Steg(handelse="sparra_gallring", rubrik="Spärra mot gallring", fran=ALLA, till=None,
         vem=("handlaggare",), falt=("sparr_till",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="hav_sparr", rubrik="Häv spärren mot gallring", fran=ALLA, till=None,
         vem=("enhetschef", "kvalitetsledare"), kraver=("ar_sparrad",), skal=True, gemensam=True, modell=Gemensamt),
    # Två personer, när en regel kräver det (fyra_ogon). Förslaget läggs genom att steget tas. Vem som får bekräfta eller avslå
    # är den som får ta steget självt; bara den som lade förslaget tar tillbaka det.
    Steg(handelse="bekrafta_forslag", rubrik="Bekräfta förslaget", fran=ALLA, till=None,
         vem=("medarbetare",), falt=("forslag",), kraver=("har_forslag",), gemensam=True, modell=Gemensamt),
    Steg(handelse="avsla_forslag", rubrik="Avslå förslaget", fran=ALLA, till=None,
         vem=("medarbetare",), falt=("forslag",), kraver=("har_forslag",), skal=True, gemensam=True, modell=Gemensamt),
    Steg(handelse="ta_tillbaka_forslag", rubrik="Ta tillbaka förslaget", fran=ALLA, till=None,
         vem=("medarbetare",), falt=("forslag",), kraver=("har_forslag",), gemensam=True, modell=Gemensamt),
)
# Vem det är står aldrig i steget: namn och nummer läggs krypterade för sig, och historiken säger bara att det hände.
# Bara i processer som har personer (kontakt=True).
PERSONSTEG: tuple[Steg, ...] = (
    Steg(handelse="knyt_person", rubrik="Knyt eller byt person", fran=ALLA, till=None,
         vem=("handlaggare", "registrator"), falt=("personroll", "knuten", "fel_person"), kravs=("personroll",), skal=True,
         gemensam=True, modell=Gemensamt),
    Steg(handelse="ta_bort_person", rubrik="Ta bort person", fran=ALLA, till=None,
         vem=("handlaggare", "registrator"), falt=("knuten",), kravs=("knuten",), skal=True, gemensam=True,
         modell=Gemensamt),
)
# fmt: on
