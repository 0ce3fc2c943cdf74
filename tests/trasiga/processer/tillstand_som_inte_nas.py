"""synpunkt: tillståndet 'arkiverad' kan aldrig nås från 'mottagen'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, tillstand={**SYNPUNKT.tillstand, "arkiverad": "Arkiverad"}, slut=(*SYNPUNKT.slut, "arkiverad"))
