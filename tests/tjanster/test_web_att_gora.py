"""Who is asked to do something about a change of the rules sees it on the page that they open first."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from regler import Regelverk
from tests.bygg import NU, Bygge
from tests.tjanster.regelhjalp import EGNA, KOMMUN, med_filer, starta
from tests.webbklient import Webbklient
from tjanster import klocka
from tjanster.regelstyrning import aktivera, las_filer

SVAR = f"{EGNA}/frister/synpunkt.yaml"
RUTIN = """
rutin_svar:
  rubrik: Rutin för svar, påhittad
  slag: rutin
  regler: [synpunkt/svar]
  ansvarig: kvalitetsledare
  dagar: 14
"""


@pytest.fixture
def webb(motor: Engine, databas: str, tmp_path: Path) -> Webbklient:
    return Webbklient(starta(motor, databas, tmp_path, med_filer({f"{EGNA}/rutiner/prov.yaml": RUTIN})))


def andrat(bygg: Bygge, vag: str, star: str, ska: str) -> Regelverk:
    filer = dict(bygg.vaka.sammanhang.regelverk.filer)
    assert star in filer[vag]
    return las_filer(bygg.vaka.sammanhang, filer | {vag: filer[vag].replace(star, ska)})


def test_den_andra_personen_far_veta_pa_sin_forsta_sida(webb: Webbklient) -> None:
    bygg, vag = webb.bygg, f"config/{KOMMUN}/kommun.yaml"
    aktivera(bygg.vaka, andrat(bygg, vag, "kvalitetsar:", "regelandring: {tva_personer: ja}\nkvalitetsar:"), nu=NU, skal="Två")
    ny = andrat(bygg, SVAR, "tid: 10 arbetsdagar", "tid: 5 arbetsdagar")
    andring = aktivera(bygg.vaka, ny, nu=NU, skal="Kortare svar", av=bygg.aktor("adam").id)
    sida = webb.get("/")
    assert "En regeländring väntar på ditt godkännande: Kortare svar" in sida.text
    assert f'href="/regler/aktivering/{andring.id}"' in sida.html
    assert "väntar på ditt godkännande" not in webb.get("/notiser", "adam").text
    assert "väntar på ditt godkännande" not in webb.get("/", "elin").text


def test_administratoren_ser_det_vid_utskicken(webb: Webbklient) -> None:
    bygg, vag = webb.bygg, f"config/{KOMMUN}/kommun.yaml"
    aktivera(bygg.vaka, andrat(bygg, vag, "kvalitetsar:", "regelandring: {tva_personer: ja}\nkvalitetsar:"), nu=NU, skal="Två")
    aktivera(bygg.vaka, andrat(bygg, SVAR, "tid: 10 arbetsdagar", "tid: 5 arbetsdagar"), nu=NU, skal="Kortare", av=bygg.aktor("kim").id)
    assert "En regeländring väntar på ditt godkännande: Kortare" in webb.get("/", "adam").text


def test_rutiner_att_se_over_star_pa_min_dag_hos_den_som_ska_gora_det(webb: Webbklient) -> None:
    bygg = webb.bygg
    aktivera(bygg.vaka, andrat(bygg, SVAR, "tid: 10 arbetsdagar", "tid: 5 arbetsdagar"), nu=NU, skal="Kortare svar")
    mening = "Regler har ändrats, och du har 1 rutin eller mall att se över. Den första ska vara klar 21 september 2026."
    assert mening in webb.get("/").text.replace("\xa0", " ")
    assert "att se över" not in webb.get("/", "elin").text
    klocka.stall(NU + timedelta(days=15))
    webb.sessioner.clear()
    assert "skulle ha varit klar 21 september 2026" in webb.get("/").text.replace("\xa0", " ")
