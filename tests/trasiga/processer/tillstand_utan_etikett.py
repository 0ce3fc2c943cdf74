"""synpunkt: tillståndet 'mottagen' saknar rubrik"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, tillstand={**SYNPUNKT.tillstand, "mottagen": " "})
