"""synpunkt: slut nämner tillståndet 'avslutat' som inte finns – menade du 'avslutad'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, slut=("avslutat",))
