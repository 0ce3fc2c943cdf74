"""One broken declaration a file in tests/trasiga/processer; its first line is the sentence it is refused with."""

import ast
import runpy
from pathlib import Path

import pytest

from arbetsfloden import PROCESSER, Processfel, kontrollera_namn

TRASIGA = sorted((Path(__file__).parents[1] / "trasiga" / "processer").glob("*.py"))


def _mening(fil: Path) -> str:
    return " ".join((ast.get_docstring(ast.parse(fil.read_text(encoding="utf-8"))) or "").split())


@pytest.mark.parametrize("fil", TRASIGA, ids=lambda f: f.stem)
def test_trasig_deklaration_nekas_med_sin_mening(fil: Path):
    mening = _mening(fil)
    with pytest.raises(Processfel) as nej:
        runpy.run_path(str(fil))
    assert str(nej.value) == mening


def test_varje_trasig_fil_provar_en_egen_mening():
    meningar = [_mening(f) for f in TRASIGA]
    assert len(meningar) == len(set(meningar)) > 35


@pytest.mark.parametrize("process", PROCESSER.values(), ids=lambda p: p.namn)
def test_ratta_namn_gar_igenom(process):
    frister = {f for s in process.steg for f in (*s.startar, *s.stoppar)} | set(process.startar)
    notiser = {n for s in process.steg for n in s.notis} | set(process.notis)
    kontrollera_namn(process, frister, notiser, PROCESSER)
