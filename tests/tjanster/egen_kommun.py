"""A municipality folder of a test's own, to change one file in."""

import shutil
from pathlib import Path

from tjanster.settings import ROT


def kopiera(namn: str, till: Path) -> Path:
    """Copy `config/<namn>` into a folder of the same name in `till`; returns it."""
    mapp = till / "egen" / namn
    shutil.copytree(ROT / "config" / namn, mapp)
    return mapp


def utan_exempel(till: Path) -> Path:
    """Exempelkommun without its own examples and groups, which would stop every change of what they are about."""
    mapp = kopiera("exempelkommun", till)
    shutil.rmtree(mapp / "fall")
    (mapp / "inloggning.yaml").unlink()
    return mapp
