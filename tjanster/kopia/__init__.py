"""Copies of all that is a municipality's Vaka but its keys: taken while it runs, and put back whole."""

from tjanster.kopia.aterstallning import Aterstalld, Bilagor, aterstall, tillbakasatt
from tjanster.kopia.fel import Kopiefel
from tjanster.kopia.hall import SKICKA, STRYK, Hall, hallet, kopians_halsa, slapp
from tjanster.kopia.manifest import som_dict
from tjanster.kopia.tagning import Tagen, ta

__all__ = [
    "SKICKA", "STRYK", "Aterstalld", "Bilagor", "Hall", "Kopiefel", "Tagen", "aterstall", "hallet", "kopians_halsa",
    "slapp", "som_dict", "ta", "tillbakasatt",
]  # fmt: skip
