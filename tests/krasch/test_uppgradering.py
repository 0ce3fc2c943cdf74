"""The tables of the next version are put in place while everybody works in this one: nobody notices."""

from pathlib import Path

import pytest

from tests.krasch.kampanj import Varld
from tests.krasch.par import tills
from tests.tjanster.nasta_version import INDEX, KOLUMN, skriv
from tjanster.db import migrera, session


def test_tabellerna_andras_under_arbetet_och_ingen_marker_det(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    varld = Varld(tmp_path, 20261202, webbar=2, vakter=0, arbetare=3)
    try:
        varld.borja()
        tills(lambda: varld.kvitterade() > 20, "ingen fick något gjort")
        mapp, nr = skriv(tmp_path, KOLUMN, INDEX)
        monkeypatch.setattr(migrera, "MAPP", mapp)
        agare = session.motor(varld.databas.url, storlek=2)
        migrera.migrera(agare)
        monkeypatch.undo()
        assert migrera.nuvarande(agare) == nr
        agare.dispose()
        # Work goes on in the old program, also in one that is started anew on the new tables.
        fore = varld.kvitterade()
        tills(lambda: varld.kvitterade() > fore + 20, "arbetet gick inte vidare")
        assert [(b.ovissa, b.nej) for b in varld.utfall.bocker] == [(0, [])] * 3
        (forsta, andra) = varld.noder
        forsta.doda()
        forsta.starta(varld.nu())
        forsta.vanta()
        andra.doda()
        fore = varld.kvitterade()
        tills(lambda: varld.kvitterade() > fore + 5, "den nystartade tog inte emot något")
        assert [b.nej for b in varld.utfall.bocker] == [[]] * 3
    finally:
        varld.stang()
