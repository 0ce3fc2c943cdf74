"""Synpunkter och klagomål: från mottagen till avslutad.

Varför: SOSFS 2011:9, 5 kap. 3 § – ta emot och utreda klagomål och synpunkter. Ingen dag är satt nationellt.
Frister: regler/frister/synpunkt.yaml (bekraftelse, svar) och kommunens egna. Äger: kvalitetschefen.
Ett ärende där svar önskas kan inte avslutas utan dokumenterat svar, och inget publiceras om inte en människa har
svarat på frågorna i regler/beslutstabeller/synpunkt.yaml (publicering) så att det får publiceras.
"""

from datetime import date

from arbetsfloden.motor import ALLA_OPPNA, Process, Steg, Uppgifter, falt

KANALER = {
    "webb": "Webbformulär", "blankett": "Pappersblankett", "telefon": "Telefon", "mejl": "E-post", "besok": "Besök",
    "brev": "Brev",
}  # fmt: skip


class SynpunktUppgifter(Uppgifter):
    kanal: str | None = falt("Hur den kom in", "", "val", val=KANALER, grupp="Synpunkten")
    slag: str | None = falt("Slag", "Klagomål, beröm, förslag …", "val", lista="slag", grupp="Synpunkten")
    kategori: str | None = falt("Kategori", "Vad den handlar om", "val", lista="kategorier", grupp="Synpunkten")
    text: str | None = falt("Synpunkten", "Med avsändarens egna ord", "langtext", grupp="Synpunkten", kanslig=True)
    vill_ha_svar: bool | None = falt("Önskas svar?", "", "janej", grupp="Synpunkten")
    inkom: date | None = falt(
        "Inkom", "Dagen den kom till kommunen", "dag", vid_registrering="idag", grupp="Synpunkten"
    )
    bekraftad: date | None = falt("Bekräftad", "Dagen brevet skickades", "dag", vid_registrering="idag", grupp="Svaret")
    handlaggning: str | None = falt("Vad enheten har gjort", "", "langtext", grupp="Svaret", kanslig=True)
    svar: str | None = falt(
        "Svaret", "Så som det ges till avsändaren. Inga personnummer", "langtext", grupp="Svaret", kanslig=True, utat=True
    )
    besvarad: date | None = falt("Besvarad", "Dagen svaret gavs", "dag", vid_registrering="idag", grupp="Svaret")
    sekretess: bool | None = falt("Omfattas synpunkten eller svaret av sekretess?", "", "janej", grupp="Publicering")
    personuppgifter: bool | None = falt(
        "Innehåller synpunkten eller svaret personuppgifter?", "", "janej", grupp="Publicering"
    )
    publicerad: date | None = falt(
        "Publicerad", "Dagen den lades ut", "dag", vid_registrering="idag", grupp="Publicering"
    )
    annan_namnd: str | None = falt("Annan nämnd", "Den som tar över", max_langd=200, grupp="Avslut")
    dubblett_av: str | None = falt("Dubblett av", "Det andra ärendets nummer", max_langd=50, grupp="Avslut")
    avslutad: date | None = falt("Avslutad", "", "dag", vid_registrering="idag", grupp="Avslut")


FORE_SVAR = ("mottagen", "brev_ska_skickas", "bekraftad", "fordelad", "handlaggs")

# fmt: off
SYNPUNKT = Process(
    namn="synpunkt", rubrik="Synpunkter och klagomål", ental="Synpunkt", prefix="SYN", modell=SynpunktUppgifter,
    kontakt=True,
    tillstand={
        "mottagen":         "Mottagen",
        "brev_ska_skickas": "Bekräftelse ska skickas med brev",
        "bekraftad":        "Bekräftad",
        "fordelad":         "Fördelad till enhet",
        "handlaggs":        "Handläggs",
        "besvarad":         "Besvarad",
        "utan_svar":        "Handlagd, inget svar önskas",
        "publicerad":       "Besvarad och publicerad",
        "ej_publicerad":    "Besvarad, publiceras inte",
        "avslutad":         "Avslutad",
        "overlamnad":       "Överlämnad till annan nämnd",
        "aterkallad":       "Återkallad",
        "dubblett":         "Dubblett av annat ärende",
    },
    huvudvag=("mottagen", "bekraftad", "fordelad", "handlaggs", "besvarad", "publicerad", "avslutad"),
    start="mottagen",
    slut=("avslutad", "overlamnad", "aterkallad", "dubblett"),
    oppnas_av=("medarbetare", "systemet"),
    oppnas_med=("inkom", "kanal", "slag", "kategori", "enhet", "text", "vill_ha_svar"),
    oppnas_kravs=("inkom", "kanal", "slag", "text"),
    startar=("bekraftelse", "svar"),
    dag="inkom",
    dagordning=(("inkom", "bekraftad"), ("inkom", "besvarad"), ("besvarad", "publicerad"), ("inkom", "avslutad"),
                ("besvarad", "avslutad")),
    synlig_for=("registrator", "handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare"),
    steg=(
        # Bekräftelse: genast med e-post när adress finns, annars med brev; den som är anonym kan inte få någon.
        Steg(handelse="bekrafta", rubrik="Bekräfta med e-post", fran="mottagen", till="bekraftad",
             vem=("systemet",), automatisk=True, kraver=("har_epost",), stoppar=("bekraftelse",),
             notis=("synpunkt_bekraftad",)),
        Steg(handelse="begar_brev", rubrik="Be om bekräftelse med brev", fran="mottagen", till="brev_ska_skickas",
             vem=("systemet",), automatisk=True, kraver=("saknar_epost",), uppgift="Skicka bekräftelse med brev",
             notis=("uppgift_ny",)),
        Steg(handelse="ga_vidare_anonym", rubrik="Gå vidare utan bekräftelse", fran="mottagen", till="bekraftad",
             vem=("systemet",), automatisk=True, kraver=("anonym",), stoppar=("bekraftelse",)),
        Steg(handelse="bekrafta_med_brev", rubrik="Brevet är skickat", fran=("mottagen", "brev_ska_skickas"),
             till="bekraftad", vem=("registrator", "handlaggare"), falt=("bekraftad",), dag="bekraftad",
             stoppar=("bekraftelse",), klarar=True),

        # Enheten
        Steg(handelse="fordela", rubrik="Fördela till enhet", fran="bekraftad", till="fordelad",
             vem=("registrator", "handlaggare"), falt=("enhet", "slag", "kategori"), kravs=("enhet",),
             byter_enhet=True, notis=("synpunkt_fordelad",)),
        Steg(handelse="handlagg", rubrik="Börja handlägga", fran="fordelad", till="handlaggs",
             vem=("handlaggare",), falt=("kategori",)),
        Steg(handelse="lamna_over_enhet", rubrik="Lämna över till annan enhet", fran=("fordelad", "handlaggs"),
             till="fordelad", vem=("registrator", "handlaggare"), falt=("ny_enhet",), kravs=("ny_enhet",),
             kraver=("annan_enhet",), skal=True, byter_enhet=True, notis=("synpunkt_fordelad",)),

        # Svaret
        Steg(handelse="besvara", rubrik="Skicka svar", fran="handlaggs", till="besvarad",
             vem=("handlaggare",), falt=("svar", "besvarad", "handlaggning", "kategori", "diarienummer"),
             kravs=("svar", "besvarad"), dag="besvarad", stoppar=("svar",), notis=("synpunkt_besvarad",),
             uppgift="Skicka svaret med brev", uppgift_nar="saknar_epost"),
        Steg(handelse="inget_svar_onskas", rubrik="Inget svar önskas", fran=("fordelad", "handlaggs"),
             till="utan_svar", vem=("handlaggare",), falt=("vill_ha_svar", "handlaggning", "kategori"),
             kraver=("svar_onskas_inte",), stoppar=("svar",)),

        # Publicering: bara när reglerna säger att den får ske. Obesvarad fråga är inte nej.
        Steg(handelse="publicera", rubrik="Publicera", fran="besvarad", till="publicerad",
             vem=("registrator", "handlaggare"), falt=("sekretess", "personuppgifter", "publicerad"),
             kraver=("far_publiceras", "inga_personnummer"), dag="publicerad"),
        Steg(handelse="avsta_publicering", rubrik="Publicera inte", fran="besvarad", till="ej_publicerad",
             vem=("registrator", "handlaggare"), falt=("sekretess", "personuppgifter")),

        # Avslut
        Steg(handelse="avsluta", rubrik="Avsluta", fran=("publicerad", "ej_publicerad", "utan_svar"), till="avslutad",
             vem=("registrator", "handlaggare"), falt=("avslutad", "diarienummer"),
             kraver=("svar_dokumenterat", "inga_oppna_uppgifter"), dag="avslutad"),
        Steg(handelse="lamna_over_namnd", rubrik="Lämna över till annan nämnd", fran=FORE_SVAR, till="overlamnad",
             vem=("registrator", "handlaggare"), falt=("annan_namnd",), kravs=("annan_namnd",), skal=True,
             klarar=True, stoppar=("bekraftelse", "svar"), notis=("synpunkt_overlamnad",)),
        Steg(handelse="aterta", rubrik="Återkallad av avsändaren", fran=FORE_SVAR, till="aterkallad",
             vem=("registrator", "handlaggare"), falt=("avslutad",), dag="avslutad", klarar=True,
             stoppar=("bekraftelse", "svar")),
        Steg(handelse="dubblett", rubrik="Dubblett av annat ärende", fran=FORE_SVAR, till="dubblett",
             vem=("registrator", "handlaggare"), falt=("dubblett_av",), kravs=("dubblett_av",), klarar=True,
             stoppar=("bekraftelse", "svar")),

        # Historik som läses in från ett annat system bär sina egna dagar; ingen människa kan ta de här stegen.
        Steg(handelse="las_in_besvarad", rubrik="Läs in som besvarad", fran=FORE_SVAR, till="besvarad",
             vem=("systemet",), falt=("svar", "besvarad"), kravs=("besvarad",), kraver=("har_externt_id",),
             dag="besvarad", stoppar=("bekraftelse", "svar")),
        Steg(handelse="las_in_avslutad", rubrik="Läs in som avslutad", fran=ALLA_OPPNA, till="avslutad",
             vem=("systemet",), falt=("avslutad",), kravs=("avslutad",), kraver=("har_externt_id",), dag="avslutad",
             stoppar=("bekraftelse", "svar"), klarar=True),
    ),
)
# fmt: on
