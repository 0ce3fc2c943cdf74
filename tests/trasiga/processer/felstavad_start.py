"""synpunkt: start nämner tillståndet 'motagen' som inte finns – menade du 'mottagen'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, start="motagen")
