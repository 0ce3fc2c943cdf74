"""synpunkt: steget 'publicera' nämner utfallet 'publiceras' i synpunkt/publicering som inte finns – menade du 'publicera'?"""

from arbetsfloden import SYNPUNKT, kontrollera_namn
from notiser import KATALOG

kontrollera_namn(SYNPUNKT, ["bekraftelse", "svar"], KATALOG, tabeller={"synpunkt/publicering": ["publicera"]})
