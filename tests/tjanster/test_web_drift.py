"""How Vaka is, and what its sweeps did, for the administrator."""

from datetime import timedelta

from tests.bygg import NU, Bygge
from tests.webbklient import Webbklient
from tjanster.db import t
from tjanster.scheduler.svep import svepa


def test_driften_sager_det_som_ar_fel_forst(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    tom = webb.get("/drift", som="adam")
    assert "Något behöver ses över" in tom.text
    assert "Ingen bevakning än" in tom.text
    assert tom.text.index("starta 'vaka start --roll vakt'") < tom.text.index("PostgreSQL")
    bygg.ny("synpunkt")
    svepa(bygg.vaka, NU + timedelta(days=30))
    sida = webb.get("/drift", som="adam")
    assert "påminnelser och eskaleringar" in sida.text.lower()


def test_fel_i_ett_svep_raknas_och_namns_inte(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        conn.execute(t.svep.insert().values(start=NU, slut=None, nu=NU, utfall={"fel": ["SYN-2026-0001: gick inte"], "flyttade": 2}))
    sida = Webbklient(bygg).get("/drift", som="adam")
    assert "Blev aldrig klar" in sida.text
    assert "1 fel, se programmets logg" in sida.text
    assert "SYN-2026-0001" not in sida.html


def test_bara_administratoren_ser_driften(bygg: Bygge) -> None:
    webb = Webbklient(bygg)
    for som in ("kim", "elin", "mia", "rolf"):
        assert webb.get("/drift", som=som).status == 403
