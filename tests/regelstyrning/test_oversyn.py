"""A rule that changes asks for a review of the routines tied to it (krav F9)."""

from datetime import timedelta

import pytest

from tests.bygg import NU, Bygge
from tests.regelstyrning.conftest import SVAR, Andrat
from tjanster.arenden.fel import FinnsInte, Nej
from tjanster.regelstyrning import aktivera, las_filer
from tjanster.regelstyrning.oversyn import Oversyn, angra, klarmarkera, oversyner

RUTINER = "config/exempelkommun/regler/rutiner/prov.yaml"
TEXT = """
rutin_svar:
  rubrik: Rutin för svar, påhittad
  slag: rutin
  regler: [synpunkt/svar]
  ansvarig: kvalitetsledare
  dagar: 14
mall_alla:
  rubrik: Brevmall för synpunkter, påhittad
  slag: mall
  regler: ["synpunkt/*"]
  ansvarig: enhetschef
  dagar: 30
  lank: https://www.exempelkommun.example/mall
rutin_annat:
  rubrik: Rutin för beslut, påhittad
  slag: rutin
  regler: [beslut/verkstallighet]
  ansvarig: kvalitetsledare
  dagar: 7
"""


@pytest.fixture
def oppna(bygg: Bygge, andrat: Andrat) -> list[Oversyn]:
    """Those asked for when the answer's limit was changed."""
    filer = dict(andrat(RUTINER, None, TEXT).filer)
    filer = {vag: text for vag, text in filer.items() if "/rutiner/" not in vag or vag == RUTINER}
    aktivera(bygg.vaka, las_filer(bygg.vaka.sammanhang, filer), nu=NU, skal="Rutinerna läggs in")
    filer[SVAR] = filer[SVAR].replace("tid: 10 arbetsdagar", "tid: 5 arbetsdagar")
    aktivera(bygg.vaka, las_filer(bygg.vaka.sammanhang, filer), nu=NU, skal="Ny riktlinje")
    with bygg.vaka.systemet() as conn:
        return [ett for ett in oversyner(conn, oppna=True) if ett.skal == "Ny riktlinje"]


def test_rutiner_som_hor_till_den_andrade_regeln_ska_ses_over(oppna: list[Oversyn]) -> None:
    assert [(ett.rutin.split("/")[-1], ett.ansvarig, ett.senast, ett.regler) for ett in oppna] == [
        ("rutin_svar", "kvalitetsledare", NU.date() + timedelta(days=14), ["synpunkt/svar"]),
        ("mall_alla", "enhetschef", NU.date() + timedelta(days=30), ["synpunkt/*"]),
    ]


def test_klar_och_inte_klar(bygg: Bygge, oppna: list[Oversyn]) -> None:
    kim = bygg.aktor("kim").id
    with bygg.vaka.systemet() as conn:
        klarmarkera(conn, oppna[0].id, nu=NU, av=kim, kommentar="Dagarna är bytta")
        (klar,) = oversyner(conn, oppna=False)
        assert (klar.rutin, klar.av, klar.kommentar, klar.klar) == (oppna[0].rutin, "Kim Påhittad", "Dagarna är bytta", NU)
        with pytest.raises(Nej, match="Översynen är redan klarmarkerad"):
            klarmarkera(conn, oppna[0].id, nu=NU, av=kim, kommentar="")
        angra(conn, oppna[0].id)
        assert oversyner(conn, oppna=False) == []
        with pytest.raises(Nej, match="Översynen är inte klarmarkerad"):
            angra(conn, oppna[0].id)
        with pytest.raises(FinnsInte):
            angra(conn, 4711)
