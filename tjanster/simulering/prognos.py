"""Several runs of the same cases: with other staff, by other rules, or in several municipalities one after another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from regler import Regelverk
from tjanster.simulering.databas import Oppna
from tjanster.simulering.korning import Framsteg, Korning, simulera
from tjanster.simulering.resultat import Resultat

IDAG = "idag"


@dataclass(frozen=True)
class Variant:
    """One run to be made. namn: what its rules are called."""

    korning: Korning
    regler: Regelverk
    namn: str = IDAG

    @property
    def rubrik(self) -> str:
        """How the run is told from the others in a table."""
        regler = "" if self.namn == IDAG else f", {self.namn}"
        return f"Personal {self.korning.personal:g}{regler}"


def varianter(korning: Korning, idag: Regelverk, *, personal: Sequence[float] = (), nya: Regelverk | None = None, namn: str = "", kommuner: int = 1) -> list[Variant]:
    """Every combination. All but the municipalities have one seed, so that what differs is the staff or the rule; the
    municipalities have the seed and the next ones."""
    regler = [(idag, IDAG), *([(nya, namn)] if nya else [])]
    faktorer = tuple(personal) or (korning.personal,)
    return [
        Variant(replace(korning, personal=faktor, fro=korning.fro + nr), verk, vad)
        for nr, faktor, (verk, vad) in product(range(kommuner), faktorer, regler)
    ]


def kor(oppna: Oppna, alla: Sequence[Variant], framsteg: Framsteg | None = None) -> list[Resultat]:
    """Run them in turn, each in a database of its own. framsteg: told (days done, of how many in all)."""
    ut = []
    for nr, en in enumerate(alla):

        def steg(klart: int, antal: int, nr: int = nr) -> None:
            if framsteg is not None:
                framsteg(nr * antal + klart, len(alla) * antal)

        ut.append(simulera(oppna(en.regler), en.korning, steg))
    return ut
