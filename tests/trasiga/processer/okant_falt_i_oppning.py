"""synpunkt: oppnas_med nämner fältet 'kanall' som inte finns – menade du 'kanal'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, oppnas_med=("kanall",))
