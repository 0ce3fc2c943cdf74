"""synpunkt: steget 'publicera' nämner tabellen 'synpunkt/publicering' som inte finns – menade du 'synpunkt/publicera'?"""

from arbetsfloden import SYNPUNKT, kontrollera_namn
from notiser import KATALOG

kontrollera_namn(SYNPUNKT, ["bekraftelse", "svar"], KATALOG, tabeller={"synpunkt/publicera": ["publiceras"]})
