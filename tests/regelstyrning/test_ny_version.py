"""Rules that a new version of the program can't go by."""


import pytest

from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR
from tjanster.app import GamlaRegler, oppna
from tjanster.db import t
from tjanster.regelstyrning import (
    aktivera,
    filer_pa_disken,
)


def gammal(bygg: Bygge, vag: str, star: str, ska: str) -> None:
    """Let a set hold that this program can't go by, as one activated under an older version of it may be."""
    filer = dict(bygg.vaka.sammanhang.regelverk.filer)
    assert star in filer[vag]
    filer[vag] = filer[vag].replace(star, ska)
    with bygg.vaka.systemet() as conn:
        sats = t.regelversion.insert().values(hash="gammal", filer=filer, tid=NU).returning(t.regelversion.c.id)
        version = conn.execute(sats).scalar_one()
        conn.execute(t.regelaktivering.update().where(t.regelaktivering.c.status == "aktiv").values(regelversion=version))


@pytest.mark.parametrize(
    ("vag", "star", "ska", "mening"),
    [
        (SVAR, "tid: 10 arbetsdagar", "tid: 10 arbetspass", "'10 arbetspass' är ingen tid"),
        ("regler/beslutstabeller/lex_sarah.yaml", "till_ivo:", "till_iva:", "lex_sarah/till_ivo"),
    ],
)
def test_regler_som_programmet_inte_langre_kan_ga_efter(
    bygg: Bygge, databas: str, vag: str, star: str, ska: str, mening: str
) -> None:
    gammal(bygg, vag, star, ska)
    installningar = bygg.vaka.settings
    with pytest.raises(GamlaRegler, match="passar inte den här versionen av Vaka") as nej:
        oppna(installningar)
    assert any(mening in skal for skal in nej.value.skal)
    assert "låt dem gälla med 'vaka regler aktivera --skal …'" in nej.value.skal[-1]
    vaka = oppna(installningar, gamla_regler=True)
    svar = aktivera(vaka, filer_pa_disken(installningar), nu=NU, skal="Ny version av Vaka")
    assert svar.status == "aktiv"
    vaka.stang()
    oppna(installningar).stang()
