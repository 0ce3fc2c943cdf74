"""synpunkt: oppnas_av nämner rollen 'medarbetarna' som inte finns – menade du 'medarbetare'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, oppnas_av=("medarbetarna",))
