"""Rules of the municipality's own login: what groups give on a day, and what holds without the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from regler import Regelverk
from regler.motor.skillnad import skillnader

Las = Callable[..., Regelverk]
FIL = "config/by/inloggning.yaml"
GRUPPER = """
kand_genom: epost
okand_person: skapa
ansprak: {grupper: roles}
galler:
  - {grupp: a, roll: handlaggare, enhet: norr, fran: 2026-01-01, till: 2026-06-30}
  - {grupp: b, roll: handlaggare, enhet: norr, fran: 2026-03-01}
  - {grupp: a, roll: enhetschef, enhet: soder, fran: 2026-07-01}
"""


def test_utan_fil_kommer_bara_de_in_som_ar_kopplade_for_hand(las: Las) -> None:
    regler = las().kommun.inloggning
    assert (regler.kand_genom, regler.okand_person, regler.rader) == ("identitet", "avvisa", ())
    assert regler.ansprak["grupper"] == "groups"


def test_grupperna_ger_uppdrag_de_dagar_som_raderna_sager(las: Las) -> None:
    regler = las({FIL: GRUPPER}).kommun.inloggning
    assert regler.uppdrag({"a"}, date(2025, 12, 31)) == {}
    assert regler.uppdrag({"a"}, date(2026, 1, 1)) == {("handlaggare", "norr"): date(2026, 6, 30)}
    assert regler.uppdrag({"a", "b"}, date(2026, 6, 30)) == {("handlaggare", "norr"): None}, "den längsta raden gäller"
    assert regler.uppdrag({"a"}, date(2026, 7, 1)) == {("enhetschef", "soder"): None}
    assert regler.uppdrag({"A", "okänd"}, date(2026, 7, 1)) == {}, "gruppen ska heta exakt så"


def test_anspraken_far_kommunens_egna_namn(las: Las) -> None:
    regler = las({FIL: GRUPPER}).kommun.inloggning
    assert (regler.kand_genom, regler.okand_person) == ("epost", "skapa")
    assert regler.ansprak == {"anvandarnamn": "preferred_username", "namn": "name", "epost": "email", "grupper": "roles"}


def test_en_andrad_grupprad_syns_som_en_andring_av_reglerna(las: Las) -> None:
    (skillnad,) = skillnader(las({FIL: GRUPPER}), las({FIL: GRUPPER.replace("grupp: b", "grupp: c")}))
    assert (skillnad.slag, skillnad.niva, skillnad.vad) == ("inloggning", "lokal", "andrad")
    assert "grupp: b" in skillnad.fore[0]
    assert "grupp: c" in skillnad.efter[0]
