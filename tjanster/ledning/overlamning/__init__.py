"""Many cases handed over at once, to a colleague or a unit, or back to where they were. Each case goes by the one path of an
event, in a transaction of its own together with the note of how it went: stopped halfway it can go on, and nothing is done twice.
"""

from tjanster.ledning.overlamning.bild import Overlamnat, hamta, senaste
from tjanster.ledning.overlamning.gang import angra, kor, skapa
from tjanster.ledning.overlamning.plan import HOGST, HOGST_SKAL, Plan, kollegor, las_plan, nummer_i
from tjanster.ledning.overlamning.steg import Provat, prova

__all__ = [
    "HOGST", "HOGST_SKAL", "Overlamnat", "Plan", "Provat", "angra", "hamta", "kollegor", "kor", "las_plan", "nummer_i", "prova",
    "senaste", "skapa",
]  # fmt: skip
