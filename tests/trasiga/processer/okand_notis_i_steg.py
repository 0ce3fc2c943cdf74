"""synpunkt: steget 'bekrafta' nämner notisen 'synpunkt_bekraftad' som inte finns – menade du 'synpunkt_bekraftat'?"""

from arbetsfloden import SYNPUNKT, kontrollera_namn

kontrollera_namn(SYNPUNKT, frister=["bekraftelse", "svar"], notiser=["synpunkt_bekraftat"])
