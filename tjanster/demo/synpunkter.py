"""Complaints, proposals, praise and questions. Made up, with nobody's name in them."""

from typing import Any

from tjanster.demo.berattelser import (
    HANDLAGGARE,
    OPPEN_UPPGIFT,
    Berattelse,
    Dag,
    Hand,
    Nummer,
    h,
    sent,
)

FORVALTNINGEN = "socialforvaltningen"


def _mejl(namn: str, adress: str) -> dict[str, str]:
    return {"namn": namn, "epost": f"{adress}@post.example"}


# People who write to the municipality; all made up, on addresses and numbers that lead nowhere.
BERIT = _mejl("Berit Påhittgren", "berit.pahittgren")
STIG = _mejl("Stig Sagolin", "stig.sagolin")
LEILA = _mejl("Leila Exempelius", "leila.exempelius")
TORE = _mejl("Tore Fabelstrand", "tore.fabelstrand")
JOHANNA = _mejl("Johanna Låtsasman", "johanna.latsasman")
GUDRUN = {"namn": "Gudrun Diktblad", "adress": "Exempelvägen 4, 999 99 Exempelby"}
RAGNAR = {"namn": "Ragnar Hittedal", "adress": "Provgränd 11, 999 98 Exempelby"}
SOLVEIG = {"namn": "Solveig Mönsterås", "telefon": "070-174 06 05", "adress": "Mallgatan 2, 999 97 Exempelby"}
KONTAKTER = (BERIT, STIG, LEILA, TORE, JOHANNA, GUDRUN, RAGNAR, SOLVEIG)
ANONYM = None


def _syn(
    start: int, enhet: str, sort: str, kontakt: dict[str, str] | None, text: str, *steg: Hand, lage: str = "handlaggs",
    namn: str = "", brev: int = 1, fordela: int = 1, tack: bool = False, **mer: Any,
) -> Berattelse:  # fmt: skip
    """sort: kind/category/channel. lage: how far it goes by itself before `steg`. tack: no answer is wanted."""
    slag, kategori, kanal = sort.split("/")
    vagen: list[Hand] = []
    med_brev = kontakt is not None and "epost" not in kontakt
    if lage != "mottagen":
        if med_brev:
            vagen.append(h(brev, "bekrafta_med_brev", "ruth"))
        if lage != "bekraftad":
            vagen.append(h(fordela, "fordela", "ruth", enhet=enhet, kategori=kategori))
        if lage == "handlaggs":
            vagen += [h(0, "tilldela", "enhetschef", handlaggare=HANDLAGGARE), h(1, "handlagg", "handlaggare")]
    vagen += steg
    if med_brev and (i := next((i for i, x in enumerate(vagen) if x.handelse == "besvara"), len(vagen))) + 1 < len(
        vagen
    ):
        vagen.insert(i + 1, h(0, "klarmarkera_uppgift", "ruth", "Brevet är skickat.", uppgift=OPPEN_UPPGIFT))
    data = {"kanal": kanal, "slag": slag, "text": text, "vill_ha_svar": kontakt is not None and not tack, **mer}
    return Berattelse(
        "synpunkt", start, FORVALTNINGEN, "" if kanal == "webb" else "ruth", data, kontakt, tuple(vagen), namn
    )


def _svar(efter: int, gjort: str, svar: str, **mer: Any) -> Hand:
    return h(efter, "besvara", "handlaggare", handlaggning=gjort, svar=svar, **mer)


def _ut(efter: int) -> Hand:
    return h(efter, "publicera", "ruth", sekretess=False, personuppgifter=False)


def _inte_ut(efter: int, **svar: Any) -> Hand:
    return h(efter, "avsta_publicering", "ruth", **svar)


def _slut(efter: int) -> Hand:
    return h(efter, "avsluta", "ruth")


AVSLUTADE = (
    _syn(186, "hemtjanst_norr", "klagomal/tillganglighet/webb", BERIT,
         "Hemtjänsten kommer ofta mer än en timme efter utsatt tid på morgonen. Min mamma blir liggande i sängen och "
         "hinner inte äta frukost före sin medicin.",
         _svar(5, "Vi har gått igenom fyra veckors besök. Sju av dem var mer än trettio minuter sena.",
               "Du har rätt. Sju morgonbesök kom för sent den senaste månaden. Vi har flyttat besöket till en egen "
               "runda, och ni får ett samtal om vi blir mer än en kvart sena."),
         _ut(2), _slut(1)),
    _syn(179, "ekonomiskt_bistand", "fraga/handlaggning/telefon", SOLVEIG,
         "Jag undrar hur lång tid det tar att få besked om ekonomiskt bistånd. På webbplatsen står ingenting.",
         _svar(2, "Texten på webbplatsen är kontrollerad. Den saknar handläggningstid.",
               "I dag tar det i genomsnitt nio arbetsdagar från att vi har fått hela ansökan. Vi lägger ut tiden på "
               "webbplatsen så att fler ser den."),
         _ut(3), _slut(0), kategori="handlaggning"),
    _syn(171, "oppenvard", "berom/bemotande/blankett", RAGNAR,
         "Tack för samtalen på Bryggan. För första gången på länge kände vi att någon lyssnade på hela familjen.",
         h(1, "inget_svar_onskas", "handlaggare", handlaggning="Berömmet är uppläst på arbetsplatsträffen."),
         _slut(1), tack=True),
    _syn(160, "ekbacken", "klagomal/tjansten_fungerar_inte/mejl", STIG,
         "Balkongdörrarna på Ekbacken har varit låsta i tre veckor. De boende kommer inte ut, fast det är vår.",
         _svar(11, "Låsen byttes efter ett inbrott. Ingen beställde nycklar till avdelningarna.",
               "Dörrarna skulle ha gått att öppna hela tiden. Nycklar finns nu på varje avdelning, och vi har en "
               "rutin för vem som beställer nya.",
               **sent("franvaro", "Den som handlägger synpunkter var ledig och ingen ersättare fanns.",
                      Nummer("ersattare", 1))),
         _ut(3), _slut(2)),
    _syn(149, "bistandshandlaggning", "klagomal/bemotande/brev", GUDRUN,
         "Vid hembesöket fick jag knappt tala till punkt. Jag förstod inte vad som skulle hända efteråt.",
         _svar(4, "Samtal med handläggaren. Vi saknar ett skriftligt besked att lämna efter hembesök.",
               "Jag beklagar att du inte fick tid att berätta. Från och med nu lämnar vi ett papper efter varje "
               "hembesök där det står vad som händer sedan och vem du kan ringa."),
         _inte_ut(2, sekretess=True, personuppgifter=True), _slut(1)),
    _syn(141, "daglig_verksamhet", "forslag/ovrigt/besok", LEILA,
         "Kan Smedjan ha öppet en halvtimme tidigare? Då skulle resan passa ihop med bussen.",
         _svar(5, "Förslaget är prövat mot schemat och bussens tidtabell.",
               "Det var ett bra förslag. Från den första i nästa månad öppnar vi klockan halv åtta."),
         _ut(1), _slut(2)),
    _syn(128, "mottagning_barn", "klagomal/tillganglighet/telefon", TORE,
         "Det gick inte att komma fram på telefon till mottagningen på hela förmiddagen.",
         _svar(6, "Växelns statistik visar fyrtio tappade samtal den förmiddagen. Orsaken var ett fel hos operatören.",
               "Felet låg hos operatören och är lagat. Nästa gång ska det genast stå på webbplatsen hur man når oss "
               "ändå."),
         _inte_ut(1, sekretess=False, personuppgifter=True), _slut(1), kategori="tillganglighet"),
    _syn(117, "boendestod", "klagomal/kompetens/blankett", JOHANNA,
         "Stödet byter person nästan varje vecka. Varje gång får jag börja om och förklara.",
         _svar(3, "Under två månader har sex personer gett stödet.",
               "Det har varit för många byten. Nu får du två fasta personer, och du får veta i förväg om någon annan "
               "kommer."),
         _inte_ut(3, sekretess=True), _slut(0),
         inkom=Dag(-6), sen_registrering_skal="Systemet låg nere. Pappersblanketten användes och lades in efteråt."),
    _syn(99, "hemtjanst_sjostaden", "klagomal/tjansten_fungerar_inte/webb", STIG,
         "Maten kommer ljummen tre dagar av fem. Vi har sagt till förut utan att något hänt.",
         h(1, "anteckna", "handlaggare", anteckning="Har begärt körlistorna från transportören."),
         _svar(4, "Temperaturen är mätt under två veckor. Sista stoppet på rundan får maten efter femtio minuter.",
               "Du har rätt, maten var för kall på slutet av rundan. Rundan är delad i två och vi mäter temperaturen "
               "varje vecka."),
         _ut(2), _slut(3)),
    _syn(76, "familjehem", "klagomal/handlaggning/mejl", BERIT,
         "Vi har väntat i två månader på besked om ersättningen till familjehemmet. Ingen ringer tillbaka.",
         _svar(13, "Underlaget låg kvar hos oss för att ingen hade tagit över efter ett byte av handläggare.",
               "Beskedet skulle ha kommit för sex veckor sedan. Ersättningen betalas ut den här månaden med hela "
               "beloppet från första dagen.",
               **sent("hog_belastning", "Två tjänster var obesatta.", Nummer("overlamning", 1))),
         _inte_ut(1, sekretess=True, personuppgifter=True), _slut(1)),
)  # fmt: skip

ANDRA_SLUT = (
    _syn(88, "ekbacken", "klagomal/ovrigt/webb", LEILA,
         "Vägen till Ekbacken är så dåligt upplyst att vi inte vågar gå dit på kvällen.",
         h(1, "lamna_over_namnd", "ruth", "Gatubelysning är tekniska nämndens ansvar.", annan_namnd="Tekniska nämnden"),
         lage="bekraftad"),
    _syn(64, "vuxen_beroende", "klagomal/bemotande/telefon", JOHANNA,
         "Jag blev avbruten flera gånger när jag ringde om min ansökan.",
         h(2, "aterta", "handlaggare")),
    _syn(57, "hemtjanst_norr", "klagomal/tillganglighet/webb", TORE,
         "Besöket på lördagen uteblev helt. Ingen ringde.",
         _svar(4, "Besöket hade fallit bort när två rundor slogs ihop.",
               "Besöket skulle ha blivit av. Nu får en person varje helg i uppgift att stämma av att alla besök är "
               "gjorda."),
         _ut(2), namn="uteblivet"),
    _syn(54, "hemtjanst_norr", "klagomal/tillganglighet/brev", RAGNAR,
         "Hemtjänsten kom inte i lördags. Jag har också ringt om det.",
         h(2, "dubblett", "ruth", dubblett_av=Nummer("uteblivet")), lage="bekraftad"),
)  # fmt: skip

OPPNA = (
    # Answered
    _syn(41, "utredning_barn", "synpunkt/handlaggning/mejl", STIG,
         "Det borde gå att få en tolk även vid korta telefonsamtal, inte bara vid möten.",
         _svar(6, "Avtalet om telefontolk gäller alla samtal. Det var inte känt på enheten.",
               "Telefontolk går att få vid alla samtal. Vi har gått igenom det med alla som svarar i telefon."),
         _ut(4)),
    _syn(38, "personlig_assistans", "klagomal/kompetens/mejl", LEILA,
         "Vikarier skickas ut utan att ha läst hur lyften ska användas.",
         _svar(5, "Två vikarier saknade genomgång. Genomgången är nu gjord.",
               "Det skulle inte ha hänt. Ingen vikarie får arbeta hos dig innan genomgången av lyften är gjord."),
         _inte_ut(3, sekretess=True, personuppgifter=False)),
    _syn(33, "gruppbostad_asen", "klagomal/bemotande/blankett", BERIT,
         "Personalen pratar med varandra över huvudet på de boende vid middagen.",
         _svar(6, "Frågan är uppe på två arbetsplatsträffar.",
               "Tack för att du berättade. Vi har kommit överens om att måltiden är de boendes, och att samtal om "
               "arbetet får vänta."),
         _inte_ut(2)),
    _syn(13, "hemtjanst_sjostaden", "fraga/tillganglighet/telefon", JOHANNA,
         "Hur gör vi för att avboka ett besök samma dag? Numret i pärmen gäller inte längre.",
         _svar(3, "Numret är bytt i alla pärmar.",
               "Ring det nya numret som står på första sidan i pärmen. Vi har bytt sidan hos alla.")),
    _syn(11, "bistandshandlaggning", "klagomal/handlaggning/brev", GUDRUN,
         "Beslutet är skrivet så att jag inte förstår vad jag har fått beviljat.",
         _svar(4, "Beslutsmallen är omskriven med stöd av kommunikationsenheten.",
               "Du har fått hjälp med städning varannan vecka och inköp varje vecka. Vi har skrivit om mallen så att "
               "det viktigaste står först."), fordela=0),
    _syn(18, "familjehem", "forslag/ovrigt/webb", TORE,
         "Ordna gärna fler träffar för familjehemmen, även på kvällstid.",
         _svar(5, "Två kvällsträffar är inplanerade.", "Tack! Nästa träff är på kvällen och inbjudan kommer med posten.")),
    _syn(16, "oppenvard", "berom/bemotande/webb", ANONYM,
         "Vilket varmt mottagande vi fick. Tack till alla på Bryggan.",
         h(3, "inget_svar_onskas", "handlaggare", handlaggning="Uppläst på arbetsplatsträffen.")),
    _syn(21, "daglig_verksamhet", "forslag/ovrigt/blankett", ANONYM,
         "Sätt upp en tydlig skylt vid ingången. Många går fel.",
         h(4, "inget_svar_onskas", "handlaggare", handlaggning="Skylten är beställd.")),
    # Being worked on: near the day, late, paused, extended, moved
    _syn(10, "hemtjanst_norr", "klagomal/tjansten_fungerar_inte/mejl", LEILA,
         "Larmet fungerade inte på två dagar. Vi fick själva upptäcka det."),
    _syn(9, "ekbacken", "klagomal/tjansten_fungerar_inte/webb", BERIT,
         "Tvätten försvinner gång på gång. Nu saknas alla varma tröjor.",
         h(2, "andra", "handlaggare", "Fel kategori valdes vid registreringen.", kategori="ovrigt")),
    _syn(8, "ekonomiskt_bistand", "klagomal/handlaggning/telefon", SOLVEIG,
         "Jag fick lämna samma papper tre gånger innan ansökan togs emot.", fordela=0),
    _syn(7, "boendestod", "synpunkt/tillganglighet/mejl", STIG,
         "Boendestödet kunde gärna svara på sms. Det är svårt för mig att ringa."),
    _syn(14, "hemtjanst_sjostaden", "klagomal/tillganglighet/webb", TORE,
         "Kvällsbesöket kommer mellan sex och tio. Vi kan inte planera något.",
         h(5, "anteckna", "handlaggare", anteckning="Väntar på schemat för nästa period.")),
    _syn(24, "familjehem", "klagomal/handlaggning/mejl", JOHANNA,
         "Vi har inte fått protokollet från mötet i förra månaden, trots flera påminnelser."),
    _syn(17, "utredning_barn", "klagomal/bemotande/telefon", LEILA,
         "Jag fick veta om mötet först dagen före och kunde inte få ledigt.",
         h(4, "pausa_frist", "handlaggare", "Väntar på svar från den som lämnat synpunkten om vilket möte det gäller.",
           frist="svar")),
    _syn(36, "ekonomiskt_bistand", "klagomal/tjansten_fungerar_inte/mejl", TORE,
         "E-tjänsten kastade ut mig tre gånger innan ansökan var klar.",
         h(2, "pausa_frist", "handlaggare", "Väntar på en bild av felmeddelandet.", frist="svar"),
         h(6, "starta_frist_igen", "handlaggare", frist="svar"),
         _svar(5, "Felet fanns i e-tjänsten och är rättat.",
               "Felet berodde på oss och är rättat. Din ansökan räknas från den dag du först försökte.")),
    _syn(13, "bistandshandlaggning", "klagomal/handlaggning/webb", STIG,
         "Hemtjänsttimmarna minskades utan att någon kom hem och tittade.",
         h(6, "forlang_frist", "enhetschef", "Svaret kräver uppgifter från vårdcentralen.", frist="svar",
           nytt_datum=Dag(arbetsdagar=10))),
    _syn(6, "gruppbostad_asen", "klagomal/kompetens/besok", JOHANNA,
         "På helgerna är det bara vikarier. De känner inte de boende.",
         h(1, "lamna_over_enhet", "handlaggare", "Den boende bor numera i egen bostad med personlig assistans.",
           ny_enhet="personlig_assistans"),
         h(1, "tilldela", "enhetschef", handlaggare=HANDLAGGARE), h(0, "handlagg", "handlaggare")),
    # Given to a unit, not begun
    _syn(3, "vuxen_beroende", "klagomal/tillganglighet/mejl", BERIT,
         "Väntrummet har inga dörrar som stänger. Alla hör vad som sägs i luckan.", lage="fordelad"),
    _syn(5, "hemtjanst_sjostaden", "klagomal/bemotande/webb", STIG,
         "Det är okända personer i hemmet varje dag. Ingen presenterar sig.", lage="fordelad"),
    _syn(12, "ekbacken", "forslag/ovrigt/webb", ANONYM,
         "Låt de boende välja musik till kaffet, en avdelning i taget.", lage="fordelad"),
    _syn(2, "mottagning_barn", "fraga/handlaggning/mejl", TORE,
         "Vart vänder jag mig om jag är orolig för ett barn på helgen?", lage="fordelad"),
    # Confirmed, not given to a unit
    _syn(1, "hemtjanst_norr", "klagomal/tillganglighet/webb", LEILA,
         "I går kom ingen alls till lunchen. Det är andra gången på kort tid.", lage="bekraftad"),
    _syn(2, "daglig_verksamhet", "berom/ovrigt/webb", ANONYM,
         "Utställningen på Smedjan var fantastisk. Gör om det!", lage="bekraftad"),
    _syn(8, "ekonomiskt_bistand", "klagomal/handlaggning/mejl", JOHANNA,
         "Avslaget hänvisar till ett papper som jag aldrig har fått se.", lage="bekraftad"),
    # A letter is to be sent
    _syn(1, "bistandshandlaggning", "klagomal/handlaggning/brev", RAGNAR,
         "Jag fick inget svar på min fråga om avgiften för hemtjänsten.", lage="mottagen"),
    _syn(5, "ekbacken", "synpunkt/ovrigt/brev", GUDRUN,
         "Det vore fint med en bänk vid entrén för oss som inte orkar gå så långt.", lage="mottagen"),
)  # fmt: skip

SYNPUNKTER: tuple[Berattelse, ...] = (*AVSLUTADE, *ANDRA_SLUT, *OPPNA)
