"""Demands on steps: which hold on a day, and that a municipality adds to the nation's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from regler import Regelverk

Las = Callable[..., Regelverk]
LOKAL = {
    "config/by/regler/krav/prov.yaml": """
bilaga_vid_avslut:
  rubrik: Beslutet ska ligga i ärendet
  steg: [avsluta, besluta, avsluta]
  galler:
    - {fran: 2026-01-01, kraver: {bilaga: ja, annan_an: [utred, registrera], fyra_ogon: ja, falt: [beslutad]}, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2027-01-01, kraver: {}, kalla: Prov, kontrollerad: 2026-11-22}
"""
}


def namn(regler: Regelverk, steg: str, dag: date) -> list[str]:
    return [rad.namn for rad in regler.krav("prov", steg, dag)]


def test_nationella_och_lokala_krav_galler_tillsammans_var_for_sig_fran_sin_dag(las: Las) -> None:
    regler = las(LOKAL)
    assert namn(regler, "avsluta", date(2019, 12, 31)) == []
    assert namn(regler, "avsluta", date(2020, 1, 1)) == ["diarienummer"]
    assert namn(regler, "avsluta", date(2026, 1, 1)) == ["diarienummer", "bilaga_vid_avslut"]
    assert namn(regler, "besluta", date(2026, 1, 1)) == ["bilaga_vid_avslut"]
    assert namn(regler, "annat", date(2026, 1, 1)) == []
    assert namn(las(None, None), "avsluta", date(2026, 1, 1)) == ["diarienummer"]


def test_kravet_sager_vad_som_kravs_och_var_det_star(las: Las) -> None:
    nationell, lokal = las(LOKAL).krav("prov", "avsluta", date(2026, 12, 31))
    assert (nationell.falt, nationell.bilaga, nationell.annan_an, nationell.lagrum) == (("diarienummer",), False, (), "8 §")
    assert (lokal.falt, lokal.bilaga, lokal.annan_an) == (("beslutad",), True, ("utred", "registrera"))
    assert (nationell.fyra_ogon, lokal.fyra_ogon) == (False, True)
    assert (lokal.niva, lokal.rad, lokal.till) == ("lokal", 6, date(2026, 12, 31))
    assert lokal.id == "prov/bilaga_vid_avslut/lokal/2026-01-01"


def test_ett_tomt_krav_avslutar_kravet(las: Las) -> None:
    _, tomt = las(LOKAL).krav("prov", "avsluta", date(2027, 1, 1))
    assert (tomt.falt, tomt.bilaga, tomt.annan_an, tomt.fyra_ogon) == ((), False, (), False)


def test_namnen_som_kraven_anvander_kan_provas_av_den_som_kan_processerna(las: Las) -> None:
    bruk = las(LOKAL).namn_i_bruk()
    egna = [(ett.slag, ett.namn, ett.rad, ett.plats) for ett in bruk if ett.fil.endswith("by/regler/krav/prov.yaml")]
    assert egna == [
        ("process", "prov", 2, "bilaga_vid_avslut"),
        ("steg", "avsluta", 4, "bilaga_vid_avslut › steg › 1"),
        ("steg", "besluta", 4, "bilaga_vid_avslut › steg › 2"),
        ("steg", "avsluta", 4, "bilaga_vid_avslut › steg › 3"),
        ("falt", "beslutad", 6, "bilaga_vid_avslut › galler › 1 › kraver › falt › 1"),
        ("steg", "utred", 6, "bilaga_vid_avslut › galler › 1 › kraver › annan_an › 1"),
    ]
    assert {ett.process for ett in bruk} == {"prov"}
    assert str(bruk[1].fel("finns inte")) == (
        "regler/krav/prov.yaml, rad 4, kolumn 10: diarienummer › steg › 1: finns inte"
    )
