"""synpunkt: steget 'besvara' nämner fältet 'svaren' som inte finns – menade du 'svar'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

besvara = SYNPUNKT.hitta("besvara")
trasigt = replace(besvara, nollar=("svaren",))
replace(SYNPUNKT, steg=tuple(trasigt if s is besvara else s for s in SYNPUNKT.steg))
