"""Deviations, from ones reported yesterday to ones whose measures have been followed up. Made up throughout."""

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

I_GAR = Dag(-1)


def _avv(
    start: int, enhet: str, typ: str, beskrivning: str, direkt: str, *steg: Hand, namn: str = "", hande: Dag = I_GAR,
    vem: str = "medarbetare", **mer: Any,
) -> Berattelse:  # fmt: skip
    data = {
        "enhet": enhet, "handelsedatum": hande, "typ": typ, "beskrivning": beskrivning, "var_direkt": direkt, **mer
    }  # fmt: skip
    return Berattelse("avvikelse", start, enhet, vem, data, None, steg, namn)


def _ta(efter: int, **mer: Any) -> tuple[Hand, Hand]:
    return (
        h(efter, "ta_emot", "enhetschef", **mer),
        h(0, "tilldela", "enhetschef", handlaggare=HANDLAGGARE),
    )


def _utred(efter: int, utredning: str, orsaker: str, orsak_text: str, **mer: Any) -> Hand:
    return h(efter, "utred", "handlaggare", utredning=utredning, orsaker=orsaker.split(), orsak_text=orsak_text, **mer)


def _rad(text: str, ansvarig: str, dagar: int, *enheter: str) -> dict[str, Any]:
    return {"text": text, "ansvarig": ansvarig, "senast": Dag(dagar), "enheter": list(enheter)}


def _atgarder(efter: int, *rader: dict[str, Any]) -> Hand:
    return h(efter, "besluta_atgarder", "enhetschef", atgarder=list(rader))


def _folj(efter: int, hjalpte: str, text: str) -> Hand:
    return h(efter, "folj_upp", "handlaggare", hjalpte=hjalpte, uppfoljning=text)


def _infort(efter: int, enhet: str) -> Hand:
    """Another unit has taken the measure too; the quality lead notes it."""
    return h(efter, "klarmarkera_uppgift", "kim", f"{enhet} har infört åtgärden.", uppgift=OPPEN_UPPGIFT)


def _slut(efter: int) -> Hand:
    return h(efter, "avsluta", "enhetschef")


AVSLUTADE = (
    _avv(184, "ekbacken", "rutin",
         "Två synpunkter blev liggande i tre veckor när den som handlägger dem var ledig.",
         "Synpunkterna lämnades till enhetschefen samma dag.",
         *_ta(1), _utred(9, "Det finns ingen ersättare vid ledighet. Ingen annan ser vad som väntar.",
                         "organisation rutiner", "Ansvaret låg på en enda person."),
         _atgarder(4, _rad("Utse en ersättare för var och en som handlägger synpunkter", "Enhetschef", 30,
                           "hemtjanst_norr", "hemtjanst_sjostaden")),
         _folj(48, "ja", "Alla enheter har en ersättare. Inget ärende har blivit liggande sedan dess."), _slut(2),
         _infort(6, "Hemtjänst Norr"), _infort(4, "Hemtjänst Sjöstaden"),
         namn="ersattare"),
    _avv(165, "hemtjanst_norr", "information",
         "Ett besök uteblev en lördag. Den ändrade tiden fanns i en lapp på kontoret men inte i planeringen.",
         "Anhöriga ringdes upp. Besöket gjordes på eftermiddagen.",
         *_ta(2), _utred(12, "Ändringar på fredagar skrivs på lappar eftersom planeringen stänger klockan tre.",
                         "kommunikation teknik", "Planeringen går inte att ändra efter klockan tre."),
         _atgarder(3, _rad("Håll planeringen öppen till klockan sex på fredagar", "Enhetschef", 21),
                   _rad("Stäm av alla besök varje lördagsmorgon", "Samordnare", 14, "hemtjanst_sjostaden")),
         _folj(30, "delvis", "Lapparna är borta. Avstämningen gjordes sex lördagar av åtta."),
         _atgarder(4, _rad("Lägg avstämningen i schemat som en egen uppgift", "Enhetschef", 14)),
         _folj(20, "ja", "Avstämningen är gjord varje lördag."), _slut(1)),
    _avv(150, "gruppbostad_asen", "rutin",
         "Nyckelskåpet stod olåst över natten.",
         "Skåpet låstes. Alla nycklar räknades och fanns kvar.",
         *_ta(1), _utred(16, "Låskollen står i pärmen men inte på kvällens lista.", "rutiner",
                         "Två listor som inte stämmer med varandra."),
         _atgarder(2, _rad("Slå ihop listorna till en", "Stödpedagog", 20)),
         _folj(35, "ja", "En lista används. Skåpet har varit låst vid tio av tio kontroller."), _slut(3)),
    _avv(138, "utredning_barn", "lag",
         "Barnet fick inte tala enskilt med handläggaren under utredningen.",
         "Ett nytt möte bokades.",
         *_ta(3), _utred(26, "Mötet ställdes in två gånger. Ingen följde upp att det blev av.",
                         "rutiner organisation", "Det saknas en punkt i utredningens slutkontroll.",
                         **sent("hog_belastning", "Fyra utredningar skulle bli klara samma vecka.")),
         _atgarder(2, _rad("Lägg till frågan i slutkontrollen", "Enhetschef", 25, "familjehem", "mottagning_barn")),
         _folj(40, "ja", "Frågan finns i slutkontrollen och är besvarad i alla utredningar sedan dess."), _slut(1),
         _infort(9, "Familjehemsenheten")),
    _avv(110, "familjehem", "rutin",
         "Ett ärende stod utan handläggare i fem veckor efter ett byte.",
         "Ärendet fördelades samma dag.",
         *_ta(1), _utred(11, "Överlämningen sker muntligt. Ingen lista visar ärenden utan handläggare.",
                         "rutiner kommunikation", "Överlämningen hänger på att två personer hinner ses."),
         _atgarder(2, _rad("Skriftlig överlämning vid varje byte av handläggare", "Enhetschef", 30,
                           "utredning_barn", "oppenvard", "vuxen_beroende")),
         _folj(45, "delvis", "Överlämningen är skriftlig på tre enheter av fyra."), _slut(4), namn="overlamning"),
    _avv(95, "boendestod", "samverkan",
         "Vårdcentralen hade ändrat ett läkarbesök utan att boendestödet fick veta det.",
         "En ny tid bokades.",
         *_ta(2), _utred(14, "Samtycke att få besked fanns, men inte hos vårdcentralen.", "kommunikation",
                         "Samtycket lämnades muntligt."),
         h(2, "avsluta_utan_atgard", "enhetschef", "Samverkansrutinen finns och är känd. Händelsen var enstaka.")),
    _avv(82, "hemtjanst_sjostaden", "rutin",
         "Fel nyckel togs med och besöket blev fyrtio minuter sent.",
         "Anhörig öppnade.",
         h(6, "ta_emot", "enhetschef",
           **sent("franvaro", "Enheten saknar chef. Avvikelsen kom till avdelningschefen först efter en påminnelse.",
                  Nummer("ersattare", 1))),
         h(0, "tilldela", "enhetschef", handlaggare=HANDLAGGARE),
         _utred(10, "Nycklarna är märkta med nummer som liknar varandra.", "rutiner teknik", "Märkningen."),
         _atgarder(3, _rad("Märk om nycklarna med färg och nummer", "Samordnare", 20, "hemtjanst_norr")),
         _folj(30, "ja", "Ingen förväxling sedan märkningen gjordes om."), _slut(1)),
)  # fmt: skip

ANDRA_SLUT = (
    _avv(70, "daglig_verksamhet", "ovrigt",
         "Lunchen kom en kvart för sent.", "Lunchen serverades när den kom.",
         h(2, "avskriv", "enhetschef", "En kvarts försening är ingen avvikelse enligt rutinen.")),
    _avv(62, "personlig_assistans", "information",
         "Assistenten hade fått fel adress och kom fram efter en timme.", "Den som väntade ringdes upp.",
         h(1, "lamna_over_enhet", "enhetschef", "Planeringen görs av boendestödets samordnare.", ny_enhet="boendestod"),
         *_ta(2), _utred(8, "Adressen var ändrad i ett system men inte i det andra.", "teknik",
                         "Två system som inte talar med varandra."),
         _atgarder(2, _rad("Ändra adresser på ett enda ställe", "Samordnare", 30)),
         _folj(25, "ja", "Inga fel adresser de senaste fem veckorna.")),
    _avv(58, "ekbacken", "lag",
         "En dörr till en lägenhet hade låsts utifrån under natten.",
         "Dörren öppnades när morgonpersonalen kom. Den boende fick stöd.",
         h(1, "bli_lex_sarah", "enhetschef", "Inlåsning är ett ingrepp i friheten och ska utredas enligt lex Sarah.",
           lagomrade="sol"),
         h(1, "inled_utredning", "enhetschef"),
         h(12, "utred", "enhetschef", orsaker=["rutiner", "utbildning"],
           utredning="Dörren låstes för att någon oroade sig för att den boende skulle gå ut. Det fanns ingen rutin för "
                     "oro på natten.",
           orsak_text="Nattpersonalen hade inte fått utbildning om skyddsåtgärder.",
           hant_forut="Nej, inte vad som är känt.", kan_handa_igen="Ja, så länge rutin saknas."),
         h(3, "bedom", "kvalitetsledare", bedomning="missforhallande",
           bedomning_skal="Den boende var inlåst i sex timmar. Ingen kom till skada och felet upptäcktes samma morgon."),
         h(2, "besluta", "kvalitetsledare",
           beslut_text="Händelsen är ett missförhållande. Enheten ska ha en rutin för oro på natten inom en månad."),
         namn="inlast"),
    _avv(40, "gruppbostad_asen", "rutin",
         "En boende fick sin medicin två timmar för sent.",
         "Sjuksköterskan ringdes upp och gav råd.",
         h(1, "bli_lex_sarah", "enhetschef", "Det gick inte att utesluta att den boende kunde ha blivit sjuk.",
           lagomrade="lss"),
         h(1, "inled_utredning", "enhetschef"),
         h(5, "bli_avvikelse", "kvalitetsledare",
           "Sjuksköterskans bedömning är att förseningen inte innebar någon risk.", typ="rutin"),
         *_ta(2), _utred(8, "Signeringslistan låg kvar i ett annat rum.", "rutiner", "Listan följer inte medicinen."),
         namn="fram_och_tillbaka"),
)  # fmt: skip

OPPNA = (
    # Followed up
    _avv(68, "vuxen_beroende", "samverkan",
         "Behandlingshemmet visste inte att en placering var förlängd.", "Beskedet lämnades per telefon.",
         *_ta(1), _utred(13, "Beskedet skulle skickas av två enheter och skickades av ingen.", "organisation",
                         "Oklart vem som skickar besked."),
         _atgarder(2, _rad("Den som fattar beslutet skickar beskedet", "Enhetschef", 21)),
         _folj(28, "delvis", "Besked saknades i ett fall av nio.")),
    # Measures decided, some spread to other units, some past their day
    _avv(45, "hemtjanst_norr", "rutin",
         "Trygghetslarmet provades inte efter batteribyte.", "Larmet provades och fungerade.",
         *_ta(1), _utred(12, "Provet står i leverantörens lista men inte i vår.", "rutiner", "Två listor."),
         _atgarder(3, _rad("Prova larmet vid varje batteribyte och skriv upp det", "Samordnare", 30,
                           "hemtjanst_sjostaden", "ekbacken", "bistandshandlaggning"))),
    _avv(52, "mottagning_barn", "information",
         "En orosanmälan låg i fel inkorg över en helg.", "Skyddsbedömning gjordes så snart den hittades.",
         *_ta(1), _utred(9, "Funktionsbrevlådan läses bara på vardagar.", "rutiner organisation",
                         "Ingen har i uppgift att läsa brevlådan på helgen."),
         _atgarder(2, _rad("Jouren läser brevlådan varje dag", "Enhetschef", 14, "utredning_barn"),
                   _rad("Ändra autosvaret så att det säger vart man ringer", "Registrator", 10))),
    _avv(31, "boendestod", "rutin",
         "Två boendestödjare gick till samma person medan en annan blev utan besök.", "Besöket gjordes dagen efter.",
         *_ta(2), _utred(10, "Bytet gjordes i telefon och fördes aldrig in.", "kommunikation rutiner",
                         "Byten förs in i efterhand."),
         _atgarder(4, _rad("För in byten innan arbetspasset börjar", "Samordnare", 20, "personlig_assistans"))),
    _avv(28, "familjehem", "lag",
         "Övervägandet av vården gjordes en vecka för sent.", "Övervägandet gjordes i nämnden.",
         *_ta(1), _utred(15, "Påminnelsen gick till en tidigare handläggare.", "teknik rutiner",
                         "Påminnelser följer personen och inte ärendet."),
         _atgarder(3, _rad("Byt handläggare i alla bevakningar samma dag", "Enhetschef", 45, "utredning_barn"))),
    # Investigated
    _avv(22, "ekbacken", "rutin",
         "Rörelselarmet var avstängt under ett nattpass.", "Larmet slogs på. Extra tillsyn resten av natten.",
         *_ta(1), _utred(12, "Larmet stängdes av vid städning och ingen slog på det.", "rutiner",
                         "Det saknas en avstämning efter städning.")),
    # Received: late, near, paused, extended, fresh
    _avv(30, "utredning_barn", "lag",
         "Utredningen blev inte klar inom fyra månader och ingen förlängning var beslutad.",
         "Beslut om förlängning fattades i efterhand.", *_ta(2)),
    _avv(19, "hemtjanst_sjostaden", "rutin",
         "Insulin gavs trettio minuter efter måltid i stället för före.", "Sjuksköterska kontaktades.", *_ta(2)),
    _avv(23, "personlig_assistans", "samverkan",
         "Lyften hade inte setts över på tre år.", "Lyften togs ur bruk.",
         *_ta(1), h(9, "pausa_frist", "handlaggare", "Väntar på protokoll från hjälpmedelscentralen.", frist="utredning")),
    _avv(26, "bistandshandlaggning", "lag",
         "Fyra uppföljningar av beslut är inte gjorda i år.", "Uppföljningarna är inbokade.",
         *_ta(1), h(13, "forlang_frist", "enhetschef", "Utredningen berör flera enheter.", frist="utredning",
                    nytt_datum=Dag(36))),
    _avv(6, "gruppbostad_asen", "information",
         "En anhörig fick uppgifter som gällde en annan boende.", "Anhörig ombads radera meddelandet.", *_ta(1)),
    # Just reported; the last has waited too long in the unit without a manager
    _avv(1, "ekbacken", "rutin", "Frukosten uteblev på en avdelning.", "Frukost hämtades från grannavdelningen."),
    _avv(2, "familjehem", "information",
         "Ett brev om umgänge skickades till en gammal adress.", "Brevet hämtades tillbaka oöppnat.", hande=Dag(0)),
    _avv(3, "hemtjanst_norr", "rutin", "En trappa lämnades oskottad och besöket fick ställas in.",
         "Fastighetsbolaget kontaktades."),
    _avv(6, "hemtjanst_sjostaden", "ovrigt",
         "Skyddshandskarna tog slut mitt i rundan.", "Handskar lånades av Hemtjänst Norr."),
    _avv(4, "daglig_verksamhet", "rutin",
         "Brandövningen har inte gjorts på över ett år.", "Övningen är inbokad.", hande=Dag(-9),
         sen_registrering_skal="Systemet låg nere. Blanketten lades in när det kom i gång.", vem="lena"),
)  # fmt: skip

AVVIKELSER: tuple[Berattelse, ...] = (*AVSLUTADE, *ANDRA_SLUT, *OPPNA)
