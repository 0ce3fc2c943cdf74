"""avvikelse: tillståndet 'arkiverad' är en återvändsgränd: inget steg leder därifrån och det står inte i slut"""

from dataclasses import replace

from arbetsfloden import AVVIKELSE

replace(AVVIKELSE, tillstand={**AVVIKELSE.tillstand, "arkiverad": "Arkiverad"})
