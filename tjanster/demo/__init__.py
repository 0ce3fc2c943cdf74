"""The made-up municipality Exempelkommun with people and cases, so that Vaka can be tried at once."""

from tjanster.demo.ladda import Demo, Demofel, ladda
from tjanster.demo.personal import LOSENORD, Demokonto, konton

__all__ = ["LOSENORD", "Demo", "Demofel", "Demokonto", "konton", "ladda"]
