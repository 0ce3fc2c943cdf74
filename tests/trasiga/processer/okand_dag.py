"""synpunkt: steget 'besvara' nämner dagen 'besvarat' som inte finns – menade du 'besvarad'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

besvara = SYNPUNKT.hitta("besvara")
trasigt = replace(besvara, dag="besvarat")
replace(SYNPUNKT, steg=tuple(trasigt if s is besvara else s for s in SYNPUNKT.steg))
