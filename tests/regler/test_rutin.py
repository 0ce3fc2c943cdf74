"""Routines and templates tied to rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regler import Regelfel, Regelverk

Las = Callable[..., Regelverk]
VAG = "config/by/regler/rutiner/egna.yaml"
EGEN = """
mall:
  rubrik: Mall för svar
  slag: mall
  regler: [prov/*]
  ansvarig: enhetschef
  dagar: 14
  lank: https://by.example/mall
"""


def test_rutinen_hor_till_de_regler_den_namner(las: Las) -> None:
    rutin = las().rutiner["rutin"]
    assert rutin.ror("frist", "prov/svar")
    assert rutin.ror("tabell", "prov/anmals")
    assert rutin.ror("delegation", "ordningen/besluta")
    assert not rutin.ror("frist", "prov/klart")
    assert not rutin.ror("krav", "prov/svar")
    assert (rutin.ansvarig, rutin.dagar, rutin.lank, rutin.niva, rutin.rad) == ("kvalitetsledare", 30, None, "nationell", 2)


def test_stjarnan_hor_till_allt_i_processen(las: Las) -> None:
    mall = las({VAG: EGEN}).rutiner["mall"]
    assert mall.ror("frist", "prov/klart")
    assert mall.ror("krav", "prov/diarienummer")
    assert not mall.ror("frist", "provning/svar")
    assert (mall.slag, mall.lank) == ("mall", "https://by.example/mall")


def test_kommunens_rutin_byter_nationens_av_samma_namn(las: Las) -> None:
    assert las({VAG: EGEN.replace("mall:", "rutin:", 1)}).rutiner["rutin"].niva == "lokal"


def test_en_fil_som_inte_gar_att_lasa_ger_inga_fel_om_regler_som_saknas(las: Las) -> None:
    with pytest.raises(Regelfel) as fel:
        las({"regler/beslutstabeller/prov.yaml": "a: [", "regler/skyldigheter/prov.yaml": "- a"})
    assert {ett.fil for ett in fel.value.fel} == {"regler/beslutstabeller/prov.yaml", "regler/skyldigheter/prov.yaml"}
