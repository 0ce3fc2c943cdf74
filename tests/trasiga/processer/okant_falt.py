"""synpunkt: steget 'besvara' nämner fältet 'svaret' som inte finns – menade du 'svar'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

besvara = SYNPUNKT.hitta("besvara")
trasigt = replace(besvara, falt=("svaret",), kravs=(), dag=None)
replace(SYNPUNKT, steg=tuple(trasigt if s is besvara else s for s in SYNPUNKT.steg))
