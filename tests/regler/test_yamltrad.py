"""Two parsers read rule files: a quick one, and the one that tells what is wrong. They must see the same."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from regler.motor import yamltrad

ROT = Path(__file__).parents[2]
FILER = sorted(fil for mapp in ("regler", "config", "tests") for fil in (ROT / mapp).rglob("*.yaml"))


def test_den_snabba_ar_den_snabba() -> None:
    """Else every start and every command would wait for most of a second."""
    import _ruamel_yaml

    assert _ruamel_yaml.CParser


def test_bada_lasarna_ser_samma_ord_pa_samma_platser(monkeypatch: pytest.MonkeyPatch) -> None:
    snabba = [yamltrad.las_trad(fil.name, fil.read_text("utf-8")) for fil in FILER]
    monkeypatch.setattr(yamltrad, "YAML", lambda typ, pure=True: YAML(typ=typ, pure=True))
    assert snabba == [yamltrad.las_trad(fil.name, fil.read_text("utf-8")) for fil in FILER]
    assert len(snabba) > 200
