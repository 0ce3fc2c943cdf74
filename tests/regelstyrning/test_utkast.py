"""The draft of the rules: one at a time, kept while it is broken, undone and put away without loss."""

from typing import Any

import pytest
from sqlalchemy import Connection

from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.regelstyrning import aktivera, las_filer, utkast


@pytest.fixture
def conn(bygg: Bygge) -> Any:
    with bygg.vaka.systemet() as conn:
        yield conn


def nytt(conn: Connection, bygg: Bygge) -> utkast.Utkast:
    return utkast.borja(conn, bygg.vaka.sammanhang, nu=NU, av=bygg.aktor("adam").id)


def spara(conn: Connection, bygg: Bygge, vag: str, text: str | None, sett: utkast.Utkast | None = None) -> utkast.Utkast:
    utkast.spara_fil(conn, sett or utkast.hamta_utkast(conn), vag, text, nu=NU, av=bygg.aktor("kim").id)
    ut = utkast.hamta_utkast(conn)
    assert ut is not None
    return ut


def test_utkastet_borjar_med_reglerna_som_galler(conn: Connection, bygg: Bygge) -> None:
    ut = nytt(conn, bygg)
    assert (dict(ut.filer), ut.andrade, ut.kan_angras) == (dict(bygg.vaka.sammanhang.regelverk.filer), (), False)
    assert (ut.skapad_av, ut.andrad_av) == ("Adam Påhittad", "Adam Påhittad")
    assert nytt(conn, bygg).id == ut.id


def test_en_andring_sparas_ocksa_nar_den_ar_trasig_och_kan_angras(conn: Connection, bygg: Bygge) -> None:
    nytt(conn, bygg)
    ut = spara(conn, bygg, SVAR, "svar:\r\n\ttrasig")
    assert (ut.filer[SVAR], ut.andrade, ut.andrad_av, ut.kan_angras) == ("svar:\n\ttrasig", (SVAR,), "Kim Påhittad", True)
    utkast.angra(conn, ut, nu=NU, av=bygg.aktor("kim").id)
    ut = utkast.hamta_utkast(conn)
    assert (ut.andrade, ut.kan_angras) == ((), False)
    with pytest.raises(Nej, match="Det finns ingen ändring att ångra"):
        utkast.angra(conn, ut, nu=NU, av=bygg.aktor("kim").id)


def test_ny_fil_och_borttagen(conn: Connection, bygg: Bygge) -> None:
    nytt(conn, bygg)
    spara(conn, bygg, "config/exempelkommun/regler/frister/ny.yaml", "x: y\n")
    ut = spara(conn, bygg, SVAR, None)
    assert ut.andrade == ("config/exempelkommun/regler/frister/ny.yaml", SVAR)
    assert SVAR not in ut.filer


@pytest.mark.parametrize("vag", ["../../etc/passwd", "regler/frister/Å.yaml", "regler/x.txt", "/regler/a/b.yaml", "config/a/b/c/d/e.yaml"])
def test_en_fil_som_inte_kan_vara_en_regelfil_vagras(conn: Connection, bygg: Bygge, vag: str) -> None:
    nytt(conn, bygg)
    with pytest.raises(Nej, match="är ingen regelfils namn. En regelfil heter till exempel regler/frister/synpunkt.yaml"):
        spara(conn, bygg, vag, "x: y")


def test_for_stor_text_vagras(conn: Connection, bygg: Bygge) -> None:
    nytt(conn, bygg)
    with pytest.raises(Nej, match="Filen är för stor: högst 500 kB"):
        spara(conn, bygg, SVAR, "å" * 300_000)


def test_den_som_sett_en_aldre_version_skriver_inte_over(conn: Connection, bygg: Bygge) -> None:
    sett = nytt(conn, bygg)
    spara(conn, bygg, SVAR, "a: b\n")
    with pytest.raises(Nej, match="Någon annan har ändrat utkastet") as nej:
        spara(conn, bygg, SVAR, "c: d\n", sett)
    assert nej.value.kod == "nagon_hann_fore"


def test_kastat_och_tillbaka(conn: Connection, bygg: Bygge) -> None:
    with pytest.raises(FinnsInte):
        utkast.ta_tillbaka(conn)
    nytt(conn, bygg)
    ut = spara(conn, bygg, SVAR, "a: b\n")
    utkast.kasta(conn, ut)
    assert utkast.hamta_utkast(conn) is None
    utkast.ta_tillbaka(conn)
    assert utkast.hamta_utkast(conn).filer[SVAR] == "a: b\n"
    with pytest.raises(Nej, match="Det finns redan ett utkast"):
        utkast.ta_tillbaka(conn)


def test_utkast_av_andra_filer_bara_nar_inget_ar_oppet(conn: Connection, bygg: Bygge) -> None:
    filer = {"regler/frister/x.yaml": "x: y\n"}
    s, av = bygg.vaka.sammanhang, bygg.aktor("adam").id
    assert dict(utkast.borja(conn, s, nu=NU, av=av, filer=filer).filer) == filer
    with pytest.raises(Nej, match="Det finns redan ett utkast"):
        utkast.borja(conn, s, nu=NU, av=av, filer=filer)


def test_aktiverat_utkast_ar_inget_utkast_mer(bygg: Bygge) -> None:
    with bygg.vaka.systemet() as conn:
        ut = nytt(conn, bygg)
        ut = spara(conn, bygg, SVAR, ut.filer[SVAR].replace("tid: 10 arbetsdagar", "tid: 5 arbetsdagar"))
    aktivera(bygg.vaka, las_filer(bygg.vaka.sammanhang, ut.filer), nu=NU, skal="Påhittat")
    with bygg.vaka.systemet() as conn:
        assert utkast.hamta_utkast(conn) is None
