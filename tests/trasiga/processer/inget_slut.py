"""synpunkt: inget tillstånd är ett slut; skriv vilka i slut"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, slut=())
