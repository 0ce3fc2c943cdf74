"""What the law and the municipality say: time limits, decision tables, demands, delegation, duties, ladders, calendar.

Pure: no database, no clock, no framework. Knows the processes by name only.
"""

from regler.motor.arshjul import Arshjulsdag
from regler.motor.brevval import FORMER, KLOCKSLAG, NAR, UTAN_MORGONBREV, VECKODAGAR, Brevval
from regler.motor.dag import Daterad, Frist, Regelrad
from regler.motor.delegation import Delegationsrad
from regler.motor.exempel import Exempel, las_exempel, prova_exempel
from regler.motor.fel import Fel, Regelfel, Regelfraga, Regelnej
from regler.motor.fraga import Fristsvar, Regelverk
from regler.motor.fraga_fil import svara, svara_rader
from regler.motor.gallring import GALLRAS, Gallring, Gallringsdom, Gallringsfakta, Gallringsrad
from regler.motor.granskning import Anmarkning, egna_som_ingen_startar, granska
from regler.motor.inlasning import OkandKommun, kommuner, las_in, las_in_texter, las_mapp
from regler.motor.inloggning import Grupprad, Inloggningsregler
from regler.motor.kalender import Kalender
from regler.motor.kommun import Enhet, Kommun, Kvalitetsar
from regler.motor.krav import Kravrad
from regler.motor.modeller import ROLLER
from regler.motor.namnbruk import Namnbruk
from regler.motor.rakning import Rakningsrad
from regler.motor.rutin import Rutin
from regler.motor.skyldighet import Skyldighet, Skyldighetsrad
from regler.motor.tabell import Bedomning, Fraga, Tabell, Tabellrad, Tabellversion
from regler.motor.trappa import Trappsteg

__all__ = [
    "FORMER", "GALLRAS", "KLOCKSLAG", "NAR", "ROLLER", "UTAN_MORGONBREV", "VECKODAGAR", "Anmarkning", "Arshjulsdag", "Bedomning", "Brevval", "Daterad", "Delegationsrad", "Enhet", "Exempel", "Fel", "Fraga",
    "Frist", "Fristsvar", "Gallring", "Gallringsdom", "Gallringsfakta", "Gallringsrad", "Grupprad", "Inloggningsregler", "Kalender", "Kommun", "Kravrad", "Kvalitetsar", "Namnbruk", "OkandKommun", "Rakningsrad",
    "Regelfel", "Regelfraga", "Regelnej", "Regelrad", "Regelverk", "Rutin", "Skyldighet", "Skyldighetsrad", "Tabell",
    "Tabellrad", "Tabellversion", "Trappsteg", "egna_som_ingen_startar", "granska", "kommuner", "las_exempel", "las_in",
    "las_in_texter", "las_mapp", "prova_exempel", "svara", "svara_rader",
]  # fmt: skip
