"""What the law and the municipality say: time limits, ladders, calendar, units and lists.

Pure: no database, no clock, no framework. Knows the processes by name only.
"""

from regler.motor.dag import Frist, Regelrad
from regler.motor.fel import Fel, Regelfel, Regelfraga, Regelnej
from regler.motor.fraga import Fristsvar, Regelverk
from regler.motor.fraga_fil import svara, svara_rader
from regler.motor.inlasning import OkandKommun, kommuner, las_in, las_in_texter
from regler.motor.kalender import Kalender
from regler.motor.kommun import Enhet, Kommun, Kvalitetsar
from regler.motor.modeller import ROLLER
from regler.motor.rakning import Rakningsrad
from regler.motor.trappa import Trappsteg

__all__ = [
    "ROLLER", "Enhet", "Fel", "Frist", "Fristsvar", "Kalender", "Kommun", "Kvalitetsar", "OkandKommun", "Rakningsrad",
    "Regelfel", "Regelfraga", "Regelnej", "Regelrad", "Regelverk", "Trappsteg", "kommuner", "las_in", "las_in_texter",
    "svara", "svara_rader",
]  # fmt: skip
