"""Granted decisions: carried out, waiting, too late, interrupted, ended. Known by the records system's id alone."""

from itertools import count
from typing import Any

from tjanster.demo.berattelser import HANDLAGGARE, Berattelse, Dag, Hand, h

LAGRUM = "@lagrum"
"""As a value: the statute that fits the support and the day."""

_nummer = count(1)
SAMMA_DAG = Dag()


def _bes(
    start: int, enhet: str, insats: str, kon: str, *steg: Hand, ivo: dict[str, Any] | None = None, dag: Dag = SAMMA_DAG,
    tilldelas: bool = True, **mer: Any,
) -> Berattelse:  # fmt: skip
    data = {
        "externt_id": f"EX-{next(_nummer) * 7 + 4000}", "beslutsdatum": dag, "lagrum": LAGRUM, "insats": insats,
        "kon": kon, "enhet": enhet, **mer,
    }  # fmt: skip
    forst = (h(0, "tilldela", "handlaggare", handlaggare=HANDLAGGARE),) if tilldelas else ()
    return Berattelse("beslut", start, enhet, "handlaggare", data, None, (*forst, *steg), ivo=ivo)


def _ivo(nummer: str, gjort: str, hjalp: str, foljd: str, orsak: str, orsak_text: str) -> dict[str, Any]:
    return {
        "tillfalligt_nummer": nummer, "vidtagna_atgarder": gjort, "behov_uppfoljt": Dag(-12), "annan_hjalp": hjalp,
        "konsekvenser": foljd, "orsak": orsak, "orsak_text": orsak_text,
    }  # fmt: skip


def _verkstall(efter: int, orsak: str | None = None, text: str = "") -> Hand:
    return h(efter, "verkstall", "handlaggare", **({"orsak": orsak, "orsak_text": text} if orsak else {}))


def _erbjud(efter: int, vad: str, utfall: str) -> Hand:
    return h(efter, "erbjud", "handlaggare", erbjudanden=[{"dag": Dag(), "vad": vad, "utfall": utfall}])


def _orsak(efter: int, orsak: str, text: str) -> Hand:
    return h(efter, "ange_orsak", "handlaggare", orsak=orsak, orsak_text=text)


def _avbryt(efter: int, orsak: str, text: str) -> Hand:
    return h(efter, "avbryt", "handlaggare", orsak=orsak, orsak_text=text)


EJ_I_TID = (
    _bes(150, "familjehem", "kontaktperson", "kvinna",
         _erbjud(30, "En kontaktperson på samma ort", "tackade_nej"),
         _erbjud(28, "En kontaktperson med samma språk", "vantar"),
         _orsak(16, "saknar_uppdragstagare", "Det finns ingen ledig kontaktperson som talar språket."),
         _erbjud(20, "En kontaktperson i grannkommunen", "tackade_nej"),
         ivo=_ivo("20080412-T124", "Annonserat fyra gånger och frågat grannkommunerna.", "Stödsamtal på Bryggan varje vecka.",
                  "Ungdomen har få att umgås med på fritiden.", "saknar_uppdragstagare",
                  "Det finns ingen ledig kontaktperson som talar språket.")),
    _bes(180, "gruppbostad_asen", "bostad_med_sarskild_service", "man",
         _erbjud(50, "Lägenhet i gruppbostad i en annan del av kommunen", "tackade_nej"),
         _orsak(18, "saknar_bostad", "Ingen ledig bostad i den del av kommunen där den enskilde vill bo."),
         _erbjud(60, "Tillfällig lägenhet i servicebostad", "tackade_nej"),
         ivo=_ivo("19990823-T131", "Två erbjudanden. En ny gruppbostad byggs.", "Utökad korttidsvistelse.",
                  "Föräldrarna är hårt belastade.", "saknar_bostad",
                  "Ingen ledig bostad i den del av kommunen där den enskilde vill bo.")),
    _bes(142, "bistandshandlaggning", "sarskilt_boende", "kvinna",
         _erbjud(45, "Plats på ett boende i grannkommunen", "tackade_nej"),
         _orsak(22, "saknar_bostad", "Kön till särskilt boende är längre än tre månader."),
         ivo=_ivo("19380207-T142", "Erbjudit plats i grannkommunen. Utökat hemtjänsten.", "Hemtjänst dygnet runt.",
                  "Den enskilde är orolig på nätterna.", "saknar_bostad", "Kön är längre än tre månader.")),
    _bes(95, "oppenvard", "kontaktperson", "man",
         _erbjud(40, "En kontaktperson som kan ses på helger", "tackade_nej"),
         _orsak(30, "tackat_nej", "Den enskilde vill vänta på en jämnårig kontaktperson."),
         ivo=_ivo("20101130-T153", "Ny sökning pågår.", "Fritidsaktiviteter genom öppenvården.", "Inga kända följder.",
                  "tackat_nej", "Den enskilde vill vänta på en jämnårig kontaktperson.")),
    _bes(80, "bistandshandlaggning", "ledsagning", "man",
         _orsak(72, "saknar_uppdragstagare", "Ledsagaren slutade innan uppdraget kom i gång."),
         ivo=_ivo("19550619-T117", "Två intervjuer gjorda.", "Hemtjänsten följer med på läkarbesök.",
                  "Den enskilde kommer sällan ut.", "saknar_uppdragstagare", "Ledsagaren slutade.")),
    _bes(73, "daglig_verksamhet", "korttidsvistelse", "kvinna",
         ivo=_ivo("20030115-T164", "Plats söks.", "Avlösning i hemmet.", "Inga kända följder.", "resursbrist",
                  "Alla platser är upptagna.")),
    # Interrupted and not resumed in time
    _bes(190, "personlig_assistans", "personlig_assistans", "man", _verkstall(18),
         _avbryt(42, "uppdragstagare_avslutade", "Två assistenter slutade samtidigt."),
         _erbjud(30, "Assistans genom ett annat bolag", "tackade_nej"),
         _orsak(44, "uppdragstagare_avslutade", "Rekrytering av två assistenter pågår."),
         ivo=_ivo("19791002-T135", "Rekrytering pågår. Ett annat bolag har erbjudits.", "Hemtjänst under dagtid.",
                  "Den enskilde kan inte arbeta som förut.", "uppdragstagare_avslutade", "Två assistenter slutade.")),
    _bes(170, "boendestod", "boendestod", "kvinna", _verkstall(15),
         _avbryt(75, "vill_vanta", "Den enskilde ville ha paus i stödet."),
         ivo=_ivo("19880528-T146", "Kontakt varannan vecka.", "Telefonstöd.", "Inga kända följder.", "vill_vanta",
                  "Den enskilde ville ha paus i stödet.")),
)  # fmt: skip

VANTAR = (
    _bes(58, "familjehem", "kontaktperson", "man",
         _erbjud(25, "En kontaktperson som gillar fotboll", "tackade_nej"), _erbjud(20, "En ny kontaktperson", "vantar")),
    _bes(9, "hemtjanst_norr", "hemtjanst", "kvinna"),
    _bes(14, "hemtjanst_sjostaden", "hemtjanst", "man", tilldelas=False),
    _bes(30, "boendestod", "boendestod", "man", _orsak(26, "resursbrist", "Två tjänster är obesatta.")),
    _bes(21, "boendestod", "boendestod", "kvinna"),
    _bes(35, "daglig_verksamhet", "daglig_verksamhet", "man",
         h(12, "verkstall_delvis", "handlaggare", aterstar="Två av fem dagar i veckan återstår.", delvis_verkstalld=Dag())),
    _bes(46, "bistandshandlaggning", "sarskilt_boende", "man",
         _erbjud(24, "Lägenhet på Ekbacken", "tackade_nej"), tilldelas=False),
    _bes(3, "bistandshandlaggning", "ledsagning", "kvinna"),
    _bes(5, "oppenvard", "familjebehandling", "man", dag=Dag(-10),
         sen_registrering_skal="Beslutet togs när systemet låg nere och fördes in efteråt."),
    # Interrupted, still in time
    _bes(120, "oppenvard", "kontaktperson", "kvinna", _verkstall(30),
         _avbryt(60, "uppdragstagare_avslutade", "Kontaktpersonen flyttade."),
         _erbjud(12, "En ny kontaktperson", "vantar")),
    _bes(40, "hemtjanst_norr", "hemtjanst", "man", _verkstall(6), _avbryt(30, "vill_vanta", "Vistas hos anhörig.")),
)  # fmt: skip

KLARA = (
    _bes(215, "gruppbostad_asen", "bostad_med_sarskild_service", "kvinna",
         _erbjud(48, "Lägenhet i gruppbostaden Åsen", "tackade_nej"),
         _orsak(26, "saknar_bostad", "Ingen ledig lägenhet."),
         _verkstall(132, "saknar_bostad", "Lägenheten blev ledig först när en boende flyttade."),
         ivo=_ivo("19960311-T128", "Ett erbjudande. Plats väntas inom kort.", "Korttidsvistelse varannan vecka.",
                  "Bor kvar hemma längre än önskat.", "saknar_bostad", "Ingen ledig lägenhet.")),
    _bes(100, "personlig_assistans", "ledsagning", "man",
         _verkstall(78, "saknar_uppdragstagare", "Ledsagare fanns först efter tredje annonsen."),
         ivo=_ivo("19640909-T119", "Tre annonser.", "Färdtjänst med hjälp.", "Inga kända följder.",
                  "saknar_uppdragstagare", "Ledsagare saknas.")),
    _bes(52, "hemtjanst_sjostaden", "hemtjanst", "kvinna", _verkstall(5)),
    _bes(44, "oppenvard", "familjebehandling", "kvinna", _verkstall(17)),
    _bes(135, "bistandshandlaggning", "korttidsvistelse", "kvinna", _verkstall(20),
         _avbryt(35, "resursbrist", "Avdelningen stängdes för ombyggnad."),
         h(40, "ateruppta", "handlaggare")),
    _bes(160, "hemtjanst_norr", "hemtjanst", "man", _verkstall(4),
         h(110, "avsluta", "handlaggare", avslutad=Dag())),
    _bes(125, "familjehem", "familjehem", "kvinna", _verkstall(22),
         h(80, "avsluta", "handlaggare", avslutad=Dag())),
    _bes(90, "boendestod", "boendestod", "man", _verkstall(24),
         h(45, "behovet_upphor", "handlaggare", upphort_skal="Den enskilde har flyttat till en annan kommun.")),
    _bes(66, "oppenvard", "kontaktperson", "kvinna",
         h(38, "behovet_upphor", "handlaggare", upphort_skal="Ansökan är återtagen.")),
    _bes(145, "familjehem", "kontaktperson", "man",
         _orsak(72, "saknar_uppdragstagare", "Ingen kontaktperson med tillstånd att köra bil."),
         h(60, "behovet_upphor", "handlaggare", upphort_skal="Ungdomen har börjat skolan på annan ort.",
           orsak="saknar_uppdragstagare", forseningsorsak_text="Ingen kontaktperson fanns."),
         ivo=_ivo("20090718-T151", "Annonserat två gånger.", "Ungdomscoach på skolan.", "Inga kända följder.",
                  "saknar_uppdragstagare", "Ingen kontaktperson fanns.")),
)  # fmt: skip

BESLUT: tuple[Berattelse, ...] = (*EJ_I_TID, *VANTAR, *KLARA)
