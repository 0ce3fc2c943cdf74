"""What may happen with a case: one file, one process. No database, no clock, no framework.

The public names stand below; `PROCESSER` is the explicit list of all processes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from arbetsfloden.avvikelse import AVVIKELSE
from arbetsfloden.beslut import BESLUT
from arbetsfloden.lex_sarah import LEX_SARAH
from arbetsfloden.motor import *  # noqa: F403
from arbetsfloden.motor import Process
from arbetsfloden.motor import __all__ as _motor
from arbetsfloden.synpunkt import SYNPUNKT

PROCESSER: Mapping[str, Process] = MappingProxyType({p.namn: p for p in (SYNPUNKT, AVVIKELSE, LEX_SARAH, BESLUT)})

__all__ = ["AVVIKELSE", "BESLUT", "LEX_SARAH", "PROCESSER", "SYNPUNKT", *_motor]
