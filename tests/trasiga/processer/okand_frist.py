"""synpunkt: öppnandet nämner fristen 'svar' som inte finns – menade du 'svaret'?"""

from arbetsfloden import SYNPUNKT, kontrollera_namn

NOTISER = [namn for s in SYNPUNKT.steg for namn in (*SYNPUNKT.notis, *s.notis)]
kontrollera_namn(SYNPUNKT, frister=["bekraftelse", "svaret"], notiser=NOTISER)
