"""Steps that every process has. They leave the case in its state; their effect is the program's, their right to be is here."""

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


class Gemensamt(Uppgifter):
    """What the common steps ask for. None of it is kept in the case's own fields."""

    handlaggare: str | None = falt("Handläggare", "Användarens id", max_langd=100, handelse=True)
    anteckning: str | None = falt("Anteckning", "", "langtext", handelse=True)
    arende: str | None = falt("Ärendenummer", "Det andra ärendets nummer", max_langd=50, handelse=True)
    slag: str | None = falt("Hur ärendena hör ihop", "", "val", val=KOPPLINGSSLAG, handelse=True)
    frist: str | None = falt("Frist", "Vilken frist det gäller", max_langd=100, handelse=True)
    nytt_datum: date | None = falt("Ny sista dag", "", "dag", framtid=True, handelse=True)
    uppgift: str | None = falt("Uppgift", "Uppgiftens id", max_langd=100, handelse=True)


def _steg(handelse: str, rubrik: str, vem: tuple[str, ...], falt: tuple[str, ...], kravs: tuple[str, ...], *, skal: bool = False,
          fran: str = ALLA_OPPNA) -> Steg:  # fmt: skip
    return Steg(
        handelse=handelse, rubrik=rubrik, fran=fran, till=None, vem=vem, falt=falt, kravs=kravs, skal=skal, gemensam=True, modell=Gemensamt
    )


# fmt: off
GEMENSAMMA: tuple[Steg, ...] = (
    #     händelse              rubrik                       vem                                          fält                    krävs
    _steg("tilldela",           "Tilldela handläggare",      ("registrator", "handlaggare", "systemet"),  ("handlaggare",),       ("handlaggare",)),
    # Which fields are changed is up to the form; they are checked against the process's own model.
    Steg(handelse="andra", rubrik="Ändra uppgifter", fran=ALLA, till=None, vem=("registrator", "handlaggare", "systemet"), skal=True, gemensam=True),
    _steg("anteckna",           "Skriv en anteckning",       ("medarbetare", "systemet"),                 ("anteckning",),        ("anteckning",), fran=ALLA),
    _steg("koppla",             "Koppla till annat ärende",  ("registrator", "handlaggare", "systemet"),  ("arende", "slag"),     ("arende",), fran=ALLA),
    # By whom, how long and how often: the limit's own rule says. Here: everybody who may work with the case may ask.
    _steg("forlang_frist",      "Förläng frist",             ("handlaggare", "registrator"),              ("frist", "nytt_datum"), ("frist", "nytt_datum"), skal=True),
    _steg("pausa_frist",        "Pausa frist",               ("handlaggare", "registrator"),              ("frist",),             ("frist",), skal=True),
    _steg("starta_frist_igen",  "Starta frist igen",         ("handlaggare", "registrator"),              ("frist",),             ("frist",)),
    _steg("klarmarkera_uppgift", "Klarmarkera uppgift",      ("medarbetare", "systemet"),                 ("uppgift",),           ("uppgift",), fran=ALLA),
)
# fmt: on
