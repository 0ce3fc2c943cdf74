"""synpunkt: steget 'besvara' kräver fältet 'svar' som inte frågas efter i falt"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

besvara = SYNPUNKT.hitta("besvara")
trasigt = replace(besvara, falt=("besvarad",))
replace(SYNPUNKT, steg=tuple(trasigt if s is besvara else s for s in SYNPUNKT.steg))
