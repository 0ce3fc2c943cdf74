"""synpunkt: dag nämner fältet 'inkommen' som inte finns – menade du 'inkom'?"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, dag="inkommen")
