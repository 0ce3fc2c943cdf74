"""Readings that the control of the log asked about, one in each state. Made up throughout."""

from tjanster.demo.berattelser import Berattelse, Hand, h


def _las(start: int, enhet: str, lasningar: str, varfor: str, *steg: Hand) -> Berattelse:
    data = {"enhet": enhet, "lasningar": lasningar, "varfor": varfor}
    return Berattelse("olovlig_lasning", start, enhet, "kim", data, None, steg)


def _utred(efter: int, forklaring: str, utredning: str) -> Hand:
    return h(efter, "utred", "avdelningschef", forklaring=forklaring, utredning=utredning)


LASNINGAR = (
    _las(95, "oppenvard", "påhittad 101, 102", "Två läsningar en söndag kväll, av någon på en annan enhet.",
         _utred(6, "Hade hört talas om ärendet och blev nyfiken.", "Inget i arbetet förklarar läsningarna."),
         h(2, "bedom", "kim", bedomning="obefogad", incident="ja"),
         h(4, "avsluta", "kim", atgarder_text="Samtal med närmaste chef. Incidenten är anmäld för sig.")),
    _las(40, "familjehem", "påhittad 340", "Läst utan tilldelning, mitt på dagen.",
         _utred(5, "Svarade i telefon åt handläggaren.", "Telefonlistan visar att det stämmer."),
         h(3, "bedom", "kim", bedomning="rutin_brast", incident="nej")),
    _las(22, "hemtjanst_norr", "påhittad 512", "Läsaren och den ärendet gäller har samma efternamn.",
         _utred(8, "Är inte släkt.", "Inget samband är känt. Rundan låg hos läsaren den dagen.")),
    _las(9, "utredning_barn", "påhittad 733, 734, 735", "Tre läsningar efter klockan 22 av ett ärende i en annan enhet."),
    _las(15, "ekonomiskt_bistand", "påhittad 611", "Läst utan tilldelning.",
         h(2, "avskriv", "avdelningschef", "Läsaren ersatte handläggaren den veckan.")),
)  # fmt: skip
