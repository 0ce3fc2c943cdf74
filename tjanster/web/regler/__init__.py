"""The rules on the web: read by all, changed by those who may."""

from tjanster.web.regler import aktivering, fil, kalender, oversikt, rutiner, utkast, versioner

MODULER = (oversikt, kalender, rutiner, versioner, utkast, fil, aktivering)
