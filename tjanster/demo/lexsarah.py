"""Lex Sarah reports, one in every state from received to IVO's decision and closing. Made up throughout."""

from typing import Any

from tjanster.demo.berattelser import HANDLAGGARE, Berattelse, Dag, Hand, Nummer, h

I_GAR = Dag(-1)


def _lxs(
    start: int, enhet: str, lagomrade: str, beskrivning: str, foljd: str, direkt: str, *steg: Hand, namn: str = "",
    hande: Dag = I_GAR, vem: str = "medarbetare", **mer: Any,
) -> Berattelse:  # fmt: skip
    data = {
        "enhet": enhet, "lagomrade": lagomrade, "handelsedatum": hande, "beskrivning": beskrivning,
        "konsekvenser": foljd, "var_direkt": direkt, **mer,
    }  # fmt: skip
    return Berattelse("lex_sarah", start, enhet, vem, data, None, steg, namn)


def _inled(efter: int, chef: str = "enhetschef") -> tuple[Hand, Hand]:
    return h(efter, "inled_utredning", chef), h(0, "tilldela", "kim", handlaggare=HANDLAGGARE)


def _utred(efter: int, utredning: str, orsaker: str, orsak_text: str, forut: str, igen: str) -> Hand:
    return h(
        efter, "utred", "handlaggare", utredning=utredning, orsaker=orsaker.split(), orsak_text=orsak_text,
        hant_forut=forut, kan_handa_igen=igen,
    )  # fmt: skip


def _bedom(efter: int, bedomning: str, skal: str) -> Hand:
    return h(efter, "bedom", "kim", bedomning=bedomning, bedomning_skal=skal)


def _besluta(efter: int, text: str) -> Hand:
    return h(efter, "besluta", "kim", beslut_text=text)


def _atgarder(efter: int, text: str, ansvarig: str, dagar: int, *enheter: str) -> Hand:
    rad = {"text": text, "ansvarig": ansvarig, "senast": Dag(dagar), "enheter": list(enheter)}
    return h(efter, "besluta_atgarder", "enhetschef", atgarder=[rad])


def _slut(efter: int, hjalpte: str, text: str) -> Hand:
    return h(efter, "avsluta", "kim", hjalpte=hjalpte, uppfoljning=text)


def _avsluta_utan_atgard(efter: int, skal: str) -> tuple[Hand, Hand]:
    """Two persons, by the municipality's own rule."""
    return h(efter, "avsluta_utan_atgard", "kim", skal), h(0, "bekrafta_forslag", "avdelningschef")


NEJ = "Nej, inte vad som är känt."

AVSLUTADE = (
    _lxs(170, "hemtjanst_norr", "sol",
         "En person blev utan besök från fredag till söndag. Två rundor hade slagits ihop och personen föll bort.",
         "Personen hade varken ätit eller fått sin medicin på två dygn och fördes till sjukhus.",
         "Ambulans tillkallades. Alla rundor kontrollerades samma kväll.",
         h(0, "konstatera_allvarligt", "kim", bedomning="allvarligt",
           bedomning_skal="Personen var utan hjälp i två dygn och fick vårdas på sjukhus."),
         *_inled(0),
         h(1, "anmal_ivo", "kim", bedomning="allvarligt", ivo_diarienummer="3.2-10001 (påhittat)",
           bedomning_skal="Personen var utan hjälp i två dygn och fick vårdas på sjukhus."),
         _utred(24, "När rundorna slogs ihop i planeringen fanns ingen kontroll av att alla besök kom med. Larmet om "
                    "uteblivet besök var avstängt.", "teknik rutiner organisation",
                "Sammanslagning görs utan avstämning, och larmet går att stänga av utan att någon ser det.",
                "Ett uteblivet besök två månader tidigare utreddes som avvikelse. Åtgärden gällde bara lördagar.",
                "Ja, tills larmet inte längre går att stänga av."),
         _bedom(2, "allvarligt", "Utredningen bekräftar den första bedömningen."),
         h(3, "lamna_in_utredning", "kim"),
         h(18, "begar_komplettering", "kim", komplettering_svar_senast=Dag(21)),
         h(8, "komplettera", "kim"),
         h(22, "registrera_ivo_beslut", "kim",
           ivo_beslut_text="IVO avslutar ärendet. Nämnden har fullgjort sin skyldighet att utreda och åtgärda."),
         _atgarder(3, "Larmet om uteblivet besök går inte att stänga av utan två personer", "Avdelningschef", 40,
                   "hemtjanst_sjostaden"),
         _slut(45, "ja", "Larmet har inte varit avstängt någon gång sedan dess."), namn="uteblivna_besok"),
    _lxs(140, "gruppbostad_asen", "lss",
         "En boende fick inte följa med på en aktivitet trots att den stod i planen.",
         "Den boende blev ledsen och stannade hemma.", "Aktiviteten ordnades helgen efter.",
         *_inled(1), _utred(10, "Bemanningen sänktes samma morgon utan att planerna lästes.", "organisation",
                            "Bemanningen ändras utan att planerna vägs in.", NEJ, "Ja, vid sen ändring av schemat."),
         _bedom(2, "missforhallande", "Den boende gick miste om en beslutad insats."),
         _besluta(1, "Ett missförhållande. Planerna ska läsas innan bemanningen ändras."),
         _atgarder(2, "Läs planerna innan bemanningen sänks", "Stödpedagog", 20, "boendestod"),
         _slut(40, "ja", "Ingen planerad aktivitet har ställts in på grund av bemanning.")),
    _lxs(105, "ekbacken", "sol",
         "En boende hittades på golvet på morgonen. Det var oklart hur länge.",
         "Den boende hade ont men inga brott.", "Läkare kontaktades. Anhörig ringdes.",
         *_inled(1), _utred(12, "Tillsynen var gjord enligt plan klockan fyra och klockan sex.", "rutiner",
                            "Ingen brist funnen.", "Ett fall tidigare i år, under andra omständigheter.",
                            "Fall kan inte helt förebyggas."),
         _bedom(2, "inget", "Tillsynen var gjord och hjälpen kom genast."),
         _besluta(1, "Inget missförhållande."),
         *_avsluta_utan_atgard(1, "Utredningen visar ingen brist hos verksamheten.")),
)  # fmt: skip

OPPNA = (
    # Decided and with measures
    _lxs(75, "hemtjanst_sjostaden", "sol",
         "Pengar saknades hos en person som får hjälp med inköp. Kvitton fanns inte.",
         "Personen förlorade ett mindre belopp och litar inte längre på hjälpen.", "Beloppet ersattes. Polisanmälan gjordes.",
         *_inled(1), _utred(14, "Rutinen för kontanter följs inte. Ingen kontrollerar kassan.", "rutiner utbildning",
                            "Nya medarbetare har inte fått rutinen.", NEJ, "Ja, så länge kontanter används."),
         _bedom(3, "missforhallande", "Personen har utsatts för en kränkning och lidit ekonomisk skada."),
         _besluta(2, "Ett missförhållande. Kontanter ska inte användas vid inköp."),
         _atgarder(4, "Inför inköp utan kontanter", "Enhetschef", 60, "hemtjanst_norr", "boendestod", "personlig_assistans"),
         namn="kontanter"),
    _lxs(48, "familjehem", "sol",
         "Ett barn bodde kvar i ett familjehem tre veckor efter att brister hade blivit kända.",
         "Barnet kände sig otryggt.", "Barnet fick ett tillfälligt boende.",
         *_inled(1), _utred(15, "Uppgiften lämnades muntligt och nådde inte den som kunde besluta.", "kommunikation rutiner",
                            "Det är oklart vem som tar emot uppgifter om brister i ett familjehem.", NEJ, "Ja."),
         _bedom(2, "risk", "Barnet riskerade att fara illa, men inget tyder på att det skedde."),
         _besluta(3, "En påtaglig risk för missförhållande. Uppgifter om brister ska alltid skrivas ned samma dag."),
         h(0, "koppla", "kim", arende=Nummer("overlamning"), slag="hor_ihop"),
         # Waits for the head of the department
         h(25, "avsluta_utan_atgard", "kim", "Rutinen är redan ändrad och känd i alla enheter. Ingen åtgärd återstår.")),
    # With IVO, at every turn
    _lxs(120, "personlig_assistans", "lss",
         "En assistent somnade under ett nattpass. Andningshjälpen larmade utan att någon hörde det.",
         "Livet kunde ha varit i fara.", "Larmet flyttades. Två personer arbetade natten efter.",
         *_inled(0), _utred(18, "Larmet hörs inte i rummet där assistenten sitter.", "teknik organisation",
                            "Ensamarbete på natten utan larm som når fram.", NEJ, "Ja, tills larmet är flyttat för gott."),
         _bedom(1, "risk_allvarligt", "Det var en tillfällighet att larmet upptäcktes i tid."),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10002 (påhittat)"),
         h(25, "lamna_in_utredning", "kim"),
         h(50, "registrera_ivo_beslut", "kim",
           ivo_beslut_text="IVO avslutar ärendet och förutsätter att larmet provas varje vecka.")),
    _lxs(90, "ekbacken", "sol",
         "En boende fick en annan boendes mediciner under tre dagar.", "Den boende blev mycket trött och föll.",
         "Sjuksköterska och läkare kontaktades genast.",
         *_inled(0), _utred(15, "Dosetterna stod bredvid varandra utan namn på locket.", "rutiner utbildning",
                            "Delegeringen var inte förnyad.", "En liknande förväxling för två år sedan.", "Ja."),
         _bedom(2, "allvarligt", "Felet pågick i tre dagar och ledde till ett fall."),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10003 (påhittat)"),
         h(30, "lamna_in_utredning", "kim"),
         h(32, "begar_komplettering", "kim", komplettering_svar_senast=Dag(20))),
    _lxs(70, "vuxen_beroende", "sol",
         "En placerad person skrevs ut från ett hem utan att kommunen fick veta det.",
         "Personen var utan bostad i fyra dygn.", "Ett nytt boende ordnades samma dag som det blev känt.",
         *_inled(1), _utred(16, "Avtalet säger inte när hemmet ska höra av sig.", "kommunikation",
                            "Avtalet saknar krav på besked.", NEJ, "Ja, med samma avtal."),
         _bedom(1, "risk_allvarligt", "Personen riskerade att fara mycket illa."),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10004 (påhittat)"),
         h(20, "lamna_in_utredning", "kim")),
    _lxs(66, "hemtjanst_norr", "sol",
         "Dörrkoden till en port byttes och hemtjänsten kom inte in på ett dygn.",
         "Personen blev utan mat och hjälp.", "Räddningstjänsten öppnade.",
         *_inled(0), _utred(14, "Koden skickades till en adress som ingen läser.", "kommunikation teknik",
                            "Ingen äger brevlådan.", NEJ, "Ja."),
         _bedom(2, "allvarligt", "Ett dygn utan hjälp är allvarligt för den som inte kan ta sig upp."),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10005 (påhittat)"),
         h(2, "anteckna", "kim", anteckning="Hyresvärden har lovat att meddela alla kodbyten två veckor i förväg.")),
    _lxs(54, "mottagning_barn", "sol",
         "En orosanmälan om ett litet barn bedömdes först efter sex dagar.", "Barnet kunde ha farit illa under tiden.",
         "Hembesök gjordes samma dag som anmälan hittades.",
         *_inled(0), _utred(10, "Anmälan låg i en inkorg som ingen hade ansvar för.", "organisation rutiner",
                            "Ansvaret följer inte med vid omorganisation.", NEJ, "Ja."),
         _bedom(2, "risk_allvarligt", "Barnet hade kunnat fara mycket illa."),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10006 (påhittat)")),
    _lxs(24, "utredning_barn", "sol",
         "Skyddad adress skrevs ut i ett brev till den andra föräldern.", "Barn och förälder fick lämna bostaden.",
         "Polis kontaktades. Familjen fick skyddat boende samma kväll.",
         *_inled(0),
         h(0, "anmal_ivo", "kim", ivo_diarienummer="3.2-10007 (påhittat)", bedomning="allvarligt",
           bedomning_skal="Röjd skyddad adress är fara för liv och hälsa."),
         _utred(15, "Brevmallen hämtar adressen utan att läsa markeringen om skydd.", "teknik",
                "Två system visar markeringen på olika sätt.", NEJ, "Ja, tills mallen är ändrad.")),
    _lxs(9, "gruppbostad_asen", "lss",
         "En boende skållades i duschen.", "Brännskador som krävde vård på sjukhus.",
         "Ambulans tillkallades. Duschen stängdes av.",
         *_inled(0),
         h(1, "anmal_ivo", "kim", ivo_diarienummer="3.2-10008 (påhittat)", bedomning="allvarligt",
           bedomning_skal="Den boende fick brännskador som krävde sjukhusvård.")),
    _lxs(12, "hemtjanst_sjostaden", "sol",
         "En person fick ingen hjälp till toaletten under en hel dag.", "Personen blev liggande i våta kläder.",
         "Personen fick hjälp och stöd på kvällen.",
         *_inled(1), _utred(7, "Två vikarier trodde båda att den andra hade besöket.", "kommunikation",
                            "Rundan hade ingen ansvarig.", NEJ, "Ja."),
         _bedom(2, "allvarligt", "Personen utsattes för en grov kränkning.")),
    # Investigated and assessed
    _lxs(18, "daglig_verksamhet", "lss",
         "En deltagare lämnades ensam i en buss i en halvtimme.", "Deltagaren blev rädd.",
         "Deltagaren hämtades. Närstående ringdes.",
         *_inled(1), _utred(11, "Avräkning görs när bussen går men inte när den kommer fram.", "rutiner",
                            "Rutinen gäller bara ena hållet.", NEJ, "Ja."),
         _bedom(3, "risk", "Det kunde ha slutat illa en kall dag.")),
    _lxs(16, "boendestod", "sol",
         "Besök uteblev två veckor i rad hos en person som mår dåligt.", "Personen isolerade sig.",
         "Besöken togs upp igen.",
         *_inled(1), _utred(9, "Personen stod kvar på en medarbetare som hade slutat.", "organisation rutiner",
                            "Överlämning saknas när någon slutar.", NEJ, "Ja.")),
    # Being investigated; the first for too long
    _lxs(32, "bistandshandlaggning", "sol",
         "En ansökan om särskilt boende blev liggande i fyra månader.", "Personen bodde osäkert under tiden.",
         "Ansökan utreds nu med förtur.", *_inled(2)),
    _lxs(7, "ekbacken", "sol",
         "En boende bands fast i rullstolen med ett skärp.", "Den boende kunde inte resa sig.",
         "Skärpet togs bort. Legitimerad personal kontaktades.", *_inled(1)),
    # Just received, and one that was no lex Sarah
    _lxs(1, "oppenvard", "sol",
         "Anteckningar från ett samtal låg framme i väntrummet.", "Någon kan ha läst dem.", "Anteckningarna låstes in.",
         hande=Dag(0)),
    _lxs(44, "ekonomiskt_bistand", "sol",
         "En utbetalning gjordes fyra dagar för sent.", "Hyran blev sen.", "Hyresvärden kontaktades.",
         *_inled(1),
         h(3, "bli_avvikelse", "kim", "Förseningen rättades och gav ingen skada. Den utreds som avvikelse.", typ="rutin"),
         h(1, "ta_emot", "enhetschef")),
)  # fmt: skip

LEX_SARAH: tuple[Berattelse, ...] = (*AVSLUTADE, *OPPNA)
