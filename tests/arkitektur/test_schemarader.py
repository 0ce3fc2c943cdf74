"""Every rule file tells the editor which schema it follows, so that faults are seen while one types."""

import os
from pathlib import Path

import pytest

ROT = Path(__file__).parent.parent.parent
SCHEMAN = ROT / "regler/schema"
FILER = sorted(
    fil for mapp in ("regler", "config", "tests/fall") for fil in (ROT / mapp).rglob("*.yaml") if fil.is_file()
)


@pytest.mark.parametrize("fil", FILER, ids=lambda fil: fil.relative_to(ROT).as_posix())
def test_filen_borjar_med_sitt_schema(fil: Path) -> None:
    delar = fil.relative_to(ROT).parts
    kommunens_egen = delar[0] == "config" and len(delar) == 3
    slag = "fall" if "fall" in delar else fil.stem if kommunens_egen else delar[-2]
    vag = os.path.relpath(SCHEMAN / f"{slag}.json", fil.parent)
    assert (SCHEMAN / f"{slag}.json").is_file()
    assert fil.read_text("utf-8").split("\n", 1)[0] == f"# yaml-language-server: $schema={vag}"
