"""The log that can't lie: what happened in cases and who read them, sealed row by row, day by day, and the monthly
control of readings. lag (2001:454) 10 §: access is logged, can be checked, and is checked systematically."""

from tjanster.logg.ankare import Ankarfel, ankarfil
from tjanster.logg.forsegling import Forsegling, forsegla
from tjanster.logg.verifiering import Fel, Prov, senaste_provet, verifiera

__all__ = ["Ankarfel", "Fel", "Forsegling", "Prov", "ankarfil", "forsegla", "senaste_provet", "verifiera"]
