"""beslut: orsaksfalt nämner fältet 'orsaken' som inte finns – menade du 'orsak'?"""

from dataclasses import replace

from arbetsfloden import BESLUT

replace(BESLUT, orsaksfalt="orsaken")
