"""avvikelse: steget 'ta_emot' nämner fristen 'utredning' som inte finns – menade du 'utredningen'?"""

from arbetsfloden import AVVIKELSE, kontrollera_namn

NOTISER = [namn for s in AVVIKELSE.steg for namn in (*AVVIKELSE.notis, *s.notis)]
kontrollera_namn(AVVIKELSE, frister=["mottagande", "utredningen"], notiser=NOTISER)
