"""synpunkt: steget 'avsluta' nämner villkoret 'svar_dokumenterad' som inte finns – menade du 'svar_dokumenterat'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

avsluta = SYNPUNKT.hitta("avsluta")
trasigt = replace(avsluta, kraver=("svar_dokumenterad",))
replace(SYNPUNKT, steg=tuple(trasigt if s is avsluta else s for s in SYNPUNKT.steg))
