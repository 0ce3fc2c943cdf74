"""Weeding: which cases would go and which are held back, the run that two people stand behind, and its certificate."""

from tjanster.gallring.bevis import bevis
from tjanster.gallring.korning import STATUS, Korning, alla_korningar, avbryt, foresla, godkann, hamta, kor
from tjanster.gallring.urval import Hallen, Kandidat, Urval, valj

__all__ = [
    "STATUS", "Hallen", "Kandidat", "Korning", "Urval", "alla_korningar", "avbryt", "bevis", "foresla", "godkann", "hamta", "kor", "valj",
]  # fmt: skip
