"""synpunkt: steget 'avsluta' nämner tillståndet 'avslutat' som inte finns – menade du 'avslutad'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

avsluta = SYNPUNKT.hitta("avsluta")
trasigt = replace(avsluta, till="avslutat")
replace(SYNPUNKT, steg=tuple(trasigt if s is avsluta else s for s in SYNPUNKT.steg))
