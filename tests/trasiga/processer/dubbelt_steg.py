"""synpunkt: steget 'publicera' står två gånger från tillståndet 'besvarad'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, steg=(*SYNPUNKT.steg, SYNPUNKT.hitta("publicera")))
