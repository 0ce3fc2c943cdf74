"""Lifelike years of made-up cases by the real path: for load, for "what if we become fewer", for a rule before it is law."""

from tjanster.simulering.databas import Simuleringsfel, prova_installningar, tillfallig
from tjanster.simulering.korning import Korning, simulera
from tjanster.simulering.modell import Modell, las_modell
from tjanster.simulering.resultat import Resultat

__all__ = [
    "Korning", "Modell", "Resultat", "Simuleringsfel", "las_modell", "prova_installningar", "simulera", "tillfallig",
]  # fmt: skip
