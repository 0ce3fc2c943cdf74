"""Beviljade beslut: verkställs de i tid, och återupptas de efter avbrott?

Varför: 34 kap. 1–3 §§ SoL (2025:400), förut 16 kap. 6 f–h §§ SoL (2001:453); 28 f–h §§ LSS. Beslut som inte
verkställts inom tre månader från beslutets dag, eller från dagen verkställigheten avbröts, rapporteras varje kvartal
till IVO och revisorerna, i antal till fullmäktige. Ett avböjt erbjudande tar inte bort skyldigheten. Frister:
regler/frister/beslut.yaml (verkstallighet, aterupptagande). Äger: enhetschefen. Inga namn och inga personnummer:
beslutet känns igen på verksamhetssystemets id.
"""

from datetime import date

from arbetsfloden.motor import ALLA, ALLA_OPPNA, Process, Rad, Steg, Uppgifter, falt
from arbetsfloden.motor.lagrum import LAGRUM, NYA_SOCIALTJANSTLAGEN

UTFALL = {
    "vantar": "Väntar på svar",
    "tackade_ja": "Tackade ja",
    "tackade_nej": "Tackade nej",
    "atertaget": "Erbjudandet togs tillbaka",
}
RAPPORTSLAG = {
    "individrapport": "Individrapport",
    "aterrapport": "Ny rapport samma beslut",
    "avslutsrapport": "Avslutsrapport",
}


class Erbjudande(Rad):
    """An offer made to the person, and what came of it."""

    dag: date | None = falt("Dag", "", "dag")
    vad: str | None = falt("Vad som erbjöds", "", "langtext", max_langd=2000, kanslig=True, utat=True)
    utfall: str | None = falt("Utfall", "", "val", val=UTFALL)

    @classmethod
    def kravs(cls) -> tuple[str, ...]:
        return ("dag", "vad", "utfall")


class IvoRapport(Rad):
    """A report typed into IVO's e-service: for which quarter, when, and the receipt."""

    kvartal: str | None = falt("Kvartal", "Skriv till exempel 2026K3", monster=r"\d{4}K[1-4]", max_langd=6)
    slag: str | None = falt("Slag", "", "val", val=RAPPORTSLAG)
    dag: date | None = falt("Inlämnad", "", "dag")
    kvittens: str | None = falt("Kvittens", "", max_langd=200)

    @classmethod
    def kravs(cls) -> tuple[str, ...]:
        return ("kvartal", "slag", "dag")


class BeslutUppgifter(Uppgifter):
    beslutsdatum: date | None = falt("Beslutsdatum", "", "dag", grupp="Beslutet")
    lagrum: str | None = falt("Lagrum", "", "val", val=LAGRUM, grupp="Beslutet")
    insats: str | None = falt("Insats", "", "val", lista="insatser", grupp="Beslutet")
    kon: str | None = falt("Kön", "", "val", val={"kvinna": "Kvinna", "man": "Man"}, grupp="Beslutet")
    verkstalld: date | None = falt(
        "Verkställd", "Dagen insatsen började", "dag", vid_registrering="idag", grupp="Verkställighet"
    )
    delvis_verkstalld: date | None = falt(
        "Delvis verkställd", "Dagen en del av insatsen började", "dag", grupp="Verkställighet"
    )
    aterstar: str | None = falt(
        "Det som återstår", "Den del som inte är verkställd", "langtext", grupp="Verkställighet", kanslig=True, utat=True
    )
    avbruten: date | None = falt(
        "Avbruten", "Dagen verkställigheten avbröts", "dag", vid_registrering="idag", grupp="Verkställighet"
    )
    aterupptagen: date | None = falt("Återupptagen", "", "dag", vid_registrering="idag", grupp="Verkställighet")
    orsak: str | None = falt("Orsak till dröjsmålet", "", "val", lista="orsaker", grupp="Verkställighet")
    orsak_text: str | None = falt(
        "Orsaken i korthet",
        "Skrivs av i IVO:s e-tjänst; inga namn",
        "langtext",
        max_langd=2000,
        grupp="Verkställighet",
        kanslig=True,
        utat=True,
    )
    erbjudanden: tuple[Erbjudande, ...] | None = falt("Erbjudanden", "", "rader", grupp="Verkställighet")
    tillfalligt_nummer: str | None = falt(
        "Tillfälligt nummer till IVO", "ÅÅÅÅMMDD-T och tre siffror, eller -TF och två; samma nummer varje gång",
        monster=r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-(T\d{3}|TF\d{2})", max_langd=13, grupp="Till IVO",
        kanslig=True,
    )  # fmt: skip
    vidtagna_atgarder: str | None = falt(
        "Vad som har gjorts för att verkställa", "", "langtext", grupp="Till IVO", kanslig=True, utat=True
    )
    behov_uppfoljt: date | None = falt("Behovet senast följt upp", "", "dag", grupp="Till IVO")
    annan_hjalp: str | None = falt("Annan hjälp under tiden", "", "langtext", grupp="Till IVO", kanslig=True, utat=True)
    konsekvenser: str | None = falt("Följder för den enskilde", "", "langtext", grupp="Till IVO", kanslig=True, utat=True)
    ivo_rapporter: tuple[IvoRapport, ...] | None = falt("Inlämnat till IVO", "", "rader", grupp="Till IVO")
    upphort: date | None = falt("Behovet upphörde", "", "dag", vid_registrering="idag", grupp="Avslut")
    upphort_skal: str | None = falt(
        "Varför behovet upphörde",
        "Till exempel återtagen ansökan",
        "langtext",
        max_langd=2000,
        grupp="Avslut",
        kanslig=True,
        utat=True,
    )
    avslutad: date | None = falt("Insatsen avslutad", "", "dag", vid_registrering="idag", grupp="Avslut")

    def egna_fel(self) -> dict[str, str]:
        fel = super().egna_fel()
        if self.beslutsdatum is not None and self.lagrum is not None:
            ny_lag = self.beslutsdatum >= NYA_SOCIALTJANSTLAGEN
            if self.lagrum == ("sol_2001" if ny_lag else "sol_2025"):
                ratt = LAGRUM["sol_2025" if ny_lag else "sol_2001"]
                fel["lagrum"] = (
                    f"{LAGRUM[self.lagrum]} gällde inte den {self.beslutsdatum}; "
                    f"menade du '{ratt}' eller '{LAGRUM['lss']}'?"
                )
        nummer = self.tillfalligt_nummer
        if nummer is not None and self.kon is not None and (int(nummer[11]) % 2 == 0) != (self.kon == "kvinna"):
            fel["tillfalligt_nummer"] = (
                "Tredje tecknet efter strecket ska vara en jämn siffra för kvinna och en udda för man"
            )
        return fel


VANTAR = ("beviljat", "ej_verkstallt", "avbrutet", "ej_aterupptaget")
AVSLUTSRAPPORT = "Lämna avslutsrapport till IVO"
# Systemet: verksamhetssystemets fil säger vad som har hänt med beslutet.
HANDLAGGER = ("handlaggare", "registrator", "systemet")

# fmt: off
BESLUT = Process(
    namn="beslut", rubrik="Beviljade beslut", ental="Beslut", prefix="BES", modell=BeslutUppgifter,
    tillstand={
        "beviljat":        "Beviljat, ska verkställas",
        "ej_verkstallt":   "Ej verkställt i tid",
        "verkstallt":      "Verkställt",
        "avbrutet":        "Avbrutet",
        "ej_aterupptaget": "Avbrott, ej återupptaget i tid",
        "avslutat":        "Insatsen avslutad",
        "upphort":         "Behovet har upphört",
    },
    huvudvag=("beviljat", "verkstallt", "avslutat"),
    start="beviljat",
    slut=("avslutat", "upphort"),
    vilande=("verkstallt",),
    oppnas_av=HANDLAGGER,
    oppnas_med=("externt_id", "beslutsdatum", "lagrum", "insats", "kon", "enhet"),
    oppnas_kravs=("externt_id", "beslutsdatum", "lagrum", "insats", "enhet"),
    startar=("verkstallighet",),
    dag="beslutsdatum",
    dagordning=(("beslutsdatum", "verkstalld"), ("beslutsdatum", "delvis_verkstalld"), ("verkstalld", "avbruten"),
                ("avbruten", "aterupptagen"), ("beslutsdatum", "upphort"), ("avbruten", "upphort"),
                ("verkstalld", "avslutad"), ("aterupptagen", "avslutad")),
    orsaksfalt="orsak",
    synlig_for=("registrator", "handlaggare", "enhetschef", "avdelningschef", "kvalitetsledare"),
    steg=(
        Steg(handelse="verkstall", rubrik="Verkställt", fran=("beviljat", "ej_verkstallt"), till="verkstallt",
             vem=HANDLAGGER, falt=("verkstalld", "orsak", "orsak_text"), kravs=("verkstalld",), dag="verkstalld",
             stoppar=("verkstallighet",), klarar=True, uppgift=AVSLUTSRAPPORT, uppgift_nar="rapporterat_till_ivo"),
        Steg(handelse="avbryt", rubrik="Verkställigheten avbruten", fran="verkstallt", till="avbrutet",
             vem=HANDLAGGER, falt=("avbruten", "orsak", "orsak_text"), kravs=("avbruten",), dag="avbruten",
             nollar=("aterupptagen", "orsak", "orsak_text"), startar=("aterupptagande",)),
        Steg(handelse="ateruppta", rubrik="Återupptaget", fran=("avbrutet", "ej_aterupptaget"), till="verkstallt",
             vem=HANDLAGGER, falt=("aterupptagen", "orsak", "orsak_text"), kravs=("aterupptagen",),
             dag="aterupptagen", stoppar=("aterupptagande",), klarar=True, uppgift=AVSLUTSRAPPORT,
             uppgift_nar="rapporterat_till_ivo"),

        # Bevakningen tar de här stegen själv, samma natt som fristen har passerat
        Steg(handelse="blir_ej_verkstallt", rubrik="Ej verkställt i tid", fran="beviljat", till="ej_verkstallt",
             vem=("systemet",), vid_frist="verkstallighet", notis=("beslut_ej_verkstallt",),
             uppgift="Ange orsaken och fyll i underlaget till IVO"),
        Steg(handelse="blir_ej_aterupptaget", rubrik="Ej återupptaget i tid", fran="avbrutet", till="ej_aterupptaget",
             vem=("systemet",), vid_frist="aterupptagande", notis=("beslut_ej_verkstallt",),
             uppgift="Ange orsaken och fyll i underlaget till IVO"),

        # Medan den enskilde väntar
        Steg(handelse="erbjud", rubrik="Erbjudande och utfall", fran=VANTAR, till=None,
             vem=HANDLAGGER, falt=("erbjudanden",), kravs=("erbjudanden",)),
        Steg(handelse="ange_orsak", rubrik="Ange orsak till dröjsmålet", fran=VANTAR, till=None,
             vem=HANDLAGGER, falt=("orsak", "orsak_text"), kravs=("orsak",)),
        Steg(handelse="verkstall_delvis", rubrik="Delvis verkställt", fran=("beviljat", "ej_verkstallt"), till=None,
             vem=HANDLAGGER, falt=("delvis_verkstalld", "aterstar"), kravs=("delvis_verkstalld", "aterstar"),
             dag="delvis_verkstalld"),
        Steg(handelse="fyll_i_ivo_underlag", rubrik="Fyll i underlaget till IVO", fran=ALLA, till=None,
             vem=("handlaggare", "registrator"),
             falt=("tillfalligt_nummer", "vidtagna_atgarder", "behov_uppfoljt", "annan_hjalp", "konsekvenser",
                   "aterstar", "orsak", "orsak_text")),
        Steg(handelse="rapportera_ivo", rubrik="Inlämnat till IVO", fran=ALLA, till=None,
             vem=("handlaggare", "registrator"), falt=("ivo_rapporter",), kravs=("ivo_rapporter",), klarar=True),

        # Avslut
        Steg(handelse="behovet_upphor", rubrik="Behovet har upphört", fran=ALLA_OPPNA, till="upphort",
             vem=HANDLAGGER, falt=("upphort", "upphort_skal"), kravs=("upphort", "upphort_skal"), dag="upphort",
             stoppar=("verkstallighet", "aterupptagande"), klarar=True, uppgift=AVSLUTSRAPPORT,
             uppgift_nar="rapporterat_till_ivo"),
        Steg(handelse="avsluta", rubrik="Insatsen är avslutad", fran="verkstallt", till="avslutat",
             vem=HANDLAGGER, falt=("avslutad",), kravs=("avslutad",), dag="avslutad"),
    ),
)
# fmt: on
