
"""A small made-up set of rules, whole and right, that tests change one file of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regler import Regelverk, las_in_texter

HELA = {
    "regler/frister/prov.yaml": """
svar:
  rubrik: Svar
  raknas_fran: inkom
  galler:
    - {fran: 2000-01-01, tid: skyndsamt, lagrum: null, kalla: Prov, kontrollerad: 2026-11-22}
klart:
  rubrik: Klart
  raknas_fran: inkom
  valjs_av:
    lagrum: {sol: SoL, lss: LSS}
  galler:
    - {fran: 2000-01-01, tid: 14 dagar, rullas: ja, lagrum: 1 §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2020-01-01, tid: 2 månader, rullas: ja, lagrum: 2 §, kalla: Prov, kontrollerad: 2026-11-22}
    - {fran: 2000-01-01, nar: {lagrum: lss}, tid: 4 veckor, rullas: nej, lagrum: 3 §, kalla: Prov, kontrollerad: 2026-11-22}
  forlangning: {far: [enhetschef], hogst: 2 månader, ganger: 1}
  paus: {far: [handlaggare], hogst: 30 dagar, ganger: 2}
lag:
  rubrik: Bara lag
  raknas_fran: inkom
  galler:
    - {fran: 2000-01-01, tid: 3 månader, rullas: nej, lagrum: 4 §, kalla: Prov, kontrollerad: 2026-11-22}
timmar:
  rubrik: I timmar
  raknas_fran: kannedom
  galler:
    - {fran: 2000-01-01, tid: 72 timmar, lagrum: 5 §, kalla: Prov, kontrollerad: 2026-11-22}
""",
    "regler/eskalering/prov.yaml": """
svar:
  steg:
    - {nar: samma dag, roll: handlaggare}
    - {nar: 5 arbetsdagar efter start, roll: enhetschef}
""",
    "regler/kalender/sverige.yaml": "lediga_dagar: []\n",
    "config/by/kommun.yaml": "namn: Byn\nkvalitetsar: {borjar: 01-01}\n",
    "config/by/organisation.yaml": "kod: alla\nnamn: Alla\nenheter:\n  - {kod: norr, namn: Norra Å}\n  - {kod: soder, namn: Södra}\n",
    "config/by/listor.yaml": """
slag: {klagomal: Klagomål}
kategorier: {ovrigt: Övrigt}
typer: {rutin: Rutin}
insatser: {boendestod: Boendestöd, hemtjanst: Hemtjänst}
orsaker: {annat: Annat}
forseningsorsaker: {annat: Annat}
""",
}


@pytest.fixture
def las() -> Callable[..., Regelverk]:
    """las(**{'config/by/…': text}) reads the made-up rules with these files laid in; las(None, …) without the municipality."""

    def _las(filer: dict[str, str] | None = None, kommun: str | None = "by") -> Regelverk:
        return las_in_texter({**HELA, **(filer or {})}, kommun)

    return _las
