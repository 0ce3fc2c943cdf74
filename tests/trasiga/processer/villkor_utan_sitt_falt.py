"""avvikelse: steget 'avsluta' har villkoret 'far_publiceras' som ser på fältet 'sekretess', och det
finns inte i AvvikelseUppgifter"""

from dataclasses import replace

from arbetsfloden import AVVIKELSE

avsluta = AVVIKELSE.hitta("avsluta")
trasigt = replace(avsluta, kraver=("far_publiceras",))
replace(AVVIKELSE, steg=tuple(trasigt if s is avsluta else s for s in AVVIKELSE.steg))
