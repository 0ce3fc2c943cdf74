"""synpunkt: fältet 'text' används som dag men är av slaget 'langtext'"""

from dataclasses import replace

from arbetsfloden import SYNPUNKT

replace(SYNPUNKT, dag="text")
