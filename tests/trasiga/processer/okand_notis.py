"""avvikelse: öppnandet nämner notisen 'avvikelse_rapporterad' som inte finns – menade du 'avvikelse_rapport'?"""

from arbetsfloden import AVVIKELSE, kontrollera_namn

kontrollera_namn(AVVIKELSE, frister=["mottagande", "utredning"], notiser=["avvikelse_rapport"])
