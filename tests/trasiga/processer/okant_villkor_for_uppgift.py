"""beslut: steget 'verkstall' nämner villkoret 'rapporterad' som inte finns – menade du 'rapporterat_till_ivo'?"""

from dataclasses import replace

from arbetsfloden import BESLUT

verkstall = BESLUT.hitta("verkstall")
trasigt = replace(verkstall, uppgift_nar="rapporterad")
replace(BESLUT, steg=tuple(trasigt if s is verkstall else s for s in BESLUT.steg))
