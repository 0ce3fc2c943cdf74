"""synpunkt: steget 'avsluta' nämner rollen 'handlagare' som inte finns – menade du 'handlaggare'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

avsluta = SYNPUNKT.hitta("avsluta")
trasigt = replace(avsluta, vem=("handlagare",))
replace(SYNPUNKT, steg=tuple(trasigt if s is avsluta else s for s in SYNPUNKT.steg))
