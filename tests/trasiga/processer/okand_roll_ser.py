"""synpunkt: synlig_for nämner rollen 'enhetchef' som inte finns – menade du 'enhetschef'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, synlig_for=("enhetchef",))
