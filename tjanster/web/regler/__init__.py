"""The rules on the web: read by all, changed by those who may."""

from tjanster.web.regler import oversikt

MODULER = (oversikt,)
