"""The rules on the web: read by all, changed by those who may."""

from tjanster.web.regler import (
    aktivering,
    anmarkningar,
    fil,
    kalender,
    ny_rad,
    oversikt,
    regel,
    rutiner,
    utkast,
    versioner,
)

MODULER = (oversikt, regel, kalender, rutiner, anmarkningar, versioner, utkast, fil, ny_rad, aktivering)
