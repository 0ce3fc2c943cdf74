"""synpunkt: steget 'avsluta' tas av systemet men vem nämner inte rollen 'systemet'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

avsluta = SYNPUNKT.hitta("avsluta")
trasigt = replace(avsluta, automatisk=True)
replace(SYNPUNKT, steg=tuple(trasigt if s is avsluta else s for s in SYNPUNKT.steg))
