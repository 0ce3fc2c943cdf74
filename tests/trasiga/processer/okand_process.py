"""avvikelse: steget 'bli_lex_sarah' nämner processen 'lex_sarah' som inte finns – menade du 'lexsarah'?"""

from arbetsfloden import AVVIKELSE, kontrollera_namn

NOTISER = [namn for s in AVVIKELSE.steg for namn in (*AVVIKELSE.notis, *s.notis)]
kontrollera_namn(AVVIKELSE, frister=["mottagande", "utredning"], notiser=NOTISER, processer=["avvikelse", "lexsarah"])
