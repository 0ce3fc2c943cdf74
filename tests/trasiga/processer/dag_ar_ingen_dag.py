"""synpunkt: steget 'besvara' har dagen 'svar' som är av slaget 'langtext'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

besvara = SYNPUNKT.hitta("besvara")
trasigt = replace(besvara, dag="svar")
replace(SYNPUNKT, steg=tuple(trasigt if s is besvara else s for s in SYNPUNKT.steg))
