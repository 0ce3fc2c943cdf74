"""A short campaign in every run of the suite; `python -m tests.krasch` makes a long one."""

from pathlib import Path

import pytest

from tests.krasch.kampanj import Varld
from tests.krasch.provning import mottagna, prova

DODADE = 12
FRO = 20261130


@pytest.mark.timeout(900)
def test_inget_forloras_och_inget_dubbleras_hur_de_an_dodas(tmp_path: Path) -> None:
    varld = Varld(tmp_path, FRO)
    try:
        utfall = varld.kor(DODADE)
        facit = prova(varld)
    finally:
        varld.stang()
    assert facit.fel == []
    assert (facit.forlorade, facit.dubbla, facit.uteblivna, facit.oforklarade) == (0, 0, 0, 0)
    # It was a campaign: several kinds were killed, people worked all the while, and letters went out.
    assert len(utfall.dodade) >= 3
    assert facit.kvitterade > 5 * DODADE
    assert facit.ovissa > 0
    assert facit.brev > 5 * DODADE


@pytest.mark.timeout(600)
def test_det_som_forloras_och_dubbleras_marks(tmp_path: Path) -> None:
    """The look from outside sees what it is there to see."""
    varld = Varld(tmp_path, 1, webbar=1, vakter=1, arbetare=1)
    try:
        varld.kor(1)
        (bok,) = varld.utfall.bocker
        assert prova(varld).fel == []
        nummer = next(iter(bok.arenden))
        bok.arenden["SYN-2026-9999"] = "prov som aldrig fanns"
        bok.steg.append((nummer, "prov som aldrig togs"))
        rader = varld.brev.read_text("utf-8").splitlines()
        forsta, sista = rader[0].split(), rader[-1].split()
        varld.utfall.skott.clear()
        varld.brev.write_text("\n".join([*rader[:-1], f"{float(forsta[0]) + 1} {forsta[1]} {forsta[2]}"]) + "\n", "utf-8")
        facit = prova(varld)
    finally:
        varld.stang()
    assert (facit.forlorade, facit.uteblivna, facit.dubbla_brev, facit.oforklarade) == (2, 1, 1, 1)
    assert any(sista[1] in fel for fel in facit.fel)


def test_breven_raknas_efter_sitt_message_id(tmp_path: Path) -> None:
    fil = tmp_path / "brev.txt"
    fil.write_text("1.5 <a@x> elin@vaka.example\n2.5 <b@x> kim@vaka.example\n3.5 <a@x> elin@vaka.example\n", "utf-8")
    assert mottagna(fil) == {"<a@x>": [1.5, 3.5], "<b@x>": [2.5]}


