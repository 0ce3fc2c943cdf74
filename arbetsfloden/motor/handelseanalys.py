"""What a deviation and a lex Sarah report have in common: whom they are about, causes, and measures that may concern other
units too."""

from datetime import date

from arbetsfloden.motor.falt import Rad, Uppgifter, falt

# Causes are sought at system level (Östersund's händelseanalys, krav B7).
ORSAKER = {
    "kommunikation": "Kommunikation och information",
    "utbildning": "Utbildning och kompetens",
    "rutiner": "Processer och rutiner",
    "organisation": "Organisation",
    "teknik": "Teknik",
}

HJALPTE = {"ja": "Ja", "delvis": "Delvis", "nej": "Nej"}


class Rapport(Uppgifter):
    """What somebody tells of what went wrong. Those named in it are recused from the start; the case itself doesn't keep
    their names."""

    ror_personal: tuple[str, ...] | None = falt(
        "Rör det här någon av dina kollegor eller chefer?",
        "De du namnger ser aldrig ärendet och får inga brev om det. Den som är chef ovanför tar hand om det i stället",
        "personer",
        kanslig=True,
        handelse=True,
    )


class Atgard(Rad):
    """A measure decided: what, who, by when, and which other units must take it too (krav B8)."""

    text: str | None = falt("Åtgärd", "", "langtext", max_langd=2000, utat=True)
    ansvarig: str | None = falt("Ansvarig", "Befattning, till exempel enhetschef", max_langd=200)
    senast: date | None = falt("Klar senast", "", "dag", framtid=True)
    enheter: tuple[str, ...] | None = falt("Även dessa enheter", "De som kan ha samma brist", "enheter")

    @classmethod
    def kravs(cls) -> tuple[str, ...]:
        return ("text", "ansvarig", "senast")
