"""Rows from another system become cases, by the same path as everything else: all or nothing, the same row once."""

from tjanster.importera.fil import Importfel
from tjanster.importera.inlasning import importera
from tjanster.importera.rapport import Importrapport, Radfel
from tjanster.importera.sorter import IMPORTSORTER, Importsort

__all__ = ["IMPORTSORTER", "Importfel", "Importrapport", "Importsort", "Radfel", "importera"]
