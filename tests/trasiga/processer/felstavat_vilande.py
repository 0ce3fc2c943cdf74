"""beslut: vilande nämner tillståndet 'verkstalt' som inte finns – menade du 'verkstallt'?"""

from dataclasses import replace

from arbetsfloden import BESLUT

replace(BESLUT, vilande=("verkstalt",))
