"""synpunkt: huvudvag nämner tillståndet 'svarad' som inte finns – menade du 'besvarad'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, huvudvag=("mottagen", "svarad", "avslutad"))
