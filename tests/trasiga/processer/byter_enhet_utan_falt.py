"""synpunkt: steget 'avsluta' byter enhet men frågar varken efter 'ny_enhet' eller 'enhet'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

avsluta = SYNPUNKT.hitta("avsluta")
trasigt = replace(avsluta, byter_enhet=True)
replace(SYNPUNKT, steg=tuple(trasigt if s is avsluta else s for s in SYNPUNKT.steg))
