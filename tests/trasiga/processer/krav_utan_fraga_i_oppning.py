"""synpunkt: oppnas_kravs kräver fältet 'svar' som inte frågas efter i oppnas_med"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, oppnas_kravs=("svar",))
