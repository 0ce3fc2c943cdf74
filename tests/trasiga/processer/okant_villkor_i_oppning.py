"""synpunkt: oppnas_kraver nämner villkoret 'anonymt' som inte finns – menade du 'anonym'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, oppnas_kraver=("anonymt",))
